"""What a caller lacks of the rights that a scan takes."""

from __future__ import annotations

from azlinkscan.model.permission import Permission
from azlinkscan.permissions.lacking import Lacking, lacking

SITES, SERVERS = "Microsoft.Web/sites/read", "Microsoft.Sql/servers/read"
WAITING = {SITES.lower(): ("appservice/https-only",)}


def test_a_reader_lacks_nothing():
    assert lacking([Permission(("*/read",))], [SITES, SERVERS], WAITING) == ()


def test_what_is_lacking_names_the_checks_that_wait_for_it():
    held = [Permission(("*/read",), ("Microsoft.Web/*",))]
    assert lacking(held, [SITES, SERVERS], WAITING) == (Lacking(SITES, ("appservice/https-only",)),)


def test_nobody_without_a_role_holds_anything():
    assert [one.right for one in lacking([], [SITES, SERVERS], WAITING)] == [SITES, SERVERS]
    assert lacking([], [SERVERS], WAITING)[0].checks == ()
