"""Lists of an answer that are connections: they go on at the revision of their first page."""

from dataclasses import replace
from typing import Any, get_args, get_type_hints

import strawberry

from api.graphql.connection import checked_first, connection_type, page_of
from api.graphql.context import Context, Placed
from api.graphql.cursor import (
    Cursor,
    CursorExpiredError,
    CursorInvalidError,
    question_digest,
    unseal,
)
from api.graphql.derive import Derivation
from lineage.errors import RevisionUnknownError

# The lists that are paged, and the fields that tell a row of them from every other.
PAGED = {
    "affected": ("verdict", "key", "assembly"),
    "portfolio": ("service", "verdict", "cause"),
}


def paged_fields(answer: type[Any], derivation: Derivation) -> dict[str, Any]:
    """The connection fields of an answer type, by field name; {} where it has none."""
    hints = get_type_hints(answer)
    made = {}
    for name, identifying in PAGED.items():
        if name in hints:
            (row, *_) = get_args(hints[name])
            node = derivation.output(row)
            made[name] = _field(name, identifying, connection_type(node, derivation.name(row)))
    return made


def _field(name: str, identifying: tuple[str, ...], connection: Any) -> Any:
    def resolve(root: Any, info: Any, first: int | None = None, after: str | None = None) -> Any:
        return _page(name, identifying, root, info.context, first, after)

    resolve.__annotations__["info"] = strawberry.Info
    resolve.__annotations__["root"] = strawberry.Parent[Any]  # type: ignore[misc]
    return strawberry.field(
        resolver=resolve,
        graphql_type=connection,
        description="A page of the list, worst first; 100 rows where `first` is not said.",
    )


def _page(
    name: str,
    identifying: tuple[str, ...],
    root: Any,
    context: Context,
    first: int | None,
    after: str | None,
) -> Any:
    house = context.house
    size = checked_first(first, house.settings.max_page)
    placed = context.placed[id(root)]
    asked = question_digest(placed.field, name, str(_anywhen(placed)))
    secret = house.sealing_key()
    cursor = unseal(after, asked, secret) if after is not None else None
    answer = root if cursor is None else _answer_at(placed, cursor, context)
    tenant = house.settings.tenant
    place = Cursor(
        revision=answer.revision,
        pack_revision=answer.pack_revision,
        chain=house.record.revision(answer.revision, tenant).chain,
        values=(),
    )
    return page_of(
        getattr(answer, name),
        identifying,
        first=size,
        after=cursor,
        place=place,
        asked=asked,
        secret=secret,
    )


def _anywhen(placed: Placed) -> Any:
    return replace(placed.question, at=replace(placed.question.at, revision=None))


def _answer_at(placed: Placed, cursor: Cursor, context: Context) -> Any:
    house = context.house
    try:
        revision = house.record.revision(cursor.revision, house.settings.tenant)
    except RevisionUnknownError:
        raise CursorInvalidError from None
    if revision.chain != cursor.chain:
        raise CursorInvalidError
    answer = house.ask_at(placed.question, cursor.revision)
    if answer.pack_revision != cursor.pack_revision:
        raise CursorExpiredError(revision=cursor.revision)
    return answer
