"""What differs between two assemblies that stand opposite each other: members and inner edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import orjson

from lineage.model.claim import OfComponent, Property
from lineage.model.identity import Key
from lineage.record.view import Assembly, Content, InnerEdge, MemberFacts, View
from queries.changed import Changed, Half, changed, version_text, wish_texts
from queries.pairing import Pair, Pairing, paired

_COMPLETENESS = ("completeness", "dependencies")
_ARTEFACT = "artefact"
_OF_ANY_VERSION = ("build",)
"""Facts that are compared even where the versions differ; the rest belongs to one version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """An assembly of one side and the view it is seen in."""

    assembly: Assembly
    view: View

    def half(
        self, key: Key, texts: tuple[str, ...] = (), statements: Iterable[int] = (),
        upstream: Key | None = None,
    ) -> Half:  # fmt: skip
        """What this side says of a component in here."""
        return Half(
            key=key, view=self.view, assembly=self.assembly.key, upstream=upstream,
            texts=texts, statements=statements, streams=self.assembly.streams,
        )  # fmt: skip


def members_of(room: Room, type: str) -> Iterator[Changed]:  # noqa: A002
    """All members of an assembly that has nothing opposite it: added or removed."""
    for key, member in sorted(room.assembly.content.members.items()):
        half = room.half(key, version_text(key, room.view), member.statements)
        before, after = (half, None) if type == "removed" else (None, half)
        yield changed(type, "member", before, after)


def inside(before: Room, after: Room) -> tuple[list[Changed], tuple[Pair, ...]]:
    """The differences between two assemblies, and the members whose versions differ."""
    one, other = before.assembly.content, after.assembly.content
    if one.digest == other.digest:
        return [], ()
    pairing = paired(one.members, other.members)
    rows: list[Changed] = []
    for key in pairing.before:
        half = before.half(key, version_text(key, before.view), one.members[key].statements)
        rows.append(changed("removed", "member", half, None))
    for key in pairing.after:
        half = after.half(key, version_text(key, after.view), other.members[key].statements)
        rows.append(changed("added", "member", None, half))
    for old, new in pairing.pairs():
        if one.members[old] != other.members[new]:
            rows += _member(before, after, one.members[old], other.members[new])
    rows += _edges(before, after, pairing)
    rows += _own(before, after)
    return rows, pairing.moved


def _member(before: Room, after: Room, one: MemberFacts, other: MemberFacts) -> Iterator[Changed]:
    def row(
        type: str,  # noqa: A002
        texts: tuple[str, ...],
        others: tuple[str, ...],
        name: str | None = None,
    ) -> Iterator[Changed]:
        if texts != others or type == "version":
            left = before.half(one.component, texts, one.statements)
            right = after.half(other.component, others, other.statements)
            yield changed(type, "member", left, right, name=name)

    same = one.component == other.component
    if not same:
        yield from row(
            "version",
            version_text(one.component, before.view),
            version_text(other.component, after.view),
        )
    yield from row("requirement", wish_texts(one.requirements), wish_texts(other.requirements))
    yield from row("completeness", _known(one), _known(other), "dependencies")
    yield from row("property", (one.direct,), (other.direct,), "direct")
    yield from row(
        "property", (one.dependency_scope,), (other.dependency_scope,), "dependency_scope"
    )
    yield from row("property", one.extras, other.extras, "extras")
    facts, others = _facts(one), _facts(other)
    for name in sorted(facts.keys() | others.keys()):
        if name in _COMPLETENESS or not (same or name in _OF_ANY_VERSION):
            continue
        left, right = facts.get(name, ()), others.get(name, ())
        digests = _digests(left) if name == _ARTEFACT else ()
        digest = _digests(right) if name == _ARTEFACT else ()
        if digests != digest:
            yield from row("digest", digests, digest, name)
        else:
            yield from row("property", left, right, name)


def _known(member: MemberFacts) -> tuple[str, ...]:
    return ("unknown",) if member.unknown else ("known",)


def _facts(member: MemberFacts) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, value in member.facts:
        found.setdefault(name, []).append(_plain(value))
    return {name: tuple(sorted(values)) for name, values in found.items()}


def _digests(texts: Iterable[str]) -> tuple[str, ...]:
    """The digests of installed files that are described as JSON."""
    found = set()
    for text in texts:
        try:
            told = orjson.loads(text)
        except orjson.JSONDecodeError:
            continue
        digest = told.get("digest") if isinstance(told, Mapping) else None
        if isinstance(digest, str):
            found.add(digest)
    return tuple(sorted(found))


def _plain(value: str) -> str:
    decoded = orjson.loads(value)
    return decoded if isinstance(decoded, str) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """All that one side states between two members over one kind of edge."""

    upstream: Key
    downstream: Key
    wishes: tuple[str, ...]
    scopes: tuple[str, ...]
    unpinned: bool
    statements: tuple[int, ...]


_Ends = tuple[str, Key, Key]


def _lines(content: Content, renamed: Mapping[Key, Key]) -> dict[_Ends, _Line]:
    """What members lean on, by kind and ends, the ends as the other side calls them."""
    groups: dict[_Ends, list[InnerEdge]] = {}
    for edge in (*content.edges, *content.outer):
        below, above = edge.downstream, edge.upstream
        if below not in content.members:
            continue
        ends = (edge.kind, renamed.get(below, below), renamed.get(above, above))
        groups.setdefault(ends, []).append(edge)
    return {
        ends: _Line(
            downstream=some[0].downstream,
            upstream=some[0].upstream,
            wishes=wish_texts(wish for one in some for wish in one.requirements),
            scopes=tuple(sorted({one.dependency_scope for one in some})),
            unpinned=any(one.unpinned for one in some),
            statements=tuple(number for one in some for number in one.statements),
        )
        for ends, some in groups.items()
    }


def _edges(before: Room, after: Room, pairing: Pairing) -> Iterator[Changed]:
    """Edges from members that are on both sides; those of a new member come with it."""
    old = _lines(before.assembly.content, dict(pairing.moved))
    new = _lines(after.assembly.content, {})
    both = {key for _, key in pairing.pairs()}
    for ends in sorted(old.keys() | new.keys()):
        if ends[1] not in both:
            continue
        one, other = old.get(ends), new.get(ends)
        if one is None or other is None:
            left = _half(before, one, one.wishes) if one else None
            right = _half(after, other, other.wishes) if other else None
            yield changed("added" if one is None else "removed", "edge", left, right, edge=ends[0])
            continue
        for type_, name, texts, others in (
            ("requirement", None, one.wishes, other.wishes),
            ("property", "dependency_scope", one.scopes, other.scopes),
            ("property", "unpinned", _flag(one.unpinned), _flag(other.unpinned)),
        ):
            if texts != others:
                left, right = _half(before, one, texts), _half(after, other, others)
                yield changed(type_, "edge", left, right, edge=ends[0], name=name)


def _half(room: Room, line: _Line, texts: tuple[str, ...]) -> Half:
    return room.half(line.downstream, texts, line.statements, upstream=line.upstream)


def _flag(value: bool) -> tuple[str, ...]:  # noqa: FBT001
    return ("true",) if value else ("false",)


def _own(before: Room, after: Room) -> Iterator[Changed]:
    """What is said of the assembly itself: its marker environment, how complete it is."""
    old, new = _properties(before), _properties(after)
    for about, name in sorted(old.keys() | new.keys(), key=str):
        texts, others = old.get((about, name), ()), new.get((about, name), ())
        if texts == others:
            continue
        type_ = "completeness" if name in _COMPLETENESS else "property"
        left = before.half(about or before.assembly.key, texts)
        right = after.half(about or after.assembly.key, others)
        yield changed(type_, "assembly", left, right, name=name)


def _properties(room: Room) -> dict[tuple[Key | None, str], tuple[str, ...]]:
    found: dict[tuple[Key | None, str], set[str]] = {}
    for one in room.assembly.content.properties:
        found.setdefault((_about(one, room), one.name), set()).add(
            _plain(one.value) if one.state == "value" else f"({one.state})"
        )
    return {place: tuple(sorted(texts)) for place, texts in found.items()}


def _about(one: Property, room: Room) -> Key | None:
    """None for the assembly itself, however it is named."""
    key = one.subject.key if isinstance(one.subject, OfComponent) else None
    return None if key == room.assembly.key else key
