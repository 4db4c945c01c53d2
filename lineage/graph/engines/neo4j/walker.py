"""The walk on the server: level by level, one row of lists per round, the visited set here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from lineage.graph.engine import Mask
from lineage.graph.engines.neo4j.here import walk_here
from lineage.graph.engines.neo4j.hops import Coding, Hops, TakenEdges
from lineage.graph.engines.neo4j.numbers import Numbers
from lineage.graph.engines.neo4j.shape import FREE_TYPES, STATED_TYPES, type_of
from lineage.graph.engines.neo4j.snapshot import Snapshot
from lineage.graph.engines.neo4j.statement import statement
from lineage.graph.projection.packing import FREE, Ints
from lineage.graph.projection.projection import Projection
from lineage.graph.walker import Steps

Allowed = npt.NDArray[np.bool_]
_NONE: Ints = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a walk may take, in the words of the server.

    ``scopes`` are the dependency scopes that are wanted, None where they are not looked at;
    ``free`` says whether free edges are passed. Types are those of the mask, whether this graph
    has them or not: one text then serves all graphs, and the server plans it once.
    """

    types: tuple[str, ...]
    scopes: tuple[str, ...] | None
    free: bool

    @classmethod
    def of(cls, mask: Mask, allowed: Allowed) -> Filter:
        """The filter of a mask; the table of codes says whether free edges are passed."""
        wanted = None if mask.kinds is None else {type_of(kind) for kind in mask.kinds}
        scopes = mask.dependency_scopes
        some = scopes is None or bool(scopes)
        return cls(
            types=tuple(one for one in STATED_TYPES if some and (wanted is None or one in wanted)),
            scopes=None if scopes is None else tuple(sorted(scopes)),
            free=bool(allowed[:FREE].all()),
        )


class Neo4jWalker:
    """Breadth-first over the server's graph (see ``Walker``), in the order of the other walkers.

    Its answers are right for one token, or MovedError is raised. One for each question: it knows
    the question's mask, and keeps the hops that were looked at.
    """

    def __init__(
        self, projection: Projection, snapshot: Snapshot, numbers: Numbers, mask: Mask
    ) -> None:
        self._mask = mask
        self._projection = projection
        self._snapshot = snapshot
        self._numbers = numbers
        self._coding = Coding(projection.codes)
        self.hops = Hops(snapshot, numbers, self._coding)
        self._inner: Ints = _NONE

    def walk(
        self,
        starts: Ints,
        *,
        upstream: bool,
        allowed: Allowed,
        depth: int | None,
        budget: int | None,
        ahead: Ints | None = None,
    ) -> Steps:
        """Everything reachable over allowed edge codes, each node at its smallest depth."""
        chosen = Filter.of(self._mask, allowed)
        if upstream and ahead is None and not chosen.free and len(self._projection.assemblies):
            return self._walk_inside(starts, allowed, depth)
        joins = np.zeros(len(starts), dtype=np.int64) if ahead is None else ahead
        with self._snapshot.asking() as session:
            seen = np.zeros(self._projection.nodes, dtype=np.bool_)
            rounds = _Rounds(
                self._projection, self._snapshot, session, self._numbers, chosen, seen,
                upstream=upstream,
            )  # fmt: skip
            walk = _Walk(rounds)
            truncated = walk.run(np.asarray(starts, dtype=np.int64), joins, depth, budget)
        node, parent = np.concatenate(walk.nodes), np.concatenate(walk.parents)
        self._inner = node[node >= self._projection.at_resolution] if upstream else _NONE
        return Steps(
            node=node,
            depth=np.concatenate(walk.depths),
            edge=TakenEdges(
                self._snapshot, self._numbers, self._coding, node, parent,
                allowed, upstream=upstream,
            ),
            parent=parent,
            truncated=truncated,
        )  # fmt: skip

    def everything(self, starts: Ints, *, upstream: bool, allowed: Allowed) -> Ints:
        """The nodes that a walk without a bound reaches, as a set.

        The server's own search does not look at scopes: more is found where they are filtered.
        """
        row = self._searched("all_up" if upstream else "all_down", starts, allowed)
        found: Ints = np.sort(self._numbers.of(np.array(row["ends"], dtype=np.int64)))
        return found

    def distances(self, starts: Ints, *, upstream: bool, allowed: Allowed) -> Steps:
        """Nodes and depths of a walk without a bound, in a graph without free edges.

        No way is told: edges and parents are those of a start.
        """
        row = self._searched("far_up" if upstream else "far_down", starts, allowed)
        node = self._numbers.of(np.array(row["ends"], dtype=np.int64))
        depth = np.array(row["depths"], dtype=np.int64)
        order = np.lexsort((node, depth))
        none = np.full(len(node), -1, dtype=np.int64)
        return Steps(node=node[order], depth=depth[order], edge=none, parent=none, truncated=False)

    def between(self, starts: Ints, ends: Ints, *, upstream: bool, allowed: Allowed) -> Hops:
        """The hops that a way from starts to ends can take, and no other."""
        there = self.everything(starts, upstream=upstream, allowed=allowed)
        back = self.everything(ends, upstream=not upstream, allowed=allowed)
        return Hops(self._snapshot, self._numbers, self._coding, np.intersect1d(there, back))

    def _walk_inside(self, starts: Ints, allowed: Allowed, depth: int | None) -> Steps:
        """A walk inside resolutions: those that were entered just now are fetched together."""
        self.hops.expect(self._inner, upstream=True)
        return walk_here(self.hops, starts, allowed, depth, upstream=True)

    def _searched(self, name: str, starts: Ints, allowed: Allowed) -> Any:
        chosen = Filter.of(self._mask, allowed)
        free = FREE_TYPES if chosen.free else ()
        text = statement(name, (*free, *chosen.types) or ("NONE",))
        return self._snapshot.ask(text, nodes=self._numbers.ids[starts].tolist())


@dataclass(slots=True)
class _Rounds:
    """Asks the server where a frontier leads."""

    graph: Projection
    snapshot: Snapshot
    session: Any
    numbers: Numbers
    filter: Filter
    seen: Allowed
    """The nodes that were reached, by number; the walk marks them."""
    upstream: bool = field(kw_only=True)
    _texts: dict[bool, str] = field(init=False)

    def __post_init__(self) -> None:
        # A part that asks for nothing takes a tenth of a small round.
        way = "up" if self.upstream else "down"
        more = " AND r.dependency_scope IN $scopes" if self.filter.scopes else ""
        types = self.filter.types or ("NONE",)
        self._texts = {
            free: statement(f"{name}_{way}", types).replace("FILTER", more)
            for free, name in ((True, "step"), (False, "step_stated"))
        }

    def step(self, frontier: Ints, *, stated: bool) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
        """New ends over stated and over free edges, each with a position in the frontier.

        Both come sorted by that position, then by number.
        """
        asked, passed = self._asked(frontier)
        if not stated or not self.filter.types:
            asked = _NONE
        if not len(asked) and not len(passed):
            return (_NONE, _NONE), (_NONE, _NONE)
        scopes = self.filter.scopes
        ids = self.numbers.ids
        row = self.snapshot.row(
            self.session,
            self._texts[bool(len(passed))],
            stated=ids[frontier[asked]].tolist(),
            **({"free": ids[frontier[passed]].tolist()} if len(passed) else {}),
            **({"scopes": list(scopes)} if scopes else {}),
        )
        free = self._new(row["free_ends"], row["free_places"], passed) if len(passed) else None
        return self._new(row["ends"], row["places"], asked), free or (_NONE, _NONE)

    def _asked(self, frontier: Ints) -> tuple[Ints, Ints]:
        """Positions of those that a stated, and of those that a free edge can lead on from."""
        graph = self.graph
        if not len(graph.assemblies):
            return np.arange(len(frontier)), _NONE
        whole = frontier < graph.at_resolution
        top = ~whole & (frontier < graph.at_resolved)
        assembly = whole & (frontier >= graph.at_assembly)
        # Along the edges nothing stated leaves an assembly node, nothing free a resolution;
        # against them it is the other way round.
        stated = ~assembly if self.upstream else ~top
        free = (~whole & ~top | assembly) if self.upstream else (whole | top)
        return np.flatnonzero(stated), np.flatnonzero(free) if self.filter.free else _NONE

    def _new(self, ends: list[int], places: list[int], among: Ints) -> tuple[Ints, Ints]:
        if not ends:
            return _NONE, _NONE
        number = self.numbers.of(np.array(ends, dtype=np.int64))
        # Most of what a hub leads to was there before: it is left out before it is sorted.
        kept = ~self.seen[number] & (number >= 0)
        number = number[kept]
        at = among[np.array(places, dtype=np.int64)[kept]]
        order = np.argsort(at * len(self.seen) + number)
        return number[order], at[order]


@dataclass(slots=True)
class _Walk:
    """One walk under way."""

    rounds: _Rounds
    nodes: list[Ints] = field(default_factory=lambda: [_NONE])
    depths: list[Ints] = field(default_factory=lambda: [_NONE])
    parents: list[Ints] = field(default_factory=lambda: [_NONE])
    count: int = 0
    seen: Allowed = field(init=False)
    place: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.seen = self.rounds.seen
        self.place = np.empty(len(self.seen), dtype=np.int64)

    def run(self, starts: Ints, joins: Ints, limit: int | None, budget: int | None) -> bool:
        """Walk to the end; whether the budget ended it before."""
        last = int(joins.max()) if len(joins) else 0
        level = 0
        found = (_NONE, _NONE)
        while True:
            # Whoever was reached comes before who joins here, so that parents are kept.
            if level <= last:
                joining = starts[joins == level]
                found = _joined([found, (joining, np.full(len(joining), -1, dtype=np.int64))])
            new = self._visit(*found, level)
            more = limit is None or level < limit
            found = self._level(new, level, more=more)
            if not more or (not len(found[0]) and level >= last):
                return False
            if budget is not None and self.count > budget:
                return bool(len(found[0])) or level < last
            level += 1

    def _level(self, new: tuple[Ints, Ints], level: int, *, more: bool) -> tuple[Ints, Ints]:
        """Close a level under free edges; what its stated edges lead to."""
        found: list[tuple[Ints, Ints]] = []
        while len(new[0]):
            nodes, positions = new
            stated, free = self.rounds.step(nodes, stated=more)
            found.append((stated[0], positions[stated[1]]))
            if not len(free[0]):
                break
            new = self._visit(free[0], positions[free[1]], level)
        return found[0] if len(found) == 1 else _joined(found)

    def _visit(self, ends: Ints, parents: Ints, level: int) -> tuple[Ints, Ints]:
        """Note the ends that are new, each once, the first of equals; with their positions."""
        kept = (~self.seen[ends]).nonzero()[0] if len(ends) else _NONE
        if not len(kept):
            return _NONE, _NONE
        nodes = ends[kept]
        # The last that is written stands, so that backwards the first of equals does.
        self.place[nodes[::-1]] = kept[::-1]
        kept = kept[self.place[nodes] == kept]
        nodes = ends[kept]
        self.seen[nodes] = True
        positions = np.arange(self.count, self.count + len(nodes))
        self.nodes.append(nodes)
        self.parents.append(parents[kept])
        self.depths.append(np.full(len(nodes), level, dtype=np.int64))
        self.count += len(nodes)
        return nodes, positions


def _joined(found: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """Ends and their parents, one after the other."""
    ends, parents = zip(*found or [(_NONE, _NONE)], strict=True)
    return np.concatenate(ends), np.concatenate(parents)
