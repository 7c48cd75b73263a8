"""What is generated is current."""

from __future__ import annotations

import pytest
from docs.generate import ROOT, pages

PAGES = list(pages())


@pytest.mark.parametrize(("path", "content"), PAGES, ids=[str(path.relative_to(ROOT)) for path, _ in PAGES])
def test_page_is_current(path, content):
    assert path.read_text("utf-8") == content, "run `make docs` and commit what it writes"
