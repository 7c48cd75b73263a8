"""A history stays readable whenever the process that writes it is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.history.night import Night, judged

TIMES = int(os.environ.get("KILLS", "200"))
ROOT = Path(__file__).parents[2]


def test_killed_at_any_moment_nothing_kept_is_lost_or_half_written(tmp_path):
    night = Night((judged("a"),))
    results = [night.on(day, judged("a")).write(tmp_path / f"{day}.zip") for day in (1, 2, 3)]
    command = [sys.executable, "-m", "tests.history.killed", str(tmp_path), str(TIMES), "20260401"]
    ran = subprocess.run(
        [*command, *map(str, results)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    seen = json.loads(ran.stdout)
    assert seen["kills"] == TIMES
    assert seen["kept"] >= TIMES / 4, "the kills came before anything was kept"
    assert seen["read"] >= TIMES / 4
