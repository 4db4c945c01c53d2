"""A branch that is gone, in turn with what its stream has accepted: its stream is retired."""

from __future__ import annotations

from api.house import House
from api.inbox.desk import Desk, Task
from lineage.model.document import Receipt
from lineage.record.arrival import Accepted, Arrival
from lineage.record.closing import retire_stream

KIND = "retirement"
UNKNOWN_STREAM = "STREAM_UNKNOWN"


def accept(desk: Desk, house: House, stream: str, *, client: str, key: str) -> Accepted:
    """Keep a retirement behind what the stream has accepted so far; what ``Inbox.accept`` raises.

    Raises StreamForbiddenError too.
    """
    house.record.permit(stream)
    told = {"principal": house.principal.name, "client": client}
    return desk.accept(
        Arrival(
            tenant=house.settings.tenant,
            lane=stream,
            kind=KIND,
            content=b"",
            told=told,
            key=key,
            deed=house.principal.deed,
        )
    )


def record(task: Task) -> Receipt | str:
    """Retire the stream; the receipt of the last slot that was closed."""
    place = task.item.place
    receipts = retire_stream(
        task.house.record, place.lane, tenant=place.tenant, principal=place.told["principal"],
        client=place.told["client"],
    )  # fmt: skip
    return receipts[-1] if receipts else UNKNOWN_STREAM
