"""A result carries the profile's words: nothing but the places is lost on the way."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace

import pytest

from azlinkscan.errors import Place
from azlinkscan.model.profile_json import profile_from_json, profile_to_json
from tests.profiles.test_conventions import NAMES
from tests.profiles.written import profile

EVERYTHING = """
    - id: top
      label: "１"
      heading: 扉に関する項目
      text: 扉について措置を講ずること。
      answered-by: [{id: top-x, label: "→", heading: 扉について, text: 架空市条例第１条, remark: なお、窓は別とする。}]
      criteria:
        - id: top-a
          label: （ア）
          text: 扉を閉じること。
          met-by: {any-of: [sql/auditing-on, {all-of: [storage/network-default-deny, {by-hand: {ja: 見る, en: look}}]}]}
          supporting: [storage/https-only]
          settings: {storage/network-default-deny: {widest_prefix: 28}}
          note: {ja: 扉とは入口である。, en: A door is an entrance.}
          guaranteed-by: [{what: {ja: 扉がある, en: a door is there}, url: https://example.com/, since: "2017-10-20"}]
        - id: top-b
          text: 窓を閉じること。
          met-by: {not-covered: {ja: 設定に現れない。, en: It does not show.}}
"""
TAIL = "settings: {storage/network-default-deny: {widest_prefix: 26}}"


def without_places(value):
    if isinstance(value, tuple):
        return tuple(without_places(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            f.name: Place("profile") if f.name == "place" else without_places(getattr(value, f.name))
            for f in fields(value)
            if f.init
        }
        return replace(value, **changed)
    return value


def through_json(read):
    return profile_from_json(json.loads(json.dumps(profile_to_json(read))))


def test_a_profile_comes_back_as_it_was():
    read = profile(EVERYTHING, TAIL)
    assert through_json(read) == without_places(read)


@pytest.mark.parametrize("name", NAMES)
def test_ours_come_back_as_they_were(name, shipped):
    assert through_json(shipped[name]) == without_places(shipped[name])


def test_no_path_of_the_machine_is_written():
    assert "kaku.yaml" not in json.dumps(profile_to_json(profile(EVERYTHING, TAIL)))


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {**profile_to_json(profile(EVERYTHING)), "criteria": [{"id": "one"}]},
        {
            **profile_to_json(profile(EVERYTHING)),
            "criteria": [{"id": "one", "text": "扉", "met_by": {"by-luck": 1}}],
        },
        {**profile_to_json(profile(EVERYTHING)), "criteria": 3},
    ],
)
def test_a_foreign_shape_is_refused(broken):
    with pytest.raises((KeyError, TypeError, ValueError)):
        profile_from_json(broken)
