"""What one request asks for: the resource type, the right that it takes and the scope that right is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from azlinkscan.model import arm

RESOURCES = "microsoft.resources/resources"
# Several settings share one ARM type and are told apart by name.
_NAMED = (
    "microsoft.web/sites/config",
    "microsoft.web/sites/slots/config",
    "microsoft.web/hostingenvironments/configurations",
)


@dataclass(frozen=True)
class Asked:
    """A request's line."""

    method: str
    path: str
    """As sent, decoded."""
    query: Mapping[str, str]
    """Names in lower case."""
    base: str = ""
    """The scheme and host that a link to a next page begins with."""

    @classmethod
    def of(cls, method: str, target: str, base: str = "") -> Asked:
        """From a request's method and target."""
        parts = urlsplit(target)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        return cls(method, unquote(parts.path), {name.lower(): value for name, value in pairs}, base)

    @cached_property
    def place(self) -> str:
        """The path in canonical form."""
        return arm.canonical(self.path)

    @cached_property
    def _types(self) -> tuple[str, ...]:
        """The namespace and every type name, as sent."""
        path = "/" + self.path
        _, provider, rest = path.lower().rpartition("/providers/")
        segments = [part for part in path[len(path) - len(rest) :].split("/") if part]
        if provider and segments:
            return (segments[0], *segments[1::2])
        names = segments[0::2]
        return ("Microsoft.Resources", names[-1] if names else "")

    @cached_property
    def is_list(self) -> bool:
        """Whether the path names a collection."""
        _, provider, rest = self.place.rpartition("/providers/")
        if provider:
            return len(rest.split("/")) % 2 == 0
        return len(self.place.split("/")) % 2 == 0

    @cached_property
    def type(self) -> str:
        """The ARM type, lower case."""
        return "/".join(self._types).lower()

    @cached_property
    def namespace(self) -> str:
        """The resource provider, as sent."""
        return self._types[0]

    @cached_property
    def kind(self) -> str:
        """The type, and the name of the setting where one type stands for several."""
        return (
            f"{self.type}/{arm.name_of(self.place)}"
            if self.type in _NAMED and not self.is_list
            else self.type
        )

    @cached_property
    def scope(self) -> str:
        """What a right to this is granted on: the resource, or what the list hangs under, as sent."""
        path = "/" + self.path.strip("/")
        if not self.is_list:
            return path
        above = path.rpartition("/")[0]
        head, _, rest = above.lower().rpartition("/providers/")
        return above if "/" in rest or not head else above[: len(head)]

    @cached_property
    def action(self) -> str:
        """The RBAC action (https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations)."""
        namespace, *types = self._types
        if namespace == "Microsoft.Resources" and types != ["subscriptions"]:
            types = ["subscriptions", *types]
        elif self.type == "microsoft.web/hostingenvironments/configurations" and not self.is_list:
            types.append(arm.name_of(self.path))
        return "/".join([namespace, *types, "action" if self.method == "POST" else "read"])

    def link(self, skiptoken: str) -> str:
        """The address of a further page."""
        query = urlencode({**self.query, "$skiptoken": skiptoken}, quote_via=quote, safe="$'")
        return f"{self.base}{quote(self.path, safe='/;')}?{query}"
