"""What the two SARIF formats share: the tool and its rules, locations, fingerprints, notifications.

SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
What GitHub reads of it: https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from azlinkscan.model import arm
from azlinkscan.model.facts import Gap
from azlinkscan.model.profile import Profile, checks_of
from azlinkscan.model.result import CheckCard, Finding, ResultReader
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict
from azlinkscan.report.criteria import Results, rows
from azlinkscan.report.format import View
from azlinkscan.report.json_stream import Items, Members
from azlinkscan.report.names import resource_name
from azlinkscan.report.phrases import CUT_SHORT, gap_text, message_of, sentence
from azlinkscan.report.plain import plain, shortened

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: Mapping[Severity, str] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
SECURITY_SEVERITIES: Mapping[Severity, str] = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "0.5",
}
"""Within GitHub's bands: over 9.0 critical, from 7.0 high, from 4.0 medium, above 0.0 low."""
TAG_LIMIT = 10
"""GitHub shows no more tags of a rule."""
_DESCRIPTION_LIMIT = 1024
_LANGUAGES = {"ja": "ja-JP", "en": "en-US"}
# "[text](target)" in a plain message is a link (3.11.6), and "{0}" a placeholder (3.11.5).
_LINK = re.compile(r"\[(?=[^\]]*\]\()")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")

Row = dict[str, Any]

DESCRIPTORS: Mapping[str, tuple[str, Text]] = {
    "not-read": ("NotRead", Text("読み取れなかった情報がある。", "Something could not be read.")),
    "not-assessed": ("NotAssessed", Text("判定できなかったものがある。", "Something could not be assessed.")),
    "by-hand": (
        "ByHand",
        Text("目視での確認を要する基準がある。", "A criterion has to be looked at by a person."),
    ),
    "not-covered": (
        "NotCovered",
        Text(
            "Azure から読み取れる情報では示せない基準がある。",
            "Nothing that can be read from Azure shows a criterion.",
        ),
    ),
    "other-results": (
        "OtherResults",
        Text("不適合のほかの判定がある。", "There are findings other than failures."),
    ),
    "cut-short": ("CutShort", CUT_SHORT),
}
"""The kinds of notification: id, friendly name and what it means."""


def log(run: Members) -> Members:
    """A SARIF document of one run."""
    return Members((("$schema", SCHEMA), ("version", "2.1.0"), ("runs", Items([run]))))


def message(text: Text, view: View) -> Row:
    """A plain-text message in which nothing of a value is taken for a link or a placeholder."""
    words = plain(view.said(sentence(text)))
    return {"text": _PLACEHOLDER.sub(r"{{\1}}", _LINK.sub(r"\\[", words))}


def language(view: View) -> str:
    """The language tag of the texts."""
    return _LANGUAGES[view.language]


def automation(reader: ResultReader) -> Row:
    """Which analysis this is, then which run of it: what stands before the last slash stays from scan to scan."""
    header = reader.header
    subscriptions = [arm.name_of(one.id) for one in header.subscriptions]
    where = subscriptions[0] if len(subscriptions) == 1 else "all"
    return {"id": f"azlinkscan/{'+'.join(header.profiles) or 'checks'}/{where}/{header.clock}"}


class Rules:
    """The checks as rules, each with its place in the list."""

    def __init__(self, reader: ResultReader, view: View) -> None:
        self._cards = reader.checks()
        self._profiles = reader.profiles()
        self._view = view
        self._index = {check: number for number, check in enumerate(self._cards)}
        self._serves: dict[str, list[tuple[int, int, str]]] = {}
        for at, profile in enumerate(self._profiles):
            for taxon, criterion in enumerate(profile.leaves()):
                for check in dict.fromkeys(by.check for by in checks_of(criterion)):
                    self._serves.setdefault(check, []).append((at, taxon, criterion.id))

    def tool(self, version: str, *, related: bool) -> Members:
        """The tool; ``related`` ties its rules to the profiles' criteria."""
        driver = Members(
            (
                ("name", "azlinkscan"),
                ("version", version),
                ("language", language(self._view)),
                ("rules", Items(self._rule(card, related) for card in self._cards.values())),
                ("notifications", Items(self._descriptor(name) for name in DESCRIPTORS)),
            )
        )
        return Members((("driver", driver),))

    def reference(self, check: str) -> Row:
        """What a result says of its rule."""
        return {"ruleId": check, "ruleIndex": self._index[check]}

    def association(self, check: str) -> Row:
        """What a notification says of its rule."""
        return {"associatedRule": {"id": check, "index": self._index[check]}}

    def title(self, check: str) -> Text:
        """A check's title."""
        return self._cards[check].title

    def _rule(self, card: CheckCard, related: bool) -> Row:
        said = self._view.said
        served = self._serves.get(card.id, [])
        rule: Row = {
            "id": card.id,
            "name": _pascal(card.id),
            "shortDescription": {"text": shortened(said(card.title), _DESCRIPTION_LIMIT)},
            "fullDescription": {"text": shortened(said(card.why), _DESCRIPTION_LIMIT)},
            "help": {"text": _help(card, self._view), "markdown": _help_markdown(card, self._view)},
            "defaultConfiguration": {"level": LEVELS[card.severity]},
        }
        if card.refs:
            rule["helpUri"] = card.refs[0]
        if related and served:
            rule["relationships"] = [self._relationship(*one) for one in served]
        tags = ["security", card.id.partition("/")[0], *(criterion for _, _, criterion in served)]
        rule["properties"] = {
            "tags": list(dict.fromkeys(tags))[:TAG_LIMIT],
            "precision": "high",
            "security-severity": SECURITY_SEVERITIES[card.severity],
        }
        return rule

    def _relationship(self, profile: int, taxon: int, criterion: str) -> Row:
        component = {"name": self._profiles[profile].id, "index": profile}
        return {
            "target": {"id": criterion, "index": taxon, "toolComponent": component},
            "kinds": ["relevant"],
        }

    def _descriptor(self, name: str) -> Row:
        friendly, meaning = DESCRIPTORS[name]
        text = {"text": self._view.said(meaning)}
        return {
            "id": name,
            "name": friendly,
            "shortDescription": text,
            "fullDescription": text,
            "help": text,
        }


def taxonomy(profile: Profile, view: View) -> Row:
    """A profile as a taxonomy, its criteria in their order."""
    return {
        "name": profile.id,
        "shortDescription": {"text": view.said(profile.title)},
        "taxa": [
            {"id": criterion.id, "shortDescription": {"text": view.said(criterion.text)}}
            for criterion in profile.leaves()
        ],
    }


def identity(finding: Finding) -> Row:
    """By what a finding is known again in the next scan; GitHub looks at ``primaryLocationLineHash`` only."""
    return {
        "fingerprints": {"azlinkscan/v1": finding.key},
        "partialFingerprints": {"primaryLocationLineHash": finding.key},
    }


def location(resource: str, shown_id: str) -> Row:
    """A resource as a file that is not there: GitHub shows no result without one."""
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(f"azure{resource}", errors="backslashreplace")},
            "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
        },
        "logicalLocations": logical(shown_id),
    }


def logical(shown_id: str) -> list[Row]:
    """A resource by its ARM id."""
    return [{"name": plain(resource_name(shown_id)), "fullyQualifiedName": shown_id, "kind": "resource"}]


def result_message(finding: Finding, title: Text, view: View) -> Row:
    """The resource and what is said of it."""
    name = resource_name(finding.shown_id)
    told = message_of(finding, title)
    return message(Text(f"{name}：{told.ja}", f"{name}: {told.en}"), view)


def invocation(reader: ResultReader, notifications: Iterable[Row]) -> Members:
    """The scan as an invocation: not successful where it was cut short."""
    return Members(
        (
            ("executionSuccessful", not reader.header.cut_short),
            ("toolExecutionNotifications", Items(notifications)),
        )
    )


def notification(name: str, level: str, text: Text, view: View, **more: Any) -> Row:
    """One notification of a described kind."""
    index = list(DESCRIPTORS).index(name)
    return {
        "descriptor": {"id": name, "index": index},
        "level": level,
        "message": message(text, view),
        **more,
    }


def gap_notification(gap: Gap, view: View) -> Row:
    """What could not be read, with all that is known of it."""
    where = [{"logicalLocations": logical(gap.scope)}]
    return notification("not-read", "warning", gap_text(gap), view, locations=where, properties=gap.to_json())


def shared_notifications(reader: ResultReader, results: Results, view: View) -> Iterator[Row]:
    """What both formats tell beside the results: a cut, every gap, every criterion that no check settles."""
    if reader.header.cut_short:
        yield notification("cut-short", "error", CUT_SHORT, view)
    for gap in reader.gaps():
        yield gap_notification(gap, view)
    for profile in reader.profiles():
        for row in rows(profile, results):
            if row.result and row.result.verdict in (Verdict.BY_HAND, Verdict.NOT_COVERED):
                label, words = row.result.verdict.label, row.criterion.text
                about = {"profile": profile.id, "criterion": row.criterion.id}
                text = Text(
                    f"{label.ja}：{row.criterion.id} {words.ja}", f"{label.en}: {row.criterion.id} {words.en}"
                )
                yield notification(row.result.verdict.value, "note", text, view, properties=about)


def _pascal(check: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"[/-]", check))


def _help(card: CheckCard, view: View) -> str:
    said = view.said
    return "\n\n".join([said(card.why), said(card.fix), *([card.cli] if card.cli else []), *card.refs])


def _help_markdown(card: CheckCard, view: View) -> str:
    said = view.said
    fix, see = ("対処", "参照") if view.language == "ja" else ("Fix", "See")
    parts = [_markdown(said(card.why)), f"**{fix}** {_markdown(said(card.fix))}"]
    if card.cli:
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", card.cli)), default=0))
        parts.append(f"{fence}sh\n{card.cli}\n{fence}")
    if card.refs:
        parts.append(f"**{see}**\n\n" + "\n".join(f"- <{url}>" for url in card.refs))
    return "\n\n".join(parts)


def _markdown(text: str) -> str:
    """The text with what Markdown or HTML would take for a mark escaped."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", text)
