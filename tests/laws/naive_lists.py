"""Lists and groups the obvious way: rows read from the claims, filtered and counted one by one."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from packaging.specifiers import SpecifierSet

from lineage.model.claim import Edge, OfComponent, Property
from lineage.model.identity import identify
from lineage.record.snapshot import Snapshot
from lineage.record.view import View
from tests.laws.naive_difference import Claims, inner, text, wishes

Row = dict[str, Any]
_DECIDE = ("licence", "owner", "lifecycle", "criticality", "deployment_environment")


class Lists:
    """The rows of one revision. What counts and which keys are one thing is the view's."""

    def __init__(self, at: Snapshot, view: View) -> None:
        self.claims = Claims(at, view)
        self.first = _first(at, self.claims)
        self.tags = {
            key: tuple(sorted(self.claims.values(key).get("tag", ()))) for key in view.nodes
        }
        self.edges = self._edges()
        leaned = Counter(row["upstream"] for row in self.edges)
        self.occurrences = self._occurrences()
        held = Counter(row["component"] for row in self.occurrences)
        self.components = [
            {
                **self._named(key),
                "held_by": held[key],
                "leaned_on": leaned[key],
                "assembly": key in view.assemblies,
            }
            for key in sorted(view.nodes)
            if self._is_spoken_of(key, held)
        ]
        self.assemblies = [
            {
                **self._named(key),
                "members": len(rows),
                "direct": sum(row["direct"] == "direct" for row in rows),
                "unknown": sum(row["unknown"] for row in rows),
            }
            for key in sorted(view.assemblies)
            for rows in ([row for row in self.occurrences if row["assembly"] == key],)
        ]

    def _is_spoken_of(self, key: str, held: Counter[str]) -> bool:
        """What is only joined, or an end of a line of no member, is no row of the estate."""
        ends = {end for row in self.edges for end in (row["downstream"], row["upstream"])}
        assembly = key in self.claims.view.assemblies
        return assembly or key in ends or held[key] > 0 or bool(self.claims.values(key))

    def _named(self, key: str) -> Row:
        found = identify(key)
        row: Row = {
            "key": key,
            "kind": found.kind,
            "family": found.family,
            "name": found.name,
            "version": found.version,
        }
        return row | {name: self.first.get((key, name)) for name in _DECIDE} | {
            "tags": self.tags[key]
        }  # fmt: skip

    def _edges(self) -> list[Row]:
        groups: dict[tuple[Any, ...], list[Edge]] = defaultdict(list)
        for where, one in self.claims.world:
            if not isinstance(one, Edge) or one.kind == "same_as":
                continue
            below = where
            if isinstance(one.downstream, OfComponent):
                below = self.claims.shown(one.downstream.key)
            above = self.claims.shown(one.upstream)
            if below != above:
                same = (one.kind, below, above, one.dependency_scope, one.role, one.origin)
                groups[same].append(one)
        return [
            {
                "kind": same[0],
                "downstream": same[1],
                "upstream": same[2],
                "dependency_scope": same[3],
                "role": same[4],
                "origin": same[5],
                "requirement": " ".join(wishes(some)) or None,
            }
            for same, some in groups.items()
        ]

    def _occurrences(self) -> list[Row]:
        from tests.laws.naive_difference import _direct, _known, _scope

        rows = []
        for assembly in self.claims.inside:
            for component, some in self.claims.members(assembly).items():
                build = self.claims.facts(assembly, component, "build")
                rows.append(
                    {
                        "component": component,
                        "assembly": assembly,
                        "direct": _direct(some)[0],
                        "dependency_scope": _scope(some)[0],
                        "unknown": _known(self.claims, assembly, component) == ("unknown",),
                        "build": ", ".join(sorted(build)) or None,
                    }
                )
        return rows


def _first(at: Snapshot, claims: Claims) -> dict[tuple[str, str], str]:
    """The value that decides: the newest that is claimed, then the smallest text."""
    best: dict[tuple[str, str], tuple[int, str, str]] = {}
    for holding in at.holdings:
        state = at.streams[holding.stream]
        if state.branch is not None and not state.default:
            continue
        for number in holding.statements.tolist():
            one = at.statements[number]
            if not isinstance(one, Property) or inner(one, placed=True):
                continue
            about = None if holding.assembly is None else claims.shown(holding.assembly)
            if isinstance(one.subject, OfComponent):
                about = claims.shown(one.subject.key)
            if about is not None:
                told = (-holding.revision, f"{one.value} {one.state}", text(one))
                place = (about, one.name)
                best[place] = min(best.get(place, told), told)
    return {place: told[2] for place, told in best.items()}


def passes(row: Row, where: Row, by_key: dict[str, Row]) -> bool:
    """Whether a row passes terms of these sorts: texts, numbers, flags, a range, and, or, not."""
    return all(_term(row, name, asked, by_key) for name, asked in where.items())


def _term(row: Row, name: str, asked: Any, by_key: dict[str, Row]) -> bool:
    match name:
        case "and":
            return all(passes(row, one, by_key) for one in asked)
        case "or":
            return any(passes(row, one, by_key) for one in asked)
        case "not":
            return not passes(row, asked, by_key)
        case "version":
            return row["version"] is not None and row["version"] in SpecifierSet(asked)
        case "tag":
            return asked in row["tags"]
        case "component" | "assembly" | "upstream" | "downstream" if isinstance(asked, dict):
            return passes(by_key[row[name]], asked, by_key)
    value = row[name]
    if isinstance(asked, dict):
        compare: dict[str, Callable[[Any, Any], bool]] = {
            "ge": lambda a, b: a >= b, "lt": lambda a, b: a < b, "ne": lambda a, b: a != b,
            "in": lambda a, b: a in b, "exists": lambda a, b: (a is not None) == b,
        }  # fmt: skip
        return all(compare[operator](value, other) for operator, other in asked.items())
    return value in asked if isinstance(asked, list) else bool(value == asked)


def grouped(
    rows: list[Row], by: tuple[str, ...], measure: str, of: str | None, by_key: dict[str, Row]
) -> dict[tuple[Any, ...], tuple[int, Any]]:
    """The groups: how many rows, and the measure."""
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(field(row, name, by_key) for name in by)].append(row)
    return {
        keys: (len(some), _measured(some, measure, of, by_key)) for keys, some in groups.items()
    }


def field(row: Row, name: str, by_key: dict[str, Row]) -> Any:
    head, dot, rest = name.partition(".")
    return by_key[row[head]][rest] if dot else row[head]


def _measured(rows: list[Row], measure: str, of: str | None, by_key: dict[str, Row]) -> Any:
    if of is None:
        return len(rows)
    values = [found for row in rows if (found := field(row, of, by_key)) is not None]
    match measure:
        case "COUNT":
            return len(values)
        case "COUNT_DISTINCT":
            return len(set(values))
        case "SUM":
            return math.fsum(values)
        case "MIN":
            return min(values)
        case "MAX":
            return max(values)
        case _:
            return math.fsum(values) / len(values)
