"""When an alert fires about a resource, and whom it comes to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from azlinkscan.assess import alerting
from azlinkscan.assess.words import Words
from azlinkscan.assess.world import Unreadable, World
from azlinkscan.model.facts import Fact, Gap, KindAsked, Listing, Reason

SUB = "/subscriptions/s"
RG = f"{SUB}/resourcegroups/rg"
DATABASE = f"{RG}/providers/microsoft.sql/servers/sql/databases/points"
GROUP = f"{RG}/providers/microsoft.insights/actiongroups/operators"
GROUPS = "microsoft.insights/actiongroups"
METRICS = ["cpu_percent", "dtu_consumption_percent"]


def condition(**other):
    usual = {
        "criterionType": "StaticThresholdCriterion",
        "metricName": "cpu_percent",
        "operator": "GreaterThan",
        "threshold": 80,
        "timeAggregation": "Average",
    }
    return {**usual, **other}


def alert(*conditions, scope=DATABASE, groups=(GROUP,), **properties):
    return {
        "id": f"{RG}/providers/Microsoft.Insights/metricAlerts/Busy",
        "properties": {
            "enabled": True,
            "severity": 2,
            "description": "The database is busy",
            "scopes": [scope],
            "criteria": {"allOf": list(conditions or [condition()])},
            "actions": [{"actionGroupId": group} for group in groups],
            **properties,
        },
    }


def fires(rule, direction="above", location="Japan East"):
    return alerting.thresholds(rule, DATABASE, location, METRICS, direction)


class TestMetricAlert:
    def test_fires_at_its_threshold(self):
        assert fires(alert()) == [80.0]

    @pytest.mark.parametrize("operator", ["GreaterThan", "greaterthanorequal"])
    def test_above_is_greater_than(self, operator):
        assert fires(alert(condition(operator=operator))) == [80.0]

    @pytest.mark.parametrize("operator", ["LessThan", "LessThanOrEqual", "Equals"])
    def test_above_is_nothing_else(self, operator):
        assert fires(alert(condition(operator=operator))) == []

    def test_below_is_less_than(self):
        assert fires(alert(condition(operator="LessThan")), "below") == [80.0]

    @pytest.mark.parametrize(
        ("operator", "above"), [("GreaterOrLessThan", [0.0]), ("GreaterThan", [0.0]), ("LessThan", [])]
    )
    def test_a_learned_threshold_has_no_number(self, operator, above):
        learned = condition(criterionType="DynamicThresholdCriterion", operator=operator)
        del learned["threshold"]
        assert fires(alert(learned)) == above

    @pytest.mark.parametrize(
        ("aggregation", "often"), [("Total", [80.0]), ("Count", [80.0]), ("Average", [])]
    )
    def test_what_is_counted_adds_up(self, aggregation, often):
        assert fires(alert(condition(timeAggregation=aggregation)), "often") == often

    def test_of_two_conditions_on_the_metric_the_later_counts(self):
        both = alert(condition(threshold=60), condition(threshold=85, metricName="DTU_Consumption_Percent"))
        assert fires(both) == [85.0]

    def test_a_condition_on_another_metric_must_hold_as_well(self):
        assert fires(alert(condition(), condition(metricName="deadlock"))) == []

    def test_an_unknown_word_in_a_condition_on_another_metric_is_no_matter(self):
        assert fires(alert(condition(operator="Near"), condition(metricName="deadlock"))) == []

    @pytest.mark.parametrize(
        "criteria", [{}, {"allOf": []}, {"webTestId": "/subscriptions/s"}, {"allOf": [{"query": "up"}]}]
    )
    def test_criteria_of_another_kind_are_not_about_the_metric(self, criteria):
        assert fires(alert(criteria=criteria)) == []

    @pytest.mark.parametrize("aggregation", ["Total", "Count", "Minimum"])
    def test_only_an_average_or_a_maximum_is_compared_with_a_limit(self, aggregation):
        assert fires(alert(condition(timeAggregation=aggregation))) == []

    def test_some_values_of_a_dimension_are_not_the_whole(self):
        part = [{"name": "Instance", "operator": "Include", "values": ["one"]}]
        whole = [{"name": "Instance", "operator": "Include", "values": ["*"]}]
        assert fires(alert(condition(dimensions=part))) == []
        assert fires(alert(condition(dimensions=whole))) == [80.0]

    @pytest.mark.parametrize(
        "odd",
        [
            condition(operator="Near"),
            condition(operator=None),
            condition(criterionType="OracleCriterion"),
            condition(timeAggregation="Median"),
            condition(threshold=None),
            condition(threshold="80"),
            condition(threshold=True),
            condition(dimensions={}),
            condition(metricName=3),
        ],
    )
    def test_what_the_api_does_not_document_cannot_be_told(self, odd):
        with pytest.raises((ValueError, TypeError)):
            fires(alert(odd))


class TestScope:
    def test_a_rule_that_is_off_watches_nothing(self):
        assert fires(alert(enabled=False)) == []

    def test_a_resource_named_in_any_case_is_watched(self):
        assert fires(alert(scope=DATABASE.upper())) == [80.0]

    def test_a_neighbour_whose_name_begins_alike_is_not_watched(self):
        assert fires(alert(scope=DATABASE + "2")) == []

    @pytest.mark.parametrize("scope", [SUB, RG])
    @pytest.mark.parametrize("region", ["japaneast", "Japan East", None])
    def test_a_scope_above_watches_its_type_in_its_region(self, scope, region):
        rule = alert(
            scope=scope, targetResourceType="Microsoft.Sql/servers/databases", targetResourceRegion=region
        )
        assert fires(rule) == [80.0]

    @pytest.mark.parametrize(
        ("kind", "region"),
        [
            ("Microsoft.Sql/servers/databases", "japanwest"),
            ("Microsoft.Sql/servers/elasticPools", "japaneast"),
            (None, "japaneast"),
        ],
    )
    def test_a_scope_above_watches_nothing_else(self, kind, region):
        assert fires(alert(scope=SUB, targetResourceType=kind, targetResourceRegion=region)) == []


WRITE = "Microsoft.Sql/servers/firewallRules/write"
EVENT = {
    "category": "Administrative",
    "operationName": WRITE,
    "status": ["Started", "Succeeded"],
    "region": "*",
}


def log_alert(*conditions, scope=SUB, **properties):
    return {"properties": {"scopes": [scope], "condition": {"allOf": list(conditions)}, **properties}}


def leaf(field, equals=None, **other):
    return {"field": field, "equals": equals, **other}


class TestActivityLogAlert:
    @pytest.mark.parametrize(
        "conditions",
        [
            [leaf("category", "administrative")],
            [leaf("Category", "Administrative"), leaf("operationName", WRITE.lower())],
            [leaf("operationName", containsAny=["x", WRITE])],
            [{"anyOf": [leaf("operationName", "x"), leaf("operationName", WRITE)]}],
            [leaf("resourceType", "Microsoft.Sql/servers/firewallRules")],
            [leaf("operationName", WRITE), leaf("status", "Succeeded")],
            [leaf("operationName", WRITE), leaf("region", containsAny=["Japan East"])],
        ],
    )
    def test_fires_when_every_condition_holds(self, conditions):
        assert alerting.fires_on(log_alert(*conditions), SUB, EVENT)

    @pytest.mark.parametrize(
        "conditions",
        [
            [],
            [leaf("category", "Security"), leaf("operationName", WRITE)],
            [leaf("operationName", "Microsoft.Sql/servers/write")],
            [leaf("resourceType", "Microsoft.Sql/servers")],
            [leaf("operationName", WRITE), leaf("status", "Failed")],
            [leaf("operationName", WRITE), leaf("caller", "someone@example.jp")],
            [{"anyOf": []}],
            [leaf("category")],
        ],
    )
    def test_does_not_fire_when_one_asks_for_more(self, conditions):
        assert not alerting.fires_on(log_alert(*conditions), SUB, EVENT)

    def test_is_on_unless_it_says_that_it_is_off(self):
        assert alerting.fires_on(log_alert(leaf("category", "Administrative")), SUB, EVENT)
        assert not alerting.fires_on(log_alert(leaf("category", "Administrative"), enabled=False), SUB, EVENT)

    @pytest.mark.parametrize(
        ("scope", "covered"), [("subscriptions/S/", True), (RG, False), ("/subscriptions/t", False)]
    )
    def test_covers_the_whole_subscription_or_does_not_count(self, scope, covered):
        assert (
            alerting.fires_on(log_alert(leaf("category", "Administrative"), scope=scope), SUB, EVENT)
            is covered
        )

    @pytest.mark.parametrize(
        "odd", [{"field": 3}, {"anyOf": "x"}, {"field": "category", "equals": 1}, "category"]
    )
    def test_what_the_api_does_not_document_cannot_be_told(self, odd):
        with pytest.raises((ValueError, TypeError)):
            alerting.fires_on(log_alert(odd), SUB, EVENT)


class TestOperation:
    @pytest.mark.parametrize(
        ("conditions", "told"),
        [
            (
                [leaf("category", "administrative"), leaf("operationName", "MICROSOFT.SQL/servers/write")],
                True,
            ),
            ([leaf("resourceType", "microsoft.sql/servers")], True),
            ([leaf("category", "Security"), leaf("operationName", "Microsoft.Sql/servers/write")], False),
            ([leaf("status", "Succeeded"), leaf("operationName", "Microsoft.Sql/servers/write")], True),
            ([leaf("status", "Failed"), leaf("operationName", "Microsoft.Sql/servers/write")], False),
            ([leaf("operationName", "Microsoft.Sql/servers/delete")], False),
        ],
    )
    def test_what_is_done_through_resource_manager_is_administrative(self, conditions, told):
        event = alerting.done("Microsoft.Sql/servers/write")
        assert alerting.fires_on(log_alert(*conditions), SUB, event) is told

    def test_an_action_is_done_to_a_resource_of_the_type_before_its_verb(self):
        event = alerting.done("Microsoft.Storage/storageAccounts/regenerateKey/action")
        assert alerting.fires_on(
            log_alert(leaf("resourceType", "Microsoft.Storage/storageAccounts")), SUB, event
        )


def processing(action="RemoveAllActionGroups", scope=RG, **properties):
    return {
        "properties": {
            "scopes": [scope],
            "actions": [{"actionType": action, "actionGroupIds": [GROUP]}],
            **properties,
        }
    }


def filtered(field, operator, *values):
    return processing(conditions=[{"field": field, "operator": operator, "values": list(values)}])


class TestReach:
    """On 1 April 2026, in a world with one action group that has an enabled receiver."""

    @pytest.fixture
    def reached(self):
        group = Fact.of(
            GROUPS, {"id": GROUP, "properties": {"enabled": True, "emailReceivers": [{"name": "desk"}]}}
        )
        words = Words(datetime(2026, 4, 1, tzinfo=UTC))
        words.world = World(SUB, [group], [], [Listing(GROUPS, SUB, 1)], [KindAsked(GROUPS, None)])
        words.subject = DATABASE
        return lambda rule, *rules: [one["name"] for one in words.reached(rule, list(rules))]

    def test_an_alert_comes_to_its_own_action_groups(self, reached):
        assert reached(alert()) == ["desk"]
        assert reached(alert(groups=())) == []

    def test_an_activity_log_alert_names_its_groups_one_step_deeper(self, reached):
        assert reached(log_alert(actions={"actionGroups": [{"actionGroupId": GROUP}]})) == ["desk"]

    def test_a_group_that_is_gone_reaches_nobody(self, reached):
        assert reached(alert(groups=[GROUP + "2"])) == []

    def test_one_receiver_counts_though_another_group_cannot_be_read(self):
        group = Fact.of(
            GROUPS, {"id": GROUP, "properties": {"enabled": True, "emailReceivers": [{"name": "desk"}]}}
        )
        words = Words(datetime(2026, 4, 1, tzinfo=UTC))
        words.world = World(SUB, [group], [Gap(SUB, GROUPS, Reason.REFUSED)], [], [KindAsked(GROUPS, None)])
        words.subject = DATABASE
        assert words.reached(alert(groups=[GROUP + "2", GROUP]), []) == [
            {"kind": "emailReceivers", "name": "desk"}
        ]
        with pytest.raises(Unreadable):
            words.reached(alert(groups=[GROUP + "2"]), [])

    def test_a_suppression_silences(self, reached):
        assert reached(alert(), processing()) == []

    def test_a_suppression_outranks_what_another_rule_adds(self, reached):
        assert reached(alert(), processing(), processing("AddActionGroups")) == []

    def test_a_rule_may_add_the_group(self, reached):
        assert reached(alert(groups=()), processing("AddActionGroups")) == ["desk"]

    @pytest.mark.parametrize(
        "rule", [processing(enabled=False), processing(scope=RG + "2"), processing(scope="/subscriptions/t")]
    )
    def test_a_rule_that_is_off_or_elsewhere_changes_nothing(self, reached, rule):
        assert reached(alert(), rule) == ["desk"]

    @pytest.mark.parametrize(
        ("schedule", "silent"),
        [
            ({}, True),
            ({"effectiveFrom": "2026-03-31T06:00:00"}, True),
            ({"effectiveFrom": "2026-04-02T06:00:00"}, False),
            ({"effectiveUntil": "2099-12-31T00:00:00"}, True),
            ({"effectiveFrom": "2026-03-01T00:00:00", "effectiveUntil": "2026-03-02T00:00:00"}, False),
            (
                {
                    "recurrences": [
                        {"recurrenceType": "Daily", "startTime": "06:00:00", "endTime": "14:00:00"}
                    ]
                },
                False,
            ),
        ],
    )
    def test_a_schedule_says_whether_it_holds_now(self, reached, schedule, silent):
        assert reached(alert(), processing(schedule=schedule)) == ([] if silent else ["desk"])

    @pytest.mark.parametrize(
        "rule",
        [
            filtered("Severity", "Equals", "Sev0", "Sev2"),
            filtered("Severity", "NotEquals", "Sev0"),
            filtered("AlertRuleName", "Contains", "bus"),
            filtered("AlertRuleId", "Equals", f"{RG}/providers/microsoft.insights/METRICALERTS/busy"),
            filtered("Description", "DoesNotContain", "idle"),
            filtered("MonitorService", "Equals", "Platform"),
            filtered("MonitorCondition", "Equals", "Fired"),
            filtered("TargetResource", "Equals", DATABASE.upper()),
            filtered("TargetResourceType", "Contains", "MICROSOFT.SQL/SERVERS"),
        ],
    )
    def test_a_filter_that_every_such_alert_passes(self, reached, rule):
        assert reached(alert(), rule) == []

    @pytest.mark.parametrize(
        "rule",
        [
            filtered("Severity", "Equals", "Sev0"),
            filtered("Severity", "NotEquals", "Sev2"),
            filtered("TargetResourceType", "Equals", "Microsoft.Compute/virtualMachines"),
            filtered("MonitorCondition", "Equals", "Resolved"),
            filtered("AlertContext", "Contains", "anything"),
            filtered("AlertContext", "DoesNotContain", "anything"),
        ],
    )
    def test_a_filter_that_not_every_such_alert_passes(self, reached, rule):
        assert reached(alert(), rule) == ["desk"]

    @pytest.mark.parametrize(
        "rule",
        [
            processing("MuteForever"),
            filtered("Severity", "Resembles", "Sev2"),
            {"properties": {"scopes": RG}},
        ],
    )
    def test_what_the_api_does_not_document_cannot_be_told(self, reached, rule):
        with pytest.raises((ValueError, TypeError)):
            reached(alert(), rule)
