"""Rule 7: what is exposed to a taint, and what only touches it, by the change table.

Exposure walks downstream over the edges of the table, in an assembly and out of it through the
assembly only; an assembly is exposed where a member is. A notice goes no further.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from lineage.graph.engine import Direction, Engine, Mask, Place, Reach, Reached, Walk
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.view import View, WorldEdge
from lineage.verdict.across import NOTHING
from lineage.verdict.crossing import kinds, narrowed
from lineage.vocabulary.edges import RUNTIME

Steps = tuple[tuple[Key, str | None], ...]
_CONTAINS = "contains"


class Taint:
    """One spread over one engine: ``exposed`` and ``noticed`` places with the way to each.

    ``stopped`` components are not exposed and lead nowhere. ``within`` narrows the assemblies
    that the taint enters as a member of theirs.
    """

    def __init__(
        self,
        view: View,
        engine: Engine,
        at: At,
        change: str,
        *,
        stopped: Collection[Key] = (),
        within: Collection[Key] | None = None,
    ) -> None:
        self._view = view
        self._engine = engine
        self._at = at
        self._exposing = kinds(change, "EXPOSED")
        self._narrow = narrowed(change, "EXPOSED")
        self._noticing = kinds(change, "NOTICE")
        self._stopped = frozenset(stopped)
        self._above: dict[Key, list[WorldEdge]] = {}
        for edge in view.edges:
            if edge.kind in self._exposing:
                self._above.setdefault(edge.upstream, []).append(edge)
        self._within = within
        self.exposed: dict[Place, Steps] = {}
        self.noticed: dict[Place, Steps] = {}
        self._inside: dict[Place, Steps] = {}
        self._entered: dict[Key, Steps] = {}
        self._everywhere: dict[Key, Steps] = {}

    def spread(self, subjects: Iterable[Key]) -> None:
        """Fill ``exposed`` (the subjects among them) and ``noticed``."""
        components: dict[Key, Steps] = {
            key: ((key, None),) for key in subjects if key not in self._stopped
        }
        occurrences: dict[Place, Steps] = {}
        assemblies: dict[Key, Steps] = {}
        while components or occurrences or assemblies:
            for key, steps in (*components.items(), *assemblies.items()):
                self.exposed.setdefault((key, None), steps)
            self._inside.update(occurrences)
            self._everywhere.update(components)
            self._entered.update(assemblies)
            found = _Found()
            self._from_components(components, found)
            self._from_occurrences(occurrences, found)
            self._from_assemblies(assemblies, found)
            self._narrowly(components, occurrences, found)
            occurrences = {
                place: steps
                for place, steps in found.occurrences.items()
                if place not in self._inside and place[0] not in self._stopped
            }
            assemblies = self._holding(occurrences)
            components = {
                key: steps
                for key, steps in found.components.items()
                if key not in self._everywhere and key not in self._stopped
            }
        for place, steps in self._inside.items():
            if (place[0], None) not in self.exposed:
                self.exposed[place] = steps
        self._notice()

    def _from_components(self, starts: dict[Key, Steps], found: _Found) -> None:
        places: dict[Place, Steps] = {
            (key, None): steps for key, steps in starts.items() if key in self._view.nodes
        }
        self._over_everywhere(places, found)
        for one in self._reach(places, frozenset(), depth=0):
            if one.assembly is not None:
                steps = places.get((one.component, None), ())
                found.occurrences.setdefault((one.component, one.assembly), steps)
        self._from_occurrences(places, found)

    def _over_everywhere(self, places: dict[Place, Steps], found: _Found) -> None:
        """One stated edge that holds everywhere."""
        for place, before in places.items():
            for edge in self._above.get(place[0], ()):
                steps = (*before, (edge.downstream, edge.kind))
                found.components.setdefault(edge.downstream, steps)

    def _from_occurrences(self, starts: dict[Place, Steps], found: _Found) -> None:
        reach = self._reach(starts, self._exposing)
        for one in reach:
            place = (one.component, one.assembly)
            if one.assembly is None or place in starts or one.edge is None:
                continue
            if one.parent is not None and one.parent[1] == one.assembly:
                steps = _way(reach, place, starts)
                found.occurrences.setdefault((one.component, one.assembly), steps)

    def _from_assemblies(self, starts: dict[Key, Steps], found: _Found) -> None:
        """From assembly nodes; to the occurrences that bring their contents along, by a walk."""
        places: dict[Place, Steps] = {
            (key, None): steps for key, steps in starts.items() if key in self._view.nodes
        }
        self._over_everywhere(places, found)
        for key, before in starts.items():
            inside: dict[Place, Steps] = {
                (member, key): () for member in self._view.assemblies[key].content.members
            }
            for one in self._reach(inside, frozenset({_CONTAINS})):
                if one.component == key and one.assembly not in (None, key):
                    found.occurrences.setdefault((key, one.assembly), before)

    def _narrowly(
        self, components: dict[Key, Steps], occurrences: dict[Place, Steps], found: _Found
    ) -> None:
        """Kinds of edges that expose only some kinds of things; for others they are a notice."""
        starts: dict[Place, Steps] = {
            (key, None): steps for key, steps in components.items() if key in self._view.nodes
        }
        starts.update(occurrences)
        for kind, below in self._narrow.items():
            for place, steps in self._stepped(starts, frozenset({kind})):
                node = self._view.nodes.get(place[0])
                if node is None or node.kind not in below:
                    continue
                if place[1] is None:
                    found.components.setdefault(place[0], steps)
                else:
                    found.occurrences.setdefault((place[0], place[1]), steps)

    def _holding(self, occurrences: dict[Place, Steps]) -> dict[Key, Steps]:
        """The assemblies that are entered with these members; outside of runtime, a notice."""
        found: dict[Key, Steps] = {}
        for (component, assembly), steps in occurrences.items():
            if assembly is None or (assembly in self._entered or assembly in self._stopped):
                continue
            if (
                self._within is not None
                and assembly not in self._within
                and (component not in self._entered)
            ):
                continue
            way = (*steps, (assembly, _CONTAINS))
            member = self._view.assemblies[assembly].content.members.get(component)
            runtime = member is None or member.dependency_scope in ("", RUNTIME)
            if _CONTAINS in self._exposing and runtime:
                found.setdefault(assembly, way)
            elif _CONTAINS in self._exposing or _CONTAINS in self._noticing:
                self.noticed.setdefault((assembly, None), way)
        return found

    def _notice(self) -> None:
        everywhere: dict[Place, Steps] = {
            (key, None): steps
            for (key, assembly), steps in self.exposed.items()
            if assembly is None and key in self._view.nodes
        }
        leaning = {place: steps for place, steps in everywhere.items()
                   if place[0] in self._everywhere}  # fmt: skip
        leaning.update(self._inside)
        inner = self._noticing & _INNER
        for starts, mask in ((everywhere, self._noticing - _INNER), (leaning, inner)):
            for place, steps in self._stepped(starts, mask):
                if place not in self.exposed and place[0] not in self._stopped:
                    self.noticed.setdefault(place, steps)
        self.noticed = {
            place: steps
            for place, steps in self.noticed.items()
            if place not in self.exposed and not self._is_folded(place)
        }

    def _is_folded(self, place: Place) -> bool:
        """Whether the component is an item by itself, so that its occurrence is none."""
        everywhere = (place[0], None)
        return place[1] is not None and (everywhere in self.exposed or everywhere in self.noticed)

    def _stepped(
        self, starts: dict[Place, Steps], mask: frozenset[str]
    ) -> Iterator[tuple[Place, Steps]]:
        """What one stated edge of these kinds reaches, where that edge holds."""
        if not mask:
            return
        reach = self._reach(starts, mask)
        for one in reach:
            place = (one.component, one.assembly)
            if one.depth != 1 or place in starts or one.edge is None:
                continue
            if one.assembly is not None and self._is_left_out(one.assembly):
                continue
            yield place, _way(reach, place, starts)

    def _is_left_out(self, assembly: Key) -> bool:
        return self._within is not None and assembly not in self._within

    def _reach(self, starts: Iterable[Place], mask: frozenset[str], depth: int = 1) -> Reach:
        places = tuple(sorted(starts, key=lambda one: (one[0], one[1] or "")))
        if not places:
            return NOTHING
        return self._engine.reach(
            Walk(
                starts=places, direction=Direction.DOWNSTREAM, at=self._at,
                mask=Mask(kinds=mask), depth=depth,
            )
        )  # fmt: skip


class _Found:
    """What one round finds."""

    def __init__(self) -> None:
        self.components: dict[Key, Steps] = {}
        self.occurrences: dict[Place, Steps] = {}


_INNER = frozenset({"depends_on", "requires"})


def _way(reach: Reach, place: Place, starts: dict[Place, Steps]) -> Steps:
    path = reach.path(place)
    before = starts.get((path[0].component, path[0].assembly), ()) if path else ()
    return (*before, *_named(path))


def _named(path: Iterable[Reached]) -> Steps:
    """The steps of a path without its start and without steps that stay at one component."""
    steps: list[tuple[Key, str | None]] = []
    last: Key | None = None
    for one in path:
        if last is not None and one.component != last:
            steps.append((one.component, one.edge))
        last = one.component
    return tuple(steps)
