"""``--inventory resource-graph``: the same result in fewer requests, and still nothing but reads."""

from __future__ import annotations

import pytest

from tests.arm.graph import PATH, Graph
from tests.end_to_end.machine import verdicts


def test_the_result_is_the_same_and_the_requests_are_fewer(machine, city):
    through_arm, through_graph = city(page_size=1000), city(page_size=1000, graph=Graph(page_size=7))
    plain = machine.scan(through_arm, "--format", "json")
    short = machine.scan(through_graph, "--format", "json", "--inventory", "resource-graph")
    assert verdicts(short.document) == verdicts(plain.document)
    assert len(through_graph.requests) < 0.9 * len(through_arm.requests)
    assert through_graph.writes == []
    posted = {request.path.lower() for request in through_graph.requests if request.method != "GET"}
    assert posted == {PATH}


def test_a_refused_graph_changes_nothing(machine, city):
    plain = machine.scan(city(), "--format", "json")
    refused = city(graph=Graph(refuses=True))
    ended = machine.scan(refused, "--format", "json", "--inventory", "resource-graph")
    assert verdicts(ended.document) == verdicts(plain.document)
    assert {one.status for one in refused.requests if one.method == "POST"} == {403}


def test_the_configuration_may_say_so_and_the_command_line_has_the_last_word(machine, city):
    arm = city(page_size=1000)
    machine.write("azlinkscan.toml", 'inventory = "resource-graph"\n')
    machine.scan(arm, "--check", "storage/https-only", "--inventory", "arm")
    assert {request.method for request in arm.requests} == {"GET"}
    machine.scan(arm, "--check", "storage/https-only")
    assert "POST" in {request.method for request in arm.requests}


def test_arm_is_the_default(machine, city):
    arm = city()
    machine.scan(arm, "--check", "storage/https-only")
    assert all(request.method == "GET" for request in arm.requests)


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "there is no inventory called 'graph'"), ("ja", "「graph」という")]
)
def test_another_inventory_is_an_error_that_names_those_there_are(machine, city, lang, told):
    arm = city()
    ended = machine.run("scan", *machine.to(arm), "--inventory", "graph", "--lang", lang)
    ended.is_refused(2, told, "arm, resource-graph")
    assert arm.requests == []
