"""A format holds no more findings than it has in hand."""

from __future__ import annotations

import weakref

import pytest

from azlinkscan.model.verdict import Verdict
from azlinkscan.report import FORMATS
from tests.report.rendering import rendered
from tests.report.sample import NEW_WORD, OPEN, Sample, finding, storage


class Watched:
    """Makes many findings and remembers how many of them were alive at once."""

    def __init__(self) -> None:
        self.most = 0
        self._alive: weakref.WeakSet = weakref.WeakSet()

    def findings(self):
        verdicts = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)
        for number in range(900):
            verdict = verdicts[number % 3]
            more = {"gaps": (NEW_WORD,)} if verdict is Verdict.UNKNOWN else {"clauses": (OPEN,)}
            one = _Tracked(
                finding("storage/network-default-deny", storage(f"points{number:04}"), verdict, **more)
            )
            self._alive.add(one)
            self.most = max(self.most, len(self._alive))
            yield one


class _Tracked:
    """A finding that is compared by identity, so that a set can watch it."""

    def __init__(self, one) -> None:
        self._one = one

    def __getattr__(self, name):
        return getattr(self._one, name)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_findings_pass_through(form):
    watched = Watched()
    rendered(form.name, Sample(made=watched.findings))
    assert 0 < watched.most <= 4
