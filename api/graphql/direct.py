"""Fields that are attributes are read as such, and a row's type is asked for once.

A list has thousands of fields: whatever stands between the executor and an attribute is paid for
each of them. What a field with a resolver of its own does is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    is_abstract_type,
    is_enum_type,
    is_object_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

_FIELD = GraphQLCoreConverter.DEFINITION_BACKREF


def read_directly(schema: GraphQLSchema) -> None:
    """Change the fields and types of the schema; every answer stays what it was."""
    for held in list(schema.type_map.values()):
        if is_object_type(held):
            _shorten(held)
        elif is_enum_type(held):
            # Strawberry takes members of the enum as well, and looks for those first.
            object.__setattr__(held, "coerce_output_value", _namer(held))
    for single in _singles(schema):
        single.is_type_of = None


def name_by(
    schema: GraphQLSchema, names: Callable[[Any], str | None], known: GraphQLAbstractType
) -> None:
    """Let ``names`` say the types of all that ``known`` has, in whatever else has them too.

    ``names`` gives None for what it does not know; that is asked for as before.
    """
    types = schema.get_possible_types(known)
    for held in schema.type_map.values():
        if is_abstract_type(held) and any(schema.is_sub_type(held, one) for one in types):
            held.resolve_type = _first_of(names, held.resolve_type)
    for one in types:
        one.is_type_of = None


def _shorten(held: GraphQLObjectType) -> None:
    for field in held.fields.values():
        # Strawberry's own mark of a field that has neither resolver, nor permission, nor extension.
        if getattr(field.resolve, "_is_default", False):
            field.resolve = _Read(field.extensions[_FIELD].python_name)


class _Read:
    """The resolver of a field that is an attribute."""

    __slots__ = ("attribute",)

    def __init__(self, name: str) -> None:
        self.attribute = attrgetter(name)

    def __call__(self, source: Any, _info: Any) -> Any:
        return self.attribute(source)


def attribute_of(field: GraphQLField) -> Callable[[Any], Any] | None:
    """What reads a field that is an attribute and nothing else; None for any other field."""
    return field.resolve.attribute if isinstance(field.resolve, _Read) else None


def _namer(held: GraphQLEnumType) -> Callable[[Any], Any]:
    names = {value.value: name for name, value in held.values.items()}
    otherwise = held.coerce_output_value

    def name_of(value: Any) -> Any:
        try:
            return names[value]
        except (KeyError, TypeError):  # a member of the enum, or what is no value of it
            return otherwise(value)

    return name_of


def _singles(schema: GraphQLSchema) -> list[GraphQLObjectType]:
    """The types that stand in no union and have no interface: a row of a field can be no other."""
    chosen = {
        one.name
        for held in schema.type_map.values()
        if is_abstract_type(held)
        for one in schema.get_possible_types(held)
    }
    return [
        held
        for held in schema.type_map.values()
        if is_object_type(held) and held.name not in chosen
    ]


def _first_of(names: Callable[[Any], str | None], otherwise: Any) -> Callable[..., Any]:
    def resolve_type(found: Any, info: Any, kind: Any) -> Any:
        return names(found) or otherwise(found, info, kind)

    return resolve_type
