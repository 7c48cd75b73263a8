"""A page of Resource Graph, its quota, and what makes a row as good as a GET."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from azlinkscan.collect.answer import Answer, Broken, Cause
from azlinkscan.collect.resource_graph import (
    TRACKED,
    ResourceGraph,
    body_of,
    is_settled,
    is_whole,
    page_of,
    query_for,
)
from azlinkscan.collect.retry import NOT_JSON, Patience, Reply
from azlinkscan.collect.source import Shape
from azlinkscan.collect.sources import SOURCES

NOW = datetime(2026, 4, 1, tzinfo=UTC)
ACCOUNTS = next(row for row in SOURCES if row.kind == "microsoft.storage/storageaccounts")
ROW = {
    "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a",
    "name": "a",
    "type": "microsoft.storage/storageaccounts",
    "kind": "StorageV2",
    "location": "japaneast",
    "managedBy": "",
    "identity": None,
    "properties": {"supportsHttpsTrafficOnly": True, "sasPolicy": None},
    "apiVersion": ACCOUNTS.api_version,
}
HTTPS = ("properties", "supportsHttpsTrafficOnly")
PAGE = {"totalRecords": 1, "count": 1, "data": [ROW], "facets": [], "resultTruncated": "false"}


def replied(body):
    return Reply(Answer(200, {}), body, 1)


class Poster:
    """Gives its answers in turn, and keeps what it was asked."""

    host = "https://arm.example"

    def __init__(self, *answers):
        self.answers = list(answers)
        self.bodies = []

    def post(self, path_and_query, body):
        assert path_and_query == "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01"
        self.bodies.append(json.loads(body))
        return self.answers.pop(0)


def answered(status=200, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, json.dumps(PAGE).encode())


def graph(poster):
    slept = []
    return ResourceGraph(poster, Patience(), sleep=slept.append, now=lambda: NOW), slept


def test_both_formats_give_the_same_rows():
    table = {"columns": [{"name": name} for name in ROW], "rows": [list(ROW.values())]}
    assert page_of(replied(PAGE)) == page_of(replied({**PAGE, "data": table}))
    assert page_of(replied(PAGE)).rows == (ROW,)


@pytest.mark.parametrize("truncated", ["false", False, "False"])
def test_the_last_page_is_one_that_says_so(truncated):
    page = page_of(replied({**PAGE, "resultTruncated": truncated}))
    assert (page.total, page.token) == (1, None)


@pytest.mark.parametrize(
    "change",
    [
        {"data": None},
        {"data": "rows"},
        {"data": [None]},
        {"data": {"columns": [], "rows": None}},
        {"data": {"columns": [{"name": "id"}], "rows": [["1", "2"]]}},
        {"count": 2},
        {"count": None},
        {"totalRecords": "1"},
        {"totalRecords": None},
        {"resultTruncated": "true"},
        {"resultTruncated": None},
        {"$skipToken": ""},
        {"$skipToken": 5},
        {"error": {"code": "BadRequest"}},
    ],
)
def test_what_does_not_say_how_whole_it_is_is_no_page(change):
    assert page_of(replied({**PAGE, **change})) is None


def test_an_error_or_no_answer_is_no_page():
    assert page_of(Reply(Answer(403, {}), PAGE, 1)) is None
    assert page_of(Reply(Answer(200, {}), NOT_JSON, 1)) is None
    assert page_of(Reply(Broken(Cause.LATE, "slow"), NOT_JSON, 1)) is None


def test_columns_that_the_resource_does_not_have_are_left_out():
    assert body_of(ROW) == {
        name: ROW[name] for name in ("id", "name", "type", "kind", "location", "properties")
    }


@pytest.mark.parametrize(
    ("change", "whole"),
    [
        ({}, True),
        ({"apiVersion": "2099-01-01"}, True),
        ({"apiVersion": "2019-06-01"}, False),
        ({"apiVersion": "2099-01-01-preview"}, False),
        ({"apiVersion": None}, False),
        ({"apiVersion": ""}, False),
        ({"properties": None}, False),
        ({"properties": {}}, False),
        ({"properties": {"SupportsHttpsTrafficOnly": True}}, False),
        ({"properties": {"supportsHttpsTrafficOnly": None}}, False),
        ({"kind": ""}, False),
    ],
)
def test_a_row_is_whole_where_it_says_what_our_get_would_say(change, whole):
    assert is_whole({**ROW, **change}, ACCOUNTS, [HTTPS, ("kind",)]) is whole


def test_a_spent_quota_is_waited_for():
    spent = answered(x_ms_user_quota_remaining="0", x_ms_user_quota_resets_after="00:00:04")
    queries, slept = graph(Poster(spent, answered()))
    queries.ask("q", "s", None)
    assert slept == []
    queries.ask("q", "s", None)
    assert slept == [4.0]


def test_a_429_is_asked_again_when_the_quota_is_back():
    poster = Poster(answered(429, x_ms_user_quota_resets_after="00:01:05"), answered())
    queries, slept = graph(poster)
    assert queries.ask("q", "s", None).attempts == 2
    assert slept == [65.0]


def test_a_query_names_its_subscription_its_page_and_its_form():
    poster = Poster(answered(), answered())
    queries, _ = graph(poster)
    queries.ask("q", "s", None)
    queries.ask("q", "s", "next")
    first, second = poster.bodies
    assert first == {
        "subscriptions": ["s"],
        "query": "q",
        "options": {"resultFormat": "objectArray", "$top": 1000},
    }
    assert second["options"]["$skipToken"] == "next"


def test_a_query_is_ordered_and_projects_the_id():
    query = query_for({"microsoft.web/sites", "microsoft.storage/storageaccounts"})
    assert query.startswith(
        "Resources | where type in~ ('microsoft.storage/storageaccounts', 'microsoft.web/sites') | project id, "
    )
    assert query.endswith("apiVersion | order by id asc")


@pytest.mark.parametrize(
    ("changed", "settled"),
    [
        ("2026-03-01T00:00:00.1234567Z", True),
        ("2026-03-01T00:00:00", True),
        ("2026-03-30T12:00:00Z", False),
        ("2026-04-02T00:00:00Z", False),
        ("of late", False),
        (None, False),
        (5, False),
    ],
)
def test_only_a_change_of_long_ago_is_settled(changed, settled):
    assert is_settled({"changedTime": changed}, NOW) is settled
    assert not is_settled({}, NOW)


def test_every_tracked_kind_is_a_list_of_resources_whose_version_compares():
    rows = [row for row in SOURCES if row.kind in TRACKED]
    assert {row.kind for row in rows} == TRACKED
    for row in rows:
        assert row.shape is Shape.LIST
        assert len(row.api_version) == len("2024-01-01"), row.kind
        assert not row.query
        assert row.option is None
