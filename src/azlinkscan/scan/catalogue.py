"""What a scan judges by: checks and profiles, chosen."""

from __future__ import annotations

import fnmatch
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from azlinkscan.catalog.checks import load_checks
from azlinkscan.catalog.profiles import load_profiles
from azlinkscan.catalog.tree_cache import TreeCache
from azlinkscan.collect.plan import ALL_KINDS
from azlinkscan.errors import Place, UsageError
from azlinkscan.model.check import UNSET, Check
from azlinkscan.model.nearest import nearest
from azlinkscan.model.profile import Profile, checks_of, hands
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity
from azlinkscan.scan.choice import Choice, matches


@dataclass(frozen=True)
class Catalogue:
    """The chosen checks and profiles, both by id."""

    checks: Mapping[str, Check]
    profiles: Mapping[str, Profile]
    known: Mapping[str, Check] = field(default_factory=dict)
    """Every check, chosen or not: settings may be given for each."""
    known_profiles: Mapping[str, Profile] = field(default_factory=dict)
    """Every profile, chosen or not: whoever reads about a check sees all that it serves."""

    @property
    def by_hand(self) -> Mapping[str, bool]:
        """Every criterion of every profile, and whether something of it is met by hand."""
        return {
            leaf.id: any(True for _ in hands(leaf.met_by))
            for profile in self.known_profiles.values()
            for leaf in profile.leaves()
        }

    @property
    def digest(self) -> str:
        """SHA-256 over the digests of everything chosen."""
        parts = [f"{check.id} {check.digest}" for check in self.checks.values()]
        parts += [f"{profile.id} {profile.digest}" for profile in self.profiles.values()]
        return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind of fact that the chosen checks depend on."""
        return frozenset(kind for check in self.checks.values() for kind in check.kinds)

    @property
    def required(self) -> Mapping[str, frozenset[tuple[str | int, ...]]]:
        """By kind, the fields whose absence no chosen check can explain: an answer without them is not whole."""
        found: dict[str, set[tuple[str | int, ...]]] = defaultdict(set)
        for check in self.checks.values():
            for spec in check.read:
                if spec.child is None and spec.absent is UNSET:
                    for kind in check.resource:
                        found[kind].add(spec.field)
        return {kind: frozenset(fields) for kind, fields in found.items()}


def load(choice: Choice) -> Catalogue:
    """The catalogue, chosen.

    Raises CatalogError with every mistake in the files, UsageError where a choice names nothing.
    """
    trees = TreeCache(choice.cache)
    checks = load_checks(choice.checks_folders, trees, ALL_KINDS)
    profiles = load_profiles(choice.profiles_folders, checks, trees)
    trees.save()
    chosen_profiles = _named(choice.profiles, profiles, choice.profiles_place)
    chosen = _patterned(choice.checks, checks, choice.checks_place)
    if choice.profiles and not choice.checks:
        served = {
            by.check
            for profile in chosen_profiles.values()
            for leaf in profile.leaves()
            for by in checks_of(leaf)
        }
        chosen = {key: check for key, check in chosen.items() if key in served}
    if choice.severities:
        wanted = _severities(choice.severities)
        chosen = {key: check for key, check in chosen.items() if check.severity in wanted}
    if not chosen:
        raise UsageError(
            Text(en="the choice leaves no check", ja="該当するチェックがない"),
            hint=Text(
                en="widen --check, --severity or --profile",
                ja="--check、--severity 又は --profile の指定を広げる",
            ),
            place=Place("--check"),
        )
    return Catalogue(chosen, chosen_profiles, checks, profiles)


def _named(names: Iterable[str], known: Mapping[str, Profile], place: Place) -> Mapping[str, Profile]:
    picked: dict[str, Profile] = {}
    for name in names:
        if name not in known:
            raise UsageError(
                Text(en=f"there is no profile '{name}'", ja=f"基準「{name}」は存在しない"),
                hint=nearest(name, known),
                place=place,
            )
        picked[name] = known[name]
    return picked or {name: profile for name, profile in known.items() if not profile.on_request}


def _patterned(patterns: tuple[str, ...], known: Mapping[str, Check], place: Place) -> dict[str, Check]:
    for pattern in patterns:
        plain = pattern.removeprefix("!")
        if not fnmatch.filter(known, plain):
            services = {f"{check.service}/*" for check in known.values()}
            raise UsageError(
                Text(en=f"there is no check '{plain}'", ja=f"チェック「{plain}」は存在しない"),
                hint=nearest(plain, services if "*" in plain else known),
                place=place,
            )
    return {key: check for key, check in known.items() if matches(key, patterns)}


def _severities(names: tuple[str, ...]) -> set[Severity]:
    wanted: set[Severity] = set()
    known = {severity.value: severity for severity in Severity}
    for name in names:
        plain = name.removeprefix("!")
        if plain not in known:
            raise UsageError(
                Text(en=f"there is no severity '{plain}'", ja=f"重大度「{plain}」は存在しない"),
                hint=nearest(plain, known),
                place=Place("--severity"),
            )
    including = [known[name] for name in names if not name.startswith("!")]
    wanted |= set(including or known.values())
    return wanted - {known[name[1:]] for name in names if name.startswith("!")}
