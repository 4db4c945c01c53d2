"""``POST /hooks/KIND/ID``: believed by its signature, kept, and answered before it is followed up.

Senders wait ten seconds, and some give a hook up for good after a 4xx: whatever is genuine and of
no use here is answered 200, with a word why.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.hooks.signature import Delivery, DeliveryRefusedError, verify
from api.hooks.webhook.delivery import accept, meaning_of, principal_of
from api.hooks.webhook.failure import plain
from api.hooks.webhook.kind import KINDS
from api.hooks.webhook.meaning import Unwanted
from api.hooks.webhook.payload import payload_of
from api.hooks.webhook.secret import secrets_of
from api.house import House
from api.inbox.desk import Desk
from api.metrics import Metrics
from api.rest.body import read_body
from api.rest.description import DELIVERED, DELIVERY
from api.rest.inbox import json_of
from api.security.door import house_of, notes_of
from lineage.errors import (
    HookUnknownError,
    KeyRunningError,
    LineageError,
    StreamForbiddenError,
    StreamInvalidError,
)
from lineage.record.hook import Hook, Hooks


class HookUnusableError(LineageError):
    """The secret of the hook cannot be read; the log of the server says why."""

    code = "HOOK_UNUSABLE"


class DeliveryPackedError(LineageError):
    """A delivery is signed as it is sent: send it without Content-Encoding '{encoding}'."""

    code = "ENCODING_UNKNOWN"


class DeliveryFormError(LineageError):
    """Send JSON, not {media}: choose application/json in the settings of the hook."""

    code = "MEDIA_TYPE"


LATE = timedelta(days=7)
"""How old what is told of may be: longer than any sender tries, shorter than ids are remembered."""
_NUMBER = re.compile(r"[0-9a-f]{24}")


def add_hooks(app: FastAPI, desk: Desk, metrics: Metrics) -> None:
    """Add the address."""

    @app.post(
        "/hooks/{kind}/{id}",
        status_code=202,
        responses=DELIVERED,
        openapi_extra=DELIVERY,
        summary="Deliver a webhook",
        description=post_delivery.__doc__,
    )
    async def delivery(kind: str, id: str, request: Request) -> Response:  # noqa: A002
        label = kind if kind in KINDS else "none"
        try:
            response, outcome = await post_delivery(kind, id, request, house_of(request), desk)
        except LineageError as error:
            metrics.deliveries.labels(label, error.code.lower()).inc()
            raise
        metrics.deliveries.labels(label, outcome).inc()
        return response


async def post_delivery(
    kind: str, number: str, request: Request, house: House, desk: Desk
) -> tuple[Response, str]:
    """202 with its inbox item; 200 for one that came before, or of which nothing is made, and why.

    401 for one that is forged, replayed or late; 404 where there is no such hook.
    """
    notes = notes_of(request)
    notes.write = False  # until something is: whoever forges deliveries fills no trail
    hook = await run_in_threadpool(_hook, house, kind, number)
    _check_media(request)
    body = await read_body(request.stream(), "", house.settings.hook_max_delivery)
    headers = dict(request.headers)
    whose = principal_of(hook)
    house = house.of(whose)
    response, outcome = await run_in_threadpool(_answer, house, desk, hook, headers, body)
    if outcome == "accepted":
        notes.write, notes.principal = True, whose
        notes.about = hook.id
    return response, outcome


def _answer(
    house: House, desk: Desk, hook: Hook, headers: dict[str, str], body: bytes
) -> tuple[Response, str]:
    try:
        secrets = secrets_of(hook, house.settings.key_file)
    except LineageError:
        raise HookUnusableError from None
    delivery = verify(hook.kind, headers, body, secrets, now=time.time())
    meaning = meaning_of(hook, delivery.event, payload_of(body))
    if isinstance(meaning, Unwanted):
        return _unwanted(meaning.reason)
    if meaning.at is not None and datetime.now(UTC) - meaning.at > LATE:
        day = f"{meaning.at:%Y-%m-%d}"
        raise DeliveryRefusedError(reason=f"it tells of {day}, more than {LATE.days} days ago")
    return _kept(house, desk, hook, delivery, body, meaning.stream)


def _kept(
    house: House, desk: Desk, hook: Hook, delivery: Delivery, body: bytes, stream: str
) -> tuple[Response, str]:
    try:
        accepted = accept(desk, house, hook, delivery, body, stream)
    except StreamInvalidError as error:
        return _unwanted(plain(error))
    except StreamForbiddenError:
        return _unwanted(f"its stream is '{stream}', this hook is for '{hook.stream}'")
    except KeyRunningError as error:
        return json_of({"state": "known", "id": error.data["id"]}), "known"
    told = {"state": "known" if accepted.again else "accepted", "id": accepted.place.id}
    if accepted.again:
        return json_of(told), "known"
    return json_of(told, 202, {"Location": f"/v1/inbox/{accepted.place.id}"}), "accepted"


def _unwanted(reason: str) -> tuple[Response, str]:
    return json_of({"state": "unwanted", "reason": reason}), "unwanted"


def _hook(house: House, kind: str, number: str) -> Hook:
    if kind not in KINDS or not _NUMBER.fullmatch(number):
        raise HookUnknownError(id=number[:40])
    hook = Hooks(house.record.session).find(number)
    if hook.kind != kind:
        raise HookUnknownError(id=number)
    return hook


def _check_media(request: Request) -> None:
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity"):
        raise DeliveryPackedError(encoding=encoding)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media and media != "application/json" and not media.endswith("+json"):
        raise DeliveryFormError(media=media)
