"""graphql-core's executor, which looks at the clock and reads plain fields as what they are.

A field that is an attribute and a leaf, without arguments, needs nothing of what resolvers are told
of a request, and no path: it is read. All other fields, and a plain one where anything is odd, go
the way of graphql-core, so that answers and errors are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from graphql import GraphQLObjectType, Undefined, is_leaf_type, is_non_null_type
from graphql.execution import Executor as GraphQLExecutor

from api.graphql.deadline import OverError
from api.graphql.direct import attribute_of


@dataclass(frozen=True, slots=True)
class _Plain:
    """How a plain field is read and written down; ``needed`` is one that may not be null."""

    read: Callable[[Any], Any]
    coerce: Callable[[Any], Any]
    needed: bool


_Column = tuple[str, _Plain | None, dict[str, Any]]


class PlainExecutor(GraphQLExecutor[Any]):
    """Executes one operation; ``OverError`` once the deadline of its context has passed."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._columns: dict[tuple[GraphQLObjectType, int], tuple[list[_Column], Any]] = {}

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Any,
        grouped_field_set: Any,
        position_context: Any,
    ) -> Any:
        """The fields of one object; OverError."""
        if self.context_value.deadline.passed():
            raise OverError
        results: dict[str, Any] = {}
        for name, plain, group in self._columns_of(parent_type, grouped_field_set):
            value = Undefined if plain is None else _value(plain, source_value)
            if value is Undefined:
                made = super().execute_fields(
                    parent_type, source_value, path, group, position_context
                )
                results |= cast("dict[str, Any]", made)  # no resolver here is a coroutine
            else:
                results[name] = value
        return results

    def _columns_of(self, parent_type: GraphQLObjectType, fields: Any) -> list[_Column]:
        """The fields of a selection set, looked up for its first object only."""
        place = (parent_type, id(fields))
        known = self._columns.get(place)
        if known is None:
            columns: list[_Column] = [
                (name, self._plain(parent_type, details[0].node.name.value), {name: details})
                for name, details in fields.items()
            ]
            # The fields are kept with their columns, or their id could be another's later.
            known = self._columns[place] = (columns, fields)
        return known[0]

    def _plain(self, parent_type: GraphQLObjectType, name: str) -> _Plain | None:
        if name == "__typename":
            return _Plain(lambda _: parent_type.name, str, needed=True)
        field = self.schema.get_field(parent_type, name)
        attribute = attribute_of(field) if field is not None else None
        if field is None or attribute is None or field.args:
            return None
        needed = is_non_null_type(field.type)
        kind: Any = field.type.of_type if needed else field.type  # type: ignore[union-attr]
        return _Plain(attribute, kind.coerce_output_value, needed) if is_leaf_type(kind) else None


def _value(plain: _Plain, source: Any) -> Any:
    """What is written for a plain field; Undefined where graphql-core has to say what is wrong."""
    try:
        value = plain.read(source)
        if value is None:
            return Undefined if plain.needed else None
        value = plain.coerce(value)
    except Exception:  # noqa: BLE001 - whatever it is: it comes again, and becomes an error there
        return Undefined
    return Undefined if value is None else value
