"""Secrets that Azure sends, or that open Azure, are in nothing that a run writes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from azlinkscan.model.text import LANGUAGES
from azlinkscan.report import FORMATS
from azlinkscan.scan import scanning
from azlinkscan.snapshot.facts_file import Snapshot
from tests.arm import sign_in
from tests.arm.asked import Asked
from tests.arm.estates import PLANTED
from tests.arm.reply import Reply, error
from tests.arm.server import ArmServer
from tests.collect.test_redaction import PLANTED as SHAPES
from tests.end_to_end.machine import Ended, Machine
from tests.end_to_end.scans import ROWS

TEXTS = {name: text for name, (text, _) in SHAPES.items()}
SECRETS = {
    **{name: secret for name, (_, secret) in SHAPES.items()},
    "the city's": PLANTED,
    "ours": sign_in.SECRET,
}
IN_A_LINK = "sig=pL4nted%2BSignature%3D"


# -- what is searched -----------------------------------------------------------------------------


def everything(machine: Machine, ended: Ended) -> Iterator[tuple[str, bytes]]:
    """Every byte that a run left: on the screen, in files, in archives."""
    yield "stdout", ended.out
    yield "stderr", ended.err.encode()
    for folder in (machine.here, machine.state, machine.home, machine.scratch):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield from _contents(str(path), path.read_bytes())


def _contents(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.namelist():
                yield from _contents(f"{name}:{entry}", archive.read(entry))


def holds_no_secret(machine: Machine, ended: Ended, arm: ArmServer) -> list[str]:
    """Raises AssertionError where a secret was written; gives the names of what was searched."""
    found = list(everything(machine, ended))
    wanted = {**SECRETS, **{f"token {number}": token for number, token in enumerate(arm.sign_in.issued)}}
    for name, content in found:
        if ".zip:checks/" in name:
            continue  # our own examples, in an evidence bundle
        for what, secret in wanted.items():
            for written in (secret, json.dumps(secret)[1:-1]):
                at = content.find(written.encode())
                assert at < 0, f"{what} is in {name}: …{content[max(0, at - 80) : at + 40]!r}…"
    return [name for name, _ in found]


# -- what is planted ------------------------------------------------------------------------------


class Planter:
    """Plants a secret in every part of every answer, one shape after the other, beside what is true."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self._texts = cycle(TEXTS.values())

    def __call__(self, asked: Asked, clean: Callable[[], Reply]) -> Reply:
        reply = clean()
        if reply.status != 200:
            return reply
        self.kinds.add(asked.kind)
        body = reply.json
        for item in body.get("value", [body]):
            self._plant(item)
        if body.get("nextLink"):
            body["nextLink"] += f"&{IN_A_LINK}"
        return replace(reply, body=json.dumps(body, ensure_ascii=False).encode())

    def _plant(self, item: dict[str, Any]) -> None:
        for holder in ("properties", "tags"):
            text, another, name = islice(self._texts, 3)
            planted = {"planted": text, "planted too": [{"value": another}], name: "x"}
            item[holder] = {**(item.get(holder) or {}), **planted}
        if "displayName" in item:
            item["displayName"] = " ".join([item["displayName"], *TEXTS.values()])


class Refuser:
    """Refuses everything beneath a subscription, with secrets in every part of its answers."""

    def __init__(self) -> None:
        self._texts = cycle(TEXTS.values())
        self._ways = cycle((self._as_arm, self._as_oauth, self._as_xml, self._as_redirect, self._as_text))

    def __call__(self, asked: Asked, clean: Callable[[], Reply]) -> Reply:
        if asked.place.count("/") <= 2:
            return clean()
        text = next(self._texts)
        one_line = " ".join(text.split())
        reply = next(self._ways)(text)
        headers = {
            "WWW-Authenticate": f'Bearer error="invalid_token", error_description="{one_line}"',
            "x-ms-failure-cause": one_line,
            "x-ms-correlation-request-id": one_line,
            "x-ms-request-id": one_line,
            "Set-Cookie": f"session={one_line}",
        }
        return replace(reply, headers={**headers, **reply.headers})

    def _as_arm(self, text: str) -> Reply:
        return error(403, "AuthorizationFailed", f"The client may not perform action '{text}'. {text}")

    def _as_oauth(self, text: str) -> Reply:
        return Reply(400, json.dumps({"error": text, "error_description": text}).encode())

    def _as_xml(self, text: str) -> Reply:
        body = f"<Error><Code>{text}</Code><Message>{text}</Message></Error>"
        return Reply(403, body.encode(), content_type="application/xml")

    def _as_redirect(self, text: str) -> Reply:
        return Reply(302, headers={"Location": f"https://elsewhere.example/?{IN_A_LINK}"})

    def _as_text(self, text: str) -> Reply:
        return Reply(409, text.encode(), content_type="text/plain")


# -- the runs -------------------------------------------------------------------------------------


def scan_with_everything(machine: Machine, arm: ArmServer, lang: str) -> Ended:
    outputs = [f"--output={form.name}={machine.here / f'report.{form.name}'}" for form in FORMATS]
    return machine.scan(
        arm, "--lang", lang, "--format", "table", *outputs,
        "--snapshot", machine.here / "snapshot.zip", "--result", machine.here / "result.zip",
        "--debug", machine.here / "debug.log", "--evidence", machine.here / "evidence.zip",
    )  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_scan_keeps_no_secret_that_azure_sends(machine, city, lang):
    arm, planter = city(), Planter()
    arm.fault("*", planter)
    ended = scan_with_everything(machine, arm, lang)
    assert ended.code == 1, ended.err
    searched = holds_no_secret(machine, ended, arm)
    for name in (
        "snapshot.zip:segments",
        "result.zip:segments",
        "debug.log",
        "evidence.zip:snapshot.zip:segments",
        "evidence.zip:reports/report.json",
        *(f"report.{f.name}" for f in FORMATS),
    ):
        assert any(name in one for one in searched), f"{name} was not written"
    assert planter.kinds >= {row.kind for row in ROWS}, "an answer without a planted secret"
    assert b"REDACTED" in (machine.here / "debug.log").read_bytes(), "the log tells of links"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_scan_keeps_no_secret_of_a_refusal(machine, city, lang):
    arm = city()
    arm.fault("*", Refuser())
    ended = scan_with_everything(machine, arm, lang)
    assert ended.code == 3, ended.err
    holds_no_secret(machine, ended, arm)
    with Snapshot(machine.here / "snapshot.zip") as snapshot:
        gaps = [gap for own, _ in snapshot.header.subscriptions for gap in snapshot.subscription(own).gaps]
    assert {gap.status for gap in gaps} >= {302, 400, 403, 409}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_fault_of_ours_tells_no_secret(machine, city, lang, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(" ".join(TEXTS.values()))

    monkeypatch.setattr(scanning, "write_snapshot", fails)
    arm = city()
    arm.fault("*", Planter())
    ended = machine.scan(arm, "--lang", lang, "--debug", machine.here / "debug.log")
    ended.is_refused(5, "RuntimeError")
    searched = holds_no_secret(machine, ended, arm)
    assert any("faults" in one for one in searched), "the fault is kept for a report"
    assert any(one.endswith(".jsonl") for one in searched), "what was read outlives the fault"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_failed_sign_in_tells_no_secret(machine, city, lang, monkeypatch):
    arm = city()
    machine.sign_in(arm)
    monkeypatch.setattr(sign_in, "SECRET", "another secret")

    def echoing(tenant: str, form: dict[str, str], base: str) -> Reply:
        told = {
            "error": "invalid_client",
            "error_description": f"AADSTS7000215: client_secret={form['client_secret']}",
        }
        return Reply(401, json.dumps(told).encode())

    monkeypatch.setattr(arm.sign_in, "_token", echoing)
    to = ("--auth", "environment", "--cloud", arm.cloud_file)
    ended = machine.run("scan", *to, "--lang", lang, "--debug", Path("debug.log"))
    ended.is_refused(5, "AADSTS7000215", "--auth environment")
    holds_no_secret(machine, ended, arm)
