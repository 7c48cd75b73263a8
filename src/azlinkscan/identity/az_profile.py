"""The subscription that the Azure CLI is set to: what its user means by "the signed-in one".

``az account set`` keeps it in azureProfile.json of its configuration folder
(https://learn.microsoft.com/cli/azure/azure-cli-configuration).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path


def default_subscription(environ: Mapping[str, str], home: Path) -> str | None:
    """The id of the CLI's default subscription, or None where there is none or the file says nothing."""
    folder = Path(environ.get("AZURE_CONFIG_DIR") or home / ".azure")
    try:
        # Written by the CLI with a byte order mark.
        profile = json.loads((folder / "azureProfile.json").read_text("utf-8-sig"))
        entries = profile["subscriptions"]
        return next((str(one["id"]) for one in entries if one.get("isDefault") is True), None)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
