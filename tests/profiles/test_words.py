"""The standards' own words, to the character: compared with the transcription where it lies beside the project,
and held by a digest where it does not."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from azlinkscan.catalog.yaml_tree import read

TRANSCRIPTION = Path(__file__).parents[2].parent / "shared" / "criteria" / "criteria.yaml"
CITIES = {"chiba": "chiba-online-linkage", "yachiyo": "yachiyo-online-linkage"}

DIGESTS = {
    "chiba-online-linkage": "643ed01a311a7e2ff55ae7297ba4188b5a4e615c94902d12c2c48441723b6e59",
    "yachiyo-online-linkage": "cc39fd59ccc301900618505938c80be662c2edb4288e67c5327b1c72d7841db8",
    "stated-measures": "edf0d703b57269aaf9f7ec3935ee8d2a20726f9f4ea5b2fa82c2012c177d3490",
}


@pytest.fixture(scope="module")
def transcription():
    if not TRANSCRIPTION.is_file():
        pytest.skip("the transcription of the document is not beside the project")
    return read(TRANSCRIPTION).plain()


def everything(criteria):
    for criterion in criteria:
        yield criterion
        yield from everything(criterion.criteria)


def words(profile):
    return [(one.id, one.label, one.heading, one.text) for one in everything(profile.criteria)]


def transcribed(section):
    """Items, parts and criteria, in the document's order. A place without a lead has its heading for a text."""
    for item in section["items"]:
        heading = item["heading"]
        lead = item.get("lead")
        yield item["id"], item["label"], heading if lead else None, lead or heading
        for criterion in item.get("criteria", []):
            yield criterion["id"], criterion["label"], None, criterion["text"]
        for part in item.get("parts", []):
            yield part["id"], part["label"], None, part["lead"]
            for criterion in part["criteria"]:
                yield criterion["id"], criterion["label"], None, criterion["text"]


def stated(blocks):
    for block in blocks:
        title = block["title"]
        yield block["id"], block["label"], block["block"] if title else None, title or block["block"]
        for sentence in block["sentences"]:
            yield sentence["id"], None, None, sentence["text"]
            for claim in sentence.get("claims", []):
                yield claim["id"], None, None, claim["text"]


@pytest.mark.parametrize("city", CITIES)
def test_every_criterion_of_section_2_stands_once_and_in_its_own_words(city, shipped, transcription):
    assert words(shipped[CITIES[city]]) == list(transcribed(transcription["standards"][city]["section_2"]))


@pytest.mark.parametrize("city", CITIES)
def test_the_section_is_named_in_its_own_words(city, shipped, transcription):
    profile, standard = shipped[CITIES[city]], transcription["standards"][city]
    section = standard["section_2"]
    source = profile.source
    assert profile.title.ja == standard["standard"]
    assert (source.section, source.heading, source.lead) == (
        section["label"],
        section["title"],
        section["lead"],
    )
    document = transcription["document"]
    assert source.document == f"{document['number']} {document['title']}"


def test_every_stated_sentence_stands_once_and_in_its_own_words(shipped, transcription):
    assert words(shipped["stated-measures"]) == list(stated(transcription["stated_measures"]))


def test_the_claims_of_a_sentence_joined_are_the_sentence(shipped):
    sentences = [s for block in shipped["stated-measures"].criteria for s in block.criteria]
    apart = [sentence for sentence in sentences if sentence.criteria]
    assert apart
    for sentence in apart:
        assert "".join(claim.text for claim in sentence.criteria) == sentence.text, sentence.id


def test_the_standards_are_called_by_their_names(shipped):
    assert shipped["chiba-online-linkage"].title.ja == "千葉市個人情報オンライン結合基準"
    assert shipped["yachiyo-online-linkage"].title.ja == "八千代市個人情報オンライン結合基準"


@pytest.mark.parametrize("name", DIGESTS)
def test_no_word_has_drifted(name, shipped):
    profile = shipped[name]
    source = profile.source
    held = [source.document, source.section, source.heading, source.lead, words(profile)]
    digest = hashlib.sha256(json.dumps(held, ensure_ascii=False).encode()).hexdigest()
    assert digest == DIGESTS[name], (
        f"the words of {name} have changed: they are the document's, so put them back; "
        f"where the document itself was read anew, write {digest}"
    )
