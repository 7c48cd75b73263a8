"""Before a scan: what will be unknown, and why. Signs in and reads what Azure says of the caller, nothing else."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import timedelta

from azlinkscan.collect.caller import Caller, caller_at
from azlinkscan.collect.client import ArmClient
from azlinkscan.collect.line import AZURES_ISSUERS, Line, line_to
from azlinkscan.collect.pacing import Clock, Pacing
from azlinkscan.collect.reader import Reader
from azlinkscan.collect.retry import PatientAsker
from azlinkscan.collect.source import Scope
from azlinkscan.collect.sources import SOURCES
from azlinkscan.identity.clouds import CLOUDS, cloud_of
from azlinkscan.identity.credential import credential_for
from azlinkscan.model.facts import Gap
from azlinkscan.permissions.lacking import Lacking, lacking
from azlinkscan.scan.catalogue import Catalogue
from azlinkscan.scan.choosing import Access, choose
from azlinkscan.scan.rights import plan_of, rights_of, waiting
from azlinkscan.scan.scanning import Surroundings

TOLERATED = timedelta(minutes=5)
"""A token's times are compared with this much slack: https://learn.microsoft.com/entra/identity-platform/access-tokens."""
_LOCKS = next(row for row in SOURCES if row.kind == "microsoft.authorization/locks")


@dataclass(frozen=True)
class Unregistered:
    """A resource provider that the subscription has not registered: its lists are refused."""

    namespace: str
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Examined:
    """One subscription."""

    id: str
    name: str
    rights: tuple[str, ...]
    """What the scan takes."""
    lacking: tuple[Lacking, ...] | None
    """None where the caller's permissions could not be read."""
    unregistered: tuple[Unregistered, ...] | None
    """None where the providers could not be read."""
    locks: tuple[str, ...]
    """Ids of read-only locks; filled only where the scan reads with POST, which such a lock blocks."""
    gaps: tuple[Gap, ...]

    @property
    def unknown(self) -> frozenset[str]:
        """The checks that will be unknown somewhere."""
        ill: tuple[Lacking | Unregistered, ...] = (*(self.lacking or ()), *(self.unregistered or ()))
        return frozenset(check for one in ill for check in one.checks)

    @property
    def is_whole(self) -> bool:
        """Whether nothing stands in the way, as far as Azure tells beforehand."""
        return not (self.unknown or self.gaps or self.locks or self.lacking)


@dataclass(frozen=True)
class Diagnosis:
    """All of it."""

    auth: str
    cloud: str
    endpoint: str
    line: Line
    subscriptions: tuple[Examined, ...]
    ahead: timedelta | None
    """How far this machine's clock is ahead of Azure's."""

    @property
    def clock_is_wrong(self) -> bool:
        """Whether tokens may be refused for it."""
        return self.ahead is not None and abs(self.ahead) > TOLERATED

    @property
    def is_intercepted(self) -> bool:
        """Whether somebody else than Azure's authorities vouches for the endpoint of one of Azure's own clouds."""
        return self.cloud in CLOUDS and self.line.issuer not in (None, *AZURES_ISSUERS)


def diagnose(access: Access, catalogue: Catalogue, around: Surroundings) -> Diagnosis:
    """Sign in, and say of each chosen subscription what will be unknown.

    Raises CannotRunError where the sign-in fails or no subscription can be chosen, UsageError for a wrong option.
    """
    cloud = cloud_of(access.cloud)
    plan = plan_of(catalogue, access.options)
    rights = rights_of(plan, inventory=access.inventory)
    wait = waiting(catalogue, access.options, rights)
    providers = {row.kind.partition("/")[0] for row in plan.rows if not row.items_of}
    reads_with_post = any(row.method == "POST" for row in plan.rows)
    credential = credential_for(
        access.auth, cloud, environ=access.environ, tenant=access.tenant, prompt=access.prompt
    )
    clock = Clock(around.stop, around.sleep)
    with contextlib.ExitStack() as opened:
        client = opened.enter_context(
            ArmClient(
                cloud.resource_manager,
                credential,
                cloud.scope,
                workers=1,
                ca_file=cloud.ca_file,
                read_timeout=around.read_timeout,
            )
        )
        asker = PatientAsker(
            client,
            around.patience,
            sleep=clock.sleep,
            now=around.clock,
            cancelled=around.stop,
            pacing=Pacing(clock.now, patience=around.patience.seconds),
        )
        reader = Reader(asker)
        examined: list[Examined] = []
        ahead: timedelta | None = None
        for one in choose(reader, access):
            caller = caller_at(asker, one.id)
            ahead = ahead if ahead is not None else caller.ahead
            locks = _read_only_locks(reader, one.id) if reads_with_post else ()
            examined.append(
                Examined(
                    one.id,
                    one.name,
                    rights,
                    None if caller.permissions is None else lacking(caller.permissions, rights, wait),
                    _unregistered(caller, providers, catalogue),
                    locks,
                    caller.gaps,
                )
            )
    line = line_to(cloud.resource_manager, cloud.ca_file)
    return Diagnosis(access.auth, access.cloud, cloud.resource_manager, line, tuple(examined), ahead)


def _unregistered(
    caller: Caller, providers: set[str], catalogue: Catalogue
) -> tuple[Unregistered, ...] | None:
    if caller.registered is None:
        return None
    return tuple(
        Unregistered(
            namespace,
            tuple(
                sorted(
                    check.id
                    for check in catalogue.checks.values()
                    if any(kind.partition("/")[0] == namespace for kind in check.kinds)
                )
            ),
        )
        for namespace in sorted(providers - caller.registered)
        if namespace != "microsoft.resources"
    )


def _read_only_locks(reader: Reader, subscription: str) -> tuple[str, ...]:
    outcome = reader.read(_LOCKS, Scope.named(subscription))
    found = []
    for fact in outcome.facts:
        properties = fact.body.get("properties") if isinstance(fact.body, dict) else None
        if isinstance(properties, dict) and str(properties.get("level", "")).lower() == "readonly":
            found.append(fact.shown_id)
    return tuple(sorted(found))
