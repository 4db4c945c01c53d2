"""What a view was made of, by statement and by component: a change finds here what it touches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

from lineage.model.claim import (
    Component,
    Edge,
    OfAssembly,
    OfComponent,
    OfFamily,
    Pointer,
    Property,
    Statement,
)
from lineage.model.identity import Key
from lineage.record.build import Built
from lineage.record.claimed import Says, says
from lineage.record.classes import class_members
from lineage.record.snapshot import LiveHolding
from lineage.record.world import names
from lineage.vocabulary.knowledge import KNOWLEDGE

K = TypeVar("K")
V = TypeVar("V")
Grouped = tuple[int, int]


class Ledger:
    """Counts and indexes of the statements that somebody holds.

    ``mentions`` counts the statements (and holdings) that name a component, ``about`` those of
    them that say something about it. ``components`` are the ids of the claims that there is a
    component, by its shown key; ``valued`` those of its values, each after 0 for a claim that
    holds everywhere and 1 for one that holds in assemblies. ``pointers`` are the ids of the
    claims about a moving name. ``ruled`` are families of which an edge is claimed, ``owned`` the
    assemblies that hold a statement about "the assembly itself". ``odd`` says that a fact of an
    assembly is claimed outside of any, which is not followed here.
    """

    def __init__(self, built: Built) -> None:
        self.shown = built.resolver.shown
        self.classes = class_members(built.resolver.canonical)
        self.mentions: Counter[Key] = Counter()
        self.about: Counter[Key] = Counter()
        self.components: dict[Key, set[int]] = {}
        self.valued: dict[Key, set[Grouped]] = {}
        self.pointers: dict[tuple[Key, str], set[int]] = {}
        self.ruled: Counter[Key] = Counter()
        self.owned: dict[int, Counter[Key]] = {}
        self.odd = False
        claimed = built.claimed
        for at, statement in enumerate(claimed.statements):
            self.count(int(claimed.ids[at]), statement, 1)
            if claimed.says[at] == Says.INNER_FACT and claimed.world[at]:
                self._value(int(claimed.ids[at]), statement, 1, 1)
        for holding, positions in zip(claimed.holdings, claimed.held, strict=True):
            if holding.assembly is not None:
                self.hold(holding.assembly, 1)
                own = claimed.ids[positions[claimed.of_assembly[positions]]]
                for number in own.tolist():
                    statement = claimed.statements[int(claimed.ids.searchsorted(number))]
                    self.own(number, statement, holding.assembly, 1)

    def hold(self, assembly: Key, by: int) -> None:
        """A holding describes the assembly (1) or does so no longer (-1)."""
        self.mentions[assembly] += by
        self.about[assembly] += by

    def own(self, number: int, statement: Statement, assembly: Key, by: int) -> None:
        """A holding of the assembly names a statement about "the assembly itself", or did."""
        key = self.shown(assembly)
        holders = self.owned.setdefault(number, Counter())
        holders[key] += by
        if holders[key] == 0:
            del holders[key]
        if isinstance(statement, Property) and says(statement) == Says.VALUE:
            rows = self.valued.setdefault(key, set())
            (rows.add if holders[key] else rows.discard)((0, number))

    def count(self, number: int, statement: Statement, by: int) -> None:
        """Somebody holds the statement now (1), or nobody any longer (-1)."""
        about, named = names(statement)
        for key in about:
            self.about[key] += by
            self.mentions[key] += by
        for key in named:
            self.mentions[key] += by
        match statement:
            case Component(key=key):
                _put(self.components, self.shown(key), number, by)
            case Pointer(family=key, name=name):
                _put(self.pointers, (self.shown(key), name), number, by)
            case Edge(downstream=OfFamily(key)):
                self.ruled[self.shown(key)] += by
            case Property() if says(statement) == Says.VALUE:
                self._value(number, statement, 0, by)

    def named(self, shown: Key) -> bool:
        """Whether anybody names a key of that class."""
        return any(self.mentions[key] for key in self.classes.get(shown, (shown,)))

    def _value(self, number: int, statement: Statement, group: int, by: int) -> None:
        if not isinstance(statement, Property) or statement.name in KNOWLEDGE:
            return
        match statement.subject:
            case OfComponent(key) | OfFamily(key, ""):
                _put(self.valued, self.shown(key), (group, number), by)
            case OfAssembly() if group:
                self.odd = True


def _put(index: dict[K, set[V]], name: K, value: V, by: int) -> None:
    if by > 0:
        index.setdefault(name, set()).add(value)
    elif name in index:
        index[name].discard(value)
        if not index[name]:
            del index[name]


def by_assembly(
    holdings: Iterable[LiveHolding], canonical: Mapping[Key, Key]
) -> dict[Key, list[LiveHolding]]:
    """Holdings by the shown key of the assembly that they describe."""
    found: dict[Key, list[LiveHolding]] = {}
    for one in holdings:
        if one.assembly is not None:
            key = canonical.get(one.assembly, one.assembly)
            found.setdefault(key, []).append(one)
    return found
