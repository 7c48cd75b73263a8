"""`sas inspect` and `sas find`: what they say, where it came from, and that the signature is nowhere."""

from __future__ import annotations

import io
import json

import pytest

from azlinkscan.cli.app import run
from tests.sas.test_token import SIGNATURE, TOKEN, URL

AT = ("--at", "2026-04-01T00:00:00Z", "--lang", "en")
GOOD = URL.replace("&sig=", "&sip=203.0.113.5&skoid=00000000-0000-0000-0000-00000000000a&sig=")


@pytest.fixture
def said(capsys, monkeypatch, tmp_path):
    """Runs a command; its exit code, stdout and stderr, in which no signature stands."""
    monkeypatch.chdir(tmp_path)

    def told(*arguments, stdin=""):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = run(["sas", *map(str, arguments)])
        shown = capsys.readouterr()
        for form in (SIGNATURE, TOKEN.rpartition("sig=")[2], SIGNATURE[:20]):
            assert form not in shown.out + shown.err
        return code, shown.out, shown.err

    return told


def test_a_good_token_passes(said):
    code, out, err = said("inspect", "-", *AT, stdin=GOOD)
    assert code == 0, out
    assert "stdin:1  user delegation SAS" in out
    assert "account: pointsstore" in out
    assert err == ""


def test_a_token_that_is_too_much_fails(said):
    code, out, _ = said("inspect", "-", *AT, stdin=TOKEN.replace("sp=rl", "sp=racwdl"))
    assert code == 1
    assert "the SAS also allows: add, create, write, delete" in out


def test_japanese_is_plain(said):
    _, out, _ = said("inspect", "-", "--at", "2026-04-01T00:00:00Z", "--lang", "ja", stdin=TOKEN)
    assert "サービス SAS（アカウントキーによる署名）" in out
    assert "不適合" in out


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (TOKEN[:-12], "cut off"),
        ("hello", "not a SAS"),
        (f"{TOKEN}&se=2099-01-01", "twice"),
        (TOKEN.partition("&sig")[0], "without a signature"),
    ],
)
def test_what_is_no_token_is_told_and_is_unknown(said, text, what):
    code, out, _ = said("inspect", "-", *AT, stdin=text)
    assert code == 3
    assert what in out


def test_a_token_on_the_command_line_comes_with_a_warning(said):
    code, _, err = said("inspect", GOOD, *AT)
    assert code == 0
    assert "history" in err


def test_files_and_variables(said, tmp_path, monkeypatch):
    (tmp_path / "tokens").write_text(f"# ours\n\n{GOOD}\n", "utf-8")
    monkeypatch.setenv("BLOB_SAS", GOOD)
    code, out, _ = said("inspect", "--file", "tokens", "--env", "BLOB_SAS", "--format", "json", *AT)
    assert code == 0
    assert [one["place"] for one in json.loads(out)] == ["tokens:3", "BLOB_SAS:1"]


def test_a_setting_changes_the_verdict(said):
    code, _, _ = said("inspect", "-", *AT, "--set", "sas/lifetime-short:max_days=1", stdin=GOOD)
    assert code == 1


def test_a_tree(said, tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "settings.json").write_text(json.dumps({"url": GOOD}), "utf-8")
    code, out, err = said("find", "app", *AT)
    assert code == 0
    assert "app/settings.json:1:10" in out
    assert "1 files searched, 0 not; 1 tokens" in err


def test_a_tree_without_a_token(said, tmp_path):
    (tmp_path / "a.txt").write_text("nothing", "utf-8")
    assert said("find", ".", *AT)[0] == 4


@pytest.mark.parametrize(
    ("arguments", "place", "next_"),
    [
        (("inspect",), "TOKEN", "--file"),
        (("inspect", "--file", "gone"), "gone", "check the path"),
        (("inspect", "--env", "NOT_SET"), "--env", "set it"),
        (("find", "gone"), "PATH", "name a file"),
        (("find", ".", "--format", "xml"), "--format", "json"),
    ],
)
def test_mistakes_are_told(said, arguments, place, next_):
    code, out, err = said(*arguments, "--lang", "en")
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {place}: ")
    assert next_ in err.splitlines()[1]
