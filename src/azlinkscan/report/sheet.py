"""The document's own form, filled in: what the sheets of every kind show, before it becomes cells or markup.

The form has an item a row and a column for each city and for 「上の説明」, as 資料１－３－２ prints them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from azlinkscan.model.profile import Criterion, NotCovered, Profile
from azlinkscan.model.result import CheckTally, CriterionResult, Finding, ResultReader
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Verdict
from azlinkscan.report.criteria import CriterionRow, Results, results_of, rows
from azlinkscan.report.format import View
from azlinkscan.report.japanese_date import era_date, fiscal_year
from azlinkscan.report.names import SubscriptionNames, resource_name
from azlinkscan.report.phrases import CUT_SHORT, NOT_LAW, STATUS, message_of, tallied

CITIES = ("chiba-online-linkage", "yachiyo-online-linkage")
STATED = "stated-measures"
ITEMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("chiba-1-1", "yachiyo-1-1", ()),
    ("chiba-1-2", "yachiyo-1-2", ()),
    ("chiba-2-1", "yachiyo-2-1", ("stated-1-1", "stated-1-2", "stated-1-3", "stated-1-4")),
    ("chiba-2-2-1", "yachiyo-2-2-1", ("stated-2-1",)),
    ("chiba-2-2-2", "yachiyo-2-2-2", ("stated-2-2",)),
)
"""The document's rows: both cities' item, and the parts of 「上の説明」 that stand beneath it."""
COLUMNS = (
    Text("項目", "item"),
    Text("千葉市", "Chiba City"),
    Text("八千代市", "Yachiyo City"),
    Text("上の説明", "the stated measures"),
)
MOST_SHOWN = 5
"""Resources that a cell names; the list of failures has them all."""


@dataclass(frozen=True)
class Line:
    """One criterion in its own words, and what was found."""

    id: str
    depth: int
    label: str
    text: str
    verdict: Verdict | None
    """None of a heading."""
    figures: tuple[str, ...] = ()
    """What was verified, check by check, with numbers."""
    by_hand: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    """Exceptions and attestations."""
    unread: tuple[str, ...] = ()
    """What could not be read."""
    notes: tuple[str, ...] = ()
    """Why nothing shows it, what the platform guarantees, how the text is read."""


@dataclass(frozen=True)
class Standard:
    """One standard with its lines."""

    id: str
    title: str
    source: str
    status: str
    status_note: str
    counts: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Item:
    """One row of the document: an item, and what each column says of it."""

    title: str
    cells: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Sheet:
    """All that a sheet shows but the list of failures, which is streamed."""

    title: str
    facts: tuple[tuple[str, str], ...]
    """Date, fiscal year, tool, digests: name and value."""
    remarks: tuple[str, ...]
    columns: tuple[str, ...]
    items: tuple[Item, ...]
    """None where the result is not of the document's three profiles."""
    standards: tuple[Standard, ...]
    worst: tuple[str, ...] = field(default=())


def sheet_of(reader: ResultReader, view: View) -> Sheet:
    """The sheet of a result."""
    results = results_of(reader)
    told = _Told(reader, view)
    profiles = {profile.id: profile for profile in reader.profiles()}
    standards = tuple(_standard(profile, results, told, view) for profile in profiles.values())
    header = reader.header
    day = datetime.fromisoformat(header.clock).astimezone(view.zone)
    facts = [
        (
            Text("判定基準日", "judged as of"),
            Text(f"{era_date(day.date())} {day:%H:%M}", view.moment(header.clock)),
        ),
        (Text("年度", "fiscal year"), Text(fiscal_year(day.date()), fiscal_year(day.date()))),
        (Text("判定結果", "findings"), Text(tallied(reader.counts(), "ja"), tallied(reader.counts(), "en"))),
        (Text("ツール", "tool"), Text(f"azlinkscan {header.tool}", f"azlinkscan {header.tool}")),
        (Text("チェックの版（SHA-256）", "catalogue (SHA-256)"), Text(header.catalog, header.catalog)),
        (Text("読み取った設定の記録（SHA-256）", "facts (SHA-256)"), Text(header.snapshot, header.snapshot)),
    ]
    facts += [
        (
            Text("対象のサブスクリプション", "subscription"),
            Text(f"{one.name}（{one.id}）", f"{one.name} ({one.id})"),
        )
        for one in header.subscriptions
    ]
    remarks = [CUT_SHORT] if header.cut_short else []
    remarks.append(NOT_LAW)
    return Sheet(
        view.said(
            Text(
                "個人情報オンライン結合に係る技術的措置の確認表",
                "Technical measures for supplying personal information online",
            )
        ),
        tuple((view.said(name), view.said(value)) for name, value in facts),
        tuple(view.said(remark) for remark in remarks),
        tuple(view.said(column) for column in COLUMNS),
        _items(profiles, {one.id: one for one in standards}),
        standards,
    )


def failures(reader: ResultReader, view: View) -> Iterator[tuple[str, ...]]:
    """Every failure and everything unknown: verdict, severity, required state, resource, what was found, how to fix."""
    cards, names = reader.checks(), SubscriptionNames(reader.header.subscriptions)
    for finding in reader.findings():
        if finding.verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.ERROR):
            card = cards[finding.check]
            accepted = finding.excepted
            yield (
                view.said(finding.verdict.label),
                view.said(finding.severity.label),
                view.said(card.title),
                f"{resource_name(finding.shown_id)} ({names[finding.subscription]})",
                view.said(message_of(finding, card.title)),
                view.said(card.fix),
                _until(accepted.reason, accepted.until, view) if accepted else "",
            )


FAILURE_COLUMNS = (
    Text("判定", "verdict"),
    Text("重大度", "severity"),
    Text("求める状態", "required state"),
    Text("リソース", "resource"),
    Text("内容", "what was found"),
    Text("是正の方法", "how to fix"),
    Text("例外", "accepted"),
)


class _Told:
    """What the findings say of each check, in one pass."""

    def __init__(self, reader: ResultReader, view: View) -> None:
        self.cards = reader.checks()
        self.counts: dict[tuple[str, str | None], Counter[Verdict]] = defaultdict(Counter)
        self.failed: dict[tuple[str, str | None], list[str]] = defaultdict(list)
        self.unread: dict[tuple[str, str | None], list[str]] = defaultdict(list)
        self.accepted: dict[tuple[str, str | None], list[str]] = defaultdict(list)
        for finding in reader.findings():
            key = (finding.check, finding.settings_digest)
            self.counts[key][finding.verdict] += 1
            self._tell(finding, key, view)

    def _tell(self, finding: Finding, key: tuple[str, str | None], view: View) -> None:
        name = resource_name(finding.shown_id)
        if finding.verdict is Verdict.FAIL and len(self.failed[key]) < MOST_SHOWN:
            self.failed[key].append(name)
        if finding.excepted and len(self.accepted[key]) < MOST_SHOWN:
            reason = _until(finding.excepted.reason, finding.excepted.until, view)
            self.accepted[key].append(
                view.said(Text(f"例外：{name}（{reason}）", f"accepted: {name} ({reason})"))
            )
        if finding.verdict is Verdict.UNKNOWN and len(self.unread[key]) < MOST_SHOWN:
            title = self.cards[finding.check].title
            message = message_of(finding, title)
            self.unread[key].append(view.said(message))


def _until(reason: str, until: str | None, view: View) -> str:
    return view.said(Text(f"{reason}、{until} まで", f"{reason}, until {until}")) if until else reason


def _standard(profile: Profile, results: Results, told: _Told, view: View) -> Standard:
    lines = tuple(_line(row, told, view) for row in rows(profile, results))
    counts = Counter(line.verdict for line in lines if line.verdict)
    source = profile.source
    return Standard(
        profile.id,
        view.said(profile.title),
        source.place,
        view.said(STATUS[source.status]),
        view.said(source.status_note),
        tallied(counts, view.language),
        lines,
    )


def _line(row: CriterionRow, told: _Told, view: View) -> Line:
    criterion, result = row.criterion, row.result
    heading = f"{criterion.heading}\n" if criterion.heading else ""
    text = f"{heading}{view.said(criterion.text)}"
    if result is None:
        return Line(criterion.id, row.depth, criterion.label or "", text, None)
    deciding = [tally for tally in result.tallies if tally.counts]
    keys = [(tally.check, tally.settings_digest) for tally in deciding if tally.deciding]
    return Line(
        criterion.id,
        row.depth,
        criterion.label or "",
        text,
        result.verdict,
        figures=tuple(_figures(deciding, told, view)),
        by_hand=tuple(view.said(one) for one in result.by_hand),
        decided=(*(one for key in keys for one in told.accepted[key]), *_attested(result, view)),
        unread=tuple(dict.fromkeys(one for key in keys for one in told.unread[key])),
        notes=tuple(_notes(criterion, view)),
    )


def _figures(tallies: list[CheckTally], told: _Told, view: View) -> Iterator[str]:
    """Each check that decides, by itself; those that only support, together."""
    yield from (_figure(tally, told, view) for tally in tallies if tally.deciding)
    supporting: Counter[Verdict] = Counter()
    checks = [tally for tally in tallies if not tally.deciding]
    for tally in checks:
        supporting.update(tally.counts)
    if checks:
        counts = Text(tallied(supporting, "ja"), tallied(supporting, "en"))
        yield view.said(
            Text(
                f"参考となるチェック {len(checks)} 件：{counts.ja}",
                f"{len(checks)} supporting checks: {counts.en}",
            )
        )


def _figure(tally: CheckTally, told: _Told, view: View) -> str:
    check, settings = tally.check, tally.settings_digest
    counts = told.counts[check, settings]
    total = sum(counts.values()) - counts[Verdict.NOT_APPLICABLE]
    title = told.cards[check].title
    failed = told.failed[check, settings]
    more = counts[Verdict.FAIL] - len(failed)
    names = "、".join(failed) + (f" ほか {more} 件" if more > 0 else "")
    named = ", ".join(failed) + (f" and {more} more" if more > 0 else "")
    left = total - counts[Verdict.PASS] - counts[Verdict.FAIL]
    ja = f"{title.ja}：{total} 件中 {counts[Verdict.PASS]} 件"
    en = f"{title.en}: {counts[Verdict.PASS]} of {total}"
    if total == 0:
        ja, en = f"{title.ja}：対象なし", f"{title.en}: none there"
    if failed:
        ja, en = f"{ja}（不適合：{names}）", f"{en} (not: {named})"
    if left:
        ja, en = f"{ja}［未確認 {left} 件］", f"{en} [unknown: {left}]"
    return view.said(Text(ja, en))


def _attested(result: CriterionResult, view: View) -> Iterator[str]:
    for one in result.attested:
        standing, until = one.standing.label, one.until
        yield view.said(
            Text(
                f"証明（{standing.ja}）：{one.statement}（{one.who}、{one.when}、{until} まで）",
                f"attested ({standing.en}): {one.statement} ({one.who}, {one.when}, until {until})",
            )
        )


def _notes(criterion: Criterion, view: View) -> Iterator[str]:
    if isinstance(criterion.met_by, NotCovered):
        yield view.said(criterion.met_by.why)
    for one in criterion.guaranteed_by:
        what = one.what
        yield view.said(Text(f"基盤による保証：{what.ja}", f"guaranteed by the platform: {what.en}"))


def _items(profiles: Mapping[str, Profile], standards: Mapping[str, Standard]) -> tuple[Item, ...]:
    """The document's rows; none where one of its three profiles is missing."""
    if not {*CITIES, STATED} <= profiles.keys():
        return ()
    made = []
    for chiba, yachiyo, stated in ITEMS:
        cells = (
            tuple(_beneath(standards[CITIES[0]], chiba)),
            tuple(_beneath(standards[CITIES[1]], yachiyo)),
            tuple(line for part in stated for line in _beneath(standards[STATED], part)),
        )
        if cells[0]:
            made.append(Item(cells[0][0].text.partition("\n")[0], cells))
    return tuple(made)


def _beneath(standard: Standard, criterion: str) -> Iterator[Line]:
    depth: int | None = None
    for line in standard.lines:
        if line.id == criterion:
            depth = line.depth
            yield line
        elif depth is not None:
            if line.depth <= depth:
                return
            yield line
