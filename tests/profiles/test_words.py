"""The standards' own words, to the character: compared with the transcription where it lies beside the project,
and held by a digest where it does not."""

from __future__ import annotations

import hashlib
import json

import pytest

from azlinkscan.written.yaml_tree import read
from tests.support.beside import TRANSCRIBED, absent

CITIES = {"chiba": "chiba-online-linkage", "yachiyo": "yachiyo-online-linkage"}

DIGESTS = {
    "chiba-online-linkage": "415853ff941574a3a2e3e3682f10f745154a9f92b32a069d504c691e83b95b25",
    "yachiyo-online-linkage": "c3f86042e384e7e10c314b90099cb7b799e1bf4731e17e5c59a3d1e9fa57f61e",
    "stated-measures": "3dc6bb99b207b5b66fec2f2d78e7010e447b6328ffdc3e7ce352770ed33ff757",
}


@pytest.fixture(scope="module")
def transcription():
    if why := absent(TRANSCRIBED):
        pytest.skip(why)
    return read(TRANSCRIBED).plain()


def everything(criteria):
    for criterion in criteria:
        yield criterion
        yield from everything(criterion.criteria)


def words(profile):
    """The document's words; a quotation is the same in every language."""
    found = list(everything(profile.criteria))
    assert all(one.text.ja == one.text.en for one in found)
    return [(one.id, one.label, one.heading, one.text.ja) for one in found]


BENEATH = ("criteria", "items", "groups", "parts")


def transcribed(place):
    """What stands beneath a place, in the document's order. A place without a lead has its heading for a text."""
    for child in (child for name in BENEATH for child in place.get(name, [])):
        heading, words = child.get("heading"), child.get("lead") or child.get("text")
        yield child["id"], child.get("label"), heading if words else None, words or heading
        yield from transcribed(child)


def answered(profile):
    """The document's own answers, by the place that they stand under."""
    return {
        one.id: [
            {
                name: value
                for name in ("id", "label", "heading", "text", "remark")
                if (value := getattr(answer, name))
            }
            for answer in one.answered_by
        ]
        for one in everything(profile.criteria)
        if one.answered_by
    }


def answers(place, remarks):
    """What the transcription has after the arrows, and the remark that stands in their place."""
    for child in (child for name in BENEATH for child in place.get(name, [])):
        for answer in child.get("answered_by") or []:
            yield child["id"], {name: value for name, value in answer.items() if name != "city"}
        if "answered_by_remark" in child:
            for sentence in remarks[child["answered_by_remark"]]:
                yield child["id"], {"text": sentence["text"]}
        yield from answers(child, remarks)


def stated(blocks):
    for block in blocks:
        title = block["title"]
        yield block["id"], block["label"], block["block"] if title else None, title or block["block"]
        for sentence in block["sentences"]:
            yield sentence["id"], None, None, sentence["text"]
            for claim in sentence.get("claims", []):
                yield claim["id"], None, None, claim["text"]


@pytest.mark.parametrize("city", CITIES)
def test_every_criterion_of_both_sections_and_the_annex_stands_once_and_in_its_own_words(
    city, shipped, transcription
):
    standard = transcription["standards"][city]
    (annex,) = (one for one in transcription["annexes"] if one["city"] == city)
    expected = []
    for number, section in (("1", standard["section_1"]), ("2", standard["section_2"])):
        expected.append((f"{city}-{number}", section["label"], section["title"], section["lead"]))
        expected.extend(transcribed(section))
    expected.append((annex["id"], None, None, annex["title"]))
    expected.extend((one["id"], one["label"], None, one["title"]) for one in annex["articles"])
    assert words(shipped[CITIES[city]]) == expected


@pytest.mark.parametrize("city", CITIES)
def test_the_documents_own_answers_stand_under_what_they_answer(city, shipped, transcription):
    remarks = {one["id"]: one["sentences"] for one in transcription["document"]["remarks"]}
    expected: dict[str, list[dict[str, str]]] = {}
    for place, answer in answers(transcription["standards"][city]["section_1"], remarks):
        expected.setdefault(place, []).append(answer)
    assert answered(shipped[CITIES[city]]) == expected


@pytest.mark.parametrize("city", CITIES)
def test_the_standard_and_its_document_are_named_in_their_own_words(city, shipped, transcription):
    profile, document = shipped[CITIES[city]], transcription["document"]
    assert profile.title.ja == transcription["standards"][city]["standard"]
    assert profile.source.place == f"{document['number']} {document['title']}"


def test_every_stated_sentence_stands_once_and_in_its_own_words(shipped, transcription):
    assert words(shipped["stated-measures"]) == list(stated(transcription["stated_measures"]))


def test_the_claims_of_a_sentence_joined_are_the_sentence(shipped):
    sentences = [s for block in shipped["stated-measures"].criteria for s in block.criteria]
    apart = [sentence for sentence in sentences if sentence.criteria]
    assert apart
    for sentence in apart:
        assert "".join(claim.text.ja for claim in sentence.criteria) == sentence.text.ja, sentence.id


def test_the_standards_are_called_by_their_names(shipped):
    assert shipped["chiba-online-linkage"].title.ja == "千葉市個人情報オンライン結合基準"
    assert shipped["yachiyo-online-linkage"].title.ja == "八千代市個人情報オンライン結合基準"


@pytest.mark.parametrize("name", DIGESTS)
def test_no_word_has_drifted(name, shipped):
    profile = shipped[name]
    source = profile.source
    held = [source.place, source.lead, words(profile), answered(profile)]
    digest = hashlib.sha256(json.dumps(held, ensure_ascii=False).encode()).hexdigest()
    assert digest == DIGESTS[name], (
        f"the words of {name} have changed: they are the document's, so put them back; "
        f"where the document itself was read anew, write {digest}"
    )
