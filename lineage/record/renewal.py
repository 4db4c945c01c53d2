"""The next view out of the last one: only what a small document touches is made again.

A renewed view equals the one that ``build`` makes of the same snapshot; where a change may reach
further than can be seen cheaply (identities, moving names, everywhere edges, knowledge), there is
no renewal and the view is built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from weakref import WeakValueDictionary

import numpy as np

from lineage.model.claim import Component, Property
from lineage.model.identity import Key, identify
from lineage.model.revision import Scope
from lineage.record.attested import expired
from lineage.record.build import Built, counted_out, kept_of, node_of, roots_of
from lineage.record.claimed import Claimed
from lineage.record.counting import reached, says_deployed, upstream_of
from lineage.record.layered import Layered
from lineage.record.pointer import bare
from lineage.record.reach import Change, FurtherError, Reach
from lineage.record.snapshot import LiveHolding, Snapshot
from lineage.record.source import Sources
from lineage.record.uniting import Uniter
from lineage.record.view import Assembly, Content, Node, Step, Value, View
from lineage.record.world import in_order, ranked, world_edges

_STEPS = 64
"""So many are remembered by a view; what is made of an older one is compared with it whole."""


Contents = WeakValueDictionary[bytes, Content]
"""Contents that some view has, by digest."""


class Renewal:
    """Carries a view forward from snapshot to snapshot of one tenant. Not safe between threads."""

    def __init__(self, built: Built, snapshot: Snapshot, contents: Contents | None = None) -> None:
        """Start from a view without a named stream, made of that snapshot.

        ``contents`` are those that views of the record have: what is made joins them.
        """
        self._scope = built.view.scope
        self._archived = built.archived
        self._resolver = built.resolver
        self._claimed = built.claimed
        self._stated = built.stated
        self._placed = built.placed
        self._view = built.view
        self._reach = Reach(built, snapshot)
        self._upstream = upstream_of(built.stated)
        self._ends = {key for one in built.stated for key in (one.downstream, one.upstream)}
        shown = built.view.assemblies.keys()
        self._kept = kept_of(built.stated, shown, self._reach.described.keys())
        self._contents: Contents = WeakValueDictionary() if contents is None else contents
        for one in built.view.assemblies.values():
            self._contents[one.content.digest] = one.content
        self._leading: dict[Key, AbstractSet[Key]] = {}
        self._roots: set[Key] | None = None
        self._nodes = Layered(built.view.nodes)
        self._values = Layered(built.view.values)
        self._families = Layered(built.view.families)
        self._pinned = {*built.resolver.pointers.values(), *self._ends}
        self._lost = False

    def view(self, snapshot: Snapshot) -> View | None:
        """The view of a later snapshot; None where it has to be built, and never again after."""
        if self._lost:
            return None
        try:
            self._view = self._renewed(snapshot)
        except FurtherError:
            self._lost = True
            return None
        return self._view

    def _renewed(self, snapshot: Snapshot) -> View:
        change = self._reach.follow(snapshot)
        taking = self._reach.taking
        described = self._reach.described.keys()
        old = self._view
        values = self._valued(snapshot, change)
        assemblies = self._assemblies(snapshot, change)
        nodes, new, lost = self._named(snapshot, change)
        self._check_ends(change.assemblies, assemblies, nodes)
        kept = kept_of(self._stated, assemblies.keys(), described)
        same, self._kept = kept == self._kept, kept
        step = Step(
            before=(old.revision.chain, old.pack_revision),
            nodes=frozenset(change.nodes | new | lost),
            values=frozenset(change.values),
        )
        families = {key for key, many in self._reach.families.items() if many}
        archived = self._archived_of(change, assemblies)
        left_out = counted_out(assemblies, archived, families, self._resolver, kept)
        over = expired(snapshot, taking.expired(), self._resolver)
        quiet = (
            not (change.gone or change.came or new or lost)
            and old.assemblies.keys() == assemblies.keys()
            and (old.left_out, old.expired, old.pack_revision)
            == (left_out, over, snapshot.pack_revision)
        )
        return replace(
            old,
            revision=snapshot.revision,
            since=old.settled if quiet else None,
            pack_revision=snapshot.pack_revision,
            nodes=nodes,
            assemblies=assemblies,
            edges=old.edges if same else world_edges(self._claimed, self._resolver, kept),
            left_out=left_out,
            values=values,
            sources=Sources(taking.taken, snapshot.slots, old.sources),
            families=self._grouped(new, lost, nodes),
            expired=over,
            steps=(*old.steps, step)[-_STEPS:],
        )

    def _archived_of(self, change: Change, shown: Mapping[Key, Assembly]) -> frozenset[Key]:
        """The assemblies that are described and do not count."""
        old, described = self._view, self._reach.described
        turned = change.described | (old.assemblies.keys() ^ shown.keys())
        was = old.left_out.archived
        others = [key for key in turned if (key in was) != (key in described and key not in shown)]
        return was.symmetric_difference(others) if others else was

    def _valued(self, snapshot: Snapshot, change: Change) -> Mapping[Key, tuple[Value, ...]]:
        put: dict[Key, tuple[Value, ...]] = {}
        wanted = {key: sorted(self._reach.ledger.valued.get(key, ())) for key in change.values}
        order = self._order({number for rows in wanted.values() for _, number in rows})
        for key, rows in wanted.items():
            said = []
            for _, number in rows:
                claim = snapshot.statements[number]
                if isinstance(claim, Property):
                    said.append(ranked(claim, number, order[number]))
            values = in_order(said)
            deployed = says_deployed(values)
            if deployed != (key in self._reach.deployed) and bare(key):
                raise FurtherError
            (self._reach.deployed.add if deployed else self._reach.deployed.discard)(key)
            if values:
                put[key] = values
        self._values = self._values.changed(put, [key for key in wanted if key not in put])
        return self._values

    def _order(self, numbers: set[int]) -> dict[int, int]:
        ids = sorted(numbers)
        order = self._reach.holders.of(np.array(ids, dtype=np.int64)).order
        return dict(zip(ids, order.tolist(), strict=True))

    def _assemblies(self, snapshot: Snapshot, change: Change) -> Mapping[Key, Assembly]:
        old, described, touched = self._view.assemblies, self._reach.described, change.assemblies
        contents: dict[Key, Content] = {}

        def content(key: Key) -> Content:
            like = old[key].content if key in old else None
            if like is not None and key not in touched:
                return like
            found = contents.get(key)
            if found is None:
                found = contents[key] = self._united(snapshot, described[key], like)
            return found

        shown = self._shown(change, content)
        new = {
            key: Assembly(
                key=key,
                content=content(key),
                streams=tuple(sorted({one.stream for one in described[key]})),
            )
            for key in shown
            if key in touched or key not in old
        }
        if old.keys() == shown:
            return {**old, **new}
        return {key: new.get(key) or old[key] for key in sorted(shown)}

    def _united(
        self,
        snapshot: Snapshot,
        holdings: list[LiveHolding],
        like: Content | None,
    ) -> Content:
        part = Claimed(snapshot, tuple(holdings))
        content = Uniter(part, self._resolver, self._contents, like).content(
            list(range(len(holdings)))
        )
        return self._contents.setdefault(content.digest, content)

    def _shown(self, change: Change, content: Callable[[Key], Content]) -> AbstractSet[Key]:
        """The assemblies that count; as before where nothing that decides it is another."""
        described, old = self._reach.described.keys(), self._view.assemblies
        if self._scope is Scope.ALL:
            return old.keys() if not change.described else set(described)
        deployed = self._placed | {self._resolver.current(key) for key in self._reach.deployed}
        roots = roots_of(deployed, self._reach.newest, self._archived, self._resolver, described)
        alike = roots == self._roots
        for key in list(self._leading):
            members = content(key).members if key in described else None
            if members is None:
                del self._leading[key]
            elif key in change.assemblies or any(one in members for one in change.described):
                was, now = self._leading[key], self._leads(members)
                alike = alike and was == now
                self._leading[key] = now
        self._roots = roots
        if alike and change.described.isdisjoint((*self._ends, *old)):
            return old.keys()
        shown = reached(roots, described, lambda key: self._led(key, content), self._upstream)
        self._leading = {key: led for key, led in self._leading.items() if key in shown}
        return shown

    def _led(self, key: Key, content: Callable[[Key], Content]) -> AbstractSet[Key]:
        found = self._leading.get(key)
        if found is None:
            found = self._leading[key] = self._leads(content(key).members)
        return found

    def _leads(self, members: Iterable[Key]) -> AbstractSet[Key]:
        """Those of which the walk of what is carried goes on."""
        described, upstream = self._reach.described, self._upstream
        return frozenset(one for one in members if one in described or one in upstream)

    def _named(
        self, snapshot: Snapshot, change: Change
    ) -> tuple[Mapping[Key, Node], set[Key], set[Key]]:
        """The nodes, and which of them are new or lost."""
        old, ledger = self._nodes, self._reach.ledger
        put: dict[Key, Node] = {}
        wanted = {key: sorted(ledger.components.get(key, ())) for key in change.nodes}
        order = self._order({number for rows in wanted.values() for number in rows})
        for key, rows in wanted.items():
            if self._is_node(key):
                said = [
                    (order[number], claim)
                    for number in rows
                    if isinstance(claim := snapshot.statements[number], Component)
                ]
                names = ledger.classes.get(key, (key,))
                put[key] = node_of(key, said, names, self._resolver)
        lost = {key for key in wanted if key not in put and key in old}
        self._nodes = old.changed(put, lost)
        return self._nodes, {key for key in put if key not in old}, lost

    def _is_node(self, key: Key) -> bool:
        if key in self._pinned:
            return True
        if bare(key) and key not in self._resolver.fixed:
            return key in self._nodes
        return self._reach.ledger.named(key)

    def _check_ends(
        self, touched: set[Key], assemblies: Mapping[Key, Assembly], nodes: Mapping[Key, Node]
    ) -> None:
        """Raise where an assembly has an end, or had one, that is a node for its sake alone."""
        old = self._view.assemblies
        for key in touched | (old.keys() ^ assemblies.keys()):
            now = _ends(assemblies[key].content) if key in assemblies else set()
            was = _ends(old[key].content) if key in old else set()
            if any(end not in nodes for end in now) or any(bare(end) for end in was - now):
                raise FurtherError

    def _grouped(
        self, new: set[Key], lost: set[Key], nodes: Mapping[Key, Node]
    ) -> Mapping[Key, tuple[Key, ...]]:
        """The components of each family."""
        old = self._families
        found: dict[Key, set[Key]] = {}
        for keys, of, keep in ((lost, self._view.nodes, False), (new, nodes, True)):
            for key in keys:
                for one in of[key].keys:
                    family = self._resolver.shown(identify(one).family)
                    some = found.setdefault(family, set(old.get(family, ())))
                    (some.add if keep else some.discard)(key)
        self._families = old.changed(
            {family: tuple(sorted(some)) for family, some in found.items() if some},
            [family for family, some in found.items() if not some],
        )
        return self._families


def _ends(content: Content) -> set[Key]:
    found = set(content.members)
    for edge in content.outer:
        if edge.kind != "requires":
            found.update((edge.downstream, edge.upstream))
    return found
