"""What a worker of a cluster runs for ``--spread``: a command line's surroundings without the command line."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from azlinkscan import __version__
from azlinkscan.cli import given
from azlinkscan.errors import UserError
from azlinkscan.model.text import Text
from azlinkscan.scan.choosing import Access
from azlinkscan.scan.scanning import Surroundings, collect_snapshot
from azlinkscan.scan.spread import Errand, Failed, Part


def read(errand: Errand) -> Part | Failed:
    """One subscription, read with the sign-in that this worker's own environment holds."""
    if errand.tool != __version__:
        return Failed(
            Text(
                en=f"it has azlinkscan {__version__}, not {errand.tool}",
                ja=f"azlinkscan の版が {errand.tool} ではなく {__version__} である",
            ),
            Text(en="install the same version everywhere", ja="全てのマシンに同じ版を導入する"),
            None,
        )
    access = Access(
        errand.auth,
        errand.cloud,
        os.environ,
        Path.home(),
        options=errand.options,
        inventory=errand.inventory,
        tenant=errand.tenant,
    )
    with tempfile.TemporaryDirectory(prefix="azlinkscan-") as folder:
        out = Path(folder) / "part.zip"
        try:
            around = Surroundings(given.now, Path(folder))
            collect_snapshot(
                access, errand.kinds, out, around, errand.required, chosen=(errand.subscription,)
            )
        except UserError as error:
            return Failed(_both(error.title), _both(error.hint), error.place)
        return Part(out.read_bytes())


def _both(said: object) -> Text:
    assert isinstance(said, Text)
    return said
