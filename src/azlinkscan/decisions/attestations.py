"""``attestations.yaml``: what people saw with their own eyes, for the criteria that are met by hand.

An attestation rests on files, each with the SHA-256 that it had. One that has run out, or whose evidence is another
one now, settles nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from azlinkscan.decisions.dates import day, source_of, told
from azlinkscan.errors import CatalogError, Place
from azlinkscan.model.decision import Attested, EvidenceFile, Standing
from azlinkscan.model.nearest import nearest
from azlinkscan.model.text import Text
from azlinkscan.written.form import Form, Mistakes
from azlinkscan.written.tree import Tree
from azlinkscan.written.yaml_tree import read

_WHAT = Text(en="the attestation", ja="目視確認の記録")
_TEXTS = ("criterion", "statement", "who", "when", "until")
_BLOCK = 1 << 20

Found = Callable[[str], str | None]
"""From an evidence file's path, as written, to the SHA-256 that it has now; None where it cannot be read."""


@dataclass(frozen=True)
class Attestation:
    """One entry of the file."""

    criterion: str
    statement: str
    who: str
    when: str
    until: str
    evidence: tuple[tuple[str, str], ...]
    """(path, SHA-256), as written."""
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)
    """Of its entries, and of each evidence file by its path."""

    def attested(self, today: date, found: Found) -> Attested:
        """What a criterion carries of it."""
        files = tuple(EvidenceFile(path, sha256, found(path)) for path, sha256 in self.evidence)
        return Attested(
            source=source_of(self.place),
            statement=self.statement,
            who=self.who,
            when=self.when,
            until=self.until,
            evidence=files,
            standing=self._standing(today, files),
        )

    def _standing(self, today: date, files: Iterable[EvidenceFile]) -> Standing:
        first, last = day(self.when), day(self.until)
        if first is None or last is None:
            return Standing.UNREADABLE_DATE
        if today > last:
            return Standing.EXPIRED
        if not all(file.as_attested for file in files):
            return Standing.ALTERED
        return Standing.NOT_YET if today < first else Standing.HOLDS

    def to_json(self) -> dict[str, Any]:
        """The entry as it is written, without its place."""
        row: dict[str, Any] = {name: getattr(self, name) for name in _TEXTS}
        if self.evidence:
            row["evidence"] = [{"file": path, "sha256": sha256} for path, sha256 in self.evidence]
        return row


@dataclass(frozen=True)
class Attestations:
    """The entries of a file, and what their evidence is now."""

    entries: tuple[Attestation, ...]
    found: Mapping[str, str | None]
    """By path, as written: looked at once, so that a result and its evidence tell of the same moment."""

    @property
    def digest(self) -> str:
        """SHA-256 of what they mean and of what was found."""
        text = json.dumps(
            [[one.to_json() for one in self.entries], dict(self.found)], ensure_ascii=False, sort_keys=True
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def by_criterion(self, today: date) -> Mapping[str, tuple[Attested, ...]]:
        """What is attested of each criterion, in the file's order."""
        made: dict[str, tuple[Attested, ...]] = {}
        for entry in self.entries:
            attested = entry.attested(today, self.found.get)
            made[entry.criterion] = (*made.get(entry.criterion, ()), attested)
        return made


def load(path: Path, criteria: Mapping[str, bool]) -> Attestations:
    """The attestations in a file, their evidence looked at beside it.

    ``criteria`` are all criteria, and whether something of each is met by hand. Raises CatalogError with every mistake.
    """
    entries = parse(read(path), criteria)
    names = dict.fromkeys(name for entry in entries for name, _ in entry.evidence)
    return Attestations(entries, {name: sha256_of(path.parent / name) for name in names})


def parse(tree: Tree, criteria: Mapping[str, bool]) -> tuple[Attestation, ...]:
    """The attestations that a tree holds. Raises CatalogError with every mistake."""
    mistakes = Mistakes()
    form = Form(tree, mistakes, Text(en="the file of attestations", ja="目視確認のファイル"))
    entries = tuple(_entry(item, criteria, mistakes) for item in form.items("attestations", required=True))
    form.close()
    if mistakes.found:
        raise CatalogError(tuple(mistakes.found))
    return entries


def _entry(tree: Tree, criteria: Mapping[str, bool], mistakes: Mistakes) -> Attestation:
    form = Form(tree, mistakes, _WHAT)
    places = dict.fromkeys(_TEXTS, tree.place)
    if isinstance(tree.value, dict):
        places |= {name: child.place for name, child in tree.value.items()}
    texts = {name: form.string(name) for name in _TEXTS}
    evidence = []
    for item in form.items("evidence"):
        file = Form(item, mistakes, Text(en="the evidence", ja="証拠ファイル"))
        path, sha256 = file.string("file"), file.string("sha256").lower()
        file.close()
        places[f"evidence {path}"] = item.place
        if file.has("sha256") and (len(sha256) != 64 or set(sha256) - set("0123456789abcdef")):
            mistakes.add(
                Text(en="'sha256' is no SHA-256", ja="「sha256」が SHA-256 ではない"),
                Text(
                    en="write the 64 digits that `azlinkscan attest add` or sha256sum gives",
                    ja="`azlinkscan attest add` 又は sha256sum が示す 64 桁を書く",
                ),
                item.place,
            )
        evidence.append((path, sha256))
    form.close()
    for name, text in texts.items():
        if form.has(name) and not text.strip():
            mistakes.add(
                Text(en=f"'{name}' of the attestation is empty", ja=f"目視確認の記録の「{name}」が空である"),
                Text(en=f"write it after '{name}:'", ja=f"「{name}:」の後に書く"),
                places[name],
            )
    criterion = texts["criterion"]
    if criterion.strip() and criterion not in criteria:
        mistakes.add(
            Text(en=f"there is no criterion '{criterion}'", ja=f"項目「{criterion}」は存在しない"),
            nearest(criterion, criteria),
            places["criterion"],
        )
    elif criterion.strip() and not criteria[criterion]:
        mistakes.add(
            Text(
                en=f"nothing of '{criterion}' is met by hand", ja=f"項目「{criterion}」に目視によるものはない"
            ),
            Text(
                en="accept a failure in exceptions.yaml; what was read is not attested away",
                ja="不適合の承認は exceptions.yaml に書く（読み取った事実は、目視確認では覆らない）",
            ),
            places["criterion"],
        )
    return Attestation(**texts, evidence=tuple(evidence), place=tree.place, places=places)


def sha256_of(path: Path) -> str | None:
    """The SHA-256 of a file; None where it cannot be read, or is none."""
    with contextlib.suppress(OSError, ValueError):
        if not path.is_file():
            return None
        digest = hashlib.sha256()
        with path.open("rb") as given:
            while block := given.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()
    return None


def mistaken(attestations: Attestations, today: date) -> Mistakes:
    """What keeps attestations from holding: dates that cannot be read, ends that are past, evidence that is another."""
    mistakes = Mistakes()
    for entry in attestations.entries:
        for name in ("when", "until"):
            told(name, getattr(entry, name), entry.places[name], mistakes)
        attested = entry.attested(today, attestations.found.get)
        if attested.standing is Standing.EXPIRED:
            mistakes.add(
                Text(
                    en=f"the attestation ended on {entry.until}",
                    ja=f"目視確認の期限（{entry.until}）が過ぎている",
                ),
                Text(
                    en="look again and add a new one with `azlinkscan attest add`",
                    ja="改めて確認し、`azlinkscan attest add` で追加する",
                ),
                entry.places["until"],
            )
        for file in attested.evidence:
            if not file.as_attested:
                mistakes.add(
                    Text(
                        en=f"the evidence {file.path} is {'another file now' if file.found else 'not there'}",
                        ja=f"証拠ファイル {file.path} が{'確認時と異なる' if file.found else '存在しない'}",
                    ),
                    Text(
                        en="bring back the file that was attested, or look again and attest anew",
                        ja="確認時のファイルに戻すか、改めて確認して記録し直す",
                    ),
                    entry.places[f"evidence {file.path}"],
                )
    return mistakes
