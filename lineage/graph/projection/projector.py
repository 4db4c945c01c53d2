"""The projector: from a view to a graph of integers, digesting only what it has not seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from itertools import chain

import numpy as np

from lineage.graph.projection.packing import (
    CODE_LIMIT,
    INFERRED,
    OCCURRENCE_OF,
    RESOLVED_BY,
    Codes,
    Ints,
    pack,
)
from lineage.graph.projection.projection import Projection, Rows, rows_of
from lineage.graph.projection.resolution import Resolution, Resolved, holds_itself, resolve
from lineage.model.identity import Key
from lineage.record.view import Assembly, View

CONTAINS = "contains"
_Memo = tuple[bytes, Key | None]


class Projector:
    """Projects views; remembers the resolution of every content that it met lately.

    The arrays are made anew from the remembered resolutions, so that a graph that was moved
    forward equals one that was built at once. ``digested`` counts contents resolved so far,
    ``kept`` bounds how many are remembered beyond those of the last view.
    """

    def __init__(self, *, code_limit: int = CODE_LIMIT, kept: int = 4096) -> None:
        self.digested = 0
        self._code_limit = code_limit
        self._kept = kept
        self._memo: OrderedDict[_Memo, Resolution] = OrderedDict()
        self._pool: dict[bytes, Resolved] = {}

    def project(self, view: View) -> Projection:
        """The graph of the view. BudgetExceededError where it has more than 2**26 nodes."""
        assemblies = tuple(sorted(view.assemblies))
        resolved_by = [self.resolution(view.assemblies[key]) for key in assemblies]
        self._forget(len({id(one) for one in resolved_by}))
        return _Draft(view, assemblies, resolved_by, self._code_limit).finish()

    def resolution(self, assembly: Assembly) -> Resolution:
        """The resolution of an assembly; made where it was not met lately."""
        content = assembly.content
        own = assembly.key if holds_itself(content, assembly.key) else None
        memo = (content.digest, own)
        known = self._memo.get(memo)
        if known is None:
            known = resolve(content, assembly.key)
            pool = self._pool
            known = Resolution(
                digest=known.digest,
                members=tuple(pool.setdefault(one.digest, one) for one in known.members),
                contains=known.contains,
            )
            self._memo[memo] = known
            self.digested += 1
        self._memo.move_to_end(memo)
        return known

    def _forget(self, living: int) -> None:
        if len(self._memo) <= living + self._kept:
            return
        while len(self._memo) > living + self._kept:
            self._memo.popitem(last=False)
        self._pool = {one.digest: one for held in self._memo.values() for one in held.members}


class _Draft:
    """One projection while it is made."""

    def __init__(
        self,
        view: View,
        assemblies: tuple[Key, ...],
        resolved_by: list[Resolution],
        code_limit: int,
    ) -> None:
        self.view = view
        self.assemblies = assemblies
        self.resolutions = {one.digest: one for one in resolved_by}
        self.digests = sorted(self.resolutions)
        resolved = {one.digest: one for held in self.resolutions.values() for one in held.members}
        self.resolved = sorted(resolved.values(), key=lambda one: (one.component, one.digest))
        self.components = tuple(sorted(self._named()))
        self.component = {key: number for number, key in enumerate(self.components)}
        self.assembly = {key: number for number, key in enumerate(assemblies)}
        number = {digest: at for at, digest in enumerate(self.digests)}
        self.resolution_of = np.array([number[one.digest] for one in resolved_by], dtype=np.int64)
        self.node = {one.digest: at for at, one in enumerate(self.resolved)}
        self.codes = Codes(self._pairs(), limit=code_limit)
        self.at_assembly = len(self.components)
        self.at_resolution = self.at_assembly + len(assemblies)
        self.at_resolved = self.at_resolution + len(self.digests)

    def _named(self) -> set[Key]:
        named = set(self.view.nodes) | set(self.assemblies)
        named.update(one.component for one in self.resolved)
        for edge in self.view.edges:
            named.add(edge.downstream)
            named.add(edge.upstream)
        return named

    def _pairs(self) -> Iterable[tuple[str, str]]:
        pairs = {(edge.kind, edge.dependency_scope) for edge in self.view.edges}
        pairs.update((kind, scope) for one in self.resolved for kind, scope, _ in one.edges)
        pairs.update(
            (CONTAINS, scope) for held in self.resolutions.values() for scope, _ in held.contains
        )
        return pairs

    def _edges(self) -> Iterable[tuple[int, int, int]]:
        code = self.codes.number
        for edge in self.view.edges:
            downstream = self.component[edge.downstream]
            kind = code[edge.kind, edge.dependency_scope]
            yield downstream, self.component[edge.upstream], kind
            whole = self.assembly.get(edge.upstream)
            if whole is not None:
                yield downstream, self.at_assembly + whole, kind
        for at, number in enumerate(self.resolution_of.tolist()):
            yield self.at_assembly + at, self.at_resolution + number, RESOLVED_BY
        for at, digest in enumerate(self.digests):
            for scope, member in self.resolutions[digest].contains:
                end = self.at_resolved + self.node[member]
                yield self.at_resolution + at, end, code[CONTAINS, scope]
        for at, one in enumerate(self.resolved):
            node = self.at_resolved + at
            yield node, self.component[one.component], OCCURRENCE_OF
            whole = self.assembly.get(one.component) if one.open else None
            if whole is not None:
                yield node, self.at_assembly + whole, INFERRED
            for name, scope, digest in one.edges:
                yield node, self.at_resolved + self.node[digest], code[name, scope]

    def _members(self) -> Rows:
        held = [self.resolutions[digest].members for digest in self.digests]
        owner = np.repeat(np.arange(len(held)), [len(members) for members in held])
        nodes = np.fromiter(
            (self.node[one.digest] for members in held for one in members), dtype=np.int64
        )
        return rows_of(len(held), owner, nodes)

    def _component(self) -> Ints:
        return np.array(
            [
                *range(len(self.components)),
                *(self.component[key] for key in self.assemblies),
                *(-1 for _ in self.digests),
                *(self.component[one.component] for one in self.resolved),
            ],
            dtype=np.int64,
        )

    def _assembly_at(self) -> Ints:
        found = np.full(len(self.components), -1, dtype=np.int64)
        owners = np.array([self.component[key] for key in self.assemblies], dtype=np.int64)
        found[owners] = np.arange(len(self.assemblies))
        return found

    def finish(self) -> Projection:
        flat = np.fromiter(chain.from_iterable(self._edges()), dtype=np.int64)
        edges = flat.reshape(-1, 3)
        downstream, upstream, code = edges[:, 0], edges[:, 1], edges[:, 2]
        nodes = self.at_resolved + len(self.resolved)
        members = self._members()
        owner = np.repeat(np.arange(len(self.digests)), members.counts())
        holders = rows_of(len(self.resolved), members.values, owner)
        owned = rows_of(len(self.digests), self.resolution_of, np.arange(len(self.assemblies)))
        times = owned.counts()
        return Projection(
            revision=self.view.revision,
            components=self.components,
            assemblies=self.assemblies,
            resolutions=tuple(self.digests),
            digests=tuple(one.digest for one in self.resolved),
            component=self._component(),
            assembly_at=self._assembly_at(),
            resolution_of=self.resolution_of,
            members=members,
            holders=holders,
            assemblies_of=owned,
            occurrences=np.bincount(
                members.values, weights=times[owner], minlength=len(self.resolved)
            ).astype(np.int64),
            codes=self.codes,
            upstream=pack(nodes, downstream, upstream, code, self.codes),
            downstream=pack(nodes, upstream, downstream, code, self.codes),
            component_number=self.component,
            assembly_number=self.assembly,
            canonical=self.view.canonical,
        )
