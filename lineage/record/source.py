"""Which claims a view takes, and who makes each of them (design section 4, What counts)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC

import numpy as np
import numpy.typing as npt

from lineage.errors import StreamInvalidError
from lineage.model.identity import Key, family_of
from lineage.model.revision import Revision
from lineage.record.claimed import precedence_rank, slot_of
from lineage.record.layered import Layered
from lineage.record.snapshot import LiveHolding, SlotName, SlotState, Snapshot, StreamState
from lineage.record.view import Source

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The holdings of streams that count, and the assemblies that only other streams know.

    ``expired`` are those of attestations whose last day was before the revision's.
    """

    holdings: tuple[LiveHolding, ...]
    left: frozenset[Key]
    expired: tuple[LiveHolding, ...] = ()


def counts(stream: StreamState) -> bool:
    """Whether a stream counts: it has no branch, or says that its branch is the default one."""
    return stream.branch is None or stream.default is True


def take(snapshot: Snapshot, stream: str | None = None) -> Taken:
    """The holdings whose claims a view takes.

    ``stream`` names one stream that is taken as well. If it would not count by itself, it stands
    in place of the default branch's slots of the families that it describes; slots of a stream
    without a branch give way only to a document of their own format about the same family.
    Raises StreamInvalidError for a stream that nobody has written to.
    """
    if stream is not None and stream not in snapshot.streams:
        raise StreamInvalidError(
            stream=stream, reason=f"nothing came from it up to revision {snapshot.revision.number}"
        )
    names = {one.stream for one in snapshot.holdings}
    states = {name: snapshot.streams.get(name) or StreamState(name=name) for name in names}
    counting = {name for name, state in states.items() if counts(state)}
    named = stream is not None and stream not in counting
    gone = _replaced(snapshot, stream, states, counting) if named and stream else frozenset()
    if stream is not None and stream in states:
        counting.add(stream)
    over = _over(snapshot)
    taken = tuple(
        one
        for one in snapshot.holdings
        if one.stream in counting and (one.stream, one.slot) not in gone
    )
    return Taken(
        holdings=tuple(one for one in taken if (one.stream, one.slot) not in over)
        if over
        else taken,
        expired=tuple(one for one in taken if (one.stream, one.slot) in over) if over else (),
        left=frozenset(
            one.assembly
            for one in snapshot.holdings
            if one.assembly is not None and one.stream not in counting
        ),
    )


def _over(snapshot: Snapshot) -> frozenset[tuple[str, str]]:
    """The slots of attestations that have expired at the snapshot's revision."""
    return frozenset(
        name for name, slot in snapshot.slots.items() if is_over(slot, snapshot.revision)
    )


def is_over(slot: SlotState | None, revision: Revision) -> bool:
    """Whether the slot holds an attestation whose last day was before the revision's."""
    if slot is None or slot.expires is None:
        return False
    return revision.at.astimezone(UTC).date() > slot.expires


def _replaced(
    snapshot: Snapshot, stream: str, states: Mapping[str, StreamState], counting: set[str]
) -> frozenset[tuple[str, str]]:
    about: dict[tuple[str, str], set[Key]] = {}
    for one in snapshot.holdings:
        families = about.setdefault((one.stream, one.slot), set())
        if one.assembly is not None:
            families.add(family_of(one.assembly))
    for place, slot in snapshot.slots.items():
        if slot.subject is not None and place in about:
            about[place].add(family_of(slot.subject))
    own = {family for place, found in about.items() if place[0] == stream for family in found}
    formats = {
        (family, _slot(snapshot, place).format)
        for place, found in about.items()
        for family in found
        if place[0] == stream and _slot(snapshot, place).format
    }
    gone = set()
    for place, found in about.items():
        if place[0] not in counting:
            continue
        branched = states[place[0]].branch is not None
        same = {(family, _slot(snapshot, place).format) for family in found} & formats
        if (branched and found & own) or same:
            gone.add(place)
    return frozenset(gone)


def _slot(snapshot: Snapshot, place: tuple[str, str]) -> SlotState:
    return snapshot.slots.get(place) or SlotState(
        stream=place[0], slot=place[1], subject=None, revision=0
    )


class Sources(Mapping[int, tuple[Source, ...]]):
    """Who states each statement, best precedence first, then newest.

    Indexes are made when somebody asks: ``index`` of the holdings below, which are ``shared`` with
    what was made of the same (``like``, if it was), another of those that stand beside them.
    """

    def __init__(
        self,
        holdings: Layered[SlotName, tuple[LiveHolding, ...]],
        slots: Mapping[SlotName, SlotState],
        like: Mapping[int, tuple[Source, ...]] | None = None,
    ) -> None:
        self._slots = slots
        self.shared, self._beside = holdings.layers()
        self.index = _Index()
        if isinstance(like, Sources) and like.shared is self.shared:
            self.index = like.index
        self._own = _Index()

    def __getitem__(self, statement: int) -> tuple[Source, ...]:
        shared, beside = self._found()
        held = [one for one in shared.of(statement) if (one.stream, one.slot) not in self._beside]
        held += beside.of(statement)
        if not held:
            raise KeyError(statement)
        found = {source_of(self._slots, one) for one in held}
        return tuple(
            sorted(
                found, key=lambda s: (precedence_rank(s.precedence), -s.revision, s.stream, s.slot)
            )
        )

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids().tolist())

    def __len__(self) -> int:
        return len(self._ids())

    def _ids(self) -> npt.NDArray[np.int64]:
        below = (held for name, held in self.shared.items() if name not in self._beside)
        rows = [one.statements for held in (*below, *self._beside.values()) for one in held or ()]
        return np.unique(np.concatenate([*rows, np.empty(0, dtype=np.int64)]))

    def _found(self) -> tuple[_Index, _Index]:
        for index, rows in ((self.index, self.shared), (self._own, self._beside)):
            if not index.made:
                index.make(one for held in rows.values() for one in held or ())
        return self.index, self._own


class _Index:
    """Which of some holdings name a statement; nothing until it is made. Twice does no harm."""

    def __init__(self) -> None:
        self.made: tuple[list[LiveHolding], Numbers, Numbers] | None = None

    def make(self, holdings: Iterable[LiveHolding]) -> None:
        """Index these."""
        held = list(holdings)
        ids = np.concatenate([*(one.statements for one in held), np.empty(0, dtype=np.int64)])
        by = np.repeat(np.arange(len(held)), [len(one.statements) for one in held])
        order = np.argsort(ids, kind="stable")
        self.made = (held, ids[order], by[order])

    def of(self, statement: int) -> list[LiveHolding]:
        """The holdings that name it."""
        if self.made is None:
            return []
        held, ids, by = self.made
        low, high = (int(ids.searchsorted(statement, side=side)) for side in ("left", "right"))
        return [held[one] for one in by[low:high].tolist()]


def source_of(slots: Mapping[tuple[str, str], SlotState], holding: LiveHolding) -> Source:
    """Who makes the claims of a holding."""
    slot = slot_of(slots, holding)
    return Source(
        stream=holding.stream,
        slot=holding.slot,
        revision=holding.revision,
        precedence=slot.precedence,
        format=slot.format,
        principal=holding.principal,
        submission=holding.submission,
    )
