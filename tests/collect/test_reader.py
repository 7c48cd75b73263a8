"""One row, one scope: what becomes a fact, what a complete list, and what a gap. No failure looks like "there is none"."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from azlinkscan.collect.answer import Answer, Broken, Cause
from azlinkscan.collect.reader import NAMES_NOTHING
from azlinkscan.collect.source import Scope, Shape
from azlinkscan.model import arm
from azlinkscan.model.facts import Fact, Gap, Listing, Reason, Remedy
from tests.collect.azure import GROUP, GUID, HOST, SUB, ScriptedAzure, error, ok, page, reader, refused, row
from tests.support.beside import RECORDED, absent

ACCOUNTS = row("microsoft.storage/storageaccounts")
ACCOUNTS_PATH = f"{SUB}/providers/Microsoft.Storage/storageAccounts"
SITES = row("microsoft.web/sites")
RULES = row("microsoft.dbformysql/flexibleservers/firewallrules")
SHARES = row("microsoft.storage/storageaccounts/fileservices/shares")
BLOBS = row("microsoft.storage/storageaccounts/blobservices")
TDE = row("microsoft.sql/servers/databases/transparentdataencryption")
CONFIG = row("microsoft.web/sites/config/web")
WHOLE = Scope.named(SUB)
SERVER = f"{GROUP}/providers/Microsoft.Sql/servers/points"


def account(name, **properties):
    return {
        "id": f"{GROUP}/providers/Microsoft.Storage/storageAccounts/{name}",
        "name": name,
        "properties": properties,
    }


def parent(path, kind="x"):
    return Scope.of(Fact.of(kind, {"id": path}))


def read_accounts(*answers, **options):
    azure = ScriptedAzure().says(ACCOUNTS_PATH, *answers)
    return reader(azure, **options).read(ACCOUNTS, WHOLE), azure


def linked(token):
    return f"{HOST}{ACCOUNTS_PATH}?api-version=2023-05-01&$skiptoken={token}"


# -- lists that are whole --------------------------------------------------------------------------


def test_a_list_becomes_facts_and_the_witness_that_it_is_complete():
    outcome, azure = read_accounts(page(account("a"), account("b", keySource="x")))
    assert [(f.kind, f.id, f.scope, f.api_version) for f in outcome.facts] == [
        (ACCOUNTS.kind, arm.canonical(account("a")["id"]), arm.canonical(SUB), "2023-05-01"),
        (ACCOUNTS.kind, arm.canonical(account("b")["id"]), arm.canonical(SUB), "2023-05-01"),
    ]
    assert outcome.facts[1].body == account("b", keySource="x")
    assert outcome.listing == Listing(ACCOUNTS.kind, arm.canonical(SUB), 2)
    assert outcome.gaps == ()
    assert azure.asked == [f"{ACCOUNTS_PATH}?api-version=2023-05-01"]


def test_an_empty_list_is_complete():
    outcome, _ = read_accounts(page())
    assert outcome.listing == Listing(ACCOUNTS.kind, arm.canonical(SUB), 0)


@pytest.mark.parametrize("link", [{}, {"nextLink": None}, {"nextLink": ""}])
def test_a_list_ends_where_no_link_is(link):
    outcome, _ = read_accounts(ok({"value": [account("a")], **link}))
    assert outcome.listing.count == 1


@pytest.mark.parametrize("key", ["nextLink", "@odata.nextLink", "NextLink"])
def test_pages_are_read_to_the_end_also_behind_an_empty_one(key):
    azure = ScriptedAzure()
    azure.says(
        ACCOUNTS_PATH,
        ok({"value": [], key: linked("1")}),
        ok({"value": [account("a")], key: f"{ACCOUNTS_PATH}?$skiptoken=2"}),
        ok({"value": [], key: linked("3").replace(HOST, HOST.upper() + ":443").replace("HTTPS", "https")}),
        page(account("b")),
    )
    outcome = reader(azure).read(ACCOUNTS, WHOLE)
    assert [arm.name_of(fact.id) for fact in outcome.facts] == ["a", "b"]
    assert outcome.listing.count == 2
    assert len(azure.asked) == 4
    assert [read.number for read in outcome.reads] == [1, 2, 3, 4]
    assert [fact.read for fact in outcome.facts] == [2, 4]


def test_an_item_that_is_repeated_is_kept_once():
    upper = {**account("a"), "id": account("a")["id"].upper()}
    outcome, _ = read_accounts(
        page(account("a"), upper, account("a"), link=linked("1")), page(account("a"), account("b"))
    )
    assert [arm.name_of(fact.id) for fact in outcome.facts] == ["a", "b"]
    assert outcome.listing.count == 2


def test_ids_are_made_canonical_and_the_body_is_left_alone():
    odd = {
        "id": account("A")["id"].lstrip("/").replace("resourceGroups", "resourcegroups"),
        "type": "Wrong/Type",
    }
    fact = read_accounts(page(odd))[0].facts[0]
    assert fact.id == arm.canonical(account("a")["id"])
    assert fact.kind == ACCOUNTS.kind
    assert fact.body == odd
    assert fact.shown_id == "/" + odd["id"]


def test_json_is_kept_as_azure_sent_it():
    rest = '"z":1.0,"a":"架空市","big":12345678901234567890,"n":null,"o":{"b":1,"a":2}}'
    item = f'{{"id":"{account("a")["id"]}",{rest}'
    fact = read_accounts(Answer(200, {}, f'{{ "value": [ {item} ] }}'.encode()))[0].facts[0]
    assert fact.raw.decode() == item


def test_half_a_letter_does_not_stop_the_scan():
    body = json.dumps({"value": [{"id": account("a")["id"], "name": "\ud83d"}]}).encode()
    fact = read_accounts(Answer(200, {}, body))[0].facts[0]
    assert fact.raw.decode()


def test_bare_lists_are_read_where_the_table_says_so():
    bare = replace(ACCOUNTS, shape=Shape.BARE_LIST)
    azure = ScriptedAzure().says(ACCOUNTS_PATH, ok([account("a")]))
    assert reader(azure).read(bare, WHOLE).listing.count == 1
    azure = ScriptedAzure().says(ACCOUNTS_PATH, page(account("a")))
    outcome = reader(azure).read(bare, WHOLE)
    assert outcome.listing is None
    assert outcome.gaps[0].detail == "answer: not a list"


# -- lists that are not ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (ok({}), "value: missing"),
        (ok({"value": None}), "value: missing"),
        (ok({"value": {}}), "value: not a list"),
        (ok({"value": "none"}), "value: not a list"),
        (ok([]), "answer: not a JSON object"),
        (ok(None), "answer: not a JSON object"),
        (ok("[]"), "answer: not a JSON object"),
        (ok({"value": [], "error": {"code": "PartialFailure"}}), "answer: an error with status 200"),
        (Answer(200, {}, b""), "answer: empty"),
        (Answer(200, {}, b"\xef\xbb\xbf"), "answer: not JSON"),
        (Answer(200, {}, b"<html>proxy sign-in</html>"), "answer: not JSON"),
        (Answer(200, {}, b'{"value": [{"id": "/subscr'), "answer: not JSON"),
        (Answer(204, {}, b""), "answer: without content"),
        (Answer(202, {}, b'{"value": []}'), "answer: without content"),
        (error(302, "Moved"), "redirect: to another host"),
    ],
)
def test_an_answer_of_another_shape_is_a_gap_and_no_empty_list(answer, detail):
    outcome, _ = read_accounts(answer)
    assert outcome.facts == ()
    assert outcome.listing is None
    assert [(gap.reason, gap.detail) for gap in outcome.gaps] == [(Reason.UNAVAILABLE, detail)]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (refused(), Reason.REFUSED),
        (error(401), Reason.REFUSED),
        (error(404, "SubscriptionNotFound"), Reason.MISSING),
        (error(429, "TooManyRequests"), Reason.UNAVAILABLE),
        (error(500), Reason.UNAVAILABLE),
        (Broken(Cause.CONNECTION, "x"), Reason.UNAVAILABLE),
    ],
)
def test_a_failure_is_a_gap_and_no_empty_list(answer, reason):
    outcome, _ = read_accounts(answer)
    assert (outcome.facts, outcome.listing) == ((), None)
    assert [gap.reason for gap in outcome.gaps] == [reason]
    assert outcome.gaps[0].scope == arm.canonical(SUB)


@pytest.mark.parametrize(
    ("second", "remedy"),
    [
        (refused(), Remedy.RIGHT),
        (error(500), Remedy.RETRY),
        (Broken(Cause.LATE, "x"), Remedy.RETRY),
        (ok({}), Remedy.RETRY),
    ],
)
def test_a_list_that_breaks_off_keeps_what_was_found_and_says_so(second, remedy):
    outcome, _ = read_accounts(page(account("a"), link=linked("1")), second)
    assert len(outcome.facts) == 1
    assert outcome.listing is None
    assert [(gap.reason, gap.remedy) for gap in outcome.gaps] == [(Reason.CUT_SHORT, remedy)]


@pytest.mark.parametrize(
    ("link", "detail"),
    [
        ("https://evil.example/steal", "nextLink: to another host"),
        ("//evil.example/steal", "nextLink: to another host"),
        ("http://arm.example/plain", "nextLink: to another host"),
        ("https://arm.example:444/x", "nextLink: to another host"),
        ("https://arm.example@evil.example/", "nextLink: to another host"),
        ("https://[broken", "nextLink: to another host"),
        (7, "nextLink: no text"),
        (False, "nextLink: no text"),
        ({"href": "x"}, "nextLink: no text"),
        (f"{HOST}{ACCOUNTS_PATH}?api-version=2023-05-01", "nextLink: in a circle"),
    ],
)
def test_a_link_that_cannot_be_followed_cuts_the_list_short(link, detail):
    outcome, azure = read_accounts(page(account("a"), link=link))
    assert len(outcome.facts) == 1
    assert outcome.listing is None
    assert [(gap.reason, gap.detail) for gap in outcome.gaps] == [(Reason.CUT_SHORT, detail)]
    assert len(azure.asked) == 1


def test_a_longer_circle_ends():
    azure = ScriptedAzure().says(
        ACCOUNTS_PATH,
        page(account("a"), link=linked("1")),
        page(account("b"), link=linked("2")),
        page(link=linked("1")),
    )
    outcome = reader(azure).read(ACCOUNTS, WHOLE)
    assert len(azure.asked) == 3
    assert [gap.detail for gap in outcome.gaps] == ["nextLink: in a circle"]


def test_a_list_without_end_ends():
    azure = ScriptedAzure()
    azure.otherwise = lambda path: page(account(f"a{len(azure.asked)}"), link=linked(str(len(azure.asked))))
    outcome = reader(azure, page_limit=9).read(ACCOUNTS, WHOLE)
    assert len(outcome.facts) == 9
    assert [gap.detail for gap in outcome.gaps] == ["nextLink: without end"]


@pytest.mark.parametrize(
    "item", [None, 3, "text", [], {}, {"name": "a"}, {"id": 7}, {"id": ""}, {"id": "a/b"}]
)
def test_an_item_without_an_id_leaves_the_list_incomplete(item):
    outcome, _ = read_accounts(page(account("a"), item))
    assert len(outcome.facts) == 1
    assert outcome.listing is None
    assert outcome.gaps == (Gap(arm.canonical(SUB), ACCOUNTS.kind, Reason.MISSING, detail="value[1].id"),)


def test_an_item_is_named_by_its_path_where_the_api_documents_how():
    server = f"{GROUP}/providers/Microsoft.DBforMySQL/flexibleServers/points"
    azure = ScriptedAzure().says(f"{server}/firewallRules", page({"name": "Office", "properties": {}}))
    outcome = reader(azure).read(RULES, parent(server))
    assert outcome.facts[0].id == arm.canonical(f"{server}/firewallRules/office")
    assert outcome.facts[0].scope == arm.canonical(server)
    assert outcome.listing.count == 1


def test_a_settings_id_that_lies_under_nothing_is_put_under_its_owner():
    diagnostics = row("microsoft.insights/diagnosticsettings", "microsoft.sql/servers/databases")
    item = {
        "id": f"{GROUP}/providers/microsoft.sql/servers/points/databases/p/providers/x/diagnosticSettings/s",
        "name": "s",
    }
    elsewhere = {
        **item,
        "id": "/subscriptions/other/providers/microsoft.insights/diagnosticSettings/t",
        "name": "t",
    }
    azure = ScriptedAzure().says(
        f"{SERVER}/databases/p/providers/Microsoft.Insights/diagnosticSettings", page(item, elsewhere)
    )
    outcome = reader(azure).read(diagnostics, parent(f"{SERVER}/databases/p"))
    assert {arm.parent(fact.id) for fact in outcome.facts} == {arm.canonical(f"{SERVER}/databases/p")}


# -- one resource ----------------------------------------------------------------------------------


def test_one_resource_is_a_fact_and_a_complete_list_of_one():
    site = f"{GROUP}/providers/Microsoft.Web/sites/points"
    body = {
        "id": f"{site}/config/web",
        "type": "Microsoft.Web/sites/config",
        "properties": {"ftpsState": "Disabled"},
    }
    azure = ScriptedAzure().says(f"{site}/config/web", ok(body))
    outcome = reader(azure).read(CONFIG, parent(site))
    assert outcome.facts[0].id == arm.canonical(f"{site}/config/web")
    assert outcome.listing == Listing(CONFIG.kind, arm.canonical(site), 1)


@pytest.mark.parametrize("sent", [f"{SERVER}/databases/p", "/subscriptions/other/x", None, 3])
def test_one_resource_goes_by_its_path_whatever_id_the_answer_carries(sent):
    azure = ScriptedAzure().says(
        f"{SERVER}/databases/p/transparentDataEncryption/current",
        ok({"id": sent, "properties": {"state": "Enabled"}}),
    )
    outcome = reader(azure).read(TDE, parent(f"{SERVER}/databases/p"))
    assert outcome.facts[0].id == arm.canonical(f"{SERVER}/databases/p/transparentDataEncryption/current")
    assert outcome.facts[0].scope == arm.canonical(f"{SERVER}/databases/p")


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (ok({}), "answer: neither id nor properties"),
        (ok({"id": None, "properties": []}), "answer: neither id nor properties"),
        (ok([{"id": "/x"}]), "answer: not a JSON object"),
        (ok(None), "answer: not a JSON object"),
        (ok({"error": {"code": "Busy"}, "properties": {}}), "answer: an error with status 200"),
        (Answer(200, {}, b"<html>"), "answer: not JSON"),
        (Answer(204, {}, b""), "answer: without content"),
    ],
)
def test_an_answer_that_is_no_resource_is_a_gap(answer, detail):
    azure = ScriptedAzure()
    azure.otherwise = lambda path: answer
    outcome = reader(azure).read(TDE, parent(f"{SERVER}/databases/p"))
    assert (outcome.facts, outcome.listing) == ((), None)
    assert [(gap.reason, gap.detail) for gap in outcome.gaps] == [(Reason.UNAVAILABLE, detail)]


def test_azures_letter_case_is_kept_in_the_request_and_odd_letters_are_quoted():
    group = f"{SUB}/resourceGroups/架空 (1)"
    azure = ScriptedAzure()
    azure.otherwise = lambda path: ok({"id": "/x"})
    reader(azure).read(CONFIG, parent(f"{group}/providers/Microsoft.Web/Sites/A%B"))
    assert azure.asked == [
        f"{SUB}/resourceGroups/%E6%9E%B6%E7%A9%BA%20(1)/providers/Microsoft.Web/Sites/A%25B/config/web?api-version=2023-12-01"
    ]


# -- what truthfully is not there ------------------------------------------------------------------


def test_a_named_answer_means_that_there_is_none():
    at = account("a")["id"]
    azure = ScriptedAzure().says(f"{at}/blobServices/default", error(400, "FeatureNotSupportedForAccount"))
    outcome = reader(azure).read(BLOBS, parent(at))
    assert outcome.listing == Listing(BLOBS.kind, arm.canonical(at), 0, "FeatureNotSupportedForAccount")
    assert outcome.gaps == ()


@pytest.mark.parametrize(
    "answer",
    [
        error(409, "FeatureNotSupportedForAccount"),
        error(400, "BadRequest"),
        error(404, "ResourceNotFound"),
        refused(),
        error(400),
    ],
)
def test_any_other_answer_does_not(answer):
    at = account("a")["id"]
    azure = ScriptedAzure().says(f"{at}/blobServices/default", answer)
    outcome = reader(azure).read(BLOBS, parent(at))
    assert outcome.listing is None
    assert len(outcome.gaps) == 1


def test_a_list_that_has_begun_cannot_be_one_that_is_not_there():
    some = replace(ACCOUNTS, none_when=((400, "FeatureNotSupportedForAccount"),))
    azure = ScriptedAzure().says(
        ACCOUNTS_PATH, page(link=linked("1")), error(400, "FeatureNotSupportedForAccount")
    )
    outcome = reader(azure).read(some, WHOLE)
    assert outcome.listing is None
    assert [gap.reason for gap in outcome.gaps] == [Reason.CUT_SHORT]


def test_nothing_is_asked_of_master():
    azure = ScriptedAzure()
    outcome = reader(azure).read(TDE, parent(f"{SERVER}/databases/master"))
    assert outcome.listing == Listing(
        TDE.kind, arm.canonical(f"{SERVER}/databases/master"), 0, "system-database"
    )
    assert azure.asked == []


# -- items that are read one by one ----------------------------------------------------------------


def test_a_list_that_leaves_things_out_gives_its_items_to_be_read_again():
    site = {"id": f"{GROUP}/providers/Microsoft.Web/sites/Points", "properties": {}}
    azure = ScriptedAzure().says(SITES.plain_path(WHOLE), page(site))
    outcome = reader(azure).read(SITES, WHOLE)
    assert outcome.facts == ()
    assert outcome.listing.count == 1
    assert [item.path for item in outcome.again] == [site["id"]]

    azure.says(site["id"], ok({**site, "identity": {"type": "SystemAssigned"}}))
    again = reader(azure).read_item(SITES, arm.canonical(SUB), outcome.again[0])
    assert again.facts[0].body["identity"]["type"] == "SystemAssigned"
    assert (again.facts[0].id, again.facts[0].scope) == (arm.canonical(site["id"]), arm.canonical(SUB))
    assert again.listing is None


def test_an_item_that_cannot_be_read_is_a_gap_of_its_own():
    item = Scope.named(f"{GROUP}/providers/Microsoft.Web/sites/Points")
    azure = ScriptedAzure().says(item.path, refused("Microsoft.Web/sites/Read"))
    outcome = reader(azure).read_item(SITES, arm.canonical(SUB), item)
    assert outcome.facts == ()
    assert [(gap.scope, gap.kind, gap.action) for gap in outcome.gaps] == [
        (item.id, SITES.kind, "Microsoft.Web/sites/Read")
    ]


def test_a_shares_policies_come_from_its_own_answer():
    service = f"{account('a')['id']}/fileServices/default"
    azure = ScriptedAzure().says(
        f"{service}/shares", page({"id": f"{service}/shares/s", "name": "s", "properties": {}})
    )
    azure.says(
        f"{service}/shares/s",
        ok({"id": f"{service}/shares/s", "properties": {"signedIdentifiers": [{"id": "x"}]}}),
    )
    outcome = reader(azure).read(SHARES, parent(service))
    again = reader(azure).read_item(SHARES, arm.canonical(service), outcome.again[0])
    assert again.facts[0].body["properties"]["signedIdentifiers"] == [{"id": "x"}]


# -- ids that are followed -------------------------------------------------------------------------

GROUPS = row("microsoft.insights/actiongroups")
ELSEWHERE = "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/ops/providers/microsoft.insights/actionGroups/Ops"


def look_up(answer):
    azure = ScriptedAzure().says(ELSEWHERE, answer)
    return reader(azure).look_up(GROUPS, ELSEWHERE), azure


def test_a_followed_id_gives_a_fact_that_stands_for_itself():
    outcome, azure = look_up(ok({"id": ELSEWHERE, "properties": {"enabled": True}}))
    own = arm.canonical(ELSEWHERE)
    assert [(fact.kind, fact.id, fact.scope) for fact in outcome.facts] == [(GROUPS.kind, own, own)]
    assert azure.asked == [f"{ELSEWHERE}?api-version=2023-01-01"]


@pytest.mark.parametrize(("status", "code"), NAMES_NOTHING)
def test_a_followed_id_that_names_nothing_is_known_to(status, code):
    outcome, _ = look_up(error(status, code))
    assert outcome.listing == Listing(GROUPS.kind, arm.canonical(ELSEWHERE), 0, code)
    assert (outcome.facts, outcome.gaps) == ((), ())


@pytest.mark.parametrize(
    "answer", [refused(), error(404, "SubscriptionNotFound"), error(404), error(500), ok({})]
)
def test_a_followed_id_that_could_not_be_read_is_a_gap(answer):
    outcome, _ = look_up(answer)
    assert outcome.listing is None
    assert [gap.scope for gap in outcome.gaps] == [arm.canonical(ELSEWHERE)]


# -- the record of a read --------------------------------------------------------------------------


def test_a_read_is_recorded_with_what_it_gave():
    outcome, _ = read_accounts(error(503), page(account("b"), account("a")))
    (read,) = outcome.reads
    assert (read.number, read.method, read.status, read.attempts) == (1, "GET", 200, 2)
    assert read.at == "2026-01-15T09:00:00.000Z"
    assert read.url == f"{ACCOUNTS_PATH}?api-version=2023-05-01"
    kept = sorted(fact.raw for fact in outcome.facts)
    assert read.digest == hashlib.sha256(b"".join(raw + b"\n" for raw in kept)).hexdigest()
    assert {fact.read for fact in outcome.facts} == {1}


def test_a_read_that_failed_is_recorded_too():
    (read,) = read_accounts(refused())[0].reads
    assert (read.status, read.digest) == (403, None)
    (read,) = read_accounts(Broken(Cause.LATE, "x"))[0].reads
    assert (read.status, read.digest, read.attempts) == (None, None, 2)


def test_a_read_says_where_something_was_taken_out_and_its_address_keeps_no_secret():
    at = f"{GROUP}/providers/Microsoft.Web/sites/points"
    backups = row("microsoft.web/sites/backups")
    item = {
        "id": f"{at}/backups/1",
        "name": "1",
        "properties": {"storageAccountUrl": "https://b.example/c?sig=hush"},
    }
    azure = ScriptedAzure().says(f"{at}/backups", page(item, link=f"{HOST}{at}/backups?sig=hush2"), page())
    outcome = reader(azure).read(backups, parent(at))
    assert outcome.reads[0].redacted == ("value[0].properties.storageAccountUrl",)
    everything = f"{outcome.reads}{[fact.raw for fact in outcome.facts]}"
    assert "hush" not in everything
    assert azure.asked[1].endswith("sig=hush2"), "Azure is asked with the link that it gave"


def test_every_read_has_its_own_number():
    azure = ScriptedAzure().says(ACCOUNTS_PATH, page())
    one = reader(azure)
    numbers = [one.read(ACCOUNTS, WHOLE).reads[0].number for _ in range(3)]
    assert numbers == [1, 2, 3]


# -- Azure's own words -----------------------------------------------------------------------------


@pytest.mark.skipif(absent(RECORDED) != "", reason=absent(RECORDED))
@pytest.mark.parametrize("kind", ["storage-storageaccounts", "web-serverfarms", "sql-servers", "network-virtualnetworks",
                                  "authorization-roleassignments", "insights-metricalerts", "authorization-locks"])  # fmt: skip
def test_recorded_lists_are_read_whole(kind):
    named = f"microsoft.{kind.replace('-', '/')}"
    source = replace(row(named), each=False)
    for line in (RECORDED / f"microsoft.{kind}.jsonl").read_text(encoding="utf-8").splitlines():
        recorded = json.loads(line)
        if recorded["kind"] != "list" or recorded["provenance"] != "recorded":
            continue
        azure = ScriptedAzure()
        azure.otherwise = lambda path, body=recorded["body"]: ok({**body, "nextLink": None})
        outcome = reader(azure).read(source, WHOLE)
        ids = {arm.canonical(item["id"]) for item in recorded["body"]["value"]}
        assert {fact.id for fact in outcome.facts} == ids
        assert outcome.listing.count == len(ids)


def test_the_subscription_is_read_by_its_own_path():
    azure = ScriptedAzure().says(SUB, ok({"id": SUB, "subscriptionId": GUID, "displayName": "架空市"}))
    outcome = reader(azure).read(row("microsoft.resources/subscriptions"), WHOLE)
    assert outcome.facts[0].id == outcome.facts[0].scope == arm.canonical(SUB)
