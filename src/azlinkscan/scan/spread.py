"""Subscriptions read by the workers of an existing Dask cluster, for tenants beyond one machine.

A worker is told how to sign in, never with what: it signs in for itself, with what its own environment holds, and hands
back the subscription as a packed snapshot. No token and no secret is in the graph, nor does the scheduler see what was
read: results go from worker to scan. Dask's own messages are as safe as the cluster: give it TLS in Dask's
configuration (https://distributed.dask.org/en/stable/tls.html).

Dask begins a lost worker's subscription again on another one.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from azlinkscan import __version__
from azlinkscan.collect.pacing import Spent
from azlinkscan.collect.resource_graph import Fields
from azlinkscan.errors import CannotRunError, Place, UsageError
from azlinkscan.model.text import Text
from azlinkscan.scan.choosing import Access
from azlinkscan.scan.unfinished import Unfinished
from azlinkscan.snapshot.facts_file import Snapshot

if TYPE_CHECKING:
    from azlinkscan.scan.scanning import Surroundings

SCHEME = "dask://"
_PLACE = Place("--spread")
_A_PERSON_SIGNS_IN = frozenset({"browser", "device-code"})
_PATIENCE = "30s"
"""For the scheduler's first answer."""
_LOOK = 0.1
"""Seconds after which to look what has come back."""


@dataclass(frozen=True)
class Errand:
    """One subscription to read, and how: all that a worker is told."""

    tool: str
    """Our version here: a worker of another one may read something else."""
    subscription: tuple[str, str]
    """Canonical id and name."""
    auth: str
    tenant: str | None
    cloud: str
    """Of a file that describes a cloud, its path: the same on every worker."""
    options: frozenset[str]
    inventory: str
    kinds: tuple[str, ...]
    required: Mapping[str, Fields]


class Part(NamedTuple):
    """What a worker hands back."""

    snapshot: bytes
    """A packed snapshot of the one subscription."""


class Failed(NamedTuple):
    """Why a worker could not even begin."""

    title: Text
    hint: Text
    place: Place | None


@dataclass(frozen=True)
class Spread:
    """A cluster."""

    address: str
    """``HOST:PORT`` of its scheduler."""
    read: Callable[[Errand], Part | Failed]
    """What a worker runs: importable there."""


@dataclass(frozen=True)
class Asked:
    """What every errand of a scan has in common."""

    access: Access
    kinds: tuple[str, ...]
    required: Mapping[str, Fields]
    around: Surroundings

    def errand(self, subscription: tuple[str, str]) -> Errand:
        """For one subscription."""
        access = self.access
        return Errand(
            __version__,
            subscription,
            access.auth,
            access.tenant,
            access.cloud,
            access.options,
            access.inventory,
            self.kinds,
            self.required,
        )


def address_of(text: str, auth: str) -> str:
    """``HOST:PORT`` of ``dask://HOST:PORT``.

    Raises UsageError for another form, where a person would have to sign in on every worker, and without the extra.
    """
    host, colon, port = text.removeprefix(SCHEME).rstrip("/").rpartition(":")
    if not (text.startswith(SCHEME) and host and colon and port.isdecimal() and "/" not in host):
        raise UsageError(
            Text(en=f"'{text}' is no cluster", ja=f"「{text}」はクラスタの形式ではない"),
            hint=Text(
                en="give the scheduler as dask://HOST:PORT",
                ja="スケジューラを dask://ホスト:ポート の形で指定する",
            ),
            place=_PLACE,
        )
    if auth in _A_PERSON_SIGNS_IN:
        raise UsageError(
            Text(
                en=f"--auth {auth} asks a person, and the workers sign in for themselves",
                ja=f"--auth {auth} は人の操作を要するが、ワーカーは自らサインインする",
            ),
            hint=Text(
                en="sign in by managed-identity, workload-identity or environment, set up on the workers",
                ja="ワーカーに設定した managed-identity、workload-identity 又は environment でサインインする",
            ),
            place=_PLACE,
        )
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise UsageError(
            Text(en="--spread takes Dask, which is not installed", ja="--spread に必要な Dask がない"),
            hint=Text(
                en="pip install 'azlinkscan[dask]', here and on the workers",
                ja="pip install 'azlinkscan[dask]' を、このマシンとワーカーで実行する",
            ),
            place=_PLACE,
        ) from None
    return f"{host}:{port}"


def read_elsewhere(spread: Spread, scan: Unfinished, asked: Asked) -> tuple[Spent, ...]:
    """Every subscription that is not there yet, read by the workers and kept as soon as it comes; what each took.

    Returns early where the scan is stopped. Raises CannotRunError where the cluster, or a worker's sign-in, fails.
    """
    from distributed import Client, Security

    missing = [one for one in scan.subscriptions if not scan.is_kept(one[0])]
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    security = Security()
    scheme = "tls" if security.require_encryption else "tcp"
    stop, spent = asked.around.stop, []
    try:
        with Client(
            f"{scheme}://{spread.address}", timeout=_PATIENCE, security=security, set_as_default=False
        ) as client:
            waiting = {
                client.submit(spread.read, asked.errand(one), key=f"azlinkscan-{scan.id}-{one[0]}"): one[0]
                for one in missing
            }
            while waiting and not stop.is_set():
                stop.wait(_LOOK)
                for future in [one for one in waiting if one.done()]:
                    spent += _keep(future.result(), waiting.pop(future), scan)
                    done = len(missing) - len(waiting)
                    asked.around.progress("--spread", done, len(missing))
            client.cancel(list(waiting))
    except (OSError, CancelledError, _lost()) as error:
        raise CannotRunError(
            Text(
                en=f"the cluster does not do its work ({type(error).__name__})",
                ja=f"クラスタが処理を完了できない（{type(error).__name__}）",
            ),
            hint=Text(
                en=f"look whether scheduler and workers run, then go on with --resume {scan.id}",
                ja=f"スケジューラとワーカーの稼働を確認し、--resume {scan.id} で再開する",
            ),
            place=Place(f"{SCHEME}{spread.address}"),
        ) from None
    return tuple(spent)


def _lost() -> type[Exception]:
    from distributed import KilledWorker

    killed: type[Exception] = KilledWorker
    return killed


def _keep(made: Any, own: str, scan: Unfinished) -> list[Spent]:
    """A worker's part, where it is whole: otherwise the subscription is read here."""
    if isinstance(made, Failed):
        raise CannotRunError(
            Text(en=f"on a worker: {made.title.en}", ja=f"ワーカー上：{made.title.ja}"),
            hint=made.hint,
            place=made.place,
        )
    with tempfile.TemporaryDirectory(prefix="azlinkscan-") as folder:
        packed = Path(folder) / "part.zip"
        packed.write_bytes(made.snapshot)
        with Snapshot(packed) as snapshot:
            if not snapshot.cut_short:
                snapshot.unpack(own, scan.draft(own))
                scan.keep(own)
            return [Spent.from_json(snapshot.spent)]
