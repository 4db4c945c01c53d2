"""Values of columns: hashable, with one order over all of them, and as plain JSON for a cursor."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from lineage.model.claim import json_text
from lineage.versions.ordered import OrderedScheme
from lineage.versions.schemes import scheme
from lineage.vocabulary.properties import PROPERTIES, State
from lineage.vocabulary.rows import ValueType

VALUE: State = "value"


class Release(NamedTuple):
    """A version and the scheme that orders it."""

    scheme: str
    version: str


class Joined(tuple[str, ...]):
    """Several texts that are shown as one."""

    __slots__ = ()


class Said(NamedTuple):
    """What is claimed of a property: its state and, where that is ``value``, the value.

    ``value`` is text, a number or a flag; of a licence its expression (else the raw text), of a
    quantity the number, with its ``unit``; anything else is canonical JSON text.
    """

    state: State
    value: str | int | float | bool | None
    unit: str = ""

    @property
    def text(self) -> str:
        """What is shown: the value as text, else the state."""
        if self.state != VALUE:
            return self.state
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        return str(self.value)


def said(name: str, value: Any, state: State) -> Said:
    """A claimed value of a property as a value of a column."""
    if state != VALUE:
        return Said(state, None)
    if type(value) is str:
        return Said(state, value)
    kind: ValueType = PROPERTIES.get(name).value_type if name in PROPERTIES else "text"
    if kind == "licence":
        return Said(state, licence_of(value))
    if isinstance(value, dict) and (kind == "quantity" or value.keys() == {"value", "unit"}):
        number = value.get("value")
        if isinstance(number, (int, float)):
            return Said(state, number, str(value.get("unit") or ""))
    if isinstance(value, (str, int, float, bool)):
        return Said(state, value)
    return Said(state, str(json_text(value)))


def licence_of(value: Any) -> str:
    """The expression of a licence, else its id, name or raw text."""
    if isinstance(value, dict):
        for name in ("expression", "spdx", "id", "name", "raw", "text"):
            if isinstance(found := value.get(name), str) and found:
                return found
        return ""
    return value if isinstance(value, str) else str(json_text(value))


def shown(value: Any) -> Any:
    """A value of a column as rows and groups show it: plain, None where nobody says anything."""
    match value:
        case Said():
            return value.text
        case Release():
            return value.version
        case Joined():
            return ", ".join(value)
        case tuple():
            return tuple(shown(one) for one in value)
        case _:
            return value


def order_of(value: Any) -> tuple[Any, ...]:
    """The sort key of a value that is not None: numbers, then text, then what was only a state."""
    match value:
        case Release():
            return (5, *_release_order(value))
        case Said():
            return (4, value.state) if value.state != VALUE else order_of(value.value)
        case bool():
            return (0, int(value))
        case int() | float():
            return (1, value)
        case tuple():
            return (3, tuple(order_of(one) for one in value))
        case _:
            return (2, str(value))


@lru_cache(maxsize=262144)
def _release_order(release: Release) -> tuple[Any, ...]:
    found = scheme(release.scheme)
    key = found.key(release.version) if isinstance(found, OrderedScheme) else None
    if key is None:
        return (release.scheme, 1, release.version)
    return (release.scheme, 0, key, release.version)


def plain(value: Any) -> Any:
    """A value as JSON, from which ``restored`` makes it again (cursors carry it)."""
    match value:
        case Release():
            return {"release": [value.scheme, value.version]}
        case Said():
            return {"said": [value.state, value.value, value.unit]}
        case tuple():
            return [plain(one) for one in value]
        case _:
            return value


def restored(found: Any) -> Any:
    """The value that ``plain`` wrote; ValueError for anything else."""
    match found:
        case {"release": [str(name), str(version)]}:
            return Release(name, version)
        case {"said": [str(state), (str() | int() | float() | None) as value, str(unit)]}:
            return Said(state, value, unit)  # type: ignore[arg-type]
        case [*parts]:
            return tuple(restored(one) for one in parts)
        case None | str() | int() | float():
            return found
        case _:
            text = orjson.dumps(found, default=str).decode()
            raise ValueError(f"{text} is no value of a column")
