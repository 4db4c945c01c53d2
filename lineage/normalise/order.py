"""Duplicates collapse, and claims come out in one order: theirs in the document never matters."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from lineage.model.claim import Claim, Directness, Member, Requirement
from lineage.model.document import Circumstance, Reading
from lineage.model.encoding import Encoded, encode
from lineage.model.identity import Key
from lineage.vocabulary.edges import RUNTIME

_SAID: tuple[Directness, ...] = ("direct", "transitive", "unknown")


def canonical_order(reading: Reading, circumstance: Circumstance) -> Reading:  # noqa: ARG001
    """Each statement once per assembly, sorted by assembly and canonical bytes.

    Of equal statements the smallest path is kept. What is said of one member in several places is
    united: direct before transitive before unknown, all extras, runtime before other scopes, and
    one statement for each requirement.
    """
    places: dict[Key | None, dict[bytes, Claim]] = defaultdict(dict)
    for claim in _united(reading.claims):
        said = places[claim.assembly]
        body = encode(claim.statement)
        before = said.setdefault(body, claim)
        if before is not claim and claim.path and (not before.path or claim.path < before.path):
            said[body] = claim
    ordered = [
        (body, said[body])
        for _, said in sorted(places.items(), key=lambda place: place[0] or "")
        for body in sorted(said)
    ]
    return replace(
        reading,
        claims=Encoded.of([claim for _, claim in ordered], [body for body, _ in ordered]),
        quarantined=tuple(
            sorted(reading.quarantined, key=lambda q: (q.path, q.reason, repr(q.raw)))
        ),
        warnings=tuple(dict.fromkeys(reading.warnings)),
    )


def _united(claims: tuple[Claim, ...]) -> list[Claim]:
    members: dict[tuple[Key | None, Key], list[Claim]] = defaultdict(list)
    out: list[Claim] = []
    for claim in claims:
        if isinstance(claim.statement, Member):
            members[claim.assembly, claim.statement.component].append(claim)
        else:
            out.append(claim)
    for group in members.values():
        out += group if len(group) == 1 else _one_member(group)
    return out


def _one_member(group: list[Claim]) -> list[Claim]:
    said = [c.statement for c in group if isinstance(c.statement, Member)]
    direct = min((m.direct for m in said), key=_SAID.index)
    extras = tuple(sorted({extra for m in said for extra in m.extras}))
    scopes = sorted({m.dependency_scope for m in said})
    scope = RUNTIME if RUNTIME in scopes else scopes[0]
    wishes: set[Requirement | None] = {m.requirement for m in said}
    assembly, component = group[0].assembly, said[0].component
    path = min((c.path for c in group if c.path), default="")
    return [
        Claim(Member(component, direct, wish, extras, scope), assembly, path)
        for wish in (wishes - {None} or wishes)
    ]
