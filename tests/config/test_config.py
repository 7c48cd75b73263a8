"""``azlinkscan.toml``: what it may say, and what is told when it says something else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from azlinkscan import config
from azlinkscan.errors import UsageError

FULL = """
profiles = ["chiba-online-linkage"]
checks-folders = ["my-checks"]
language = "ja"
fail-on = "high"
inventory = "resource-graph"
data-plane = true

[scope]
subscriptions = ["00000000-0000-0000-0000-000000000001"]
resource-groups = ["rg-points-*"]
tags = ["system=points"]

[[networks]]
range = "203.0.113.0/24"
owner = "架空市"
until = 2027-03-31

[[networks]]
range = "2001:db8::/32"
owner = "operator"

[settings."storage/network-default-deny"]
widest_prefix = 28
"""


def written(tmp_path, text):
    path = tmp_path / config.FILE_NAME
    path.write_text(text, "utf-8")
    return path


def test_everything_that_a_file_may_say_is_read(tmp_path):
    read = config.load(written(tmp_path, FULL))
    assert read.profiles == ("chiba-online-linkage",)
    assert read.checks_folders == (tmp_path / "my-checks",)
    assert (read.language, read.fail_on) == ("ja", "high")
    assert read.data_plane is True
    assert read.inventory == "resource-graph"
    assert read.resource_groups == ("rg-points-*",)
    assert read.settings == {"storage/network-default-deny": {"widest_prefix": 28}}


def test_a_network_counts_until_the_end_of_its_last_day(tmp_path):
    read = config.load(written(tmp_path, FULL))
    both = ["203.0.113.0/24", "2001:db8::/32"]
    assert read.own_networks(datetime(2027, 3, 31, 23, 59, tzinfo=UTC)) == both
    assert read.own_networks(datetime(2027, 4, 1, tzinfo=UTC)) == both[1:]


def test_the_nearest_file_above_is_found(tmp_path):
    path = written(tmp_path, "")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert config.find(below) == path


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("profile = []", 1, "did you mean 'profiles'?"),
        ("\n[scope]\nresource-group = []", 3, "did you mean 'resource-groups'?"),
        ("profiles = 'x'", 1, "'profiles' must be a list"),
        ("profiles = [1]", 1, "must hold texts only"),
        ("[[networks]]\nrange = '10.0.0.1/8'\nowner = 'a'", 2, "not a network"),
        ("[[networks]]\nrange = '10.0.0.0/8'", 1, "lacks 'owner'"),
        ("[[networks]]\nrange = '10.0.0.0/8'\nowner = 'a'\nuntil = 'soon'", 4, "must be a date"),
        ("data-plane = 1", 1, "'data-plane' must be true or false"),
        ("a = = 1", 1, "not TOML"),
        ("[settings]\n'x/y' = 1", 2, "must be a table"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(tmp_path, text, line, says):
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        config.load(path)
    assert says in str(caught.value)
    assert caught.value.place.source == str(path)
    assert caught.value.place.line == line
