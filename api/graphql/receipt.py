"""Receipts and revisions as query fields."""

from typing import Any

import strawberry

from api.graphql.connection import Page, PageInfo, checked_first, connection_type
from api.graphql.context import Context
from api.graphql.cursor import Cursor, CursorInvalidError, question_digest, seal, unseal
from api.graphql.derive import Derivation
from api.graphql.failure import failure_of
from api.graphql.fields import result_union
from lineage.errors import KeyUnknownError
from lineage.model.document import Receipt
from lineage.model.revision import Revision

_ASKED = question_digest("receipts")


def receipt_fields(derivation: Derivation, failures: tuple[Any, ...]) -> dict[str, Any]:
    """``receipt(id)`` and ``receipts(first, after)``, newest first."""
    receipt = derivation.output(Receipt)
    connection = connection_type(receipt, "Receipt")
    not_found = failures[0]

    def one(info: Any, id: strawberry.ID) -> Any:  # noqa: A002
        try:
            return info.context.house.receipt(str(id))
        except KeyUnknownError as error:
            return failure_of(error)

    def several(info: Any, first: int | None = None, after: str | None = None) -> Any:
        return _page(info.context, first, after)

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


def _page(context: Context, first: int | None, after: str | None) -> Page:
    house = context.house
    size = checked_first(first, house.settings.max_page)
    record, tenant = house.record, house.settings.tenant
    secret = house.sealing_key()
    head = record.head(tenant)
    at, upper = head.number, head.number
    if after is not None:
        cursor = unseal(after, _ASKED, secret)
        at, upper = cursor.revision, int(cursor.values[0]) - 1
        if at > head.number or record.revision(at, tenant).chain != cursor.chain:
            raise CursorInvalidError
    chain = record.revision(at, tenant).chain
    history = record.history(tenant)
    numbers = range(upper, max(upper - size, 0), -1)
    shown = [record.receipt(history.submission(number).id, tenant) for number in numbers]

    def sealed(receipt: Receipt) -> str:
        held = Cursor(revision=at, pack_revision=0, chain=chain, values=(receipt.revision,))
        return seal(held, _ASKED, secret)

    return Page(
        nodes=shown,
        cursor=sealed,
        page_info=PageInfo(
            has_next_page=upper - len(shown) > 0,
            has_previous_page=after is not None,
            start_cursor=sealed(shown[0]) if shown else None,
            end_cursor=sealed(shown[-1]) if shown else None,
        ),
        total_count=at,
        revision=at,
    )
