"""The schemas of checks and profiles say what the reader of the catalogue says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from azlinkscan.catalog.checks import parse_check
from azlinkscan.catalog.folders import files, shipped
from azlinkscan.catalog.profiles import parse_profile
from azlinkscan.errors import CatalogError, UsageError, said
from azlinkscan.schemas import NAMES, schema_text
from azlinkscan.written.yaml_tree import parse, read

VALIDATORS = {name: jsonschema.Draft202012Validator(json.loads(schema_text(name))) for name in NAMES}
CHECK = {
    "title": {"en": "It is so", "ja": "そうである"},
    "severity": "high",
    "since": "0.1",
    "resource": ["microsoft.storage/storageaccounts"],
    "why": {"en": "Because.", "ja": "理由。"},
    "needs": ["microsoft.insights/metricalerts"],
    "settings": {"limit": 24},
    "read": {
        "tls": {
            "from": "config/web",
            "field": "properties.a['b.c'][0]",
            "one-of": ["TLS1_2"],
            "absent": "TLS1_2",
        }
    },
    "let": {"twice": "settings.limit * 2"},
    "when": [{"that": "true", "else": {"en": "no", "ja": "否"}}],
    "expect": [{"that": "tls == 'TLS1_2'", "else": {"en": "no", "ja": "否"}}],
    "fix": {
        "en": "Mend it.",
        "ja": "改める。",
        "portal": {"en": "Storage account > Networking.", "ja": "ストレージアカウント＞「ネットワーク」。"},
        "cli": "az storage account update",
        "bicep": "resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {}",
    },
    "refs": ["https://learn.microsoft.com/azure/storage"],
    "scene": {"subject": "account", "account": {"id": "/subscriptions/s"}, "at": "2026-04-01"},
    "examples": [
        {
            "it": "is so",
            "verdict": "pass",
            "change": {"account": {"gap": "refused"}},
            "without": "account.id",
            "unread": ["microsoft.insights/metricalerts"],
            "settings": {"limit": 1},
        }
    ],
    "replaces": False,
}
PROFILE = {
    "title": {"en": "A standard", "ja": "基準"},
    "source": {
        "document": "資料１",
        "edition": "第２版",
        "section": "２",
        "heading": "見出し",
        "lead": "前文",
        "status": "superseded",
        "status-note": {"en": "By another.", "ja": "改正された。"},
        "status-sources": ["https://www.example.jp/"],
    },
    "settings": {"storage/it-is-so": {"limit": 25}},
    "on-request": True,
    "criteria": [
        {
            "id": "one",
            "label": "１",
            "heading": "見出し",
            "text": "措置",
            "answered-by": [
                {"id": "one-x", "label": "→", "heading": "扉", "text": "条例第１条", "remark": "なお書き"}
            ],
            "criteria": [
                {
                    "id": "one-a",
                    "text": "措置",
                    "met-by": {
                        "all-of": [
                            "storage/it-is-so",
                            {
                                "any-of": [
                                    {"check": "storage/it-is-so"},
                                    {"by-hand": {"en": "Look.", "ja": "見る。"}},
                                ]
                            },
                        ]
                    },
                    "note": {"en": "Why.", "ja": "理由。"},
                    "settings": {"storage/it-is-so": {"limit": 26}},
                    "guaranteed-by": [
                        {
                            "what": {"en": "Kept.", "ja": "保つ。"},
                            "url": "https://example.com/",
                            "since": "2020-01-01",
                        }
                    ],
                },
                {
                    "id": "one-1.2",
                    "text": {"en": "It is so", "ja": "そうである"},
                    "met-by": {"not-covered": {"en": "No.", "ja": "ない。"}},
                },
                {"id": "one-c", "text": "措置", "like": "one-a", "supporting": []},
            ],
        }
    ],
}


def parsed_check(written):
    return parse_check("storage/it-is-so", parse(json.dumps(written), "it-is-so.yaml"))


def parsed_profile(written):
    return parse_profile("a", parse(json.dumps(written), "a.yaml"), {"storage/it-is-so": parsed_check(CHECK)})


PARSERS = {"check": parsed_check, "profile": parsed_profile}
WHOLE = {"check": CHECK, "profile": PROFILE}
OPEN = {"settings", "storage/it-is-so", "scene", "change", "account", "read", "let"}
"""Mappings whose keys are the author's own."""


def places(part, path=()):
    """Every mapping with fixed keys, by its path."""
    if isinstance(part, dict):
        if not path or path[-1] not in OPEN:
            yield path
        for name, child in part.items():
            yield from places(child, (*path, name))
    elif isinstance(part, list):
        for number, child in enumerate(part):
            yield from places(child, (*path, number))


def changed(whole, path, name, value):
    copy = json.loads(json.dumps(whole))
    holder = copy
    for step in path:
        holder = holder[step]
    if value is None:
        holder.pop(name)
    else:
        holder[name] = value
    return copy


def refused_by_reader(name, written):
    try:
        PARSERS[name](written)
    except CatalogError:
        return True
    return False


def shipped_files(name):
    return [pytest.param(path, id=own) for own, path in files(shipped(f"{name}s"), name)]


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one(name):
    written = json.loads(schema_text(name))
    assert written["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(written)


def test_a_misspelt_schema_names_the_nearest():
    with pytest.raises(UsageError, match="there is no schema 'chek'") as raised:
        schema_text("chek")
    assert "'check'" in said(raised.value.hint, "en")


@pytest.mark.parametrize("path", shipped_files("check"))
def test_every_check_of_ours_fits(path: Path):
    assert not [error.message for error in VALIDATORS["check"].iter_errors(read(path).plain())]


@pytest.mark.parametrize("path", shipped_files("profile"))
def test_every_profile_of_ours_fits(path: Path):
    assert not [error.message for error in VALIDATORS["profile"].iter_errors(read(path).plain())]


@pytest.mark.parametrize("name", PARSERS)
def test_a_file_with_everything_fits_and_is_read(name):
    assert not [error.message for error in VALIDATORS[name].iter_errors(WHOLE[name])]
    assert not refused_by_reader(name, WHOLE[name])


@pytest.mark.parametrize(("name", "path"), [(name, path) for name in PARSERS for path in places(WHOLE[name])])
def test_a_wrong_key_is_refused_everywhere_by_both(name, path):
    written = changed(WHOLE[name], path, "severety", "high")
    assert not VALIDATORS[name].is_valid(written)
    assert refused_by_reader(name, written)


@pytest.mark.parametrize(
    "key", ["title", "severity", "since", "resource", "why", "expect", "fix", "refs", "scene", "examples"]
)
def test_a_check_without_what_it_must_have_is_refused_by_both(key):
    written = changed(CHECK, (), key, None)
    assert not VALIDATORS["check"].is_valid(written)
    assert refused_by_reader("check", written)


@pytest.mark.parametrize(
    ("name", "path", "key", "value"),
    [
        ("check", (), "severity", "severe"),
        ("check", (), "resource", "Microsoft.Storage/storageAccounts"),
        ("check", ("title",), "ja", " "),
        ("check", ("title",), "ja", None),
        ("check", ("fix",), "en", None),
        ("check", ("read",), "tls", {"field": "a"}),
        ("check", ("read",), "TLS", {"field": "a", "type": "text"}),
        ("check", ("read", "tls"), "type", "string"),
        ("check", ("expect", 0), "that", True),
        ("check", ("examples", 0), "verdict", "error"),
        ("check", ("scene",), "subject", None),
        ("profile", ("source",), "status", "valid"),
        ("profile", ("source",), "status-note", None),
        ("profile", ("source",), "status-sources", None),
        ("profile", ("criteria", 0), "id", "One"),
        ("profile", ("criteria", 0), "text", None),
        ("profile", ("criteria", 0), "criteria", None),
        ("profile", ("criteria", 0), "met-by", "storage/it-is-so"),
        ("profile", ("criteria", 0), "supporting", ["storage/it-is-so"]),
        ("profile", ("criteria", 0, "criteria", 0), "met-by", {"none-of": ["storage/it-is-so"]}),
        ("profile", ("criteria", 0, "criteria", 0), "met-by", {"all-of": []}),
        (
            "profile",
            ("criteria", 0, "criteria", 0),
            "met-by",
            {"any-of": [{"not-covered": {"en": "No.", "ja": "否。"}}]},
        ),
        ("profile", ("criteria", 0, "criteria", 0, "guaranteed-by", 0), "url", "example.com"),
    ],
)
def test_a_wrong_value_is_refused_by_both(name, path, key, value):
    written = changed(WHOLE[name], path, key, value)
    assert not VALIDATORS[name].is_valid(written)
    assert refused_by_reader(name, written)
