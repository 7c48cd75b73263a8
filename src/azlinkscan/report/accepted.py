"""What a report says of failures that are accepted, and of what people attested."""

from __future__ import annotations

from collections.abc import Iterator

from azlinkscan.model.decision import Attested, Excepted, Excepting, Lapsed
from azlinkscan.model.result import ResultReader
from azlinkscan.model.text import Text


def excepted_text(excepted: Excepted) -> Text:
    """Why a failure is accepted, by whom and until when, without a full stop."""
    if excepted.by is Excepting.BASELINE:
        day = (excepted.scan or "")[:10]
        return Text(
            f"{day} の走査（{excepted.source}）で既に不適合であったため、承認済み",
            f"accepted: it failed already in the scan of {day} ({excepted.source})",
        )
    near = excepted.ends_in
    left = Text("", "")
    if near is not None:
        left = Text(f"、残り {near} 日", f", {near} days left")
    return Text(
        f"承認済み（{excepted.until} まで{left.ja}、承認者 {excepted.approver}、責任者 {excepted.owner}、"
        f"{excepted.ticket}、{excepted.source}）：{excepted.reason}",
        f"excepted until {excepted.until}{left.en} (approved by {excepted.approver}, owner {excepted.owner}, "
        f"{excepted.ticket}, {excepted.source}): {excepted.reason}",
    )


def lapsed_text(lapsed: Lapsed) -> Text:
    """Why an exception does not hold, without a full stop."""
    return Text(
        f"例外 {lapsed.source} は効力がない：{lapsed.why.label.ja}",
        f"the exception {lapsed.source} does not hold: {lapsed.why.label.en}",
    )


def attested_text(attested: Attested) -> Text:
    """What a person attested, and whether it holds, without a full stop."""
    files = ", ".join(file.path for file in attested.evidence)
    return Text(
        f"確認記録（{attested.standing.label.ja}）：{attested.statement}"
        f"（{attested.who}、{attested.when}、期限 {attested.until}{f'、証拠 {files}' if files else ''}）",
        f"attested ({attested.standing.label.en}): {attested.statement} "
        f"({attested.who}, {attested.when}, until {attested.until}{f'; evidence {files}' if files else ''})",
    )


def endings(result: ResultReader) -> Iterator[tuple[str, str, int | None]]:
    """Each exception that holds for something and whose end is near: its place, its last day, the days left."""
    if not result.excepted():
        return
    told = set()
    for finding in result.findings():
        one = finding.excepted
        if one is not None and one.ends_in is not None and one.source not in told:
            told.add(one.source)
            yield one.source, one.until or "", one.ends_in
