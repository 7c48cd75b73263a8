"""An evidence bundle: all that a result follows from, so that anybody can judge it again.

It holds the snapshot, every check and profile file, what people decided, the result, and reports of it; the manifest
says what was judged how. Only what a bundle cannot hold is told as a fact in it: the SHA-256 that an attestation's
evidence had on the machine that judged.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from azlinkscan.catalog.checks import parse_check
from azlinkscan.catalog.folders import files
from azlinkscan.catalog.likeness import criteria_in
from azlinkscan.catalog.profiles import parse_profile
from azlinkscan.collect.plan import ALL_KINDS
from azlinkscan.decisions import attestations as by_hand
from azlinkscan.decisions import exceptions as accepted
from azlinkscan.decisions.attestations import Attestations
from azlinkscan.decisions.baseline import Baseline
from azlinkscan.decisions.decisions import Decisions
from azlinkscan.model.check import Check
from azlinkscan.model.profile import Profile
from azlinkscan.model.text import LANGUAGES
from azlinkscan.report import View, format_for
from azlinkscan.scan.catalogue import Catalogue
from azlinkscan.scan.judging import Assessment
from azlinkscan.scan.scope import Scope
from azlinkscan.snapshot.bundle import write_bundle
from azlinkscan.snapshot.facts_file import Snapshot
from azlinkscan.snapshot.result_file import ResultFile
from azlinkscan.snapshot.signing import Signer
from azlinkscan.written.tree import Tree, text_of
from azlinkscan.written.yaml_tree import parse, read

SNAPSHOT, RESULT = "snapshot.zip", "result.zip"
EXCEPTIONS, ATTESTATIONS = "exceptions", "attestations"
FOUND, BASELINE = "decisions/evidence-found.json", "decisions/baseline.json"
CHECKS, PROFILES = "checks", "profiles"
_ZONES = {"ja": ZoneInfo("Asia/Tokyo"), "en": ZoneInfo("UTC")}
_IN_BOTH = {"table": "txt", "sarif": "sarif"}


def write_evidence(
    out: Path,
    snapshot: Path,
    result: Path,
    given: Assessment,
    decided: Mapping[str, Path] = MappingProxyType({}),
    signer: Signer | None = None,
    redacted_from: Mapping[str, str] | None = None,
) -> None:
    """Put all that a result follows from into one bundle; ``decided`` are the files of exceptions and attestations.

    Raises UsageError where the place cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="azlinkscan-") as folder:
        parts: dict[str, Path] = {SNAPSHOT: snapshot, RESULT: result}
        parts |= _catalogue_files(given.catalogue)
        parts |= _decisions(Path(folder), given.decisions, decided)
        parts |= reports(result, Path(folder))
        with Snapshot(snapshot, verified=True) as facts:
            about = _about(facts, given, signer, redacted_from)
        about["sources"] = {name: path.name for name, path in decided.items()}
        write_bundle(out, about, parts, signer)


def _about(
    facts: Snapshot, given: Assessment, signer: Signer | None, redacted_from: Mapping[str, str] | None
) -> dict[str, Any]:
    catalogue = given.catalogue
    about: dict[str, Any] = {
        "tool": given.tool,
        "collected": facts.header.started,
        "judged": {
            "clock": given.clock.isoformat(),
            "scope": given.scope.to_json(),
            "settings": {check: dict(values) for check, values in given.settings.items()},
            "own_networks": list(given.own_networks),
            "checks": {check.id: check.digest for check in catalogue.checks.values()},
            "profiles": {profile.id: profile.digest for profile in catalogue.profiles.values()},
            "own_profiles": [one.id for one in catalogue.known_profiles.values() if one.own],
        },
        "snapshot": facts.digest,
        "catalog": catalogue.digest,
        "decisions": dict(given.decisions.digests),
    }
    if redacted_from:
        about["redacted_from"] = dict(redacted_from)
    if signer:
        about["signer"] = {"algorithm": "Ed25519", "public_key": signer.public_pem}
    return about


def _catalogue_files(catalogue: Catalogue) -> dict[str, Path]:
    """Every check and profile, chosen or not: a profile names checks, and may be like another one."""
    parts = {f"{CHECKS}/{one.id}.yaml": Path(one.place.source) for one in catalogue.known.values()}
    return parts | {
        f"{PROFILES}/{one.id}.yaml": Path(one.place.source) for one in catalogue.known_profiles.values()
    }


def _decisions(folder: Path, decisions: Decisions, decided: Mapping[str, Path]) -> dict[str, Path]:
    parts = {f"decisions/{name}.yaml": path for name, path in decided.items()}
    if decisions.attestations is not None:
        parts[FOUND] = _written(folder / "found.json", dict(decisions.attestations.found))
    if decisions.baseline is not None:
        parts[BASELINE] = _written(folder / "baseline.json", decisions.baseline.to_json())
    return parts


def _written(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def reports(result: Path, folder: Path) -> dict[str, Path]:
    """The reports of a bundle, written for nobody's terminal in particular: same result, same bytes."""
    parts: dict[str, Path] = {}
    with ResultFile(result) as reader:
        wanted = [("json", "report.json", "en")]
        wanted += [(name, f"report.{one}.{end}", one) for name, end in _IN_BOTH.items() for one in LANGUAGES]
        for name, file, language in wanted:
            out = io.BytesIO()
            view = View(
                language="ja" if language == "ja" else "en", zone=_ZONES[language], width=100, colour=False
            )
            format_for(name).render(reader, out, view)
            parts[f"reports/{file}"] = folder / file
            (folder / file).write_bytes(out.getvalue())
    return parts


def read_assessment(folder: Path, manifest: Mapping[str, Any]) -> Assessment:
    """How a bundle, unpacked in a folder, was judged.

    Raises CatalogError or UsageError where its files are wrong, KeyError, TypeError or ValueError where its manifest is.
    """
    judged = manifest["judged"]
    catalogue = _catalogue(folder, judged)
    return Assessment(
        catalogue=catalogue,
        clock=datetime.fromisoformat(judged["clock"]),
        scope=Scope.from_json(judged["scope"]),
        settings=judged["settings"],
        own_networks=tuple(judged["own_networks"]),
        decisions=_decided(folder, manifest["sources"], catalogue),
        tool=str(manifest["tool"]),
    )


def _catalogue(folder: Path, judged: Mapping[str, Any]) -> Catalogue:
    checks: dict[str, Check] = {}
    for check_id, path in files(folder / CHECKS, CHECKS):
        checks[check_id] = parse_check(check_id, read(path), readable=ALL_KINDS)
    trees = {profile_id: read(path) for profile_id, path in files(folder / PROFILES, PROFILES)}
    criteria = {key: criterion for tree in trees.values() for key, criterion in criteria_in(tree)}
    own = set(judged["own_profiles"])
    profiles: dict[str, Profile] = {
        profile_id: parse_profile(profile_id, tree, checks, own=profile_id in own, known=criteria)
        for profile_id, tree in trees.items()
    }
    return Catalogue(
        {name: checks[name] for name in judged["checks"]},
        {name: profiles[name] for name in judged["profiles"]},
        checks,
        profiles,
    )


def _decided(folder: Path, sources: Mapping[str, str], catalogue: Catalogue) -> Decisions:
    exceptions = attestations = baseline = None

    def tree(name: str) -> Tree:
        # under the name that it had: the result tells it
        return parse(text_of(folder / "decisions" / f"{name}.yaml"), str(sources[name]))

    if EXCEPTIONS in sources:
        exceptions = accepted.parse(tree(EXCEPTIONS), catalogue.known)
    if ATTESTATIONS in sources:
        found = json.loads((folder / FOUND).read_text("utf-8"))
        attestations = Attestations(by_hand.parse(tree(ATTESTATIONS), catalogue.by_hand), dict(found))
    if (path := folder / BASELINE).exists():
        baseline = Baseline.from_json(json.loads(path.read_text("utf-8")))
    return Decisions(exceptions, attestations, baseline)
