"""Single claims of components: each statement with who held it, from when to when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lineage.model.claim import Statement
from lineage.model.encoding import decode
from lineage.model.identity import Key
from lineage.record.bearing import Bearings
from lineage.record.digest import Stamp
from lineage.record.session import Work
from lineage.record.sets import ClaimSets
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """What reads the claim sets of a database, and what finds them by what they name."""

    sets: ClaimSets
    bearings: Bearings


@dataclass(frozen=True, slots=True, kw_only=True)
class _Holding:
    """A set in a slot from one revision to another, and what the two are called."""

    place: tuple[int, int]
    begin: int
    end: int | None
    claim_set: bytes
    stream: str
    slot: str
    assembly: Key | None


@dataclass(frozen=True, slots=True)
class _Span:
    """A statement in a slot from one revision to another."""

    number: int
    held: _Holding
    begin: int
    end: int | None


def told(
    work: Work, tenant: int, stamp: Stamp, reads: Reads, upto: int, keys: Iterable[Key]
) -> tuple[Told, ...]:
    """What was ever said of these keys up to a revision, oldest first.

    What opens or closes later is not seen: the answer at a revision never changes.
    """
    keys = list(keys)
    about: dict[int, bytes] = dict(
        work.among(
            "SELECT id, body FROM statement WHERE tenant = ? AND subject IN (*)",
            [stamp.name("key", key) for key in keys], tenant,
        )
    )  # fmt: skip
    sets = reads.bearings.of(work, tenant, about)
    own = {stamp.name("assembly", key) for key in keys}
    held = _holdings(work, tenant, upto, sorted(sets), sorted(own))
    pieces = [(one, number) for one in held for number in sets.get(one.claim_set, ())]
    said, itself = _of_itself(work, tenant, stamp, reads, [h for h in held if h.place[1] in own])
    pieces = sorted([*pieces, *said], key=lambda piece: piece[0].begin)
    return _named(work, tenant, upto, _joined(pieces), about | itself)


def _of_itself(
    work: Work, tenant: int, stamp: Stamp, reads: Reads, own: list[_Holding]
) -> tuple[list[tuple[_Holding, int]], dict[int, bytes]]:
    """What assemblies say of themselves: it names no subject, the set that holds it does."""
    ids = reads.sets.read(work, tenant, sorted({one.claim_set for one in own}))
    every = sorted({number for array in ids.values() for number in array.tolist()})
    if not every:
        return [], {}
    bodies: dict[int, bytes] = dict(
        work.among_ids(
            "SELECT id, body FROM statement WHERE tenant = ? AND subject = ? AND id IN (*)",
            every, tenant, stamp.name("key", ""),
        )
    )  # fmt: skip
    found = [(one, n) for one in own for n in ids[one.claim_set].tolist() if n in bodies]
    return found, bodies


def _holdings(
    work: Work, tenant: int, upto: int, sets: list[bytes], assemblies: list[int]
) -> list[_Holding]:
    """The holdings up to a revision that have one of these sets, or are of these assemblies."""
    marks = ", ".join("?" * len(assemblies))
    rows = work.among(
        "SELECT h.slot, h.assembly, h.from_revision, h.to_revision, h.claim_set, t.name, s.text,"  # noqa: S608
        " a.key FROM holding h JOIN slot s ON s.tenant = h.tenant AND s.id = h.slot"
        " JOIN stream t ON t.tenant = s.tenant AND t.id = s.stream"
        " LEFT JOIN assembly a ON a.tenant = h.tenant AND a.id = h.assembly"
        " WHERE h.tenant = ? AND h.from_revision <= ?"
        f" AND (h.assembly IN ({marks}) OR h.claim_set IN (*))",
        sets or [b""], tenant, upto, *assemblies,
    )  # fmt: skip
    found = (
        _Holding(
            place=(slot, assembly),
            begin=begin,
            end=end if end is not None and end <= upto else None,
            claim_set=bytes(digest),
            stream=stream,
            slot=text,
            assembly=None if key is None else Key(key),
        )
        for slot, assembly, begin, end, digest, stream, text, key in rows
    )
    return list(dict.fromkeys(found))  # those of the assemblies come with every chunk of sets


def _joined(pieces: Iterable[tuple[_Holding, int]]) -> list[_Span]:
    """One span where a later set of the slot goes on to say the same."""
    open_: dict[tuple[int, int, int], _Span] = {}
    found: list[_Span] = []
    for one, number in pieces:
        place = (number, *one.place)
        last = open_.get(place)
        if last is not None and last.end == one.begin:
            open_[place] = replace(last, end=one.end)
            continue
        if last is not None:
            found.append(last)
        open_[place] = _Span(number, one, one.begin, one.end)
    return [*found, *open_.values()]


def _named(
    work: Work, tenant: int, upto: int, spans: list[_Span], bodies: dict[int, bytes]
) -> tuple[Told, ...]:
    revisions = {one.begin for one in spans} | {one.end for one in spans if one.end is not None}
    sent = numbered(work, tenant, upto, sorted(revisions))
    found = [
        Told(
            id=one.number,
            statement=decode(bodies[one.number]),
            stream=one.held.stream,
            slot=one.held.slot,
            assembly=one.held.assembly,
            since=sent[one.begin],
            until=None if one.end is None else sent[one.end],
        )
        for one in spans
    ]
    return tuple(
        sorted(found, key=lambda t: (t.since.revision, t.stream, t.slot, t.assembly or "", t.id))
    )
