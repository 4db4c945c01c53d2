"""The new releases that a change brings: of what is swapped, of a successor, or added."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lineage.model.claim import Requirement
from lineage.model.identity import Key
from lineage.verdict.candidate import Round
from lineage.verdict.leaning import Lean
from lineage.verdict.line import admits
from lineage.verdict.offer import active_lines, environment_after
from lineage.verdict.pack import Pack
from lineage.verdict.provision import Provisions
from lineage.verdict.release import Release, Releases
from lineage.verdict.subject import known
from lineage.verdict.successor import heir_versions, heirs, versions_at
from lineage.verdict.target import ADD, CAPABILITY, REMOVE, REPLACE, Target, greatest, release_in
from lineage.versions.scheme import Answer

_Environment = tuple[tuple[str, str], ...]
_Lines = Mapping[Key, tuple[Requirement, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A new release, its active lines by family, and the members whose place it takes."""

    key: Key
    name: str
    lines: _Lines
    demands: tuple[tuple[Key, Requirement], ...] = ()
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
        self._heirs: dict[Key, frozenset[Key]] = {}
        self._choices: dict[Key, tuple[dict[str, Release], list[str], str]] = {}
        self._newest: dict[tuple[Key, tuple[int, ...]], tuple[list[Lean], Release | None]] = {}
        self._lines: dict[tuple[Key, tuple[str, ...], _Environment], _Lines] = {}

    def of(self, now: Round) -> tuple[Arrival, ...]:
        """The new releases whose lines are known."""
        found: dict[Key, tuple[Release, list[Key], set[str]]] = {}
        places: list[Key | None] = [*sorted(now.gone)]
        if not places and self._target.kind == ADD:
            places = [None]
        for place in places:
            release = self._new(place, now)
            if release is None or not release.known:
                continue
            _, taken, extras = found.setdefault(release.key, (release, [], set()))
            extras.update(self._target.extras)
            if place is not None:
                taken.append(place)
                extras.update(now.content.members[place].extras)
        return tuple(
            self._arrival(release, extras, taken, now) for release, taken, extras in found.values()
        )

    def at(self, family: Key, version: str, extras: Iterable[str], now: Round) -> Arrival | None:
        """One release as it would be there; None where its lines are not known."""
        for release in self._releases.of(family):
            if release.version == version and release.known:
                return self._arrival(release, extras, (), now)
        return None

    def there(self, component: Key) -> Release | None:
        """The release that a member is; None where its lines are not known."""
        node = self._pack.view.nodes.get(component)
        for release in self._releases.of(node.family) if node else ():
            if release.key == component and release.known:
                return release
        return None

    def without(self, now: Round) -> tuple[Key, ...]:
        """What is taken away without anything in its place: it asks for nothing any more."""
        return tuple(sorted(now.gone)) if self._target.kind in (REMOVE, REPLACE) else ()

    def replaced_by(self, family: Key, now: Round) -> Iterator[Key]:
        """The swapped members whose place a family takes."""
        for key in now.gone:
            node = self._pack.view.nodes.get(key)
            if node and family != node.family and family in self._heirs_of(node.family):
                yield key

    def _heirs_of(self, family: Key) -> frozenset[Key]:
        if family not in self._heirs:
            self._heirs[family] = frozenset(
                one.family for one in heirs(self._pack, family, self._target)
            )
        return self._heirs[family]

    def _arrival(
        self, release: Release, extras: Iterable[str], places: Iterable[Key], now: Round
    ) -> Arrival:
        asked = tuple(sorted(extras))
        about = known(release.key)
        environment = environment_after(now.footing, self._target)
        place = (release.key, asked, environment)
        if place not in self._lines:
            self._lines[place] = active_lines(release, environment, asked)
        return Arrival(
            key=release.key,
            name=f"{about.name} {release.version}" if about else release.key,
            lines=self._lines[place],
            demands=release.demands,
            places=tuple(places),
        )

    def _new(self, place: Key | None, now: Round) -> Release | None:
        """The newest known release that takes a member's place and that most who stay admit."""
        target = self._target
        if target.kind == REMOVE or (target.to is None and target.by is None):
            return None
        node = self._pack.view.nodes.get(place) if place else None
        family = target.by or (node.family if node else target.key)
        if family not in self._choices:
            self._choices[family] = self._choice(family)
        known_ones, inside, scheme = self._choices[family]
        staying = self._staying(place, now)
        asked = (family, tuple(map(id, staying)))
        if asked not in self._newest:
            admitted = [
                one
                for one in inside
                if all(admits(lean.wish.lines, one) is not Answer.NO for lean in staying)
            ]
            newest = greatest(admitted or inside, scheme)
            self._newest[asked] = staying, known_ones[newest] if newest else None
        return self._newest[asked][1]

    def _choice(self, family: Key) -> tuple[dict[str, Release], list[str], str]:
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
        known_ones = {one.version: one for one in self._releases.of(family) if one.known}
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
