"""Resolved nodes: a component with the digest of its upstream closure, bottom up.

Equal digests are one node, whichever assemblies contain it (design section 4, How it is
projected). A resolution is an assembly's members and the edges among them, without the subject.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from lineage.graph.projection.cycle import cycles
from lineage.model.claim import Requirement
from lineage.model.identity import Key
from lineage.record.view import Content, InnerEdge, MemberFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A member with everything it leans on inside an assembly, shared by all that agree on it.

    ``edges`` are (kind, dependency scope, digest of the upstream resolved node), sorted.
    ``open`` is true where it brings its own assembly's contents along: its dependencies are
    unknown, and it is not the subject of the assembly that holds it.
    """

    digest: bytes
    component: Key
    open: bool
    edges: tuple[tuple[str, str, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The members of an assembly and their closures.

    ``contains`` are (dependency scope, digest) of the members at its top: the direct ones, and
    those that no member outside their own cycle leans on.
    """

    digest: bytes
    members: tuple[Resolved, ...]
    contains: tuple[tuple[str, bytes], ...]


def resolve(content: Content, subject: Key) -> Resolution:
    """The resolution of an assembly of that subject. Equal locks give equal digests.

    The subject matters only where it is a member of itself (see ``holds_itself``).
    """
    leans: dict[Key, list[InnerEdge]] = {key: [] for key in content.members}
    outer: dict[Key, list[InnerEdge]] = {key: [] for key in content.members}
    for edge in content.edges:
        if edge.downstream in leans and edge.upstream in leans:
            leans[edge.downstream].append(edge)
    order = sorted(content.members)
    for edge in content.outer:
        if edge.downstream in outer:
            outer[edge.downstream].append(edge)
    sets = cycles(order, {key: [edge.upstream for edge in leans[key]] for key in order})
    digests: dict[Key, bytes] = {}
    rank: dict[Key, int] = {}
    for number, members in enumerate(sets):
        for key in members:
            rank[key] = number
        body = [
            _member(content.members[key], [*leans[key], *outer[key]], digests, own=key == subject)
            for key in sorted(members)
        ]
        whole = _digest(body)
        for key in members:
            digests[key] = _digest([whole.hex(), key])
    leaned = {
        rank[edge.upstream]
        for key in order
        for edge in leans[key]
        if rank[edge.upstream] != rank[edge.downstream]
    }
    top = [
        key for key in order if content.members[key].direct == "direct" or rank[key] not in leaned
    ]
    resolved = tuple(
        Resolved(
            digest=digests[key],
            component=key,
            open=content.members[key].unknown and key != subject,
            edges=tuple(
                sorted({(e.kind, e.dependency_scope, digests[e.upstream]) for e in leans[key]})
            ),
        )
        for key in order
    )
    flags = [_membership(content.members[key], digests[key]) for key in order]
    return Resolution(
        digest=_digest(flags),
        members=resolved,
        contains=tuple((content.members[key].dependency_scope, digests[key]) for key in top),
    )


def holds_itself(content: Content, subject: Key) -> bool:
    """Whether the subject is a member of its own assembly, with unknown dependencies there.

    Such a member never brings its own assembly along, so its closure is not that of others.
    """
    own = content.members.get(subject)
    return own is not None and own.unknown


def _member(
    facts: MemberFacts, edges: list[InnerEdge], digests: dict[Key, bytes], *, own: bool
) -> list[Any]:
    lines = []
    for edge in edges:
        above = digests.get(edge.upstream)
        # Inside a cycle there is no digest yet: the set is one, its members stand by their keys.
        # What is no member stands by its key too.
        end = f"key {edge.upstream}" if above is None else above.hex()
        wishes = _wishes(edge.requirements)
        lines.append((edge.kind, edge.dependency_scope, end, wishes, edge.unpinned, edge.origin))
    if len(lines) > 1:
        lines.sort()
    return [
        facts.component,
        facts.unknown,
        own and facts.unknown,
        sorted(facts.extras),
        facts.facts,
        lines,
    ]


def _membership(facts: MemberFacts, digest: bytes) -> list[Any]:
    return [digest.hex(), facts.direct, facts.dependency_scope, _wishes(facts.requirements)]


@lru_cache(maxsize=1 << 16)
def _wishes(requirements: tuple[Requirement, ...]) -> str:
    """Requirements as one text, whatever their order."""
    texts = [[w.raw, w.scheme, w.marker, w.extra, w.extras] for w in requirements]
    return orjson.dumps(sorted(texts, key=orjson.dumps)).decode()


def _digest(value: Any) -> bytes:
    return hashlib.blake2b(orjson.dumps(value), digest_size=16).digest()
