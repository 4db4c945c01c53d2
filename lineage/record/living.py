"""Reads what is alive at a revision, forward from the last state that was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import RLock

from lineage.errors import RecordDamagedError
from lineage.model.claim import Statement
from lineage.model.encoding import decode
from lineage.model.identity import Key
from lineage.record.attested import expiry
from lineage.record.claim_set import Ids
from lineage.record.layered import Layered
from lineage.record.session import Row, Work
from lineage.record.sets import ClaimSets
from lineage.record.snapshot import LiveHolding, SlotName, SlotState, StreamState

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

    def __init__(self, bodies: tuple[Bodies, ...], holdings: Sequence[LiveHolding]) -> None:
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


@dataclass(frozen=True, slots=True)
class Living:
    """What is alive for one tenant at one revision; the next state is made from it.

    Slots and what they hold go by (stream, slot). Nothing of it ever changes, so that a revision
    costs what it changes.
    """

    revision: int
    slots: Layered[SlotName, SlotState] = field(default_factory=Layered)
    holdings: Layered[SlotName, tuple[LiveHolding, ...]] = field(default_factory=Layered)
    streams: Layered[str, StreamState] = field(default_factory=Layered)


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
        return self._filled(work, tenant, replace(last, revision=revision), states, rows)

    def _filled(
        self,
        work: Work,
        tenant: int,
        living: Living,
        states: list[Row],
        rows: list[Row],
    ) -> Living:
        """The state with these slots as they are now: their newest submissions and holdings."""
        places: dict[int, SlotName] = {}
        slots: dict[SlotName, SlotState] = {}
        streams: dict[str, StreamState] = {}
        for row in sorted(states, key=lambda row: row[5]):
            state = SlotState(
                stream=row[1], slot=row[2], subject=Key(row[3]) if row[3] else None,
                format=row[4], revision=row[5], latest=_flag(row[6]), precedence=row[7],
            )  # fmt: skip
            places[row[0]] = (state.stream, state.slot)
            slots[state.stream, state.slot] = state
            streams[state.stream] = StreamState(
                name=state.stream, branch=row[8], default=_flag(row[9])
            )
        arrays = self._sets.read(work, tenant, {bytes(row[3]) for row in rows})
        groups: dict[SlotName, list[LiveHolding]] = {place: [] for place in slots}
        for row in sorted(rows, key=lambda row: (row[0], row[1])):
            slot, where, key, digest, since, principal, submission = row
            if where and key is None:
                raise RecordDamagedError(reason=f"assembly {where} has no name")
            place = places[slot]
            held = LiveHolding(
                stream=place[0], slot=place[1], assembly=Key(key) if where else None,
                digest=bytes(digest), statements=arrays[bytes(digest)], revision=since,
                principal=principal or "", submission=submission or "",
            )  # fmt: skip
            groups[place].append(held)
        self._load(work, tenant, [arrays[digest] for digest in sorted(arrays)])
        self._date(tenant, slots, groups)
        return Living(
            living.revision,
            living.slots.changed(slots),
            living.holdings.changed(
                {place: tuple(held) for place, held in groups.items() if held},
                [place for place, held in groups.items() if not held],
            ),
            living.streams.changed(streams),
        )

    def _date(
        self,
        tenant: int,
        slots: dict[SlotName, SlotState],
        groups: dict[SlotName, list[LiveHolding]],
    ) -> None:
        """Note until when the slots of attestations count."""
        bodies = self.bodies(tenant)
        for place, held in groups.items():
            if held and slots[place].precedence == _BY_HAND:
                last = expiry(bodies[n] for one in held for n in one.statements.tolist())
                slots[place] = replace(slots[place], expires=last)

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
