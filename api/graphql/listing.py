"""Lists as connections: a question whose answer has KEYS is a page of a list.

Its place in time, its filters and its order are the question's own fields; a cursor holds the
values of KEYS of the last row. Failures are errors with a code: a list has no union.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Annotated, Any, Optional, get_args, get_type_hints

import strawberry

from api.graphql.connection import Page, Paging, connection_type
from api.graphql.context import Context
from api.graphql.cursor import question_digest
from api.graphql.derive import Derivation
from api.graphql.fields import PLACE, own_parameters, place_parameters, plain_arguments
from api.graphql.node import RowNode, Seen
from api.graphql.place import Places
from api.graphql.where import Wheres
from lineage.graph.catalogue.row import ComponentRow
from queries.asking import Asked, ask

PAGING = ("first", "after", "last", "before")
# Lists that may be entered behind a revision by its number: their key is that.
_COUNTED = frozenset({"changes"})
_SINCE = "Behind this revision: what somebody has not seen who has seen that."
_PAGE = frozenset({"total", "has_next", "has_previous", "revision", "places"})
_HINTS: Mapping[str, Any] = {
    "first": Optional[int], "after": Optional[str], "last": Optional[int],  # noqa: UP045
    "before": Optional[str],  # noqa: UP045
}  # fmt: skip
_SAID = {
    "first": "So many rows from the start, or after `after`; 100 where nothing is said.",
    "last": "So many rows from the end, or before `before`.",
    "after": "A cursor: go on behind its row, at the revision it was seen at.",
    "before": "A cursor: end in front of its row, at the revision it was seen at.",
}


def is_list(asked: Asked) -> bool:
    """Whether a question is answered by a page of a list."""
    return hasattr(asked.answer, "KEYS")


def list_field(asked: Asked, derivation: Derivation, wheres: Wheres, component: Any) -> Any:
    """The connection field of a list; rows of components are nodes of the type ``component``."""
    hints = get_type_hints(asked.answer)
    (row, *_) = get_args(hints[asked.answer.ROWS])
    shape = {one.name: hints[one.name] for one in fields(asked.answer)}
    more = {
        name: derivation.hint(hint, name, shape)
        for name, hint in shape.items()
        if name not in (*_PAGE, asked.answer.ROWS)
    }
    node = component if row is ComponentRow else derivation.output(row)
    title = asked.name.title().replace("_", "")
    connection = connection_type(node, title, more)
    own = own_parameters(asked, derivation, wheres, without=PAGING)
    names = [one.name for one in own]
    since = [parameter("since", Optional[int], _SINCE)] if asked.name in _COUNTED else []  # noqa: UP045
    parameters = [*own, *since, *paging_parameters(), *place_parameters(derivation)]

    def resolver(info: Any, **given: Any) -> Any:
        plain = plain_arguments(given)
        paging = Paging(**{name: plain.pop(name) for name in PAGING})
        return _page(asked, info.context, plain, names, paging)

    first = inspect.Parameter(
        "info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=strawberry.Info
    )
    resolver.__signature__ = inspect.Signature([first, *parameters])  # type: ignore[attr-defined]
    resolver.__annotations__ = {p.name: p.annotation for p in (first, *parameters)}
    resolver.__name__ = asked.name
    return strawberry.field(
        resolver=resolver, graphql_type=connection, description=asked.description
    )


def paging_parameters() -> list[inspect.Parameter]:
    """``first``, ``after``, ``last`` and ``before``."""
    return [parameter(name, hint, _SAID[name]) for name, hint in _HINTS.items()]


def parameter(name: str, hint: Any, description: str) -> inspect.Parameter:
    """An argument that may be left out."""
    said = strawberry.argument(description=description)
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[hint, said]
    )


def _page(
    asked: Asked, context: Context, given: dict[str, Any], names: list[str], paging: Paging
) -> Page:
    house = context.house
    paging = paging.checked(house.settings.max_page)
    places = Places(house=house, asked=question_digest(asked.name, given))
    span = places.opened(paging)
    at = context.at(**{name: given[name] for name in PLACE})
    if span.held is not None:
        at = replace(at, revision=span.held.revision)
    after = span.after
    if after is None and given.get("since") is not None:
        after = (given["since"],)
    question = asked.question(
        at=at, first=paging.first, after=after, last=paging.last, before=span.before,
        **{name: given[name] for name in names},
    )  # fmt: skip
    answer = ask(context.handle, question)
    pack = getattr(answer, "pack_revision", 0)
    span.seen_with(pack)
    rows = getattr(answer, asked.answer.ROWS)

    places_of = getattr(answer, "places", None)
    nodes = list(rows)
    if rows and isinstance(rows[0], ComponentRow):
        place = replace(at, revision=answer.revision)
        seen = Seen(handle=context.handle, at=place, as_of=given["as_of"] is not None)
        nodes = [RowNode(row, seen) for row in rows]

    def values(at: int) -> Sequence[Any]:
        if places_of is not None:
            return places_of[at]  # type: ignore[no-any-return]
        # A place has no null: what is nowhere in particular is "" there.
        found = (getattr(rows[at], name) for name in asked.answer.KEYS)
        return ["" if value is None else value for value in found]

    return Page(
        nodes=nodes,
        cursor=places.sealer(answer.revision, pack, values),
        total_count=answer.total,
        revision=answer.revision,
        has_next=answer.has_next,
        has_previous=answer.has_previous,
        answer=answer,
    )
