"""What people decided, read from where it lies."""

from __future__ import annotations

from pathlib import Path

from azlinkscan.decisions import attestations as by_hand
from azlinkscan.decisions import exceptions as accepted
from azlinkscan.decisions.baseline import Baseline
from azlinkscan.decisions.decisions import Decisions
from azlinkscan.scan.catalogue import Catalogue
from azlinkscan.snapshot.result_file import ResultFile


def decided(
    catalogue: Catalogue, exceptions: Path | None, attestations: Path | None, baseline: Path | None
) -> Decisions:
    """The decisions in the files that are given.

    Raises CatalogError with every mistake in a file, ForeignFileError where the baseline is no result of ours.
    """
    return Decisions(
        exceptions=accepted.load(exceptions, catalogue.known) if exceptions else None,
        attestations=by_hand.load(attestations, catalogue.by_hand) if attestations else None,
        baseline=_baseline(baseline) if baseline else None,
    )


def _baseline(path: Path) -> Baseline:
    with ResultFile(path) as result:
        return Baseline.of(result, path.name)
