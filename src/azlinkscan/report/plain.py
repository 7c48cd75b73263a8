"""Names and values from Azure made safe to look at.

A resource's name is chosen by whoever made it. Control characters and terminal escapes could repaint the screen, and
the marks that turn the direction of writing could make one name look like another (CVE-2021-42574), so each is shown
by its number.
"""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_EVERYDAY = re.compile(r"[\x20-\x7e\u3000-\u30ff\u4e00-\u9fff\uff01-\uff60]*")


def plain(text: str) -> str:
    r"""The text with everything that is not ink or a space shown by its number.

    >>> plain("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    """
    if _EVERYDAY.fullmatch(text):
        return text
    return "".join(_shown(char) if unicodedata.category(char) in _HIDDEN else char for char in text)


def _shown(char: str) -> str:
    number = ord(char)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def shortened(text: str, limit: int) -> str:
    """At most so many characters, the last of them saying that there were more."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
