"""``python -m bench.difference``: 100,000 findings against 100,000, one in a hundred of them otherwise, then all."""

from __future__ import annotations

import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.history.night import CHECK, FAIL, PASS, Night, judged

from azlinkscan.model.verdict import Verdict
from azlinkscan.scan.comparing import compare

COUNT = 100_000
CHECKS = 100
RUNS = 5
ALL = "all otherwise"


def night(fails: Callable[[int], bool], **more: object) -> Night:
    """So many findings of a hundred checks."""

    def verdict(number: int) -> Verdict:
        return FAIL if fails(number) else PASS

    findings = (
        judged(
            f"account{number // CHECKS:05}",
            verdict(number),
            f"{CHECK}-{number % CHECKS:02}",
            observed={"default_action": "Deny", "ip_rules": ["203.0.113.0/24"], "holds": not fails(number)},
        )
        for number in range(COUNT)
    )
    digests = {f"{CHECK}-{number:02}": "a" * 64 for number in range(CHECKS)}
    return Night(tuple(findings), digests=digests, **more)  # type: ignore[arg-type]


def main() -> None:
    """Print the table."""
    print(f"python {platform.python_version()}, {platform.machine()}")
    with TemporaryDirectory() as folder:
        old = night(lambda number: number % 20 == 0).write(Path(folder) / "old.zip")
        cases = {
            "the same": night(lambda number: number % 20 == 0),
            "one in a hundred otherwise": night(lambda number: number % 20 == 0 or number % 100 == 1),
            ALL: night(lambda number: number % 20 != 0),
        }
        for name, case in cases.items():
            new = case.write(Path(folder) / "new.zip")
            spent = []
            for _ in range(1 if name == ALL else RUNS):
                started = time.perf_counter()
                found = compare(old, new, "old", "new")
                spent.append(time.perf_counter() - started)
            told = f"{len(found.findings)} changes"
            print(
                f"{COUNT} against {COUNT}, {name}: {statistics.median(spent):.2f} s ({told})", file=sys.stdout
            )


if __name__ == "__main__":
    main()
