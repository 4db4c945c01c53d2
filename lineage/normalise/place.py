"""Where a claim holds: in the assembly or everywhere, by the edge-kind and property tables."""

from __future__ import annotations

from dataclasses import replace

from lineage.model.claim import (
    Claim,
    Component,
    Edge,
    Member,
    OfAssembly,
    OfComponent,
    Pointer,
    Property,
    Subject,
)
from lineage.model.document import Circumstance, Reading
from lineage.model.identity import Key
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.knowledge import KNOWLEDGE
from lineage.vocabulary.properties import PROPERTIES
from lineage.vocabulary.rows import Holds


def hold_where_they_hold(reading: Reading, circumstance: Circumstance) -> Reading:  # noqa: ARG001
    """Each claim with the assembly it holds in (None: everywhere).

    Components and pointers hold everywhere, members in an assembly, edges and properties as their
    row says; ``either`` and names without a row stay where the reader put them. What is said of
    the assembly as such becomes a claim about its component where it holds everywhere, and the
    other way round, so that equal locks share what they say.
    """
    return replace(reading, claims=tuple(_placed(c, reading.subject) for c in reading.claims))


def _placed(claim: Claim, subject: Key) -> Claim:
    said, assembly = claim.statement, _assembly(claim, subject)
    if isinstance(said, (Edge, Property)):
        about = said.downstream if isinstance(said, Edge) else said.subject
        turned = _turned(about, assembly, claim.assembly or subject)
        if turned is not about:
            said = (
                replace(said, downstream=turned)
                if isinstance(said, Edge)
                else replace(said, subject=turned)
            )
    if said is claim.statement and assembly == claim.assembly:
        return claim
    return Claim(said, assembly, claim.path)


def _assembly(claim: Claim, subject: Key) -> Key | None:
    match claim.statement:
        case Component() | Pointer():
            holds: Holds = "everywhere"
        case Member():
            holds = "assembly"
        case Edge(kind=name):
            holds = EDGES.get(name).holds if name in EDGES else "either"
        case Property(name=name, subject=about):
            holds = PROPERTIES.get(name).holds if name in PROPERTIES else "either"
            if name in KNOWLEDGE and about == OfComponent(subject):
                # A document about one component speaks of its release, wherever it is a member.
                holds = "either"
    if holds == "everywhere":
        return None
    return claim.assembly or subject if holds == "assembly" else claim.assembly


def _turned(about: Subject, holds_in: Key | None, meant: Key) -> Subject:
    if isinstance(about, OfAssembly) and holds_in is None:
        return OfComponent(meant)
    if isinstance(about, OfComponent) and holds_in is not None and about.key == holds_in:
        return OfAssembly()
    return about
