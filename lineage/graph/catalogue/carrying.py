"""What carries an assembly: the relation that the verdict CARRIES walks, for all at once.

From the assembly as a whole against the edges that carry, in runtime scope: what contains it,
serves it, runs on it, is prompted by it or uses it as a tool, however far.
"""

from __future__ import annotations

import numpy as np

from lineage.graph.catalogue.assembly import Assemblies
from lineage.graph.catalogue.axis import Axis, End
from lineage.graph.catalogue.component import Components
from lineage.graph.catalogue.dictionary import Dictionary, Ints
from lineage.graph.catalogue.row import CarriesRow
from lineage.graph.engine import Mask
from lineage.graph.projection.projection import Projection
from lineage.vocabulary.changes import CROSSINGS
from lineage.vocabulary.edges import RUNTIME

NAME = "carries"
_CHANGE, _EFFECT = "upgrade", "CARRIES"
_SCOPES = frozenset({RUNTIME, ""})
_SERVICE = "service"


def carrying_mask() -> Mask:
    """The edges that carry what breaks, by the change table."""
    kinds = frozenset(
        kind
        for row in CROSSINGS
        if row.effect == _EFFECT and _CHANGE in row.changes and not row.downstream
        for kind in row.edge_kinds
    )
    return Mask(kinds=kinds, dependency_scopes=_SCOPES)


def carriers(graph: Projection) -> tuple[Ints, Ints]:
    """Pairs (assembly, component that carries it) as numbers of the projection, itself included."""
    allowed = graph.codes.allowed(carrying_mask())
    count = len(graph.assemblies)
    source = np.arange(count)
    node = graph.at_assembly + source
    width = graph.nodes
    seen = source * width + node
    while len(source):
        begin, end = graph.downstream.begin[node], graph.downstream.begin[node + 1]
        times = end - begin
        offset = np.repeat(begin - np.cumsum(times) + times, times)
        ends, codes = graph.downstream.at(offset + np.arange(len(offset)))
        taken = allowed[codes]
        found = np.unique(np.repeat(source, times)[taken] * width + ends[taken])
        fresh = found[~np.isin(found, seen, assume_unique=True)]
        seen = np.concatenate((seen, fresh))
        source, node = fresh // width, fresh % width
    source, node = seen // width, seen % width
    whole = (node < graph.at_resolution) & (graph.component[node] >= 0)
    pairs = np.unique(source[whole] * width + graph.component[node[whole]])
    return pairs // width, pairs % width


def carries_of(graph: Projection, components: Components, assemblies: Assemblies) -> Axis:
    """The rows (service, assembly): ends ``service`` (a component) and ``assembly``."""
    below, above = components.axis, assemblies.axis
    kind = below.column("kind")
    slots = [below.slot(key) for key in graph.components]
    rows = [
        (str(graph.components[carrier]), str(graph.assemblies[assembly]), slot, held)
        for assembly, carrier in zip(*(one.tolist() for one in carriers(graph)), strict=True)
        if (slot := slots[carrier]) is not None
        and kind.at(slot) == _SERVICE
        and (held := above.slot(graph.assemblies[assembly])) is not None
    ]
    rows.sort()
    return Axis(
        NAME,
        keys=Dictionary(f"{service} {assembly}" for service, assembly, _, _ in rows),
        size=len(rows),
        columns={},
        ends={
            "service": End(below, np.array([row[2] for row in rows], dtype=np.int64)),
            "assembly": End(above, np.array([row[3] for row in rows], dtype=np.int64)),
        },
    )


def carries_rows(axis: Axis, slots: Ints) -> tuple[CarriesRow, ...]:
    """Services and what they carry."""
    return axis.rows_of(CarriesRow, ("service.key", "assembly.key"), slots)
