"""A night's result of a small city, written to a file: one storage check, one criterion, whatever a test wants of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from azlinkscan.errors import Place
from azlinkscan.model import arm
from azlinkscan.model.facts import Gap, Reason, Remedy
from azlinkscan.model.profile import ByCheck, Criterion, Profile, Standard
from azlinkscan.model.result import (
    CheckCard,
    CheckTally,
    ClauseOutcome,
    CoverageRow,
    CriterionResult,
    Finding,
    ResultHeader,
    SubscriptionSummary,
)
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict, all_of
from azlinkscan.snapshot.result_file import ResultWriter

CITY = "/subscriptions/00000000-0000-0000-0000-000000000001"
CHECK = "storage/https-only"
KIND = "microsoft.storage/storageaccounts"
HERE = Place("night")
SENTENCE = Text("通信を暗号化すること。", "Encrypt what is sent.")
PASS, FAIL, UNKNOWN, NONE = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


def account(name: str) -> str:
    return f"{CITY}/resourceGroups/rg-points/providers/Microsoft.Storage/storageAccounts/{name}"


def judged(name: str, verdict: Verdict = PASS, check: str = CHECK, **more: Any) -> Finding:
    """What the check says of one storage account."""
    shown = account(name)
    more.setdefault("observed", {"https_only": verdict is PASS})
    if verdict is FAIL:
        more.setdefault("clauses", (ClauseOutcome(1, False, Text("HTTP を受け付ける", "it takes HTTP")),))
    if verdict is UNKNOWN:
        more["observed"] = {}
        more.setdefault("gaps", (gap(shown),))
    return Finding(
        check, arm.canonical(shown), shown, KIND, arm.canonical(CITY), verdict, Severity.HIGH, **more
    )


def of_scope(verdict: Verdict, check: str = CHECK) -> Finding:
    """What stands where there is none, or no list."""
    gaps = (gap(CITY),) if verdict is UNKNOWN else ()
    return Finding(
        check, arm.canonical(CITY), CITY, KIND, arm.canonical(CITY), verdict, Severity.HIGH, gaps=gaps
    )


def gap(scope: str, correlation_id: str | None = None) -> Gap:
    return Gap(
        arm.canonical(scope),
        KIND,
        Reason.REFUSED,
        403,
        "AuthorizationFailed",
        "Microsoft.Storage/storageAccounts/read",
        correlation_id,
        Remedy.RIGHT,
    )


def criterion(by: str = CHECK, **more: Any) -> Criterion:
    return Criterion("kakuu-1", "１", SENTENCE, ByCheck(by, HERE), (), {}, (), HERE, **more)


@dataclass(frozen=True)
class Night:
    """What one scan found."""

    findings: tuple[Finding, ...]
    clock: str = "2026-04-01T00:00:00Z"
    complete: bool = True
    digests: dict[str, str] = field(default_factory=lambda: {CHECK: "a" * 64})
    criterion: Criterion = field(default_factory=criterion)
    scope: dict[str, Any] = field(default_factory=dict)
    subscriptions: tuple[str, ...] = (CITY,)
    left_out: int = 0

    def on(self, day: int, *findings: Finding, month: int = 4, **more: Any) -> Night:
        """The same scan on another day of 2026, with other findings."""
        return replace(self, findings=findings, clock=f"2026-{month:02}-{day:02}T00:00:00Z", **more)

    def write(self, path: Path) -> Path:
        """The result's file."""
        found = sorted(self.findings, key=lambda one: one.order)
        verdicts = [one.verdict for one in found if one.check == CHECK]
        counts = {verdict: verdicts.count(verdict) for verdict in dict.fromkeys(verdicts)}
        tally = CheckTally(CHECK, None, all_of(verdicts), counts)
        with TemporaryDirectory() as folder:
            writer = ResultWriter(Path(folder))
            try:
                for one in found:
                    writer.finding(one)
                writer.gaps(gap for one in found for gap in one.gaps)
                writer.coverage(self._coverage(found))
                writer.finish(
                    path,
                    self._header(),
                    [CriterionResult("kakuu", "kakuu-1", all_of(verdicts), (tally,))],
                    [card(check, digest) for check, digest in self.digests.items()],
                    [self._profile()],
                )
            finally:
                writer.close()
        return path

    def _coverage(self, found: Iterable[Finding]) -> list[CoverageRow]:
        resources = {one.resource for one in found if "/providers/" in one.resource}
        return [
            CoverageRow(
                arm.canonical(one), KIND, len(resources) + self.left_out, len(resources), self.complete, 0
            )
            for one in self.subscriptions
        ]

    def _header(self) -> ResultHeader:
        return ResultHeader(
            tool="0.1.0",
            clock=self.clock,
            snapshot=self.clock.encode().hex(),
            catalog="c" * 64,
            cloud="public",
            profiles=("kakuu",),
            checks=tuple(self.digests),
            scope=self.scope,
            subscriptions=tuple(
                SubscriptionSummary(arm.canonical(one), "架空市", 1, 0, True) for one in self.subscriptions
            ),
        )

    def _profile(self) -> Profile:
        source = Standard("架空市の基準", "２", "in-force", Text("施行中", "in force"))
        return Profile(
            "kakuu", Text("架空市の基準", "A fictional standard"), source, (self.criterion,), "p" * 64, HERE
        )


def card(check: str, digest: str) -> CheckCard:
    title = Text("HTTPS だけを受け付ける", "Only HTTPS is accepted")
    return CheckCard(check, title, title, Severity.HIGH, title, None, (), (KIND,), digest)
