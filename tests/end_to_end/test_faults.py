"""What goes wrong with one resource costs no other resource anything, and what passes costs nothing at all."""

from __future__ import annotations

import re
import threading

import pytest

from azlinkscan.model.facts import Gap, Reason, Remedy
from azlinkscan.model.result import Finding
from tests.arm import faults
from tests.arm.faults import Fault
from tests.end_to_end.costs import differing, independent_of, newly_unknown, nothing_flips
from tests.end_to_end.scans import Scan, scan_of
from tests.law.catalogue import CHECKS

APP = "microsoft.web/sites/points-portal"
SERVER = "microsoft.sql/servers/sql-partner"


def at(path: str) -> re.Pattern[str]:
    """The requests whose path ends so."""
    return re.compile(f"/{re.escape(path)}$")


def costs_only(clean: Scan, faulty: Scan, resource: str, kind: str) -> tuple[Finding, ...]:
    """What became unknown; every bit of it about one resource, and for want of one kind."""
    nothing_flips(clean, faulty)
    assert differing(clean, faulty) <= CHECKS.keys() - independent_of({kind})
    lost = newly_unknown(clean, faulty)
    for finding in lost:
        here = resource in finding.resource or finding.resource.endswith(resource)
        assert here, f"{finding.key} is not about {resource}"
        assert {gap.kind for gap in finding.gaps} == {kind}
    return lost


def only_gap(scan: Scan) -> Gap:
    """The one gap of a scan."""
    (gap,) = scan.gaps
    return gap


STAYING = {
    "gone since it was listed": (
        faults.missing, f"{APP}/config/web", "microsoft.web/sites/config/web", Reason.MISSING, Remedy.RETRY,
    ),
    "an error of the provider": (
        faults.broken, f"{SERVER}/firewallrules", "microsoft.sql/servers/firewallrules", Reason.UNAVAILABLE, Remedy.RETRY,
    ),
    "a reset connection": (
        faults.reset, f"{SERVER}/auditingsettings/default", "microsoft.sql/servers/auditingsettings",
        Reason.UNAVAILABLE, Remedy.RETRY,
    ),
    "half of the JSON": (
        faults.truncated, f"{APP}/backups", "microsoft.web/sites/backups", Reason.UNAVAILABLE, Remedy.RETRY,
    ),
    "an answer that is cut off": (
        faults.cut_off, f"{APP}/config/authsettingsv2", "microsoft.web/sites/config/authsettingsv2",
        Reason.UNAVAILABLE, Remedy.RETRY,
    ),
    "a proxy's page": (
        faults.html, f"{SERVER}/firewallrules", "microsoft.sql/servers/firewallrules", Reason.UNAVAILABLE, Remedy.RETRY,
    ),
    "a gateway's page": (
        faults.bad_gateway, f"{APP}/backups", "microsoft.web/sites/backups", Reason.UNAVAILABLE, Remedy.RETRY,
    ),
    "nothing at all": (
        faults.empty, f"{APP}/basicpublishingcredentialspolicies", "microsoft.web/sites/basicpublishingcredentialspolicies",
        Reason.UNAVAILABLE, Remedy.RETRY,
    ),
    "a list in a circle": (
        faults.looped, f"{SERVER}/firewallrules", "microsoft.sql/servers/firewallrules", Reason.CUT_SHORT, Remedy.RETRY,
    ),
    "a list that breaks off": (
        faults.broken_off, f"{SERVER}/firewallrules", "microsoft.sql/servers/firewallrules", Reason.CUT_SHORT, Remedy.RETRY,
    ),
    "a lock": (
        faults.locked, f"{APP}/backups", "microsoft.web/sites/backups", Reason.REFUSED, Remedy.LOCK,
    ),
    "a token that is never taken": (
        faults.expired, f"{APP}/config/web", "microsoft.web/sites/config/web", Reason.REFUSED, Remedy.NONE,
    ),
    "endless throttling": (
        faults.throttled(), f"{SERVER}/auditingsettings/default", "microsoft.sql/servers/auditingsettings",
        Reason.UNAVAILABLE, Remedy.RETRY,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "path", "kind", "reason", "remedy"), STAYING.values(), ids=STAYING.keys())
def test_a_fault_that_stays_costs_one_resource(city, clean, answer, path, kind, reason, remedy):
    faulty = scan_of(city(faults=[Fault(at(path), answer)], page_size=1))
    resource = "/".join(path.split("/")[:3])
    assert costs_only(clean, faulty, resource, kind)
    gap = only_gap(faulty)
    assert (gap.reason, gap.remedy) == (reason, remedy)
    assert gap.scope.endswith(resource)
    assert gap.action is None, "no right is asked for where none is lacking"


def test_an_answer_that_never_comes_costs_one_resource(city, clean):
    slow = Fault(at(f"{APP}/config/web"), faults.slow(30))
    faulty = scan_of(city(faults=[slow]), read_timeout=1.5)
    assert costs_only(clean, faulty, APP, "microsoft.web/sites/config/web")
    assert (only_gap(faulty).reason, only_gap(faulty).remedy) == (Reason.UNAVAILABLE, Remedy.RETRY)


def test_a_provider_that_is_not_registered_costs_what_it_provides(city, clean):
    faulty = scan_of(city(faults=[Fault("microsoft.recoveryservices/*", faults.unregistered)]))
    nothing_flips(clean, faulty)
    touched = differing(clean, faulty)
    assert touched <= CHECKS.keys() - independent_of({"microsoft.recoveryservices/vaults"})
    elsewhere = independent_of({"microsoft.recoveryservices/vaults"})  # Backup vaults are of another provider
    assert {check for check in CHECKS if check.startswith("backup/")} - elsewhere <= touched
    assert {gap.remedy for gap in faulty.gaps} == {Remedy.REGISTRATION}
    assert {gap.scope for gap in faulty.gaps} == {one.id for one in clean.subscriptions}


PASSING = {
    "a reset connection": (faults.reset, 2),
    "an error": (faults.broken, 2),
    "no service for a while": (faults.unavailable, 2),
    "a gateway's page": (faults.bad_gateway, 2),
    "a proxy's page": (faults.html, 2),
    "half of the JSON": (faults.truncated, 2),
    "an answer that is cut off": (faults.cut_off, 2),
    "nothing at all": (faults.empty, 2),
    "throttling": (faults.throttled(), 6),
    "throttling that does not say how long": (faults.throttled(None), 6),
    "a token that has become too old": (faults.expired, 1),
}


@pytest.mark.parametrize(("answer", "times"), PASSING.values(), ids=PASSING.keys())
def test_a_fault_that_passes_costs_nothing(city, clean, answer, times):
    paths = (f"{APP}/config/web", f"{SERVER}/firewallrules", "microsoft.storage/storageaccounts")
    arm_server = city(faults=[Fault(at(path), answer, times=times) for path in paths])
    faulty = scan_of(arm_server)
    assert len(arm_server.requests) > len(paths) * times
    assert differing(clean, faulty) == set()
    assert faulty.gaps == ()


def test_tokens_that_end_in_mid_scan_cost_nothing(city, clean):
    # From the fortieth read on, no token of before is taken any more; the scan signs in again.
    server = city()
    once = threading.Event()

    def revoked(asked, clean_answer):
        if once.is_set():
            return clean_answer()
        once.set()
        server.sign_in.expire()
        return faults.expired(asked, clean_answer)

    server.fault("*", revoked, times=1, after=40)
    faulty = scan_of(server)
    assert once.is_set()
    assert faulty.gaps == ()
    assert len(server.sign_in.issued) == 2, "whoever was refused at the same time signs in once, together"
    assert differing(clean, faulty) == set()


def test_tokens_that_are_never_taken_are_not_asked_for_again_and_again(city, clean):
    server = city(faults=[Fault("microsoft.web/*", faults.expired)])
    faulty = scan_of(server)
    nothing_flips(clean, faulty)
    assert {(gap.reason, gap.remedy) for gap in faulty.gaps} == {(Reason.REFUSED, Remedy.NONE)}
    assert len(server.sign_in.issued) == 2


def test_a_throttled_city_is_read_whole(city, clean):
    # Every seventh request or so is put off.
    server = city()
    for after in range(0, 280, 7):
        server.fault("*", faults.throttled(None), times=1, after=after)
    assert differing(clean, scan_of(server)) == set()
