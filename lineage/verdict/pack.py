"""The rows of knowledge of one view, laid out for judging: nothing here is about one change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lineage.model.claim import OfComponent, OfFamily, OfPattern
from lineage.model.identity import Identity, Key, key_of_name
from lineage.record.view import Fact, Line, View
from lineage.verdict.held import Held
from lineage.verdict.mark import Marked, Marks
from lineage.verdict.subject import about, any_of, compiled, known


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """How the values of a capability compare, and what a newer one still serves.

    ``variables`` are the marker variables that give it, the finest first; ``outside`` says
    whether a host or GPU gives it.
    """

    key: Key
    scheme: str = "dotted"
    contract: str = "none"
    variables: tuple[str, ...] = ()
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Soname:
    """What a shared-object name means: its library, the values it serves, who ships it."""

    text: str
    library: str
    capability: Key
    values: tuple[str, ...]
    families: tuple[Key, ...]
    statement: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Provided:
    """A capability at a value, in a role (runtime, library, bindings); ``rule`` as in the row."""

    capability: Key
    value: str
    role: str
    rule: str
    statement: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """The family that took another's place, and at which major of which capability.

    ``onward``: from that major on (a row says so); a counterpart by its mark is for that one.
    """

    family: Key
    capability: Key | None
    major: str | None
    statement: int | None
    onward: bool = False


class Pack:
    """The knowledge rows of a view, indexed; ``held`` is what its contents hold."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.held = Held(view)
        names = {str(f.value["capability"]) for rows in view.facts.values() for f in rows
                 if f.value.get("capability")}  # fmt: skip
        self._keys = {name: capability_key(name) for name in names}
        self._families: dict[str, Key] = {}
        self._marked: dict[Key, tuple[Marked, ...]] = {}
        self.capabilities: dict[Key, Capability] = {}
        for key, rule in self._capabilities():
            # Rows come best first: a tenant's own word on a capability counts before the public's.
            self.capabilities.setdefault(key, rule)
        self.marks = Marks(view.facts.get("mark", ()), self._keys)
        self._by_subject: dict[tuple[str, Key], list[Fact]] = {}
        self._patterns: dict[str, list[Fact]] = {}
        for name, rows in view.facts.items():
            for fact in rows:
                match fact.subject:
                    case OfComponent(key) | OfFamily(key):
                        self._by_subject.setdefault((name, key), []).append(fact)
                    case OfPattern():
                        self._patterns.setdefault(name, []).append(fact)
        self._any = {name: any_of(facts) for name, facts in self._patterns.items()}
        self._succeeds: dict[Key, list[Fact]] = {}
        for fact in view.facts.get("succeeds", ()):
            self._succeeds.setdefault(self.family(str(fact.value["old"])), []).append(fact)
        self._sonames: dict[str, tuple[Soname, ...]] = {}
        self._rows: dict[tuple[str, Key], tuple[Fact, ...]] = {}
        self._lines: dict[Key, tuple[Line, ...]] = {}
        self._counterparts: dict[tuple[str, int, str], list[tuple[str, Key]]] | None = None
        self.releases = self._releases()

    def family(self, text: str) -> Key:
        """A family as a row names it, canonical in this view."""
        if text not in self._families:
            found = known(text)
            self._families[text] = self.view.shown(found.family) if found else Key(text)
        return self._families[text]

    def capability(self, name: str) -> Key:
        """The key of a capability as a row names it."""
        return self._keys.get(name) or capability_key(name)

    def rule(self, key: Key) -> Capability:
        """How a capability compares; one without a row compares by dots and promises nothing."""
        return self.capabilities.get(key) or Capability(key=key)

    def rows(self, name: str, component: Key) -> tuple[Fact, ...]:
        """The rows of a type that speak of a component (or of a family without version)."""
        place = (name, component)
        if place not in self._rows:
            self._rows[place] = tuple(self._find(name, component))
        return self._rows[place]

    def _find(self, name: str, component: Key) -> Iterator[Fact]:
        found = known(component)
        if found is None:
            return
        node = self.view.nodes.get(component)
        keys = dict.fromkeys((component, found.family, *(node.keys if node else ())))
        for key in keys:
            for fact in self._by_subject.get((name, key), ()):
                if key == component or about(fact.subject, found, found.version):
                    yield fact
        if name in self._patterns and self._any[name](found):
            for fact in self._patterns[name]:
                if about(fact.subject, found, found.version):
                    yield fact

    def sonames(self, text: str) -> tuple[Soname, ...]:
        """What a shared-object name means; () where no row speaks of it."""
        if text not in self._sonames:
            self._sonames[text] = tuple(self._soname(text))
        return self._sonames[text]

    def _soname(self, text: str) -> Iterator[Soname]:
        for fact in self._patterns.get("soname", ()):
            assert isinstance(fact.subject, OfPattern)
            match = compiled(fact.subject.pattern).fullmatch(text)
            if match:
                value: Mapping[str, Any] = fact.value
                yield Soname(
                    text=text,
                    library=str(value.get("library", text)),
                    capability=self.capability(str(value["capability"])),
                    values=tuple(str(one) for one in value.get("values", ())),
                    families=tuple(self.family(str(one)) for one in value.get("families") or ()),
                    statement=fact.statement,
                )

    def lines(self, component: Key) -> tuple[Line, ...]:
        """The declared lines about a component that belong to no assembly, active or not."""
        if component not in self._lines:
            self._lines[component] = self._read_lines(component)
        return self._lines[component]

    def _read_lines(self, component: Key) -> tuple[Line, ...]:
        found = known(component)
        own = self.view.lines.get(component, ())
        if found is None or found.family == component:
            return own
        wide = self.view.lines.get(found.family, ())
        return own + tuple(one for one in wide if about(one.subject, found, found.version))

    def versions(self, family: Key) -> tuple[str, ...]:
        """The known versions of a family, from the graph and the pack."""
        return self.releases.get(family, ())

    def marked(self, family: Key) -> tuple[Marked, ...]:
        """The marks in the name of a family."""
        if family not in self._marked:
            found = known(family)
            self._marked[family] = self.marks.read("name", found.name) if found else ()
        return self._marked[family]

    def successors(self, family: Key) -> tuple[Successor, ...]:
        """Who took the place of a family: by row, or a counterpart by the mark of its name."""
        rows = []
        for fact in self._succeeds.get(family, ()):
            text = fact.value.get("capability")
            match fact.subject:
                case OfComponent(key) | OfFamily(key):
                    major = fact.value.get("major")
                    rows.append(
                        Successor(
                            family=self.family(key),
                            capability=self.capability(str(text)) if text else None,
                            major=str(major) if major is not None else None,
                            statement=fact.statement,
                            onward=True,
                        )
                    )
        for mark, value, other in self._other_names(family):
            if all(row.family != other for row in rows):
                rows.append(
                    Successor(
                        family=other, capability=mark.capability, major=value,
                        statement=mark.statement,
                    )
                )  # fmt: skip
        return tuple(rows)

    def _other_names(self, family: Key) -> Iterator[tuple[Marked, str, Key]]:
        found = known(family)
        if found is None:
            return
        for mark in self.marked(family):
            row, rest = mark.without(found.name)
            for value, other in self._templates().get((_frame(found), row, rest), ()):
                if other != family and value != mark.value:
                    yield mark, value, other

    def _templates(self) -> dict[tuple[str, int, str], list[tuple[str, Key]]]:
        if self._counterparts is None:
            self._counterparts = {}
            for family in sorted(self.releases):
                found = known(family)
                for mark in self.marked(family) if found else ():
                    row, rest = mark.without(found.name)  # type: ignore[union-attr]
                    place = (_frame(found), row, rest)  # type: ignore[arg-type]
                    self._counterparts.setdefault(place, []).append((mark.value, family))
        return self._counterparts

    def _releases(self) -> dict[Key, tuple[str, ...]]:
        found: dict[Key, dict[str, None]] = {}
        for family, keys in self.view.families.items():
            versions = found.setdefault(family, {})
            for key in keys:
                node = self.view.nodes.get(key)
                if node and node.version:
                    versions[node.version] = None
        for name in ("release", "artefact"):
            for fact in self.view.facts.get(name, ()):
                if isinstance(fact.subject, OfComponent):
                    one = known(fact.subject.key)
                    if one and one.version:
                        family = self.view.shown(one.family)
                        found.setdefault(family, {})[one.version] = None
        return {family: tuple(versions) for family, versions in found.items()}

    def _capabilities(self) -> Iterator[tuple[Key, Capability]]:
        for fact in self.view.facts.get("capability", ()):
            if isinstance(fact.subject, OfComponent):
                giver, _, variables = str(fact.value.get("from") or "").partition(":")
                names = [one.strip() for one in variables.split(",") if one.strip()]
                yield (
                    fact.subject.key,
                    Capability(
                        key=fact.subject.key,
                        scheme=str(fact.value.get("scheme", "dotted")),
                        contract=str(fact.value.get("contract", "none")),
                        variables=tuple(names) if giver == "environment" else (),
                        outside=giver in {"host", "gpu"},
                    ),
                )


def capability_key(text: str) -> Key:
    """A capability as a row names it, with or without its kind, as a key."""
    found = known(text)
    return found.family if found else key_of_name("capability", text)


def _frame(found: Identity) -> str:
    """The family's key around its name: counterparts differ in nothing else."""
    before, _, after = found.family.rpartition(found.name)
    return f"{before}\0{after}"
