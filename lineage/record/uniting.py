"""What all the slots that count say about one assembly, united into one content.

Assemblies with equal claim sets get the same object: 2,000 environments with one lock file have
one content. Statements are canonicalised once, not once per assembly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from lineage.model.claim import (
    Directness,
    Edge,
    Json,
    Member,
    OfComponent,
    Property,
    Requirement,
)
from lineage.model.identity import Key, identify
from lineage.record.claimed import INNER, Claimed, Positions, Says
from lineage.record.pointer import Resolver, bare
from lineage.record.view import Content, InnerEdge, MemberFacts
from lineage.vocabulary.edges import RUNTIME

_DIRECTNESS: tuple[Directness, ...] = ("direct", "transitive", "unknown")
_ORIGINS = ("declared", "observed", "inferred")
_SAID_COMPLETE = ("none", "complete")
Ends = tuple[Key, str, Key, str]


@dataclass(slots=True)
class _Line:
    """One inner edge as stated, its ends shown; ``family`` is what a pointer is a name of."""

    at: int
    ends: Ends
    edge: Edge


@dataclass(slots=True)
class _Draft:
    """What one content is made of, as positions of statements."""

    members: dict[Key, list[int]]
    facts: dict[Key, list[int]]
    properties: list[int]
    edges: dict[Ends, list[int]]
    stating: set[Key]
    unresolved: set[tuple[Key, str]]


class Uniter:
    """Makes contents out of claim sets; remembers each by its sets and by its digest.

    ``made`` are contents of other views of the same record, by digest: equal ones are not made
    again. ``like`` is a content that this resolver's names were made into, and of which parts may
    be used again: what the assembly said before.
    """

    def __init__(
        self,
        claimed: Claimed,
        resolver: Resolver,
        made: Mapping[bytes, Content],
        like: Content | None = None,
    ) -> None:
        self._claimed = claimed
        self._ids: list[int] = claimed.ids.tolist()
        self._like = {one.statements: one for one in (*like.edges, *like.outer)} if like else {}
        self._members = like.members if like else {}
        self._resolver = resolver
        size = len(claimed.ids)
        self._key: list[Key | None] = [None] * size
        self._ends: list[Ends | None] = [None] * size
        self._loose = np.zeros(size, dtype=np.bool_)
        self._named: dict[int, tuple[tuple[Key, Key], ...]] = {}
        self._renamed = np.zeros(size, dtype=np.bool_)
        self._complete = np.zeros(size, dtype=np.bool_)
        self._rank = np.zeros(size, dtype=np.int64)
        self._facts: dict[tuple[tuple[int, ...], tuple[int, ...], bool], MemberFacts] = {}
        self._edges: dict[int | tuple[int, ...], InnerEdge] = {}
        self._by_sets: dict[tuple[bytes, ...], Content] = {}
        self._by_digest: dict[bytes, Content] = {}
        self._made = made
        self._bares: dict[Key, bool] = {}
        self._compile()

    def content(self, holdings: list[int]) -> Content:
        """The united content of these holdings of one assembly."""
        held = [self._claimed.holdings[one] for one in holdings]
        sets = tuple(sorted({one.digest for one in held}))
        known = self._by_sets.get(sets)
        if known is None:
            stated = self._claimed.inner(holdings)
            local = self._local(stated)
            digest = self._digest(holdings, stated, local)
            known = self._by_digest.get(digest) or self._made.get(digest)
            if known is None:
                known = self._unite(digest, stated, local)
            self._by_digest[digest] = known
            self._by_sets[sets] = known
        return known

    def _compile(self) -> None:
        claimed, shown = self._claimed, self._resolver.shown
        joined = self._resolver.canonical.keys()
        loose = self._resolver.loose_keys()
        order: list[tuple[tuple[str, ...], int]] = []
        for at in claimed.where(*INNER):
            named: list[Key] = []
            match claimed.statements[at]:
                case Member(component=key):
                    named = [key]
                    self._key[at] = shown(key)
                    order.append(((shown(key),), at))
                case Edge(kind=kind, downstream=OfComponent(key), upstream=other) as edge:
                    named = [key] if edge.kind == "requires" else [key, other]
                    self._loose[at] = bool(edge.pointer)
                    ends = (shown(key), kind, shown(other), edge.dependency_scope)
                    self._ends[at] = ends
                    order.append((ends, at))
                case Property(subject=OfComponent(key)) as claim:
                    named = [key]
                    self._key[at] = shown(key)
                    self._complete[at] = claim.name == "dependencies" and (
                        claim.state == "none" or claim.decoded() in _SAID_COMPLETE
                    )
                    order.append(((shown(key), claim.name, claim.value), at))
                case Property() as claim:
                    order.append((("", claim.name, claim.value), at))
                case _:
                    continue
            if not joined.isdisjoint(named):
                self._named[at] = tuple((key, shown(key)) for key in named if shown(key) != key)
                self._renamed[at] = bool(self._named[at])
            if not loose.isdisjoint(named):
                self._loose[at] = True
        for rank, (_, at) in enumerate(sorted(order)):
            self._rank[at] = rank

    def _local(self, stated: Positions) -> dict[Key, Key]:
        """Which version a key without one stands for inside this assembly.

        The pointer of an edge decides, else the one version that is a member, else the newest
        that every wish admits, so that the member and all edges to it mean one node.
        """
        loose = stated[self._loose[stated]].tolist()
        if not loose:
            return {}
        resolver = self._resolver
        wishes: dict[Key, list[Requirement]] = {}
        pointed: dict[Key, Key] = {}
        for at in loose:
            match self._claimed.statements[at]:
                case Member(component=key, requirement=wish):
                    if resolver.loose(key):
                        wishes.setdefault(resolver.shown(key), []).extend([wish] if wish else [])
                case Edge(kind=kind, downstream=OfComponent(key), upstream=other) as edge:
                    if resolver.loose(key):
                        wishes.setdefault(resolver.shown(key), [])
                    if edge.pointer:
                        target, known = resolver.upstream(other, edge.pointer)
                        if known and bare(resolver.shown(other)):
                            mine = pointed.get(resolver.shown(other), target)
                            pointed[resolver.shown(other)] = min(mine, target)
                    elif kind != "requires" and resolver.loose(other):
                        own = [edge.requirement] if edge.requirement else []
                        wishes.setdefault(resolver.shown(other), []).extend(own)
                case Property(subject=OfComponent(key)) if resolver.loose(key):
                    wishes.setdefault(resolver.shown(key), [])
        local = {key: resolver.admitted(key, found) for key, found in wishes.items()}
        return local | self._installed(stated, wishes) | pointed

    def _installed(self, stated: Positions, wanted: Iterable[Key]) -> dict[Key, Key]:
        """For keys without a version the one version of theirs that the assembly holds."""
        found: dict[Key, set[Key]] = {key: set() for key in wanted}
        keys = {self._key[at] for at in stated[self._claimed.says[stated] == Says.MEMBER].tolist()}
        for key in keys:
            family = None if key is None else self._resolver.shown(identify(key).family)
            if key is not None and family in found:
                found[family].add(key)
        return {
            family: next(iter(members))
            for family, members in found.items()
            if family not in keys and len(members) == 1
        }

    def _digest(self, holdings: list[int], stated: Positions, local: Mapping[Key, Key]) -> bytes:
        claimed = self._claimed
        if len(holdings) == 1:
            ids = claimed.ids[claimed.held[holdings[0]]]
        else:
            ids = claimed.ids[np.unique(np.concatenate([claimed.held[one] for one in holdings]))]
        digest = hashlib.blake2b(ids.astype("<i8").tobytes(), digest_size=16)
        renamed = {
            pair for at in stated[self._renamed[stated]].tolist() for pair in self._named[at]
        }
        moved = [(key, target) for key, target in local.items() if key != target]
        for at in stated[self._loose[stated]].tolist():
            statement = claimed.statements[at]
            if isinstance(statement, Edge) and statement.pointer:
                target, known = self._resolver.upstream(statement.upstream, statement.pointer)
                moved.append((Key(f"{statement.upstream} {statement.pointer}"), target))
                moved.append((Key(""), Key(str(known))))
        pairs = [*sorted(renamed), (Key(""), Key("")), *sorted(moved)]
        for pair in pairs:
            digest.update("\n".join((*pair, "")).encode())
        return digest.digest()

    def _unite(self, digest: bytes, stated: Positions, local: Mapping[Key, Key]) -> Content:
        draft = self._gather(stated[np.argsort(self._rank[stated], kind="stable")], local)
        keys = sorted(draft.members) if local else list(draft.members)
        members = {key: self._member(key, draft, cached=not local) for key in keys}
        inside, outside = [], []
        for ends in sorted(draft.edges) if local else draft.edges:
            edge = self._edge(ends, draft.edges[ends], cached=not local)
            walked = ends[0] in members and ends[2] in members
            if not walked:
                outside.append(edge)
            elif ends[0] != ends[2]:
                inside.append(edge)
        for key, facts in draft.facts.items():
            if key not in members:
                draft.properties.extend(facts)
        return Content(
            digest=digest,
            members=members,
            edges=tuple(inside),
            properties=self._properties(draft.properties, local),
            outer=tuple(outside),
            unresolved=tuple(sorted(draft.unresolved)),
        )

    def _gather(self, stated: Positions, local: Mapping[Key, Key]) -> _Draft:
        draft = _Draft({}, {}, [], {}, set(), set())
        says = self._claimed.says[stated].tolist()
        for at, kind in zip(stated.tolist(), says, strict=True):
            key = self._key[at]
            if kind == Says.MEMBER:
                if key is not None:
                    draft.members.setdefault(local.get(key, key), []).append(at)
            elif kind == Says.INNER_FACT:
                if key is None:
                    draft.properties.append(at)
                else:
                    draft.facts.setdefault(local.get(key, key), []).append(at)
            else:
                self._gather_edge(at, draft, local)
        return draft

    def _gather_edge(self, at: int, draft: _Draft, local: Mapping[Key, Key]) -> None:
        ends = self._ends[at]
        if ends is None:
            return
        if local or self._loose[at]:
            edge = self._claimed.statements[at]
            below, kind, above, scope = ends
            above = above if kind == "requires" else local.get(above, above)
            if isinstance(edge, Edge) and edge.pointer:
                above, known = self._resolver.upstream(edge.upstream, edge.pointer)
                if not known:
                    draft.unresolved.add((self._resolver.shown(edge.upstream), edge.pointer))
            ends = (local.get(below, below), kind, above, scope)
        draft.stating.add(ends[0])
        draft.edges.setdefault(ends, []).append(at)

    def _member(self, key: Key, draft: _Draft, *, cached: bool) -> MemberFacts:
        stated, facts = draft.members[key], draft.facts.get(key, [])
        unknown = key not in draft.stating and not any(self._complete[at] for at in facts)
        memo = (tuple(stated), tuple(facts), unknown)
        known = self._facts.get(memo) if cached else None
        if known is None:
            known = self._member_facts(key, memo)
            if cached:
                self._facts[memo] = known
        return known

    def _member_facts(
        self, key: Key, memo: tuple[tuple[int, ...], tuple[int, ...], bool]
    ) -> MemberFacts:
        stated, facts, unknown = memo
        statements = tuple(sorted(self._ids[at] for at in (*stated, *facts)))
        known = self._members.get(key)
        if known is not None and (known.statements, known.unknown) == (statements, unknown):
            return known
        claims = [one for at in stated if isinstance(one := self._statement(at), Member)]
        said = [one for at in facts if isinstance(one := self._statement(at), Property)]
        return MemberFacts(
            component=key,
            direct=min((one.direct for one in claims), key=_DIRECTNESS.index),
            requirements=requirements(one.requirement for one in claims),
            extras=tuple(sorted({extra for one in claims for extra in one.extras})),
            dependency_scope=_scope(one.dependency_scope for one in claims),
            unknown=unknown,
            facts=tuple(sorted({(one.name, _json(one)) for one in said})),
            statements=statements,
        )

    def _edge(self, ends: Ends, stated: list[int], *, cached: bool) -> InnerEdge:
        memo = stated[0] if len(stated) == 1 else tuple(stated)
        known = self._edges.get(memo) if cached else None
        if known is None:
            statements = tuple(sorted(self._ids[at] for at in stated))
            known = self._like.get(statements)
            if known is not None and (known.downstream, known.upstream) == (ends[0], ends[2]):
                return known
            claims = [one for at in stated if isinstance(one := self._statement(at), Edge)]
            origins = {one.origin for one in claims}
            known = InnerEdge(
                kind=ends[1],
                downstream=ends[0],
                upstream=ends[2],
                requirements=requirements([one.requirement for one in claims]),
                dependency_scope=ends[3],
                unpinned=ends[1] != "requires"
                and any(one.pointer or self._bare(one.upstream) for one in claims),
                statements=statements,
                origin=min(origins, key=_ORIGINS.index),
            )
            if cached:
                self._edges[memo] = known
        return known

    def _bare(self, key: Key) -> bool:
        known = self._bares.get(key)
        if known is None:
            known = self._bares[key] = bare(self._resolver.shown(key))
        return known

    def _properties(self, stated: list[int], local: Mapping[Key, Key]) -> tuple[Property, ...]:
        found = set()
        for at in stated:
            claim = self._statement(at)
            if isinstance(claim, Property):
                key = self._key[at]
                subject = claim.subject if key is None else OfComponent(local.get(key, key))
                found.add(Property(subject, claim.name, claim.value, claim.state))
        return tuple(sorted(found, key=lambda one: (one.name, one.value, str(one.subject))))

    def _statement(self, at: int) -> object:
        return self._claimed.statements[at]


def requirements(wishes: Iterable[Requirement | None]) -> tuple[Requirement, ...]:
    """Every distinct wish, in one order whoever states it first."""
    found = set(wishes)
    found.discard(None)
    if len(found) < 2:
        return tuple(one for one in found if one is not None)
    return tuple(
        sorted(
            (one for one in found if one is not None),
            key=lambda w: (w.raw, w.scheme, w.marker or "", w.extra or "", w.extras),
        )
    )


def _scope(scopes: Iterable[str]) -> str:
    found = set(scopes)
    return RUNTIME if RUNTIME in found else min(found)


def _json(claim: Property) -> Json:
    return claim.value if claim.state == "value" else Json(f'"{claim.state}"')
