"""What an author gets wrong in a check or a profile is told by file, line and column, with what to do about it."""

from __future__ import annotations

import pytest

from tests.cli.desk import Mistake

FILE = "mine/storage/owner-named.yaml"
CHECK = """\
title: {en: The account names its owner, ja: 所有者が明記されている}
severity: low
since: "0.1"
resource: microsoft.storage/storageaccounts
why: {en: Nobody mends what nobody owns., ja: 所有者がいなければ是正されない。}
settings: {least: 1}
read:
  owner: {field: tags.owner, absent: ""}
let:
  named: owner != ""
expect:
  - that: named && size(owner) >= settings.least
    else: {en: "the owner is '{owner}'", ja: "所有者が「{owner}」である"}
fix: {en: Set the tag., ja: タグを設定する。}
refs: [https://example.com/tags]
scene:
  subject: account
  account:
    id: /subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/points
    tags: {owner: 市民課}
examples:
  - {it: named, verdict: pass}
  - {it: not named, without: [account.tags.owner], verdict: fail}
  - {it: unreadable, change: {account: {gap: refused}}, verdict: unknown}
"""

PROFILE_FILE = "standards/kakuu.yaml"
PROFILE = """\
title: {en: The city's own standard, ja: 架空市の基準}
source:
  document: 架空市の資料
  section: "２"
  status: unverified
  status-note: {en: nothing is known, ja: 確認できていない。}
criteria:
  - id: kakuu-1
    text: 通信を暗号化すること。
    met-by: {all-of: [storage/https-only, appservice/https-only]}
    settings: {}
"""

KNOWN_TYPES = "known: boolean, list, map, number, text"
TYPES = "add 'type: text | number | boolean | list | map', 'one-of:' or 'absent:'"
TAKES = "compare values of one type, and give a word what docs/words.md says that it takes"
NOWHERE = "start it with a name of the scene"


def edited(text, old, new):
    assert text.count(old) == 1, f"'{old}' stands {text.count(old)} times"
    return text.replace(old, new)


def test_the_check_by_itself_is_right(desk):
    desk.write(FILE, CHECK)
    ended = desk.run("checks", "test", "mine")
    assert (ended.code, ended.out, ended.err) == (0, "", "1 checks, 3 examples, 0 wrong\n")


@pytest.mark.parametrize(
    ("old", "new", "at", "title", "hint"),
    [
        # names
        ("that: named &&", "that: nmed &&", "12:11", "nothing is called 'nmed'", "did you mean 'named'?"),
        ("size(owner)", "siz(owner)", "12:23", "nothing is called 'siz'", "did you mean 'size'?"),
        ("settings.least", "settings.leest", "12:11", "the check has no setting 'leest'", "add it under 'settings:'"),
        ("'{owner}'", "'{ownr}'", "12:11", "the message names '{ownr}', which is no name of the check", "use a name from 'read:', 'let:' or 'settings.'"),
        ("  owner: {field", "  Owner: {field", "8:3", "'Owner' cannot be a name", "use lower case letters, digits and _, and no word that CEL keeps for itself"),
        ("  named: owner", "  owner: owner", "10:3", "the name 'owner' stands twice", "rename one of them"),
        # expressions
        ('named: owner != ""', 'named: owner != ("', "10:20", "the expression is wrong: Syntax error: token recognition error at: '\"'", "mend the brackets, the quotes or the operators"),
        ("size(owner) >= settings.least", "owner > 3", "12:26", "'>' does not take (string, int)", TAKES),
        ("named && size(owner) >= settings.least", "size(owner)", "12:11", "the clause gives a number, not true or false", "compare it with something"),
        ("named && size(owner) >= settings.least", "[named]", "12:11", "'that' must be an expression", "write it as a text, in quotes if need be"),
        # the fields of the form
        ("field: tags.owner", "field: tags..owner", "8:10", "'tags..owner' is not a path", "write a.b, a['b.c'] or a[0]"),
        (', absent: ""', "", "8:10", "read 'owner' does not say its type", TYPES),
        ('absent: ""', "type: txt", "8:36", "'type' cannot be 'txt'", "did you mean 'text'?"),
        ('absent: ""', "type: 5", "8:36", "'type' cannot be '5'", KNOWN_TYPES),
        ('absent: ""', "type: [text]", "8:36", "'type' must be one word", KNOWN_TYPES),
        ('absent: ""', "one-of: [a, b], absent: c", "8:10", "read 'owner': 'c' is not one of its words", "add it to 'one-of'"),
        ("severity: low", "severity: lwo", "2:11", "'severity' cannot be 'lwo'", "did you mean 'low'?"),
        ('since: "0.1"', "since: 0.1", "3:8", "'since' must be a text", "write a text after 'since:'"),
        ("refs: [https://example.com/tags]", "refs: https://example.com/tags", "15:7", "'refs' must be a list", "write '- item' lines or [a, b]"),
        ("ja: タグを設定する。", 'ja: ""', "14:6", "'fix' is empty in 'ja'", "write the text"),
        # kinds
        ("resource: microsoft.storage/storageaccounts", "resource: microsoft.storage/storageacounts", "4:11", "nothing reads the kind 'microsoft.storage/storageacounts'", "did you mean 'microsoft.storage/storageaccounts'?"),
        ("resource: microsoft.storage/storageaccounts", "resource: Microsoft.Storage/storageAccounts", "4:11", "'Microsoft.Storage/storageAccounts' is not a kind of fact", "write the ARM type in lower case: microsoft.sql/servers"),
        ("{field: tags.owner,", "{from: blobservice, field: tags.owner,", "8:10", "read 'owner': nothing reads 'blobservice' under what is judged", "did you mean 'blobservices'?"),
        # YAML
        ("severity: low", "severity: low\nseverity: high", "3:1", "the key 'severity' stands twice", "keep one of them"),
        ("severity: low", "severity: low: high", "2:14", "this is not YAML: mapping values are not allowed here", "mend the line"),
        ("  owner: {field", "\towner: {field", "8:1", "this is not YAML: found character '\\t' that cannot start any token", "mend the line"),
        # scene and examples
        ("subject: account", "subject: acount", "1:1", "the scene does not say who is judged", "add 'subject: <a name in the scene>'"),
        ("[account.tags.owner]", "[account.tags.ownr]", "23:5", "the path 'account.tags.ownr' leads nowhere in the scene", NOWHERE),
        ("change: {account:", "change: {acount:", "24:5", "the path 'acount' leads nowhere in the scene", NOWHERE),
        ("gap: refused", "gap: refsed", "24:5", "nothing is unreadable because it is 'refsed'", "did you mean 'refused'?"),
        ("verdict: fail", "verdict: error", "23:61", "'verdict' cannot be 'error'", "known: fail, not-applicable, pass, unknown"),
        ("verdict: fail}", "settings: {lest: 2}, verdict: fail}", "23:5", "the check 'storage/owner-named' has no setting 'lest'", "did you mean 'least'?"),
    ],
    ids=lambda part: part.splitlines()[0] if part else "",
)  # fmt: skip
def test_a_mistake_in_a_check(desk, old, new, at, title, hint):
    desk.write(FILE, edited(CHECK, old, new))
    desk.is_told(("checks", "test", "mine"), Mistake(f"{FILE}:{at}", title, hint))


def test_a_scan_says_it_before_it_reads_anything(desk):
    desk.write(FILE, edited(CHECK, "that: named &&", "that: nmed &&"))
    desk.is_told(
        ("scan", "--auth", "environment", "--checks", "mine"),
        Mistake(f"{FILE}:12:11", "nothing is called 'nmed'", "did you mean 'named'?"),
    )


def test_every_mistake_is_told_at_once(desk):
    desk.write(FILE, edited(edited(CHECK, "severity: low", "severty: low"), "verdict: fail", "verdict: fial"))
    desk.write("mine/sql/broken.yaml", "title: [")
    desk.is_told(
        ("checks", "test", "mine"),
        Mistake(
            "mine/sql/broken.yaml:1:9",
            "this is not YAML: expected the node content, but found '<stream end>'",
            "mend the line",
        ),
        Mistake(f"{FILE}:1:1", "the check lacks 'severity'", "add 'severity:'"),
        Mistake(f"{FILE}:23:61", "'verdict' cannot be 'fial'", "did you mean 'fail'?"),
        Mistake(f"{FILE}:2:1", "the check has no 'severty'", "did you mean 'severity'?"),
    )


@pytest.mark.parametrize(
    ("name", "content", "place", "title", "hint"),
    [
        (FILE, b"", f"{FILE}:1:1", "the file is empty", "write it, or remove it"),
        (FILE, b"# nothing yet\n", f"{FILE}:1:1", "the file is empty", "write it, or remove it"),
        (FILE, b"- a\n- b\n", f"{FILE}:1:1", "the check must be a mapping", "write 'key: value' lines"),
        (FILE, CHECK.encode("cp932"), f"{FILE}:1", "the file is not UTF-8 (byte 45)", "save it as UTF-8"),
        ("mine/owner-named.yaml", CHECK.encode(), "mine/owner-named.yaml:1:1", "'owner-named' cannot be a check's id", "name the file <service>/<required-state>.yaml in lower case with hyphens"),
        ("mine/storage/Owner_Named.yaml", CHECK.encode(), "mine/storage/Owner_Named.yaml:1:1", "'storage/Owner_Named' cannot be a check's id", "name the file <service>/<required-state>.yaml in lower case with hyphens"),
        ("mine/storage/owner-named.yml", CHECK.encode(), "mine/storage/owner-named.yml", "a file that ends in .yml is not read", "rename it to owner-named.yaml"),
        ("mine/storage/https-only.yaml", CHECK.encode(), "mine/storage/https-only.yaml:1:1", "a check 'storage/https-only' exists already", "rename the file, or add 'replaces: true' to take its place"),
        (FILE, CHECK.encode() + b"replaces: true\n", f"{FILE}:1:1", "there is no check 'storage/owner-named' to replace", "remove 'replaces:'"),
    ],
    ids=["empty", "a comment", "a list", "not UTF-8", "no service", "capitals", ".yml", "ours", "replaces nothing"],
)  # fmt: skip
def test_a_file_that_is_no_check(desk, name, content, place, title, hint):
    desk.write(name, content)
    desk.is_told(("checks", "test", "mine"), Mistake(place, title, hint))


def test_a_check_of_ours_may_be_replaced_by_one_that_says_so(desk):
    desk.write("mine/storage/https-only.yaml", CHECK + "replaces: true\n")
    assert desk.run("checks", "test", "mine").code == 0


def test_a_wrong_example_fails_the_test_of_the_checks(desk):
    desk.write(FILE, edited(CHECK, "verdict: fail", "verdict: pass"))
    ended = desk.run("checks", "test", "mine")
    assert ended.code == 1
    assert ended.out.splitlines() == [
        f"{FILE}:1:1: no example shows 'fail'",
        f"{FILE}:23:5: not named: promised pass, judged fail",
        "    the owner is 'none'",
    ]
    assert ended.err == "1 checks, 3 examples, 2 wrong\n"
    ended = desk.run("checks", "test", FILE, language="ja")
    assert ended.code == 1
    assert ended.out.splitlines() == [
        f"{FILE}:1:1: 「不適合」の例がない",
        f"{FILE}:23:5: not named: 例では「適合」、判定は「不適合」",
        "    所有者が「なし」である",
    ]
    assert ended.err == "チェック 1 件、例 3 件、相違 2 件\n"


@pytest.mark.parametrize(
    ("old", "new", "at", "title", "hint"),
    [
        ("storage/https-only, ", "storage/htps-only, ", "10:23", "there is no check 'storage/htps-only'", "did you mean 'storage/https-only'?"),
        ("all-of:", "all_of:", "10:14", "'met-by' has no 'all_of'", "did you mean 'all-of'?"),
        ("settings: {}", "settings: {storage/https-only: {strict: true}}", "11:37", "the check 'storage/https-only' has no setting 'strict'", "drop it: the check has no settings"),
        ("settings: {}", "settings: {sql/auditing-on: {}}", "11:16", "'sql/auditing-on' is not used here", "drop its settings"),
        ("status: unverified", "status: in force", "5:11", "'status' cannot be 'in force'", "did you mean 'in-force'?"),
        ("status: unverified", "status: in-force", "3:3", "'status: in-force' names no source", "add 'status-sources:', or write 'status: unverified'"),
        ("text: 通信を暗号化すること。", "text: [a]", "9:11", "'text' must be a text", "write the standard's words after 'text:', or yours as {en: …, ja: …}"),
        ("id: kakuu-1", "id: kakuu-1\n    id: kakuu-2", "9:5", "the key 'id' stands twice", "keep one of them"),
        ("settings: {}", "like: kakuu-9", "11:11", "there is no criterion 'kakuu-9'", "did you mean 'kakuu-1'?"),
    ],
    ids=lambda part: part if part else "",
)  # fmt: skip
def test_a_mistake_in_a_profile(desk, old, new, at, title, hint):
    desk.write(PROFILE_FILE, edited(PROFILE, old, new))
    desk.is_told(
        ("profiles", "list", "--profiles", "standards"), Mistake(f"{PROFILE_FILE}:{at}", title, hint)
    )


def test_a_profile_with_the_id_of_one_of_ours(desk):
    name = "standards/chiba-online-linkage.yaml"
    desk.write(name, PROFILE)
    desk.is_told(
        ("profiles", "list", "--profiles", "standards"),
        Mistake(f"{name}:1:1", "a profile 'chiba-online-linkage' exists already", "rename the file"),
    )


def test_a_profile_may_set_what_a_check_has_and_only_in_its_type(desk):
    met_by = "{all-of: [storage/https-only, appservice/https-only]}"
    wide = edited(
        edited(PROFILE, met_by, "storage/network-default-deny"),
        "settings: {}",
        "settings: {storage/network-default-deny: {widest_prefix: wide}}",
    )
    desk.write(PROFILE_FILE, wide)
    desk.is_told(
        ("profiles", "list", "--profiles", "standards"),
        Mistake(
            f"{PROFILE_FILE}:11:47",
            "the setting 'widest_prefix' of 'storage/network-default-deny' cannot be \"wide\"",
            "give it a value of the same type as its default, 24",
        ),
    )
