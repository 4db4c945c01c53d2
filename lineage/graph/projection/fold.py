"""Folding: from visited integers to places (component, assembly) with depth and way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from lineage.graph.engine import Place, Reached
from lineage.graph.projection.packing import FREE, Ints
from lineage.graph.projection.projection import Projection
from lineage.model.identity import Key

Hop = tuple[int, int, int]
"""(place number, depth, code of the edge into it); place -1 is a resolution, code -1 a start."""


class Places:
    """Places as numbers: ``component * (assemblies + 1) + assembly + 1``; 0 is no assembly.

    Their order is that of (component key, assembly key), no assembly first.
    """

    def __init__(self, projection: Projection) -> None:
        self._graph = projection
        self.codes = projection.codes
        self.width = len(projection.assemblies) + 1

    def number(self, place: Place) -> int | None:
        """The number of a place; None if the graph has no such component or assembly."""
        canonical = self._graph.canonical
        component, assembly = place
        one = self._graph.component_number.get(canonical.get(component, component))
        if one is None:
            return None
        if assembly is None:
            return one * self.width
        two = self._graph.assembly_number.get(canonical.get(assembly, assembly))
        return None if two is None else one * self.width + two + 1

    def place(self, number: int) -> Place:
        """The place of a number."""
        component, assembly = divmod(number, self.width)
        held: Key | None = self._graph.assemblies[assembly - 1] if assembly else None
        return self._graph.components[component], held


class Fold(ABC):
    """A ``Reach`` over visited integers; subclasses fold one direction."""

    def __init__(self, projection: Projection, budget: int | None) -> None:
        self.truncated = False
        self._graph = projection
        self._places = Places(projection)
        self._cut: dict[int, int] | None = None
        self._budget = budget

    def _finish(self, *, truncated: bool) -> None:
        """Cut the answer to the budget; call when everything else is in place."""
        if self._budget is None or (not truncated and self._size() <= self._budget):
            return
        self.truncated = True
        every = ((number, depth) for depth, numbers in self._levels() for number in numbers)
        self._cut = dict(islice(every, self._budget))

    @abstractmethod
    def _levels(self) -> Iterator[tuple[int, list[int]]]:
        """Place numbers by depth, sorted within a depth, each once."""

    @abstractmethod
    def _size(self) -> int:
        """How many places there are."""

    @abstractmethod
    def _depth(self, number: int) -> int | None:
        """The depth of a place; None if it was not reached."""

    @abstractmethod
    def _back(self, number: int) -> Iterator[Hop]:
        """The way to a reached place, from its end to the start."""

    def __len__(self) -> int:
        return self._size() if self._cut is None else len(self._cut)

    def __iter__(self) -> Iterator[Reached]:
        for number, _ in self.numbers():
            yield next(iter(reached_back(self._places, self._back(number))))

    def numbers(self) -> Iterator[tuple[int, int]]:
        """(place number, depth) in the order of iteration."""
        if self._cut is not None:
            yield from self._cut.items()
            return
        for depth, numbers in self._levels():
            for number in numbers:
                yield number, depth

    def depth(self, number: int) -> int | None:
        """The depth of a place number; None if it is not in the answer."""
        return self._depth(number) if self._cut is None else self._cut.get(number)

    def depths(self) -> Mapping[Place, int]:
        """Every place with its smallest depth; nothing is listed before it is asked for."""
        return Depths(self, self._places)

    def path(self, place: Place) -> tuple[Reached, ...]:
        """One shortest path from a start to the place, start first; () if it was not reached."""
        number = self._places.number(place)
        if number is None or self.depth(number) is None:
            return ()
        return tuple(reached_back(self._places, self._back(number)))[::-1]


class Depths(Mapping[Place, int]):
    """Depths by place, looked up in the arrays of a walk."""

    def __init__(self, fold: Fold, places: Places) -> None:
        self._fold = fold
        self._places = places

    def __getitem__(self, place: Place) -> int:
        number = self._places.number(place)
        depth = None if number is None else self._fold.depth(number)
        if depth is None:
            raise KeyError(place)
        return depth

    def __iter__(self) -> Iterator[Place]:
        for number, _ in self._fold.numbers():
            yield self._places.place(number)

    def __len__(self) -> int:
        return len(self._fold)


def reached_back(places: Places, hops: Iterable[Hop]) -> Iterator[Reached]:
    """Turn a way (end first) into places; a resolution is passed, its stated edge kept."""
    last: tuple[Place, int] | None = None
    edge: str | None = None
    for number, depth, code in hops:
        if number < 0:
            edge = places.codes.kind_of(code) or edge
            continue
        place = places.place(number)
        if last is not None:
            yield Reached(*last[0], last[1], edge, place)
        last, edge = (place, depth), places.codes.kind_of(code) if code >= FREE else None
    if last is not None:
        yield Reached(*last[0], last[1], None, None)


class Positions:
    """Where nodes stand in the steps of a walk."""

    def __init__(self, nodes: Ints) -> None:
        self._at = {node: position for position, node in enumerate(nodes.tolist())}

    def __call__(self, node: int) -> int:
        """The position of a node, -1 if it was not visited."""
        return self._at.get(node, -1)
