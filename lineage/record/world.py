"""What holds everywhere: edges between components, declared lines, values and facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lineage.model.claim import (
    Component,
    Edge,
    Member,
    OfAssembly,
    OfComponent,
    OfFamily,
    OfPattern,
    Pointer,
    Property,
    Requirement,
    Statement,
    Subject,
)
from lineage.model.identity import Key, identify
from lineage.record.claimed import Claimed, Says, precedence_of
from lineage.record.pointer import Resolver, bare
from lineage.record.uniting import requirements
from lineage.record.view import Fact, Line, Value, WorldEdge
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.knowledge import GRADE, GRADES, KNOWLEDGE

Ranked = tuple[str, int, str, Value]
_Same = tuple[str, Key, Key, str, str, str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Stated:
    """An everywhere edge as one statement makes it, its ends resolved.

    ``unresolved`` is its pointer as (family, name) where nobody states that.
    """

    at: int
    edge: Edge
    downstream: Key
    upstream: Key
    unresolved: tuple[Key, str] | None


@dataclass(slots=True)
class Owners:
    """Whose the statements about "the assembly itself" are: position to assemblies that hold it."""

    claimed: Claimed
    resolver: Resolver
    _found: dict[int, set[Key]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for holding, positions in zip(self.claimed.holdings, self.claimed.held, strict=True):
            if holding.assembly is None:
                continue
            for at in positions[self.claimed.of_assembly[positions]].tolist():
                self._found.setdefault(at, set()).add(self.resolver.shown(holding.assembly))

    def of(self, at: int, subject: Subject) -> list[Key]:
        """The components a statement is about, shown; none for a family or a pattern."""
        match subject:
            case OfComponent(key):
                return [self.resolver.shown(key)]
            case OfAssembly():
                return sorted(self._found.get(at, ()))
            case _:
                return []


def stated_edges(claimed: Claimed, resolver: Resolver, owners: Owners) -> list[Stated]:
    """Every edge that is claimed to hold everywhere, but ``same_as``: that made the classes.

    One that is claimed of a family, or of its versions in a range, holds for those that are known.
    """
    found: list[Stated] = []
    edges = claimed.where(Says.WORLD_EDGE, Says.LINE) + claimed.in_world(Says.PLACED_EDGE)
    for at in edges:
        edge = claimed.statements[at]
        if not isinstance(edge, Edge) or edge.kind in ("same_as", "requires"):
            continue
        if claimed.says[at] == Says.LINE and not _everywhere(edge):
            continue
        upstream, known = resolver.upstream(edge.upstream, edge.pointer)
        lost = None if known else (resolver.shown(edge.upstream), edge.pointer)
        found.extend(
            Stated(at, edge, subject, upstream, lost)
            for subject in _downstream(at, edge, resolver, owners)
        )
    return found


def _everywhere(edge: Edge) -> bool:
    return edge.kind in EDGES and EDGES.get(edge.kind).holds == "everywhere"


def _downstream(at: int, edge: Edge, resolver: Resolver, owners: Owners) -> list[Key]:
    match edge.downstream:
        case OfFamily(family, when):
            return resolver.within(family, when)
        case subject:
            return [resolver.current(key) for key in owners.of(at, subject)]


def world_edges(
    claimed: Claimed, resolver: Resolver, stated: Iterable[Stated]
) -> tuple[WorldEdge, ...]:
    """The stated edges, equal ones merged: all their requirements and statements are kept.

    Edges that differ in origin, role or attributes stay apart; so an inferred one never hides
    in a declared one.
    """
    groups: dict[_Same, list[Stated]] = {}
    for one in stated:
        edge = one.edge
        if one.downstream == one.upstream:
            continue
        confidence = "" if edge.confidence is None else repr(edge.confidence)
        same = (
            edge.kind, one.downstream, one.upstream, edge.dependency_scope, edge.role,
            edge.origin, confidence, edge.attributes,
        )  # fmt: skip
        groups.setdefault(same, []).append(one)
    return tuple(
        WorldEdge(
            kind=same[0],
            downstream=same[1],
            upstream=same[2],
            requirements=requirements(one.edge.requirement for one in groups[same]),
            dependency_scope=same[3],
            role=same[4],
            origin=same[5],
            confidence=groups[same][0].edge.confidence,
            attributes=same[7],
            unpinned=any(
                one.edge.pointer or bare(resolver.shown(one.edge.upstream)) for one in groups[same]
            ),
            statements=tuple(sorted({int(claimed.ids[one.at]) for one in groups[same]})),
        )
        for same in sorted(groups)
    )


def lines(claimed: Claimed, resolver: Resolver, owners: Owners) -> dict[Key, tuple[Line, ...]]:
    """Declared lines by subject: a component, a family, or ``pattern:`` and its text."""
    found: dict[Key, list[Line]] = {}
    placed = claimed.in_world(Says.INNER_EDGE, Says.PLACED_EDGE)
    for at in claimed.where(Says.LINE) + placed:
        edge = claimed.statements[at]
        if not isinstance(edge, Edge) or not _declares(claimed, at, edge):
            continue
        for key, subject in _subjects(at, edge.downstream, resolver, owners):
            found.setdefault(key, []).append(
                Line(
                    subject=subject,
                    upstream=resolver.shown(edge.upstream),
                    requirement=edge.requirement or Requirement(),
                    dependency_scope=edge.dependency_scope,
                    statement=int(claimed.ids[at]),
                    kind=edge.kind,
                )
            )
    return {key: tuple(sorted(some, key=_words)) for key, some in sorted(found.items())}


def _words(line: Line) -> tuple[str | int, ...]:
    """What a line says before who says it: ids of statements are others in each installation."""
    wish = line.requirement
    words = (line.upstream, line.kind, wish.raw, wish.marker or "", wish.extra or "")
    return (*words, line.statement)


def _declares(claimed: Claimed, at: int, edge: Edge) -> bool:
    return claimed.says[at] != Says.PLACED_EDGE or edge.kind == "requires"


def _subjects(
    at: int, subject: Subject, resolver: Resolver, owners: Owners
) -> list[tuple[Key, Subject]]:
    match subject:
        case OfFamily(family, when):
            shown = resolver.shown(family)
            return [(shown, OfFamily(shown, when))]
        case OfPattern(pattern):
            return [(Key(f"pattern:{pattern}"), subject)]
        case _:
            return [(key, OfComponent(key)) for key in owners.of(at, subject)]


def values(claimed: Claimed, resolver: Resolver, owners: Owners) -> dict[Key, tuple[Value, ...]]:
    """The property values of each component, by name; best precedence first, then newest.

    What is said of a whole family stands under the family's key.
    """
    found: dict[Key, list[Ranked]] = {}
    for at in claimed.where(Says.VALUE) + claimed.in_world(Says.INNER_FACT):
        claim = claimed.statements[at]
        if not isinstance(claim, Property) or claim.name in KNOWLEDGE:
            continue
        keys = owners.of(at, claim.subject)
        if isinstance(claim.subject, OfFamily) and not claim.subject.when:
            keys = [resolver.shown(claim.subject.family)]
        if keys:
            row = ranked(claim, int(claimed.ids[at]), int(claimed.order[at]))
            for key in keys:
                found.setdefault(key, []).append(row)
    return {key: in_order(rows) for key, rows in sorted(found.items())}


def ranked(claim: Property, statement: int, order: int) -> Ranked:
    """A value as it is sorted among those of its component."""
    value = Value(name=claim.name, value=claim.decoded(), state=claim.state, statement=statement)
    return (claim.name, order, f"{claim.value} {claim.state}", value)


def in_order(rows: Iterable[Ranked]) -> tuple[Value, ...]:
    """Values by name, best precedence first, then newest."""
    return tuple(row[3] for row in sorted(rows, key=lambda row: row[:3]))


def facts(claimed: Claimed, resolver: Resolver, owners: Owners) -> dict[str, tuple[Fact, ...]]:
    """Rows of knowledge by row type: best precedence first, then grade, newest, subject."""
    found: dict[str, list[tuple[int, int, int, str, Fact]]] = {}
    for at in claimed.where(Says.KNOWLEDGE) + claimed.in_world(Says.INNER_FACT):
        claim = claimed.statements[at]
        if not isinstance(claim, Property) or claim.state != "value":
            continue
        if claim.name not in KNOWLEDGE:
            continue
        value = claim.decoded()
        for key, subject in _subjects(at, claim.subject, resolver, owners):
            fact = Fact(
                name=claim.name,
                subject=subject,
                value=value if isinstance(value, Mapping) else {"value": value},
                statement=int(claimed.ids[at]),
            )
            order = int(claimed.order[at])
            row = (precedence_of(order), _grade(fact), order, f"{key} {claim.value}", fact)
            found.setdefault(claim.name, []).append(row)
    return {
        name: tuple(row[4] for row in sorted(rows, key=lambda row: row[:4]))
        for name, rows in sorted(found.items())
    }


def _grade(fact: Fact) -> int:
    found = str(fact.value.get("grade") or GRADE)
    return GRADES.index(found) if found in GRADES else len(GRADES)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Components that statements name, as they name them.

    ``newest`` gives the newest revision that names each; ``referred`` are those that are named as
    an end of an edge or as a member only, so that one without a version stands for another.
    """

    newest: Mapping[Key, int]
    referred: frozenset[Key]


def mentioned(claimed: Claimed) -> Mentioned:
    """Every component that any statement names."""
    newest: dict[Key, int] = {}
    stated: set[Key] = set()
    for at, statement in enumerate(claimed.statements):
        revision = int(claimed.newest[at])
        about, named = names(statement)
        stated.update(about)
        for key in (*about, *named):
            if newest.get(key, -1) < revision:
                newest[key] = revision
    for holding in claimed.holdings:
        if holding.assembly is not None:
            stated.add(holding.assembly)
            newest[holding.assembly] = max(newest.get(holding.assembly, 0), holding.revision)
    return Mentioned(newest, frozenset(newest.keys() - stated))


def names(statement: Statement) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """The components that a statement is about, and those that it names as an end or a member."""
    match statement:
        case Edge():
            return (), _ends(statement)
        case Member(component=key):
            return (), (key,)
        case Component(key=key) | Pointer(version=key) | Property(subject=OfComponent(key)):
            return (key,), ()
        case _:
            return (), ()


def _ends(edge: Edge) -> tuple[Key, ...]:
    below = (edge.downstream.key,) if isinstance(edge.downstream, OfComponent) else ()
    if edge.kind == "requires" and identify(edge.upstream).kind != "capability":
        return below
    return (*below, edge.upstream)
