"""One bundle of the fictional city for all tests: made once, by the command line, with decisions in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from azlinkscan.cli.app import run
from tests.fixtures.goldens import SNAPSHOT

CHOICE = ("--check", "storage/*", "--check", "network/*", "--check", "identity/*")
EXCEPTIONS = """\
exceptions:
  - check: storage/https-only
    resource: '*/storageaccounts/kakuupts*'
    reason: 旧端末の更新まで
    owner: 情報政策課 主査
    approver: 架空 太郎
    ticket: JP-12
    from: 2026-01-01
    until: 2026-04-10
  - check: network/smb-closed-to-internet
    resource: '*'
    reason: 期限切れの例
    owner: 情報政策課 主査
    approver: 架空 太郎
    ticket: JP-13
    from: 2026-01-01
    until: 2026-03-01
"""


@dataclass(frozen=True)
class Bundles:
    """A signed bundle, one that is not signed, and the keys."""

    folder: Path
    signed: Path
    plain: Path
    key: Path
    public: Path
    another: Path


def pem(folder: Path, name: str) -> tuple[Path, Path]:
    """A new key pair: the private and the public part."""
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private, public = folder / f"{name}.pem", folder / f"{name}.pub.pem"
    private.write_bytes(
        key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    )
    public.write_bytes(
        key.public_key().public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo)
    )
    return private, public


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Bundles:
    folder = tmp_path_factory.mktemp("evidence")
    key, public = pem(folder, "signer")
    _, another = pem(folder, "another")
    (folder / "例外.yaml").write_text(EXCEPTIONS.replace("resource: '*'", "resource: '*/nsg-*'"), "utf-8")
    (folder / "login.png").write_bytes(b"a picture")
    to = folder / "attestations.yaml"
    assert run(
        ["attest", "add", "--criterion", "chiba-2-1-i", "--statement", "伏字で表示された", "--who", "架空 花子",
         "--when", "2026-03-01", "--until", "2027-03-31", "--evidence", str(folder / "login.png"), str(to)]
    ) == 0  # fmt: skip
    common = ["assess", str(SNAPSHOT), *CHOICE, "--output", f"table={folder / 'out.txt'}"]
    first, signed, plain = folder / "first.zip", folder / "signed.zip", folder / "plain.zip"
    run([*common[:2], *CHOICE[:2], *common[-2:], "-o", str(first)])
    decided = ["--exceptions", str(folder / "例外.yaml"), "--attestations", str(to), "--baseline", str(first)]
    assert run([*common, *decided, "--evidence", str(signed), "--sign", str(key)]) == 1
    assert run([*common, *decided, "--evidence", str(plain)]) == 1
    return Bundles(folder, signed, plain, key, public, another)
