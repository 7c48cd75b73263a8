"""The walk over a subscription: the records that come of it, whatever Azure does and in whatever order."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from azlinkscan.collect.answer import Answer
from azlinkscan.collect.collect import collect_subscription, quiet
from azlinkscan.collect.plan import Plan, plan_for
from azlinkscan.model import arm
from azlinkscan.model.facts import KindAsked, Listing, Reason, Remedy
from tests.collect.azure import GROUP, GUID, SUB, AtOnce, ScriptedAzure, error, ok, page, reader, refused

OWN = arm.canonical(SUB)
PROVIDERS = f"{SUB}/providers"
ACCOUNTS = "microsoft.storage/storageaccounts"
SITES = "microsoft.web/sites"
SERVERS = "microsoft.sql/servers"
DATABASES = "microsoft.sql/servers/databases"
ALERTS = "microsoft.insights/metricalerts"
GROUPS = "microsoft.insights/actiongroups"
PLANS = "microsoft.web/serverfarms"
OTHER = "/subscriptions/00000000-0000-0000-0000-000000000002"


def resource(kind_path, name, **properties):
    return {"id": f"{GROUP}/providers/{kind_path}/{name}", "name": name, "properties": properties}


class Records:
    """A sink that keeps everything."""

    def __init__(self):
        self.order = []
        self.name = None
        self.facts, self.listings, self.gaps, self.reads, self.kinds = [], [], [], [], []
        self.threads = set()

    def _take(self, what, kept, record):
        self.threads.add(threading.get_ident())
        self.order.append(what)
        kept.append(record)

    def subscription(self, id, name):
        self.order.append("subscription")
        self.id, self.name = id, name

    def asked(self, asked):
        self._take("asked", self.kinds, asked)

    def read(self, read):
        self._take("read", self.reads, read)

    def fact(self, fact):
        self._take("fact", self.facts, fact)

    def listing(self, listing):
        self._take("listing", self.listings, listing)

    def gap(self, gap):
        self._take("gap", self.gaps, gap)

    def ids(self, kind):
        return sorted(fact.id for fact in self.facts if fact.kind == kind)

    def listed(self, kind):
        return {listing.scope: listing.count for listing in self.listings if listing.kind == kind}

    def content(self):
        """Everything but the order and the numbers of the reads."""
        return (
            {replace(fact, read=0) for fact in self.facts},
            set(self.listings),
            set(self.gaps),
            {(read.url, read.status, read.digest) for read in self.reads},
            set(self.kinds),
        )


def small_city():
    """A subscription with two accounts, a site on a plan, a SQL server with two databases and an alert."""
    azure = ScriptedAzure()
    azure.says(SUB, ok({"id": SUB, "subscriptionId": GUID, "displayName": "架空市ポイント"}))
    azure.says(
        f"{PROVIDERS}/Microsoft.Storage/storageAccounts",
        page(
            resource("Microsoft.Storage/storageAccounts", "a"),
            resource("Microsoft.Storage/storageAccounts", "b"),
        ),
    )
    for name in "ab":
        at = resource("Microsoft.Storage/storageAccounts", name)["id"]
        azure.says(f"{at}/blobServices/default", ok({"id": f"{at}/blobServices/default", "properties": {}}))
        azure.says(
            f"{at}/blobServices/default/containers",
            page({"id": f"{at}/blobServices/default/containers/c", "name": "c"}),
        )
    site = resource(
        "Microsoft.Web/sites", "points", serverFarmId=f"{GROUP}/providers/Microsoft.Web/serverfarms/plan"
    )
    azure.says(f"{PROVIDERS}/Microsoft.Web/sites", page(site))
    azure.says(site["id"], ok({**site, "identity": {"type": "SystemAssigned"}}))
    azure.says(f"{site['id']}/config/web", ok({"id": f"{site['id']}/config/web", "properties": {}}))
    azure.says(f"{PROVIDERS}/Microsoft.Web/serverfarms", page(resource("Microsoft.Web/serverfarms", "plan")))
    server = resource("Microsoft.Sql/servers", "points")
    azure.says(f"{PROVIDERS}/Microsoft.Sql/servers", page(server))
    azure.says(
        f"{server['id']}/databases",
        page(*({"id": f"{server['id']}/databases/{n}", "name": n} for n in ("master", "p"))),
    )
    azure.says(
        f"{server['id']}/databases/p/transparentDataEncryption/current",
        ok({"properties": {"state": "Enabled"}}),
    )
    return azure


CITY = (
    f"{ACCOUNTS}/blobservices/containers",
    f"{SITES}/config/web",
    PLANS,
    f"{DATABASES}/transparentdataencryption",
)


def collect(azure, wanted=CITY, *, workers=0, progress=quiet, plan=None, **options):
    records = Records()
    plan = plan or plan_for(wanted)
    if workers:
        with ThreadPoolExecutor(workers) as pool:
            collect_subscription(GUID, plan, reader(azure), pool, progress, records, **options)
    else:
        collect_subscription(GUID, plan, reader(azure), AtOnce(), progress, records, **options)
    return records


# -- the walk --------------------------------------------------------------------------------------


def test_a_subscription_is_read_with_all_that_hangs_under_it():
    found = collect(small_city())
    assert (found.id, found.name) == (OWN, "架空市ポイント")
    assert found.gaps == []
    assert found.ids(SITES) == [arm.canonical(f"{GROUP}/providers/Microsoft.Web/sites/points")]
    assert len(found.ids(f"{ACCOUNTS}/blobservices/containers")) == 2
    assert found.listed(ACCOUNTS) == {OWN: 2}
    assert set(found.listed(f"{ACCOUNTS}/blobservices/containers").values()) == {1}
    databases = f"{arm.canonical(GROUP)}/providers/microsoft.sql/servers/points/databases"
    assert found.listed(f"{DATABASES}/transparentdataencryption") == {
        f"{databases}/master": 0,
        f"{databases}/p": 1,
    }


def test_every_planned_kind_is_said_before_anything_is_found():
    found = collect(small_city())
    assert found.order[0] == "subscription"
    last_asked = len(found.order) - 1 - found.order[::-1].index("asked")
    assert last_asked < min(found.order.index("fact"), found.order.index("read"))
    assert set(found.kinds) == set(plan_for(CITY).asked())
    assert KindAsked(f"{SITES}/config/web", SITES) in found.kinds


@pytest.mark.parametrize("workers", [1, 8])
def test_the_content_does_not_depend_on_who_works(workers):
    assert collect(small_city(), workers=workers).content() == collect(small_city()).content()


def test_the_sink_is_called_from_one_thread():
    found = collect(small_city(), workers=8)
    assert found.threads == {threading.get_ident()}


def test_a_fact_refers_to_the_read_that_gave_it():
    found = collect(small_city(), workers=4)
    numbers = [read.number for read in found.reads]
    assert len(set(numbers)) == len(numbers)
    assert {fact.read for fact in found.facts} <= set(numbers)


def test_a_site_is_the_one_that_its_own_answer_shows():
    found = collect(small_city())
    (site,) = [fact for fact in found.facts if fact.kind == SITES]
    assert site.body["identity"]["type"] == "SystemAssigned"
    assert found.listed(SITES) == {OWN: 1}


def test_the_subscription_may_be_named_by_its_id():
    records = Records()
    collect_subscription(SUB.upper(), plan_for([]), reader(small_city()), AtOnce(), quiet, records)
    assert records.id == OWN


# -- failures --------------------------------------------------------------------------------------


def test_a_refused_root_leaves_the_rest_alone():
    azure = small_city().says(f"{PROVIDERS}/Microsoft.Sql/servers", refused("Microsoft.Sql/servers/read"))
    found = collect(azure)
    assert [(gap.scope, gap.kind, gap.reason, gap.remedy) for gap in found.gaps] == [
        (OWN, SERVERS, Reason.REFUSED, Remedy.RIGHT)
    ]
    assert found.listed(SERVERS) == {}
    assert found.listed(DATABASES) == {}
    assert len(found.ids(ACCOUNTS)) == 2


def test_a_refused_child_is_a_gap_under_its_parent():
    at = resource("Microsoft.Storage/storageAccounts", "a")["id"]
    found = collect(small_city().says(f"{at}/blobServices/default", refused()))
    assert [(gap.scope, gap.kind) for gap in found.gaps] == [(arm.canonical(at), f"{ACCOUNTS}/blobservices")]
    assert arm.canonical(at) not in found.listed(f"{ACCOUNTS}/blobservices")
    assert len(found.ids(f"{ACCOUNTS}/blobservices/containers")) == 1


def test_a_subscription_that_cannot_be_read_is_still_walked():
    found = collect(small_city().says(SUB, error(500)))
    assert (found.id, found.name) == (OWN, GUID)
    assert [gap.kind for gap in found.gaps] == ["microsoft.resources/subscriptions"]
    assert len(found.ids(ACCOUNTS)) == 2


def test_an_item_that_is_gone_in_mid_scan_is_a_gap_and_its_list_is_still_whole():
    site = resource("Microsoft.Web/sites", "points")["id"]
    found = collect(small_city().says(site, error(404, "ResourceNotFound")))
    assert [(gap.scope, gap.kind, gap.reason) for gap in found.gaps] == [
        (arm.canonical(site), SITES, Reason.MISSING)
    ]
    assert found.listed(SITES) == {OWN: 1}
    assert found.ids(SITES) == []


def test_everything_refused_leaves_a_gap_for_every_root():
    azure = ScriptedAzure()
    azure.otherwise = lambda path: refused()
    found = collect(azure, workers=4)
    assert found.facts == []
    assert found.listings == []
    assert {gap.kind for gap in found.gaps} == {row.kind for row in plan_for(CITY).rows if row.under is None}


def test_a_fault_of_ours_is_raised():
    azure = small_city()
    azure.says(f"{PROVIDERS}/Microsoft.Sql/servers", "not an answer")
    with pytest.raises(AttributeError):
        collect(azure, workers=2)


def test_what_takes_an_option_is_not_asked_without_it():
    rows = plan_for([ACCOUNTS]).rows
    optional = tuple(replace(row, option="--data-plane") if row.kind == ACCOUNTS else row for row in rows)
    without = collect(small_city(), plan=Plan(optional))
    assert [(gap.reason, gap.remedy, gap.detail, gap.action) for gap in without.gaps] == [
        (Reason.NOT_ASKED, Remedy.OPTION, "--data-plane", "Microsoft.Storage/storageAccounts/read")
    ]
    given = collect(small_city(), plan=Plan(optional, frozenset({"--data-plane"})))
    assert len(given.ids(ACCOUNTS)) == 2


# -- the end before the end ------------------------------------------------------------------------


def test_what_was_not_reached_has_neither_a_listing_nor_a_gap():
    cancelled = threading.Event()
    cancelled.set()
    azure = small_city()
    found = collect(azure, cancelled=cancelled)
    assert azure.asked == []
    assert (found.facts, found.listings, found.gaps) == ([], [], [])
    assert set(found.kinds) == set(plan_for(CITY).asked())


def test_a_list_whose_items_were_not_all_reached_is_not_called_complete():
    cancelled = threading.Event()
    azure = small_city()
    original = azure.ask

    def ask(path):
        answer = original(path)
        if path.startswith(f"{PROVIDERS}/Microsoft.Web/sites?"):
            cancelled.set()
        return answer

    azure.ask = ask
    found = collect(azure, [SITES], cancelled=cancelled)
    assert len(azure.asked) == 2, "the subscription and the list of sites, but not the site"
    assert (found.ids(SITES), found.listed(SITES), found.gaps) == ([], {}, [])


def test_a_scan_that_is_stopped_ends_soon():
    cancelled = threading.Event()
    azure = small_city()
    azure.otherwise = lambda path: Answer(503, {"retry-after": "1"})
    original = azure.ask

    def ask(path):
        cancelled.set()
        return original(path)

    azure.ask = ask
    began = time.monotonic()
    collect(azure, workers=2, cancelled=cancelled)
    assert time.monotonic() - began < 2
    assert len(azure.asked) <= 3


# -- ids that lead elsewhere -----------------------------------------------------------------------


def alerting(*groups, own=(), **answers):
    """A subscription with one alert that names action groups, and its own groups."""
    azure = ScriptedAzure().says(SUB, ok({"id": SUB, "displayName": "x"}))
    alert = resource(
        "Microsoft.Insights/metricAlerts", "cpu", actions=[{"actionGroupId": group} for group in groups]
    )
    azure.says(f"{PROVIDERS}/Microsoft.Insights/metricAlerts", page(alert))
    azure.says(f"{PROVIDERS}/Microsoft.Insights/actionGroups", page(*own))
    for group, answer in answers.items():
        azure.says(f"{OTHER}/resourceGroups/ops/providers/microsoft.insights/actionGroups/{group}", answer)
    return azure


def group(name, subscription=OTHER, where="ops"):
    return f"{subscription}/resourceGroups/{where}/providers/microsoft.insights/actionGroups/{name}"


def test_an_id_in_another_subscription_is_followed_once():
    body = {"id": group("ops"), "properties": {"enabled": True}}
    azure = alerting(
        group("ops"), group("OPS").upper().replace("SUBSCRIPTIONS", "subscriptions"), ops=ok(body)
    )
    found = collect(azure, [ALERTS, GROUPS], workers=4)
    own = arm.canonical(group("ops"))
    (fact,) = [fact for fact in found.facts if fact.kind == GROUPS]
    assert (fact.id, fact.scope) == (own, own)
    assert [path.lower() for path in azure.paths()].count(own) == 1
    assert found.listed(GROUPS) == {OWN: 0}


def test_a_followed_id_that_is_refused_is_a_gap_of_its_own():
    found = collect(
        alerting(group("ops"), ops=refused("Microsoft.Insights/ActionGroups/Read")), [ALERTS, GROUPS]
    )
    assert [(gap.scope, gap.kind, gap.reason, gap.action) for gap in found.gaps] == [
        (arm.canonical(group("ops")), GROUPS, Reason.REFUSED, "Microsoft.Insights/ActionGroups/Read")
    ]


def test_a_followed_id_that_names_nothing_is_listed_as_nothing():
    found = collect(alerting(group("ops"), ops=error(404, "ResourceNotFound")), [ALERTS, GROUPS])
    assert Listing(GROUPS, arm.canonical(group("ops")), 0, "ResourceNotFound") in found.listings
    assert found.gaps == []


def test_an_id_that_the_own_list_holds_is_not_followed():
    own = resource("microsoft.insights/actionGroups", "ops")
    azure = alerting(own["id"].upper().replace("SUBSCRIPTIONS", "subscriptions"), own=[own])
    collect(azure, [ALERTS, GROUPS])
    assert len(azure.asked) == 3


def test_an_id_that_the_complete_own_list_does_not_hold_is_looked_up():
    gone = group("gone", subscription=SUB, where="points")
    azure = alerting(gone).says(gone, error(404, "ResourceNotFound"))
    found = collect(azure, [ALERTS, GROUPS])
    assert found.listed(GROUPS) == {OWN: 0, arm.canonical(gone): 0}


def test_an_own_id_is_not_looked_up_where_the_list_was_refused():
    azure = alerting(group("gone", subscription=SUB)).says(
        f"{PROVIDERS}/Microsoft.Insights/actionGroups", refused()
    )
    found = collect(azure, [ALERTS, GROUPS])
    assert len(azure.asked) == 3
    assert [gap.scope for gap in found.gaps] == [OWN]


def test_an_id_of_a_kind_that_is_not_planned_is_not_followed():
    azure = alerting(group("ops"))
    collect(azure, [ALERTS])
    assert len(azure.asked) == 2


def test_what_a_followed_resource_names_is_followed_too():
    plan_id = f"{OTHER}/resourceGroups/web/providers/Microsoft.Web/serverfarms/shared"
    environment = f"{OTHER}/resourceGroups/web/providers/Microsoft.Web/hostingEnvironments/shared"
    site = resource("Microsoft.Web/sites", "points", serverFarmId=plan_id)
    azure = ScriptedAzure().says(SUB, ok({"id": SUB}))
    azure.says(f"{PROVIDERS}/Microsoft.Web/sites", page(site)).says(site["id"], ok(site))
    azure.says(f"{PROVIDERS}/Microsoft.Web/serverfarms", page())
    azure.says(f"{PROVIDERS}/Microsoft.Web/hostingEnvironments", page())
    azure.says(plan_id, ok({"id": plan_id, "properties": {"hostingEnvironmentProfile": {"id": environment}}}))
    azure.says(environment, ok({"id": environment, "properties": {"siteRef": plan_id}}))
    found = collect(azure, [SITES, PLANS, "microsoft.web/hostingenvironments"])
    assert found.ids(PLANS) == [arm.canonical(plan_id)]
    assert found.ids("microsoft.web/hostingenvironments") == [arm.canonical(environment)]
    assert not [path for path in azure.paths() if path.startswith(f"{environment}/")], (
        "nothing hangs under what lies elsewhere"
    )


# -- progress --------------------------------------------------------------------------------------


def test_progress_counts_what_is_done_and_what_is_known():
    told = []
    collect(small_city(), workers=4, progress=lambda *step: told.append(step))
    last = {kind: (done, known) for kind, done, known in told}
    assert last[ACCOUNTS] == (1, 1)
    assert last[f"{ACCOUNTS}/blobservices"] == (2, 2)
    assert last[SITES] == (2, 2), "the list and its one item"
    assert all(done <= known for _, done, known in told)
