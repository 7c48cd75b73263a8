"""A result carries what people decided, and one that was written before that is read as before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azlinkscan.assess.criteria import by_hand, fold
from azlinkscan.model.decision import (
    Attested,
    BaselineScan,
    BaselineState,
    EvidenceFile,
    Excepted,
    Excepting,
    Lapse,
    Lapsed,
    Standing,
)
from azlinkscan.model.profile import ByCheck, ByHand, Group
from azlinkscan.model.result import CheckTally, CriterionResult
from azlinkscan.model.verdict import Severity, Verdict
from azlinkscan.scan.exit_code import Exit, exit_code
from azlinkscan.snapshot.result_file import ResultFile, ResultWriter
from tests.report.sample import HEADER, HERE, KAKUU, LOOK, ONE, finding, storage

ACCEPTED = Excepted(
    Excepting.EXCEPTION,
    "exceptions.yaml:3",
    reason="移行が終わるまで",
    owner="情報政策課",
    approver="課長",
    ticket="JP-12",
    since="2026-03-01",
    until="2026-04-10",
    ends_in=9,
    accepts={"default_action": "Allow"},
)
BASELINED = Excepted(Excepting.BASELINE, "night.zip", scan="2026-03-01T00:00:00Z", snapshot="a" * 64)
SEEN = Attested(
    "attestations.yaml:2",
    "ログイン画面で伏字を確認した",
    "架空 花子",
    "2026-03-01",
    "2027-03-31",
    (EvidenceFile("screens/login.png", "b" * 64, "b" * 64), EvidenceFile("gone.png", "c" * 64)),
    Standing.ALTERED,
)


def written(path, findings, criteria=(), header=HEADER):
    writer = ResultWriter(path.parent / "parts")
    for one in findings:
        writer.finding(one)
    writer.finish(path, header, criteria, (), (KAKUU,))
    return ResultFile(path)


def failing(name, **more):
    return finding("storage/https-only", storage(name), Verdict.FAIL, **more)


def test_what_was_decided_is_read_as_it_was_written(tmp_path):
    findings = [
        failing("a", excepted=ACCEPTED, baseline=BaselineState.NEW),
        failing("b", excepted=BASELINED, baseline=BaselineState.UNCHANGED),
        failing("c", lapsed=(Lapsed("exceptions.yaml:9", Lapse.EXPIRED, "2026-01-31"),)),
    ]
    tally = CheckTally("storage/https-only", None, Verdict.FAIL, {Verdict.FAIL: 3}, excepted=2)
    criterion = CriterionResult(KAKUU.id, "kakuu-1-i", Verdict.UNKNOWN, (tally,), (LOOK,), (SEEN,))
    header = replace(
        HEADER, decisions={"exceptions": "d" * 64}, baseline=BaselineScan("night.zip", HEADER.clock, "a" * 64)
    )
    with written(tmp_path / "r.zip", findings, [criterion], header) as result:
        assert list(result.findings()) == findings
        assert list(result.criteria()) == [criterion]
        assert (result.header, result.excepted(), result.counts()) == (header, 2, {Verdict.FAIL: 3})
        assert criterion.excepted == 2


def test_a_result_without_decisions_has_the_bytes_that_it_always_had(tmp_path):
    with written(tmp_path / "r.zip", [failing("a")]) as result:
        assert result.excepted() == 0
        words = b"".join(result._archive.lines("findings"))
        assert not any(word in words for word in (b"excepted", b"lapsed", b"baseline"))


@pytest.mark.parametrize(
    ("findings", "fail_on", "ends"),
    [
        ([failing("a", excepted=ACCEPTED)], Severity.LOW, Exit.OK),
        ([failing("a", excepted=ACCEPTED), failing("b")], Severity.LOW, Exit.FAILED),
        ([failing("a", excepted=ACCEPTED), failing("b")], Severity.HIGH, Exit.OK),
        ([finding("ase/in-use", ONE, Verdict.ERROR, problem="x"), failing("a", excepted=ACCEPTED)], None, 5),
    ],
    ids=["all excepted", "one more", "one more beneath the limit", "an error stays one"],
)
def test_only_what_nobody_accepted_fails_the_run(tmp_path, findings, fail_on, ends):
    with written(tmp_path / "r.zip", findings) as result:
        assert exit_code(result, fail_on) == ends


@pytest.mark.parametrize(
    ("standings", "verdict"),
    [
        ([], Verdict.BY_HAND),
        ([Standing.HOLDS], Verdict.PASS),
        ([Standing.EXPIRED], Verdict.UNKNOWN),
        ([Standing.NOT_YET], Verdict.UNKNOWN),
        ([Standing.ALTERED], Verdict.UNKNOWN),
        ([Standing.UNREADABLE_DATE], Verdict.UNKNOWN),
        ([Standing.EXPIRED, Standing.HOLDS], Verdict.PASS),
        ([Standing.ALTERED, Standing.HOLDS], Verdict.UNKNOWN),
        ([Standing.UNREADABLE_DATE, Standing.HOLDS], Verdict.UNKNOWN),
    ],
)
def test_only_an_attestation_that_holds_settles_what_is_met_by_hand(standings, verdict):
    assert by_hand(replace(SEEN, standing=one) for one in standings) is verdict


def test_an_attestation_settles_no_check():
    tree = Group("all-of", (ByCheck("storage/https-only", HERE), ByHand(LOOK)))
    verdicts = [fold(tree, {"storage/https-only": one}, Verdict.PASS) for one in Verdict]
    assert verdicts == [one if one is not Verdict.NOT_APPLICABLE else Verdict.PASS for one in Verdict]
