"""What each revision opened and closed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lineage.model.claim import Statement
from lineage.model.encoding import decode
from lineage.model.identity import Key
from lineage.record.claim_set import Ids
from lineage.record.cut import Cut, Leaf, Ordered, leaf
from lineage.record.session import Row, Work
from lineage.record.sets import ClaimSets
from lineage.record.shelf import SubmissionRow, numbered


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What a revision did to what one slot says of one assembly (None: of the world)."""

    stream: str
    slot: str
    assembly: Key | None
    opened: tuple[int, ...]
    closed: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A revision: its submission, and what that opened and closed, by slot and assembly."""

    submission: SubmissionRow
    turned: tuple[Turned, ...]


_NONE: Ids = np.empty(0, dtype=np.int64)
_OLDEST_FIRST = Ordered(column="number")


def turns(work: Work, tenant: int, sets: ClaimSets, upto: int, cut: Cut) -> Leaf[Turn]:
    """Revisions up to one, oldest first; ``after`` of the cut is a revision."""
    row = work.one("SELECT count(*) FROM revision WHERE tenant = ? AND number <= ?", tenant, upto)
    between, bounds = _OLDEST_FIRST.condition(cut)
    tail, limit = _OLDEST_FIRST.tail(cut)
    numbers = [
        one[0]
        for one in work.rows(
            f"SELECT number FROM revision WHERE tenant = ? AND number <= ?{between}{tail}",  # noqa: S608
            tenant, upto, *bounds, *limit,
        )
    ]  # fmt: skip
    page = leaf(numbers, int(row[0]) if row else 0, cut)
    sent = numbered(work, tenant, upto, list(page.rows))
    turned = _turned(work, tenant, sets, list(page.rows))
    made = tuple(Turn(submission=sent[n], turned=tuple(turned.get(n, ()))) for n in page.rows)
    return Leaf(rows=made, total=page.total, has_next=page.has_next, has_previous=page.has_previous)


def statements(work: Work, tenant: int, numbers: list[int]) -> dict[int, Statement]:
    """Statements by id."""
    rows = work.among_ids(
        "SELECT id, body FROM statement WHERE tenant = ? AND id IN (*)", numbers, tenant
    )
    return {row[0]: decode(row[1]) for row in rows}


def _turned(
    work: Work, tenant: int, sets: ClaimSets, numbers: list[int]
) -> dict[int, list[Turned]]:
    """By revision. A holding is opened and closed in its own slot, or closed by an export."""
    if not numbers:
        return {}
    low, high = min(numbers), max(numbers)
    # The slots that these revisions touched: the submission's own, and those that an export of
    # the whole stream swept. The slot leads the key of a holding.
    rows = work.rows(
        "SELECT h.slot, h.assembly, h.from_revision, h.to_revision, h.claim_set, t.name, s.text,"
        " a.key FROM (SELECT slot AS id FROM submission WHERE tenant = ? AND revision >= ?"
        " AND revision <= ? UNION SELECT o.id FROM submission u JOIN slot o"
        " ON o.tenant = u.tenant AND o.stream = u.stream WHERE u.tenant = ? AND u.revision >= ?"
        " AND u.revision <= ? AND u.whole_stream = 1) x"
        " JOIN slot s ON s.tenant = ? AND s.id = x.id"
        " JOIN stream t ON t.tenant = s.tenant AND t.id = s.stream"
        " JOIN holding h ON h.tenant = s.tenant AND h.slot = s.id"
        " LEFT JOIN assembly a ON a.tenant = h.tenant AND a.id = h.assembly"
        " WHERE (h.from_revision >= ? AND h.from_revision <= ?)"
        " OR (h.to_revision >= ? AND h.to_revision <= ?)",
        tenant, low, high, tenant, low, high, tenant, low, high, low, high,
    )  # fmt: skip
    wanted = set(numbers)
    arrays = sets.read(work, tenant, {bytes(row[4]) for row in rows})
    opened: dict[tuple[int, int, int], Ids] = {}
    closed: dict[tuple[int, int, int], Ids] = {}
    names: dict[tuple[int, int], Row] = {}
    for row in rows:
        names[row[0], row[1]] = row
        if row[2] in wanted:
            opened[row[2], row[0], row[1]] = arrays[bytes(row[4])]
        if row[3] in wanted:
            closed[row[3], row[0], row[1]] = arrays[bytes(row[4])]
    found: dict[int, list[Turned]] = {}
    for revision, slot, where in sorted(opened.keys() | closed.keys()):
        new = opened.get((revision, slot, where), _NONE)
        old = closed.get((revision, slot, where), _NONE)
        name = names[slot, where]
        found.setdefault(revision, []).append(
            Turned(
                stream=name[5],
                slot=name[6],
                assembly=Key(name[7]) if where else None,
                opened=tuple(np.setdiff1d(new, old, assume_unique=True).tolist()),
                closed=tuple(np.setdiff1d(old, new, assume_unique=True).tolist()),
            )
        )
    for some in found.values():
        some.sort(key=lambda one: (one.stream, one.slot, one.assembly or ""))
    return found
