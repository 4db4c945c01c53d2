"""What is being collected while one document is read: claims, refs, warnings, quarantine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lineage.ingest.formats.cyclonedx.naming import Entry, Naming
from lineage.ingest.part import Json
from lineage.model.claim import (
    Claim,
    Component,
    Edge,
    OfComponent,
    Property,
    Statement,
    Subject,
    json_text,
)
from lineage.model.document import Quarantined
from lineage.model.identity import Key
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.properties import PROPERTIES

_IN_ASSEMBLY = frozenset(row.name for row in PROPERTIES if row.holds == "assembly")


@dataclass(slots=True, kw_only=True)
class Sheet:
    """The state of one reading. ``subject`` is the assembly that in-assembly claims hold in.

    ``refs`` finds the entry behind a bom-ref (or, second, behind a purl); ``entries`` holds every
    component and service of the document with its key.
    """

    document: Json
    naming: Naming
    subject: Key
    subject_kind: str
    claims: list[Claim] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    refs: dict[str, Entry] = field(default_factory=dict)
    names: dict[str, Entry] = field(default_factory=dict)
    kinds: dict[Key, str] = field(default_factory=dict)
    linked: set[Key] = field(default_factory=set)
    places: dict[str, Entry] = field(default_factory=dict)
    dropped: int = 0
    _datasets: dict[str, Key] | None = None
    _agents: dict[str, Key] = field(default_factory=dict)

    def say(self, statement: Statement, path: str, *, inside: bool = False) -> None:
        """Claim a statement; ``inside`` means: in the subject's assembly only."""
        self.claims.append(Claim(statement, self.subject if inside else None, path))

    def component(self, entry: Entry) -> None:
        """Claim that a component exists."""
        self.say(
            Component(entry.key, entry.kind, entry.name, entry.version, entry.raw_kind), entry.path
        )

    def tell(self, about: Subject, name: str, value: Any, path: str) -> None:
        """Claim a property where its row says that it holds; nothing is said for None."""
        if value is not None:
            inside = name in _IN_ASSEMBLY
            self.claims.append(
                Claim(
                    Property(about, name, json_text(value)), self.subject if inside else None, path
                )
            )

    def tell_inside(self, about: Subject, name: str, value: Any, path: str) -> None:
        """Claim a property of a member as it is in this assembly, whatever its row says."""
        self.claims.append(Claim(Property(about, name, json_text(value)), self.subject, path))

    def keep(self, about: Subject, field_name: str, value: Any, path: str) -> None:
        """Keep a field that no property covers, whole, with its name in the document."""
        self.tell(about, "extension", {"field": field_name, "value": value}, path)

    def link(self, kind: str, downstream: Key, upstream: Key, path: str, **more: Any) -> bool:
        """Claim an edge if its ends may be joined by that kind; whether it was claimed."""
        if downstream == upstream or not self.legal(kind, downstream, upstream):
            return False
        row = EDGES.get(kind)
        self.linked.update((downstream, upstream))
        self.say(
            Edge(kind, OfComponent(downstream), upstream, **more),
            path,
            inside=row.holds == "assembly",
        )
        return True

    def legal(self, kind: str, downstream: Key, upstream: Key) -> bool:
        """Whether the edge-kind table lets this kind join these two."""
        row = EDGES.get(kind)
        below, above = self.kinds.get(downstream, ""), self.kinds.get(upstream, "")
        if row.same_kind and below != above:
            return False
        return (not row.downstream or below in row.downstream) and (
            not row.upstream or above in row.upstream
        )

    def first_legal(
        self, kinds: tuple[str, ...], downstream: Key, upstream: Key, path: str, **more: Any
    ) -> str | None:
        """Claim an edge of the first kind that may join the two; its name, or None."""
        return next(
            (kind for kind in kinds if self.link(kind, downstream, upstream, path, **more)), None
        )

    def agent(self, entity: Json, path: str) -> Key | None:
        """The key of an organisation or person, stated once; None without a name."""
        name = str(entity.get("name") or entity.get("email") or "").strip()
        if not name:
            return None
        key = self._agents.get(name)
        if key is None:
            key = self.naming.named("agent", name)
            self._agents[name] = key
            self.kinds[key] = "agent"
            self.say(Component(key, "agent", name, None, "organizationalEntity"), path)
        return key

    def resolve(self, ref: str) -> Entry | None:
        """The entry a ref, a BOM-Link into this very document, or a purl points to."""
        found = self.refs.get(ref)
        if found is None and ref.startswith("urn:cdx:"):
            link, _, element = ref[8:].partition("#")
            serial = str(self.document.get("serialNumber", "")).removeprefix("urn:uuid:")
            version = str(self.document.get("version", 1))
            if serial and link in (f"{serial}/{version}", serial):
                found = self.refs.get(element)
        return found or self.names.get(ref)

    def at(self, path: str) -> Entry | None:
        """The entry that stands at exactly this path."""
        return self.places.get(path)

    def around(self, path: str) -> Entry | None:
        """The innermost entry that this path leads into."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path.rpartition(".")[0]
        return None

    def dataset_named(self, name: str) -> Key | None:
        """The dataset of the document with that name (in lower case)."""
        if not name:
            return None
        if self._datasets is None:
            self._datasets = {e.name.lower(): e.key for e in self.entries if e.kind == "dataset"}
        return self._datasets.get(name)

    def dangling(self, ref: str, path: str) -> None:
        """Warn of a ref that points nowhere; what it would have joined is dropped and counted."""
        self.dropped += 1
        self.warn(path, f"'{ref}' is no bom-ref of this document; what it joins is left out")

    def warn(self, path: str, reason: str) -> None:
        """Keep a warning with its dotted path."""
        self.warnings.append(f"{path}: {reason}")

    def quarantine(self, path: str, reason: str, raw: Any) -> None:
        """Set a part aside that cannot be mapped."""
        self.quarantined.append(Quarantined(path=path, reason=reason, raw=raw))
