"""A trend as a chart for a terminal: a line of bars a severity, a line of marks a criterion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from azlinkscan.model.text import Text
from azlinkscan.model.trend import Point, Trend
from azlinkscan.model.verdict import Severity, Verdict
from azlinkscan.report.format import View
from azlinkscan.report.names import resource_name
from azlinkscan.report.page import Page
from azlinkscan.report.table import SEVERITY_STYLES

_BARS = "▁▂▃▄▅▆▇█"
MARKS = {
    Verdict.PASS: ".",
    Verdict.FAIL: "x",
    Verdict.UNKNOWN: "?",
    Verdict.ERROR: "!",
    Verdict.NOT_APPLICABLE: "-",
    Verdict.BY_HAND: "h",
    Verdict.NOT_COVERED: "n",
}
_NOT_ASKED = " "
_MOST = 20
_DAY = 86_400


def render(trend: Trend, out: BinaryIO, view: View) -> None:
    """Write the page; of more scans than the terminal is wide the newest are drawn."""
    page = Page(out, view.width, view.colour)
    page.line(view.said(Text("推移", "Over time")), "bold")
    if not trend.points:
        page.line(view.said(Text("保存済みの走査はない。", "Nothing is kept.")), indent=2)
        return
    names = [f"{one.profile} {one.id}" for one in trend.criteria]
    lead = max([len(name) for name in names] + [24])
    fits = max(view.width - lead - 12, 10)
    points = trend.points[-fits:]
    first, last = view.moment(points[0].clock), view.moment(points[-1].clock)
    page.line(
        view.said(
            Text(f"{first} から {last} まで、{len(points)} 回", f"{first} to {last}, {len(points)} scans")
        ),
        indent=2,
    )
    page.blank()
    page.line(view.said(Text("不適合の件数（例外を除く）", "Failures that are not excepted")), "bold")
    for severity in Severity:
        _bars(
            page,
            view.said(severity.label),
            [one.failures.get(severity, 0) for one in points],
            SEVERITY_STYLES[severity],
        )
    _bars(
        page,
        view.said(Verdict.UNKNOWN.label),
        [one.findings.get(Verdict.UNKNOWN, 0) for one in points],
        "yellow",
    )
    _criteria(page, trend, points, view, lead)
    _fixes(page, trend, view)
    _flaps(page, trend, view)


def bars(values: Sequence[int]) -> str:
    """One bar a value, the highest for the most; nothing stands where there is none."""
    most = max(values, default=0)
    return "".join(_BARS[(value * (len(_BARS) - 1)) // most] if value else " " for value in values)


def _bars(page: Page, name: str, values: Sequence[int], style: str) -> None:
    drawn = f"{bars(values)}│"
    page.row((((name, style), 16),), f"{drawn} {values[0]} → {values[-1]}", indent=2)


def _criteria(page: Page, trend: Trend, points: Sequence[Point], view: View, lead: int) -> None:
    if not trend.criteria:
        return
    page.blank()
    page.line(view.said(Text("基準の項目", "Criteria")), "bold")
    legend = (f"{mark} {view.said(verdict.label)}" for verdict, mark in MARKS.items())
    page.line(view.said(Text("、", ", ")).join(legend), "bright_black", indent=2)
    for one in trend.criteria:
        shown = one.verdicts[-len(points) :]
        marks = "".join(MARKS[verdict] if verdict else _NOT_ASKED for verdict in shown)
        page.row((((f"{one.profile} {one.id}", ""), lead),), f"{marks}│", indent=2)


def _fixes(page: Page, trend: Trend, view: View) -> None:
    page.blank()
    page.line(view.said(Text("是正までの時間", "Time to fix")), "bold")
    mean = trend.mean_seconds_to_fix
    if mean is None:
        page.line(
            view.said(
                Text("この期間に発生し、是正されたものはない。", "Nothing came and was fixed in this time.")
            ),
            indent=2,
        )
    else:
        days, count = mean / _DAY, len(trend.fixes)
        page.line(
            view.said(Text(f"平均 {days:.1f} 日（{count} 件）", f"mean {days:.1f} days ({count} fixed)")),
            indent=2,
        )
    if before := trend.fixed_of_unknown_start:
        page.line(
            view.said(
                Text(
                    f"このほか、期間の前から不適合であったもの {before} 件が是正された（平均に含まない）。",
                    f"{before} more were fixed that had failed since before this time (not in the mean).",
                )
            ),
            indent=2,
        )


def _flaps(page: Page, trend: Trend, view: View) -> None:
    if not trend.flaps:
        return
    page.blank()
    page.line(view.said(Text("適合と不適合を繰り返すもの", "What flaps")), "bold")
    for one in trend.flaps[:_MOST]:
        times = view.said(Text(f"{one.turns} 回", f"{one.turns} turns"))
        page.item(f"{one.check}  {resource_name(one.shown_id)}  {times}", indent=2)
    if len(trend.flaps) > _MOST:
        more = len(trend.flaps) - _MOST
        page.item(view.said(Text(f"ほか {more} 件", f"and {more} more")), indent=2)
