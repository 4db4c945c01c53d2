"""From assemblies outward: what an engine reaches from a broken one, by the change table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lineage.graph.engine import Direction, Engine, Mask, Place, Reach, Reached, Walk
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.view import Content, View
from lineage.verdict.crossing import kinds
from lineage.verdict.held import nested_in
from lineage.verdict.outcome import Evidence, Verdict, rank
from lineage.vocabulary.edges import RUNTIME

Steps = tuple[tuple[Key, str | None], ...]
_RUNTIME = frozenset({RUNTIME, ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """A place that a walk reached, and the steps from where it left the first assembly."""

    place: Place
    steps: Steps
    origin: Place

    def verdict(self, before: Steps, name: str, reason: str | None) -> tuple[Verdict, Steps]:
        """What is said of the place for where it was reached from; ``before`` led there."""
        path = (*before, *self.steps)
        on, edge = (path[-2][0] if len(path) > 1 else path[0][0]), path[-1][1]
        made = Verdict(
            verdict=name,
            reason=reason,
            because=(Evidence(on=on, edge=edge or ""),),
            parent=on,
            edge=edge,
            rank=rank(name, reason),
        )
        return made, path


class Across:
    """Walks of one change over one engine."""

    def __init__(self, view: View, engine: Engine, at: At, change: str) -> None:
        self._view = view
        self._engine = engine
        self._at = at
        self._ways: set[Key] | None = None
        self._kinds: dict[tuple[Key, Key], set[str]] | None = None
        self.carry = kinds(change, "CARRIES")
        self.revalidate = kinds(change, "REVALIDATE")
        self.notice = kinds(change, "NOTICE")

    def carried(self, assemblies: Iterable[Key]) -> tuple[Crossed, ...]:
        """What contains, serves or runs on these assemblies, in runtime scope, however far."""
        return self._from_inside(assemblies, self.carry, _RUNTIME)

    def made_with(self, components: Collection[Key]) -> tuple[Crossed, ...]:
        """What was built, trained or evaluated with these or derived from them, however far.

        What carries that is left out: only what breaks is carried.
        """
        starts = self._known(components)
        first = self._reach(starts, self.revalidate, depth=1)
        models = [(one.component, None) for one in first if one.depth == 1 and not one.assembly]
        made = self._crossed(first, starts, models, self.revalidate)
        return (*made, *self._onward(models, starts, self.revalidate))

    def leaning(
        self, components: Collection[Key], *, contents: bool, hard: bool
    ) -> tuple[Crossed, ...]:
        """What leans on these components over carrying edges; of contents, too, where asked.

        ``hard`` goes on over carrying edges, else over those that call for a new validation.
        """
        starts = self._known(components)
        mask = self.carry if contents else self.carry - {"contains"}
        first = self._reach(starts, mask, depth=1)
        found = _stepped(first)
        onward = self.carry if hard else self.revalidate
        made = self._crossed(first, starts, found, mask)
        return (*made, *self._onward(found, starts, onward))

    def noticed(self, places: Iterable[Key]) -> tuple[Crossed, ...]:
        """What calls, reads or stores these; it goes no further."""
        starts = self._known(places)
        reach = self._reach(starts, self.notice, depth=1)
        found: list[Place] = [
            (one.component, None) for one in reach if one.depth == 1 and not one.assembly
        ]
        return tuple(self._crossed(reach, starts, found, self.notice))

    def _onward(
        self, places: Sequence[Place], already: Collection[Place], edge_kinds: frozenset[str]
    ) -> tuple[Crossed, ...]:
        if not places:
            return ()
        reach = self._reach(places, edge_kinds)
        seen = {*places, *already}
        found = [(one.component, one.assembly) for one in reach]
        new = [one for one in found if one not in seen]
        return tuple(self._crossed(reach, places, new, edge_kinds))

    def _from_inside(
        self, assemblies: Iterable[Key], edge_kinds: frozenset[str], scopes: frozenset[str] | None
    ) -> tuple[Crossed, ...]:
        starts: list[Place] = []
        inside = set(assemblies)
        for key in sorted(inside & self._left()):
            starts += ((member, key) for member in _tops(self._view.assemblies[key].content))
        if not starts:
            return ()
        reach = self._reach(starts, edge_kinds, scopes=scopes)
        everywhere = {one.component for one in reach if one.assembly is None}
        found: list[Place] = [
            (one.component, one.assembly)
            for one in reach
            if one.assembly is None or one.component in everywhere
        ]
        return tuple(self._crossed(reach, starts, found, edge_kinds, inside))

    def _left(self) -> set[Key]:
        """The assemblies that something outside leans on: from the others no walk gets out."""
        if self._ways is None:
            self._ways = {edge.upstream for edge in self._view.edges}.union(
                *nested_in(self._view).values()
            )
        return self._ways

    def _known(self, components: Iterable[Key]) -> list[Place]:
        return [(key, None) for key in sorted(components) if key in self._view.nodes]

    def _reach(
        self,
        starts: Iterable[Place],
        edge_kinds: frozenset[str],
        *,
        depth: int | None = None,
        scopes: frozenset[str] | None = None,
    ) -> Reach:
        mask = Mask(kinds=edge_kinds, dependency_scopes=scopes)
        walk = Walk(
            starts=tuple(starts), direction=Direction.DOWNSTREAM, at=self._at, mask=mask,
            depth=depth,
        )  # fmt: skip
        return self._engine.reach(walk) if walk.starts else _Nothing()

    def _crossed(
        self,
        reach: Reach,
        starts: Iterable[Place],
        places: Iterable[Place],
        edge_kinds: frozenset[str],
        inside: Collection[Key] = (),
    ) -> Iterator[Crossed]:
        taken = set(starts)
        for place in places:
            if place in taken:
                continue
            path = reach.path(place)
            if not path:
                continue
            yield self._leaving(place, path, edge_kinds, inside)

    def _leaving(
        self,
        place: Place,
        path: tuple[Reached, ...],
        edge_kinds: frozenset[str],
        inside: Collection[Key],
    ) -> Crossed:
        """The steps after the last assembly that is broken by itself, or after the start."""
        at = 0
        for position, one in enumerate(path):
            if one.assembly is None and one.component in inside:
                at = position
        origin = (path[at].component, path[at].assembly)
        steps: list[tuple[Key, str | None]] = []
        last = path[at].component
        for one in path[at + 1 :]:
            if one.component != last:
                steps.append((one.component, self._edge(one, last, edge_kinds)))
                last = one.component
        return Crossed(place=place, steps=tuple(steps), origin=origin)

    def _edge(self, one: Reached, last: Key, edge_kinds: frozenset[str]) -> str | None:
        """The edge of a step: of several between the same two the first by name that is stated.

        Engines are free to walk over any of them; an answer is not.
        """
        if self._kinds is None:
            self._kinds = {}
            for edge in self._view.edges:
                place = (edge.downstream, edge.upstream)
                self._kinds.setdefault(place, set()).add(edge.kind)
        stated = self._kinds.get((one.component, last), set()) if one.assembly is None else set()
        return min(stated & edge_kinds, default=one.edge)


def _stepped(reach: Reach) -> list[Place]:
    """What one stated edge reaches, outside of assemblies."""
    return [(one.component, None) for one in reach if one.depth == 1 and one.assembly is None]


def _tops(content: Content) -> list[Key]:
    """Members from which a walk over ``contains`` reaches the assembly."""
    runtime = [
        key for key, one in content.members.items() if one.dependency_scope in _RUNTIME
    ] or list(content.members)
    direct = [key for key in runtime if content.members[key].direct == "direct"]
    return direct or runtime


class _Nothing:
    """What a walk from nowhere reaches."""

    truncated = False

    def __iter__(self) -> Iterator[Reached]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def depths(self) -> dict[Place, int]:
        return {}

    def path(self, place: Place) -> tuple[Reached, ...]:  # noqa: ARG002
        return ()


NOTHING = _Nothing()
"""The reach of a walk without starts."""
