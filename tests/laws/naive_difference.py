"""The difference of two revisions the obvious way: sets of claims, taken one by one.

Only what counts and which keys are one thing is taken from the view; the rest is read from the
statements of the holdings.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from lineage.model.claim import (
    Component,
    Edge,
    Member,
    OfAssembly,
    OfComponent,
    Pointer,
    Property,
    Statement,
)
from lineage.model.identity import identify
from lineage.record.snapshot import Snapshot
from lineage.record.view import View
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.properties import PROPERTIES

Row = tuple[Any, ...]


class Claims:
    """What is claimed on one side: of each assembly, and everywhere."""

    def __init__(self, at: Snapshot, view: View) -> None:
        self.view = view
        self.inside: dict[str, list[Statement]] = {key: [] for key in view.assemblies}
        self.world: list[tuple[str | None, Statement]] = []
        for holding in at.holdings:
            state = at.streams[holding.stream]
            if state.branch is not None and not state.default:
                continue
            for number in holding.statements.tolist():
                statement = at.statements[number]
                where = None if holding.assembly is None else view.shown(holding.assembly)
                if where is not None and inner(statement, placed=True):
                    self.inside[where].append(statement)
                if not inner(statement, placed=where is not None):
                    self.world.append((where, statement))

    def shown(self, key: str) -> str:
        return self.view.shown(key)  # type: ignore[arg-type]

    def members(self, assembly: str) -> dict[str, list[Member]]:
        found: dict[str, list[Member]] = defaultdict(list)
        for one in self.inside[assembly]:
            if isinstance(one, Member):
                found[self.shown(one.component)].append(one)
        return found

    def lines(self, assembly: str) -> dict[tuple[str, str, str], list[Edge]]:
        found: dict[tuple[str, str, str], list[Edge]] = defaultdict(list)
        held = self.members(assembly)
        for one in self.inside[assembly]:
            if isinstance(one, Edge) and isinstance(one.downstream, OfComponent):
                below, above = self.shown(one.downstream.key), self.shown(one.upstream)
                if below in held and below != above:
                    found[one.kind, below, above].append(one)
        return found

    def strangers(self, assembly: str) -> set[str | None]:
        """Components of which something is said in there that are no members; None: itself."""
        told = {
            self.shown(one.subject.key)
            for one in self.inside[assembly]
            if isinstance(one, Property) and isinstance(one.subject, OfComponent)
        }
        strange = told - set(self.members(assembly))
        return {None if key == assembly else key for key in strange}

    def facts(self, assembly: str, member: str, name: str) -> set[str]:
        return {
            text(one)
            for one in self.inside[assembly]
            if isinstance(one, Property)
            and isinstance(one.subject, OfComponent)
            and self.shown(one.subject.key) == member
            and one.name == name
        }

    def values(self, key: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for where, one in self.world:
            if isinstance(one, Property):
                about = where if isinstance(one.subject, OfAssembly) else None
                if isinstance(one.subject, OfComponent):
                    about = self.shown(one.subject.key)
                if about == key:
                    found[one.name].add(text(one))
        return found

    def edges(self, key: str) -> dict[tuple[str, str], list[Edge]]:
        found: dict[tuple[str, str], list[Edge]] = defaultdict(list)
        for where, one in self.world:
            if isinstance(one, Edge) and one.kind != "same_as":
                about = where
                if isinstance(one.downstream, OfComponent):
                    about = self.shown(one.downstream.key)
                above = self.shown(one.upstream)
                if about == key and above != key:
                    found[one.kind, above].append(one)
        return found


def inner(statement: Statement, *, placed: bool) -> bool:
    """Whether it holds inside the assembly that states it; ``placed``: stated in an assembly."""
    match statement:
        case Member():
            return True
        case Edge(kind=kind):
            holds = EDGES.get(kind).holds
            return holds == "assembly" or (holds == "either" and placed)
        case Property(name=name):
            return name in PROPERTIES and PROPERTIES.get(name).holds == "assembly"
        case _:
            return False


def text(claim: Property) -> str:
    if claim.state != "value":
        return f"({claim.state})"
    value = json.loads(claim.value)
    return value if isinstance(value, str) else claim.value


def is_plain(at: Snapshot) -> bool:
    """Whether no statement has a name that moves or has no version where its family has some."""
    named: set[str] = {one.assembly for one in at.holdings if one.assembly is not None}
    for one in at.statements.values():
        match one:
            case Pointer():
                return False
            case Edge():
                if one.pointer:
                    return False
                named.add(one.upstream)
                if isinstance(one.downstream, OfComponent):
                    named.add(one.downstream.key)
            case Member(component=key) | Component(key=key) | Property(subject=OfComponent(key)):
                named.add(key)
    families = {identify(key).family for key in named if identify(key).version}
    return not named & families


def pairs(before: Iterable[str], after: Iterable[str]) -> Iterator[tuple[str | None, str | None]]:
    """Equal keys, then versions of a family from the greatest down, then what is left."""
    old, new = set(before), set(after)
    yield from ((key, key) for key in old & new)
    rest: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for side, keys in enumerate((old - new, new - old)):
        for key in sorted(keys, key=natural, reverse=True):
            rest[identify(key).family][side].append(key)
    for one, other in rest.values():
        for at in range(max(len(one), len(other))):
            yield (one[at] if at < len(one) else None, other[at] if at < len(other) else None)


def natural(key: str) -> tuple[list[tuple[int, int, str]], str]:
    parts = [part for part in re.split(r"(\d+)", identify(key).version or "") if part]
    return [(int(p.isdigit()), int(p) if p.isdigit() else 0, p) for p in parts], key


def wishes(found: Iterable[Member | Edge]) -> tuple[str, ...]:
    return tuple(sorted({one.requirement.raw for one in found if one.requirement} - {""}))


def version(key: str | None) -> tuple[str, ...]:
    found = identify(key).version if key else None
    return (found,) if found else ()


def difference(old: Claims, new: Claims) -> set[Row]:
    """Rows (type, element, key, key, assembly, assembly, edge, upstream, upstream, name, texts,
    texts); every pair is before, after.
    """
    rows: set[Row] = set()
    moved: set[tuple[str, str]] = set()
    covered: set[str] = set()
    for one, other in pairs(old.inside, new.inside):
        rows |= _place(one, other)
        rows |= _members(old, new, one, other, moved)
        covered |= set(old.members(one)) if one else set()
        covered |= set(new.members(other)) if other else set()
        if one != other:
            covered |= {key for key in (one, other) if key}
            if one and other:
                moved.add((one, other))
    lost = set(old.view.nodes) - set(new.view.nodes) - covered
    come = set(new.view.nodes) - set(old.view.nodes) - covered
    for one, other in pairs(lost, come):
        sort = "version" if one and other else ("removed" if one else "added")
        rows.add((sort, "component", one, other, *[None] * 6, version(one), version(other)))
        if one and other:
            moved.add((one, other))
    both = {
        key
        for key in {*old.view.nodes, *new.view.nodes, *old.view.values, *new.view.values}
        if (key in old.view.nodes) == (key in new.view.nodes)
    }
    for one, other in {(key, key) for key in both} | moved:
        rows |= _said(old, new, one, other)
    return rows


def _place(one: str | None, other: str | None) -> set[Row]:
    if one == other:
        return set()
    sort = "version" if one and other else ("removed" if one else "added")
    return {(sort, "assembly", one, other, one, other, *[None] * 4, version(one), version(other))}


def _members(
    old: Claims, new: Claims, place: str | None, target: str | None, moved: set[tuple[str, str]]
) -> set[Row]:
    rows: set[Row] = set()
    first = old.members(place) if place else {}
    second = new.members(target) if target else {}
    renamed: dict[str, str] = {}
    met: set[str] = set()
    for one, other in pairs(first, second):
        sort = "version" if one and other else ("removed" if one else "added")
        if one is None or other is None:
            held = (place if one else None, target if other else None)
            rows.add((sort, "member", one, other, *held, *[None] * 4, version(one), version(other)))
            continue
        assert place is not None
        assert target is not None
        renamed[one], met = other, met | {other}
        at = ("member", one, other, place, target, None, None, None)
        if one != other:
            moved.add((one, other))
            rows.add(("version", *at, None, version(one), version(other)))
        told = [
            ("requirement", None, wishes(first[one]), wishes(second[other])),
            ("completeness", "dependencies", _known(old, place, one), _known(new, target, other)),
            ("property", "direct", _direct(first[one]), _direct(second[other])),
            ("property", "dependency_scope", _scope(first[one]), _scope(second[other])),
            ("property", "build", tuple(sorted(old.facts(place, one, "build"))),
             tuple(sorted(new.facts(target, other, "build")))),
        ]  # fmt: skip
        rows |= {(sort, *at, name, a, b) for sort, name, a, b in told if a != b}
    if place is None or target is None:
        return rows
    for about in {*old.strangers(place), *new.strangers(target)}:
        for name in ("build", "dependencies"):
            texts = [
                tuple(sorted(side.facts(here, about or here, name)))
                if about in side.strangers(here)
                else ()
                for side, here in ((old, place), (new, target))
            ]
            sort = "completeness" if name == "dependencies" else "property"
            if texts[0] != texts[1]:
                keys = (about or place, about or target)
                rows.add((sort, "assembly", *keys, place, target, *[None] * 3, name, *texts))
    lines: dict[tuple[str, str, str], tuple[str, str, list[Edge]]] = {}
    for (kind, below, above), some in old.lines(place).items():
        ends = (kind, renamed.get(below, below), renamed.get(above, above))
        known = lines.get(ends, (below, above, []))
        ahead = above if above in first else known[1]
        lines[ends] = (below, ahead, [*known[2], *some])
    others = new.lines(target)
    for ends in lines.keys() | others.keys():
        kind, below, above = ends
        if below not in met:
            continue
        if ends not in others:
            one, up, some = lines[ends]
            rows.add(
                ("removed", "edge", one, None, place, None, kind, up, None, None, wishes(some), ())
            )
        elif ends not in lines:
            asked = wishes(others[ends])
            rows.add(
                ("added", "edge", None, below, None, target, kind, None, above, None, (), asked)
            )
        else:
            one, up, some = lines[ends]
            at = ("edge", one, below, place, target, kind, up, above)
            told = [
                ("requirement", None, wishes(some), wishes(others[ends])),
                ("property", "dependency_scope", _scopes(some), _scopes(others[ends])),
            ]
            rows |= {(sort, *at, name, a, b) for sort, name, a, b in told if a != b}
    return rows


def _known(side: Claims, assembly: str, member: str) -> tuple[str, ...]:
    stating = any(
        isinstance(one, Edge)
        and isinstance(one.downstream, OfComponent)
        and side.shown(one.downstream.key) == member
        for one in side.inside[assembly]
    )
    none = side.facts(assembly, member, "dependencies") & {"none", "complete"}
    return ("known",) if stating or none else ("unknown",)


def _direct(some: list[Member]) -> tuple[str, ...]:
    order = ("direct", "transitive", "unknown")
    return (min((one.direct for one in some), key=order.index),)


def _scope(some: list[Member]) -> tuple[str, ...]:
    scopes = {one.dependency_scope for one in some}
    return ("runtime",) if "runtime" in scopes else (min(scopes),)


def _scopes(some: list[Edge]) -> tuple[str, ...]:
    return tuple(sorted({one.dependency_scope for one in some}))


def _said(old: Claims, new: Claims, one: str, other: str) -> set[Row]:
    rows: set[Row] = set()
    first, second = old.values(one), new.values(other)
    at = (one, other, None, None)
    for name in first.keys() | second.keys():
        if one != other and name not in ("licence", "completeness"):
            continue
        texts = tuple(sorted(first[name])), tuple(sorted(second[name]))
        if texts[0] != texts[1]:
            sort = name if name in ("licence", "digest", "completeness") else "property"
            rows.add((sort, "component", *at, None, None, None, name, *texts))
    left, right = old.edges(one), new.edges(other)
    for kind in {kind for kind, _ in left} | {kind for kind, _ in right}:
        ups = {up for k, up in left if k == kind}, {up for k, up in right if k == kind}
        if EDGES.get(kind).edge_class == "derivation":
            if ups[0] != ups[1]:
                texts = tuple(sorted(ups[0])), tuple(sorted(ups[1]))
                rows.add(("derivation", "edge", *at, kind, None, None, None, *texts))
        else:
            for up in ups[0] - ups[1]:
                asked = wishes(left[kind, up])
                rows.add(
                    ("removed", "edge", one, None, None, None, kind, up, None, None, asked, ())
                )
            for up in ups[1] - ups[0]:
                asked = wishes(right[kind, up])
                rows.add(
                    ("added", "edge", None, other, None, None, kind, None, up, None, (), asked)
                )
        for up in ups[0] & ups[1]:
            asked, wished = wishes(left[kind, up]), wishes(right[kind, up])
            if asked != wished:
                rows.add(("requirement", "edge", *at, kind, up, up, None, asked, wished))
            scopes = _scopes(left[kind, up]), _scopes(right[kind, up])
            if scopes[0] != scopes[1]:
                rows.add(("property", "edge", *at, kind, up, up, "dependency_scope", *scopes))
    return rows
