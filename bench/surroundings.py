"""What a measured process finds: a user's environment, not a developer's."""

from __future__ import annotations

import os


def as_a_user() -> dict[str, str]:
    """The environment without what makes Python compile its modules anew each time."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
