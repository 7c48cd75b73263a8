"""How a run ends: the one list of exit codes."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict

if TYPE_CHECKING:
    from azlinkscan.model.result import ResultReader


class Exit(IntEnum):
    """Exit codes; the first that holds, in the order 2, 5, 1, 5, 3, 4, 0."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNKNOWN = 3
    NOTHING = 4
    COULD_NOT_RUN = 5
    INTERRUPTED = 130


ORDER: tuple[tuple[Exit, Text], ...] = (
    (
        Exit.USAGE,
        Text("指定の誤り（オプション、設定、チェック、ファイル）", "a flag, setting, check or file is wrong"),
    ),
    (
        Exit.COULD_NOT_RUN,
        Text("実行できない（サインイン、ネットワーク等）", "it could not run: sign-in, network, machine"),
    ),
    (
        Exit.FAILED,
        Text(
            "`--fail-on` で指定した重大度以上の、例外として承認されていない不適合がある（既定は low）",
            "something at or above `--fail-on` (default: low) fails, and is not excepted",
        ),
    ),
    (Exit.COULD_NOT_RUN, Text("判定エラーがある", "a check ended in an error of ours")),
    (Exit.UNKNOWN, Text("未確認のものがある", "something is unknown")),
    (Exit.NOTHING, Text("対象となるものがない", "nothing is in scope")),
    (Exit.OK, Text("該当するものは全て適合", "everything that applies passes")),
    (
        Exit.INTERRUPTED,
        Text("中断された（途中までの結果は出力される）", "interrupted; the partial report is written"),
    ),
)
"""The codes in the order in which they are tried; an interruption comes before all of them."""


def exit_code(result: ResultReader, fail_on: Severity | None) -> Exit:
    """The code of a finished result. ``fail_on`` None: failures do not count."""
    counts = result.counts()
    if counts.get(Verdict.FAIL, 0) > result.excepted() and fail_on is not None:
        limit = fail_on.rank
        if any(f.fails and f.severity.rank <= limit for f in result.findings()):
            return Exit.FAILED
    if counts.get(Verdict.ERROR):
        return Exit.COULD_NOT_RUN
    if counts.get(Verdict.UNKNOWN):
        return Exit.UNKNOWN
    judged = sum(count for verdict, count in counts.items() if verdict is not Verdict.NOT_APPLICABLE)
    return Exit.OK if judged else Exit.NOTHING
