"""The source table: what holds for every row, and that each asks what Azure's own SDK asks."""

from __future__ import annotations

import importlib
import inspect
import re
import warnings
from urllib.parse import parse_qs, urlsplit

import pytest
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import HttpTransport

from azlinkscan.collect.client import READING_POSTS
from azlinkscan.collect.plan import ALL_KINDS, NOUNS
from azlinkscan.collect.source import DATA_PLANE, Scope, Shape
from azlinkscan.collect.sources import SOURCES
from azlinkscan.model import arm
from azlinkscan.model.facts import Fact

every_row = pytest.mark.parametrize("row", SOURCES, ids=[f"{s.kind} under {s.under}" for s in SOURCES])

# Where a path ends in a name that is always the same, the SDK takes it as an argument.
ALWAYS = {
    "tde_name": "current",
    "policy_name": "default",
    "encryption_protector_name": "current",
    "connection_policy_name": "default",
    "advanced_threat_protection_name": "Default",
    "threat_protection_name": "Default",
    "vulnerability_assessment_name": "default",
}


class Sent(Exception):  # noqa: N818 - no error: what the test waits for
    """Carries the request that an SDK operation was about to send."""


class Capture(HttpTransport):
    def open(self): ...
    def close(self): ...
    def __exit__(self, *error): ...

    def send(self, request, **options):
        raise Sent(request.method, request.url)


class Nobody:
    def get_token(self, *scopes, **options):
        return AccessToken("no-token", 4_102_444_800)


def sdk_request(row):
    """Method and URL of the SDK's operation, every name in it NAME and the subscription SUB."""
    module, client_name, operation = row.sdk.split(":")
    client_class = getattr(importlib.import_module(module), client_name)
    takes_subscription = "subscription_id" in inspect.signature(client_class).parameters
    options = {
        "transport": Capture(),
        "base_url": "https://arm.example",
        "credential_scopes": ["https://arm.example/.default"],
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client = client_class(Nobody(), *(["SUB"] if takes_subscription else []), **options)
        call = client
        for step in operation.split("."):
            call = getattr(call, step)
        known = {
            **ALWAYS,
            "subscription_id": "SUB",
            "scope": "/subscriptions/SUB",
            "scope_id": "subscriptions/SUB",
        }
        arguments = {
            name: known.get(name, "NAME")
            for name, parameter in inspect.signature(call).parameters.items()
            if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
        }
        if row.query:
            name, _, value = row.query.lstrip("$").partition("=")
            arguments[name] = value
        with pytest.raises(Sent) as sent:
            next(iter(call(**arguments)))
    return sent.value.args


def parent_of(row):
    """A parent whose names are all NAME, in the letter case of the rows above."""
    if row.under is None:
        return Scope("/subscriptions/sub", "/subscriptions/SUB")
    above = next(other for other in SOURCES if other.kind == row.under)
    path = above.plain_path(parent_of(above))
    if above.kind == arm.RESOURCE_GROUP:
        path = "/subscriptions/SUB/resourceGroups/NAME"  # as ids say it; the list's own path has no capital
    elif above.shape is not Shape.ONE:
        path = (
            path.replace("/subscriptions/SUB/providers", "/subscriptions/SUB/resourceGroups/NAME/providers")
            + "/NAME"
        )
    return Scope(path.lower(), path)


@pytest.mark.parametrize("row", [s for s in SOURCES if s.sdk], ids=lambda row: row.kind)
def test_asks_what_the_sdk_asks(row, record_property):
    method, url = sdk_request(row)
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    sdk_version = query.pop("api-version")
    record_property("sdk_api_version", sdk_version)
    assert (method, re.sub("/{2,}", "/", parts.path)) == (row.method, row.url_path(parent_of(row)))
    assert query == {name: values[0] for name, values in parse_qs(row.query).items()}
    assert row.api_version <= sdk_version, "ours is newer than what the SDK uses: no real answer has shown it"


@every_row
def test_a_row_without_an_sdk_operation_says_why(row):
    assert bool(row.sdk) != bool(row.no_sdk), f"{row.kind}: give 'sdk', or the reason in 'no_sdk'"


@every_row
def test_reads_only(row):
    assert row.method == "GET" or any(row.path.lower().endswith(end) for end in READING_POSTS)
    assert row.right.lower().endswith("/read") or row.option, (
        f"{row.kind}: {row.right} is beyond the Reader role: give 'option'"
    )


@every_row
def test_what_is_asked_of_an_account_itself_takes_the_option(row):
    assert (row.service is not None) == (row.option == DATA_PLANE)


@every_row
def test_a_version_is_stable(row):
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", row.api_version) or row.kind in (
        "microsoft.insights/diagnosticsettings",
        "microsoft.security/securitycontacts",
    )


@every_row
def test_what_a_row_hangs_under_is_read_too(row):
    assert row.under is None or row.under in ALL_KINDS, f"{row.kind}: nothing reads {row.under}"
    assert ("{parent}" in row.path) == (row.under is not None)


@pytest.mark.parametrize(
    "row",
    [row for row in SOURCES if row.kind != arm.INVENTORY],
    ids=lambda row: f"{row.kind} under {row.under}",
)
def test_a_kind_is_the_type_that_its_path_names(row):
    path = arm.canonical(row.own_path(parent_of(row)))
    if row.items_of:
        assert row.kind.partition(".")[0] == "azlinkscan", "a kind that Azure has no list of is ours"
        return
    named = path if row.shape is Shape.ONE else f"{path}/name"
    if row.under is None:
        named = named.replace(
            "/subscriptions/sub/providers", "/subscriptions/sub/resourcegroups/name/providers"
        )
    words = row.kind.split("/")
    assert arm.type_of(named) in (row.kind, "/".join(words[:-1])), "a kind is the lower-case ARM type"


def test_no_row_stands_twice():
    assert len({(row.kind, row.under) for row in SOURCES}) == len(SOURCES)


def test_a_named_absence_is_never_a_refusal_or_a_missing_parent():
    forbidden = {
        "authorizationfailed",
        "notfound",
        "resourcenotfound",
        "parentresourcenotfound",
        "resourcegroupnotfound",
    }
    named = [(row.kind, status, code) for row in SOURCES for status, code in row.none_when]
    assert all(status in (400, 404, 409) and code.lower() not in forbidden for _, status, code in named)
    assert {kind for kind, _, _ in named} == {
        "microsoft.storage/storageaccounts/blobservices",
        "microsoft.storage/storageaccounts/fileservices",
    }, "a new truthful absence wants a source: say in the row where Azure was seen to answer it"


def test_every_parent_has_a_noun_for_the_plan():
    parents = {row.under for row in SOURCES if row.under and not row.items_of} | {
        row.kind for row in SOURCES if row.each
    }
    assert parents == set(NOUNS)


def test_a_servers_administrator_is_asked_for():
    servers = next(row for row in SOURCES if row.kind == "microsoft.sql/servers")
    assert servers.own_query == f"$expand=administrators/activedirectory&api-version={servers.api_version}"


@pytest.mark.parametrize("kind", ["microsoft.web/sites", "microsoft.web/sites/slots", "microsoft.recoveryservices/vaults",
                                  "microsoft.storage/storageaccounts/fileservices/shares"])  # fmt: skip
def test_what_a_list_leaves_out_is_read_item_by_item(kind):
    assert next(row for row in SOURCES if row.kind == kind).each


def test_master_is_not_asked_for_what_it_cannot_have():
    server = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Sql/servers/points"
    skipping = [row for row in SOURCES if row.under == "microsoft.sql/servers/databases" and row.skip]
    assert len(skipping) == 3
    for row in skipping:
        assert row.skip.applies(Fact.of(row.under, {"id": f"{server}/databases/Master"}))
        assert not row.skip.applies(Fact.of(row.under, {"id": f"{server}/databases/master-data"}))


@pytest.mark.parametrize(
    ("kind", "skipped"), [("ASEV2", True), ("asev1", True), ("ASEV3", False), (None, False), (3, False)]
)
def test_only_environments_known_to_be_old_are_not_asked_for_their_network(kind, skipped):
    row = next(row for row in SOURCES if row.kind.endswith("configurations/networking"))
    environment = Fact.of(row.under, {"id": "/subscriptions/s/x", "kind": kind})
    assert row.skip.applies(environment) is skipped
