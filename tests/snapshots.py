"""Snapshots and views made by hand: what the store would hand out, without a store.

>>> at = snapshot([("s", "lock", "service:acme/chat@1.0", [member("pkg:pypi/torch@2.9.1")], 1)])
>>> sorted(at.streams)
['s']
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from lineage.errors import RevisionUnknownError
from lineage.model.claim import (
    Directness,
    Edge,
    Member,
    OfComponent,
    Pointer,
    Property,
    Requirement,
    Statement,
    property_of,
)
from lineage.model.encoding import encode
from lineage.model.identity import Key
from lineage.model.revision import At, Revision
from lineage.record.snapshot import LiveHolding, SlotState, Snapshot, StreamState
from lineage.record.view import View

Held = tuple[str, str, str | None, Iterable[Statement], int]
"""(stream, slot, assembly or None for the world, statements, revision)."""

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def statement_id(statement: Statement) -> int:
    """The id of a statement here: equal statements have equal ids."""
    return int.from_bytes(hashlib.blake2b(encode(statement), digest_size=8).digest()) >> 1


def revision_of(number: int, said: str = "") -> Revision:
    """A revision of that number; ``said`` makes its chained digest differ."""
    chain = hashlib.blake2b(f"{number}:{said}".encode(), digest_size=16).hexdigest()
    return Revision(number=number, chain=chain, at=_BEGIN + timedelta(minutes=number))


def snapshot(
    holdings: Iterable[Held],
    *,
    streams: Iterable[StreamState] = (),
    slots: Iterable[SlotState] = (),
    revision: int | None = None,
    pack_revision: int = 0,
    tenant: str = "default",
) -> Snapshot:
    """A snapshot of these holdings.

    Streams that are not given have no branch and count. Slots that are not given describe the
    first assembly they hold something about, at their newest revision, precedence ``document``.
    """
    statements: dict[int, Statement] = {}
    held: list[LiveHolding] = []
    for stream, slot, assembly, said, number in holdings:
        ids = {statement_id(one): one for one in said}
        statements.update(ids)
        array = np.array(sorted(ids), dtype=np.int64)
        held.append(
            LiveHolding(
                stream=stream,
                slot=slot,
                assembly=None if assembly is None else Key(assembly),
                digest=hashlib.blake2b(array.tobytes(), digest_size=16).digest(),
                statements=array,
                revision=number,
                submission=f"{stream}/{slot}/{number}",
            )
        )
    given_slots = {(one.stream, one.slot): one for one in slots}
    for holding in held:
        place = (holding.stream, holding.slot)
        if place not in given_slots:
            given_slots[place] = _slot_of(place, held)
    given_streams = {one.name: one for one in streams}
    for name, _ in given_slots:
        given_streams.setdefault(name, StreamState(name=name))
    newest = max((one.revision for one in held), default=0)
    return Snapshot(
        tenant=tenant,
        revision=revision_of(newest if revision is None else revision),
        pack_revision=pack_revision,
        holdings=tuple(held),
        slots=given_slots,
        streams=given_streams,
        statements=statements,
    )


def _slot_of(place: tuple[str, str], held: list[LiveHolding]) -> SlotState:
    own = [one for one in held if (one.stream, one.slot) == place]
    about = [one.assembly for one in own if one.assembly is not None]
    return SlotState(
        stream=place[0],
        slot=place[1],
        subject=about[0] if about else None,
        revision=max(one.revision for one in own),
    )


def member(
    key: str,
    direct: Directness = "unknown",
    wish: str | Requirement | None = None,
    extras: tuple[str, ...] = (),
    dependency_scope: str = "runtime",
) -> Member:
    """A member statement; ``wish`` as text is a PEP 440 range."""
    return Member(Key(key), direct, _wish(wish), extras, dependency_scope)


def edge(
    downstream: str, kind: str, upstream: str, wish: str | Requirement | None = None, **more: Any
) -> Edge:
    """An edge statement between components; other fields of Edge by name."""
    return Edge(kind, OfComponent(Key(downstream)), Key(upstream), _wish(wish), **more)


def said(key: str, name: str, value: Any) -> Property:
    """A property statement about a component."""
    return property_of(Key(key), name, value)


def pointer(family: str, name: str, version: str) -> Pointer:
    """A pointer statement: ``name`` of the family stands for ``version`` (a component key)."""
    return Pointer(Key(family), name, Key(version))


def _wish(wish: str | Requirement | None) -> Requirement | None:
    return Requirement(wish, "pep440") if isinstance(wish, str) else wish


class SnapshotViews:
    """Views of snapshots made by hand, one per revision; the greatest is the newest."""

    def __init__(self, *snapshots: Snapshot) -> None:
        self._snapshots: Mapping[int, Snapshot] = {one.revision.number: one for one in snapshots}
        self._views: dict[At, View] = {}

    def snapshot(self, revision: int) -> Snapshot:
        """The snapshot that a revision's view is made of."""
        return self._snapshots[revision]

    def view(self, at: At) -> View:
        """The view at a revision (None: the newest); RevisionUnknownError."""
        from lineage.record.build import build_view

        newest = max(self._snapshots)
        number = newest if at.revision is None else at.revision
        if number not in self._snapshots:
            raise RevisionUnknownError(wanted=number, newest=newest)
        at = replace(at, revision=number)
        if at not in self._views:
            self._views[at] = build_view(
                self._snapshots[number],
                scope=at.scope,
                stream=at.stream,
                archived=frozenset(Key(key) for key in at.archived),
            )
        return self._views[at]
