"""One row of the source table: how one kind of fact is read.

A row is data. It names the operation, the right that it takes, what it hangs under, and the few answers by which
Azure truthfully says "this one cannot have any"; everything else that goes wrong is a gap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from azlinkscan.model import arm
from azlinkscan.model.facts import Fact, Gap, Reason, Remedy

_UNQUOTED = "/:;,@!$&'()*+=~"
DATA_PLANE = "--data-plane"
"""The option by which a scan also asks the storage accounts themselves."""
APP_SETTINGS = "--app-settings"
"""The option by which a scan also reads the settings and connection strings of apps, each reduced to its kind."""


class Shape(StrEnum):
    """The form of an answer; another form is a gap, never an empty list."""

    LIST = "list"
    """``{"value": […], "nextLink": …}``."""
    BARE_LIST = "bare-list"
    """``[…]``."""
    ONE = "one"
    """The resource itself."""


@dataclass(frozen=True)
class Skip:
    """A parent of which nothing is asked, because what it is says that it has none."""

    because: str
    """The word that the listing carries."""
    applies: Callable[[Fact], bool]


@dataclass(frozen=True)
class Scope:
    """What a read is about: the subscription, a parent resource, or a resource that an id led to."""

    id: str
    """Canonical."""
    path: str
    """In the letter case that Azure sent: a few providers compare it."""
    fact: Fact | None = None
    """The parent, where there is one."""
    above: Scope | None = None
    """Where the parent was read."""

    @classmethod
    def of(cls, fact: Fact, above: Scope | None = None) -> Scope:
        """A parent resource."""
        return cls(fact.id, fact.shown_id, fact, above)

    @classmethod
    def named(cls, resource_id: str) -> Scope:
        """A resource, or a subscription, of which only the id is known."""
        return cls(arm.canonical(resource_id), "/" + resource_id.strip().strip("/"))

    def above_of(self, kind: str) -> Fact | None:
        """The parent, or what that was read beneath, of a kind."""
        here: Scope | None = self
        while here is not None:
            if here.fact is not None and here.fact.kind == kind:
                return here.fact
            here = here.above
        return None


@dataclass(frozen=True)
class Source:
    """How one kind of fact is read from one kind of parent."""

    kind: str
    """Lower-case ARM type of the facts."""
    path: str
    """``/subscriptions/{subscription}/…`` or ``{parent}/…``."""
    api_version: str
    """A stable version that real answers in public recordings, or Microsoft's specification, show."""
    right: str
    """The RBAC action, as Microsoft's permission pages write it."""
    sdk: str | None
    """The same operation in azure-mgmt, as ``module:Client:group.operation``; a test compares the two."""
    under: str | None = None
    """The parent's kind; None where the subscription is asked."""
    shape: Shape = Shape.LIST
    query: str = ""
    """What is asked beside the api-version."""
    each: bool = False
    """Every listed item is read again by its id, because the list leaves out what a check needs."""
    names_items: bool = False
    """An item's id is the list's path and the item's name: used where the answer carries another id or none."""
    none_when: tuple[tuple[int, str], ...] = ()
    """(HTTP status, error code) by which Azure truthfully says that this parent cannot have any."""
    skip: Skip | None = None
    follow: bool = False
    """Ids that lead to this kind outside the subscription are followed."""
    option: str | None = None
    """What must be given where this reads beyond the Reader role."""
    service: str | None = None
    """Of a read at a storage account's own endpoint, which (``blob``); None where Resource Manager is asked."""
    redact: tuple[str, ...] = ()
    """Paths (``a.b[*].c``) whose values are secrets, beside what looks like one."""
    method: str = "GET"
    """POST where Azure reads by it."""
    reduced_by: str = ""
    """The reducer that the answer goes through before anything of it is kept; the reader is given them by name."""
    items_of: tuple[str, ...] = ()
    """Where in the parent's own answer the items stand, each with a name: nothing is asked for them."""
    no_sdk: str = ""
    """Why there is no ``sdk``."""

    def plain_path(self, scope: Scope) -> str:
        """The path that reads this kind under a scope."""
        if self.under is None:
            return self.path.replace("{subscription}", arm.name_of(scope.path))
        return self.path.replace("{parent}", scope.path)

    def own_path(self, scope: Scope) -> str:
        """The id of what stands alone under a scope: the path, without the verb of a POST that reads."""
        path = self.plain_path(scope)
        return path.removesuffix("/list") if self.method == "POST" else path

    def url_path(self, scope: Scope) -> str:
        """The same path, as a URL writes it."""
        return quoted(self.plain_path(scope))

    def not_asked(self, scope: Scope) -> Gap:
        """The gap that stays where the option was not given."""
        return Gap(
            scope.id,
            self.kind,
            Reason.NOT_ASKED,
            action=self.right,
            remedy=Remedy.OPTION,
            detail=self.option,
        )

    @property
    def own_query(self) -> str:
        """Everything behind the question mark."""
        return "&".join(part for part in (self.query, f"api-version={self.api_version}") if part)


def quoted(resource_id: str) -> str:
    """An id as a URL's path."""
    return quote(resource_id, safe=_UNQUOTED)
