"""One row of a knowledge pack: checked against the vocabulary, then turned into statements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lineage.errors import KeyMalformedError, KnowledgeInvalidError
from lineage.model.claim import (
    Component,
    OfComponent,
    OfFamily,
    OfPattern,
    Statement,
    Subject,
    property_of,
)
from lineage.model.identity import Identity, identify
from lineage.vocabulary.knowledge import GRADES, KNOWLEDGE
from lineage.vocabulary.rows import KnowledgeKind

_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, float),
    "flag": (bool,),
    "list": (list,),
    "json": (dict, list, str, int, float, bool, type(None)),
}
_ROW = frozenset({"type", "subject", "value", "source", "grade"})
_GIVEN = frozenset({"capability", "range"})
_PLAIN_PATTERN = re.compile(r"[A-Za-z0-9 ._:/@~*?-]*")

Faults = tuple[KnowledgeInvalidError, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fact: its type (a row of KNOWLEDGE), whom it is about, what it says.

    ``value`` holds the fields of the type and ``source``, and ``grade`` where it is given.
    ``path`` is its place in the file.
    """

    kind: str
    subject: Subject
    value: dict[str, Any]
    path: str

    def statements(self) -> tuple[Statement, ...]:
        """A property of the subject; for a release also that there is such a component."""
        fact = property_of(self.subject, self.kind, self.value)
        if self.kind == "release" and isinstance(self.subject, OfComponent):
            found = identify(self.subject.key)
            there = Component(found.key, found.kind, found.name, found.version)
            return (there, fact)
        return (fact,)


def examine_row(raw: Any, *, file: str, path: str, grade: str = "") -> tuple[Row | None, Faults]:
    """A row as written, or None and every fault of it (file, dotted path, reason).

    ``grade`` is the file's own, for rows without one.
    """
    check = _Check(file, path)
    row = check.row(raw, grade)
    return (None if check.faults else row), tuple(check.faults)


def read_row(raw: Any, *, file: str, path: str, grade: str = "") -> Row:
    """A row as written; KnowledgeInvalidError (file, dotted path, reason) where it is none."""
    row, faults = examine_row(raw, file=file, path=path, grade=grade)
    if row is None:
        raise faults[0]
    return row


class _Check:
    """Collects faults with their place in the file; what could not be read comes back as None."""

    def __init__(self, file: str, path: str) -> None:
        self._file = file
        self._path = path
        self.faults: list[KnowledgeInvalidError] = []

    def fault(self, field: str, reason: str) -> None:
        place = f"{self._path}.{field}" if field else self._path
        self.faults.append(KnowledgeInvalidError(file=self._file, path=place, reason=reason))

    def row(self, raw: Any, grade: str) -> Row | None:
        if not self._table(raw, ""):
            return None
        for field in sorted(raw.keys() - _ROW):
            self.fault(field, f"unknown field; known: {', '.join(sorted(_ROW))}")
        name = self._text(raw, "type")
        if name is not None and name not in KNOWLEDGE:
            self.fault("type", f"'{name}' is no row type; known: {', '.join(KNOWLEDGE.names())}")
            name = None
        source = self._text(raw, "source")
        given = raw.get("grade", grade)
        if given and given not in GRADES:
            self.fault("grade", f"'{given}' is no grade; known: {', '.join(GRADES)}")
        if name is None:
            return None
        kind = KNOWLEDGE.get(name)
        subject, value = self._subject(raw.get("subject"), kind), self._value(raw, kind)
        if subject is None or value is None or source is None:
            return None
        value["source"] = source
        if given:
            value["grade"] = given
        return Row(kind=name, subject=subject, value=value, path=self._path)

    def _table(self, raw: Any, field: str) -> bool:
        if not isinstance(raw, dict):
            self.fault(field, "not an object")
        return isinstance(raw, dict)

    def _text(self, raw: Mapping[str, Any], field: str, place: str = "") -> str | None:
        found = raw.get(field)
        if isinstance(found, str) and found.strip():
            return found
        self.fault(place or field, "missing or not a text")
        return None

    def _subject(self, raw: Any, row: KnowledgeKind) -> Subject | None:
        if not self._table(raw, "subject"):
            return None
        heads = sorted(raw.keys() - {"when"})
        if len(heads) != 1 or heads[0] not in row.subjects:
            self.fault("subject", f"a {row.name} row is about one {' or '.join(row.subjects)}")
            return None
        head = heads[0]
        text = self._text(raw, head, f"subject.{head}")
        when = self._text(raw, "when", "subject.when") if "when" in raw else ""
        if text is None or when is None:
            return None
        if head == "pattern":
            if row.name == "mark" or ".*" in text or not _PLAIN_PATTERN.fullmatch(text):
                self._expression(text, "subject.pattern")
            return OfPattern(text, when)
        key = self._key(text, f"subject.{head}")
        if key is None:
            return None
        if head == "family":
            if key.version is not None:
                self.fault("subject.family", "a family has no version; say it in `when`")
            return OfFamily(key.family, when)
        if when:
            self.fault("subject.when", "a component has its version in its key")
        return OfComponent(key.key)

    def _key(self, text: str, field: str) -> Identity | None:
        try:
            return identify(text)
        except KeyMalformedError as error:
            self.fault(field, str(error))
            return None

    def _expression(self, text: str, field: str) -> None:
        try:
            re.compile(text)
        except re.error as error:
            self.fault(field, f"not a regular expression: {error}")

    def _value(self, outer: Mapping[str, Any], row: KnowledgeKind) -> dict[str, Any] | None:
        raw = outer.get("value")
        if not self._table(raw, "value"):
            return None
        assert isinstance(raw, dict)
        for field in sorted(raw.keys() - row.fields.keys()):
            self.fault(f"value.{field}", f"a {row.name} row has no such field")
        for field, wanted in row.fields.items():
            if field in raw:
                self._typed(raw[field], wanted.removesuffix("?"), f"value.{field}")
            elif not wanted.endswith("?"):
                self.fault(f"value.{field}", "missing")
        for field, words in row.choices.items():
            if isinstance(raw.get(field), str) and raw[field] not in words:
                self.fault(f"value.{field}", f"'{raw[field]}' is none of {', '.join(words)}")
        if row.name == "gpu" and isinstance(raw.get("match"), str):
            self._expression(raw["match"], "value.match")
        return dict(raw)

    def _typed(self, found: Any, wanted: str, field: str) -> None:
        right = isinstance(found, _TYPES[wanted])
        if wanted == "number" and isinstance(found, bool):
            right = False
        if not right:
            self.fault(field, f"not a {wanted}")
        elif wanted == "list":
            for at, one in enumerate(found):
                self._listed(one, f"{field}[{at}]")

    def _listed(self, one: Any, field: str) -> None:
        """A list holds texts; a condition is {capability, range}."""
        if not field.startswith("value.given["):
            if not isinstance(one, str):
                self.fault(field, "not a text")
        elif not isinstance(one, dict) or one.keys() != _GIVEN:
            self.fault(field, "not {capability, range}")
        else:
            for name in sorted(_GIVEN):
                self._text(one, name, f"{field}.{name}")
