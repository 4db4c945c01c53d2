"""The kind of a dependsOn line by its ends (vocabulary.md, CycloneDX), for all formats."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lineage.model.claim import Claim, Edge, OfAssembly, OfComponent
from lineage.model.document import Circumstance, Reading
from lineage.model.identity import Key
from lineage.normalise.kind import Kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """A ``depends_on`` between these kinds says the edge kind ``kind``."""

    kind: str
    downstream: tuple[str, ...]
    upstream: tuple[str, ...]


BY_ENDS: tuple[Ends, ...] = (
    Ends(kind="serves", downstream=("service",), upstream=("model",)),
    Ends(kind="calls", downstream=("service",), upstream=("service",)),
    Ends(
        kind="runs_on",
        downstream=("service", "container"),
        upstream=("host", "hardware", "environment"),
    ),
)


def kinds_by_ends(reading: Reading, circumstance: Circumstance) -> Reading:  # noqa: ARG001
    """The reading with each ``depends_on`` whose ends say a finer kind stated as that kind."""
    kinds = Kinds(reading)
    claims = tuple(
        everywhere(claim, reading.subject, kinds) or claim
        if isinstance(claim.statement, Edge) and claim.statement.kind == "depends_on"
        else claim
        for claim in reading.claims
    )
    return replace(reading, claims=claims)


def everywhere(claim: Claim, subject: Key, kinds: Kinds) -> Claim | None:
    """The finer claim that a ``depends_on`` makes by its ends; None where there is none."""
    edge = claim.statement
    if not isinstance(edge, Edge):
        return None
    assembly = claim.assembly or subject
    downstream = kinds.of_subject(edge.downstream, assembly)
    upstream = kinds.of(edge.upstream)
    for row in BY_ENDS:
        if downstream in row.downstream and upstream in row.upstream:
            return Claim(named(edge, row.kind, assembly), None, claim.path)
    return None


def named(edge: Edge, kind: str, assembly: Key) -> Edge:
    """The edge under another kind, with the assembly's component where it spoke of the assembly."""
    about = edge.downstream
    return replace(
        edge, kind=kind, downstream=OfComponent(assembly) if about == OfAssembly() else about
    )
