"""Documents made ready once: looked over, parsed, measured; kept while they are used.

Validation costs most, and waits until somebody has found the operation worth it.

Both caches of the schema (of parsed documents and of validation) are this one: a text is kept with
its document, or with the errors that refused it. The cache is bounded by the size of the texts,
for a parsed document is two hundred times as large.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TypeGuard

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_interface_type,
    is_object_type,
    parse,
    validate,
)

from api.graphql.cost import Limits, check_document
from api.graphql.scan import Bounds, check_text
from lineage.errors import BudgetExceededError

_KEPT_BYTES = 1_000_000
_MOST_ERRORS = 20
_META = ("__typename", "__schema", "__type")
_DEEP = "The query is nested too deeply."


@dataclass(slots=True, kw_only=True)
class Prepared:
    """A document, or what it was refused for: then nothing of it can be run.

    ``invalid`` is what validation found, None before anybody asked for it.
    """

    document: DocumentNode | None
    refused: tuple[GraphQLError, ...] = ()
    invalid: tuple[GraphQLError, ...] | None = None


class Preparation:
    """Prepares the documents of one schema. Safe to share between threads."""

    def __init__(self, schema: GraphQLSchema, bounds: Bounds, limits: Limits) -> None:
        self._schema = schema
        self._bounds = bounds
        self._limits = limits
        self._names = frozenset(_META).union(
            *(held.fields for held in schema.type_map.values() if _has_fields(held))
        )
        self._kept: OrderedDict[str, Prepared] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def __call__(self, text: str) -> Prepared:
        """The prepared document of a text; the same object while it is kept."""
        with self._lock:
            if (known := self._kept.get(text)) is not None:
                self._kept.move_to_end(text)
                return known
        made = self._make(text)
        with self._lock:
            if self._kept.setdefault(text, made) is made:
                self._size += len(text)
            while self._size > _KEPT_BYTES and len(self._kept) > 1:
                self._size -= len(self._kept.popitem(last=False)[0])
        return made

    def errors(self, prepared: Prepared) -> tuple[GraphQLError, ...]:
        """What validation finds in a document that was prepared here; looked for once."""
        if prepared.invalid is None and prepared.document is not None:
            try:
                found = validate(self._schema, prepared.document, max_errors=_MOST_ERRORS)
            except RecursionError:
                found = [coded_error(_DEEP, "GRAPHQL_VALIDATION_FAILED")]
            prepared.invalid = tuple(coded(one, "GRAPHQL_VALIDATION_FAILED") for one in found)
        return prepared.invalid or ()

    def _make(self, text: str) -> Prepared:
        try:
            scan = check_text(text, self._bounds)
            if scan.nesting > self._bounds.nesting:
                return Prepared(
                    document=None, refused=(coded_error(_DEEP, "GRAPHQL_PARSE_FAILED"),)
                )
            # Validation would name them one by one, and take longer than a refusal may.
            strange = sorted(set(scan.names) - self._names)
            if len(strange) > _MOST_ERRORS:
                told = f"No type has these fields: {', '.join(strange[:_MOST_ERRORS])}, ..."
                strangers = coded_error(told, "GRAPHQL_VALIDATION_FAILED")
                return Prepared(document=None, refused=(strangers,))
            document = parse(text, max_tokens=self._bounds.tokens + 1)
            check_document(document, self._limits)
        except BudgetExceededError as error:
            return Prepared(document=None, refused=(coded_error(str(error), error.code),))
        except GraphQLError as error:
            return Prepared(document=None, refused=(coded(error, "GRAPHQL_PARSE_FAILED"),))
        except RecursionError:
            return Prepared(document=None, refused=(coded_error(_DEEP, "GRAPHQL_PARSE_FAILED"),))
        return Prepared(document=document)


def _has_fields(held: GraphQLNamedType) -> TypeGuard[GraphQLObjectType | GraphQLInterfaceType]:
    return is_object_type(held) or is_interface_type(held)


def coded(error: GraphQLError, code: str) -> GraphQLError:
    """The error with ``extensions.code``; its own where it has one."""
    if error.extensions and "code" in error.extensions:
        return error
    return GraphQLError(
        error.message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={**(error.extensions or {}), "code": code},
    )


def coded_error(message: str, code: str) -> GraphQLError:
    """An error that has no place in the document."""
    return GraphQLError(message, extensions={"code": code})
