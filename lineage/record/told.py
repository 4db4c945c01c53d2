"""Single claims of components: each statement with who held it, from when to when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lineage.model.claim import Statement
from lineage.model.encoding import decode
from lineage.model.identity import Key
from lineage.record.bearing import bearing
from lineage.record.digest import Stamp
from lineage.record.session import Work
from lineage.record.shelf import SubmissionRow, numbered


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A statement as one stream holds it, in one piece of time.

    ``since`` is the submission that began to say it, ``until`` the one that no longer did (None:
    it still stands); ``assembly`` is where it holds (None: everywhere).
    """

    id: int
    statement: Statement
    stream: str
    slot: str
    assembly: Key | None
    since: SubmissionRow
    until: SubmissionRow | None


@dataclass(frozen=True, slots=True)
class _Span:
    """A statement in a slot from one revision to another."""

    number: int
    slot: int
    assembly: int
    begin: int
    end: int | None


def told(work: Work, tenant: int, stamp: Stamp, upto: int, keys: Iterable[Key]) -> tuple[Told, ...]:
    """What was ever said of these keys up to a revision, oldest first.

    What opens or closes later is not seen: the answer at a revision never changes.
    """
    keys = list(keys)
    bodies: dict[int, bytes] = {
        row[0]: row[1]
        for row in work.among(
            "SELECT id, body FROM statement WHERE tenant = ? AND subject IN (*)",
            [stamp.name("key", key) for key in keys], tenant,
        )
    }  # fmt: skip
    # What an assembly says of itself names no subject: the set that holds it does.
    own = {stamp.name("assembly", key) for key in keys}
    itself: dict[int, bytes] = {
        row[0]: row[1]
        for row in work.rows(
            "SELECT id, body FROM statement WHERE tenant = ? AND subject = ?",
            tenant, stamp.name("key", ""),
        )
    }  # fmt: skip
    wanted = np.array(sorted(bodies.keys() | itself.keys()), dtype=np.int64)
    sets = {digest: ids.tolist() for digest, ids in bearing(work, tenant, wanted).items()}
    held = work.rows(
        "SELECT slot, assembly, from_revision, to_revision, claim_set FROM holding"
        " WHERE tenant = ? AND from_revision <= ? ORDER BY slot, assembly, from_revision",
        tenant, upto,
    )  # fmt: skip
    pieces = [
        _Span(number, slot, where, begin, end if end is not None and end <= upto else None)
        for slot, where, begin, end, digest in held
        for number in sets.get(bytes(digest), ())
        if number in bodies or where in own
    ]
    spans = _joined(pieces)
    return _named(work, tenant, upto, spans, bodies | itself)


def _joined(pieces: Iterable[_Span]) -> list[_Span]:
    """One span where a later set of the slot goes on to say the same."""
    open_: dict[tuple[int, int, int], _Span] = {}
    found: list[_Span] = []
    for one in pieces:
        place = (one.number, one.slot, one.assembly)
        last = open_.get(place)
        if last is not None and last.end == one.begin:
            open_[place] = _Span(one.number, one.slot, one.assembly, last.begin, one.end)
            continue
        if last is not None:
            found.append(last)
        open_[place] = one
    return [*found, *open_.values()]


def _named(
    work: Work, tenant: int, upto: int, spans: list[_Span], bodies: dict[int, bytes]
) -> tuple[Told, ...]:
    revisions = {one.begin for one in spans} | {one.end for one in spans if one.end is not None}
    sent = numbered(work, tenant, upto, sorted(revisions))
    assemblies = {
        row[0]: Key(row[1])
        for row in work.among(
            "SELECT id, key FROM assembly WHERE tenant = ? AND id IN (*)",
            sorted({one.assembly for one in spans} - {0}), tenant,
        )
    }  # fmt: skip
    slots = {
        row[0]: (row[1], row[2])
        for row in work.among(
            "SELECT s.id, t.name, s.text FROM slot s JOIN stream t ON t.tenant = s.tenant"
            " AND t.id = s.stream WHERE s.tenant = ? AND s.id IN (*)",
            sorted({one.slot for one in spans}), tenant,
        )
    }  # fmt: skip
    found = [
        Told(
            id=one.number,
            statement=decode(bodies[one.number]),
            stream=slots[one.slot][0],
            slot=slots[one.slot][1],
            assembly=assemblies.get(one.assembly),
            since=sent[one.begin],
            until=None if one.end is None else sent[one.end],
        )
        for one in spans
    ]
    return tuple(
        sorted(found, key=lambda t: (t.since.revision, t.stream, t.slot, t.assembly or "", t.id))
    )
