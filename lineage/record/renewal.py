"""The next view out of the last one: only what a small document touches is made again.

A renewed view equals the one that ``build`` makes of the same snapshot; where a change may reach
further than can be seen cheaply (identities, moving names, everywhere edges, knowledge), there is
no renewal and the view is built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

import numpy as np

from lineage.model.claim import Component, Property
from lineage.model.identity import Key, identify
from lineage.model.revision import Scope
from lineage.record.attested import expired
from lineage.record.build import Built, counted_out, kept_of, node_of, roots_of
from lineage.record.claimed import Claimed
from lineage.record.counting import carried, leads_on, says_deployed
from lineage.record.pointer import bare
from lineage.record.reach import Change, FurtherError, Reach
from lineage.record.snapshot import LiveHolding, Snapshot
from lineage.record.source import Sources
from lineage.record.uniting import Uniter
from lineage.record.view import Assembly, Content, Node, Step, Value, View
from lineage.record.world import in_order, ranked, world_edges

_STEPS = 64
"""So many are remembered by a view; what is made of an older one is compared with it whole."""


class Renewal:
    """Carries a view forward from snapshot to snapshot of one tenant. Not safe between threads."""

    def __init__(self, built: Built, snapshot: Snapshot) -> None:
        """Start from a view without a named stream, made of that snapshot."""
        self._scope = built.view.scope
        self._archived = built.archived
        self._resolver = built.resolver
        self._claimed = built.claimed
        self._stated = built.stated
        self._placed = built.placed
        self._view = built.view
        self._reach = Reach(built, snapshot)
        self._downstream = {one.downstream for one in built.stated}
        self._decided: tuple[frozenset[Key], frozenset[Key]] | None = None
        self._pinned = set(built.resolver.pointers.values())
        for one in built.stated:
            self._pinned.update((one.downstream, one.upstream))
        self._lost = False

    def view(self, snapshot: Snapshot, made: Mapping[bytes, Content] | None = None) -> View | None:
        """The view of a later snapshot; None where it has to be built, and never again after."""
        if self._lost:
            return None
        try:
            self._view = self._renewed(snapshot, made or {})
        except FurtherError:
            self._lost = True
            return None
        return self._view

    def _renewed(self, snapshot: Snapshot, made: Mapping[bytes, Content]) -> View:
        change = self._reach.follow(snapshot)
        taking = self._reach.taking
        described = self._reach.described.keys()
        old = self._view
        values = self._values(snapshot, change)
        assemblies = self._assemblies(snapshot, change.assemblies, made)
        nodes, new, lost = self._nodes(snapshot, change)
        self._check_ends(change.assemblies, assemblies, nodes)
        same = old.assemblies.keys() == assemblies.keys() and not change.described
        kept = kept_of(self._stated, assemblies.keys(), described)
        step = Step(
            before=(old.revision.chain, old.pack_revision),
            nodes=frozenset(change.nodes | new | lost),
            values=frozenset(change.values),
        )
        families = {key for key, many in self._reach.families.items() if many}
        left_out = counted_out(assemblies, described, families, self._resolver, kept)
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
            families=self._families(new, lost, nodes),
            expired=over,
            steps=(*old.steps, step)[-_STEPS:],
        )

    def _values(self, snapshot: Snapshot, change: Change) -> Mapping[Key, tuple[Value, ...]]:
        if not change.values:
            return self._view.values
        found = dict(self._view.values)
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
                found[key] = values
            else:
                found.pop(key, None)
        if found.keys() == self._view.values.keys():
            return found
        return {key: found[key] for key in sorted(found)}

    def _order(self, numbers: set[int]) -> dict[int, int]:
        ids = sorted(numbers)
        order = self._reach.holders.of(np.array(ids, dtype=np.int64)).order
        return dict(zip(ids, order.tolist(), strict=True))

    def _assemblies(
        self, snapshot: Snapshot, touched: set[Key], made: Mapping[bytes, Content]
    ) -> Mapping[Key, Assembly]:
        old, described = self._view.assemblies, self._reach.described
        contents = {key: one.content for key, one in old.items() if key not in touched}
        known = {**made, **{content.digest: content for content in contents.values()}}

        def content(key: Key) -> Content:
            found = contents.get(key)
            if found is None:
                found = contents[key] = self._united(
                    snapshot, described[key], known, old[key].content if key in old else None
                )
            return found

        shown = self._shown(touched, content)
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
        known: dict[bytes, Content],
        like: Content | None,
    ) -> Content:
        part = Claimed(snapshot, tuple(holdings))
        content = Uniter(part, self._resolver, known, like).content(list(range(len(holdings))))
        return known.setdefault(content.digest, content)

    def _shown(self, touched: set[Key], content: Callable[[Key], Content]) -> AbstractSet[Key]:
        """The assemblies that count; as before where nothing that decides it is another."""
        described = self._reach.described.keys()
        if self._scope is Scope.ALL:
            return set(described)
        old = self._view.assemblies
        deployed = self._placed | {self._resolver.current(key) for key in self._reach.deployed}
        roots = roots_of(deployed, self._reach.newest, self._archived, self._resolver, described)
        decided = (frozenset(roots), frozenset(described))
        leading = leads_on(described, self._downstream)
        alike = decided == self._decided and all(
            key not in old
            or leading.intersection(old[key].content.members)
            == leading.intersection(content(key).members)
            for key in touched
        )
        self._decided = decided
        return old.keys() if alike else carried(roots, described, content, self._stated)

    def _nodes(
        self, snapshot: Snapshot, change: Change
    ) -> tuple[Mapping[Key, Node], set[Key], set[Key]]:
        """The nodes, and which of them are new or lost."""
        old, ledger = self._view.nodes, self._reach.ledger
        nodes = dict(old)
        wanted = {key: sorted(ledger.components.get(key, ())) for key in change.nodes}
        order = self._order({number for rows in wanted.values() for number in rows})
        for key, rows in wanted.items():
            if not self._is_node(key):
                nodes.pop(key, None)
                continue
            said = [
                (order[number], claim)
                for number in rows
                if isinstance(claim := snapshot.statements[number], Component)
            ]
            nodes[key] = node_of(key, said, ledger.classes.get(key, (key,)), self._resolver)
        new, lost = nodes.keys() - old.keys(), old.keys() - nodes.keys()
        if new:
            nodes = {key: nodes[key] for key in sorted(nodes)}
        return nodes, new, lost

    def _is_node(self, key: Key) -> bool:
        if key in self._pinned:
            return True
        if bare(key) and key not in self._resolver.fixed:
            return key in self._view.nodes
        return self._reach.ledger.named(key)

    def _check_ends(
        self, touched: set[Key], assemblies: Mapping[Key, Assembly], nodes: Mapping[Key, Node]
    ) -> None:
        """Raise where an assembly has an end, or had one, that is a node for its sake alone."""
        old = self._view.assemblies
        for key in touched | (old.keys() ^ assemblies.keys()):
            now = _ends(assemblies[key].content) if key in assemblies else set()
            was = _ends(old[key].content) if key in old else set()
            if not now <= nodes.keys() or any(bare(end) for end in was - now):
                raise FurtherError

    def _families(
        self, new: set[Key], lost: set[Key], nodes: Mapping[Key, Node]
    ) -> Mapping[Key, tuple[Key, ...]]:
        old = self._view.families
        if not new and not lost:
            return old
        found: dict[Key, set[Key]] = {}
        for keys, of, keep in ((lost, self._view.nodes, False), (new, nodes, True)):
            for key in keys:
                for one in of[key].keys:
                    family = self._resolver.shown(identify(one).family)
                    some = found.setdefault(family, set(old.get(family, ())))
                    (some.add if keep else some.discard)(key)
        families = dict(old)
        for family, some in found.items():
            families[family] = tuple(sorted(some))
            if not some:
                del families[family]
        if families.keys() <= old.keys():
            return families
        return {family: families[family] for family in sorted(families)}


def _ends(content: Content) -> set[Key]:
    found = set(content.members)
    for edge in content.outer:
        if edge.kind != "requires":
            found.update((edge.downstream, edge.upstream))
    return found
