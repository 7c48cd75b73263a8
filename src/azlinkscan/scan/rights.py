"""Which rights a choice of checks takes, and which checks wait on each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from azlinkscan.collect.caller import PERMISSIONS_RIGHT
from azlinkscan.collect.plan import BESIDE_CHECKS, Plan, plan_for
from azlinkscan.collect.resource_graph import RESOURCE_GRAPH
from azlinkscan.collect.subscriptions import IN_GROUP_RIGHT
from azlinkscan.scan.catalogue import Catalogue

GRAPH_RIGHT = "Microsoft.ResourceGraph/resources/read"
"""https://learn.microsoft.com/azure/role-based-access-control/permissions/management-and-governance"""


def plan_of(catalogue: Catalogue, options: Collection[str] = ()) -> Plan:
    """What is read for the chosen checks."""
    return plan_for({*catalogue.kinds, *BESIDE_CHECKS}, options)


def rights_of(
    plan: Plan, *, inventory: str | None = None, management_group: str | None = None
) -> tuple[str, ...]:
    """Every action that such a scan takes: what Reader holds, and what the options that were given take beyond."""
    rights = {row.right for row in plan.rows if row.option is None or row.option in plan.options}
    if inventory == RESOURCE_GRAPH:
        rights |= {GRAPH_RIGHT, PERMISSIONS_RIGHT}
    if management_group is not None:
        rights.add(IN_GROUP_RIGHT)
    return tuple(sorted(rights, key=str.lower))


def waiting(
    catalogue: Catalogue, options: Collection[str], rights: Iterable[str]
) -> Mapping[str, tuple[str, ...]]:
    """By right, the ids of the chosen checks whose answer may depend on what it reads; each right in lower case."""
    wanted = {right.lower() for right in rights}
    found: dict[str, set[str]] = defaultdict(set)
    for check in catalogue.checks.values():
        for row in plan_for(check.kinds, options).rows:
            if row.right.lower() in wanted:
                found[row.right.lower()].add(check.id)
    return {right: tuple(sorted(checks)) for right, checks in sorted(found.items())}
