"""Virtual machines.

https://learn.microsoft.com/rest/api/compute/virtual-machines/list-all
"""

from azlinkscan.collect.source import Source

TABLE = (
    Source(
        kind="microsoft.compute/virtualmachines",
        path="/subscriptions/{subscription}/providers/Microsoft.Compute/virtualMachines",
        api_version="2024-07-01",
        right="Microsoft.Compute/virtualMachines/read",
        sdk="azure.mgmt.compute:ComputeManagementClient:virtual_machines.list_all",
        redact=(
            "properties.osProfile.adminPassword",
            "properties.osProfile.customData",
            "properties.userData",
            "properties.osProfile.windowsConfiguration.additionalUnattendContent[*].content",
            # an instance view or $expand may carry extensions, whose settings people fill with passwords
            "resources[*].properties.settings",
            "resources[*].properties.protectedSettings",
        ),
    ),
)
