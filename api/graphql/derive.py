"""GraphQL types derived from frozen dataclasses: one derivation is one schema's types.

Names: a dataclass of a question's file is ``<Question><Class>`` (ProvenanceGap), one of a shared
file its own name. Text fields that hold rows of the vocabulary become enums (``_ENUM_FIELDS``);
what has no fixed shape is JSON. Objects are answered as they are: nothing is copied.
"""

import re
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from inspect import cleandoc
from typing import Any, Literal, NewType, Optional, Union, get_args, get_origin, get_type_hints

import strawberry
from strawberry.scalars import JSON
from strawberry.utils.str_converters import to_camel_case

from queries.narrowed import is_beside

_PLAIN: dict[Any, Any] = {
    str: str, bool: bool, int: int, float: float, datetime: datetime,
    Any: Optional[JSON], object: Optional[JSON],  # noqa: UP045
}  # fmt: skip

_ENUM_FIELDS = {
    "verdict": "Verdict",
    "reason": "Reason",
    "edge": "EdgeKind",
    "scope": "Scope",
    "precedence": "Precedence",
    "kinds": "NodeKind",
    "change": "ChangeKind",
}
# `from` is a word of Python's; everywhere else the field has its plain name.
SHORT = {"from_range": "from", "from_key": "from", "to_key": "to"}
_EDGE_ENDS = {"downstream", "upstream"}
_CHANGE_ENDS = {"from_range", "to"}


class Derivation:
    """Derives and remembers the types of one schema. ``enums`` are those of the vocabulary."""

    def __init__(self, enums: Mapping[str, Any], questions: frozenset[str]) -> None:
        self.enums = enums
        self._questions = questions
        self._made: dict[type[Any], Any] = {}

    def output(
        self,
        source: type[Any],
        *,
        name: str = "",
        interfaces: tuple[type[Any], ...] = (),
        extra: Mapping[str, Any] | None = None,
        is_type_of: Callable[[Any, Any], bool] | None = None,
        description: str = "",
        interface: bool = False,
    ) -> Any:
        """The object type of a dataclass (or an interface of the same fields).

        ``extra`` adds strawberry fields, or takes the place of fields of the same name.
        """
        plain = not (name or interfaces or extra or is_type_of or interface)
        if plain and source in self._made:
            return self._made[source]
        extra = extra or {}
        hints = get_type_hints(source)
        shape = {field.name: hints[field.name] for field in fields(source)}
        annotations = {
            field.name: self.hint(hints[field.name], field.name, shape)
            for field in fields(source)
            if field.name not in extra and not is_beside(field)  # connections say it themselves
        }
        body: dict[str, Any] = {
            "__annotations__": annotations,
            "__module__": source.__module__,
            **{name: strawberry.field(name=SHORT[name]) for name in annotations if name in SHORT},
            **extra,
        }
        if not interface:
            body["is_type_of"] = staticmethod(is_type_of or _instance_of(source))
        title = name or self.name(source)
        made = type(title, interfaces or (object,), body)
        decorate = strawberry.interface if interface else strawberry.type
        made = decorate(made, name=title, description=description or described(source))
        if plain:
            self._made[source] = made
        return made

    def name(self, source: type[Any]) -> str:
        """The GraphQL name of a dataclass."""
        module = source.__module__.rpartition(".")[2]
        if module in self._questions and not source.__name__.lower().startswith(module):
            return module.title().replace("_", "") + source.__name__
        return source.__name__

    def hint(self, hint: Any, field: str, shape: Mapping[str, Any]) -> Any:
        """A Python type as the type of a GraphQL field or argument.

        ``shape`` are all fields beside it by name: an edge's ``kind`` is an edge kind.
        TypeError for a type that has no place in a schema.
        """
        if isinstance(hint, NewType):
            return self.hint(hint.__supertype__, field, shape)
        if hint is str:
            return self._text(field, shape)
        if hint in _PLAIN:
            return _PLAIN[hint]
        origin, args = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            return self._either(args, field, shape)
        if origin is Literal:
            return self._text(field, shape)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return JSON
        if isinstance(origin, type) and issubclass(origin, Sequence | frozenset):
            return list[self.hint(args[0], field, shape)]  # type: ignore[misc]
        if isinstance(hint, type) and issubclass(hint, Enum):
            return self.enums[hint.__name__]
        if isinstance(hint, type) and is_dataclass(hint):
            return self.output(hint)
        raise TypeError(f"{field}: {hint!r} has no place in a GraphQL schema")

    def _either(self, args: tuple[Any, ...], field: str, shape: Mapping[str, Any]) -> Any:
        rest = [arg for arg in args if arg is not type(None)]
        if len(rest) != 1:
            return Optional[JSON]  # noqa: UP045 - a scalar is no class, `|` does not take it
        return Optional[self.hint(rest[0], field, shape)]  # noqa: UP045

    def _text(self, field: str, shape: Mapping[str, Any]) -> Any:
        if field == "kind":
            if all(shape.get(end) is str for end in _EDGE_ENDS):
                return self.enums["EdgeKind"]
            return self.enums["ChangeKind" if shape.keys() >= _CHANGE_ENDS else "NodeKind"]
        if field == "state":
            return self.enums["State"]
        named = _ENUM_FIELDS.get(field)
        return self.enums[named] if named else str


def described(source: type[Any]) -> str:
    """A docstring as a description: names in it as GraphQL writes them."""
    text = cleandoc(source.__doc__ or "")
    return re.sub(r"``([^`]+)``", lambda found: f"`{to_camel_case(found[1])}`", text)


def _instance_of(source: type[Any]) -> Callable[[Any, Any], bool]:
    def is_type_of(found: Any, _info: Any) -> bool:
        return isinstance(found, source)

    return is_type_of
