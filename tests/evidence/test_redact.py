"""A bundle that is shared: names and ids are others, the same everywhere; every verdict stays."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace

import pytest

from azlinkscan.assess import scene
from azlinkscan.assess.compiled import compile_check
from azlinkscan.assess.judge import Task
from azlinkscan.assess.tasks import effective
from azlinkscan.catalog.checks import load_checks
from azlinkscan.cli.app import run
from azlinkscan.scan.pseudonyms import Pseudonyms, vocabulary
from azlinkscan.snapshot.facts_file import Snapshot
from azlinkscan.snapshot.result_file import ResultFile
from tests.evidence.test_verify import files_of, verified

CHECKS = load_checks()
KEPT = vocabulary(CHECKS.values())
GUID = re.compile(r"[0-9a-f-]{36}")
"""The name of a role: most are Azure's own."""
OURS = " ".join(CHECKS)
"""What our own checks are called, as some resource of the city is."""


@pytest.fixture(scope="module")
def redacted(bundles, tmp_path_factory):
    out = tmp_path_factory.mktemp("redacted") / "shared.zip"
    assert run(["evidence", "redact", str(bundles.signed), "-o", str(out), "--lang", "en"]) == 0
    return out


def unpacked(path, folder, name):
    target = folder / name
    target.write_bytes(files_of(path)[name])
    return target


def everything(content):
    """Every byte of a bundle, in archives too; the catalogue is ours and public."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            inner = archive.read(name)
            if name.startswith(("checks/", "profiles/")):
                continue
            if zipfile.is_zipfile(io.BytesIO(inner)):
                yield from everything(inner)
            else:
                yield name, inner


def test_the_result_follows_and_names_the_bundle_that_it_was_made_from(bundles, redacted, capsys):
    code, out, _ = verified(capsys, redacted)
    assert code == 3
    assert out.splitlines() == [
        "The result and its reports follow from the snapshot, byte for byte.",
        f"Its names were replaced; the original bundle has the SHA-256 {hashlib.sha256(bundles.signed.read_bytes()).hexdigest()}.",
        "Not signed: anybody may have made it.",
    ]


def test_every_verdict_and_every_decision_is_the_same(bundles, redacted, tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    with (
        ResultFile(unpacked(bundles.signed, before, "result.zip")) as then,
        ResultFile(unpacked(redacted, after, "result.zip")) as now,
    ):

        def told(result):
            rows = (
                (
                    one.check,
                    one.kind,
                    one.verdict,
                    one.excepted and one.excepted.by,
                    tuple(lapsed.why for lapsed in one.lapsed),
                    one.baseline,
                )
                for one in result.findings()
            )
            return sorted(rows, key=repr)

        assert told(now) == told(then)
        assert then.excepted() > 0
        assert now.excepted() == then.excepted()
        assert any(one.lapsed for one in then.findings())
        criteria = [[(one.id, one.verdict) for one in result.criteria()] for result in (then, now)]
        assert criteria[0] == criteria[1]
        assert ("chiba-2-1-i", "pass") in criteria[0]


def test_no_name_id_person_or_address_of_the_estate_is_left(bundles, redacted, tmp_path):
    with Snapshot(unpacked(bundles.signed, tmp_path, "snapshot.zip")) as snapshot:
        (first, _), *_ = snapshot.header.subscriptions
        names = {
            fact.body["name"]
            for fact in snapshot.subscription(first).facts
            if "-" in str(fact.body.get("name"))
        }
    assert len(names) > 40
    gone = {
        *(name for name in names if "/" not in name and not GUID.fullmatch(name) and name.lower() not in KEPT and name not in OURS),
        "kakuuptsweb", "rg-points-app", "kakuu.example.jp", "情報政策課 主査", "架空 太郎", "架空 花子", "JP-12", "旧端末",
        "伏字で表示された", "login.png", "例外.yaml", "市民協働課", "住民ポータル",
        "00000000-0000-0000-0000-000000000001",
    }  # fmt: skip
    for name, content in everything(redacted.read_bytes()):
        if name == "manifest.json" or name == "reports/report.json":
            content = json.dumps(json.loads(content), ensure_ascii=False).encode()
        if name.endswith(("profiles.jsonl", "checks.jsonl")):
            continue
        left = [one for one in gone if one.encode() in content]
        assert not left, f"{name} holds {sorted(left)[:5]}"


def test_redacting_twice_gives_the_same_bytes(bundles, redacted, tmp_path):
    again = tmp_path / "again.zip"
    assert run(["evidence", "redact", str(bundles.signed), "-o", str(again)]) == 0
    assert again.read_bytes() == redacted.read_bytes()


def test_an_altered_bundle_is_not_redacted(bundles, tmp_path, capsys):
    files = files_of(bundles.plain)
    files["reports/report.json"] += b" "
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        for name, content in files.items():
            bundle.writestr(name, content)
    assert run(["evidence", "redact", str(path), "-o", str(tmp_path / "o.zip"), "--lang", "en"]) == 2
    assert "the bundle was altered: reports/report.json: altered" in capsys.readouterr().err
    assert not (tmp_path / "o.zip").exists()


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_each_example_of_each_check_is_judged_the_same_under_other_names(check):
    words = scene.words_of(check)
    compiled = compile_check(check, words)
    for example in check.examples:
        world, gaps = scene.apply(check.scene, example)
        facts = {name: one for name, one in world.items() if isinstance(one, dict)}
        names = Pseudonyms(KEPT, [*facts.values(), check.scene])
        renamed = {name: {**names.body(one), **({"kind_of_fact": one["kind_of_fact"]} if "kind_of_fact" in one else {})}
                   for name, one in facts.items()}  # fmt: skip
        original = {name: names.body(one) for name, one in check.scene.items() if isinstance(one, dict)}
        settings, digest = effective(check, ({check.id: names.body(dict(example.settings))},), example.place)
        new = replace(check, scene={**check.scene, **original})
        there = scene.build(check, renamed, gaps, example.unread, original)
        found = scene.judged(new, Task(compiled, settings, digest), words, there)
        assert found.verdict is example.verdict, (example.it, found.clauses, found.gaps)
