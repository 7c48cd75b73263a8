"""The command line says what it does, with an example each, in both languages."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from azlinkscan import __version__

COMMANDS = [
    ["scan"],
    ["collect"],
    ["assess"],
    ["report"],
    ["explain"],
    ["diff"],
    ["trend"],
    ["history"],
    ["history", "list"],
    ["history", "show"],
    ["history", "prune"],
    ["history", "export"],
    ["history", "import"],
    ["schema"],
    ["checks"],
    ["checks", "list"],
    ["checks", "show"],
    ["checks", "test"],
    ["profiles"],
    ["profiles", "list"],
    ["profiles", "show"],
    ["profiles", "coverage"],
]


def azlinkscan(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "azlinkscan", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "120", "LANG": "C.UTF-8", **environment},
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_of_every_command_shows_an_example(command):
    shown = azlinkscan(*command, "--help")
    assert shown.returncode == 0, shown.stderr
    assert f"azlinkscan {command[0]}" in shown.stdout.partition("Example:")[2], "the epilog has no example"


def test_help_follows_the_language():
    assert "既定" in azlinkscan("scan", "--help", "--lang", "ja").stdout
    assert "既定" in azlinkscan("scan", "--help", LANG="ja_JP.UTF-8").stdout
    assert not re.search(r"[\u3040-\u30ff]", azlinkscan("scan", "--help", LANG="en_US.UTF-8").stdout)


def test_version():
    assert azlinkscan("--version").stdout == f"azlinkscan {__version__}\n"


def test_help_imports_neither_azure_nor_cel_nor_the_catalogue():
    code = (
        "import sys; from azlinkscan.cli.app import run; run(['scan', '--help']);"
        "heavy = [m for m in sys.modules if m.split('.')[0] in ('azure', 'cel_expr_python', 'ruamel', 'requests', 'sqlalchemy')];"
        "assert not heavy, heavy"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
