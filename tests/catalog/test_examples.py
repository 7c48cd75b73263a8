"""Every example of every check says what it promises."""

from __future__ import annotations

import pytest

from azlinkscan.assess import scene
from azlinkscan.catalog.checks import load_checks

EXAMPLES = [(check, example) for check in load_checks().values() for example in check.examples]


@pytest.mark.parametrize(("check", "example"), EXAMPLES, ids=[f"{c.id}: {e.it}" for c, e in EXAMPLES])
def test_example(check, example):
    outcome = scene.run(check, example)
    finding = outcome.finding
    assert outcome.holds, (
        f"{example.place}: promised {example.verdict}, judged {finding.verdict} "
        f"({finding.problem or ''} {[c.message.en for c in finding.clauses]} {[g.to_json() for g in finding.gaps]})"
    )
