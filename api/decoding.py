"""JSON back into the dataclasses it was made of: questions that come in, answers that come back.

The other way round is ``orjson.dumps(value, default=plain)``; what JSON cannot tell apart (a tuple
from a list, a date from its text) is told by the type.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

Decoder = Callable[[Any, str], Any]


class ShapeError(ValueError):
    """Something is not of its type: the dotted path ("" is the whole) and what is wrong."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}" if path else reason)


def decode(hint: Any, value: Any, *, strict: bool = False, path: str = "") -> Any:
    """A value of the type that the hint names; ShapeError.

    With ``strict`` a field that there is not is an error, else it is passed over: a newer server
    may say more than this program knows.
    """
    return decoder(hint, strict)(value, path)


@cache
def decoder(hint: Any, strict: bool = False) -> Decoder:  # noqa: FBT001, FBT002 - part of the key
    """What decodes values of a type; TypeError for a type that JSON cannot carry."""
    if isinstance(hint, NewType):
        return decoder(hint.__supertype__, strict)
    if hint in (Any, object):
        return lambda value, _: value
    if hint in _PLAIN:
        return _plain(hint)
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _union([decoder(one, strict) for one in args], types.NoneType in args)
    if origin is Literal:
        return _among(dict.fromkeys(args).keys(), lambda value: value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(_key(args[0]), decoder(args[1], strict))
    if origin is tuple and Ellipsis not in args:
        return _row([decoder(one, strict) for one in args])
    if isinstance(origin, type) and issubclass(origin, Sequence | frozenset | set):
        into = frozenset if issubclass(origin, frozenset | set) else tuple
        return _sequence(decoder(args[0], strict), into)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _among([member.value for member in hint], hint)
    if is_dataclass(hint) and isinstance(hint, type):
        return _dataclass(hint, strict)
    raise TypeError(f"{hint!r} cannot be read from JSON")


_PLAIN: dict[Any, str] = {
    str: "a text", bool: "true or false", int: "an integer", float: "a number",
    types.NoneType: "null", datetime: "a time (ISO 8601)", date: "a day (ISO 8601)",
}  # fmt: skip


def _plain(kind: Any) -> Decoder:
    wanted = _PLAIN[kind]

    def read(value: Any, path: str) -> Any:
        if kind in (date, datetime) and isinstance(value, str):
            try:
                return kind.fromisoformat(value)
            except ValueError:
                pass
        elif type(value) is kind or (kind is float and type(value) is int):
            return value
        raise ShapeError(path, f"not {wanted}")

    return read


def _union(some: list[Decoder], nullable: bool) -> Decoder:  # noqa: FBT001
    def read(value: Any, path: str) -> Any:
        if value is None and nullable:
            return None
        failures = []
        for one in some:
            try:
                return one(value, path)
            except ShapeError as error:
                failures.append(error)
        # The failure that got furthest says most: that of the alternative that was meant.
        raise max(failures, key=lambda error: len(error.path))

    return read


def _among(values: Any, make: Callable[[Any], Any]) -> Decoder:
    def read(value: Any, path: str) -> Any:
        if not isinstance(value, str | int) or value not in values:
            raise ShapeError(path, f"not one of {', '.join(map(str, values))}")
        return make(value)

    return read


def _key(hint: Any) -> Callable[[str, str], Any]:
    if isinstance(hint, NewType):
        return _key(hint.__supertype__)
    if hint is not int:
        return lambda text, _: text

    def read(text: str, path: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise ShapeError(path, f"'{text}' is not an integer") from None

    return read


def _mapping(key: Callable[[str, str], Any], item: Decoder) -> Decoder:
    def read(value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            raise ShapeError(path, "not an object")
        return {key(name, path): item(one, _under(path, name)) for name, one in value.items()}

    return read


def _sequence(item: Decoder, into: Callable[[list[Any]], Any]) -> Decoder:
    def read(value: Any, path: str) -> Any:
        if not isinstance(value, list):
            raise ShapeError(path, "not a list")
        return into([item(one, f"{path}[{at}]") for at, one in enumerate(value)])

    return read


def _row(items: list[Decoder]) -> Decoder:
    def read(value: Any, path: str) -> Any:
        if not isinstance(value, list) or len(value) != len(items):
            raise ShapeError(path, f"not a list of {len(items)}")
        return tuple(
            item(one, f"{path}[{at}]")
            for at, (item, one) in enumerate(zip(items, value, strict=True))
        )

    return read


def _dataclass(kind: type[Any], strict: bool) -> Decoder:  # noqa: FBT001
    hints = get_type_hints(kind)
    known = {one.name: one for one in fields(kind) if one.init}
    needed = [
        name
        for name, one in known.items()
        if one.default is MISSING and one.default_factory is MISSING
    ]
    readers: dict[str, Decoder] = {}

    def read(value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            raise ShapeError(path, "not an object")
        if not readers:  # made when first used, so that a type may hold itself
            readers.update({name: decoder(hints[name], strict) for name in known})
        given = {}
        for name, one in value.items():
            if name in readers:
                given[name] = readers[name](one, _under(path, name))
            elif strict:
                names = ", ".join(known)
                raise ShapeError(_under(path, name), f"there is no such field; known: {names}")
        for name in needed:
            if name not in given:
                raise ShapeError(_under(path, name), "it is missing")
        return kind(**given)

    return read


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
