"""One row of a knowledge pack: checked against the vocabulary, then turned into statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

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


def read_row(raw: Any, *, file: str, path: str, grade: str = "") -> Row:
    """A row as written; KnowledgeInvalidError (file, dotted path, reason) where it is none.

    ``grade`` is the file's own, for rows without one.
    """
    check = _Check(file, path)
    check.table(raw, "")
    for field in sorted(raw.keys() - _ROW):
        check.refuse(field, f"unknown field; known: {', '.join(sorted(_ROW))}")
    name = check.text(raw, "type")
    if name not in KNOWLEDGE:
        check.refuse("type", f"'{name}' is no row type; known: {', '.join(KNOWLEDGE.names())}")
    row = KNOWLEDGE.get(name)
    subject = check.subject(raw.get("subject"), row)
    value = check.value(raw.get("value"), row)
    value["source"] = check.text(raw, "source")
    given = raw.get("grade", grade)
    if given:
        if given not in GRADES:
            check.refuse("grade", f"'{given}' is no grade; known: {', '.join(GRADES)}")
        value["grade"] = given
    return Row(kind=name, subject=subject, value=value, path=path)


class _Check:
    """Refuses with the place in the file."""

    def __init__(self, file: str, path: str) -> None:
        self._file = file
        self._path = path

    def refuse(self, field: str, reason: str) -> NoReturn:
        place = f"{self._path}.{field}" if field else self._path
        raise KnowledgeInvalidError(file=self._file, path=place, reason=reason)

    def table(self, raw: Any, field: str) -> None:
        if not isinstance(raw, dict):
            self.refuse(field, "not an object")

    def text(self, raw: dict[str, Any], field: str, place: str = "") -> str:
        found = raw.get(field)
        if not isinstance(found, str) or not found.strip():
            self.refuse(place or field, "missing or not a text")
        return str(found)

    def subject(self, raw: Any, row: KnowledgeKind) -> Subject:
        self.table(raw, "subject")
        heads = sorted(raw.keys() - {"when"})
        if len(heads) != 1 or heads[0] not in row.subjects:
            wanted = " or ".join(row.subjects)
            self.refuse("subject", f"a {row.name} row is about one {wanted}")
        head = heads[0]
        text = self.text(raw, head, f"subject.{head}")
        when = self.text(raw, "when", "subject.when") if "when" in raw else ""
        if head == "pattern":
            return OfPattern(text, when)
        key = self.key(text, f"subject.{head}")
        if head == "family":
            if key.version is not None:
                self.refuse("subject.family", "a family has no version; say it in `when`")
            return OfFamily(key.family, when)
        if when:
            self.refuse("subject.when", "a component has its version in its key")
        return OfComponent(key.key)

    def key(self, text: str, field: str) -> Identity:
        try:
            return identify(text)
        except KeyMalformedError as error:
            self.refuse(field, str(error))

    def value(self, raw: Any, row: KnowledgeKind) -> dict[str, Any]:
        self.table(raw, "value")
        for field in sorted(raw.keys() - row.fields.keys()):
            self.refuse(f"value.{field}", f"a {row.name} row has no such field")
        for field, wanted in row.fields.items():
            if field not in raw:
                if not wanted.endswith("?"):
                    self.refuse(f"value.{field}", "missing")
                continue
            self._typed(raw[field], wanted.removesuffix("?"), f"value.{field}")
        return dict(raw)

    def _typed(self, found: Any, wanted: str, field: str) -> None:
        right = isinstance(found, _TYPES[wanted])
        if wanted == "number" and isinstance(found, bool):
            right = False
        if not right:
            self.refuse(field, f"not a {wanted}")
