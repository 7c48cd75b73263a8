"""One standard as a page for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from azlinkscan.cli.language import of, tr
from azlinkscan.model.check import Check
from azlinkscan.model.profile import ByCheck, ByHand, Criterion, Group, MetBy, NotCovered, Profile
from azlinkscan.report.phrases import STATUS


def page(profile: Profile, checks: Mapping[str, Check]) -> str:
    """The standard, whether it is in force, and each criterion with how it is met."""
    status = STATUS[profile.source.status]
    lines = [
        of(profile.title),
        profile.source.place,
        *([profile.source.lead] if profile.source.lead else []),
        tr(en=f"Status: {status.en}. ", ja=f"効力：{status.ja}。") + of(profile.source.status_note),
        *(f"  {url}" for url in profile.source.status_sources),
        "",
    ]
    for criterion in profile.criteria:
        lines.extend(_criterion(criterion, checks, 0))
    return "\n".join(lines) + "\n"


def _criterion(criterion: Criterion, checks: Mapping[str, Check], depth: int) -> Iterator[str]:
    margin = "  " * depth
    head, *rest = (text for text in (criterion.heading, of(criterion.text)) if text)
    label = f"{criterion.label} " if criterion.label else ""
    yield f"{margin}{label}{head}  [{criterion.id}]"
    yield from (f"{margin}{text}" for text in rest)
    for answer in criterion.answered_by:
        yield f"{margin}  {tr(en='the document says: ', ja='資料の記載：')}{answer.whole}"
    if criterion.met_by is not None:
        yield from _met_by(criterion.met_by, checks, depth + 1)
    for by_check in criterion.supporting:
        yield f"{margin}  {tr(en='supporting: ', ja='参考：')}{_check(by_check, checks)}"
    for fact in criterion.guaranteed_by:
        yield f"{margin}  {tr(en='guaranteed by the platform: ', ja='基盤による保証：')}{of(fact.what)} {fact.url}"
    if criterion.note:
        yield f"{margin}  {tr(en='note: ', ja='注：')}{of(criterion.note)}"
    for child in criterion.criteria:
        yield from _criterion(child, checks, depth + 1)


def _met_by(met_by: MetBy, checks: Mapping[str, Check], depth: int) -> Iterator[str]:
    margin = "  " * depth
    match met_by:
        case ByCheck():
            yield f"{margin}- {_check(met_by, checks)}"
        case ByHand(what=what):
            yield f"{margin}- {tr(en='by hand: ', ja='要目視：')}{of(what)}"
        case NotCovered(why=why):
            yield f"{margin}- {tr(en='not covered: ', ja='検証対象外：')}{of(why)}"
        case Group(fold=fold, members=members):
            all_of = tr(en="all of:", ja="次の全て：")
            any_of = tr(en="any of:", ja="次のいずれか：")
            yield f"{margin}- {all_of if fold == 'all-of' else any_of}"
            for member in members:
                yield from _met_by(member, checks, depth + 1)


def _check(by_check: ByCheck, checks: Mapping[str, Check]) -> str:
    check = checks.get(by_check.check)
    if check is None:
        return by_check.check
    return tr(en=f"{by_check.check} ({check.title.en})", ja=f"{by_check.check}（{check.title.ja}）")
