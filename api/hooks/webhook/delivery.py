"""Deliveries in the inbox: kept as they came, and followed up behind.

The lane of a delivery is that of its stream's fetches: they follow each other, and no document
waits behind a host that is away.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api.hooks.signature import Delivery
from api.hooks.webhook.failure import FetchFailedError, plain
from api.hooks.webhook.fetch import Fetch
from api.hooks.webhook.kind import KINDS, server_of
from api.hooks.webhook.meaning import Meaning, Unwanted
from api.hooks.webhook.payload import Payload, payload_of
from api.house import House
from api.inbox.desk import Desk, Task
from api.metrics import Metrics
from api.security.principal import Principal
from lineage.errors import LineageError, PassingError
from lineage.record.arrival import Accepted, Arrival
from lineage.record.audit import Deed
from lineage.record.hook import Hook, Hooks
from lineage.record.stream import checked_stream
from lineage.record.token import Right

KIND = "delivery"


def meaning_of(hook: Hook, event: str, payload: Payload) -> Meaning:
    """What a delivery means to a hook; DeliveryInvalidError."""
    kind = KINDS[hook.kind]
    name = payload.text(kind.event) if kind.event else event
    read = kind.events.get(name)
    if read is None:
        return Unwanted(reason=f"nothing is made of '{name[:80]}'")
    return read(payload, server_of(hook.api))


def accept(
    desk: Desk, house: House, hook: Hook, delivery: Delivery, body: bytes, stream: str
) -> Accepted:
    """Keep a delivery about a stream, for the principal of the house.

    Raises StreamForbiddenError, StreamInvalidError, and what ``Inbox.accept`` raises.
    """
    house.record.permit(checked_stream(stream))
    deed = house.principal.deed
    if deed is not None:
        deed.about = hook.id
    told = {"hook": hook.id, "event": delivery.event, "delivery": delivery.id}
    mark = hashlib.sha256(delivery.mark.encode()).hexdigest()
    return desk.accept(
        Arrival(
            tenant=hook.tenant,
            lane=f"fetch {stream}",
            kind=KIND,
            content=body,
            told=told,
            away=True,
            key=f"hook:{hook.id}:{mark}",
            deed=deed,
        )
    )


def principal_of(hook: Hook) -> Principal:
    """Whom a hook stands for: it may write to the streams of its pattern, and do nothing else."""
    return Principal(
        tenant=hook.tenant,
        rights=frozenset({Right.INGEST}),
        name=f"hook:{hook.id}",
        streams=(hook.stream,),
        deed=Deed(who=f"hook:{hook.id}", operation=f"hook {hook.kind}"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """Follows deliveries up; ``metrics`` counts how they end."""

    metrics: Metrics

    def __call__(self, task: Task) -> str:
        """Fetch what a delivery tells of, as items of the inbox; what came of it, in a word.

        Raises FetchFailedError, FetchIncompleteError (what could be had is accepted),
        PassingError, HookUnknownError where it was removed, and what reading its secrets raises.
        """
        place = task.item.place
        hook = Hooks(task.house.record.session).find(place.told["hook"])
        try:
            outcome = self._followed(task, hook)
        except LineageError as error:
            self._count(hook, error.code)
            raise
        self._count(hook, outcome)
        return outcome

    def _followed(self, task: Task, hook: Hook) -> str:
        place, house = task.item.place, task.house.of(principal_of(hook))
        try:
            meaning = meaning_of(hook, place.told["event"], payload_of(task.item.content))
            return Fetch(task.desk, house, hook, place.id).outcome(meaning)
        except PassingError as error:
            patience = timedelta(seconds=house.settings.hook_patience)
            if datetime.now(UTC) - place.accepted < patience:
                raise
            reason = f"given up after {place.attempts} attempts: {plain(error)}"
            raise FetchFailedError(address=hook.api or "the hook", reason=reason) from None

    def _count(self, hook: Hook, outcome: str) -> None:
        self.metrics.fetches.labels(hook.kind, outcome.lower()).inc()
