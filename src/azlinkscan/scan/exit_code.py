"""How a run ends: the one list of exit codes."""

from __future__ import annotations

from enum import IntEnum

from azlinkscan.model.result import ResultReader
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict


class Exit(IntEnum):
    """Exit codes; the first that holds, in the order 2, 5, 1, 5, 3, 4, 0."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNKNOWN = 3
    NOTHING = 4
    COULD_NOT_RUN = 5
    INTERRUPTED = 130

    @property
    def meaning(self) -> Text:
        """What a person is told."""
        return _MEANINGS[self]


_MEANINGS = {
    Exit.OK: Text("全て適合（対象外を除く）", "everything that applies passes"),
    Exit.FAILED: Text(
        "`--fail-on` 以上の重大度の不適合がある", "a failure at or above `--fail-on` that no exception covers"
    ),
    Exit.USAGE: Text(
        "指定の誤り（オプション、設定、チェック、ファイル）", "a flag, setting, check or file is wrong"
    ),
    Exit.UNKNOWN: Text("未確認の項目がある", "something is unknown"),
    Exit.NOTHING: Text("対象となるものがない", "nothing is in scope"),
    Exit.COULD_NOT_RUN: Text(
        "実行できない、又は判定エラーがある", "it could not run, or a check ended in an error of ours"
    ),
    Exit.INTERRUPTED: Text(
        "中断された（途中までの結果を出力）", "interrupted; the partial report was written"
    ),
}


def exit_code(result: ResultReader, fail_on: Severity | None) -> Exit:
    """The code of a finished result. ``fail_on`` None: failures do not count."""
    counts = result.counts()
    if counts.get(Verdict.FAIL) and fail_on is not None:
        limit = fail_on.rank
        if any(f.verdict is Verdict.FAIL and f.severity.rank <= limit for f in result.findings()):
            return Exit.FAILED
    if counts.get(Verdict.ERROR):
        return Exit.COULD_NOT_RUN
    if counts.get(Verdict.UNKNOWN):
        return Exit.UNKNOWN
    judged = sum(count for verdict, count in counts.items() if verdict is not Verdict.NOT_APPLICABLE)
    return Exit.OK if judged else Exit.NOTHING
