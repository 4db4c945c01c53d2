"""JSON Schema of an answer, derived from its dataclasses: the contract of ``--output json``.

Draft 2020-12. Every field is required (null means "not asked"); fields may be added later, so
other properties are allowed.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

Schema = dict[str, Any]
_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    Any: {},
    object: {},
}


def answer_schema(answer: type[Any], title: str) -> Schema:
    """The JSON Schema of a dataclass tree; TypeError for a type that JSON cannot carry."""
    definitions: dict[str, Schema] = {}
    body = _of(answer, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **body,
        "$defs": dict(sorted(definitions.items())),
    }


def sent_schema(hint: Any) -> tuple[Schema, dict[str, Schema]]:
    """The JSON Schema of what people send, and the ones it refers to (``#/$defs/NAME``).

    A field with a default need not be said, and there are no others.
    """
    definitions: dict[str, Schema] = {}
    return _of(hint, definitions, sent=True), definitions


def _of(hint: Any, definitions: dict[str, Schema], *, sent: bool = False) -> Schema:
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if isinstance(hint, NewType):
        return _of(hint.__supertype__, definitions, sent=sent)
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_of(arg, definitions, sent=sent) for arg in args]}
    if origin is Literal:
        return {"enum": list(args)}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of(args[1], definitions, sent=sent)}
    if isinstance(origin, type) and issubclass(origin, Sequence | frozenset | set):
        return {"type": "array", "items": _of(args[0], definitions, sent=sent)}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [member.value for member in hint]}
    if is_dataclass(hint) and isinstance(hint, type):
        return _of_dataclass(hint, definitions, sent=sent)
    raise TypeError(f"{hint!r} has no JSON Schema")


def _of_dataclass(hint: type[Any], definitions: dict[str, Schema], *, sent: bool) -> Schema:
    name = hint.__name__
    if name not in definitions:
        definitions[name] = {}
        hints = get_type_hints(hint)
        definitions[name] = {
            "type": "object",
            "description": (hint.__doc__ or "").strip(),
            "required": [one.name for one in fields(hint) if not sent or _is_needed(one)],
            "properties": {
                field.name: _of(hints[field.name], definitions, sent=sent) for field in fields(hint)
            },
        }
        if sent:
            definitions[name]["additionalProperties"] = False
    return {"$ref": f"#/$defs/{name}"}


def _is_needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
