"""Which known releases fit after the change by themselves: the first half of rule 3.

Whether they also admit a release of everything else that breaks is decided in ``follow``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from lineage.model.claim import Requirement, json_text
from lineage.model.identity import Key, at_version
from lineage.record.view import MemberFacts
from lineage.verdict.binding import Bindings
from lineage.verdict.bond import Bonds
from lineage.verdict.footing import Footing
from lineage.verdict.leaning import Lean, Leaning
from lineage.verdict.line import Wish, admits, meets
from lineage.verdict.marker import Environment, active, after
from lineage.verdict.narrow import Narrow
from lineage.verdict.outcome import SURVIVES, UNDECLARED, Finding
from lineage.verdict.pack import Pack
from lineage.verdict.provision import Provisions
from lineage.verdict.release import Release, Releases
from lineage.verdict.renamed import NEW, Renamed
from lineage.verdict.span import Span
from lineage.verdict.target import CAPABILITY, Target, release_in
from lineage.versions.scheme import Answer
from lineage.versions.schemes import scheme
from lineage.vocabulary.edges import RUNTIME

NOWHERE = Footing(environment=(), channels=frozenset(), provision=())
Line = Callable[[Lean, Leaning], Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A release that fits by itself, with its active lines by the family that they name."""

    release: Release
    lines: Mapping[Key, tuple[Requirement, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a release has to be: of which family, with which extras, for whom.

    ``bound`` says that what it replaces was bound by artefact or name, ``leans_on`` names the
    changed families that it leaned on.
    """

    family: Key
    extras: tuple[str, ...] = ()
    bound: bool = False
    leans_on: frozenset[Key] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lined:
    """The active lines of a release as leans; ``named`` are families of what changes.

    ``holds`` says whether the lines on those hold after the change.
    """

    lines: Mapping[Key, tuple[Requirement, ...]]
    leans: Mapping[Key, Lean]
    named: frozenset[Key]
    leaning: Leaning
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """A release that fits there, and whether something speaks for the new value."""

    offer: Offer
    evident: bool


class Offers:
    """Judges releases for one change; remembered per (what is asked, what it reads there)."""

    def __init__(
        self,
        pack: Pack,
        provisions: Provisions,
        bindings: Bindings,
        releases: Releases,
        renamed: Renamed,
        target: Target,
        line: Line,
        narrow: Narrow,
    ) -> None:
        self._pack = pack
        self._narrow = narrow
        self._bindings = bindings
        self._provisions = provisions
        self._releases = releases
        self._renamed = renamed
        self._target = target
        self._line = line
        self._bonds: Bonds | None = None
        if target.layer == CAPABILITY and target.capability:
            self._bonds = Bonds(pack, provisions, bindings, target, target.capability)
        self._found: dict[tuple[Asked, bytes], tuple[Offer, ...]] = {}
        self._fits: dict[tuple[Key, tuple[str, ...], bytes], _Fit | None] = {}
        self._lined: dict[tuple[Key, tuple[str, ...], Environment], _Lined] = {}
        self._demanded: dict[Key, frozenset[Key]] = {}
        self._shown: dict[Key, Key] = {}

    def known(self, family: Key) -> tuple[Release, ...]:
        """Every known release of a family."""
        return self._releases.of(family)

    def fitting(self, asked: Asked, footing: Footing) -> tuple[Offer, ...]:
        """The known releases that fit there, in no order."""
        footing = self._narrow.of(footing, self._read_by(asked.family))
        place = (asked, footing.digest)
        if place not in self._found:
            environment = environment_after(footing, self._target)
            found = (
                self._offer(one, asked, footing, environment) for one in self.known(asked.family)
            )
            self._found[place] = tuple(one for one in found if one is not None)
        return self._found[place]

    def _read_by(self, family: Key) -> frozenset[Key]:
        """The capabilities that releases of a family state lines on."""
        if family not in self._demanded:
            self._demanded[family] = frozenset(
                key for one in self.known(family) for key, _ in one.demands
            )
        return self._demanded[family]

    def concerns(self, family: Key) -> bool:
        """Whether a line on the family is a line on what changes."""
        if self._target.layer != CAPABILITY:
            return family == self._target.key
        return self._renamed.concerns(family)

    def comes_from(self, release: Release, footing: Footing) -> bool:
        """Whether a release is in a channel of the footing; none known: the public index."""
        own = footing.channels or frozenset({""})
        return any(
            self._bindings.resolves_from(own, "" if self._bindings.is_public(one) else one)
            for one in release.channels
        )

    def is_free(self, release: Release, families: Collection[Key]) -> bool:
        """Whether somebody looked into a release and it needs no library of these families."""
        if not families:
            return True
        named = self._member(release, Asked(family=release.family), NOWHERE)
        artefact = self._bindings.artefact(named)
        return artefact.inspected and not any(
            family in families
            for text, _ in (*artefact.needed, *artefact.opened)
            for one in self._pack.sonames(text)
            for family in one.families
        )

    def _offer(
        self, release: Release, asked: Asked, footing: Footing, environment: Environment
    ) -> Offer | None:
        place = (release.key, asked.extras, footing.digest)
        if place not in self._fits:
            self._fits[place] = self._fit(release, asked, footing, environment)
        found = self._fits[place]
        if found is None or (asked.bound and not found.evident):
            return None
        if not all(release.speaks_of(family) for family in asked.leans_on):
            return None
        return found.offer

    def _fit(
        self, release: Release, asked: Asked, footing: Footing, environment: Environment
    ) -> _Fit | None:
        """Whether a release fits, whatever it takes the place of."""
        if not release.known or not self.comes_from(release, footing):
            return None
        if asked.extras and not set(asked.extras) <= (release.extras or frozenset()):
            return None
        if not all(self._accepts(key, wish, footing) for key, wish in release.demands):
            return None
        lined = self._lines(release, asked.extras, environment)
        lines = lined.lines
        offer = Offer(release=release, lines=lines)
        if not lined.holds:
            return None
        if self._bonds is None:
            return None if self._tested_otherwise(release) else _Fit(offer=offer, evident=True)
        member = self._member(release, asked, footing)
        findings = list(self._bonds.judge(member, lined.leans, footing))
        findings += self._renamed.demands(member, footing, lined.leaning)
        findings += self._renamed.hints(member, lined.named, footing)
        evident = any(one.verdict == SURVIVES and one.evidence.bound for one in findings)
        evident = evident or any(
            self._renamed.is_new(family, wishes)
            or any(self._renamed.side(family, wish) == NEW for wish in wishes)
            for family, wishes in lines.items()
        )
        if any(not _holds(one) and not (_is_hint(one) and evident) for one in findings):
            return None
        return _Fit(offer=offer, evident=evident)

    def _lines(self, release: Release, extras: tuple[str, ...], environment: Environment) -> _Lined:
        """The active lines of a release there, and whether those on what changes hold."""
        place = (release.key, extras, environment)
        if place not in self._lined:
            lines = active_lines(release, environment, extras)
            leans = self._leans(release, lines)
            named = {family: lean for family, lean in leans.items() if self.concerns(family)}
            leaning = Leaning()
            leaning.add(release.key, tuple(leans.values()))
            holds = all(
                (self._bonds is not None and self._renamed.is_new(family, lines[family]))
                or _holds(self._line(lean, leaning))
                for family, lean in named.items()
            )
            self._lined[place] = _Lined(
                lines=lines, leans=leans, named=frozenset(named), leaning=leaning, holds=holds
            )
        return self._lined[place]

    def _accepts(self, capability: Key, wish: Requirement, footing: Footing) -> bool:
        """Whether a release's line on a capability (its interpreter, say) holds afterwards."""
        to = self._target.to
        if self._target.layer == CAPABILITY and capability == self._target.key:
            if to is None:
                return False
            return (meets((wish,), to) if to.bare else admits((wish,), to.text)) is Answer.YES
        given = [value for value, _ in footing.given(capability)]
        return not given or any(admits((wish,), value) is not Answer.NO for value in given)

    def _leans(
        self, release: Release, lines: Mapping[Key, tuple[Requirement, ...]]
    ) -> dict[Key, Lean]:
        return {
            family: Lean(
                downstream=release.key,
                wish=Wish(on=self._on(family), lines=wishes, edge="requires"),
                runtime=True,
            )
            for family, wishes in lines.items()
        }

    def _on(self, family: Key) -> Key:
        """A known component of a family: one that gives the changed value, if there is one."""
        if family not in self._shown:
            self._shown[family] = self._one_of(family)
        return self._shown[family]

    def _one_of(self, family: Key) -> Key:
        keys = [at_version(family, one) for one in self._pack.versions(family)]
        if self._target.layer == CAPABILITY:
            for key in keys:
                if self._provisions.given(key, self._target.key):
                    return key
        return keys[0] if keys else family

    def _member(self, release: Release, asked: Asked, footing: Footing) -> MemberFacts:
        public = sorted(one for one in footing.channels if self._bindings.is_public(one))
        channel = next(
            (one for one in sorted(release.channels) if one), public[0] if public else ""
        )
        artefact = {"tags": list(release.tags), "index": channel}
        return MemberFacts(
            component=release.key, direct="unknown", requirements=(), extras=asked.extras,
            dependency_scope=RUNTIME, unknown=False,
            facts=(("artefact", json_text(artefact)),),
        )  # fmt: skip

    def _tested_otherwise(self, release: Release) -> bool:
        """Whether a vendor tested it with other versions of what changes only: a hint."""
        target = self._target
        if target.to is None:
            return False
        versions = release_in(target.to, self._pack.versions(target.key))
        tested = [
            Span(str(fact.value["value"]), target.scheme)
            for fact in self._pack.rows("tested_with", release.key)
            if self._pack.capability(str(fact.value["capability"])) == target.key
        ]
        return bool(tested and versions) and all(
            wanted.contains(one) is Answer.NO for wanted in tested for one in versions
        )


def environment_after(footing: Footing, target: Target) -> Environment:
    """The marker environment as it is after the change."""
    changed = after(footing.environment, target)
    return footing.environment if changed is None else changed


def active_lines(
    release: Release, environment: Environment, extras: Iterable[str]
) -> dict[Key, tuple[Requirement, ...]]:
    """The lines of a release that count there, by family; what names itself is no line.

    An extra of itself that it names is asked for as well.
    """
    asked = set(extras)
    while True:
        found: dict[Key, list[Requirement]] = {}
        for line in release.lines:
            if active(line.wish, environment, asked):
                found.setdefault(line.family, []).append(line.wish)
        own = {extra for wish in found.pop(release.family, ()) for extra in wish.extras}
        if own <= asked:
            return {family: tuple(dict.fromkeys(some)) for family, some in found.items()}
        asked |= own


def pin(wishes: Iterable[Requirement]) -> str | None:
    """The one version that some lines admit, as they write it; None where they admit more."""
    for wish in wishes:
        order = scheme(wish.scheme)
        text = wish.raw.strip().lstrip("=").strip()
        if text and order.pins(wish.raw):
            return text
    return None


def _holds(finding: Finding) -> bool:
    return finding.verdict in (SURVIVES, UNDECLARED) and not _is_hint(finding)


def _is_hint(finding: Finding) -> bool:
    return finding.verdict == UNDECLARED and finding.evidence.holds is Answer.CANNOT_COMPARE
