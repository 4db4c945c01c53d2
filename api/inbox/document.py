"""Documents in the inbox: how an upload is kept, and how it is recorded later."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from api.house import House
from api.inbox.desk import Desk, Task
from lineage import flow
from lineage.model.document import Receipt, Upload
from lineage.model.identity import Key
from lineage.record.arrival import Accepted, Arrival
from lineage.record.submission import Submission
from lineage.record.token import Right

KIND = "document"
_TOLD = tuple(one.name for one in fields(Upload) if one.name not in ("content", "tenant"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An upload that was judged, and can be kept."""

    arrival: Arrival
    judged: Submission

    def keep(self, desk: Desk) -> Accepted:
        """Keep it; raises what ``Inbox.accept`` raises."""
        return desk.accept(self.arrival, judged=self.judged)


def ready(
    house: House,
    upload: Upload,
    *,
    bulk: bool = False,
    key: str | None = None,
    fingerprint: bytes = b"",
    renews: bool = False,
) -> Ready:
    """Judge an upload as ``flow.receive`` would, for the principal of the house.

    Raises what ``flow.judge`` raises, RightMissingError, StreamForbiddenError.
    """
    house.principal.require(Right.INGEST)
    who = house.principal.name or upload.principal
    upload = replace(upload, tenant=house.settings.tenant, principal=who)
    judged = flow.judge(house.record, upload, limit=house.settings.max_document)
    house.record.permit(judged.stream)
    arrival = Arrival(
        tenant=upload.tenant,
        lane=judged.stream,
        kind=KIND,
        content=upload.content,
        told=told(upload),
        bulk=bulk,
        key=key,
        fingerprint=fingerprint,
        renews=renews,
        deed=house.principal.deed,
    )
    return Ready(arrival=arrival, judged=judged)


def accept(
    desk: Desk,
    house: House,
    upload: Upload,
    *,
    bulk: bool = False,
    key: str | None = None,
    fingerprint: bytes = b"",
) -> Accepted:
    """Judge an upload and keep it; raises what ``ready`` and ``Ready.keep`` raise."""
    return ready(house, upload, bulk=bulk, key=key, fingerprint=fingerprint).keep(desk)


def record(task: Task) -> Receipt:
    """Record what was accepted. Nothing is judged twice by the process that accepted it."""
    house, place = task.house, task.item.place
    sent = task.judged
    if sent is None:
        upload = upload_of(place.told, task.item.content, place.tenant)
        sent = flow.judge(house.record, upload, limit=house.settings.max_document)
    return flow.keep(house.record, sent)


def told(upload: Upload) -> dict[str, Any]:
    """What goes with the bytes, without what is not said."""
    said = {name: getattr(upload, name) for name in _TOLD}
    return {name: value for name, value in said.items() if value not in (None, "", False)} | {
        name: said[name] for name in ("default", "latest") if said[name] is not None
    }


def upload_of(said: Any, content: bytes, tenant: str) -> Upload:
    """The upload again."""
    known: dict[str, Any] = {name: value for name, value in said.items() if name in _TOLD}
    keys = {name: Key(known[name]) for name in ("subject", "about") if known.get(name)}
    return Upload(content=content, tenant=tenant, **known | keys)
