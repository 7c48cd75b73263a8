"""What is generated is current."""

from __future__ import annotations

from docs.generate import ROOT, left_over, pages

REMEDY = "run `make docs` (python -m docs.generate) and commit what it writes"


def test_every_page_is_current():
    written = dict(pages())
    stale = [
        str(path.relative_to(ROOT))
        for path, content in written.items()
        if not path.exists() or path.read_text("utf-8") != content
    ]
    assert not stale, REMEDY
    assert not left_over(written), REMEDY
