"""Lists and groups the slow and obvious way: plain Python over a view, row by row.

``where`` is read from its JSON form, so that the parser is judged together with the columns. What
cannot be compared is None, and Kleene's logic is spelled out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import Any

from lineage.graph.engine import Direction, Mask, Walk
from lineage.graph.engines.reference import ENGINE as REFERENCE
from lineage.model.identity import Key, identify
from lineage.model.revision import At
from lineage.record.view import View, WorldEdge
from lineage.versions.schemes import scheme
from tests.snapshots import SnapshotViews

Row = dict[str, Any]
_PACKS = ("tenant-pack", "public-pack")
_CARRY = frozenset({"contains", "serves", "runs_on", "prompted_by", "uses_tool"})


class Plain:
    """The rows of a view, and what is asked of them."""

    def __init__(self, view: View, views: SnapshotViews | Any, at: At) -> None:
        self.view = view
        self._views = views
        self._at = at

    @cached_property
    def components(self) -> dict[str, Row]:
        return {str(key): self._component(key) for key in self.view.nodes}

    @cached_property
    def assemblies(self) -> dict[str, Row]:
        found = {}
        for key, one in self.view.assemblies.items():
            members = one.content.members.values()
            found[str(key)] = {
                **self.components[key],
                "members": len(members),
                "direct": len([m for m in members if m.direct == "direct"]),
                "unknown": len([m for m in members if m.unknown]),
                "streams": one.streams,
            }
        return found

    @cached_property
    def edges(self) -> list[Row]:
        return [
            {
                "kind": e.kind,
                "downstream": str(e.downstream),
                "upstream": str(e.upstream),
                "dependency_scope": e.dependency_scope,
                "role": e.role,
                "origin": e.origin,
                "unpinned": e.unpinned,
                "known_by": "estate" if self._ours(e.statements) else "knowledge",
            }
            for e in self.view.edges
        ]

    @cached_property
    def occurrences(self) -> list[Row]:
        found = []
        for key, one in self.view.assemblies.items():
            for member in one.content.members.values():
                builds = sorted({v.strip('"') for n, v in member.facts if n == "build"})
                found.append(
                    {
                        "component": str(member.component),
                        "assembly": str(key),
                        "direct": member.direct,
                        "dependency_scope": member.dependency_scope,
                        "unknown": member.unknown,
                        "build": ", ".join(builds) or None,
                    }
                )
        return found

    @cached_property
    def carries(self) -> list[Row]:
        """By the judge: a new edge-less walk per assembly, from the assembly as a whole."""
        engine = REFERENCE(self._views)
        found = []
        for key, one in self.view.assemblies.items():
            reached = {key}
            mask = Mask(kinds=_CARRY, dependency_scopes=frozenset({"runtime", ""}))
            # The assembly as a whole: what leans on its subject, and what holds it openly.
            starts = [(e.downstream, None) for e in self.view.edges if self._carries(e, key)]
            starts += [
                (key, other)
                for other, held in self.view.assemblies.items()
                if other != key
                and key in held.content.members
                and held.content.members[key].unknown
            ]
            if starts:
                walk = Walk(
                    starts=tuple(dict.fromkeys(starts)),
                    direction=Direction.DOWNSTREAM,
                    at=self._at,
                    mask=mask,
                )
                reached |= {r.component for r in engine.reach(walk) if r.assembly is None}
            found += [
                {"service": str(one), "assembly": str(key)}
                for one in reached
                if self.components[one]["kind"] == "service"
            ]
            del one
        return found

    def _carries(self, edge: WorldEdge, key: Key) -> bool:
        return (
            edge.upstream == key
            and edge.kind in _CARRY
            and edge.dependency_scope in ("runtime", "")
        )

    def rows(self, table: str) -> list[Row]:
        found = getattr(self, table)
        return list(found.values()) if isinstance(found, dict) else found

    def _component(self, key: Key) -> Row:
        view, node = self.view, self.view.nodes[key]
        row: Row = {
            "key": str(key),
            "kind": node.kind,
            "family": str(node.family),
            "name": node.name,
            "version": node.version,
            "scheme": identify(key).scheme,
            "tags": tuple(sorted({v.value for v in self._living(key, "tag")})),
            "held_by": len([a for a in view.assemblies.values() if key in a.content.members]),
            "leaned_on": len([e for e in view.edges if e.upstream == key]),
            "assembly": key in view.assemblies,
            "archived": key in view.left_out.archived,
        }
        for name in ("licence", "owner", "lifecycle", "criticality", "deployment_environment"):
            value = view.first(key, name)
            row[name] = None if value is None else self._text(value)
        row["known_by"] = "estate" if self._known(key, row) else "knowledge"
        return row

    def _text(self, value: Any) -> Any:
        if value.state != "value":
            return value.state
        if isinstance(value.value, dict):
            return value.value.get("expression") or value.value.get("raw")
        return value.value

    def _living(self, key: Key, name: str) -> list[Any]:
        places = {key, self.view.nodes[key].family}
        return [
            v
            for place in places
            for v in self.view.values.get(place, ())
            if v.name == name and v.state == "value"
        ]

    def _known(self, key: Key, row: Row) -> bool:
        node = self.view.nodes[key]
        tied = [e for e in self.view.edges if key in (e.upstream, e.downstream)]
        return bool(
            (node.stated_by and node.stated_by not in _PACKS)
            or row["held_by"]
            or row["assembly"]
            or any(self._ours(e.statements) for e in tied)
            or any(self._ours([v.statement]) for v in self.view.values.get(key, ()))
        )

    def _ours(self, statements: Iterable[int]) -> bool:
        return any(
            s.precedence not in _PACKS for n in statements for s in self.view.sources.get(n, ())
        )

    # what is asked

    def chosen(self, table: str, where: Any) -> tuple[list[Row], int]:
        """The rows that pass, and how many cannot be compared."""
        answers = [(row, self.asks(table, row, where)) for row in self.rows(table)]
        return (
            [row for row, answer in answers if answer],
            len([1 for _, answer in answers if answer is None]),
        )

    def asks(self, table: str, row: Row, where: Any) -> bool | None:
        return _all(self._term(table, row, name, value) for name, value in where.items())

    def _term(self, table: str, row: Row, name: str, value: Any) -> bool | None:
        match name:
            case "and":
                return _all(self.asks(table, row, one) for one in value)
            case "or":
                return _any(self.asks(table, row, one) for one in value)
            case "not":
                return _not(self.asks(table, row, value))
            case "version":
                return self._version(row, value)
            case "tag" | "stream":
                return value in row[{"tag": "tags", "stream": "streams"}[name]]
            case "property":
                return self._property(row, value)
            case "text":
                aliases = [str(v.value) for v in self._living(Key(row["key"]), "alias")]
                return any(
                    value.lower() in text.lower() for text in (row["name"], row["family"], *aliases)
                )
            case "held_by" | "leaned_on" | "members" | "direct" | "unknown" if isinstance(
                value, dict
            ):
                return row[name] >= value["ge"]
        tied = self._tied(table, row, name)
        if tied is not None:
            rows, rest = tied
            if isinstance(value, str):
                return any(one["key"] == value for one in rows)
            return _any(self.asks(rest, one, value) for one in rows)
        own = row[name]
        if name == "licence" and value is not None:
            return own is not None and own == value
        if value is None:
            return own is None
        return own in value if isinstance(value, list) else own == value

    def _tied(self, table: str, row: Row, name: str) -> tuple[list[Row], str] | None:
        components, assemblies = self.components, self.assemblies
        match (table, name):
            case ("components", "member_of"):
                names = [o["assembly"] for o in self.occurrences if o["component"] == row["key"]]
                return [assemblies[one] for one in names], "assemblies"
            case ("components" | "assemblies", "contains"):
                names = [o["component"] for o in self.occurrences if o["assembly"] == row["key"]]
                return [components[one] for one in names], "components"
            case ("components", "carries"):
                held = {c["assembly"] for c in self.carries if c["service"] == row["key"]}
                names = [o["component"] for o in self.occurrences if o["assembly"] in held]
                return [components[one] for one in names], "components"
            case ("assemblies", "carried_by"):
                names = [c["service"] for c in self.carries if c["assembly"] == row["key"]]
                return [components[one] for one in names], "components"
            case ("components", "upstream" | "downstream"):
                near = "downstream" if name == "upstream" else "upstream"
                names = [e[name] for e in self.edges if e[near] == row["key"]]
                return [components[one] for one in names], "components"
            case ("edges", "upstream" | "downstream") | (_, "component" | "service"):
                return [components[row[name]]], "components"
            case ("occurrences" | "carries", "assembly"):
                return [assemblies[row[name]]], "assemblies"
        return None

    def _version(self, row: Row, value: Any) -> bool | None:
        found = {"range": value} if isinstance(value, str) else value
        if row["version"] is None:
            return False
        if found.get("scheme") not in (None, row["scheme"]):
            return None
        if found["range"].startswith("vers:pypi/"):
            if row["scheme"] != "pep440":
                return None
            row = {**row, "scheme": "vers"}
        answer = scheme(row["scheme"]).contains(found["range"], row["version"])
        return {"yes": True, "no": False, "cannot_compare": None}[answer.value]

    def _property(self, row: Row, value: Any) -> bool | None:
        found = self.view.first(Key(row["key"]), value["name"])
        if "exists" in value:
            there = found is not None and found.state == "value"
            return there is value["exists"]
        if found is None or found.state != "value":
            return False
        own, unit = found.value, ""
        if isinstance(own, dict):
            own, unit = own["value"], own["unit"]
        if "unit" in value and unit != value["unit"]:
            return None
        if isinstance(own, str) != isinstance(value["ge"], str):
            return None
        return own >= value["ge"]

    def counted(self, table: str, where: Any, paths: list[str]) -> Counter[tuple[Any, ...]]:
        """How many rows share these values."""
        rows, _ = self.chosen(table, where)
        return Counter(tuple(self.value(table, row, path) for path in paths) for row in rows)

    def value(self, table: str, row: Row, path: str) -> Any:
        head, dot, rest = path.partition(".")
        if not dot:
            return row[head]
        tied = self._tied(table, row, head)
        assert tied is not None
        return self.value(tied[1], tied[0][0], rest)


def _all(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    return False if False in found else None if None in found else True


def _any(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    return True if True in found else None if None in found else False


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def ascending(keys: list[Any]) -> bool:
    """Whether it is in order."""
    return all(one <= other for one, other in pairwise(keys))
