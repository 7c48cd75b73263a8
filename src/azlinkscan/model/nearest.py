"""A hint for a word that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from azlinkscan.model.text import Text

_MOST = 8


def nearest(word: str, known: Iterable[str]) -> Text:
    """Names the nearest known word (one that it begins, or nearly is), or the known ones where none is near."""
    words = sorted(known)
    begun = [one for one in words if word and one.startswith(word)]
    close = begun if len(begun) == 1 else difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return Text(en=f"did you mean '{close[0]}'?", ja=f"「{close[0]}」の誤りではないか")
    if not words:
        return Text(en="nothing is known here", ja="使えるものがない")
    listed = ", ".join(words[:_MOST]) + (" …" if len(words) > _MOST else "")
    return Text(en=f"known: {listed}", ja=f"使えるもの：{listed}")
