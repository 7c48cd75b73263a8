"""Ed25519 keys in PEM files: whoever makes a bundle signs it, whoever reads one says whom they trust."""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from azlinkscan.errors import Place, UsageError
from azlinkscan.model.os_error import because
from azlinkscan.model.text import Text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_MOST = 1 << 16


class Signer:
    """A private key that signs."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public_pem(self) -> str:
        """The public key, to be handed to whoever shall verify: by another way than the bundle."""
        return pem_of(self._key.public_key())

    def __call__(self, content: bytes) -> bytes:
        """The signature of bytes, in base64."""
        return base64.b64encode(self._key.sign(content)) + b"\n"


def signer(path: Path) -> Signer:
    """The private key in a file. Raises UsageError where it is none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(_read(path, "--sign"), password=None)
    except TypeError:
        raise _wrong(
            "--sign", path, "the key is locked with a passphrase", "鍵がパスフレーズで保護されている",
            Text(
                en="unlock it into a file that only you may read: openssl pkey -in KEY -out PLAIN",
                ja="本人だけが読めるファイルに解除する：openssl pkey -in KEY -out PLAIN",
            ),
        ) from None  # fmt: skip
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise _wrong(
            "--sign", path, "the file holds no Ed25519 private key", "Ed25519 の秘密鍵ではない",
            Text(
                en="make one: openssl genpkey -algorithm ed25519 -out KEY",
                ja="openssl genpkey -algorithm ed25519 -out KEY で作成する",
            ),
        )  # fmt: skip
    return Signer(key)


def trusted(path: Path) -> Ed25519PublicKey:
    """The public key in a file. Raises UsageError where it is none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(_read(path, "--trust"))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise _wrong(
            "--trust", path, "the file holds no Ed25519 public key", "Ed25519 の公開鍵ではない",
            Text(
                en="ask the signer for it: openssl pkey -in KEY -pubout",
                ja="署名者に求める：openssl pkey -in KEY -pubout",
            ),
        )  # fmt: skip
    return key


def signed_by(key: Ed25519PublicKey, content: bytes, signature: bytes) -> bool:
    """Whether a signature (in base64) of bytes is this key's."""
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(base64.b64decode(signature.strip(), validate=True), content)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def public_key(pem: str) -> Ed25519PublicKey | None:
    """The key that a bundle names; None where it names none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


def pem_of(key: Ed25519PublicKey) -> str:
    """A public key as PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def fingerprint(key: Ed25519PublicKey) -> str:
    """The SHA-256 of a key's DER form: what people compare by telephone."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _read(path: Path, flag: str) -> bytes:
    try:
        with path.open("rb") as given:
            return given.read(_MOST)
    except OSError as error:
        why = because(error)
        raise _wrong(
            flag, path, f"the key cannot be read: {why.en}", f"鍵を読み取れない：{why.ja}",
            Text(en="name a PEM file that you may read", ja="読取り可能な PEM ファイルを指定する"),
        ) from None  # fmt: skip


def _wrong(flag: str, path: Path, en: str, ja: str, hint: Text) -> UsageError:
    return UsageError(Text(en=en, ja=ja), hint=hint, place=Place(f"{flag} {path}"))
