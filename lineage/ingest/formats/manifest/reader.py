"""Reads ``lineage.yaml``: components, edges, properties and pointers that a team states itself.

For what no tool records: the fine-tune, the owner, the environment. Its statements come before
those of other documents (precedence ``manifest``); its slot is the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lineage.errors import KeyMalformedError, LineageError
from lineage.ingest.formats.manifest.shape import faults
from lineage.ingest.formats.manifest.text import FORMAT, Written, parse, refused
from lineage.ingest.reader import Circumstance, Reader
from lineage.model.claim import (
    Claim,
    Component,
    Edge,
    Member,
    OfAssembly,
    OfComponent,
    OfFamily,
    Pointer,
    Requirement,
    Statement,
    Subject,
    property_of,
)
from lineage.model.document import Quarantined, Reading
from lineage.model.identity import Key, at_version, identify, key_of_name
from lineage.vocabulary.edges import EDGES, RUNTIME
from lineage.vocabulary.nodes import NODES
from lineage.vocabulary.properties import PROPERTIES, State

_NAMES = ("lineage.yaml", "lineage.yml")


class ManifestReader:
    """Reads manifests. A key without a version speaks of every version, where that has a sense.

    What the subject ``contains`` are its direct members.
    """

    name = FORMAT
    version = "1"
    suffixes: tuple[str, ...] = (".lineage.yaml", ".lineage.yml")

    def recognises(self, content: bytes, name: str) -> bool:
        """A file of that name, or YAML that begins with its version."""
        file = name.replace("\\", "/").rpartition("/")[2].lower()
        if file in _NAMES or file.endswith(self.suffixes):
            return True
        lines = (line.strip() for line in content[:4096].removeprefix(b"\xef\xbb\xbf").splitlines())
        first = next((line for line in lines if line and not line.startswith((b"#", b"---"))), b"")
        return first.startswith(b"lineage:") and first[8:].strip().isdigit()

    def read(self, content: bytes, circumstance: Circumstance) -> Reading:
        """The statements of the file; one that cannot be kept is quarantined with path and line.

        Raises DocumentRefusedError, with the dotted path and the line, for text that is no YAML,
        has a name or word that the schema does not know, or a subject that is no key.
        """
        written = parse(content)
        found = [(written.at(path), reason) for path, reason in faults(written.value)]
        if found:
            more = f" (and {len(found) - 1} more)" if found[1:] else ""
            raise refused(found[0][0], found[0][1] + more)
        try:
            subject = _key(written.value["subject"], circumstance.namespace)
        except LineageError as error:
            raise refused(written.at("subject"), str(error)) from None
        telling = _Telling(written, _versioned(subject, circumstance.subject), circumstance)
        return Reading(
            format=self.name,
            version=self.version,
            subject=telling.subject,
            own_subject=True,
            claims=tuple(telling.claims()),
            quarantined=tuple(telling.quarantined),
            slot_kind="file",
            precedence="manifest",
        )


class _Telling:
    def __init__(self, written: Written, subject: Key, circumstance: Circumstance) -> None:
        self.subject = subject
        self.quarantined: list[Quarantined] = []
        self._written = written
        self._namespace = circumstance.namespace
        self._told: set[Key] = set()

    def claims(self) -> list[Claim]:
        """The claims of the whole file, in its order."""
        raw = self._written.value
        claims: list[Claim] = []
        for number, entry in enumerate(raw.get("components", ())):
            claims += self._kept(entry, f"components[{number}]", self._of_component)
        claims += self._named(self.subject, "subject")
        claims += self._properties(self.subject, raw.get("properties", {}), "properties")
        for number, entry in enumerate(raw.get("edges", ())):
            claims += self._kept(entry, f"edges[{number}]", self._of_edge)
        for number, entry in enumerate(raw.get("pointers", ())):
            claims += self._kept(entry, f"pointers[{number}]", self._of_pointer)
        return claims

    def _kept(self, entry: dict[str, Any], path: str, read: Any) -> list[Claim]:
        try:
            return list(read(entry, path))
        except LineageError as error:
            place = self._written.at(path)
            self.quarantined.append(Quarantined(path=place, reason=str(error), raw=entry))
            return []

    def _of_component(self, entry: dict[str, Any], path: str) -> Iterator[Claim]:
        key = _key(entry["key"], self._namespace)
        self._told.add(key)
        yield _claim(_component(key, entry), path)
        yield from self._properties(key, entry.get("properties", {}), f"{path}.properties")

    def _of_edge(self, entry: dict[str, Any], path: str) -> Iterator[Claim]:
        stated = entry.get("downstream")
        downstream = self.subject if stated is None else _key(stated, self._namespace)
        upstream = _key(entry["upstream"], self._namespace)
        for end in (downstream, upstream):
            if identify(end).family != end:
                yield from self._named(end, path)
        if entry["kind"] == "contains" and downstream == self.subject:
            scope = entry.get("dependency_scope", RUNTIME)
            yield Claim(
                Member(upstream, "direct", _wish(entry, upstream), (), scope), downstream, path
            )
            return
        attributes = entry.get("attributes", {})
        inside = EDGES.get(entry["kind"]).holds == "assembly"
        about: Subject = OfComponent(downstream)
        if inside and downstream == self.subject:
            about = OfAssembly()
        edge = Edge(
            entry["kind"],
            about,
            upstream,
            _wish(entry, upstream),
            entry.get("dependency_scope", RUNTIME),
            entry.get("role", ""),
            pointer=entry.get("pointer", ""),
            attributes=tuple(sorted((name, _text(value)) for name, value in attributes.items())),
        )
        yield Claim(edge, self.subject if inside else None, path)

    def _of_pointer(self, entry: dict[str, Any], path: str) -> Iterator[Claim]:
        family = _key(entry["family"], self._namespace)
        if identify(family).family != family:
            raise KeyMalformedError(text=entry["family"], reason="a pointer's family has a version")
        version = at_version(family, entry["version"])
        yield from self._named(version, path)
        yield _claim(Pointer(family, entry["name"], version), path)

    def _named(self, key: Key, path: str) -> Iterator[Claim]:
        """That there is this component, where the file does not list it."""
        if key not in self._told:
            self._told.add(key)
            yield _claim(_component(key, {}), path)

    def _properties(self, key: Key, said: dict[str, Any], path: str) -> Iterator[Claim]:
        for name, value in said.items():
            many = value if isinstance(value, list) and not _takes_lists(name) else [value]
            for one in many:
                # Instead of a value the author may say that there is none.
                bare = isinstance(one, dict) and set(one) == {"state"}
                state: State = one["state"] if bare else "value"
                statement = property_of(_about(key), name, one, state)
                inside = name in PROPERTIES and PROPERTIES.get(name).holds == "assembly"
                place = f"{path}.{name}"
                yield Claim(statement, self.subject if inside else None, place)


def _wish(entry: dict[str, Any], upstream: Key) -> Requirement | None:
    raw = entry.get("requirement")
    return None if raw is None else Requirement(raw, identify(upstream).scheme)


def _claim(statement: Statement, path: str) -> Claim:
    return Claim(statement, None, path)


def _component(key: Key, entry: dict[str, Any]) -> Component:
    known = identify(key)
    return Component(
        key, entry.get("kind", known.kind), entry.get("name", known.name), known.version
    )


def _about(key: Key) -> OfComponent | OfFamily:
    """What is said of a key without a version holds for every version that comes."""
    identity = identify(key)
    whole = identity.version is None and identity.form != "digest"
    return OfFamily(key) if whole else OfComponent(key)


def _key(text: str, namespace: str) -> Key:
    """The canonical key; a bare name gets the namespace, as in any other document."""
    found = identify(text)
    if found.form == "name" and not found.namespace and NODES.get(found.kind).namespaced:
        return key_of_name(found.kind, found.name, namespace=namespace, version=found.version)
    return found.key


def _versioned(subject: Key, given: Key | None) -> Key:
    """The subject at the version that was handed in with the file, if it names none itself."""
    if given is None or identify(subject).version is not None:
        return subject
    return given if identify(given).family == subject else subject


def _takes_lists(name: str) -> bool:
    return name in PROPERTIES and PROPERTIES.get(name).value_type == "json"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


READER: Reader = ManifestReader()
