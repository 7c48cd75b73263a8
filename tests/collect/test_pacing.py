"""As fast as Azure allows and not faster, on a clock that only the simulation moves."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from azlinkscan.collect.answer import Answer, Broken, Cause
from azlinkscan.collect.pacing import Lane, Pacing, Refusal, Turn
from tests.arm.throttle import Limit
from tests.collect.simulated import (
    ACCOUNTS,
    LATENCY,
    SUB,
    Azure,
    Scan,
    Time,
    Windows,
    blob_services,
    containers,
    refusal,
    sites,
)

GUID = SUB.format(1).rpartition("/")[2]
SIZE, RATE = 250, 25


def scan(azure=None, **options):
    return Scan(azure or Azure(Time()), **options)


# -- Resource Manager's bucket ---------------------------------------------------------------------


@pytest.mark.parametrize("jitter", [0.0, 0.02, 0.05])
def test_a_subscription_is_read_as_fast_as_its_bucket_allows_and_never_refused(jitter):
    running, chance = scan(), random.Random(7)
    running.latency = lambda: LATENCY + chance.uniform(-jitter, jitter)
    running.run(sites(1500))
    bound = (1500 - SIZE) / RATE
    assert running.azure.throttled == 0
    assert bound <= running.time.now <= 1.02 * bound


def test_slow_answers_cost_no_more_than_their_slowness():
    running, chance = scan(), random.Random(7)
    running.latency = lambda: chance.choice([0.05, 0.1, 1.0, 2.0])
    running.run(sites(1500))
    assert running.azure.throttled == 0
    assert running.time.now <= 1.1 * max((1500 - SIZE) / RATE, 1500 * 0.8 / 32)


def test_each_subscription_has_a_bucket_of_its_own():
    running = scan(in_flight=64).run([read for number in range(1, 5) for read in sites(400, number)])
    assert running.azure.throttled == 0
    assert running.time.now <= 1.35 * (400 - SIZE) / RATE


def test_what_lies_in_no_subscription_has_another():
    running = scan().run([*sites(SIZE), "/subscriptions?api-version=1"])
    assert running.done["/subscriptions?api-version=1"] < 1


def test_a_neighbour_who_drinks_from_the_bucket_is_noticed():
    azure = Azure(Time())

    def drink():
        azure.buckets.take(SUB.format(1))
        if azure.time.now < 60:
            azure.time.at(azure.time.now + 0.1, drink)

    azure.time.at(0, drink)
    running = scan(azure).run(sites(600))
    assert azure.throttled == 0
    assert max(running.done.values()) <= 1.05 * (600 - SIZE) / (RATE - 10)


def test_a_bucket_that_somebody_emptied_before_is_known_from_the_first_answer():
    azure = Azure(Time())
    for _ in range(SIZE - 3):
        azure.buckets.take(SUB.format(1))
    running = scan(azure, in_flight=1)
    running.run(sites(1))
    running.in_flight = 32
    running.run(sites(100))
    assert azure.throttled == 0
    assert running.time.now <= 1.1 * 100 / RATE


def test_a_bucket_that_is_larger_than_documented_is_used():
    running = scan(Azure(Time(), Limit(size=12_000, per_second=3.3))).run(sites(3000))
    assert running.azure.throttled == 0
    assert running.time.now <= 1.05 * 3000 * LATENCY / 32


def test_resource_managers_own_refusal_stops_the_subscription_and_no_other():
    azure = Azure(Time(), Limit(size=20, per_second=1.0))
    running = scan(azure).run(sites(60, 1) + sites(10, 2))
    assert max(running.done[read] for read in sites(10, 2)) < 0.2
    assert len(running.done) == 70


def test_a_bucket_that_fills_more_slowly_than_documented_is_learnt_from_its_refusals():
    azure = Azure(Time(), Limit(size=40, per_second=2.0))
    running = scan(azure).run(sites(300))
    first = sum(at < 2 for at, _, status in azure.arrived if status == 429)
    assert azure.throttled - first <= 0.2 * 300
    assert running.time.now <= 1.25 * (300 - 40) / 2


# -- providers -------------------------------------------------------------------------------------


def test_a_provider_that_refuses_is_left_alone_and_the_others_are_not():
    azure = Azure(Time())
    azure.refusing["microsoft.storage"] = 20.0
    running = scan(azure).run(blob_services(100) + sites(100))
    assert max(running.done[read] for read in sites(100)) < 1
    assert min(running.done[read] for read in blob_services(100)) > 20
    assert azure.throttled <= 32


def test_after_a_pause_they_do_not_all_come_at_once():
    azure = Azure(Time())
    azure.refusing["microsoft.storage"] = 20.0
    scan(azure).run(blob_services(100))
    again = [at for at, _, status in azure.arrived if status == 200]
    assert sum(at - again[0] < 0.9 * LATENCY for at in again) == 1
    assert sum(at - again[0] < 1.9 * LATENCY for at in again) <= 3
    assert again[-1] - again[0] < 1


def test_where_azure_keeps_to_its_limit_of_lists_one_refusal_tells():
    azure = Azure(Time(), lists=Windows(100))
    running = scan(azure).run(containers(250))
    assert azure.throttled == 1
    assert 600 <= running.time.now <= 603


def test_where_azure_does_not_the_limit_is_passed_with_care():
    running = scan().run(containers(240))
    assert running.azure.throttled == 0
    assert running.time.now < 3
    sent = [at for at, _, _ in running.azure.arrived]
    gaps = [later - earlier for earlier, later in pairwise(sent[99:104])]
    assert max(gaps) >= LATENCY


def test_each_region_has_a_limit_of_its_own():
    azure = Azure(Time(), lists=Windows(100))
    running = scan(azure)
    accounts = f"{SUB.format(1)}/providers/Microsoft.Storage/storageAccounts?api-version=1"
    listed = {
        "value": [
            {"id": f"{ACCOUNTS}/a", "location": "Japan East"},
            {"id": f"{ACCOUNTS}/b", "location": "japanwest"},
            {"id": 7},
            "x",
        ]
    }
    turn = running.pacing.turn(accounts)
    running.pacing.heard(turn, Answer(200, {}), listed)
    running.run(containers(100, "a") + containers(100, "b"))
    assert azure.throttled == 0
    assert running.time.now < 2
    assert running.pacing.lane(containers(1, "a")[0]).region == "japaneast"


def test_reads_and_lists_are_counted_apart():
    azure = Azure(Time(), lists=Windows(100))
    running = scan(azure).run(containers(101) + blob_services(200))
    assert max(running.done[read] for read in blob_services(200)) < 60


def test_a_type_with_a_limit_of_its_own_is_slowed_where_nothing_is_left():
    running = scan()
    running.azure.headers = {"x-ms-ratelimit-remaining-subscription-resource-requests": "0"}
    running.run(sites(40))
    arrived = sorted(at for at, _, _ in running.azure.arrived)
    assert arrived[-1] - arrived[32] >= 6
    assert not isinstance(running.pacing.turn(blob_services(1)[0]), float)


def test_a_global_count_that_runs_out_holds_everything_back():
    running = scan()
    running.azure.headers = {"x-ms-ratelimit-remaining-subscription-global-reads": "0"}
    running.run(sites(33))
    assert isinstance(running.pacing.turn(blob_services(1)[0]), float)


QUERY = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01"


def test_resource_graph_takes_fifteen_queries_in_five_seconds():
    running = scan(in_flight=4).run([f"{QUERY}&n={number}" for number in range(60)])
    assert 15 <= running.time.now <= 15.5


def test_a_quota_that_is_used_up_is_waited_for():
    pacing = Pacing(lambda: 0.0)
    said = {"x-ms-user-quota-remaining": "0", "x-ms-user-quota-resets-after": "00:00:04"}
    pacing.heard(pacing.turn(QUERY), Answer(200, said))
    assert pacing.turn(QUERY) == 4
    pacing.heard(pacing.turn(sites(1)[0]), Answer(200, {**said, "x-ms-user-quota-resets-after": "soon"}))
    assert pacing.turn(sites(1)[0]) == 1


@pytest.mark.parametrize("odd", ["", "many", "-1", "1e3", "٣", "9" * 400])
def test_an_odd_count_is_as_good_as_none(odd):
    pacing = Pacing(lambda: 0.0)
    pacing.heard(pacing.turn(sites(1)[0]), Answer(200, {"x-ms-ratelimit-remaining-subscription-reads": odd}))
    assert isinstance(pacing.turn(sites(1)[0]), Turn)


# -- the end of patience ---------------------------------------------------------------------------


def test_a_pause_beyond_patience_is_the_answer_to_everybody_else_too():
    azure = Azure(Time())
    azure.refusing["microsoft.storage"] = 3600.0
    running = scan(azure, in_flight=4).run(blob_services(50) + sites(50))
    assert azure.throttled <= 4
    assert len(running.given_up) == 50
    assert len(running.done) == 50


def test_a_provider_that_does_nothing_but_refuse_is_given_up():
    azure = Azure(Time())
    azure.refusing["microsoft.storage"] = 1e9
    azure._said = lambda address, said=azure._said: (
        refusal("TooManyRequests", 29) if "Storage" in address else said(address)
    )
    running = scan(azure).run(blob_services(50) + sites(5))
    assert running.time.now < 300
    assert azure.throttled < 60
    assert len(running.given_up) == 50
    assert len(running.done) == 5


def test_one_that_answers_now_and_then_is_not():
    now = [0.0]
    pacing = Pacing(lambda: now[0], patience=100)
    for moment in range(0, 1000, 60):
        now[0] = float(moment)
        turn = pacing.turn(sites(1)[0])
        assert isinstance(turn, Turn)
        pacing.refused(turn, refusal("TooManyRequests", 10), "TooManyRequests", 10)
        now[0] += 20
        pacing.heard(pacing.turn(sites(1)[0]), Answer(200, {}))


def test_what_broke_opens_no_gate():
    now = [0.0]
    pacing = Pacing(lambda: now[0])
    turn = pacing.turn(sites(1)[0])
    pacing.refused(turn, refusal("X", 1), "X", 1)
    now[0] = 2.0
    first = pacing.turn(sites(1)[0])
    pacing.heard(first, Broken(Cause.CUT_OFF, "x"))
    assert isinstance(pacing.turn(sites(1)[0]), Turn)
    assert isinstance(pacing.turn(sites(1)[0]), float)


# -- turns -----------------------------------------------------------------------------------------


def test_a_turn_that_was_set_aside_is_this_threads_next():
    pacing = Pacing(lambda: 0.0)
    lane = pacing.lane(sites(1)[0])
    assert pacing.grant(lane) == 0
    assert pacing.spent().requests == 1
    assert isinstance(pacing.turn(sites(1)[0]), Turn)
    assert pacing.spent().requests == 1


def test_a_turn_that_is_not_used_is_given_back():
    pacing = Pacing(lambda: 0.0)
    lane = pacing.lane(sites(1)[0])
    while pacing.grant(lane) == 0:
        pacing.withdraw()
        if pacing.spent().requests or len(pacing._budgets) > 3:
            pytest.fail("it was counted")
        break
    taken = 0
    while pacing.grant(lane) == 0:
        taken += 1
    assert 240 <= taken < 250
    pacing.withdraw()
    pacing.withdraw()
    assert pacing.grant(lane) == 0
    assert pacing.grant(lane) > 0


def test_a_refusal_that_stands_is_worth_no_wait():
    pacing = Pacing(lambda: 0.0, patience=60)
    said = refusal("TooManyRequests", 600)
    pacing.refused(pacing.turn(sites(1)[0]), said, "TooManyRequests", 600)
    assert pacing.grant(pacing.lane(sites(1)[0])) == 0
    assert pacing.turn(sites(1)[0]) == Refusal(said)


def test_what_was_spent_is_told_by_provider():
    azure = Azure(Time())
    azure.refusing["microsoft.storage"] = 10.0
    running = scan(azure, in_flight=1).run([SUB.format(1), *sites(3), *blob_services(2)])
    spent = running.pacing.spent().to_json()
    assert spent["by_provider"] == {"microsoft.resources": 1, "microsoft.storage": 3, "microsoft.web": 3}
    assert (spent["requests"], spent["throttled"]) == (7, 1)
    assert 9 <= spent["waited_seconds"] <= 12


@pytest.mark.parametrize(
    ("address", "lane"),
    [
        ("/subscriptions?api-version=1", Lane("", "", "subscriptions", True)),
        (f"/subscriptions/{GUID}?api-version=1", Lane(GUID, "", "subscriptions", False)),
        (f"/subscriptions/{GUID}/resourcegroups?a=b", Lane(GUID, "", "resourcegroups", True)),
        (f"/subscriptions/{GUID}/resourceGroups/g", Lane(GUID, "", "resourcegroups", False)),
        (
            f"/subscriptions/{GUID}/providers/Microsoft.Web/sites?x=/providers/Microsoft.Sql/servers",
            Lane(GUID, "microsoft.web", "microsoft.web/sites", True),
        ),
        (
            f"{ACCOUNTS}/a/blobServices/default/providers/Microsoft.Insights/diagnosticSettings",
            Lane(GUID, "microsoft.insights", "microsoft.insights/diagnosticsettings", True),
        ),
        (
            f"{SUB.format(1)}/resourceGroups/%E6%9E%B6/providers/Microsoft.Sql/servers/s/databases/d",
            Lane(GUID, "microsoft.sql", "microsoft.sql/servers/databases", False),
        ),
        (QUERY, Lane("", "microsoft.resourcegraph", "microsoft.resourcegraph/resources", True)),
        ("https://A.blob.example/c?restype=container", Lane("", "a.blob.example", "", False)),
        ("/", Lane("", "", "", True)),
    ],
)
def test_a_request_is_counted_with_its_kind(address, lane):
    assert Pacing().lane(address) == lane


def test_another_host_draws_on_no_bucket_and_closes_no_gate_but_its_own():
    pacing = Pacing(lambda: 0.0)
    blob = "https://a.blob.example/c"
    for _ in range(400):
        assert isinstance(pacing.turn(blob), Turn)
    pacing.refused(pacing.turn(blob), refusal("ServerBusy", 5), "ServerBusy", 5)
    assert isinstance(pacing.turn(blob), float)
    assert isinstance(pacing.turn("https://b.blob.example/c"), Turn)
    assert isinstance(pacing.turn("/subscriptions"), Turn)
