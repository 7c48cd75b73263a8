"""Defender for Cloud: its plans, and whom it writes to.

https://learn.microsoft.com/rest/api/defenderforcloud/pricings/list
https://learn.microsoft.com/rest/api/defenderforcloud/security-contacts/list
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
    Source(
        kind="microsoft.security/securitycontacts",
        path="/subscriptions/{subscription}/providers/Microsoft.Security/securityContacts",
        # Microsoft has made no stable version; this one tells alerts and attack paths apart
        api_version="2023-12-01-preview",
        right="Microsoft.Security/securityContacts/read",
        sdk=None,
        no_sdk="azure-mgmt-security 7 reads the contacts of 2020, which know no attack paths",
        # an item says securityContact, in the singular, of itself
        names_items=True,
    ),
)
