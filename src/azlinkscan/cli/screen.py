"""What goes to stderr: errors with their next step, progress, the closing summary. Data goes to stdout."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from azlinkscan.cli.language import of, tr
from azlinkscan.errors import CatalogError, UserError
from azlinkscan.model.decision import NEAR
from azlinkscan.model.verdict import Verdict

if TYPE_CHECKING:
    from azlinkscan.scan.scanning import Spent

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_MOST_MISTAKES = 20


def clean(text: str) -> str:
    """A text without control characters: names come from Azure and files, not from us."""
    return _CONTROL.sub("\ufffd", text)


def line(text: str = "") -> None:
    """One line on stderr."""
    print(clean(text), file=sys.stderr, flush=True)


def say_error(error: UserError) -> None:
    """Title, place and the next thing to do; of a catalogue's mistakes, each."""
    mistakes = error.mistakes if isinstance(error, CatalogError) else (error,)
    for mistake in mistakes[:_MOST_MISTAKES]:
        where = f"{mistake.place}: " if mistake.place else ""
        line(f"{tr(en='error', ja='エラー')}: {where}{of(mistake.title)}")
        line(f"  {tr(en='next', ja='対処')}: {of(mistake.hint)}")
    if len(mistakes) > _MOST_MISTAKES:
        more = len(mistakes) - _MOST_MISTAKES
        line(tr(en=f"… and {more} more", ja=f"ほか {more} 件"))


def prompt(address: str, code: str) -> None:
    """Where to enter a device code."""
    line(tr(en=f"open {address} and enter the code {code}", ja=f"{address} を開き、コード {code} を入力する"))


def summary(counts: Mapping[Verdict, int], excepted: int = 0) -> None:
    """One line with the number of findings of each verdict, and of the failures how many are accepted."""
    parts = [f"{of(verdict.label)} {counts[verdict]}" for verdict in Verdict if counts.get(verdict)]
    if excepted:
        parts.append(tr(en=f"of the failures {excepted} excepted", ja=f"不適合のうち承認済み {excepted}"))
    line(
        tr(en="findings: ", ja="判定結果：") + (tr(en=", ", ja="・").join(parts) or tr(en="none", ja="なし"))
    )


def exceptions_ending(endings: Iterable[tuple[str, str, int | None]]) -> None:
    """One line for each exception (place, last day, days left) that ends within a fortnight."""
    for place, until, left in endings:
        if left is not None and 0 <= left <= NEAR:
            days = tr(
                en="today" if left == 0 else f"in {left} days", ja="本日" if left == 0 else f"{left} 日後"
            )
            line(
                tr(
                    en=f"the exception {place} ends {days} ({until})",
                    ja=f"例外 {place} の期限は {days}（{until}）",
                )
            )


def spent(figures: Spent) -> None:
    """One line with what the reading took."""
    providers = sorted(figures.by_provider.items(), key=lambda one: (-one[1], one[0]))
    shown = ", ".join(f"{name} {count}" for name, count in providers) or tr(en="none", ja="なし")
    line(
        tr(
            en=f"requests: {figures.requests} ({shown}); refused for their rate (429): {figures.throttled}; "
            f"waited for limits: {figures.waited:.0f} s",
            ja=f"要求: {figures.requests} 件（{shown}）、回数制限による拒否（429）: {figures.throttled} 件、"
            f"制限による待ち: {figures.waited:.0f} 秒",
        )
    )


class Progress(Protocol):
    """Told how far the work is."""

    def __call__(self, what: str, done: int, known: int) -> None:
        """``what`` is a kind of fact or a subscription; ``done`` of ``known`` so far."""
        ...


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """A bar on a terminal, plain lines off one."""
    if not sys.stderr.isatty():
        line(title)
        told: dict[str, int] = {}

        def lines(what: str, done: int, known: int) -> None:
            if done == known and told.get(what) != known:
                told[what] = known
                line(f"  {what}: {done}/{known}")

        yield lines
        return

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task: Any = bar.add_task(title, total=None)
        state: dict[str, tuple[int, int]] = {}

        def moved(what: str, done: int, known: int) -> None:
            state[what] = (done, known)
            total_done = sum(one for one, _ in state.values())
            total = sum(one for _, one in state.values())
            bar.update(task, description=f"{title} {clean(what)}", completed=total_done, total=total)

        yield moved
