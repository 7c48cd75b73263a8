"""Parsed files: from the distribution, from the cache or from the text, a tree is the same."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from azlinkscan.catalog import tree_cache
from azlinkscan.catalog.folders import files, shipped
from azlinkscan.catalog.tree_cache import TreeCache, ship
from azlinkscan.errors import UsageError
from azlinkscan.written.tree import Tree
from azlinkscan.written.yaml_tree import read

OURS = [path for part in ("checks", "profiles") for _, path in files(shipped(part), part)]


@pytest.fixture
def distribution(tmp_path, monkeypatch):
    """Where the distribution's trees lie; nothing is there yet."""
    place = tmp_path / "distribution" / "trees.json"
    monkeypatch.setattr(tree_cache, "shipped_trees", lambda: place)
    return place


def spelt(tree: Tree):
    """A tree with all its places, written out."""
    value = tree.value
    if isinstance(value, dict):
        value = {key: spelt(child) for key, child in value.items()}
    elif isinstance(value, tuple):
        value = [spelt(child) for child in value]
    return str(tree.place), str(tree.key_place), value


def test_what_is_shipped_is_what_the_files_say(distribution):
    some = OURS[::15]
    ship(some, distribution)
    trees = TreeCache()
    for path in some:
        assert spelt(trees.read(path)) == spelt(read(path))


def test_what_is_shipped_is_not_parsed(distribution, tmp_path, monkeypatch):
    ship(OURS[:1], distribution)
    monkeypatch.setattr(tree_cache, "_parsed", lambda *_: pytest.fail("it was parsed again"))
    trees = TreeCache(tmp_path / "cache.json")
    trees.read(OURS[0])
    trees.save()
    assert not (tmp_path / "cache.json").exists(), "what is shipped need not be kept twice"


def test_a_file_that_was_changed_since_is_parsed(distribution, tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text("a: 1\n", "utf-8")
    ship([own], distribution)
    own.write_text("\na: 2\n", "utf-8")
    assert spelt(TreeCache().read(own)) == (
        f"{own}:2:1",
        "None",
        {"a": (f"{own}:2:4", f"{own}:2:1", 2)},
    )


def test_what_was_parsed_once_is_kept(distribution, tmp_path, monkeypatch):
    own, kept = tmp_path / "own.yaml", tmp_path / "cache" / "catalog.json"
    own.write_text("a: [Off, no, 0x1F, null, ~, 1.5, {b: true}]\n", "utf-8")
    first = TreeCache(kept)
    before = spelt(first.read(own))
    first.save()
    monkeypatch.setattr(tree_cache, "_parsed", lambda *_: pytest.fail("it was parsed again"))
    assert spelt(TreeCache(kept).read(own)) == before
    assert TreeCache(kept).read(own).plain() == {"a": ["Off", "no", 31, None, None, 1.5, {"b": True}]}


@pytest.mark.parametrize(
    "found", ["", "[]", "{", '{"format": "another", "trees": {}}'], ids=["empty", "list", "cut off", "other"]
)
def test_a_cache_that_is_none_costs_time_only(distribution, tmp_path, found):
    kept = tmp_path / "catalog.json"
    kept.write_text(found, "utf-8")
    assert TreeCache(kept).read(OURS[0]).plain() == read(OURS[0]).plain()


def test_a_file_with_a_mistake_is_never_shipped(distribution, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("a: 1\na: 2\n", "utf-8")
    with pytest.raises(UsageError, match="stands twice"):
        ship([wrong], distribution)
    assert not distribution.exists()


def test_the_hook_of_the_build_parses_every_file(tmp_path, distribution):
    code = "import sys; sys.path.insert(0, sys.argv[1]); import hatch_build; hatch_build.parse_all(*sys.argv[1:])"
    root = shipped("checks").parent
    subprocess.run([sys.executable, "-c", code, root, tmp_path / "made.json"], check=True)
    assert len(json.loads((tmp_path / "made.json").read_bytes())["trees"]) == len(OURS)
