"""The clouds: where Resource Manager and the sign-in live.

https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure
https://learn.microsoft.com/azure/china/resources-developer-guide
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from azlinkscan.errors import Place, UsageError
from azlinkscan.model.os_error import because
from azlinkscan.model.text import Text

_KEYS = ("resource_manager", "authority", "audience", "storage_suffix", "ca_file", "instance_discovery")
_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")
_HOST_ONLY = Text(en="give scheme and host only", ja="スキームとホストのみを記入する")
_NOT_UTF_8 = Text(en="it is not UTF-8", ja="UTF-8 ではない")
_SUFFIX = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True)
class Cloud:
    """Where one Azure cloud answers."""

    name: str
    """Its own name, or the path of the file that describes it."""
    resource_manager: str
    """Scheme and host, without a slash at the end."""
    authority: str
    """The Microsoft Entra endpoint."""
    audience: str
    """For whom a token is asked."""
    storage_suffix: str | None = None
    """Behind ``ACCOUNT.blob.``; None where a custom cloud does not say."""
    ca_file: str | None = None
    """Certificates to trust instead of the system's."""
    instance_discovery: bool = True
    """Whether the authority is one that login.microsoftonline.com knows and may be asked about."""
    storage_zones: str | None = None
    """Behind ``ACCOUNT.zNN.blob.``, of storage accounts in a DNS zone of their own."""

    @property
    def scope(self) -> str:
        """The OAuth scope of Resource Manager."""
        return f"{self.audience.rstrip('/')}/.default"

    @property
    def storage_suffixes(self) -> tuple[str, ...]:
        """The domains in which this cloud's storage answers; none where a custom cloud does not say."""
        return tuple(suffix for suffix in (self.storage_suffix, self.storage_zones) if suffix is not None)


CLOUDS = {
    cloud.name: cloud
    for cloud in (
        Cloud(
            "public",
            "https://management.azure.com",
            "https://login.microsoftonline.com",
            "https://management.azure.com",
            "core.windows.net",
            storage_zones="storage.azure.net",
        ),
        Cloud(
            "usgov",
            "https://management.usgovcloudapi.net",
            "https://login.microsoftonline.us",
            "https://management.core.usgovcloudapi.net",
            "core.usgovcloudapi.net",
        ),
        Cloud(
            "china",
            "https://management.chinacloudapi.cn",
            "https://login.chinacloudapi.cn",
            "https://management.chinacloudapi.cn",
            "core.chinacloudapi.cn",
        ),
    )
}


def cloud_of(text: str, place: Place = Place("--cloud")) -> Cloud:
    """The cloud that ``--cloud`` names: public, usgov, china, or a TOML or JSON file that describes one.

    Raises UsageError.
    """
    if text in CLOUDS:
        return CLOUDS[text]
    path = Path(text)
    if path.suffix.lower() in (".toml", ".json") or path.exists():
        return _File(path).cloud()
    raise UsageError(
        Text(en=f"there is no cloud '{text}'", ja=f"「{text}」というクラウドはない"),
        hint=Text(
            en=f"give {', '.join(CLOUDS)}, or a TOML or JSON file that describes a cloud",
            ja=f"{'、'.join(CLOUDS)} のいずれか、又はクラウドを記述した TOML 若しくは JSON ファイルを指定する",
        ),
        place=place,
    )


@dataclass
class _File:
    """A file that describes a cloud, and where in it something is wrong."""

    path: Path
    text: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def cloud(self) -> Cloud:
        self.text = self._read()
        self.values = self._parsed()
        for key in self.values:
            if key not in _KEYS:
                raise self._wrong(
                    key,
                    Text(en=f"'{key}' is not known", ja=f"「{key}」は未知の項目である"),
                    Text(en=f"a cloud has: {', '.join(_KEYS)}", ja=f"使用できる項目：{', '.join(_KEYS)}"),
                )
        resource_manager = self._address("resource_manager")
        if urlsplit(resource_manager).path:
            raise self._wrong(
                "resource_manager",
                Text(en="'resource_manager' has a path", ja="「resource_manager」にパスが含まれている"),
                _HOST_ONLY,
            )
        return Cloud(
            name=str(self.path),
            resource_manager=resource_manager,
            authority=self._address("authority"),
            audience=self._address("audience") if "audience" in self.values else resource_manager,
            storage_suffix=self._storage_suffix(),
            ca_file=self._ca_file(),
            instance_discovery=self._instance_discovery(),
        )

    def _read(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            why = because(error) if isinstance(error, OSError) else _NOT_UTF_8
            raise UsageError(
                Text(
                    en=f"the cloud's file cannot be read: {why.en}",
                    ja=f"クラウドのファイルを読み込めない：{why.ja}",
                ),
                hint=Text(
                    en="name a TOML or JSON file, in UTF-8, that describes a cloud",
                    ja="クラウドを記述した UTF-8 の TOML 又は JSON ファイルを指定する",
                ),
                place=Place(str(self.path)),
            ) from None

    def _parsed(self) -> dict[str, Any]:
        line: int | None = None
        column: int | None = None
        try:
            is_json = self.path.suffix.lower() == ".json"
            values = json.loads(self.text) if is_json else tomllib.loads(self.text)
        except json.JSONDecodeError as error:
            line, column = error.lineno, error.colno
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            if found := _POSITION.search(str(error)):
                line, column = int(found.group(1)), int(found.group(2))
            else:
                line = len(self.text.splitlines())  # "at end of document"
        else:
            if isinstance(values, dict):
                return values
        form = "JSON" if is_json else "TOML"
        example = '{"resource_manager": "https://…"}' if is_json else 'resource_manager = "https://…"'
        raise UsageError(
            Text(en=f"the cloud's file is not {form}", ja=f"クラウドのファイルが {form} として読めない"),
            hint=Text(en=f"write for instance: {example}", ja=f"記入例：{example}"),
            place=Place(str(self.path), line, column),
        )

    def _address(self, key: str) -> str:
        value = self.values.get(key)
        if value is None:
            raise self._wrong(
                key,
                Text(en=f"'{key}' is missing", ja=f"「{key}」がない"),
                Text(en=f'add {key} = "https://…"', ja=f'{key} = "https://…" を追加する'),
            )
        parts = None
        try:
            parts = urlsplit(value) if isinstance(value, str) else None
            whole = parts is not None and bool(parts.hostname) and parts.port != 0
        except ValueError:
            whole = False
        if parts is None or not whole or parts.scheme != "https":
            raise self._wrong(
                key,
                Text(en=f"'{key}' is no https address", ja=f"「{key}」が https のアドレスではない"),
                Text(
                    en="a token is only ever sent over https",
                    ja="トークンは https でのみ送信するため、https:// で始まるアドレスを記入する",
                ),
            )
        if parts.query or parts.fragment or parts.username is not None:
            raise self._wrong(
                key,
                Text(en=f"'{key}' is more than an address", ja=f"「{key}」に余分な部分が含まれている"),
                _HOST_ONLY,
            )
        return str(value).rstrip("/")

    def _storage_suffix(self) -> str | None:
        value = self.values.get("storage_suffix")
        if value is not None and not (isinstance(value, str) and _SUFFIX.fullmatch(value)):
            raise self._wrong(
                "storage_suffix",
                Text(en="'storage_suffix' is no host name", ja="「storage_suffix」がホスト名ではない"),
                Text(en='write for instance "core.windows.net"', ja='記入例："core.windows.net"'),
            )
        return value

    def _ca_file(self) -> str | None:
        value = self.values.get("ca_file")
        if value is None:
            return None
        path = self.path.parent / value if isinstance(value, str) else None
        try:
            good = path is not None and b"BEGIN CERTIFICATE" in path.read_bytes()
        except (OSError, ValueError):
            good = False
        if not good:
            raise self._wrong(
                "ca_file",
                Text(en="'ca_file' is no file with certificates", ja="「ca_file」が証明書のファイルではない"),
                Text(
                    en="name a PEM file, absolute or relative to this file",
                    ja="PEM ファイルを、絶対パス又はこのファイルからの相対パスで指定する",
                ),
            )
        return str(path)

    def _instance_discovery(self) -> bool:
        # an authority of one's own is none of login.microsoftonline.com's business unless one says so
        value = self.values.get("instance_discovery", False)
        if not isinstance(value, bool):
            raise self._wrong(
                "instance_discovery",
                Text(
                    en="'instance_discovery' is neither true nor false",
                    ja="「instance_discovery」が true でも false でもない",
                ),
                Text(en="write true or false", ja="true 又は false を記入する"),
            )
        return value

    def _wrong(self, key: str, title: Text, hint: Text) -> UsageError:
        mention = re.compile(rf"\s*[{{,]?\s*\"?{re.escape(key)}\"?\s*[=:]")
        lines = enumerate(self.text.splitlines(), 1)
        line = next((number for number, text in lines if mention.match(text)), None)
        return UsageError(title, hint=hint, place=Place(str(self.path), line))
