"""Signing in: the part of Microsoft Entra ID that a client with a secret talks to."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from tests.arm.reply import Reply, error, ok

TENANT = "00000000-0000-0000-0000-0000000000aa"
CLIENT = "00000000-0000-0000-0000-0000000000cc"
OBJECT = "00000000-0000-0000-0000-0000000000dd"
SECRET = "a-secret-that-opens-nothing"


@dataclass
class SignIn:
    """Issues tokens and knows those it issued."""

    lifetime: float = 3600.0
    """Seconds."""
    clock: Callable[[], float] = time.time
    _expiry: dict[str, float] = field(default_factory=dict, repr=False)
    _for_others: set[str] = field(default_factory=set, repr=False)
    """Tokens whose audience is another service."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def answer(self, method: str, path: str, body: bytes, base: str) -> Reply | None:
        """The answer to a sign-in request, or None where it is something else."""
        tenant, _, rest = path.strip("/").partition("/")
        if method == "GET" and rest == "v2.0/.well-known/openid-configuration":
            return ok(_metadata(base, tenant))
        if method == "POST" and rest == "oauth2/v2.0/token":
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            return self._token(tenant, form, base)
        return None

    def issue(self, base: str = "", lifetime: float | None = None, audience: str | None = None) -> str:
        """A token that this server will take, or the audience where one is named."""
        now = self.clock()
        expiry = now + (self.lifetime if lifetime is None else lifetime)
        with self._lock:
            claims = {
                "aud": audience or base, "iss": f"https://sts.windows.net/{TENANT}/", "tid": TENANT, "appid": CLIENT,
                "oid": OBJECT, "iat": int(now), "nbf": int(now), "exp": int(expiry), "jti": str(len(self._expiry)),
            }  # fmt: skip
            token = ".".join([_encoded({"alg": "none", "typ": "JWT"}), _encoded(claims), "unsigned"])
            self._expiry[token] = expiry
            if audience not in (None, base):
                self._for_others.add(token)
        return token

    @property
    def issued(self) -> tuple[str, ...]:
        """Every token so far: none of them may be found in what a run writes."""
        return tuple(self._expiry)

    def expire(self) -> None:
        """Let every token issued so far be too old."""
        with self._lock:
            self._expiry = dict.fromkeys(self._expiry, self.clock())

    def refuses(self, authorization: str | None, base: str) -> Reply | None:
        """The 401 that a request's Authorization header earns, if it earns one."""
        if authorization is None:
            return unauthorized(
                base, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."
            )
        scheme, _, token = authorization.partition(" ")
        expiry = self._expiry.get(token.strip()) if scheme.lower() == "bearer" else None
        if expiry is not None and token.strip() in self._for_others:
            return unauthorized(
                base, "InvalidAuthenticationTokenAudience", "The access token is for another audience."
            )
        if expiry is None:
            return unauthorized(base, "InvalidAuthenticationToken", "The access token is invalid.")
        return None if self.clock() < expiry else expired(base)

    def _token(self, tenant: str, form: Mapping[str, str], base: str) -> Reply:
        if tenant != TENANT:
            return _oauth(400, "invalid_request", f"AADSTS90002: Tenant '{tenant}' not found.")
        if form.get("grant_type") != "client_credentials":
            return _oauth(400, "unsupported_grant_type", "AADSTS70003: The grant type is not supported.")
        if form.get("client_id") != CLIENT:
            return _oauth(
                400, "unauthorized_client", "AADSTS700016: Application was not found in the directory."
            )
        if form.get("client_secret") != SECRET:
            return _oauth(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
        if not form.get("scope", "").endswith("/.default"):
            return _oauth(400, "invalid_scope", "AADSTS1002012: The scope must end with /.default.")
        seconds = int(self.lifetime)
        return ok(
            {
                "token_type": "Bearer",
                "expires_in": seconds,
                "ext_expires_in": seconds,
                "access_token": self.issue(base, audience=form["scope"].removesuffix("/.default")),
            }
        )


def expired(base: str) -> Reply:
    """What Azure says to a token that is too old."""
    return unauthorized(
        base,
        "ExpiredAuthenticationToken",
        "The access token expiry UTC time is earlier than current UTC time.",
    )


def unauthorized(base: str, code: str, message: str) -> Reply:
    """A 401 that names the authority to sign in at."""
    challenge = (
        f'Bearer authorization_uri="{base}/{TENANT}", error="invalid_token", error_description="{message}"'
    )
    return error(401, code, message, WWW_Authenticate=challenge)


def _oauth(status: int, code: str, description: str) -> Reply:
    return Reply(status, json.dumps({"error": code, "error_description": description}).encode())


def _metadata(base: str, tenant: str) -> dict[str, object]:
    return {
        "issuer": f"{base}/{tenant}/v2.0",
        "authorization_endpoint": f"{base}/{tenant}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base}/{tenant}/oauth2/v2.0/token",
        "device_authorization_endpoint": f"{base}/{tenant}/oauth2/v2.0/devicecode",
        "jwks_uri": f"{base}/{tenant}/discovery/v2.0/keys",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


def _encoded(part: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
