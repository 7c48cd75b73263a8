"""A bundle says what it proves: whole, following from its snapshot, and signed by whom the verifier trusts."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import stat
import struct
import zipfile

import pytest

from azlinkscan.cli.app import run
from tests.evidence.conftest import CHOICE
from tests.fixtures.goldens import SNAPSHOT


def verified(capsys, path, *more):
    capsys.readouterr()
    code = run(["evidence", "verify", str(path), "--lang", "en", *map(str, more)])
    told = capsys.readouterr()
    assert "fault in azlinkscan" not in told.err
    assert "Traceback" not in told.err
    return code, told.out, told.err


def files_of(path):
    with zipfile.ZipFile(path) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def written(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            bundle.writestr(name, content)
    return path


def resealed(files):
    """What a forger does: the manifest is made to fit again."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
        if not name.startswith("manifest.")
    }
    return {**files, "manifest.json": json.dumps(manifest).encode()}


# -- what is in it --------------------------------------------------------------------------------


def test_a_bundle_holds_all_that_the_result_follows_from(bundles):
    files = files_of(bundles.signed)
    manifest = json.loads(files["manifest.json"])
    assert set(files) == {*manifest["files"], "manifest.json", "manifest.sig"}
    for name, seal in manifest["files"].items():
        assert seal == {"bytes": len(files[name]), "sha256": hashlib.sha256(files[name]).hexdigest()}
    assert files["snapshot.zip"] == SNAPSHOT.read_bytes()
    assert manifest["signer"]["public_key"] == bundles.public.read_text()
    assert manifest["sources"] == {"exceptions": "例外.yaml", "attestations": "attestations.yaml"}
    assert {
        "reports/report.ja.txt",
        "reports/report.en.txt",
        "reports/report.json",
        "reports/report.ja.sarif",
    } <= set(files)
    judged = manifest["judged"]
    assert all(f"checks/{check}.yaml" in files for check in judged["checks"])
    assert all(f"profiles/{profile}.yaml" in files for profile in judged["profiles"])
    assert not any(b"PRIVATE" in content for content in files.values())


def test_the_same_snapshot_decisions_and_clock_give_the_same_bytes(bundles, tmp_path):
    again = tmp_path / "again.zip"
    decided = ["--exceptions", str(bundles.folder / "例外.yaml"), "--baseline", str(bundles.folder / "first.zip"),
               "--attestations", str(bundles.folder / "attestations.yaml")]  # fmt: skip
    table = f"table={tmp_path / 't.txt'}"
    run(
        [
            "assess",
            str(SNAPSHOT),
            *CHOICE,
            *decided,
            "--output",
            table,
            "--evidence",
            str(again),
            "--sign",
            str(bundles.key),
        ]
    )
    assert again.read_bytes() == bundles.signed.read_bytes()


# -- who signed it --------------------------------------------------------------------------------


def test_what_follows_and_was_signed_by_a_trusted_key_is_proven(bundles, capsys):
    code, out, _ = verified(capsys, bundles.signed, "--trust", bundles.another, "--trust", bundles.public)
    assert code == 0
    first, second = out.splitlines()
    assert first == "The result and its reports follow from the snapshot, byte for byte."
    assert second.startswith("Signed by a key that you trust (SHA-256 ")


@pytest.mark.parametrize(
    ("signed", "trusted", "code", "said"),
    [
        (True, False, 3, "Signed by the key that the bundle itself brings"),
        (True, True, 1, "that proves nothing about who made it"),
        (False, False, 3, "Not signed: anybody may have made it."),
        (False, True, 1, "Not signed: anybody may have made it."),
    ],
)
def test_a_key_that_only_the_bundle_vouches_for_proves_nothing(bundles, capsys, signed, trusted, code, said):
    path = bundles.signed if signed else bundles.plain
    trust = ("--trust", bundles.another) if trusted else ()
    ended, out, _ = verified(capsys, path, *trust)
    assert (ended, "follow from the snapshot, byte for byte" in out, said in out) == (code, True, True)


# -- altered, forged ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["snapshot.zip", "result.zip", "checks/storage/https-only.yaml", "reports/report.json",
     "decisions/exceptions.yaml", "decisions/evidence-found.json", "decisions/baseline.json"],
)  # fmt: skip
def test_an_altered_byte_is_told(bundles, capsys, tmp_path, name):
    files = files_of(bundles.signed)
    content = files[name]
    at = len(content) // 2
    files[name] = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    code, out, _ = verified(capsys, written(tmp_path / "b.zip", files), "--trust", bundles.public)
    assert code == 1
    assert out.startswith(f"altered: {name}: altered\n")
    assert "nothing in it was judged" in out


def test_a_file_that_is_missing_or_too_many_is_told(bundles, capsys, tmp_path):
    files = files_of(bundles.signed)
    del files["reports/report.json"]
    files["more.txt"] = b"more"
    code, out, _ = verified(capsys, written(tmp_path / "b.zip", files))
    assert code == 1
    assert out.splitlines()[:2] == [
        "altered: more.txt: not in the manifest",
        "altered: reports/report.json: missing",
    ]


def forged_result(files):
    with zipfile.ZipFile(io.BytesIO(files["result.zip"])) as result:
        inner = {name: result.read(name) for name in result.namelist()}
    findings = inner["segments/findings.jsonl"].replace(b'"verdict":"fail"', b'"verdict":"pass"')
    closing = json.loads(inner["closing.json"])
    closing["segments"]["findings"] |= {
        "bytes": len(findings),
        "sha256": hashlib.sha256(findings).hexdigest(),
    }
    inner |= {"segments/findings.jsonl": findings, "closing.json": json.dumps(closing).encode()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as result:
        for name, content in inner.items():
            result.writestr(name, content)
    return {"result.zip": out.getvalue()}


FORGERIES = {
    "a better result": (
        forged_result,
        "result.zip, segments/findings.jsonl: does not follow from the snapshot",
    ),
    "a better report": (
        lambda files: {"reports/report.en.txt": files["reports/report.en.txt"].replace(b"fail", b"pass")},
        "reports/report.en.txt: does not follow from the result",
    ),
    "a milder check": (
        lambda files: {
            "checks/storage/https-only.yaml": files["checks/storage/https-only.yaml"].replace(
                b"severity: ", b"severity: info #"
            )
        },
        "the manifest names another storage/https-only",
    ),
    "a longer exception": (
        lambda files: {
            "decisions/exceptions.yaml": files["decisions/exceptions.yaml"].replace(
                b"2026-03-01\n", b"2027-03-01\n"
            )
        },
        "result.zip, header.json: does not follow from the snapshot",
    ),
    "a check that is none": (
        lambda files: {"checks/storage/https-only.yaml": b"nothing"},
        "its checks or decisions cannot be read: ",
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forger_who_makes_the_manifest_fit_again_is_found_out(bundles, capsys, tmp_path, forgery):
    change, said = FORGERIES[forgery]
    files = files_of(bundles.signed)
    forged = resealed({**files, **change(files)})
    code, out, _ = verified(capsys, written(tmp_path / "b.zip", forged), "--trust", bundles.public)
    assert code == 1
    assert f"differs: {said}" in out
    assert "The signature is not one of this manifest" in out


# -- made to harm ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../evil.yaml",
        "/etc/evil",
        "a/../../evil",
        "..\\evil",
        "C:/evil",
        "checks/nul",
        "a//b",
        "checks/\x1b[2J.yaml",
        ".",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(bundles, capsys, tmp_path, name):
    path = tmp_path / "b.zip"
    shutil.copy(bundles.plain, path)
    with zipfile.ZipFile(path, "a") as bundle:
        bundle.writestr(name, b"evil")
    code, out, err = verified(capsys, path)
    assert (code, out) == (2, "")
    assert "the archive is not what azlinkscan writes: a file named " in err
    assert "\x1b" not in err
    assert not (tmp_path / "evil.yaml").exists()


def with_link(path):
    entry = zipfile.ZipInfo("checks/link.yaml")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as bundle:
        bundle.writestr(entry, "/etc/passwd")


def twice(path):
    with zipfile.ZipFile(path, "a") as bundle:
        bundle.writestr("Result.zip", b"another")


def a_bomb(path):
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as bundle,
        bundle.open("checks/b.yaml", "w", force_zip64=True) as out,
    ):
        for _ in range(300):
            out.write(b"\0" * (1 << 20))


def cut(path):
    path.write_bytes(path.read_bytes()[:-200])


def garbage(path):
    path.write_bytes(b"PK\x03\x04" + b"\0" * 500)


def no_manifest(path):
    written(path, {name: content for name, content in files_of(path).items() if name != "manifest.json"})


def a_manifest_without_end(path):
    written(path, {**files_of(path), "manifest.json": b"[" * 100_000})


def an_impossible_method(path):
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    content[at + 10 : at + 12] = struct.pack("<H", 99)
    path.write_bytes(bytes(content))


HARMFUL = {
    "a link": (with_link, "checks/link.yaml is no plain file"),
    "a file twice, in another case": (twice, "Result.zip is in it twice"),
    "a bomb": (a_bomb, "bytes that unpack to"),
    "cut off": (cut, "this is no evidence bundle: it is no ZIP, or was cut off"),
    "garbage": (garbage, "this is no evidence bundle: it is no ZIP, or was cut off"),
    "no manifest": (no_manifest, "this is no evidence bundle: it has no manifest.json"),
    "a manifest without end": (a_manifest_without_end, "this is no evidence bundle: its manifest is damaged"),
    "a method that nobody has": (an_impossible_method, "this is no evidence bundle: "),
}


@pytest.mark.parametrize("harm", HARMFUL)
def test_what_is_made_to_harm_is_told_and_not_unpacked(bundles, capsys, tmp_path, harm):
    spoil, said = HARMFUL[harm]
    path = tmp_path / "b.zip"
    shutil.copy(bundles.plain, path)
    spoil(path)
    code, out, err = verified(capsys, path)
    assert (code, out) == (2, "")
    assert said in err
    assert "  next: " in err


def laughing():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(lines).encode()


@pytest.mark.parametrize("content", [laughing(), b"a: " + b"[" * 5000], ids=["anchors", "depth"])
def test_a_check_that_unfolds_without_end_is_told(bundles, capsys, tmp_path, content):
    forged = resealed({**files_of(bundles.plain), "checks/storage/https-only.yaml": content})
    code, out, _ = verified(capsys, written(tmp_path / "b.zip", forged))
    assert code == 1
    assert "the file is nested too deep, or its anchors stand for too much" in out


def test_a_bomb_within_the_snapshot_is_told(bundles, capsys, tmp_path):
    inner = io.BytesIO(files_of(bundles.plain)["snapshot.zip"])
    with (
        zipfile.ZipFile(inner, "a", zipfile.ZIP_DEFLATED) as snapshot,
        snapshot.open("segments/b.jsonl", "w") as out,
    ):
        for _ in range(300):
            out.write(b"\0" * (1 << 20))
    forged = resealed({**files_of(bundles.plain), "snapshot.zip": inner.getvalue()})
    code, out, _ = verified(capsys, written(tmp_path / "b.zip", forged))
    assert code == 1
    assert "bytes that unpack to" in out


# -- keys that are none ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flag", "content", "said"),
    [
        ("--trust", b"nothing", "the file holds no Ed25519 public key"),
        ("--trust", None, "the key cannot be read: "),
        ("--sign", b"nothing", "the file holds no Ed25519 private key"),
        ("--sign", None, "the key cannot be read: "),
    ],
)
def test_a_key_that_is_none_is_told_before_the_work(bundles, capsys, tmp_path, flag, content, said):
    key = tmp_path / "key.pem"
    if content is not None:
        key.write_bytes(content)
    command = (
        ["evidence", "verify", str(bundles.plain), "--trust", str(key)]
        if flag == "--trust"
        else ["assess", str(SNAPSHOT), "--evidence", str(tmp_path / "e.zip"), "--sign", str(key)]
    )
    assert run([*command, "--lang", "en"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"error: {flag} {key}: {said}")
    assert not (tmp_path / "e.zip").exists()


def test_a_signature_without_a_bundle_is_told(bundles, capsys):
    assert run(["assess", str(SNAPSHOT), "--sign", str(bundles.key), "--lang", "en"]) == 2
    assert capsys.readouterr().err == (
        "error: --sign: there is no bundle to sign\n  next: add --evidence FILE.zip\n"
    )
