"""A text that a user reads, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = ("ja", "en")


@dataclass(frozen=True)
class Text:
    """One text in Japanese and English, kept side by side so that neither is forgotten."""

    ja: str
    en: str

    def in_(self, language: Language) -> str:
        """The text in one language."""
        return self.ja if language == "ja" else self.en
