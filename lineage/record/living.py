"""Reads what is alive at a revision, forward from the last state that was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from threading import RLock

from lineage.errors import RecordDamagedError
from lineage.model.claim import Statement
from lineage.model.encoding import decode
from lineage.model.identity import Key
from lineage.record.attested import expiry
from lineage.record.claim_set import Ids
from lineage.record.session import Row, Work
from lineage.record.sets import ClaimSets
from lineage.record.snapshot import LiveHolding, SlotState, StreamState

_SLOTS = (
    "SELECT s.id, t.name, s.text, s.subject, s.format, u.revision, u.latest, u.precedence,"
    " u.branch, u.is_default, u.stream, u.whole_stream"
    " FROM submission u JOIN slot s ON s.tenant = u.tenant AND s.id = u.slot"
    " JOIN stream t ON t.tenant = s.tenant AND t.id = s.stream"
)
_HOLDINGS = (
    "SELECT h.slot, h.assembly, a.key, h.claim_set, h.from_revision, b.principal, b.id"
    " FROM holding h LEFT JOIN assembly a ON a.tenant = h.tenant AND a.id = h.assembly"
    " LEFT JOIN submission b ON b.tenant = h.tenant AND b.revision = h.from_revision"
)


_BY_HAND = "set"  # the precedence of what people say themselves, attestations among it
_SCAN = 5000  # statements; beyond it reading the whole table may be cheaper than asking for each


class Bodies:
    """Statements of one tenant as they were read, decoded when somebody looks at them."""

    def __init__(self) -> None:
        self.found: dict[int, Statement | bytes] = {}

    def __getitem__(self, number: int) -> Statement:
        value = self.found[number]
        if isinstance(value, bytes):
            value = decode(value)
            self.found[number] = value
        return value


class LivingStatements(Mapping[int, Statement]):
    """The statements that a snapshot's holdings name; iterating goes by id."""

    def __init__(self, bodies: tuple[Bodies, ...], holdings: tuple[LiveHolding, ...]) -> None:
        self._bodies = bodies
        self._holdings = holdings
        self._ids: tuple[int, ...] | None = None

    def __getitem__(self, number: int) -> Statement:
        for bodies in self._bodies:
            if number in bodies.found:
                return bodies[number]
        raise KeyError(number)

    def __iter__(self) -> Iterator[int]:
        return iter(self._sorted())

    def __len__(self) -> int:
        return len(self._sorted())

    def _sorted(self) -> tuple[int, ...]:
        if self._ids is None:
            arrays = {held.digest: held.statements for held in self._holdings}
            self._ids = tuple(sorted({n for ids in arrays.values() for n in ids.tolist()}))
        return self._ids


@dataclass(slots=True)
class Living:
    """What is alive for one tenant at one revision, by slot; the next state is made from it."""

    revision: int
    slots: dict[int, SlotState] = field(default_factory=dict)
    branches: dict[int, tuple[str | None, bool | None]] = field(default_factory=dict)
    holdings: dict[int, tuple[LiveHolding, ...]] = field(default_factory=dict)
    streams: dict[str, StreamState] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)


class LivingReader:
    """Reads tenants of one record; keeps the newest state of each, and all statements read."""

    def __init__(self, sets: ClaimSets) -> None:
        self._sets = sets
        self._newest: dict[int, Living] = {}
        self._bodies: dict[int, Bodies] = {}
        self._lock = RLock()

    def bodies(self, tenant: int) -> Bodies:
        """The statements of a tenant that this process has read."""
        return self._bodies.setdefault(tenant, Bodies())

    def read(self, work: Work, tenant: int, revision: int) -> Living:
        """What is alive at the revision (which exists)."""
        with self._lock:
            last = self._newest.get(tenant)
            if last is not None and last.revision <= revision:
                living = self._advance(work, tenant, last, revision)
            else:
                living = self._whole(work, tenant, revision)
            if last is None or revision >= last.revision:
                self._newest[tenant] = living
            return living

    def _whole(self, work: Work, tenant: int, revision: int) -> Living:
        states = work.rows(
            _SLOTS  # noqa: S608
            + " WHERE u.tenant = ? AND u.revision IN (SELECT max(revision) FROM submission"
            " WHERE tenant = ? AND revision <= ? GROUP BY slot)",
            tenant, tenant, revision,
        )  # fmt: skip
        rows = work.rows(
            _HOLDINGS + " WHERE h.tenant = ? AND h.from_revision <= ?"
            " AND (h.to_revision IS NULL OR h.to_revision > ?)",
            tenant, revision, revision,
        )  # fmt: skip
        return self._filled(work, tenant, Living(revision), states, rows)

    def _advance(self, work: Work, tenant: int, last: Living, revision: int) -> Living:
        if last.revision == revision:
            return last
        states = work.rows(
            _SLOTS + " WHERE u.tenant = ? AND u.revision > ? AND u.revision <= ?"
            " ORDER BY u.revision",
            tenant, last.revision, revision,
        )  # fmt: skip
        if len(states) > 500 or any(row[11] for row in states):
            return self._whole(work, tenant, revision)
        touched = {row[0] for row in states}
        rows = work.among_ids(
            _HOLDINGS + " WHERE h.tenant = ? AND h.from_revision <= ?"
            " AND (h.to_revision IS NULL OR h.to_revision > ?) AND h.slot IN (*)",
            sorted(touched), tenant, revision, revision,
        )  # fmt: skip
        living = Living(
            revision,
            dict(last.slots),
            dict(last.branches),
            {slot: held for slot, held in last.holdings.items() if slot not in touched},
            dict(last.streams),
            dict(last.said),
        )
        return self._filled(work, tenant, living, states, rows)

    def _filled(
        self,
        work: Work,
        tenant: int,
        living: Living,
        states: list[Row],
        rows: list[Row],
    ) -> Living:
        for row in states:
            state = SlotState(
                stream=row[1], slot=row[2], subject=Key(row[3]) if row[3] else None,
                format=row[4], revision=row[5], latest=_flag(row[6]), precedence=row[7],
            )  # fmt: skip
            living.slots[row[0]] = state
            if living.said.get(state.stream, -1) < state.revision:
                living.said[state.stream] = state.revision
                living.streams[state.stream] = StreamState(
                    name=state.stream, branch=row[8], default=_flag(row[9])
                )
        arrays = self._sets.read(work, tenant, {bytes(row[3]) for row in rows})
        groups: dict[int, list[LiveHolding]] = {}
        for row in sorted(rows, key=lambda row: (row[0], row[1])):
            slot, where, key, digest, since, principal, submission = row
            if where and key is None:
                raise RecordDamagedError(reason=f"assembly {where} has no name")
            state = living.slots[slot]
            held = LiveHolding(
                stream=state.stream, slot=state.slot, assembly=Key(key) if where else None,
                digest=bytes(digest), statements=arrays[bytes(digest)], revision=since,
                principal=principal or "", submission=submission or "",
            )  # fmt: skip
            groups.setdefault(slot, []).append(held)
        living.holdings.update({slot: tuple(held) for slot, held in groups.items()})
        self._load(work, tenant, [arrays[digest] for digest in sorted(arrays)])
        self._date(tenant, living, groups)
        return living

    def _date(self, tenant: int, living: Living, groups: dict[int, list[LiveHolding]]) -> None:
        """Note until when the slots of attestations count."""
        bodies = self.bodies(tenant)
        for slot, held in groups.items():
            state = living.slots[slot]
            if state.precedence == _BY_HAND:
                last = expiry(bodies[n] for one in held for n in one.statements.tolist())
                living.slots[slot] = replace(state, expires=last)

    def _load(self, work: Work, tenant: int, arrays: list[Ids]) -> None:
        found = self.bodies(tenant).found
        missing = {number for ids in arrays for number in ids.tolist() if number not in found}
        if not missing:
            return
        if len(missing) > _SCAN and 2 * len(missing) > _count(work, tenant):
            rows = work.rows("SELECT id, body FROM statement WHERE tenant = ?", tenant)
        else:
            rows = work.among_ids(
                "SELECT id, body FROM statement WHERE tenant = ? AND id IN (*)",
                sorted(missing), tenant,
            )  # fmt: skip
        for number, body in rows:
            found.setdefault(number, body)
        lost = next((number for number in missing if number not in found), None)
        if lost is not None:
            raise RecordDamagedError(reason=f"statement {lost} is named but not there")


def _count(work: Work, tenant: int) -> int:
    row = work.one("SELECT count(*) FROM statement WHERE tenant = ?", tenant)
    return row[0] if row else 0


def _flag(value: int | None) -> bool | None:
    return None if value is None else bool(value)
