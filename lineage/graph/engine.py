"""The port of an engine: what is reached from where, in components and assemblies.

The graph that every engine walks (design section 4, The walk), edges pointing upstream:

====================== ==========================  ======  =======================================
from                   to                          depth   when
====================== ==========================  ======  =======================================
component d            component u                 1       an ``everywhere`` edge d -> u
component d            assembly u                  1       the same edge, where u has an assembly
assembly a             resolution of a             0       always
resolution of a        occurrence (a, m)           1       ``contains``: m is direct, or no member
                                                           outside m's own cycle leans on it
occurrence (a, d)      occurrence (a, u)           1       an ``in assembly`` edge d -> u of a
occurrence (a, m)      component m                 0       always
occurrence (a, m)      assembly m                  0       m has an assembly (not a itself) and its
                                                           dependencies are unknown in a (inferred)
====================== ==========================  ======  =======================================

Upstream walks go along the edges, downstream walks against them; a walk never turns. A start at a
component starts at its component node and, where it has an assembly, at the assembly node, both at
depth 0. A start (assembly, component) downstream is two walks with visited sets of their own:
first inside that resolution, then from the assembly node at the depth reached; upstream it starts
at the occurrence. Results fold: component node and assembly node of x are (x, None), an occurrence
is (x, a), a resolution is nothing; the smallest depth wins. The starts themselves are reached at
depth 0. Free edges are always passed; the mask filters stated edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from lineage.model.identity import Key
from lineage.model.revision import At, Revision

Place = tuple[Key, Key | None]
"""(component, assembly), or (component, None) for the component everywhere."""


class Direction(StrEnum):
    """Along the edges (UPSTREAM: provenance) or against them (DOWNSTREAM: impact)."""

    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """Which stated edges a walk may take: names of edge kinds and scopes; None takes all."""

    kinds: frozenset[str] | None = None
    dependency_scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A walk: starts are (component, None) or (component, assembly).

    ``depth`` bounds the stated edges (None: no bound), ``budget`` the places reached (None: no
    bound; where it ends a walk, the answer says ``truncated``).
    """

    starts: tuple[Place, ...]
    direction: Direction
    at: At = field(default_factory=At)
    mask: Mask = field(default_factory=Mask)
    depth: int | None = None
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """One place, its smallest depth, and one shortest way: the last edge and where it came from.

    ``edge`` is the kind of the last stated edge (None at a start, or where a free edge was the
    last: then ``free`` is true); ``parent`` the place before it.
    """

    component: Key
    assembly: Key | None
    depth: int
    edge: str | None
    parent: Place | None


class Reach(Protocol):
    """What a walk reached; folded lazily. Iteration goes by depth, then key, then assembly."""

    @property
    def truncated(self) -> bool:
        """Whether the budget ended the walk."""
        ...

    def __iter__(self) -> Iterator[Reached]: ...

    def __len__(self) -> int: ...

    def depths(self) -> Mapping[Place, int]:
        """Every place with its smallest depth."""
        ...

    def path(self, place: Place) -> tuple[Reached, ...]:
        """One shortest path from a start to the place, start first; () if it was not reached."""
        ...


class Ways(tuple[tuple[Reached, ...], ...]):
    """Simple paths, shortest first. ``truncated``: a budget ended the search, there may be more."""

    truncated: bool = False

    @classmethod
    def of(cls, found: Iterable[tuple[Reached, ...]], *, truncated: bool) -> Ways:
        """These paths, and whether the search was ended."""
        made = cls(found)
        made.truncated = truncated
        return made


class Engine(Protocol):
    """A graph engine. It sees the record through views only; ``apply`` moves it forward."""

    @property
    def name(self) -> str:
        """What the engine is called in settings."""
        ...

    def apply(self, at: At) -> Revision:
        """Bring the graph of that tenant to its newest revision; returns it."""
        ...

    def reach(self, walk: Walk) -> Reach:
        """What the walk reaches."""
        ...

    def paths(self, walk: Walk, target: Place, limit: int) -> Ways:
        """Up to ``limit`` simple paths to the target, shortest first, then by text.

        Here ``budget`` bounds the unfinished paths that are looked at.
        """
        ...

    def subgraph(self, walk: Walk) -> tuple[tuple[Place, str, Place], ...]:
        """Every stated edge (downstream, kind, upstream) between the places that are reached."""
        ...

    def close(self) -> None:
        """Let go of what it holds: graphs, connections. Nothing is asked of it after that."""
        ...
