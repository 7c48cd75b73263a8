"""Where reports go, in which form, language and time zone."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from azlinkscan.report import FORMATS
from tests.end_to_end.machine import QUICK


def test_the_table_goes_to_stdout_by_itself(machine, city):
    ended = machine.scan(city(), *QUICK)
    assert "storage/https-only" in ended.out.decode()
    assert "findings:" in ended.err
    assert list(machine.here.iterdir()) == []


def test_several_files_in_one_scan(machine, city):
    arm = city()
    outputs = ("report.json", "report.sarif", "sarif-github=alerts.sarif", "table=report.txt")
    ended = machine.scan(arm, *QUICK, *(f"--output={one}" for one in outputs))
    assert ended.out == b"", "nothing was asked for on stdout"
    report, sarif, alerts = (json.loads((machine.here / one).read_bytes()) for one in
                             ("report.json", "report.sarif", "alerts.sarif"))  # fmt: skip
    assert report["schema"].startswith("azlinkscan-result/")
    assert len(sarif["runs"][0]["results"]) == len(report["findings"])
    assert 0 < len(alerts["runs"][0]["results"]) < len(report["findings"]), (
        "GitHub is not told of what passes"
    )
    assert "storage/https-only" in (machine.here / "report.txt").read_text("utf-8")
    assert {path.name for path in machine.here.iterdir()} == {
        "report.json",
        "report.sarif",
        "alerts.sarif",
        "report.txt",
    }


@pytest.mark.parametrize("form", [form.name for form in FORMATS])
def test_stdout_and_a_file_hold_the_same(machine, city, form):
    ended = machine.scan(city(), *QUICK, "--output", f"{form}=-", "--output", f"{form}=report")
    assert ended.out == (machine.here / "report").read_bytes() != b""


def test_a_minus_is_the_table_on_stdout(machine, city):
    arm = city()
    assert machine.scan(arm, *QUICK, "--output", "-").out == machine.scan(arm, *QUICK).out


def test_two_formats_do_not_share_stdout(machine, city):
    arm = city()
    machine.scan(arm, *QUICK, "--output", "json=-", "--format", "sarif").is_refused(2, "stdout")
    assert arm.requests == []


def test_a_name_that_says_no_format_is_told_before_anything_is_read(machine, city):
    arm = city()
    machine.scan(arm, *QUICK, "--output", "report.docx").is_refused(2, "report.docx")
    assert arm.requests == []


def test_a_file_is_replaced_as_a_whole(machine, city):
    (machine.here / "report.json").write_bytes(b"x" * 1_000_000)
    machine.scan(city(), *QUICK, "--output", "report.json")
    assert json.loads((machine.here / "report.json").read_bytes())["findings"]


@pytest.mark.parametrize("option", ["--output", "--snapshot", "--result", "--debug"])
def test_a_folder_that_is_not_there_is_told(machine, city, option):
    ended = machine.scan(city(), *QUICK, option, machine.here / "nowhere" / "report.json")
    ended.is_refused(2, "nowhere/report.json" if option != "--debug" else "--debug")
    assert list(machine.here.iterdir()) == []


def test_a_folder_that_may_not_be_written_to_is_told(machine, city, monkeypatch):
    # Root may write everywhere, so the refusal is the system's word rather than a folder's mode.
    (machine.here / "closed").mkdir()
    opened = Path.open

    def refused(path, *given, **named):
        if path.parent.name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, *given, **named)

    monkeypatch.setattr(Path, "open", refused)
    machine.scan(city(), *QUICK, "--output", "closed/report.json").is_refused(2, "closed/report.json")


def test_the_time_is_that_of_the_language_or_as_named(machine, city):
    arm = city()
    # The scan began on 1 April 2026 at midnight in UTC.
    assert "2026-04-01 00:00 (UTC+00:00)" in machine.scan(arm, *QUICK).out.decode()
    assert "2026-04-01 09:00 (UTC+09:00)" in machine.scan(arm, *QUICK, "--lang", "ja").out.decode()
    in_brazil = machine.scan(arm, *QUICK, "--timezone", "America/Sao_Paulo").out.decode()
    assert "2026-03-31 21:00 (UTC-03:00)" in in_brazil
    machine.scan(arm, *QUICK, "--timezone", "Asia/Edo").is_refused(2, "--timezone", "Asia/Edo", "Asia/Tokyo")


def test_what_a_machine_reads_stays_in_utc_and_in_both_languages(machine, city):
    arm = city()
    english = machine.scan(arm, *QUICK, "--format", "json")
    japanese = machine.scan(arm, *QUICK, "--format", "json", "--lang", "ja", "--timezone", "Asia/Tokyo")
    assert english.document["header"]["clock"] == "2026-04-01T00:00:00Z"
    without_reads = [{**one.document, "header": None} for one in (english, japanese)]
    assert without_reads[0] == without_reads[1]


def test_the_language_follows_the_locale_and_the_option(machine, city):
    arm = city()
    machine.set(LANG="ja_JP.UTF-8")
    assert "不適合" in machine.scan(arm, *QUICK).out.decode()
    assert "不適合" not in machine.scan(arm, *QUICK, "--lang", "en").out.decode()
    machine.write("azlinkscan.toml", 'language = "en"\n')
    assert "不適合" not in machine.scan(arm, *QUICK).out.decode()


def test_no_colour_is_written_where_there_is_no_terminal(machine, city):
    ended = machine.scan(city(), *QUICK)
    assert b"\x1b" not in ended.out
    assert "\x1b" not in ended.err
