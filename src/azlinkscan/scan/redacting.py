"""An evidence bundle with its names and ids replaced, to be shared: judged anew, and refused where a verdict changed."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from azlinkscan.decisions.attestations import Attestations
from azlinkscan.decisions.attestations import parse as attestations_of
from azlinkscan.decisions.baseline import Baseline, Kept
from azlinkscan.decisions.decisions import Decisions
from azlinkscan.decisions.exceptions import ExceptionEntry, Exceptions
from azlinkscan.decisions.exceptions import parse as exceptions_of
from azlinkscan.errors import CannotRunError, ForeignFileError, Place
from azlinkscan.model import arm
from azlinkscan.model.facts import Fact, Gap, Listing, Read
from azlinkscan.model.result import Finding
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Verdict
from azlinkscan.scan.assessing import assess
from azlinkscan.scan.evidence import (
    ATTESTATIONS,
    EXCEPTIONS,
    RESULT,
    SNAPSHOT,
    read_assessment,
    write_evidence,
)
from azlinkscan.scan.judging import Assessment
from azlinkscan.scan.pseudonyms import Pseudonyms, vocabulary
from azlinkscan.scan.scope import Scope
from azlinkscan.snapshot.bundle import Bundle, contents, sha256_of
from azlinkscan.snapshot.facts_file import Snapshot, SubscriptionFacts, SubscriptionSegment, write_snapshot
from azlinkscan.snapshot.result_file import ResultFile
from azlinkscan.written.yaml_tree import parse


def redact_bundle(path: Path, out: Path) -> int:
    """Write a new, unsigned bundle to ``out`` that names the original's digest; how many names were replaced.

    Raises ForeignFileError where the file is no bundle or was altered, CannotRunError where a verdict would change.
    """
    with Bundle(path) as bundle, tempfile.TemporaryDirectory(prefix="azlinkscan-") as name:
        folder, made = Path(name) / "bundle", Path(name) / "made"
        made.mkdir()
        if altered := bundle.unpack(folder):
            raise ForeignFileError(
                path,
                Text(
                    en=f"the bundle was altered: {altered[0].en}",
                    ja=f"証拠一式が改変されている：{altered[0].ja}",
                ),
                hint=Text(
                    en="`azlinkscan evidence verify` tells more", ja="`azlinkscan evidence verify` で確認する"
                ),
            )
        contents(folder / SNAPSHOT)
        contents(folder / RESULT)
        try:
            given = read_assessment(folder, bundle.manifest)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ForeignFileError(
                path,
                Text(en=f"the manifest is damaged ({error})", ja=f"目録が壊れている（{error}）"),
                hint=Text(
                    en="`azlinkscan evidence verify` tells more", ja="`azlinkscan evidence verify` で確認する"
                ),
            ) from None
        with Snapshot(folder / SNAPSHOT) as snapshot, ResultFile(folder / RESULT) as result:
            names = Pseudonyms(vocabulary(given.catalogue.known.values()), _bodies(snapshot))
            _write(snapshot, names, made)
            findings = list(result.findings())
            again = replace(
                given,
                scope=_scope(given.scope, snapshot, names),
                settings=names.body(dict(given.settings)),
                decisions=Decisions(),
            )
            decisions, files = _decisions(given.decisions, findings, names, made, again)
            again = replace(again, decisions=decisions)
            with Snapshot(made / SNAPSHOT) as redacted:
                assess(redacted, again, made / RESULT)
            with ResultFile(made / RESULT) as after:
                _same(findings, after.findings(), names)
                before = [(one.profile, one.id, one.verdict) for one in result.criteria()]
                if before != [(one.profile, one.id, one.verdict) for one in after.criteria()]:
                    raise _changed("a criterion", "基準の項目")
        origin = {"sha256": sha256_of(path), "manifest": _manifest_digest(bundle)}
        write_evidence(out, made / SNAPSHOT, made / RESULT, again, files, None, origin)
        return names.count


def _manifest_digest(bundle: Bundle) -> str:
    return hashlib.sha256(bundle.manifest_bytes).hexdigest()


# -- the snapshot ---------------------------------------------------------------------------------


def _subscriptions(snapshot: Snapshot) -> Iterator[SubscriptionFacts]:
    for own, _ in snapshot.header.subscriptions:
        yield snapshot.subscription(own)


def _bodies(snapshot: Snapshot) -> Iterator[Any]:
    """Whatever holds names: facts, gaps, requests."""
    for found in _subscriptions(snapshot):
        yield {"id": found.id, "displayName": found.name}
        for fact in found.facts:
            yield [fact.body, fact.id, fact.scope]
        for gap in found.gaps:
            yield gap.to_json()
        for read in found.reads:
            yield read.url
        for listing in found.listings:
            yield listing.scope


def _write(snapshot: Snapshot, names: Pseudonyms, folder: Path) -> None:
    segments: dict[str, Path] = {}
    known: list[tuple[str, str]] = []
    for number, found in enumerate(_subscriptions(snapshot), 1):
        own, called = arm.canonical(names.id(found.id)), f"subscription-{number}"
        path = folder / f"{number}.jsonl"
        segment = SubscriptionSegment(path)
        segment.subscription(own, called)
        for kind in found.asked:
            segment.asked(kind)
        for read in found.reads:
            segment.read(_read(read, names))
        for fact in found.facts:
            segment.fact(_fact(fact, names))
        for listing in found.listings:
            segment.listing(replace(listing, scope=_id(listing, names)))
        for gap in found.gaps:
            segment.gap(_gap(gap, names))
        if found.ended:
            segment.ended()
        segment.close()
        segments[own] = path
        known.append((own, called))
    header = replace(snapshot.header, subscriptions=tuple(known), cloud=names.text(snapshot.header.cloud))
    write_snapshot(folder / SNAPSHOT, header, segments, cut_short=snapshot.cut_short)


def _id(listing: Listing, names: Pseudonyms) -> str:
    return arm.canonical(names.id(listing.scope))


def _fact(fact: Fact, names: Pseudonyms) -> Fact:
    raw = json.dumps(names.body(fact.body), ensure_ascii=False, separators=(",", ":")).encode()
    return Fact(
        fact.kind,
        arm.canonical(names.id(fact.id)),
        arm.canonical(names.id(fact.scope)),
        raw,
        fact.api_version,
        fact.read,
    )


def _gap(gap: Gap, names: Pseudonyms) -> Gap:
    return replace(
        gap,
        scope=arm.canonical(names.id(gap.scope)),
        correlation_id=None,
        detail=names.text(gap.detail) if gap.detail else gap.detail,
    )


def _read(read: Read, names: Pseudonyms) -> Read:
    """The bytes that were stored are others now, so their digest says nothing."""
    return replace(read, url=names.text(read.url), digest=None)


def _scope(scope: Scope, snapshot: Snapshot, names: Pseudonyms) -> Scope:
    if not scope.to_json():
        return scope
    judged = set()
    for found in _subscriptions(snapshot):
        by_id = {fact.id: fact for fact in found.facts}
        in_scope = scope.test(by_id.get)
        judged |= {arm.canonical(names.id(fact.id)) for fact in found.facts if in_scope(fact)}
    return Scope(exactly=tuple(sorted(judged)))


# -- what people decided --------------------------------------------------------------------------


def _decisions(
    decisions: Decisions, findings: list[Finding], names: Pseudonyms, folder: Path, given: Assessment
) -> tuple[Decisions, Mapping[str, Path]]:
    """The same decisions about the new names; their files are written to the folder."""
    files: dict[str, Path] = {}
    exceptions: Exceptions | None = None
    attestations: Attestations | None = None
    if decisions.exceptions is not None:
        rows = list(_exceptions(decisions.exceptions.entries, findings, names))
        text, files[EXCEPTIONS] = _listed(folder, EXCEPTIONS, rows)
        exceptions = exceptions_of(parse(text, files[EXCEPTIONS].name), given.catalogue.known)
    if decisions.attestations is not None:
        new = {path: f"file-{number}" for number, path in enumerate(decisions.attestations.found, 1)}
        rows = []
        for number, entry in enumerate(decisions.attestations.entries, 1):
            row = entry.to_json() | {"statement": f"statement-{number}", "who": f"person-{number}"}
            if entry.evidence:
                row["evidence"] = [{"file": new[path], "sha256": sha256} for path, sha256 in entry.evidence]
            rows.append(row)
        text, files[ATTESTATIONS] = _listed(folder, ATTESTATIONS, rows)
        found = {new[path]: sha256 for path, sha256 in decisions.attestations.found.items()}
        entries = attestations_of(parse(text, files[ATTESTATIONS].name), given.catalogue.by_hand)
        attestations = Attestations(entries, found)
    baseline = _baseline(decisions.baseline, findings, names) if decisions.baseline else None
    return Decisions(exceptions, attestations, baseline), files


def _listed(folder: Path, name: str, rows: list[dict[str, Any]]) -> tuple[str, Path]:
    """A file of decisions: JSON is YAML."""
    text = json.dumps({name: rows}, ensure_ascii=False, indent=2) + "\n"
    path = folder / f"{name}.yaml"
    path.write_text(text, "utf-8")
    return text, path


def _exceptions(
    entries: Iterable[ExceptionEntry], findings: list[Finding], names: Pseudonyms
) -> Iterator[dict[str, Any]]:
    """Each entry for each resource that it names: a pattern on old names fits no new one."""
    for number, entry in enumerate(entries, 1):
        about = {one.resource for one in findings if one.verdict is Verdict.FAIL and entry.names(one)}
        for resource in sorted(about):
            row = entry.to_json() | {
                "resource": arm.canonical(names.id(resource)),
                "reason": f"reason-{number}",
                "owner": f"owner-{number}",
                "approver": f"approver-{number}",
                "ticket": f"ticket-{number}",
            }
            if entry.accepts:
                row["accepts"] = names.body(dict(entry.accepts))
            yield row


def _baseline(baseline: Baseline, findings: list[Finding], names: Pseudonyms) -> Baseline:
    """What the baseline says of today's findings, by their new keys."""
    kept: dict[str, Kept] = {}
    for finding in findings:
        before = baseline.kept.get(finding.key)
        if before is not None:
            new = replace(finding, resource=arm.canonical(names.id(finding.resource)))
            first = replace(before.first, source="baseline.zip") if before.first else None
            kept[new.key] = Kept(before.verdict, first)
    return Baseline(replace(baseline.scan, source="baseline.zip"), kept)


# -- whether it says the same ---------------------------------------------------------------------


def _same(before: Iterable[Finding], after: Iterable[Finding], names: Pseudonyms) -> None:
    """Raises CannotRunError where a verdict is another one."""
    then = Counter(
        (one.check, arm.canonical(names.id(one.resource)), one.verdict, one.fails) for one in before
    )
    now = Counter((one.check, one.resource, one.verdict, one.fails) for one in after)
    if then != now:
        check, *_ = next(iter((then - now) or (now - then)))
        raise _changed(check, check)


def _changed(en: str, ja: str) -> CannotRunError:
    return CannotRunError(
        Text(
            en=f"with other names, the verdict of {en} would be another one: nothing was written",
            ja=f"名称を置き換えると {ja} の判定が変わるため、出力していない",
        ),
        hint=Text(
            en="share the bundle as it is with whoever may see the names, or report the check",
            ja="名称を見てよい相手に原本を渡すか、当該チェックを報告する",
        ),
        place=Place("evidence redact"),
    )
