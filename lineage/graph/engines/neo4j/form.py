"""What a projection looks like when it is written down: names, marks, edges, one digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from lineage.graph.engines.neo4j.shape import FORM, RANGES
from lineage.graph.projection.packing import Ints, Packed
from lineage.graph.projection.projection import Projection
from lineage.model.identity import identify
from lineage.record.view import View

Numbers = npt.NDArray[np.unsignedinteger[Any]]
"""Small integers: millions of edges are remembered, to know what changes."""
Mark = tuple[str, str, str, str | None]
"""(kind, family, name, version) of a component."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A view's graph as the server keeps it.

    ``projection`` has no edges of its own: those are the server's. ``names`` are those of the
    nodes, by range; ``marks`` what components show; ``down``, ``up`` and ``code`` the edges by
    node number, sorted by their upstream end. ``digest`` is equal exactly when all of that is.
    """

    projection: Projection
    names: tuple[tuple[str, ...], ...]
    marks: tuple[Mark, ...]
    down: Numbers = field(repr=False)
    up: Numbers = field(repr=False)
    code: Numbers = field(repr=False)
    pack_revision: int
    digest: str

    @property
    def begins(self) -> tuple[int, ...]:
        """The first number of every range, and the count of all nodes at the end."""
        one = self.projection
        return (0, one.at_assembly, one.at_resolution, one.at_resolved, one.nodes)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(kind, dependency scope) by code."""
        return self.projection.codes.pairs


def form_of(view: View, projection: Projection) -> Form:
    """The form of a view's projection."""
    names = (
        tuple(str(key) for key in projection.components),
        tuple(str(key) for key in projection.assemblies),
        tuple(digest.hex() for digest in projection.resolutions),
        tuple(digest.hex() for digest in projection.digests),
    )
    marks = tuple(_mark(view, key) for key in projection.components)
    packed = projection.downstream
    ends = np.repeat(np.arange(projection.nodes), np.diff(packed.begin))
    others, codes = packed.at(np.arange(len(packed.words)))
    digest = hashlib.blake2b(orjson.dumps([FORM, *names, marks, projection.codes.pairs]))
    for one in (packed.begin, others, codes):
        digest.update(np.ascontiguousarray(one).tobytes())
    return Form(
        projection=_bare(projection),
        names=names,
        marks=marks,
        down=others.astype(np.uint32),
        up=ends.astype(np.uint32),
        code=codes.astype(np.uint16),
        pack_revision=view.pack_revision,
        digest=digest.hexdigest()[:32],
    )


def _bare(projection: Projection) -> Projection:
    empty = Packed(
        begin=np.zeros(projection.nodes + 1, dtype=np.int64),
        words=np.empty(0, dtype=np.uint32),
        scopes=None,
        codes=projection.codes,
    )
    return replace(projection, upstream=empty, downstream=empty)


def _mark(view: View, key: str) -> Mark:
    node = view.nodes.get(key)  # type: ignore[call-overload]
    if node is not None:
        return (node.kind, str(node.family), node.name, node.version)
    known = identify(key)
    return (known.kind, str(known.family), known.name, known.version)


def range_of(form: Form, numbers: Ints) -> Ints:
    """Which range each node is of, as a position in ``RANGES``."""
    found: Ints = np.searchsorted(np.array(form.begins[1 : len(RANGES)]), numbers, side="right")
    return found
