from __future__ import annotations

import pytest

from azlinkscan.catalog.checks import load_checks
from azlinkscan.catalog.profiles import load_profiles


@pytest.fixture(scope="session")
def catalogue():
    return load_checks()


@pytest.fixture(scope="session")
def shipped(catalogue):
    return load_profiles((), catalogue)
