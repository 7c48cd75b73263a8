"""Azure Monitor: alerts, action groups, processing rules, autoscale, Application Insights, diagnostic settings, workspaces.

https://learn.microsoft.com/rest/api/monitor, https://learn.microsoft.com/rest/api/application-insights,
https://learn.microsoft.com/rest/api/loganalytics/workspaces/list

A receiver's address is a credential: whoever knows a web hook's URL can call it. Only its host is kept.
"""

from azlinkscan.collect.source import Source

_MONITOR = "azure.mgmt.monitor:MonitorManagementClient"
_INSIGHTS = "azure.mgmt.applicationinsights:ApplicationInsightsManagementClient"
_RECEIVER_SECRETS = (
    "webhookReceivers[*].serviceUri",
    "automationRunbookReceivers[*].serviceUri",
    "logicAppReceivers[*].callbackUrl",
    "azureFunctionReceivers[*].httpTriggerUrl",
    "itsmReceivers[*].ticketConfiguration",
)


def _diagnostic_settings(under: str | None) -> Source:
    path = "/subscriptions/{subscription}" if under is None else "{parent}"
    return Source(
        kind="microsoft.insights/diagnosticsettings",
        under=under,
        path=f"{path}/providers/Microsoft.Insights/diagnosticSettings",
        # the only version with category groups; Microsoft has made no stable one since 2016-09-01
        api_version="2021-05-01-preview",
        right="Microsoft.Insights/DiagnosticSettings/Read",
        sdk=None,
        no_sdk="azure-mgmt-monitor 7 has no diagnostic settings",
        # a subscription's settings are answered under …/providers/AzureResourceManager, others under their owner
        names_items=True,
    )


TABLE = (
    Source(
        kind="microsoft.insights/metricalerts",
        path="/subscriptions/{subscription}/providers/Microsoft.Insights/metricAlerts",
        api_version="2018-03-01",
        right="Microsoft.Insights/MetricAlerts/Read",
        sdk=f"{_MONITOR}:metric_alerts.list_by_subscription",
        redact=("properties.actions[*].webHookProperties.*",),
    ),
    Source(
        kind="microsoft.insights/activitylogalerts",
        path="/subscriptions/{subscription}/providers/Microsoft.Insights/activityLogAlerts",
        api_version="2020-10-01",
        right="Microsoft.Insights/ActivityLogAlerts/Read",
        sdk=f"{_MONITOR}:activity_log_alerts.list_by_subscription_id",
        redact=("properties.actions.actionGroups[*].webhookProperties.*",),
    ),
    Source(
        kind="microsoft.insights/actiongroups",
        path="/subscriptions/{subscription}/providers/Microsoft.Insights/actionGroups",
        api_version="2023-01-01",
        right="Microsoft.Insights/ActionGroups/Read",
        sdk=f"{_MONITOR}:action_groups.list_by_subscription_id",
        redact=tuple(f"properties.{path}" for path in _RECEIVER_SECRETS),
        follow=True,
    ),
    Source(
        kind="microsoft.alertsmanagement/actionrules",
        path="/subscriptions/{subscription}/providers/Microsoft.AlertsManagement/actionRules",
        api_version="2021-08-08",
        right="Microsoft.AlertsManagement/actionRules/read",
        sdk=None,
        no_sdk="azure-mgmt-alertsmanagement 1.0 reads the rules of 2019, not alert processing rules",
    ),
    Source(
        kind="microsoft.insights/scheduledqueryrules",
        path="/subscriptions/{subscription}/providers/Microsoft.Insights/scheduledQueryRules",
        api_version="2022-06-15",
        right="Microsoft.Insights/ScheduledQueryRules/Read",
        sdk=f"{_MONITOR}:scheduled_query_rules.list_by_subscription",
        redact=("properties.actions.customProperties.*",),
    ),
    Source(
        kind="microsoft.insights/autoscalesettings",
        path="/subscriptions/{subscription}/providers/Microsoft.Insights/autoscalesettings",
        api_version="2022-10-01",
        right="Microsoft.Insights/AutoscaleSettings/Read",
        sdk=f"{_MONITOR}:autoscale_settings.list_by_subscription",
        redact=(
            "properties.notifications[*].webhooks[*].serviceUri",
            "properties.notifications[*].webhooks[*].properties.*",
        ),
    ),
    Source(
        kind="microsoft.insights/components",
        path="/subscriptions/{subscription}/providers/Microsoft.Insights/components",
        api_version="2020-02-02",
        right="Microsoft.Insights/Components/Read",
        sdk=f"{_INSIGHTS}:components.list",
        redact=("properties.InstrumentationKey", "properties.ConnectionString"),
    ),
    Source(
        kind="microsoft.insights/webtests",
        path="/subscriptions/{subscription}/providers/Microsoft.Insights/webtests",
        api_version="2022-06-15",
        right="Microsoft.Insights/Webtests/Read",
        sdk=f"{_INSIGHTS}:web_tests.list",
        # a test may sign in: its steps, headers and body hold whatever that takes
        redact=(
            "properties.Configuration.WebTest",
            "properties.Request.Headers[*].value",
            "properties.Request.RequestBody",
            "properties.Request.RequestUrl",
        ),
    ),
    _diagnostic_settings(None),
    _diagnostic_settings("microsoft.web/sites"),
    _diagnostic_settings("microsoft.sql/servers/databases"),
    _diagnostic_settings("microsoft.storage/storageaccounts/blobservices"),
    _diagnostic_settings("microsoft.storage/storageaccounts/fileservices"),
    _diagnostic_settings("microsoft.dbforpostgresql/flexibleservers"),
    _diagnostic_settings("microsoft.dbformysql/flexibleservers"),
    _diagnostic_settings("microsoft.recoveryservices/vaults"),
    Source(
        kind="microsoft.operationalinsights/workspaces",
        path="/subscriptions/{subscription}/providers/Microsoft.OperationalInsights/workspaces",
        api_version="2023-09-01",
        right="Microsoft.OperationalInsights/workspaces/read",
        sdk="azure.mgmt.loganalytics:LogAnalyticsManagementClient:workspaces.list",
        follow=True,
    ),
    Source(
        kind="microsoft.operationalinsights/workspaces/tables",
        under="microsoft.operationalinsights/workspaces",
        path="{parent}/tables",
        api_version="2022-10-01",
        right="Microsoft.OperationalInsights/workspaces/tables/read",
        sdk="azure.mgmt.loganalytics:LogAnalyticsManagementClient:tables.list_by_workspace",
    ),
)
