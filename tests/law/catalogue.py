"""The whole catalogue, loaded and compiled once a process."""

from __future__ import annotations

from azlinkscan.assess.scene import DEFAULT_CLOCK
from azlinkscan.assess.tasks import plan
from azlinkscan.assess.words import Words
from azlinkscan.catalog.checks import load_checks
from azlinkscan.catalog.profiles import load_profiles

CLOCK = DEFAULT_CLOCK
CHECKS = load_checks()
PROFILES = load_profiles((), CHECKS)
WORDS = Words(CLOCK)
TASKS = plan(CHECKS, PROFILES.values(), {}, WORDS)
