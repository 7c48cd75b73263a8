"""Tokens in texts and source trees."""

from __future__ import annotations

import json
import time

import pytest

from azlinkscan.sas.finding_tokens import LARGEST, Searched, in_text, in_tree
from azlinkscan.sas.token import Flaw, NotASas, Sas, read
from tests.sas.test_token import TOKEN, URL


@pytest.mark.parametrize(
    "text",
    [
        f"see {URL}, please",
        f"SAS_TOKEN={TOKEN}\n",
        f"export BLOB='?{TOKEN}'",
        f"BlobEndpoint=https://pointsstore.blob.core.windows.net/;SharedAccessSignature={TOKEN};",
        f'{{"url": "{URL}"}}',
        json.dumps({"url": URL}).replace("&", "\\u0026"),
        f'<add value="{URL.replace("&", "&amp;")}"/>',
        f"url: {URL}",
        f"azcopy copy '{URL}' .",
        f"const url = `{URL}`;",
    ],
)
def test_a_token_is_found_in_any_language(text):
    ((_, candidate),) = in_text(text)
    found = read(candidate)
    assert isinstance(found, Sas), candidate
    assert found.values == read(TOKEN).values


def test_two_in_a_row_are_two():
    assert len(list(in_text(f"{URL},{URL}"))) == 2


@pytest.mark.parametrize(
    "text", ["", "design=x", "a signature", "config=1&design=2", "https://example.com/?q=1"]
)
def test_ordinary_text_holds_none(text):
    assert list(in_text(text)) == []


def test_hostile_text_is_searched_in_no_time():
    started = time.perf_counter()
    for text in ("sig=" * 50_000, "a=b&" * 50_000 + "sig=", "https://" * 20_000 + "sig=", "&sig%3D" * 30_000):
        list(in_text(text))
    assert time.perf_counter() - started < 20, "the search must not grow with the square of a text"


def test_a_tree_is_searched_file_by_file_with_places(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "settings.json").write_text(f'{{\n  "url": "{URL}"\n}}\n', "utf-8")
    (tmp_path / "b.txt").write_text(f"cut: {TOKEN[:-20]}\n", "utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text(URL, "utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0\0" + URL.encode())
    (tmp_path / "large.log").write_bytes(b"x" * (LARGEST + 1))
    (tmp_path / "windows.ps1").write_bytes(f"$u = '{URL}'".encode("utf-16"))
    (tmp_path / "link").symlink_to(tmp_path / "a", target_is_directory=True)
    searched = Searched()
    found = [
        (one.path.relative_to(tmp_path).as_posix(), one.line, one.column, one.sas)
        for one in in_tree(tmp_path, searched)
    ]
    assert [place[:3] for place in found] == [
        ("a/settings.json", 2, 11),
        ("b.txt", 1, 6),
        ("windows.ps1", 1, 7),
    ]
    assert isinstance(found[1][3], NotASas)
    assert found[1][3].flaw is Flaw.TRUNCATED
    assert searched.files == 3
    assert sorted((path.name, why) for path, why in searched.skipped) == [
        ("large.log", "too-large"),
        ("picture.png", "binary"),
    ]
