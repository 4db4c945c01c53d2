"""How far a change of holdings reaches: what it touches, or that it reaches further than is seen.

The counts and indexes that tell are brought forward on the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from lineage.model.claim import Edge, OfComponent, Pointer, Property, Statement
from lineage.model.identity import Key, identify
from lineage.record.build import Built
from lineage.record.claimed import Says, is_of_assembly, says, slot_of
from lineage.record.classes import alias_of
from lineage.record.counting import PLACING, says_deployed
from lineage.record.holders import Holders, Place, Standing
from lineage.record.latest import Candidate, release_order
from lineage.record.ledger import Ledger, by_assembly
from lineage.record.newest import Newest
from lineage.record.pointer import bare
from lineage.record.snapshot import LiveHolding, Snapshot
from lineage.record.taking import Moved, Taking
from lineage.record.world import names

_MANY = 32  # holdings; beyond it a view is built as fast
_REMEMBERED = 500_000  # statements
_WORLDLY = (Says.WORLD_EDGE, Says.LINE, Says.INNER_EDGE, Says.PLACED_EDGE)


class _Read:
    """A statement, and what is asked of it at each change."""

    __slots__ = ("kind", "names", "of_assembly", "placing", "statement")

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.kind = says(statement)
        about, named = names(statement)
        self.names = (*about, *named)
        self.of_assembly = is_of_assembly(statement)
        self.placing = isinstance(statement, Edge) and statement.kind in PLACING


class _Shift(NamedTuple):
    """How one statement stands otherwise: whether it is held ``now``, and what is another."""

    now: bool
    turned: bool
    moved: bool
    parted: bool
    worldly: bool


class FurtherError(Exception):
    """The change reaches further than is followed; what followed it is of no use any more."""


@dataclass(slots=True)
class Change:
    """What a change of holdings touches.

    ``assemblies``, ``nodes`` and ``values`` are shown keys of which something may be another now;
    ``described`` assemblies that are described now and were not, or the other way round. The rest
    is for those who look how far it reaches: ``moved`` are keys as named of which the newest
    revision is another, ``counts`` how often keys were named and spoken about before.
    """

    gone: list[LiveHolding]
    came: list[LiveHolding]
    slots: set[tuple[str, str]]
    assemblies: set[Key] = field(default_factory=set)
    described: set[Key] = field(default_factory=set)
    nodes: set[Key] = field(default_factory=set)
    values: set[Key] = field(default_factory=set)
    pointers: set[tuple[Key, str]] = field(default_factory=set)
    moved: set[Key] = field(default_factory=set)
    counts: dict[Key, tuple[int, int]] = field(default_factory=dict)


class Reach:
    """What follows the holdings of one tenant: who holds what, who describes what, and how often.

    ``newest`` are the latest of each stream, ``described`` the holdings of each assembly,
    ``deployed`` the keys whose lifecycle says so. ``families`` count the described assemblies, and
    what streams that do not count hold of others. ``taking`` knows what is taken.
    """

    def __init__(self, built: Built, snapshot: Snapshot) -> None:
        self._resolver = built.resolver
        self._snapshot = snapshot
        self.ledger = Ledger(built)
        self.holders = Holders(built.claimed.holdings, snapshot.slots)
        self.described = by_assembly(built.claimed.holdings, built.resolver.canonical)
        self.taking = Taking(snapshot, built.taken)
        self.families = Counter(self._family(key) for key in self.described)
        for key, many in self.taking.left().items():
            self.families[self._family(built.resolver.shown(key))] += many
        self._newest = Newest(built.taken, snapshot.slots)
        self.newest = self._newest.latest
        placing = [one for one in built.stated if one.edge.kind in PLACING]
        self._placing = {key for one in placing for key in (one.downstream, one.upstream)}
        self._read: dict[int, _Read] = {}
        said = built.view.values
        self.deployed = {key for key, values in said.items() if says_deployed(values)}

    def follow(self, snapshot: Snapshot) -> Change:
        """Follow what is taken of a later snapshot; FurtherError."""
        if self.ledger.odd:
            raise FurtherError
        moved = self.taking.follow(snapshot)
        if len(moved.gone) + len(moved.came) > _MANY:
            raise FurtherError
        change = Change(moved.gone, moved.came, moved.slots)
        self._follow(snapshot, change)
        self._describe(change)
        self._count_families(moved, change)
        self._date(snapshot, change)
        self._check(snapshot, change)
        self._snapshot = snapshot
        return change

    def _count_families(self, moved: Moved, change: Change) -> None:
        families = self.families
        for key, more in moved.left.items():
            families[self._family(self._resolver.shown(key))] += more
        for key in change.described:
            families[self._family(key)] += 1 if key in self.described else -1

    def _family(self, shown: Key) -> Key:
        return self._resolver.shown(identify(shown).family)

    def _follow(self, snapshot: Snapshot, change: Change) -> None:
        """Bring holders and ledger forward, noting what is touched."""
        arrays = [one.statements for one in (*change.gone, *change.came)]
        ids = np.unique(np.concatenate([*arrays, np.empty(0, dtype=np.int64)]))
        before = self.holders.of(ids)
        for one in change.gone:
            self.holders.close(_place(one))
        for one in change.came:
            self.holders.open(one, slot_of(snapshot.slots, one))
        after = self.holders.of(ids)
        numbers = ids.tolist()
        read = self._read
        if len(read) > _REMEMBERED:
            read.clear()
        for number in numbers:
            if number not in read:
                read[number] = _Read(_told(number, snapshot, self._snapshot))
        self._follow_owners(change)
        for number, shift in _shifts(numbers, before, after):
            self._follow_one(number, read[number], shift, change)
        self._check_places(change)
        for one in (*change.gone, *change.came):
            if one.assembly is not None:
                change.moved.add(one.assembly)

    def _follow_owners(self, change: Change) -> None:
        ledger = self.ledger
        owners: dict[int, set[Key]] = {}
        for held, by in [(h, -1) for h in change.gone] + [(h, 1) for h in change.came]:
            if held.assembly is None:
                continue
            self._remember(change, (held.assembly,))
            ledger.hold(held.assembly, by)
            for number in held.statements.tolist():
                read = self._read[number]
                if read.of_assembly:
                    owners.setdefault(number, set(ledger.owned.get(number, ())))
                    ledger.own(number, read.statement, held.assembly, by)
        for number, known in owners.items():
            differ = known ^ ledger.owned[number].keys()
            kind = self._read[number].kind
            if differ and kind == Says.VALUE:
                change.values |= differ
            elif differ and kind != Says.INNER_FACT:
                raise FurtherError

    def _follow_one(self, number: int, read: _Read, shift: _Shift, change: Change) -> None:
        kind, ledger = read.kind, self.ledger
        if shift.moved:
            change.moved.update(read.names)
        if shift.turned:
            if kind in (Says.WORLD_EDGE, Says.LINE):
                raise FurtherError
            self._remember(change, read.names)
            ledger.count(number, read.statement, 1 if shift.now else -1)
            self._check_alias(read.statement)
        if kind in _WORLDLY:
            if shift.worldly and (shift.turned or shift.parted):
                raise FurtherError
        elif kind == Says.COMPONENT:
            (shown,) = (ledger.shown(key) for key in read.names)
            # The order of claims matters where there are several.
            if shift.turned or len(ledger.components[shown]) > 1:
                change.nodes.add(shown)
        elif kind == Says.POINTER and isinstance(read.statement, Pointer):
            pointer = read.statement
            change.pointers.add((ledger.shown(pointer.family), pointer.name))
        elif kind == Says.VALUE and isinstance(read.statement, Property):
            change.values.update(self._owners(number, read.statement))
        elif (kind == Says.INNER_FACT and shift.worldly) or kind == Says.KNOWLEDGE:
            raise FurtherError

    @staticmethod
    def _check_alias(statement: Statement) -> None:
        match statement:
            case Property(subject=OfComponent(key), name="alias"):
                other = alias_of(key, statement)
                if other is not None and other != key:
                    raise FurtherError

    def _owners(self, number: int, claim: Property) -> Iterable[Key]:
        key = getattr(claim.subject, "key", None) or getattr(claim.subject, "family", None)
        return (self.ledger.shown(key),) if key else self.ledger.owned.get(number, ())

    def _remember(self, change: Change, keys: Iterable[Key]) -> None:
        for key in keys:
            counts = self.ledger.mentions[key], self.ledger.about[key]
            change.counts.setdefault(key, counts)

    def _check_places(self, change: Change) -> None:
        """What places an assembly must come from the slots it came from."""
        slots: list[dict[int, set[tuple[str, str]]]] = []
        for holdings in (change.gone, change.came):
            found: dict[int, set[tuple[str, str]]] = {}
            for one in holdings:
                for number in one.statements.tolist():
                    if self._read[number].placing:
                        found.setdefault(number, set()).add((one.stream, one.slot))
            slots.append(found)
        if slots[0] != slots[1]:
            raise FurtherError

    def _describe(self, change: Change) -> None:
        """Bring the holdings of each assembly forward."""
        shown = self._resolver.shown
        both = (*change.gone, *change.came)
        touched = {shown(one.assembly) for one in both if one.assembly is not None}
        slots = {key: self._slots_of(key) for key in touched & self._placing}
        there = {key: key in self.described for key in touched}
        for one in change.gone:
            if one.assembly is not None:
                key = shown(one.assembly)
                left = [h for h in self.described[key] if _place(h) != _place(one)]
                self.described[key] = left
        for one in change.came:
            if one.assembly is not None:
                self.described.setdefault(shown(one.assembly), []).append(one)
        for key in touched:
            # A claim places an assembly only from another slot than those that describe it.
            if key in slots and slots[key] != self._slots_of(key):
                raise FurtherError
            if not self.described[key]:
                del self.described[key]
            if (key in self.described) != there[key]:
                change.described.add(key)
        change.assemblies = touched

    def _slots_of(self, key: Key) -> set[tuple[str, str]]:
        return {(one.stream, one.slot) for one in self.described.get(key, ())}

    def _date(self, snapshot: Snapshot, change: Change) -> None:
        """Bring the latest of each stream forward; their revisions and marks order versions."""
        touched = {(one.stream, one.slot) for one in (*change.gone, *change.came)} | change.slots
        others = self._newest.follow(self.taking.taken, snapshot.slots, touched)
        for key, (was, now) in others.items():
            change.moved.add(key)
            if was is None or now is None or was.marked != now.marked:
                self._check_family(key)
        for key in change.described:
            self._check_family(key)

    def _check(self, snapshot: Snapshot, change: Change) -> None:
        """Raise where a name without a version might now stand for another component."""
        ledger, resolver = self.ledger, self._resolver
        if any(bare(key) for key in change.described):
            raise FurtherError
        for key, (mentions, about) in change.counts.items():
            there = bool(ledger.mentions[key])
            shown = resolver.shown(key)
            if bare(shown) and shown not in resolver.fixed:
                if bool(mentions) != there or bool(about) != bool(ledger.about[key]):
                    raise FurtherError
            elif bool(mentions) != there:
                change.nodes.add(shown)
                self._check_family(key)
        for key in change.moved:
            family = self._family_asked(key)
            if family is not None and not _settled(resolver.known.get(family, ())):
                raise FurtherError
        for name in change.pointers:
            if self._pointed(snapshot, name) != resolver.pointers.get(name):
                raise FurtherError

    def _check_family(self, key: Key) -> None:
        if self._family_asked(key) is not None:
            raise FurtherError

    def _family_asked(self, key: Key) -> Key | None:
        """The family of a version, where somebody names the family, or claims an edge of it."""
        identity = identify(key)
        if identity.version is None:
            return None
        family = self._resolver.shown(identity.family)
        asked = self.ledger.named(family) or self.ledger.ruled[family]
        return family if asked or family in self.deployed else None

    def _pointed(self, snapshot: Snapshot, name: tuple[Key, str]) -> Key | None:
        numbers = sorted(self.ledger.pointers.get(name, ()))
        newest = self.holders.of(np.array(numbers, dtype=np.int64)).newest.tolist()
        found = []
        for number, revision in zip(numbers, newest, strict=True):
            claim = snapshot.statements.get(number)
            if not isinstance(claim, Pointer):
                raise FurtherError
            found.append((revision, self._resolver.shown(claim.version)))
        return max(found)[1] if found else None


def _place(holding: LiveHolding) -> Place:
    return (holding.stream, holding.slot, holding.assembly)


def _told(number: int, *snapshots: Snapshot) -> Statement:
    for one in snapshots:
        statement = one.statements.get(number)
        if statement is not None:
            return statement
    raise KeyError(number)


def _shifts(numbers: list[int], before: Standing, after: Standing) -> Iterator[tuple[int, _Shift]]:
    """What stands otherwise than before."""
    now = after.held > 0
    turned = now != (before.held > 0)
    moved = before.newest != after.newest
    parted = before.world != after.world
    worldly = before.world | after.world
    rows = np.flatnonzero(turned | moved | parted | (before.order != after.order))
    columns = [column[rows].tolist() for column in (now, turned, moved, parted, worldly)]
    for at, row in zip(rows.tolist(), zip(*columns, strict=True), strict=True):
        yield numbers[at], _Shift(*row)


def _settled(candidates: Iterable[Candidate]) -> bool:
    """Whether the order of these versions is that of their numbers, whoever said them when."""
    found = list(candidates)
    orders = {release_order(identify(one.key).version or "") for one in found}
    return (
        len(orders) == len(found)
        and None not in orders
        and all(one.marked is None for one in found)
    )
