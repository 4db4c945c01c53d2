"""Closings in the inbox: what is said of a subject no longer, in turn with what was said of it."""

from __future__ import annotations

from dataclasses import dataclass

from api.house import House
from api.inbox.desk import Desk, Task
from lineage.model.document import Receipt
from lineage.model.identity import Key
from lineage.record.arrival import Accepted, Arrival
from lineage.record.closing import close_slot
from lineage.record.token import Right

KIND = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Every slot of a stream that is about a subject is to be closed, and by which client."""

    stream: str
    subject: Key
    client: str = ""


def accept(desk: Desk, house: House, closing: Closing, *, key: str) -> Accepted:
    """Keep a closing behind what the stream has accepted so far; ``key`` as ``Arrival.renews``.

    Raises RightMissingError, StreamForbiddenError, and what ``Inbox.accept`` raises.
    """
    house.principal.require(Right.INGEST)
    house.record.permit(closing.stream)
    told = {
        "subject": closing.subject,
        "client": closing.client,
        "principal": house.principal.name,
    }
    return desk.accept(
        Arrival(
            tenant=house.settings.tenant,
            lane=closing.stream,
            kind=KIND,
            content=b"",
            told=told,
            key=key,
            fingerprint=KIND.encode(),
            renews=True,
            deed=house.principal.deed,
        )
    )


def record(task: Task) -> Receipt | None:
    """Close the slots; the receipt of the last one, None where nothing was ever said."""
    place = task.item.place
    record, told = task.house.record, place.told
    receipt = None
    for kept in record.history(place.tenant).newest(streams=place.lane):
        if (kept.stream, kept.subject) == (place.lane, told["subject"]):
            receipt = close_slot(
                record, kept, tenant=place.tenant, principal=told["principal"],
                client=told["client"],
            )  # fmt: skip
    return receipt
