"""Whether checks and profiles fit together.

Only profiles map, so a check that none of them uses serves nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from azlinkscan.model.check import Check
from azlinkscan.model.profile import Profile, checks_of


def unused_checks(checks: Mapping[str, Check], profiles: Iterable[Profile]) -> tuple[str, ...]:
    """The ids of the checks that no criterion rests on or is supported by, in order.

    The other half, a profile that names a check which does not exist, is a mistake when the profile is read.
    """
    used = {by.check for profile in profiles for leaf in profile.leaves() for by in checks_of(leaf)}
    return tuple(sorted(set(checks) - used))
