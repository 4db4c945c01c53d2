"""One claim as a row: what is said, by whom, from when to when."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from lineage.model.claim import (
    Component,
    Edge,
    Member,
    OfAssembly,
    OfComponent,
    OfFamily,
    OfPattern,
    Pointer,
    Property,
    Requirement,
    Statement,
)
from lineage.record.past import Past
from lineage.record.stream import PUBLIC_PREFIX, PUBLIC_TENANT
from lineage.record.told import Told
from queries.index import index_of
from queries.naming import Seen
from queries.saying import Wish, wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What one statement says, whoever says it.

    ``says`` is component, member, edge, property or pointer; ``about`` the component or family it
    is about (null: the assembly that holds it). ``name`` is the property, the moving name, or null.
    """

    id: str
    says: str
    about: str | None
    name: str | None
    value: Any
    state: str | None
    edge: str | None
    upstream: str | None
    dependency_scope: str | None
    requirement: Wish | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow(Claimed):
    """A claim: a statement as one stream holds it, from one revision to another.

    ``assembly`` is where it holds (null: everywhere). ``submission`` began to say it, ``ended_by``
    is the one that no longer did; both are null with ``to_revision`` while it stands. ``public`` is
    true for what public knowledge says: its revisions are those of the pack.
    """

    assembly: str | None
    stream: str
    slot: str
    from_revision: int
    from_at: datetime
    to_revision: int | None
    to_at: datetime | None
    principal: str
    client: str
    format: str
    precedence: str
    commit: str | None
    submission: str
    ended_by: str | None
    public: bool = False


KEYS = ("public", "from_revision", "stream", "slot", "assembly", "id")


def row_of(told: Told, *, public: bool = False) -> ClaimRow:
    """A claim of the record, or of the public pack, as a row."""
    since, until = told.since, told.until
    said = claimed(told.id, told.statement)
    return ClaimRow(
        **{one.name: getattr(said, one.name) for one in fields(said)},
        assembly=told.assembly,
        stream=PUBLIC_PREFIX + told.stream if public else told.stream,
        slot=told.slot,
        from_revision=since.revision,
        from_at=since.at,
        to_revision=until.revision if until else None,
        to_at=until.at if until else None,
        principal=since.principal,
        client=since.client,
        format=since.format,
        precedence=since.precedence,
        commit=since.commit,
        submission=since.id,
        ended_by=until.id if until else None,
        public=public,
    )


def place_of(row: ClaimRow) -> tuple[Any, ...]:
    """What a page goes on from."""
    return row.public, row.from_revision, row.stream, row.slot, row.assembly or "", row.id


def claimed(number: int, statement: Statement) -> Claimed:
    """A statement as a value of an answer."""
    name: str | None = None
    value: Any = None
    state: str | None = None
    about: str | None = None
    edge: str | None = None
    upstream: str | None = None
    scope: str | None = None
    wish: Requirement | None = None
    match statement:
        case Component():
            about = statement.key
            says, value = "component", {"kind": statement.kind, "name": statement.name}
        case Member():
            about, scope, wish = (
                statement.component, statement.dependency_scope, statement.requirement,
            )  # fmt: skip
            says, value = "member", {"direct": statement.direct, "extras": statement.extras}
        case Edge():
            says, about = "edge", _about(statement.downstream)
            edge, upstream, scope = statement.kind, statement.upstream, statement.dependency_scope
            wish, name = statement.requirement, statement.pointer or None
            told = {
                "role": statement.role,
                "origin": statement.origin,
                **dict(statement.attributes),
            }
            value = {key: text for key, text in told.items() if text}
        case Property():
            says, about = "property", _about(statement.subject)
            name, value, state = statement.name, statement.decoded(), statement.state
        case Pointer():
            says, about = "pointer", statement.family
            name, upstream = statement.name, statement.version
    return Claimed(
        id=f"{number & (2**64 - 1):016x}",
        says=says,
        about=about,
        name=name,
        value=value,
        state=state,
        edge=edge,
        upstream=upstream,
        dependency_scope=scope,
        requirement=wishes([wish])[0] if wish else None,
    )


def rows_about(seen: Seen, past: Past) -> list[ClaimRow]:
    """Every claim of the component or family that was named: oldest first, then the public pack's.

    All keys of its identity class are looked at, and what is said of its whole family.
    """
    view = seen.view
    keys = dict.fromkeys(seen.named.keys)
    for key in seen.named.keys:
        if key in view.nodes:
            keys |= dict.fromkeys((*view.nodes[key].keys, view.nodes[key].family))
    if seen.named.family:
        keys |= dict.fromkeys(index_of(view).families.get(seen.named.key, ()))
    keys[seen.named.key] = None
    found = [row_of(one) for one in past.told(seen.at.tenant, view.revision.number, keys)]
    if seen.at.tenant != PUBLIC_TENANT:
        pack = past.told(PUBLIC_TENANT, view.pack_revision, keys)
        found += [row_of(one, public=True) for one in pack]
    return sorted(found, key=place_of)


def _about(subject: OfComponent | OfFamily | OfPattern | OfAssembly) -> str | None:
    match subject:
        case OfComponent(key):
            return key
        case OfFamily(family, when):
            return f"{family} {when}".rstrip()
        case OfPattern(pattern):
            return pattern
        case _:
            return None
