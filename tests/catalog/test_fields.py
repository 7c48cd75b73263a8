"""Every field that a check reads has been seen in an answer of Azure's, or stands on a page that is named here.

The recordings (and Microsoft's own examples among them) lie beside the repository; where they are absent, this skips.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from azlinkscan.catalog.checks import load_checks
from tests.support.beside import RECORDED, absent

REST = "https://learn.microsoft.com/rest/api"
DOCUMENTED: Mapping[tuple[str, str], str] = {
    (kind, path): f"{REST}/{page}"
    for page, kind, paths in (
        (
            "dataprotection/backup-vaults/get",
            "microsoft.dataprotection/backupvaults",
            ("properties.featureSettings.crossRegionRestoreSettings.state",),
        ),
        (
            "monitor/scheduled-query-rules/get",
            "microsoft.insights/scheduledqueryrules",
            ("properties.actions.actionGroups",),
        ),
        (
            "recoveryservices/vaults/get",
            "microsoft.recoveryservices/vaults",
            ("properties.encryption.keyVaultProperties.keyUri",),
        ),
        (
            "backup/backup-resource-storage-configs-non-crr/get",
            "microsoft.recoveryservices/vaults/backupstorageconfig",
            ("properties.crossRegionRestoreFlag",),
        ),
        (
            "application-gateway/application-gateways/get#applicationgatewaysslpolicy",
            "microsoft.network/applicationgateways",
            ("properties.sslPolicy.minProtocolVersion",),
        ),
        (
            "application-gateway/web-application-firewall-policies/get",
            "microsoft.network/applicationgatewaywebapplicationfirewallpolicies",
            (
                "properties.managedRules.exclusions",
                "properties.managedRules.managedRuleSets",
                "properties.policySettings.mode",
                "properties.policySettings.requestBodyCheck",
                "properties.policySettings.state",
            ),
        ),
        (
            "virtualnetwork/bastion-hosts/get",
            "microsoft.network/bastionhosts",
            ("properties.enableShareableLink",),
        ),
        (
            "network-gateway/virtual-network-gateway-connections/get",
            "microsoft.network/connections",
            ("properties.connectionType", "properties.ipsecPolicies"),
        ),
        (
            "virtualnetwork/network-interfaces/get",
            "microsoft.network/networkinterfaces",
            ("properties.enableIPForwarding", "properties.ipConfigurations"),
        ),
        (
            "network-gateway/virtual-network-gateways/get#vpnclientconfiguration",
            "microsoft.network/virtualnetworkgateways",
            (
                "properties.vpnClientConfiguration.vpnAuthenticationTypes",
                "properties.vpnClientConfiguration.vpnClientAddressPool.addressPrefixes",
            ),
        ),
        (
            "backup/backup-resource-storage-configs-non-crr/get",
            "microsoft.recoveryservices/vaults/backupstorageconfig",
            ("properties.storageModelType",),
        ),
        (
            "mysql/advanced-threat-protection-settings/get",
            "microsoft.dbformysql/flexibleservers/advancedthreatprotectionsettings",
            ("properties.state",),
        ),
        (
            "sql/sql-vulnerability-assessments-settings/get",
            "microsoft.sql/servers/sqlvulnerabilityassessments",
            ("properties.state",),
        ),
        (
            "storagerp/storage-accounts/get-properties",
            "microsoft.storage/storageaccounts",
            (
                "properties.allowedCopyScope",
                "properties.encryption.services.queue.enabled",
                "properties.encryption.services.queue.keyType",
                "properties.encryption.services.table.enabled",
                "properties.encryption.services.table.keyType",
                "properties.keyPolicy.keyExpirationPeriodInDays",
                "properties.sasPolicy.expirationAction",
                "properties.sasPolicy.sasExpirationPeriod",
            ),
        ),
        (
            "storagerp/blob-services/get-service-properties",
            "microsoft.storage/storageaccounts/blobservices",
            ("properties.staticWebsite.enabled",),
        ),
        ("appservice/certificates/list", "microsoft.web/certificates", ("properties.expirationDate",)),
        (
            "appservice/web-apps/get#hostingenvironmentprofile",
            "microsoft.web/sites",
            ("properties.hostingEnvironmentProfile.id",),
        ),
        (
            "appservice/web-apps/get-auth-settings-v2-without-secrets",
            "microsoft.web/sites/config/authsettingsv2",
            (
                "properties.globalValidation.excludedPaths",
                "properties.globalValidation.requireAuthentication",
                "properties.globalValidation.unauthenticatedClientAction",
                "properties.platform.configFilePath",
                "properties.platform.enabled",
            ),
        ),
    )
    for path in paths
}
"""(kind, field) that no recording shows, and the page whose schema does."""
OURS = (
    "azlinkscan.",
    "microsoft.web/sites/config/appsettings",
    "microsoft.web/sites/config/connectionstrings",
)
"""Kinds whose shape is ours: facts that are made of a token, or reduced to what is no secret."""


def _file(kind: str) -> str:
    """The kind whose shape a kind has: of a slot the site's, of an environment's network its configurations'."""
    plain = kind.replace("sites/slots", "sites")
    return plain.removesuffix("/networking") if "hostingenvironments" in plain else plain


READS = sorted(
    {
        (
            tuple(_file(f"{kind}/{spec.child}" if spec.child else kind) for kind in check.resource),
            spec.path,
            spec.field,
        )
        for check in load_checks().values()
        for spec in check.read
        if not all(_file(kind).startswith(OURS) for kind in check.resource)
    }
)
"""The kinds of which any may have the field, its path as written, and its steps."""


@cache
def bodies(kind: str) -> tuple[Any, ...]:
    """Every recorded resource of a kind."""
    path = RECORDED / f"{kind.replace('/', '-')}.jsonl"
    return tuple(_items(path.read_text(encoding="utf-8"))) if path.exists() else ()


def _items(text: str) -> Iterator[Any]:
    for line in text.splitlines():
        body = json.loads(line)["body"]
        listed = body.get("value") if isinstance(body, dict) else body
        yield from listed if isinstance(listed, list) else [body]


def shows(value: Any, steps: tuple[str | int, ...]) -> bool:
    """Whether a body has the property, be it null."""
    if not steps:
        return True
    first, *rest = steps
    if isinstance(value, dict):
        return first in value and shows(value[first], tuple(rest))
    return (
        isinstance(value, list)
        and isinstance(first, int)
        and len(value) > first
        and shows(value[first], tuple(rest))
    )


@pytest.mark.skipif(bool(absent(RECORDED)), reason=absent(RECORDED))
@pytest.mark.parametrize(
    ("kinds", "path", "steps"), READS, ids=[f"{' or '.join(kinds)}: {path}" for kinds, path, _ in READS]
)
def test_a_field_has_been_seen_or_is_documented(kinds, path, steps):
    seen = any(shows(body, steps) for kind in kinds for body in bodies(kind))
    pages = [DOCUMENTED[kind, path] for kind in kinds if (kind, path) in DOCUMENTED]
    assert seen or pages, f"no recording of {' or '.join(kinds)} shows {path}: correct it, or name its page"
    assert not (seen and pages), f"{path} has been seen in {' or '.join(kinds)}: take it from the list"


def test_pages_are_named_for_fields_that_are_read():
    read = {(kind, path) for kinds, path, _ in READS for kind in kinds}
    assert DOCUMENTED.keys() <= read, f"no check reads {DOCUMENTED.keys() - read}"
