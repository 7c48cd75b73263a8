"""Azurite as a process of its own, on a free port, from entering the context to leaving it."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from azure.storage.blob import BlobServiceClient

from tests.arm.tls import HOST, Certificates
from tests.collect.azure import row

MAIN = Path(__file__).parent / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
ACL = row("microsoft.storage/storageaccounts/blobservices/containers/accesspolicies")
KEY = base64.b64encode(b"a key that opens nothing").decode()
_LISTENS = re.compile(r"successfully listens on (https://\S+)")


def missing() -> str | None:
    """Why there is no emulator here, or None."""
    if shutil.which("node") is None:
        return "Node is not installed"
    return None if MAIN.exists() else "Azurite is not installed: run `npm ci` in tests/azurite"


class Azurite:
    """The blob service of some accounts, whose names stand in the path."""

    def __init__(self, certificates: Certificates, accounts: Iterable[str]) -> None:
        self._certificates = certificates
        self._accounts = tuple(accounts)
        self._open = ExitStack()
        self.url = ""

    def __enter__(self) -> Self:
        served = str(self._certificates.server)
        command = ["node", str(MAIN), "--blobHost", HOST, "--blobPort", "0", "--oauth", "basic"]
        command += [
            "--cert",
            served,
            "--key",
            served,
            "--inMemoryPersistence",
            "--disableTelemetry",
            "--silent",
        ]
        named = ";".join(f"{account}:{KEY}" for account in self._accounts)
        process = subprocess.Popen(
            command,
            env={**os.environ, "AZURITE_ACCOUNTS": named},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._open.enter_context(process)
        self._open.callback(process.terminate)
        assert process.stdout is not None
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if listens := _LISTENS.search(line):
                self.url = listens.group(1)
                return self
        self._open.close()
        raise RuntimeError("Azurite did not start: " + "".join(said))

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def owner(self, account: str) -> BlobServiceClient:
        """A client that holds the account's key; the caller closes it."""
        return BlobServiceClient(
            f"{self.url}/{account}",
            credential={"account_name": account, "account_key": KEY},
            connection_verify=str(self._certificates.ca),
            api_version=ACL.api_version,
            retry_total=0,
        )

    def put(
        self, account: str, container: str, policies: Any = None, public_access: str | None = None
    ) -> None:
        """A container with its access policies."""
        with self.owner(account) as service, service.get_container_client(container) as client:
            client.create_container()
            client.set_container_access_policy(policies or {}, public_access=public_access)

    def drop(self, account: str, container: str) -> None:
        """Take a container away."""
        with self.owner(account) as service:
            service.delete_container(container)
