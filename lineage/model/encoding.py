"""Statements as canonical bytes and back: what is digested, stored and compared.

The layout is positional and versioned by its leading letter; a field is only ever appended.
``decode(encode(x)) == x`` for every statement, and equal statements give equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import orjson

from lineage.errors import RecordDamagedError
from lineage.model.claim import (
    Claim,
    Component,
    Edge,
    Json,
    Member,
    OfAssembly,
    OfComponent,
    OfFamily,
    OfPattern,
    Pointer,
    Property,
    Requirement,
    Statement,
    Subject,
)
from lineage.model.identity import Key


def encode(statement: Statement) -> bytes:
    """Canonical bytes of a statement (a JSON array)."""
    # Copied: orjson shrinks a page-sized buffer in place, which costs 4 kB and 2 us a statement.
    return b"%b" % orjson.dumps(_LAYOUTS[type(statement)](statement))


class Encoded(tuple[Claim, ...]):
    """Claims that know their statements' canonical bytes: ``bodies[i]`` are those of ``self[i]``.

    What is made of it by adding, cutting or replacing is a plain tuple again.
    """

    bodies: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, claims: Iterable[Claim], bodies: Iterable[bytes]) -> Self:
        """The claims with the bytes of each, one for one."""
        found = cls(claims)
        found.bodies = tuple(bodies)
        return found


def bodies_of(claims: Iterable[Claim]) -> Iterable[bytes]:
    """The canonical bytes of the statement of each claim, encoded unless they are known."""
    if isinstance(claims, Encoded):
        return claims.bodies
    return (encode(claim.statement) for claim in claims)


def decode(body: bytes) -> Statement:
    """The statement of canonical bytes; RecordDamagedError if they are not one."""
    try:
        letter, *fields = orjson.loads(body)
        return _READERS[letter](fields)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise RecordDamagedError(reason=f"a statement cannot be read ({error})") from None


def kind_letter(statement: Statement) -> str:
    """One letter for the kind of statement: c, m, e, p or o (pointer)."""
    return _LETTERS[type(statement)]


def _subject_out(subject: Subject) -> tuple[str, ...]:
    if type(subject) is OfComponent:  # nearly all; a match statement costs twice as much
        return ("c", subject.key)
    match subject:
        case OfFamily(family, when):
            return ("f", family, when)
        case OfPattern(pattern, when):
            return ("p", pattern, when)
        case _:
            return ("a",)


def _subject_in(fields: list[str]) -> Subject:
    match fields:
        case ["c", key]:
            return OfComponent(Key(key))
        case ["f", family, when]:
            return OfFamily(Key(family), when)
        case ["p", pattern, when]:
            return OfPattern(pattern, when)
        case ["a"]:
            return OfAssembly()
    raise ValueError(f"unknown subject {fields!r}")


def _requirement_out(wish: Requirement | None) -> tuple[Any, ...] | None:
    if wish is None:
        return None
    return (wish.raw, wish.scheme, wish.marker, wish.extra, wish.extras)


def _requirement_in(fields: list[Any] | None) -> Requirement | None:
    if fields is None:
        return None
    raw, scheme, marker, extra, extras = fields
    return Requirement(raw, scheme, marker, extra, tuple(extras))


def _component_out(s: Component) -> tuple[Any, ...]:
    return ("c", s.key, s.kind, s.name, s.version, s.raw_kind)


def _member_out(s: Member) -> tuple[Any, ...]:
    wish = _requirement_out(s.requirement)
    return ("m", s.component, s.direct, wish, s.extras, s.dependency_scope)


def _edge_out(s: Edge) -> tuple[Any, ...]:
    return (
        "e", s.kind, _subject_out(s.downstream), s.upstream, _requirement_out(s.requirement),
        s.dependency_scope, s.role, s.origin, s.confidence, s.completeness, s.pointer,
        s.attributes,
    )  # fmt: skip


def _property_out(s: Property) -> tuple[Any, ...]:
    return ("p", _subject_out(s.subject), s.name, s.value, s.state)


def _pointer_out(s: Pointer) -> tuple[Any, ...]:
    return ("o", s.family, s.name, s.version)


def _component_in(f: list[Any]) -> Statement:
    return Component(Key(f[0]), f[1], f[2], f[3], f[4])


def _member_in(f: list[Any]) -> Statement:
    return Member(Key(f[0]), f[1], _requirement_in(f[2]), tuple(f[3]), f[4])


def _edge_in(f: list[Any]) -> Statement:
    return Edge(
        f[0], _subject_in(f[1]), Key(f[2]), _requirement_in(f[3]), f[4], f[5], f[6], f[7], f[8],
        f[9], tuple((name, value) for name, value in f[10]),
    )  # fmt: skip


def _property_in(f: list[Any]) -> Statement:
    return Property(_subject_in(f[0]), f[1], Json(f[2]), f[3])


def _pointer_in(f: list[Any]) -> Statement:
    return Pointer(Key(f[0]), f[1], Key(f[2]))


_LAYOUTS: dict[type, Any] = {
    Component: _component_out,
    Member: _member_out,
    Edge: _edge_out,
    Property: _property_out,
    Pointer: _pointer_out,
}
_READERS = {
    "c": _component_in,
    "m": _member_in,
    "e": _edge_in,
    "p": _property_in,
    "o": _pointer_in,
}
_LETTERS: dict[type, str] = {Component: "c", Member: "m", Edge: "e", Property: "p", Pointer: "o"}
