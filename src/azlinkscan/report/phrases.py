"""The sentences that several formats say, each written once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from azlinkscan.model.facts import Gap
from azlinkscan.model.profile import Status
from azlinkscan.model.result import LIST_LIMIT, ClauseOutcome, Finding
from azlinkscan.model.text import Language, Text
from azlinkscan.model.verdict import Verdict
from azlinkscan.report.names import resource_name

CUT_SHORT = Text(
    "走査は途中で打ち切られた。以下は、それまでに読み取った範囲の結果である。",
    "The scan was cut short: what follows covers only what had been read by then.",
)
NOT_LAW = Text(
    "「適合」は、基準の文言を満たすことを述べるものであり、適法であることを述べるものではない。",
    "A pass says that the text of the criterion is met; it says nothing about the law.",
)
STATUS: Mapping[Status, Text] = {
    "in-force": Text("施行中", "in force"),
    "superseded": Text("改正又は廃止済み", "superseded"),
    "kept-by-contract": Text("契約により引き続き適用", "kept by contract"),
    "unverified": Text("未確認", "not verified"),
}

_BETWEEN = {"ja": "、", "en": ", "}
_JOINED = {"ja": "・", "en": ", "}


def tallied(counts: Mapping[Verdict, int], language: Language) -> str:
    """Each verdict that occurs with its number, in the verdicts' order: 適合 12・不適合 2."""
    words = [f"{verdict.label.in_(language)} {counts[verdict]}" for verdict in Verdict if counts.get(verdict)]
    return _JOINED[language].join(words)


def gap_text(gap: Gap) -> Text:
    """What is missing, where, and why, without a full stop."""
    evidence = " ".join(str(part) for part in (gap.status, gap.code) if part is not None)
    where = resource_name(gap.scope)
    ja = [evidence, f"必要な権限 {gap.action}" if gap.action else "", gap.detail or ""]
    en = [evidence, f"it takes {gap.action}" if gap.action else "", gap.detail or ""]
    return Text(
        f"{where} の {gap.kind}：{gap.reason.label.ja}{_bracketed(ja, '（', '）', 'ja')}",
        f"{gap.kind} of {where}: {gap.reason.label.en}{_bracketed(en, ' (', ')', 'en')}",
    )


def _bracketed(parts: Iterable[str], opening: str, closing: str, language: Language) -> str:
    inside = _BETWEEN[language].join(part for part in parts if part)
    return f"{opening}{inside}{closing}" if inside else ""


def settings_text(finding: Finding) -> str:
    """The settings that are not the check's own: ``widest_prefix=28``."""
    return ", ".join(f"{name}={value}" for name, value in finding.settings.items())


def untrue(clauses: Iterable[ClauseOutcome]) -> tuple[Text, ...]:
    """What is said of the clauses that are false, and that there are others which could not be decided."""
    clauses = tuple(clauses)
    undecided = sum(1 for clause in clauses if clause.truth is None)
    said = tuple(clause.message for clause in clauses if clause.truth is False)
    if said and undecided:
        return (*said, Text(f"ほかに未確認の条件が {undecided} 件ある", _further(undecided)))
    return said


def _further(undecided: int) -> str:
    noun = "condition" if undecided == 1 else "conditions"
    return f"{undecided} further {noun} could not be decided"


def message_of(finding: Finding, title: Text) -> Text:
    """Why the finding has its verdict, without a full stop; ``title`` is the check's, true where it passes."""
    match finding.verdict:
        case Verdict.PASS:
            return title
        case Verdict.UNKNOWN:
            more = len(finding.gaps) - LIST_LIMIT
            rest = (Text(f"ほか {more} 件", f"and {more} more"),) if more > 0 else ()
            return joined((*(gap_text(gap) for gap in finding.gaps[:LIST_LIMIT]), *rest))
        case Verdict.ERROR:
            problem = finding.problem or "?"
            return Text(
                f"本ツールの不具合により判定できなかった：{problem}",
                f"our own fault kept it from being judged: {problem}",
            )
        case _:
            return joined(untrue(finding.clauses))


def joined(texts: Iterable[Text]) -> Text:
    """Several texts as one."""
    texts = tuple(texts)
    return Text("；".join(text.ja for text in texts), "; ".join(text.en for text in texts))


def sentence(text: Text) -> Text:
    """The text with its full stop."""
    return Text(text.ja.rstrip("。") + "。", text.en.rstrip(".") + ".")
