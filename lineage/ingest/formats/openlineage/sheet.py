"""What is being collected while one event is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lineage.ingest.part import Json
from lineage.model.claim import Claim, Component, Edge, OfComponent, Statement, property_of
from lineage.model.document import Quarantined
from lineage.model.identity import Key, identify


@dataclass(slots=True)
class Sheet:
    """Claims with their paths; everything an event says holds everywhere."""

    claims: list[Claim] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    _named: set[Key] = field(default_factory=set)

    def say(self, statement: Statement, path: str) -> None:
        """Claim a statement."""
        self.claims.append(Claim(statement, None, path))

    def component(self, key: Key, path: str, *, name: str = "", raw_kind: str = "") -> None:
        """Claim once that there is such a component."""
        if key not in self._named:
            self._named.add(key)
            known = identify(key)
            self.say(Component(key, known.kind, name or known.name, known.version, raw_kind), path)

    def link(self, kind: str, downstream: Key, upstream: Key, path: str, **more: Any) -> None:
        """Claim an edge; nothing is said of a thing that leads to itself."""
        if downstream != upstream:
            self.say(Edge(kind, OfComponent(downstream), upstream, **more), path)

    def tell(self, key: Key, name: str, value: Any, path: str) -> None:
        """Claim a property of a component."""
        if value not in (None, "", [], {}):
            self.say(property_of(key, name, value), path)

    def deny(self, key: Key, name: str, path: str) -> None:
        """Claim that there is none."""
        self.say(property_of(key, name, None, "none"), path)

    def keep(self, key: Key, name: str, value: Any, path: str) -> None:
        """Keep a facet that no property or edge covers, whole."""
        self.tell(key, "extension", {"field": name, "value": value}, path)

    def set_aside(self, path: str, reason: str, raw: Any) -> None:
        """Quarantine a facet that cannot be read; the rest of the event goes in."""
        self.quarantined.append(Quarantined(path=path, reason=reason, raw=raw))


def bare(facet: Json) -> Json:
    """A facet without what is said about the facet itself."""
    return {name: value for name, value in facet.items() if not name.startswith("_")}
