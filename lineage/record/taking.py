"""Which holdings a view takes, followed from snapshot to snapshot at the cost of what moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lineage.model.identity import Key
from lineage.record.layered import Layered, differing
from lineage.record.snapshot import LiveHolding, SlotName, Snapshot, StreamState, by_slot
from lineage.record.source import counts, is_over

Held = tuple[LiveHolding, ...]


@dataclass(slots=True)
class Moved:
    """What the next snapshot takes otherwise.

    ``slots`` are those whose state is another; ``gone`` and ``came`` the holdings that are taken
    no longer and newly, one of a slot whose precedence is another among both; ``left`` says how
    many more holdings of streams that do not count speak of an assembly (fewer: below 0).
    """

    slots: set[SlotName]
    gone: list[LiveHolding] = field(default_factory=list)
    came: list[LiveHolding] = field(default_factory=list)
    left: Counter[Key] = field(default_factory=Counter)


class Taking:
    """What ``take`` takes of a snapshot that names no stream, and of those that follow it.

    ``taken`` are the holdings by slot.
    """

    def __init__(self, snapshot: Snapshot, taken: Layered[SlotName, Held]) -> None:
        """Start from what was taken of a snapshot."""
        self._snapshot = snapshot
        self.taken = taken
        self._held = by_slot(snapshot.holdings)
        self._streams = Counter(stream for stream, _ in self._held)
        self._dated = {name for name, slot in snapshot.slots.items() if slot.expires is not None}
        self._over = self._over_in(snapshot)

    def expired(self) -> list[LiveHolding]:
        """The holdings that would be taken had their attestations not ended."""
        return [
            one
            for name in sorted(self._over)
            if _counted(self._snapshot, name[0])
            for one in self._held.get(name, ())
        ]

    def left(self) -> Counter[Key]:
        """How many holdings of streams that do not count speak of each assembly."""
        found: Counter[Key] = Counter()
        for (stream, _), held in self._held.items():
            if not _counted(self._snapshot, stream):
                found.update(_assemblies(held))
        return found

    def follow(self, snapshot: Snapshot) -> Moved:
        """Go on to a later snapshot."""
        old, was = self._snapshot, self._held
        held = by_slot(snapshot.holdings)
        states = differing(old.slots, snapshot.slots, lambda one, other: one == other)
        moved = Moved({name for name in states if name in snapshot.slots})
        turned = self._turned(snapshot)
        touched = states | differing(was, held)
        if turned:
            touched.update(name for name in was if name[0] in turned)
            touched.update(name for name in held if name[0] in turned)
        for name in states:
            slot = snapshot.slots.get(name)
            dated = slot is not None and slot.expires is not None
            (self._dated.add if dated else self._dated.discard)(name)
        over = self._over_in(snapshot)
        touched |= over ^ self._over
        put: dict[SlotName, Held] = {}
        for name in sorted(touched):
            now = held.get(name, ())
            self._count(name, was.get(name, ()), now, snapshot, moved)
            takes = now if _counted(snapshot, name[0]) and name not in over else ()
            _compare(self.taken.get(name, ()), takes, moved, anew=_weighed(old, snapshot, name))
            if takes or name in self.taken:
                put[name] = takes
        self.taken = self.taken.changed(
            {name: takes for name, takes in put.items() if takes},
            [name for name, takes in put.items() if not takes],
        )
        self._snapshot, self._held, self._over = snapshot, held, over
        return moved

    def _turned(self, snapshot: Snapshot) -> set[str]:
        """The streams with holdings that counted and do not, or the other way round."""
        return {
            name
            for name in differing(self._snapshot.streams, snapshot.streams)
            if self._streams[name] and _counted(self._snapshot, name) != _counted(snapshot, name)
        }

    def _count(self, name: SlotName, was: Held, now: Held, snapshot: Snapshot, to: Moved) -> None:
        self._streams[name[0]] += bool(now) - bool(was)
        if not _counted(self._snapshot, name[0]):
            to.left.subtract(_assemblies(was))
        if not _counted(snapshot, name[0]):
            to.left.update(_assemblies(now))

    def _over_in(self, snapshot: Snapshot) -> set[SlotName]:
        slots = snapshot.slots
        return {name for name in self._dated if is_over(slots.get(name), snapshot.revision)}


def _counted(snapshot: Snapshot, stream: str) -> bool:
    return counts(snapshot.streams.get(stream) or StreamState(name=stream))


def _assemblies(held: Held) -> Iterator[Key]:
    return (one.assembly for one in held if one.assembly is not None)


def _weighed(old: Snapshot, new: Snapshot, name: SlotName) -> bool:
    """Whether what the slot says has another precedence than it had."""
    one, other = old.slots.get(name), new.slots.get(name)
    return other is not None and (one is None or one.precedence != other.precedence)


def _compare(was: Held, now: Held, to: Moved, *, anew: bool) -> None:
    before = _by_assembly(was)
    for assembly, one in _by_assembly(now).items():
        known = before.pop(assembly, None)
        if known is not None and (known is one or _same(known, one)) and not anew:
            continue
        to.came.append(one)
        if known is not None:
            to.gone.append(known)
    to.gone.extend(before.values())


def _by_assembly(held: Iterable[LiveHolding]) -> dict[Key | None, LiveHolding]:
    return {one.assembly: one for one in held}


def _same(one: LiveHolding, other: LiveHolding) -> bool:
    return one.digest == other.digest and one.revision == other.revision
