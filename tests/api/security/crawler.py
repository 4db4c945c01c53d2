"""Asks everything that a service can be asked: every field of the schema, every address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

_DEPTH = 5
_ASKS = ("key", "name", "text", "subject", "of", "from", "to", "id")


def queries(schema: GraphQLSchema, texts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(field, query) for each root field: each text stands for every argument that takes one."""
    assert schema.query_type is not None
    for name, field in schema.query_type.fields.items():
        takes_text = any(_takes_text(one) for one in field.args.values())
        for text in texts if takes_text else texts[:1]:
            given = _arguments(field, text)
            chosen = _selection(schema, field.type, _DEPTH)
            yield name, f"{{ {name}{given} {chosen} }}"


def fields_of(schema: GraphQLSchema) -> set[str]:
    """The names of all root fields."""
    assert schema.query_type is not None
    return set(schema.query_type.fields)


def _takes_text(argument: GraphQLArgument) -> bool:
    return get_named_type(argument.type).name in ("String", "ID")


def _arguments(field: GraphQLField, text: str) -> str:
    given = []
    for name, one in field.args.items():
        needed = isinstance(one.type, GraphQLNonNull) and one.default_value is not None
        wanted = name in _ASKS or (name == "stream" and "stream" in text)
        if needed or (wanted and _takes_text(one)):
            given.append(f"{name}: {_value(one.type, text)}")
    return f"({', '.join(given)})" if given else ""


def _value(kind: Any, text: str) -> str:
    if isinstance(kind, GraphQLNonNull):
        return _value(kind.of_type, text)
    if isinstance(kind, GraphQLList):
        return f"[{_value(kind.of_type, text)}]"
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        needed = {n: f for n, f in kind.fields.items() if isinstance(f.type, GraphQLNonNull)}
        inner = ", ".join(f"{n}: {_value(f.type, text)}" for n, f in needed.items())
        return f"{{{inner}}}"
    return {"Int": "1", "Float": "1.0", "Boolean": "true"}.get(kind.name, f'"{text}"')


def _selection(schema: GraphQLSchema, kind: Any, depth: int) -> str:
    named = get_named_type(kind)
    if isinstance(named, GraphQLUnionType | GraphQLInterfaceType):
        members = schema.get_possible_types(named)
        # What many share is asked once; others share names whose types differ, so that each gets
        # names of its own.
        shared = {face.name: face for one in members for face in one.interfaces}
        shared = {n: face for n, face in shared.items() if len(face.fields) > 1}
        alone = [one for one in members if not {face.name for face in one.interfaces} & set(shared)]
        parts = [
            f"... on {one.name} {_body(schema, one, depth, prefix=f'{one.name}_')}"
            for one in (*shared.values(), *alone)
        ]
        return f"{{ __typename {' '.join(parts)} }}"
    if isinstance(named, GraphQLObjectType):
        return _body(schema, named, depth, prefix="")
    return ""


def _body(
    schema: GraphQLSchema,
    kind: GraphQLObjectType | GraphQLInterfaceType,
    depth: int,
    *,
    prefix: str,
) -> str:
    parts = ["__typename"]
    for name, field in kind.fields.items():
        if any(isinstance(one.type, GraphQLNonNull) for one in field.args.values()):
            continue
        inner = _selection(schema, field.type, depth - 1) if depth else ""
        named = get_named_type(field.type)
        leaf = not isinstance(named, GraphQLUnionType | GraphQLInterfaceType | GraphQLObjectType)
        if leaf or inner:
            parts.append(f"{prefix}{name}: {name} {inner}" if prefix else f"{name} {inner}")
    return f"{{ {' '.join(parts)} }}"
