"""One GraphQL request: prepare the document, choose the operation, measure, validate, execute.

Every error that leaves here has ``extensions.code``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    get_operation_ast,
)
from strawberry import Schema

from api.graphql.connection import DEFAULT_PAGE
from api.graphql.context import Context, NotYetError, Waiting
from api.graphql.cost import Limits, check_cost
from api.graphql.deadline import Deadline, OverError, TimeExceededError
from api.graphql.executor import PlainExecutor
from api.graphql.preparation import Preparation, Prepared, coded, coded_error
from api.graphql.scan import Bounds
from api.graphql.tag import UNREVISIONED, entity_tag, fields_of
from api.graphql.trusted import Trusted
from api.house import House
from api.tag import is_known
from lineage.errors import DatabaseUnreachableError, LineageError
from lineage.record.fault import is_away
from lineage.record.token import Right

_LOG = logging.getLogger("lineage.graphql")
# Beyond these no client writes a document, and validation would take longer than a refusal may.
_MOST_DIRECTIVES, _MOST_DEFINITIONS, _MOST_NESTING, _MOST_REPEATS = 100, 100, 100, 2_500
_MOST_SPREADS, _MOST_CHARACTERS = 400, 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client sent. ``read_only`` is a GET, which may not run a mutation.

    ``document`` is the digest or the name of a document that is known, with or in place of its
    text. ``house`` is the one that the client may see (None: the whole one), ``client`` the
    program that sent it, ``deadline`` when whoever waits goes away (None: that of the settings).
    ``tags`` are those of answers that the client has (If-None-Match), ``waiting`` what is done
    where a revision is demanded that has not come.
    """

    query: str | None = None
    document: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    read_only: bool = False
    house: House | None = None
    client: str = ""
    deadline: Deadline | None = None
    tags: str = ""
    waiting: Waiting = Waiting.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What goes back. ``request_error`` means that nothing was executed: there is no ``data``.

    ``not_allowed`` is an operation that may not come by GET. ``tag`` is that of the answer to a GET
    (None: something in it moves without a revision), ``unchanged`` says that the client has it:
    nothing was executed and there is no body. ``operation`` (its type and name), ``write``,
    ``cost``, the newest ``revision`` seen and ``refused``, the code of the first claim that was not
    taken, are for the audit trail. ``not_yet`` is a revision that has to come first.
    """

    body: dict[str, Any]
    request_error: bool = False
    not_allowed: bool = False
    tag: str | None = None
    unchanged: bool = False
    operation: str = ""
    write: bool = False
    cost: int | None = None
    revision: int | None = None
    refused: str = ""
    not_yet: int | None = None


class Executor:
    """Runs requests against one schema and one house."""

    def __init__(self, schema: Schema, house: House) -> None:
        self._schema = schema._schema  # noqa: SLF001 - Strawberry's own name for graphql-core's
        self._house = house
        chosen = house.settings
        self._limits = Limits(
            depth=chosen.max_query_depth,
            fields=chosen.max_query_fields,
            aliases=chosen.max_query_aliases,
            cost=chosen.max_query_cost,
            repeats=_MOST_REPEATS,
        )
        bounds = Bounds(
            characters=_MOST_CHARACTERS,
            tokens=chosen.max_query_tokens,
            fields=chosen.max_query_fields,
            aliases=chosen.max_query_aliases,
            directives=_MOST_DIRECTIVES,
            spreads=_MOST_SPREADS,
            definitions=_MOST_DEFINITIONS,
            nesting=_MOST_NESTING,
            repeats=_MOST_REPEATS,
        )
        self._seconds = chosen.max_query_seconds
        self._prepared = Preparation(self._schema, bounds, self._limits)
        self._trusted = Trusted(only=chosen.trusted_only)

    def __call__(self, request: Request) -> Response:
        """The response; never raises for what a client can send."""
        try:
            text = self._trusted.text(request.query, request.document)
        except LineageError as error:
            return _refused((coded_error(str(error), error.code),))
        prepared = self._prepared(text)
        document = prepared.document
        if document is None:
            return _refused(prepared.refused)
        operation = get_operation_ast(document, request.operation_name)
        if operation is None:
            return _refused((_unchosen(document, request.operation_name),))
        if request.read_only and operation.operation is not OperationType.QUERY:
            message = f"A {operation.operation.value} must be sent by POST."
            refused = _refused((coded_error(message, "METHOD_NOT_ALLOWED"),))
            return Response(body=refused.body, request_error=True, not_allowed=True)
        if operation.operation is OperationType.SUBSCRIPTION:
            return _refused((coded_error("There are no subscriptions.", "NO_SUBSCRIPTIONS"),))
        return self._execute(prepared, document, operation, replace(request, query=text))

    def deadline(self) -> Deadline:
        """When an operation that comes now must have ended."""
        return Deadline(self._seconds)

    def _execute(
        self,
        prepared: Prepared,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        request: Request,
    ) -> Response:
        house = request.house or self._house
        write = operation.operation is OperationType.MUTATION
        name = operation.name.value if operation.name else ""
        told: dict[str, Any] = {
            "operation": f"{operation.operation.value} {name}".strip(),
            "write": write,
        }
        try:
            house.principal.require(Right.INGEST if write else Right.READ)
            measure = check_cost(document, operation, request.variables, self._limits, DEFAULT_PAGE)
        except LineageError as error:
            return replace(_refused((coded_error(str(error), error.code),)), **told)
        if errors := self._prepared.errors(prepared):
            return replace(_refused(errors), **told)
        if request.read_only:
            moves = bool(fields_of(document) & UNREVISIONED)
            asked = request.query or "", request.variables, request.operation_name
            told["tag"] = tag = entity_tag(house, *asked, moves=moves)
            if is_known(tag, request.tags):
                return Response(body={}, unchanged=True, **told)
        deadline = request.deadline or self.deadline()
        if write and not deadline.lift():
            return replace(late(deadline.error()), **told)
        if house.principal.deed is not None:
            house.principal.deed.operation = f"graphql {told['operation']}"
            house.principal.deed.cost = measure.cost
        context = Context(
            house=house, deadline=deadline, client=request.client, waiting=request.waiting
        )
        try:
            result = execute_sync(
                self._schema,
                document,
                context_value=context,
                variable_values=dict(request.variables),
                operation_name=request.operation_name,
                executor_class=PlainExecutor,
            )
        except NotYetError as error:
            return Response(body={}, not_yet=error.number, **told, cost=measure.cost)
        except OverError:
            return replace(late(deadline.error()), **told, cost=measure.cost)
        seen = [one.question.at.revision or 0 for one in context.placed.values()]
        told |= {"cost": measure.cost, "revision": max(seen, default=None)}
        told["refused"] = next(iter(context.refused), "")
        return replace(_answered(result), **told)


def _answered(result: ExecutionResult) -> Response:
    errors = [_formatted(error) for error in result.errors or ()]
    if result.data is None and result.errors and all(not e.path for e in result.errors):
        return Response(body={"errors": errors}, request_error=True)
    body: dict[str, Any] = {"data": result.data}
    if errors:
        body = {"errors": errors, **body}
    return Response(body=body)


def late(error: TimeExceededError) -> Response:
    """The response to an operation that did not end in time."""
    told = _formatted(coded_error(str(error), error.code))
    return Response(body={"errors": [told], "data": None})


def _refused(errors: tuple[GraphQLError, ...]) -> Response:
    return Response(body={"errors": [_formatted(e) for e in errors]}, request_error=True)


def _formatted(error: GraphQLError) -> dict[str, Any]:
    cause = error.original_error
    if isinstance(cause, LineageError):
        shown = coded(error, cause.code)
    elif cause is not None and is_away(cause):
        said = DatabaseUnreachableError(reason="it does not answer now")
        shown = coded(GraphQLError(str(said), error.nodes, path=error.path), said.code)
    elif cause is not None and not isinstance(cause, GraphQLError):
        _LOG.error("a resolver failed", exc_info=cause)
        shown = GraphQLError(
            "Something went wrong.", error.nodes, path=error.path, extensions={"code": "INTERNAL"}
        )
    else:
        shown = coded(error, "BAD_USER_INPUT")
    return dict(shown.formatted)


def _unchosen(document: DocumentNode, name: str | None) -> GraphQLError:
    there = [
        node.name.value if node.name else "(without a name)"
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    if not there:
        return coded_error("The document has no operation.", "OPERATION_MISSING")
    if name is None:
        return coded_error(
            f"The document has several operations, name one: {', '.join(there)}.",
            "OPERATION_AMBIGUOUS",
        )
    return coded_error(f"There is no operation '{name}'.", "OPERATION_UNKNOWN")
