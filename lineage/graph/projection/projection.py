"""A projected graph: a view as integers, ready for a walker.

Nodes are numbered in four ranges: components (by key), assemblies (by key), resolutions (by
digest), resolved nodes (by component, then digest). Equal views give equal arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from lineage.graph.projection.packing import Codes, Ints, Packed
from lineage.model.identity import Key
from lineage.model.revision import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Integers in rows: row n stands at ``begin[n]`` to ``begin[n + 1]``, sorted."""

    begin: Ints
    values: Ints

    def row(self, number: int) -> Ints:
        """The values of one row."""
        return self.values[self.begin[number] : self.begin[number + 1]]

    def counts(self) -> Ints:
        """How many values each row has."""
        return np.diff(self.begin)

    def spread(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Values of several rows, and for each the position in ``numbers`` that it came from."""
        counts = self.begin[numbers + 1] - self.begin[numbers]
        source = np.repeat(np.arange(len(numbers)), counts)
        offset = np.repeat(self.begin[numbers] - np.cumsum(counts) + counts, counts)
        return self.values[offset + np.arange(len(source))], source


def rows_of(count: int, number: Ints, value: Ints) -> Rows:
    """Rows of pairs (row number, value)."""
    order = np.lexsort((value, number))
    begin = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(number, minlength=count), out=begin[1:])
    return Rows(begin=begin, values=value[order])


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """The graph of one view. Numbers inside a range start at 0; nodes are numbers plus ``at_*``.

    ``component`` gives for every node its component (-1 for a resolution); ``resolution_of`` for
    every assembly its resolution; ``members`` for every resolution its resolved nodes;
    ``holders`` for every resolved node the resolutions that hold it; ``assemblies_of`` for every
    resolution the assemblies that have it; ``digests`` those of the resolved nodes.
    """

    revision: Revision
    components: tuple[Key, ...]
    assemblies: tuple[Key, ...]
    resolutions: tuple[bytes, ...]
    digests: tuple[bytes, ...]
    component: Ints
    assembly_at: Ints
    resolution_of: Ints
    members: Rows
    holders: Rows
    assemblies_of: Rows
    occurrences: Ints
    codes: Codes
    upstream: Packed
    downstream: Packed
    component_number: Mapping[Key, int] = field(repr=False)
    assembly_number: Mapping[Key, int] = field(repr=False)
    canonical: Mapping[Key, Key] = field(repr=False)

    @property
    def at_assembly(self) -> int:
        """The first assembly node."""
        return len(self.components)

    @property
    def at_resolution(self) -> int:
        """The first resolution node."""
        return self.at_assembly + len(self.assemblies)

    @property
    def at_resolved(self) -> int:
        """The first resolved node."""
        return self.at_resolution + len(self.resolutions)

    @property
    def nodes(self) -> int:
        """How many nodes there are in all."""
        return self.at_resolved + len(self.digests)

    def expect(self, nodes: Ints, *, upstream: bool) -> None:
        """Nothing to prepare: all edges are here (see ``Neighbours``)."""

    def near(self, node: int, *, upstream: bool) -> tuple[Ints, Ints]:
        """Ends and codes of the edges at one node."""
        return (self.upstream if upstream else self.downstream).row(node)

    def resolved(self, component: int, assembly: int) -> int | None:
        """The node of an occurrence; None if the component is no member of the assembly."""
        held = self.members.row(int(self.resolution_of[assembly]))
        owners = self.component[held + self.at_resolved]
        at = int(np.searchsorted(owners, component))
        if at == len(owners) or owners[at] != component:
            return None
        return int(held[at]) + self.at_resolved
