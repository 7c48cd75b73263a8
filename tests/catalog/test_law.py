"""The law and its neighbour, on every scene of the catalogue.

What is taken away as unreadable never flips a verdict; what is odd but true is never an error.
"""

from __future__ import annotations

import copy

import pytest

from azlinkscan.assess import scene
from azlinkscan.assess.compiled import compile_check
from azlinkscan.assess.judge import Judge, Task
from azlinkscan.assess.tasks import effective
from azlinkscan.catalog.checks import load_checks
from azlinkscan.model.check import UNSET
from azlinkscan.model.verdict import Verdict

CHECKS = load_checks()
every_check = pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS.keys())
ODD = (None, "Zyzzyva", 3, -1.5, True, [], {}, ["Zyzzyva"], {"zyzzyva": 1}, [None], "")


class Bench:
    """One check, compiled once, judged on many worlds."""

    def __init__(self, check, settings):
        self.check = check
        self.words = scene.words_of(check)
        merged, digest = effective(check, ({check.id: settings},))
        self.task = Task(compile_check(check, self.words), merged, digest)

    def findings(self, world_scene, gaps=None, unread=()):
        world = scene.build(self.check, world_scene, gaps or {}, unread, self.check.scene)
        return {f.resource: f for f in Judge(self.words, world).findings(self.task)}


def worlds(check):
    for example in check.examples:
        changed, gaps = scene.apply(check.scene, example)
        yield Bench(check, example.settings), changed, gaps, example.unread


def still(clean, faulty):
    """Every clean finding again, with its verdict or unknown, or an unknown of the same check above it."""
    for resource, finding in clean.items():
        again = faulty.get(resource)
        if again is not None:
            assert again.verdict in (finding.verdict, Verdict.UNKNOWN), (
                f"{resource}: {finding.verdict} became {again.verdict} when something could not be read"
            )
            continue
        above = [
            f
            for f in faulty.values()
            if f.verdict is Verdict.UNKNOWN and (resource + "/").startswith(f.resource)
        ]
        assert above, f"{resource}: the finding vanished when something could not be read"


@every_check
def test_a_fact_that_cannot_be_read_flips_nothing(check):
    for bench, world, gaps, unread in worlds(check):
        clean = bench.findings(world, gaps, unread)
        for name in world:
            if name == "at" or name in gaps:
                continue
            for reason in ("refused", "unavailable", "cut-short"):
                still(clean, bench.findings(world, {**gaps, name: reason}, unread))


@every_check
def test_a_kind_that_cannot_be_listed_flips_nothing(check):
    for bench, world, gaps, unread in worlds(check):
        clean = bench.findings(world, gaps, unread)
        for kind in check.kinds:
            still(clean, bench.findings(world, gaps, (*unread, kind)))
            # … also where the list broke off before some of its facts were seen
            without = {n: v for n, v in world.items() if n == "at" or scene.kind_of(v) != kind}
            still(
                clean,
                bench.findings(without, {n: g for n, g in gaps.items() if n in without}, (*unread, kind)),
            )


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield (*path, index)
            yield from leaves(inner, (*path, index))


def put(world, path, value):
    changed = copy.deepcopy(world)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


@every_check
def test_an_odd_answer_is_never_our_error(check):
    bench = Bench(check, {})
    for name, fact in check.scene.items():
        if name == "at":
            continue
        for path in leaves(fact):
            if path[0] in ("id", "kind_of_fact"):
                continue
            for odd in ODD:
                findings = bench.findings(put(check.scene, (name, *path), odd))
                for finding in findings.values():
                    assert finding.verdict is not Verdict.ERROR, (
                        f"{check.place}: {name}.{'.'.join(map(str, path))} = {odd!r} gives an error "
                        f"({finding.problem}): read nested values with field(…) or word(…)"
                    )


@every_check
def test_a_word_that_nobody_knows_is_never_a_pass(check):
    bench = Bench(check, {})
    for spec in check.read:
        if not spec.one_of:
            continue
        for name, fact in check.scene.items():
            if name == "at":
                continue
            path = (name, *spec.field)
            if not set(leaves(fact)) & {spec.field}:
                continue

            def verdicts(word, path=path):
                return {f.verdict for f in bench.findings(put(check.scene, path, word)).values()}

            if Verdict.PASS in verdicts("Zyzzyva"):
                assert all(Verdict.PASS in verdicts(word) for word in spec.one_of), (
                    f"{check.place}: '{spec.name}' passes on a word that nobody knows"
                )
            if spec.absent is UNSET:
                assert Verdict.PASS not in verdicts(None) or Verdict.PASS in verdicts("Zyzzyva")
