"""One hop of a walk as a value of an answer: which stated edge it was, and who states it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lineage.graph.engine import Reached
from lineage.model.claim import Requirement
from lineage.record.view import View
from queries.index import index_of
from queries.saying import Saying, Wish, sayings, wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A stated edge of a walk; ``assembly`` is where it holds (null: everywhere)."""

    downstream: str
    edge: str
    upstream: str
    assembly: str | None
    role: str
    origin: str
    unpinned: bool
    requirements: tuple[Wish, ...]
    claimed_by: tuple[Saying, ...]


def hop_between(view: View, start: Reached, end: Reached) -> Hop:
    """The edge of an upstream walk from ``start`` to ``end``, with everybody who states it."""
    kind = end.edge or ""
    role, origin, unpinned = "", "declared", False
    requirements: tuple[Requirement, ...] = ()
    statements: Iterable[int] = ()
    holder = view.assemblies.get(end.assembly) if end.assembly else None
    if holder is None:
        for edge in index_of(view).upstream.get(start.component, ()):
            if edge.upstream == end.component and edge.kind == kind:
                role, origin, unpinned = edge.role, edge.origin, edge.unpinned
                requirements, statements = edge.requirements, edge.statements
                break
    else:
        member = holder.content.members.get(end.component)
        if kind == "contains" and member is not None:
            requirements, statements = member.requirements, member.statements
        for inner in holder.content.edges:
            ends = (inner.downstream, inner.upstream, inner.kind)
            if ends == (start.component, end.component, kind):
                requirements, statements = inner.requirements, inner.statements
                unpinned = inner.unpinned
                break
    return Hop(
        downstream=start.component,
        edge=kind,
        upstream=end.component,
        assembly=end.assembly,
        role=role,
        origin=origin,
        unpinned=unpinned,
        requirements=wishes(requirements),
        claimed_by=sayings(view, statements),
    )
