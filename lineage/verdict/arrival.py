"""The new releases that a change brings: of what is swapped, of a successor, or added."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lineage.model.claim import Requirement
from lineage.model.identity import Key
from lineage.verdict.candidate import Round
from lineage.verdict.leaning import Lean
from lineage.verdict.line import admits
from lineage.verdict.marker import Environment
from lineage.verdict.offer import active_lines, environment_after
from lineage.verdict.pack import Pack
from lineage.verdict.provision import Provisions
from lineage.verdict.release import Release, Releases
from lineage.verdict.subject import known
from lineage.verdict.successor import heir_versions, heirs, versions_at
from lineage.verdict.target import ADD, CAPABILITY, REMOVE, REPLACE, Target, greatest, release_in
from lineage.versions.scheme import Answer

LINE = "declared"
"""The kind of a demand that a release declares itself."""
HINT = "line"
"""The kind of a row that is only somebody's word: it asks nothing of a host."""

_Lines = Mapping[Key, tuple[Requirement, ...]]
_Taken = tuple[Key | None, tuple[str, ...], list[Lean]]
"""A member that goes (None: nothing goes), the extras asked of it, who leans on it and stays."""
_Made = tuple[Key, frozenset[str], tuple[Key, ...], Environment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a new release needs of a capability; ``kind`` as in the row, or ``line``."""

    capability: Key
    requirement: str
    kind: str
    asked_by: Key
    statement: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A new release: its active lines by family, its demands, the members whose place it takes."""

    key: Key
    name: str
    lines: _Lines
    demands: tuple[Demand, ...] = ()
    places: tuple[Key, ...] = ()


class Arrivals:
    """The new releases of one change, assembly by assembly."""

    def __init__(
        self, pack: Pack, provisions: Provisions, releases: Releases, target: Target
    ) -> None:
        self._pack = pack
        self._provisions = provisions
        self._releases = releases
        self._target = target
        self._heirs: dict[frozenset[Key], Mapping[Key, Collection[Key]]] = {}
        self._choices: dict[Key, tuple[Mapping[str, Release], list[str], str]] = {}
        self._found: dict[tuple[object, ...], tuple[list[_Taken], tuple[Arrival, ...]]] = {}
        self._made: dict[_Made, Arrival] = {}

    def of(self, now: Round) -> tuple[Arrival, ...]:
        """The new releases whose lines are known.

        The same object wherever the same is taken away from under the same that stays.
        """
        places: list[Key | None] = [*sorted(now.gone)]
        if not places and self._target.kind == ADD:
            places = [None]
        environment = environment_after(now.footing, self._target)
        taken = [
            (place, now.content.members[place].extras if place else (), self._staying(place, now))
            for place in places
        ]
        asked = (
            environment,
            *((place, extras, tuple(map(id, leans))) for place, extras, leans in taken),
        )
        if asked not in self._found:
            self._found[asked] = taken, self._arriving(taken, environment)
        return self._found[asked][1]

    def _arriving(self, taken: Iterable[_Taken], environment: Environment) -> tuple[Arrival, ...]:
        found: dict[Key, tuple[Release, list[Key], set[str]]] = {}
        for place, wanted, staying in taken:
            release = self._new(place, staying)
            if release is None or not release.known:
                continue
            _, places, extras = found.setdefault(release.key, (release, [], set()))
            extras.update(self._target.extras, wanted)
            if place is not None:
                places.append(place)
        return tuple(
            self._arrival(release, extras, places, environment)
            for release, places, extras in found.values()
        )

    def at(self, family: Key, version: str, extras: Iterable[str], now: Round) -> Arrival | None:
        """One release as it would be there; None where its lines are not known."""
        release = self._releases.read(family).get(version)
        environment = environment_after(now.footing, self._target)
        return self._arrival(release, extras, (), environment) if release else None

    def there(self, component: Key) -> Release | None:
        """The release that a member is; None where its lines are not known."""
        node = self._pack.view.nodes.get(component)
        return self._releases.read(node.family).get(node.version or "") if node else None

    def without(self, now: Round) -> tuple[Key, ...]:
        """What is taken away without anything in its place: it asks for nothing any more."""
        return tuple(sorted(now.gone)) if self._target.kind in (REMOVE, REPLACE) else ()

    def replaced_by(self, family: Key, now: Round) -> Collection[Key]:
        """The swapped members whose place a family takes."""
        if now.gone not in self._heirs:
            self._heirs[now.gone] = self._inherited(now.gone)
        return self._heirs[now.gone].get(family, ())

    def _inherited(self, gone: Iterable[Key]) -> Mapping[Key, Collection[Key]]:
        """Swapped members by the other families that may take their places."""
        found: dict[Key, dict[Key, None]] = {}
        for key in gone:
            node = self._pack.view.nodes.get(key)
            for heir in heirs(self._pack, node.family, self._target) if node else ():
                if node and heir.family != node.family:
                    found.setdefault(heir.family, {})[key] = None
        return found

    def _arrival(
        self,
        release: Release,
        extras: Iterable[str],
        places: Iterable[Key],
        environment: Environment,
    ) -> Arrival:
        place = (release.key, frozenset(extras), tuple(places), environment)
        if place not in self._made:
            about = known(release.key)
            self._made[place] = Arrival(
                key=release.key,
                name=f"{about.name} {release.version}" if about else release.key,
                lines=active_lines(release, environment, sorted(place[1])),
                demands=tuple(dict.fromkeys(self._demands(release))),
                places=place[2],
            )
        return self._made[place]

    def _demands(self, release: Release) -> Iterator[Demand]:
        for capability, wish in release.demands:
            yield Demand(
                capability=capability, requirement=wish.raw, kind=LINE, asked_by=release.key
            )
        for fact in self._pack.rows("requires", release.key):
            kind = str(fact.value.get("kind", HINT))
            if kind != HINT:
                yield Demand(
                    capability=self._pack.capability(str(fact.value["capability"])),
                    requirement=str(fact.value["range"]),
                    kind=kind,
                    asked_by=release.key,
                    statement=fact.statement,
                )

    def _new(self, place: Key | None, staying: Collection[Lean]) -> Release | None:
        """The newest known release that takes a member's place and that most who stay admit."""
        target = self._target
        if target.kind == REMOVE or (target.to is None and target.by is None):
            return None
        node = self._pack.view.nodes.get(place) if place else None
        family = target.by or (node.family if node else target.key)
        if family not in self._choices:
            self._choices[family] = self._choice(family)
        known_ones, inside, scheme = self._choices[family]
        admitted = [
            one
            for one in inside
            if all(admits(lean.wish.lines, one) is not Answer.NO for lean in staying)
        ]
        newest = greatest(admitted or inside, scheme)
        return known_ones[newest] if newest else None

    def _choice(self, family: Key) -> tuple[Mapping[str, Release], list[str], str]:
        """The releases that could take a member's place: by version, their order, the scheme."""
        target = self._target
        versions: Collection[str]
        if target.by is not None:
            versions = self._pack.versions(family)
            if target.by_version is not None:
                versions = [target.by_version]
        elif target.layer == CAPABILITY:
            family, versions = self._giver(family)
        else:
            assert target.to is not None
            versions = release_in(target.to, self._pack.versions(family))
        about = known(family)
        known_ones = self._releases.read(family)
        inside = [one for one in versions if one in known_ones]
        return known_ones, inside, about.scheme if about else "opaque"

    def _giver(self, family: Key) -> tuple[Key, tuple[str, ...]]:
        """Who gives the target's value in a provider's place, and its versions that do."""
        target = self._target
        versions = versions_at(self._pack, self._provisions, family, target)
        if not versions:
            for heir in heirs(self._pack, family, target):
                family = heir.family
                versions = heir_versions(self._pack, self._provisions, heir, target)
                if versions:
                    break
        return family, versions

    def _staying(self, place: Key | None, now: Round) -> list[Lean]:
        """Who leans on a member and neither breaks nor is swapped itself."""
        if place is None:
            return []
        return [
            lean
            for lean in now.leans.up.get(place, ())
            if lean.downstream not in now.broken and lean.downstream not in now.gone
        ]
