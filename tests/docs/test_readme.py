"""What the READMEs show can be typed, and says what is."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from azlinkscan import config
from azlinkscan.catalog.checks import load_checks
from azlinkscan.catalog.profiles import load_profiles
from azlinkscan.cli.app import run
from azlinkscan.model.verdict import Verdict

ROOT = Path(__file__).parents[2]
READMES = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "README.ja.md")}
HEADING = re.compile(r"^(#+) ", re.MULTILINE)


def blocks(text, kind):
    """The code blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def lines_of(text):
    """Every command that a console block shows, its comment left out."""
    for block in blocks(text, "console"):
        for line in block.splitlines():
            assert line.startswith("$ "), f"a console block shows commands only: {line}"
            yield shlex.split(line.removeprefix("$ "), comments=True)


def commands():
    """Every ``azlinkscan`` command that a README shows, in a block or in a sentence."""
    for name, text in READMES.items():
        shown = [words for words in lines_of(text) if words[0] == "azlinkscan"]
        shown += [shlex.split(one) for one in re.findall(r"`(azlinkscan [^`]+)`", text)]
        for words in shown:
            yield pytest.param(words[1:], id=f"{name}: {' '.join(words)}")


def test_the_commands_are_found():
    assert len(list(commands())) > 20


@pytest.mark.parametrize("words", [*commands()])
def test_a_command_that_is_shown_exists_with_its_options(words, capsys):
    plain = next((number for number, word in enumerate(words) if word.startswith("-")), len(words))
    for length in range(1, plain + 1):  # `checks show ID --help` is the help of `checks show`
        assert run([*words[:length], "--help"]) == 0, capsys.readouterr().err
    helped = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    for option in (word.partition("=")[0] for word in words if word.startswith("-") and len(word) > 1):
        assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", helped), f"there is no {option}"


@pytest.mark.parametrize("name", READMES)
def test_an_option_that_a_sentence_names_exists(name, capsys):
    for command in (["scan"], ["collect"], ["assess"], ["report"], ["explain"], ["checks", "list"]):
        assert run([*command, "--help"]) == 0
    helped = capsys.readouterr().out
    named = set(re.findall(r"`(--[a-z-]+)", READMES[name]))
    assert named
    assert not [option for option in sorted(named) if option not in helped]


@pytest.mark.parametrize("name", READMES)
def test_a_check_or_a_profile_that_is_named_exists(name):
    checks = load_checks()
    profiles = load_profiles((), checks)
    for words in lines_of(READMES[name]):
        given = dict(pairwise(words))
        assert given.get("--profile", "stated-measures") in profiles
        if words[:2] == ["azlinkscan", "explain"]:
            assert words[2] in checks


@pytest.mark.parametrize("name", READMES)
def test_the_table_of_profiles_names_each(name):
    listed = re.findall(r"^\| `([a-z0-9.-]+-[a-z0-9.-]+)` \|", READMES[name], re.MULTILINE)
    assert sorted(listed) == sorted(load_profiles((), load_checks()))


@pytest.mark.parametrize("name", READMES)
def test_the_table_of_verdicts_names_each(name):
    labels = [verdict.label.in_("ja" if name == "README.ja.md" else "en") for verdict in Verdict]
    table = re.findall(r"^\| ([^|]+?) \|", READMES[name], re.MULTILINE)
    assert [word for word in table if word in labels] == labels


@pytest.mark.parametrize("name", READMES)
def test_the_configuration_that_is_shown_is_one(name, tmp_path):
    (shown,) = blocks(READMES[name], "toml")
    path = tmp_path / config.FILE_NAME
    path.write_text(shown, "utf-8")
    read = config.load(path)
    for check, settings in read.settings.items():
        assert settings.keys() <= load_checks()[check].settings.keys()
    assert set(read.profiles) <= set(load_profiles((), load_checks()))


def test_the_check_of_five_minutes_passes_its_test(tmp_path, monkeypatch, capsys):
    text = READMES["README.md"]
    (written,) = blocks(text, "yaml")
    (named,) = re.findall(r"`(my-checks/[\w/-]+\.yaml)`", text)
    path = tmp_path / named
    path.parent.mkdir(parents=True)
    path.write_text(written, "utf-8")
    monkeypatch.chdir(tmp_path)
    code = run(["checks", "test", "my-checks", "--lang", "en"])
    told = capsys.readouterr()
    assert (code, told.out) == (0, ""), told.out + told.err
    assert told.err == "1 checks, 3 examples, 0 wrong\n"


def test_both_readmes_have_the_same_sections_and_show_the_same_commands():
    shapes = {name: HEADING.findall(text) for name, text in READMES.items()}
    assert shapes["README.md"] == shapes["README.ja.md"]
    english, japanese = ({tuple(words) for words in lines_of(text)} for text in READMES.values())
    assert japanese <= english
    assert {words for words in english if words[0] == "azlinkscan"} <= japanese


@pytest.mark.parametrize("name", READMES)
def test_a_link_leads_somewhere(name):
    for link in re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", READMES[name]):
        assert (ROOT / link).exists(), link


@pytest.mark.parametrize("name", READMES)
def test_make_knows_the_targets_that_are_named(name):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    (listed,) = re.findall(r"`(demo test [a-z ]+)`", READMES[name])
    assert set(listed.split()) == targets - {"help", "clean", "unit", "soak"}
    assert {words[1] for words in lines_of(READMES[name]) if words[0] == "make"} <= targets


def test_the_change_log_has_a_place_for_what_is_not_released():
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## (.+)$", changes, re.MULTILINE)[0] == "Unreleased"
