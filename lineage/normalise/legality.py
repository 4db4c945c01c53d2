"""Edges that the edge-kind table does not allow: stated as dependence, or set aside."""

from __future__ import annotations

from dataclasses import replace

from lineage.model.claim import Claim, Edge, Member, OfAssembly, OfComponent
from lineage.model.document import Circumstance, Quarantined, Reading
from lineage.model.encoding import encode
from lineage.model.identity import Key
from lineage.normalise.kind import Kinds
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.rows import EdgeKind

FALLBACK = "depends_on"
_LEANS = ("dependence", "structure")


def legal_edges(reading: Reading, circumstance: Circumstance) -> Reading:  # noqa: ARG001
    """The reading without self edges and without edges between kinds that they cannot join.

    An illegal edge that says "leans on" or "is made of" becomes ``depends_on`` in its assembly,
    with a warning; any other is quarantined, for a derivation of the wrong kind would taint. A
    line by which a component asks for an extra of itself is kept: it makes no edge between two
    things, and extras cannot be followed without it.
    """
    kinds = Kinds(reading)
    kept: list[Claim] = []
    quarantined = list(reading.quarantined)
    warnings = list(reading.warnings)
    for claim in reading.claims:
        edge = claim.statement
        if not isinstance(edge, Edge):
            if isinstance(edge, Member) and edge.component == claim.assembly:
                warnings.append(f"{claim.path or '$'}: the subject is no member of itself")
            else:
                kept.append(claim)
            continue
        fault = _fault(edge, claim.assembly or reading.subject, kinds)
        if fault == "":
            kept.append(claim)
        elif fault is None:
            warnings.append(f"{claim.path or '$'}: names itself, no {edge.kind} edge")
        elif edge.kind in EDGES and EDGES.get(edge.kind).edge_class in _LEANS:
            stated = replace(edge, kind=FALLBACK)
            kept.append(Claim(stated, claim.assembly or reading.subject, claim.path))
            warnings.append(f"{claim.path or '$'}: {fault}; stated as {FALLBACK}")
        else:
            raw = encode(edge).decode()
            quarantined.append(Quarantined(path=claim.path or "$", reason=fault, raw=raw))
    return replace(
        reading, claims=tuple(kept), quarantined=tuple(quarantined), warnings=tuple(warnings)
    )


def _fault(edge: Edge, assembly: Key, kinds: Kinds) -> str | None:
    """What is wrong with an edge: "" for nothing, None for an edge onto itself."""
    if edge.kind not in EDGES:
        return f"'{edge.kind}' is no edge kind"
    if _is_self(edge, assembly):
        return None
    row = EDGES.get(edge.kind)
    downstream = kinds.of_subject(edge.downstream, assembly)
    upstream = kinds.of(edge.upstream)
    return "" if downstream is None else _refusal(row, downstream, upstream)


def _refusal(row: EdgeKind, downstream: str, upstream: str) -> str:
    if row.downstream and downstream not in row.downstream:
        return f"{row.name} goes from {' or '.join(row.downstream)}, not from {downstream}"
    if row.upstream and upstream not in row.upstream:
        return f"{row.name} goes to {' or '.join(row.upstream)}, not to {upstream}"
    if row.same_kind and downstream != upstream:
        return f"{row.name} joins two of one kind, not {downstream} and {upstream}"
    return ""


def _is_self(edge: Edge, assembly: Key) -> bool:
    match edge.downstream:
        case OfComponent(key):
            same = key == edge.upstream
        case OfAssembly():
            same = assembly == edge.upstream
        case _:
            return False
    asks = edge.requirement is not None and bool(edge.requirement.extras)
    return same and not (edge.kind == "requires" and asks)
