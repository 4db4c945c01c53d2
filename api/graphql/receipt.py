"""Receipts and revisions as query fields."""

from typing import Any

import strawberry

from api.graphql.connection import Page, Paging, connection_type
from api.graphql.context import Context
from api.graphql.cursor import question_digest
from api.graphql.derive import Derivation
from api.graphql.failure import failure_of
from api.graphql.fields import result_union
from api.graphql.place import Places
from lineage.errors import KeyUnknownError
from lineage.model.document import Receipt
from lineage.model.revision import Revision

_ASKED = question_digest("receipts")


def receipt_fields(derivation: Derivation, failures: tuple[Any, ...]) -> dict[str, Any]:
    """``receipt(id)`` and ``receipts``, newest first."""
    receipt = derivation.output(Receipt)
    connection = connection_type(receipt, "Receipt")
    not_found = failures[0]

    def one(info: Any, id: strawberry.ID) -> Any:  # noqa: A002
        try:
            return info.context.house.receipt(str(id))
        except KeyUnknownError as error:
            return failure_of(error)

    def several(
        info: Any,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Any:
        paging = Paging(first=first, after=after, last=last, before=before)
        return _page(info.context, paging)

    for resolver in (one, several):
        resolver.__annotations__["info"] = strawberry.Info
    return {
        "receipt": strawberry.field(
            resolver=one,
            graphql_type=result_union("ReceiptResult", (receipt, not_found)),
            description="The receipt of a submission.",
        ),
        "receipts": strawberry.field(
            resolver=several,
            graphql_type=connection,
            description="Receipts, newest first; 100 where `first` is not said.",
        ),
    }


def revision_field(derivation: Derivation) -> Any:
    """``revision``: the newest one."""

    def resolve(info: Any) -> Any:
        return info.context.house.head()

    resolve.__annotations__["info"] = strawberry.Info
    return strawberry.field(
        resolver=resolve,
        graphql_type=derivation.output(Revision),
        description="The newest revision.",
    )


def _page(context: Context, paging: Paging) -> Page:
    house = context.house
    paging = paging.checked(house.settings.max_page)
    places = Places(house=house, asked=_ASKED)
    span = places.opened(paging)
    record, tenant = house.record, house.settings.tenant
    at = span.held.revision if span.held else record.head(tenant).number
    upper = int(span.after[0]) - 1 if span.after else at
    lower = int(span.before[0]) + 1 if span.before else 1
    newest, oldest = upper, lower
    if paging.first is not None:
        oldest = max(lower, newest - paging.first + 1)
    elif paging.last is not None:
        newest = min(upper, oldest + paging.last - 1)
    shown = list(reversed(record.receipts(range(oldest, newest + 1), tenant)))
    return Page(
        nodes=shown,
        cursor=places.sealer(at, 0, lambda index: [shown[index].revision]),
        total_count=at,
        revision=at,
        has_next=oldest > 1,
        has_previous=newest < at,
    )
