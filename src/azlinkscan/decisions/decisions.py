"""Decisions put to findings: exceptions first, then the baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from azlinkscan.decisions.attestations import Attestations
from azlinkscan.decisions.baseline import Baseline
from azlinkscan.decisions.exceptions import Exceptions
from azlinkscan.model.decision import Attested, BaselineScan
from azlinkscan.model.result import Finding


@dataclass(frozen=True)
class Decisions:
    """What people decided; None where nothing was given."""

    exceptions: Exceptions | None = None
    attestations: Attestations | None = None
    baseline: Baseline | None = None

    @property
    def digests(self) -> Mapping[str, str]:
        """By kind, SHA-256 of what the files mean."""
        given = {"exceptions": self.exceptions, "attestations": self.attestations}
        return {name: one.digest for name, one in given.items() if one is not None}

    @property
    def scan(self) -> BaselineScan | None:
        """The scan of the baseline."""
        return self.baseline.scan if self.baseline else None

    def on(self, finding: Finding, today: date) -> Finding:
        """The finding with what was decided about it."""
        if self.exceptions is None and self.baseline is None:
            return finding
        excepted, lapsed = self.exceptions.about(finding, today) if self.exceptions else (None, ())
        state = None
        if self.baseline:
            excepted = excepted or self.baseline.accepts(finding)
            state = self.baseline.state(finding)
        if excepted is None and state is None and not lapsed:
            return finding
        return replace(finding, excepted=excepted, lapsed=lapsed, baseline=state)

    def attested(self, today: date) -> Mapping[str, tuple[Attested, ...]]:
        """What is attested of each criterion."""
        return self.attestations.by_criterion(today) if self.attestations else {}
