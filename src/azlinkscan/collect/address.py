"""Which addresses may be asked: those of the one endpoint that the token is for."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit


def same_host(url: str, endpoint: str) -> bool:
    """Whether a URL lies at the endpoint: same scheme, host and port. A malformed URL does not."""
    try:
        return _origin(url) == _origin(endpoint)
    except ValueError:
        return False


def path_at(endpoint: str, link: str, beside: str = "") -> str | None:
    """Path and query of a link, or None where it leads anywhere but to the endpoint.

    A relative link starts from ``beside``, the URL in whose answer it stood.

    >>> path_at("https://arm.example", "https://arm.example:443/a?b=c")
    '/a?b=c'
    >>> path_at("https://arm.example", "https://arm.example@evil.example/a") is None
    True
    """
    try:
        url = urljoin(beside or endpoint + "/", link)
        parts = urlsplit(url)
    except ValueError:
        return None
    if not same_host(url, endpoint):
        return None
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or 443
