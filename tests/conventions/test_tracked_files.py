"""What git holds is fit for anybody: no path of somebody's machine, no address of somebody's registry, no secret."""

from __future__ import annotations

import re

import pytest

from tests.conventions.source import ROOT, tracked

NOBODYS = {
    "a path of somebody's machine": re.compile(
        rb"(?<![\w./>-])/(?:home|Users|root|work|mnt|opt)/[\w.-]|\b[A-Z]:\\\\?(?:Users|Windows)\\"
    ),
    "an address of a package registry": re.compile(
        rb"https?://[^\s\"'/]*(?:registry|pypi|pythonhosted|npmjs|artifactory|nexus|proxy|mirror)[^\s\"'/]*/"
    ),
    "a private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s"),
}

pytestmark = pytest.mark.skipif(not tracked(), reason="this is no checkout: git lists no files")


@pytest.mark.parametrize("what", NOBODYS)
def test_no_file_holds(what):
    found = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" in content[:1024]:
            continue  # packed: what is inside was collected from the tests' own server
        found += [
            f"{path.relative_to(ROOT)}:{content.count(chr(10).encode(), 0, match.start()) + 1}"
            for match in NOBODYS[what].finditer(content)
        ]
    assert not found


def test_texts_are_utf_8_and_end_their_lines_as_unix_does():
    wrong = []
    for path in tracked():
        content = path.read_bytes()
        if path.suffix not in (".py", ".md", ".yaml", ".toml", ".json", ".txt"):
            continue
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            wrong.append(f"{path.relative_to(ROOT)} is not UTF-8")
        if b"\r\n" in content or content.startswith(b"\xef\xbb\xbf"):
            wrong.append(f"{path.relative_to(ROOT)} has a byte order mark or the line ends of Windows")
    assert not wrong
