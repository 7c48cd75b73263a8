"""What a person attested settles what is met by hand: as long as it holds, and its evidence is what it was."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from azlinkscan.decisions.attestations import load, mistaken
from azlinkscan.errors import CatalogError
from azlinkscan.model.decision import EvidenceFile, Standing

CRITERIA = {"kakuu-1-i": True, "kakuu-1-a": False}
TODAY = date(2026, 4, 1)
SEEN = b"a picture"
SHA256 = hashlib.sha256(SEEN).hexdigest()


@pytest.fixture
def written(tmp_path):
    """Writes one attestation, its evidence beside it."""
    (tmp_path / "login.png").write_bytes(SEEN)

    def write(**more):
        fields = {
            "criterion": "kakuu-1-i",
            "statement": "伏字で表示された",
            "who": "架空 花子",
            "when": "2026-03-01",
            "until": "2027-03-31",
            "evidence": f"[{{file: login.png, sha256: {SHA256}}}]",
            **more,
        }
        lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
        path = tmp_path / "attestations.yaml"
        path.write_text("attestations:\n  - " + "\n    ".join(lines) + "\n", "utf-8")
        return path

    return write


def standing(path, today=TODAY):
    (attested,) = load(path, CRITERIA).by_criterion(today)["kakuu-1-i"]
    return attested.standing


def test_it_says_who_saw_what_when_and_on_which_files(written):
    (attested,) = load(written(), CRITERIA).by_criterion(TODAY)["kakuu-1-i"]
    assert (attested.who, attested.statement, attested.source) == (
        "架空 花子", "伏字で表示された", "attestations.yaml:2",
    )  # fmt: skip
    assert attested.evidence == (EvidenceFile("login.png", SHA256, SHA256),)
    assert attested.standing is Standing.HOLDS


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"until": "2026-04-01"}, Standing.HOLDS),
        ({"until": "2026-03-31"}, Standing.EXPIRED),
        ({"when": "2026-04-02"}, Standing.NOT_YET),
        ({"when": "2026-13-01"}, Standing.UNREADABLE_DATE),
        ({"evidence": None}, Standing.HOLDS),
        ({"evidence": f"[{{file: gone.png, sha256: {SHA256}}}]"}, Standing.ALTERED),
        ({"evidence": f"[{{file: ., sha256: {SHA256}}}]"}, Standing.ALTERED),
        ({"evidence": f"[{{file: login.png, sha256: {'a' * 64}}}]"}, Standing.ALTERED),
    ],
)
def test_it_holds_within_its_time_and_on_the_files_it_was_made_on(written, more, expected):
    assert standing(written(**more)) is expected


def test_evidence_that_was_altered_since_is_told(written, tmp_path):
    path = written()
    (tmp_path / "login.png").write_bytes(b"another picture")
    assert standing(path) is Standing.ALTERED
    (told,) = mistaken(load(path, CRITERIA), TODAY).found
    assert told.title.en == "the evidence login.png is another file now"
    assert (told.place.line, told.place.column) == (7, 16)


def test_what_was_read_cannot_be_attested_away(written):
    with pytest.raises(CatalogError) as caught:
        load(written(criterion="kakuu-1-a"), CRITERIA)
    (told,) = caught.value.mistakes
    assert told.title.en == "nothing of 'kakuu-1-a' is met by hand"
    assert (told.place.line, told.place.column) == (2, 16)


def test_an_unknown_criterion_and_a_bad_digest_are_told(written):
    with pytest.raises(CatalogError) as caught:
        load(written(criterion="kakuu-1-ii", evidence="[{file: login.png, sha256: abc}]"), CRITERIA)
    assert [one.title.en for one in caught.value.mistakes] == [
        "'sha256' is no SHA-256",
        "there is no criterion 'kakuu-1-ii'",
    ]
