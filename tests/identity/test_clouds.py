"""The clouds, ours held against Azure's own tables, and a cloud of one's own in a file."""

from __future__ import annotations

import json

import pytest
from azure.core import AzureClouds
from azure.identity import AzureAuthorityHosts
from azure.mgmt.core.tools import get_arm_endpoints

from azlinkscan.errors import UsageError
from azlinkscan.identity.clouds import CLOUDS, cloud_of

GOOD = {
    "resource_manager": "https://management.kakuu.example:8443/",
    "authority": "https://login.kakuu.example/adfs",
    "audience": "https://management.kakuu.example",
    "storage_suffix": "storage.kakuu.example",
    "ca_file": "ca.pem",
    "instance_discovery": False,
}


@pytest.mark.parametrize(
    ("name", "azures", "authority"),
    [
        ("public", AzureClouds.AZURE_PUBLIC_CLOUD, AzureAuthorityHosts.AZURE_PUBLIC_CLOUD),
        ("usgov", AzureClouds.AZURE_US_GOVERNMENT, AzureAuthorityHosts.AZURE_GOVERNMENT),
        ("china", AzureClouds.AZURE_CHINA_CLOUD, AzureAuthorityHosts.AZURE_CHINA),
    ],
)
def test_a_known_cloud_is_where_azures_sdk_says(name, azures, authority):
    cloud, told = cloud_of(name), get_arm_endpoints(azures)
    assert cloud.resource_manager == told["resource_manager"].rstrip("/")
    assert [cloud.scope] == told["credential_scopes"]
    assert cloud.authority == f"https://{authority}"
    assert cloud.instance_discovery
    assert cloud.storage_suffix


def written(folder, values, name="cloud.json"):
    (folder / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n", encoding="ascii")
    text = json.dumps(values) if name.endswith("json") else values
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_cloud_of_ones_own_is_read_from_json(tmp_path):
    cloud = cloud_of(str(written(tmp_path, GOOD)))
    assert cloud.resource_manager == "https://management.kakuu.example:8443"
    assert cloud.authority == "https://login.kakuu.example/adfs"
    assert cloud.scope == "https://management.kakuu.example/.default"
    assert cloud.storage_suffix == "storage.kakuu.example"
    assert cloud.ca_file == str(tmp_path / "ca.pem")
    assert not cloud.instance_discovery


def test_a_cloud_of_ones_own_is_read_from_toml_and_needs_little(tmp_path):
    text = '# 架空市\nresource_manager = "https://arm.example"\nauthority = "https://login.example"\n'
    cloud = cloud_of(str(written(tmp_path, text, "kakuu.toml")))
    assert cloud.scope == "https://arm.example/.default"
    assert (cloud.storage_suffix, cloud.ca_file) == (None, None)
    assert not cloud.instance_discovery, "a foreign authority is not told to login.microsoftonline.com"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"resource_manager": None}, "'resource_manager' is missing"),
        ({"authority": None}, "'authority' is missing"),
        ({"resource_manager": "http://arm.example"}, "'resource_manager' is no https address"),
        ({"authority": "login.example"}, "'authority' is no https address"),
        ({"authority": 3}, "'authority' is no https address"),
        ({"authority": "https://[broken"}, "'authority' is no https address"),
        ({"authority": "https://login.example:99999"}, "'authority' is no https address"),
        ({"audience": ""}, "'audience' is no https address"),
        ({"resource_manager": "https://arm.example/azure"}, "'resource_manager' has a path"),
        ({"resource_manager": "https://me:hush@arm.example"}, "'resource_manager' is more than an address"),
        ({"authority": "https://login.example?x=1"}, "'authority' is more than an address"),
        ({"storage_suffix": "not a host"}, "'storage_suffix' is no host name"),
        ({"storage_suffix": 3}, "'storage_suffix' is no host name"),
        ({"ca_file": "absent.pem"}, "'ca_file' is no file with certificates"),
        ({"ca_file": 3}, "'ca_file' is no file with certificates"),
        ({"ca_file": "cloud.json"}, "'ca_file' is no file with certificates"),
        ({"instance_discovery": "no"}, "'instance_discovery' is neither true nor false"),
        ({"resource_manger": "https://arm.example"}, "'resource_manger' is not known"),
    ],
)
def test_a_wrong_file_says_what_where_and_what_to_write(tmp_path, change, says):
    values = {name: value for name, value in {**GOOD, **change}.items() if value is not None}
    path = written(tmp_path, values)
    with pytest.raises(UsageError, match=says) as caught:
        cloud_of(str(path))
    assert caught.value.place.source == str(path)
    assert caught.value.hint.ja
    assert "hush" not in str(caught.value)


def test_the_line_of_a_mistake_is_named(tmp_path):
    text = 'resource_manager = "https://arm.example"\nauthority = "ftp://login.example"\n'
    with pytest.raises(UsageError) as caught:
        cloud_of(str(written(tmp_path, text, "kakuu.toml")))
    assert caught.value.place.line == 2


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.toml", "x = 1\ny = ", 2),
        ("a.json", '{\n "x": 1,\n}', 3),
        ("a.json", "[]", None),
        ("a.json", "[" * 9999, None),
    ],
)
def test_a_file_that_is_no_table_says_where(tmp_path, name, text, line):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"is not (TOML|JSON)") as caught:
        cloud_of(str(path))
    assert line is None or caught.value.place.line == line


def test_an_absent_file_and_an_unknown_name_are_told_apart(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        cloud_of(str(tmp_path / "absent.toml"))
    with pytest.raises(UsageError, match=f"no cloud 'german'.*{', '.join(CLOUDS)}"):
        cloud_of("german")


def test_a_file_that_is_no_text_cannot_be_read(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read"):
        cloud_of(str(path))
