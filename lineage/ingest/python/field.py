"""Fields of a document with their dotted path: what is missing or of the wrong type is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from lineage.errors import DocumentRefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """One table (JSON object) of a document. Every getter raises DocumentRefusedError with the
    dotted path of the field that is missing or has the wrong type.
    """  # noqa: D205

    format: str
    path: str
    values: Mapping[str, Any]

    def at(self, name: str) -> str:
        """The dotted path of a field of this table."""
        return f"{self.path}.{name}" if self.path else name

    def refuse(self, name: str, reason: str) -> NoReturn:
        """Refuse the document because of this field."""
        raise DocumentRefusedError(format=self.format, path=self.at(name), reason=reason)

    def text(self, name: str) -> str:
        """A text that must be there."""
        value = self.maybe_text(name)
        if value is None:
            self.refuse(name, "is missing")
        return value

    def maybe_text(self, name: str) -> str | None:
        """A text, None where it is absent or null."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            self.refuse(name, f"is {_word(value)}, not a text")
        return value

    def maybe_flag(self, name: str) -> bool | None:
        """A flag, None where it is absent or null."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, bool):
            self.refuse(name, f"is {_word(value)}, not true or false")
        return value

    def entries(self, name: str) -> list[Any]:
        """A list that must be there."""
        if self.values.get(name) is None:
            self.refuse(name, "is missing")
        return self.maybe_entries(name)

    def maybe_entries(self, name: str) -> list[Any]:
        """A list, empty where it is absent or null."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(name, f"is {_word(value)}, not a list")
        return value

    def table(self, name: str) -> Fields:
        """A table that must be there."""
        found = self.maybe_table(name)
        if found is None:
            self.refuse(name, "is missing")
        return found

    def maybe_table(self, name: str) -> Fields | None:
        """A table, None where it is absent or null."""
        value = self.values.get(name)
        if value is None:
            return None
        return fields_of(value, format=self.format, path=self.at(name))

    def items(self, name: str) -> Iterator[tuple[str, Any]]:
        """The items of a list that must be there, each with its dotted path."""
        for number, item in enumerate(self.entries(name)):
            yield f"{self.at(name)}.{number}", item


def fields_of(value: Any, *, format: str, path: str = "") -> Fields:  # noqa: A002
    """The value as a table; DocumentRefusedError if it is none."""
    if not isinstance(value, dict):
        reason = f"is {_word(value)}, not an object"
        raise DocumentRefusedError(format=format, path=path or "$", reason=reason)
    return Fields(format=format, path=path, values=value)


def _word(value: object) -> str:
    words = {dict: "an object", list: "a list", str: "a text", bool: "a flag", type(None): "null"}
    return words.get(type(value), "a number")
