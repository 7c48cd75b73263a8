"""Defender for Cloud plans.

https://learn.microsoft.com/rest/api/defenderforcloud/pricings/list
"""

from azlinkscan.collect.source import Source

TABLE = (
    Source(
        kind="microsoft.security/pricings",
        path="/subscriptions/{subscription}/providers/Microsoft.Security/pricings",
        api_version="2024-01-01",
        right="Microsoft.Security/pricings/read",
        sdk="azure.mgmt.security:SecurityCenter:pricings.list",
        names_items=True,
    ),
)
