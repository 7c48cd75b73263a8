"""Every way in which a user can err is told with its place and the next step, in both languages, never as a traceback."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from azlinkscan.report import FORMATS
from tests.cli.desk import Mistake, repacked, with_field

CITY = Path(__file__).parents[2] / "fixtures" / "kakuu-city" / "snapshot.zip"
ASSESS = ("assess", "city.zip")
SEGMENT = "00000000-0000-0000-0000-000000000001"


@pytest.fixture(autouse=True)
def city(desk):
    (desk.here / "city.zip").symlink_to(CITY)


# --- the command line itself ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "place", "title", "hint"),
    [
        (
            ("scn",),
            "azlinkscan",
            "there is no command 'scn'",
            "did you mean 'scan'? (see `azlinkscan --help`)",
        ),
        (
            ("checks", "zzz"),
            "azlinkscan checks",
            "there is no command 'zzz'",
            "known: list, show, test (see `azlinkscan checks --help`)",
        ),
        (
            ("checks", "lst"),
            "azlinkscan checks",
            "there is no command 'lst'",
            "did you mean 'list'? (see `azlinkscan checks --help`)",
        ),
        (
            ("scan", "--profil", "x"),
            "azlinkscan scan",
            "there is no option '--profil'",
            "did you mean '--profile'? (see `azlinkscan scan --help`)",
        ),
        (
            ("--langage",),
            "azlinkscan",
            "there is no option '--langage'",
            "known: --help, --version (see `azlinkscan --help`)",
        ),
        (("assess",), "azlinkscan assess", "SNAPSHOT is missing", "add it; see `azlinkscan assess --help`"),
        (
            ("collect",),
            "azlinkscan collect",
            "-o / --out is missing",
            "add it; see `azlinkscan collect --help`",
        ),
        (
            ("explain", "storage/https-only", "x"),
            "azlinkscan explain",
            "--snapshot is missing",
            "add it; see `azlinkscan explain --help`",
        ),
        (("assess", "--check"), "--check", "the value is missing", "write it behind the option"),
        (("scan", "--plan=yes"), "--plan", "this option takes no value", "drop the value"),
        (
            ("schema", "check", "more"),
            "azlinkscan schema",
            "too many words: more",
            "drop them; see `azlinkscan schema --help`",
        ),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else None,
)
def test_a_wrong_command_line(desk, arguments, place, title, hint):
    desk.is_told(arguments, Mistake(place, title, hint))


@pytest.mark.parametrize(
    "arguments", [(), ("checks",), ("profiles",)], ids=["azlinkscan", "checks", "profiles"]
)
def test_without_a_command_the_help_is_shown(desk, arguments):
    ended = desk.run(*arguments)
    assert (ended.code, ended.err) == (2, "")
    assert "Usage: azlinkscan" in ended.out


# --- names and values that are given with a flag -------------------------------------------------------------

WAYS = "auto, cli, environment, managed-identity, workload-identity, browser, device-code, pipelines"
FORMAT_NAMES = ", ".join(sorted(form.name for form in FORMATS))
PROFILES = "known: chiba-online-linkage, cis-azure-foundations-5.0, microsoft-cloud-security-benchmark-v1, stated-measures, yachiyo-online-linkage"
A_WRITABLE_FILE = "name a file in a folder that exists and that you may write to"


@pytest.mark.parametrize(
    ("arguments", "place", "title", "hint"),
    [
        ((*ASSESS, "--check", "storage/htps-only"), "--check", "there is no check 'storage/htps-only'", "did you mean 'storage/https-only'?"),
        ((*ASSESS, "--check", "!sqll/*"), "--check", "there is no check 'sqll/*'", "did you mean 'sql/*'?"),
        ((*ASSESS, "--severity", "hgih"), "--severity", "there is no severity 'hgih'", "did you mean 'high'?"),
        ((*ASSESS, "--severity", "!nfo"), "--severity", "there is no severity 'nfo'", "did you mean 'info'?"),
        ((*ASSESS, "--profile", "kakuu"), "--profile", "there is no profile 'kakuu'", PROFILES),
        ((*ASSESS, "--profile", "chiba"), "--profile", "there is no profile 'chiba'", "did you mean 'chiba-online-linkage'?"),
        (
            (*ASSESS, "--check", "ase/in-use", "--severity", "info"),
            "--check",
            "the choice leaves no check",
            "widen --check, --severity or --profile",
        ),
        ((*ASSESS, "--fail-on", "hgih"), "--fail-on", "there is no severity 'hgih'", "did you mean 'high'?"),
        ((*ASSESS, "--lang", "fr"), "--lang", "there is no language 'fr'", "write ja or en"),
        ((*ASSESS, "--timezone", "Asia/Tokio"), "--timezone", "there is no time zone 'Asia/Tokio'", "write one like Asia/Tokyo"),
        ((*ASSESS, "--format", "jsn"), "--format", "'jsn' is no format that we write", "did you mean 'json'?"),
        ((*ASSESS, "--format", "zzz"), "--format", "'zzz' is no format that we write", "known: azure-pipelines, csv, github-annotations, json, jsonl, junit, markdown, sarif …"),
        ((*ASSESS, "--output", "report.jsn"), "--output", "'report.jsn' is no format that we write", "did you mean '.json'?"),
        ((*ASSESS, "--at", "yesterday"), "--at", "'yesterday' is no time", "write 2026-04-01 or 2026-04-01T09:00:00+09:00"),
        ((*ASSESS, "--at", "2026-02-30"), "--at", "'2026-02-30' is no time", "write 2026-04-01 or 2026-04-01T09:00:00+09:00"),
        ((*ASSESS, "--at", "0001-01-01T00:00:00+09:00"), "--at", "'0001-01-01T00:00:00+09:00' is no time", "write 2026-04-01 or 2026-04-01T09:00:00+09:00"),
        ((*ASSESS, "--resource-group", ""), "--resource-group", "the pattern is empty", "write a name or a pattern, or leave it out"),
        ((*ASSESS, "--tag", "!"), "--tag", "the pattern is empty", "write a name or a pattern, or leave it out"),
        ((*ASSESS, "--resource", " "), "--resource", "the pattern is empty", "write a name or a pattern, or leave it out"),
        (("schema", "nope"), "NAME", "there is no schema 'nope'", "known: check, diff, profile, result"),
        (("checks", "show", "storage/htps-only"), "ID", "there is no check 'storage/htps-only'", "did you mean 'storage/https-only'?"),
        (("profiles", "show", "yachiyo"), "ID", "there is no profile 'yachiyo'", "did you mean 'yachiyo-online-linkage'?"),
        (("checks", "list", "--checks", "nowhere"), "--checks", "there is no folder nowhere", "give a folder of YAML files"),
        (("profiles", "list", "--profiles", "nowhere"), "--profiles", "there is no folder nowhere", "give a folder of YAML files"),
        (("checks", "test", "nowhere"), "nowhere", "the file cannot be read: there is no such file or folder", "check the path and its rights"),
        (
            ("checks", "test", "home"),
            "--checks",
            "there is no YAML file in home",
            "name the files *.yaml, or give the folder above them",
        ),
        (("scan", "--auth", "magic"), "--auth", "there is no way to sign in called 'magic'", f"give one of: {WAYS}"),
        (
            ("scan", "--cloud", "moon"),
            "--cloud",
            "there is no cloud 'moon'",
            "give public, usgov, china, or a TOML or JSON file that describes a cloud",
        ),
        (
            ("scan", "--cloud", "moon.toml"),
            "moon.toml",
            "the cloud's file cannot be read: there is no such file or folder",
            "name a TOML or JSON file, in UTF-8, that describes a cloud",
        ),
        (
            ("scan", "--subscription", "points"),
            "--subscription",
            "'points' is not a subscription id",
            "list the ids that you can use: az account list --output table",
        ),
        (
            ("scan", "--all-subscriptions", "--subscription", SEGMENT),
            "--all-subscriptions",
            "--subscription and --all-subscriptions each say which subscriptions are scanned",
            "give one of them",
        ),
        (("scan", "--deadline", "soon"), "--deadline", "'soon' is no length of time", "write 90s, 30m or 2h"),
        (("scan", "--deadline", "0m"), "--deadline", "'0m' is no length of time", "write 90s, 30m or 2h"),
        (("scan", "--inventory", "memory"), "--inventory", "there is no inventory called 'memory'", "one of: arm, resource-graph"),
        (("scan", "--resume"), "--resume", "there is no unfinished scan", "begin one without --resume"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else None,
)  # fmt: skip
def test_a_wrong_name_or_value(desk, arguments, place, title, hint):
    desk.is_told(arguments, Mistake(place, title, hint))


@pytest.mark.parametrize(
    ("given", "title", "hint"),
    [
        ("storage/redundancy", "'storage/redundancy' is no setting", "write CHECK:NAME=VALUE"),
        (":widest_prefix=28", "':widest_prefix=28' is no setting", "write CHECK:NAME=VALUE"),
        (
            "storage/network-default-deyn:widest_prefix=28",
            "there is no check 'storage/network-default-deyn'",
            "did you mean 'storage/network-default-deny'?",
        ),
        (
            "storage/network-default-deny:widest=28",
            "the check 'storage/network-default-deny' has no setting 'widest'",
            "did you mean 'widest_prefix'?",
        ),
        (
            "storage/network-default-deny:widest_prefix=wide",
            "the setting 'widest_prefix' of 'storage/network-default-deny' cannot be \"wide\"",
            "give it a value of the same type as its default, 24",
        ),
        (
            "storage/network-default-deny:widest_prefix=true",
            "the setting 'widest_prefix' of 'storage/network-default-deny' cannot be true",
            "give it a value of the same type as its default, 24",
        ),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        ASSESS,
        ("scan", "--auth", "environment"),
        ("explain", "storage/https-only", "kakuuptsold", "--snapshot", "city.zip"),
    ],
    ids=["assess", "scan", "explain"],
)
def test_a_wrong_set(desk, command, given, title, hint):
    desk.is_told((*command, "--set", given), Mistake("--set", title, hint))


def test_a_resource_that_nothing_or_more_than_one_thing_is_called(desk):
    explain = ("explain", "--snapshot", "city.zip")
    desk.is_told(
        (*explain, "storage/https-only", "kakuuptsoldd"),
        Mistake(
            "RESOURCE",
            "nothing that storage/https-only judges is named 'kakuuptsoldd'",
            "did you mean 'kakuuptsold'?",
        ),
    )
    servers = f"/subscriptions/{SEGMENT}/resourceGroups/rg-points-data/providers/Microsoft.Sql/servers"
    listed = ", ".join(
        f"{servers}/{name}/databases/master"
        for name in ("sql-partner", "sql-points-west", "sql-points", "sql-report")
    )
    desk.is_told(
        (*explain, "sql/encrypted-at-rest", "master"),
        Mistake("RESOURCE", "'master' fits 4 resources", f"give one of: {listed}"),
    )
    desk.is_told(
        (*explain, "compute/no-virtual-machine", "x"),
        Mistake(
            "CHECK",
            "there is no check 'compute/no-virtual-machine'",
            "did you mean 'compute/no-virtual-machines'?",
        ),
    )


# --- where things are written --------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", [("--output", "json={}"), ("--result", "{}")], ids=["--output", "--result"])
@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("nowhere/report.json", "there is no such file or folder"),
        ("home", "it is a folder"),
        ("city.zip/report.json", "a file stands where a folder should be"),
        (f"{'n' * 300}.json", "the name is too long"),
    ],
    ids=["no folder", "a folder", "below a file", "too long"],
)
def test_a_place_that_cannot_be_written(desk, flag, place, why):
    option, form = flag
    desk.is_told(
        (*ASSESS, option, form.format(place)),
        Mistake(place, f"the file cannot be written: {why}", A_WRITABLE_FILE),
    )
    assert not list(desk.here.glob("*.part"))


@pytest.mark.parametrize("flag", ["--snapshot", "--result"])
def test_a_scan_knows_a_place_that_cannot_be_written_before_it_reads(desk, flag):
    desk.is_told(
        ("scan", "--auth", "environment", flag, "nowhere/kept.zip"),
        Mistake(
            "nowhere/kept.zip", "the file cannot be written: there is no such file or folder", A_WRITABLE_FILE
        ),
    )


def test_a_folder_that_is_not_ours_to_write(desk, monkeypatch):
    # Root may write everywhere, so the refusal is the system's word rather than a folder's mode.
    (desk.here / "theirs").mkdir()
    opened = Path.open

    def refused(path, *given, **named):
        if path.parent.name == "theirs":
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, *given, **named)

    monkeypatch.setattr(Path, "open", refused)
    desk.is_told(
        (*ASSESS, "--output", "theirs/report.json"),
        Mistake("theirs/report.json", "the file cannot be written: access is denied", A_WRITABLE_FILE),
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_is_full(desk):
    desk.is_told(
        (*ASSESS, "--check", "storage/https-only", "--output", "json=/dev/full"),
        Mistake("/dev/full", "the file cannot be written: the disk is full", A_WRITABLE_FILE),
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("--output", "json=-", "--output", "sarif=-"),
        ("--format", "json", "--output", "-"),
        ("--format", "json", "--output", "table=-"),
    ],
    ids=" ".join,
)
def test_two_documents_on_stdout(desk, arguments):
    desk.is_told(
        (*ASSESS, *arguments),
        Mistake("--output", "two formats cannot both go to stdout", "give one of them a path of its own"),
    )


def test_two_documents_in_one_file(desk):
    desk.is_told(
        (*ASSESS, "--output", "json=report", "--output", "sarif=report"),
        Mistake("--output", "report is given twice", "give one of them a path of its own"),
    )


# --- snapshots and results that are something else -----------------------------------------------------------

AGAIN = "take the file from where it was made"
OURS = "give a snapshot that azlinkscan wrote"


def cut(path):
    path.write_bytes(CITY.read_bytes()[:5000])


def changed(**members):
    named = {"header": "header.json", "closing": "closing.json", "segment": f"segments/{SEGMENT}.jsonl"}
    return lambda path: repacked(
        CITY.read_bytes(), path, {named[name]: change for name, change in members.items()}
    )


def spoilt(path):
    content = bytearray(CITY.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "title", "hint"),
    [
        (lambda path: None, "the file cannot be read: there is no such file or folder", OURS),
        (lambda path: path.mkdir(), "the file cannot be read: it is a folder", OURS),
        (lambda path: path.write_text(""), "the file is no snapshot, or was cut off", OURS),
        (lambda path: path.write_text("a letter"), "the file is no snapshot, or was cut off", OURS),
        (cut, "the file is no snapshot, or was cut off", OURS),
        (changed(header=lambda content: None), "the file has no header.json: it is no snapshot", OURS),
        (changed(header=lambda content: b"[]"), "header.json is no mapping", OURS),
        (changed(closing=lambda content: None), "the snapshot has no closing record: it was cut off", AGAIN),
        (changed(segment=lambda content: None), f"the segment {SEGMENT} is missing", AGAIN),
        (changed(segment=lambda content: content.replace(b"Deny", b"Dent")), f"the segment {SEGMENT} was altered", AGAIN),
        (
            changed(header=with_field(schema="azlinkscan-snapshot/2")),
            "the file is a snapshot of another version of azlinkscan"
            " ('azlinkscan-snapshot/2', not 'azlinkscan-snapshot/1')",
            "use the version of azlinkscan that wrote it",
        ),
        (
            changed(header=with_field(schema="a-letter")),
            "the file says 'a-letter', not 'azlinkscan-snapshot/1'",
            OURS,
        ),
        (
            changed(header=with_field(started="yesterday")),
            "the snapshot is damaged: header: Invalid isoformat string: 'yesterday'",
            "collect again with `azlinkscan collect`",
        ),
    ],
    ids=[
        "missing", "a folder", "empty", "a text", "cut off", "another ZIP", "a list for a header", "no closing record",
        "no segment", "altered", "another version", "another schema", "no start",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "command",
    [("assess", "given.zip"), ("explain", "storage/https-only", "x", "--snapshot", "given.zip")],
    ids=["assess", "explain"],
)
def test_a_snapshot_that_is_none(desk, command, damage, title, hint):
    damage(desk.here / "given.zip")
    desk.is_told(command, Mistake("given.zip", title, hint))


def test_a_snapshot_with_a_spoilt_byte(desk):
    spoilt(desk.here / "given.zip")
    ended = desk.run("assess", "given.zip")
    assert ended.code == 2
    assert ended.err.startswith("error: given.zip: the file is damaged (")
    assert ended.err.endswith(f"  next: {AGAIN}\n")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """One result, from a single check."""
    from tests.fixtures.goldens import judged

    path = tmp_path_factory.mktemp("judged") / "result.zip"
    judged(path)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("members", "title", "hint"),
    [
        ({"closing.json": lambda content: None}, "the result has no closing record: it was cut off", AGAIN),
        (
            {"segments/findings.jsonl": lambda content: content.replace(b'"fail"', b'"pass"')},
            "the segment findings was altered",
            AGAIN,
        ),
        (
            {"header.json": with_field(schema="azlinkscan-result-file/0")},
            "the file is a result of another version of azlinkscan"
            " ('azlinkscan-result-file/0', not 'azlinkscan-result-file/1')",
            "use the version of azlinkscan that wrote it",
        ),
        (
            {"closing.json": with_field(counts={"lawful": 1})},
            "the result is damaged: 'lawful' is not a valid Verdict",
            "assess the snapshot again with `azlinkscan assess`",
        ),
    ],
    ids=["cut off", "altered", "another version", "another verdict"],
)
def test_a_result_that_is_none(desk, result, members, title, hint):
    repacked(result, desk.here / "given.zip", members)
    desk.is_told(("report", "given.zip"), Mistake("given.zip", title, hint))


def test_a_snapshot_for_a_result_and_the_other_way_round(desk, result):
    (desk.here / "result.zip").write_bytes(result)
    desk.is_told(
        ("report", "city.zip"),
        Mistake(
            "city.zip",
            "the file says 'azlinkscan-snapshot/1', not 'azlinkscan-result-file/1'",
            "give a result that azlinkscan wrote",
        ),
    )
    desk.is_told(
        ("assess", "result.zip"),
        Mistake("result.zip", "the file says 'azlinkscan-result-file/1', not 'azlinkscan-snapshot/1'", OURS),
    )


# --- the configuration ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "title", "hint"),
    [
        ('lang = "ja"', 1, "there is no key 'lang'", "did you mean 'language'?"),
        ("[scope]\nsubscription = []", 2, "there is no key 'scope.subscription'", "did you mean 'subscriptions'?"),
        ('profiles = "x"', 1, "'profiles' must be a list", "mend the value"),
        ('# fail-on\nfail-on = "hgih"', 2, "there is no severity 'hgih'", "did you mean 'high'?"),
        ('language = "fr"', 1, "there is no language 'fr'", "write ja or en"),
        ('timezone = "Asia/Tokio"', 1, "there is no time zone 'Asia/Tokio'", "write one like Asia/Tokyo"),
        ('\nprofiles = ["chiba"]', 2, "there is no profile 'chiba'", "did you mean 'chiba-online-linkage'?"),
        ('checks = ["storage/htps-only"]', 1, "there is no check 'storage/htps-only'", "did you mean 'storage/https-only'?"),
        (
            '[settings."storage/network-default-deyn"]\nwidest_prefix = 28',
            1,
            "there is no check 'storage/network-default-deyn'",
            "did you mean 'storage/network-default-deny'?",
        ),
        (
            '\n[settings."storage/network-default-deny"]\nwidest = 28',
            2,
            "the check 'storage/network-default-deny' has no setting 'widest'",
            "did you mean 'widest_prefix'?",
        ),
        (
            '[[networks]]\nrange = "192.0.2.0/24"\nowner = "a"\n\n[[networks]]\nrange = "203.0.113.1/24"\nowner = "b"',
            6,
            "not a network: 203.0.113.1/24 has host bits set",
            'write "203.0.113.0/24"',
        ),
        (
            '[[networks]]\nrange = "192.0.2.0/24"\nowner = "a"\n\n[[networks]]\nrange = "203.0.113.0/24"',
            5,
            "a network lacks 'owner'",
            'add owner = "…"',
        ),
        ('[scope]\ntags = [""]', 1, "the pattern is empty", "write a name or a pattern, or leave it out"),
    ],
    ids=[
        "an unknown key", "an unknown key of the scope", "a text for a list", "a severity", "a language", "a time zone",
        "a profile", "a check", "settings of no check", "no such setting", "no network", "a network without owner",
        "an empty tag",
    ],
)  # fmt: skip
def test_a_wrong_configuration(desk, text, line, title, hint):
    desk.write("azlinkscan.toml", text)
    desk.is_told(ASSESS, Mistake(f"{desk.here}/azlinkscan.toml:{line}", title, hint))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ('auth = "magic"', "there is no way to sign in called 'magic'"),
        ('cloud = "moon"', "there is no cloud 'moon'"),
    ],
)
def test_a_wrong_way_to_azure_in_the_configuration(desk, text, title):
    desk.write("azlinkscan.toml", text)
    ended = desk.run("scan")
    assert ended.code == 2
    assert ended.err.startswith(f"error: {desk.here}/azlinkscan.toml:1: {title}\n  next: give ")


def test_a_configuration_that_cannot_be_read(desk):
    hint = "give an azlinkscan.toml, in UTF-8, that you may read"
    desk.is_told(
        (*ASSESS, "--config", "other.toml"),
        Mistake("other.toml", "the configuration cannot be read: there is no such file or folder", hint),
    )
    desk.write("other.toml", 'language = "日本語"'.encode("cp932"))
    desk.is_told(
        (*ASSESS, "--config", "other.toml"),
        Mistake("other.toml", "the configuration cannot be read: it is not UTF-8", hint),
    )
    desk.write("other.toml", "language = ja")
    desk.is_told(
        (*ASSESS, "--config", "other.toml"),
        Mistake("other.toml:1:12", "this is not TOML: Invalid value", "mend the line"),
    )


# --- signing in ----------------------------------------------------------------------------------------------

OTHERS = "; other ways: --auth auto|"


def test_no_credential_in_the_environment(desk):
    for language in ("en", "ja"):
        ended = desk.run("scan", "--auth", "environment", language=language)
        assert (ended.code, ended.out) == (5, "")
        begin, title, hint = ended.err.splitlines()
        assert "EnvironmentCredential authentication unavailable" in title
        if language == "en":
            assert begin == "reading"
            assert title.startswith(
                "error: sign-in failed (--auth environment, https://login.microsoftonline.com): "
            )
            assert hint.startswith(
                "  next: set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or "
            )
        else:
            assert begin == "読み取り中"
            assert title.startswith(
                "エラー: サインインに失敗した（--auth environment、https://login.microsoftonline.com）："
            )
            assert hint.startswith("  対処: 有効期限内のシークレットを持つアプリ登録の AZURE_TENANT_ID、")


def test_no_azure_cli(desk):
    desk.set(PATH=str(desk.here))
    desk.is_told(
        ("scan", "--auth", "cli"),
        Mistake(
            None,
            "sign-in failed (--auth cli, https://login.microsoftonline.com): Azure CLI not found on path",
            "run 'az login' (in another cloud, 'az cloud set' first); other ways: "
            "--auth auto|environment|managed-identity|workload-identity|browser|device-code|pipelines",
        ),
        code=5,
    )


def test_a_log_that_cannot_be_written(desk):
    desk.is_told(
        ("scan", "--auth", "environment", "--debug", "nowhere/log"),
        Mistake(
            "--debug",
            "the log cannot be written: there is no such file or folder",
            "name a file that you may write to",
        ),
    )


@pytest.fixture
def signed_in(desk, arm_server, kakuu_city):
    arm = arm_server(kakuu_city)
    desk.set(**arm.environment)
    return ("--auth", "environment", "--cloud", str(arm.cloud_file), "--check", "storage/https-only")


def test_a_subscription_that_the_sign_in_does_not_see(desk, signed_in):
    stranger = "00000000-0000-0000-0000-000000000099"
    desk.is_told(
        ("scan", *signed_in, "--subscription", stranger),
        Mistake(
            None,
            f"subscription {stranger} does not exist or is not visible to the signed-in identity",
            "list the ids that you can use: az account list --output table;"
            " for another tenant, sign in there: az login --tenant TENANT",
        ),
        code=5,
    )


def test_several_subscriptions_and_none_is_chosen(desk, signed_in):
    first, second = SEGMENT, "00000000-0000-0000-0000-000000000002"
    desk.is_told(
        ("scan", *signed_in),
        Mistake(
            "--subscription",
            "the sign-in sees 2 subscriptions, and none of them is its default",
            f"name one (--subscription {first}, {second} …) or take all: --all-subscriptions",
        ),
    )


def test_a_state_folder_that_cannot_be_made(desk, signed_in):
    desk.write("taken", "")
    desk.set(XDG_STATE_HOME=f"{desk.here}/taken")
    ended = desk.run("scan", *signed_in, "--all-subscriptions")
    assert ended.code == 5
    assert ended.told.startswith(f"error: {desk.here}/taken/azlinkscan")
    assert ended.told.endswith(
        ": the machine refuses: a file stands where a folder should be\n"
        "  next: make room or give the right, and run it again\n"
    )
