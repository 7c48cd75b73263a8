"""The server and the collector's source table agree on types, versions and rights."""

from __future__ import annotations

import pytest

from azlinkscan.collect.sources import SOURCES
from tests.arm import registry
from tests.arm.asked import Asked


def asked_of(row):
    """The request of a row, under a parent whose every name is ``n``."""
    namespace, *types = (row.under or "").split("/")
    parent = f"/subscriptions/s/resourceGroups/g/providers/{namespace}" + "".join(
        f"/{one}/n" for one in types
    )
    path = row.path.replace("{subscription}", "s").replace("{parent}", parent)
    return Asked.of("GET", f"{path}?{row.own_query}")


ROWS = [row for row in SOURCES if row.service is None and row.method == "GET" and not row.items_of]
"""What is listed by GET; settings, which Azure reads by POST, are the server's own matter."""


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.kind} under {row.under}" for row in ROWS])
def test_a_row_reads_what_azure_offers(row):
    asked = asked_of(row)
    assert asked.kind == row.kind
    assert row.api_version in registry.versions(asked.type), "look the version up and add it to the registry"
    assert asked.action.lower() == row.right.lower()
