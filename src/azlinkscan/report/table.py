"""The result for a person at a terminal: the criteria, what failed, what could not be assessed, and a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from rich.cells import cell_len

from azlinkscan.model.profile import NotCovered, Profile
from azlinkscan.model.result import CheckCard, Finding, ResultReader
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict
from azlinkscan.report import phrases
from azlinkscan.report.accepted import attested_text, excepted_text, lapsed_text
from azlinkscan.report.criteria import CriterionRow, Results, results_of, rows, verdict_counts
from azlinkscan.report.format import Format, View
from azlinkscan.report.names import SubscriptionNames, resource_group, resource_name
from azlinkscan.report.page import Page
from azlinkscan.report.remedies import HEADINGS, Remedies, want_text

VERDICT_STYLES: Mapping[Verdict, str] = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.UNKNOWN: "yellow",
    Verdict.NOT_APPLICABLE: "bright_black",
    Verdict.ERROR: "bold magenta",
    Verdict.BY_HAND: "cyan",
    Verdict.NOT_COVERED: "bright_black",
}
SEVERITY_STYLES: Mapping[Severity, str] = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "bright_black",
}
_TITLE, _QUIET = "bold", "bright_black"
_SETTLED = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})
_UNSETTLED = (Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN)
"""The verdicts of checks that a reader follows from a criterion to the check."""


def render(reader: ResultReader, out: BinaryIO, view: View) -> None:
    """Write the tables."""
    _Table(reader, Page(out, view.width, view.colour), view).write()


@dataclass(frozen=True)
class _Line:
    """What is kept of a finding that is shown by itself."""

    resource: str
    messages: tuple[str, ...]


@dataclass
class _Group:
    """One check's findings: those that passed are only counted."""

    counts: Counter[Verdict] = field(default_factory=Counter)
    failing: list[_Line] = field(default_factory=list)
    broken: list[_Line] = field(default_factory=list)


class _Table:
    def __init__(self, reader: ResultReader, page: Page, view: View) -> None:
        self._reader = reader
        self._page = page
        self._view = view
        self._names = SubscriptionNames(reader.header.subscriptions)
        self._cards = reader.checks()
        self._messages: dict[str, str] = {}

    def write(self) -> None:
        results = results_of(self._reader)
        self._head()
        for profile in self._reader.profiles():
            self._profile(profile, results)
        groups, remedies = self._grouped()
        self._findings(groups)
        self._not_assessed(remedies)
        self._summary(results)

    def _said(self, ja: str, en: str) -> str:
        return ja if self._view.language == "ja" else en

    def _counted(self, counts: Mapping[Verdict, int]) -> str:
        return phrases.tallied(counts, self._view.language) or self._said("なし", "none")

    # The head

    def _head(self) -> None:
        header, page = self._reader.header, self._page
        at = self._view.moment(header.clock)
        page.line(
            self._said(
                f"azlinkscan {header.tool}　判定基準日時 {at}", f"azlinkscan {header.tool}, as of {at}"
            ),
            _TITLE,
        )
        for one in header.subscriptions:
            ended = "" if one.complete else self._said("（途中まで）", " (cut short)")
            page.line(
                self._said(
                    f"{one.name}：読み取った情報 {one.facts} 件、読み取れなかった情報 {one.gaps} 件{ended}",
                    f"{one.name}: {one.facts} read, {one.gaps} not read{ended}",
                ),
                indent=2,
            )
            page.line(one.id, _QUIET, indent=4)
        for name, value in header.scope.items():
            if value:
                shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
                page.line(self._said(f"判定の範囲 {name}：{shown}", f"judged only {name}: {shown}"), indent=2)
        if header.cut_short:
            page.line(self._view.said(phrases.CUT_SHORT), VERDICT_STYLES[Verdict.UNKNOWN], indent=2)

    # The criteria

    def _profile(self, profile: Profile, results: Results) -> None:
        page, said = self._page, self._view.said
        source = profile.source
        page.blank()
        page.line(said(profile.title), _TITLE)
        page.line(self._said(f"出典：{source.place}", f"Source: {source.place}"), _QUIET, indent=2)
        status, note = said(phrases.STATUS[source.status]), said(source.status_note)
        page.line(self._said(f"効力：{status}。{note}", f"Status: {status}. {note}"), _QUIET, indent=2)
        counts = self._counted(verdict_counts(profile, results))
        page.line(self._said(f"判定：{counts}", f"Criteria: {counts}"), indent=2)
        tree = tuple(rows(profile, results))
        marks = max((cell_len(_mark(row)) for row in tree), default=0)
        words = max(cell_len(said(verdict.label)) for verdict in Verdict)
        for row in tree:
            self._criterion(row, words, marks)

    def _criterion(self, row: CriterionRow, words: int, marks: int) -> None:
        """The criterion in full, as it is read beside the document, and what its verdict rests on."""
        page, criterion = self._page, row.criterion
        answers = (
            self._said(f"資料の記載：{one.whole}", f"the document says: {one.whole}")
            for one in criterion.answered_by
        )
        text = self._view.said(criterion.text)
        own = (*([criterion.heading] if criterion.heading else []), text, *answers)
        if row.result is None:
            word, style, below = ("", ""), _QUIET, own[1:]
        else:
            verdict = row.result.verdict
            word, style = (self._view.said(verdict.label), VERDICT_STYLES[verdict]), ""
            below = (*own[1:], *self._grounds(row))
        page.row(((word, words), ((_mark(row), style), marks)), own[0], style, indent=2)
        for line in below:
            page.row(((("", ""), words), (("", ""), marks)), line, _QUIET, indent=2)

    def _grounds(self, row: CriterionRow) -> tuple[str, ...]:
        """What a criterion's verdict rests on."""
        assert row.result is not None
        said = self._view.said
        lines: list[str] = []
        if row.counts:
            lines.append(phrases.tallied(row.counts, self._view.language))
        if row.result.verdict not in _SETTLED:
            lines.extend(
                self._said(
                    f"{verdict.label.ja}のチェック：{'、'.join(checks)}",
                    f"{verdict.label.en} in: {', '.join(checks)}",
                )
                for verdict in _UNSETTLED
                if (checks := row.checks(verdict))
            )
        if row.left_out:
            lines.append(
                self._said(
                    f"今回の走査で判定していないチェック {row.left_out} 件",
                    f"checks that were left out of the scan: {row.left_out}",
                )
            )
        if row.result.verdict not in _SETTLED:
            lines.extend(self._said(f"目視：{what.ja}", f"by hand: {what.en}") for what in row.result.by_hand)
        if isinstance(row.criterion.met_by, NotCovered):
            lines.append(said(row.criterion.met_by.why))
        if row.result.excepted:
            number = row.result.excepted
            lines.append(
                self._said(f"承認済みの不適合 {number} 件を含む", f"of the failures, excepted: {number}")
            )
        lines.extend(said(attested_text(one)) for one in row.result.attested)
        for one in row.criterion.guaranteed_by:
            lines.append(
                self._said(f"基盤による保証：{one.what.ja}", f"guaranteed by the platform: {one.what.en}")
            )
        return tuple(lines)

    # The findings

    def _grouped(self) -> tuple[dict[str, _Group], Remedies]:
        groups: dict[str, _Group] = {check: _Group() for check in self._cards}
        remedies = Remedies()
        for finding in self._reader.findings():
            group = groups[finding.check]
            group.counts[finding.verdict] += 1
            if finding.verdict is Verdict.FAIL:
                decided = (excepted_text(finding.excepted),) if finding.excepted else ()
                lapsed = tuple(map(lapsed_text, finding.lapsed))
                told = (*phrases.untrue(finding.clauses), *decided, *lapsed)
                group.failing.append(self._line(finding, told))
            elif finding.verdict is Verdict.ERROR:
                problem = phrases.message_of(finding, self._cards[finding.check].title)
                group.broken.append(self._line(finding, (problem,)))
            remedies.add(finding)
        return groups, remedies

    def _line(self, finding: Finding, messages: tuple[Text, ...]) -> _Line:
        spoken = (self._view.said(message) for message in messages)
        # Thousands of resources fail with the same few messages: each is kept once.
        return _Line(self._place(finding), tuple(self._messages.setdefault(one, one) for one in spoken))

    def _place(self, finding: Finding) -> str:
        subscription = self._names[finding.subscription]
        settings = phrases.settings_text(finding)
        under = self._said(f"　設定 {settings}", f" with {settings}") if settings else ""
        if finding.resource == finding.subscription:
            return subscription + under
        around = [part for part in (resource_group(finding.shown_id), subscription) if part]
        name = resource_name(finding.shown_id)
        return self._said(f"{name}（{'、'.join(around)}）{under}", f"{name} ({', '.join(around)}){under}")

    def _findings(self, groups: Mapping[str, _Group]) -> None:
        failing = {check: group for check, group in groups.items() if group.failing}
        broken = {check: group for check, group in groups.items() if group.broken}
        quiet = {check: group for check, group in groups.items() if not (group.failing or group.broken)}
        if failing:
            self._heading("不適合があるチェック", "Checks that fail", len(failing))
            titles = self._said("見出しは、求める状態を示す。", "Each title says the state that is required.")
            self._page.line(titles, _QUIET, indent=2)
            for check in sorted(failing, key=self._by_severity):
                self._check(self._cards[check], failing[check], failing[check].failing)
                fix = self._view.said(self._cards[check].fix)
                self._page.line(self._said(f"是正の方法：{fix}", f"Fix: {fix}"), _QUIET, indent=4)
        if broken:
            self._heading(
                "本ツールの不具合により判定できなかったチェック",
                "Checks that our own fault kept from judging",
                len(broken),
            )
            for check in sorted(broken, key=self._by_severity):
                self._check(self._cards[check], broken[check], broken[check].broken)
        if quiet:
            self._heading("その他のチェック", "Other checks", len(quiet))
            for check in sorted(quiet, key=self._by_severity):
                self._check(self._cards[check], quiet[check], [])

    def _heading(self, ja: str, en: str, count: int) -> None:
        self._page.blank()
        self._page.line(self._said(f"{ja}（{count} 件）", f"{en} ({count})"), _TITLE)

    def _by_severity(self, check: str) -> tuple[int, str]:
        return (self._cards[check].severity.rank, check)

    def _check(self, card: CheckCard, group: _Group, lines: list[_Line]) -> None:
        page = self._page
        width = max(cell_len(self._view.said(severity.label)) for severity in Severity)
        word = (self._view.said(card.severity.label), SEVERITY_STYLES[card.severity])
        page.row(((word, width),), self._view.said(card.title), _TITLE if lines else "", indent=2)
        page.row(((("", ""), width),), f"{card.id}  {self._counted(group.counts)}", _QUIET, indent=2)
        for line in lines:
            page.item(line.resource, indent=4)
            for message in line.messages:
                page.line(message, indent=8)

    # What is not known

    def _not_assessed(self, remedies: Remedies) -> None:
        page = self._page
        unknown = self._reader.counts().get(Verdict.UNKNOWN, 0)
        unread = sum(1 for _ in self._reader.gaps())
        if not (unknown or unread):
            return
        page.blank()
        page.line(
            self._said(
                f"確認できなかったもの（未確認 {unknown} 件、読み取れなかった情報 {unread} 件）",
                f"What could not be assessed (unknown {unknown}, gaps in what was read {unread})",
            ),
            _TITLE,
        )
        for remedy, wants in remedies.grouped().items():
            page.line(self._view.said(HEADINGS[remedy]), VERDICT_STYLES[Verdict.UNKNOWN], indent=2)
            for want, waiting in wants:
                page.item(self._view.said(want_text(want, waiting, self._names)), indent=4)
        if remedies.groundless:
            page.line(
                self._said(
                    f"理由の記録がないもの {remedies.groundless} 件",
                    f"without a recorded reason: {remedies.groundless}",
                ),
                indent=2,
            )

    # The summary

    def _summary(self, results: Results) -> None:
        page = self._page
        criteria: Counter[Verdict] = Counter(result.verdict for result in results.values())
        counts = self._reader.counts()
        page.blank()
        if results:
            page.line(
                self._said(
                    f"基準 {criteria.total()} 項目：{self._counted(criteria)}",
                    f"{criteria.total()} criteria: {self._counted(criteria)}",
                ),
                _TITLE,
            )
        total = sum(counts.values())
        page.line(
            self._said(
                f"判定 {total} 件：{self._counted(counts)}", f"{total} findings: {self._counted(counts)}"
            ),
            _TITLE,
        )
        if excepted := self._reader.excepted():
            page.line(
                self._said(
                    f"不適合のうち、承認済み {excepted} 件（終了コードに影響しない）",
                    f"of the failures {excepted} are excepted, and do not fail the run",
                ),
                _TITLE,
            )
        if results:
            page.line(self._view.said(phrases.NOT_LAW), _QUIET)


def _mark(row: CriterionRow) -> str:
    """The document's mark, set in by its depth; our id where the document prints none."""
    return "  " * row.depth + (row.criterion.label or row.criterion.id)


FORMAT = Format(
    name="table",
    suffixes=(".txt",),
    description=Text("端末で読むための一覧", "tables to read at a terminal"),
    render=render,
)
