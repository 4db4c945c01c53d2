"""``POST /api/v1/lineage`` and ``/batch``: OpenLineage's own endpoint (spec/OpenLineage.yml 2-0-2).

The clients drop any prefix of the address, so it stands at the root. An event is answered when it
is kept, not when it is recorded: clients wait 5 seconds, and try again only on a 5xx. What is
wrong with an event is 400, for it will never be right; a full inbox is 503.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.house import House
from api.inbox.desk import Desk
from api.inbox.document import accept
from api.inbox.idempotency import fingerprint_of, key_of
from api.rest.body import read_body
from api.rest.description import RESPONSES
from api.rest.inbox import described, json_of
from api.rest.problem import STATUS, BodyInvalidError, MediaTypeError, problem, problem_of
from api.security.door import house_of, notes_of
from lineage.errors import InboxFullError, KeyRunningError, LineageError
from lineage.ingest.formats.openlineage.event import FORMAT
from lineage.model.document import Upload
from lineage.record.arrival import Place
from lineage.record.token import Right

_BATCH = 10_000
_SPACE = re.compile(r"[ \t\r\n]*")


def add_openlineage(app: FastAPI, desk: Desk) -> None:
    """Add the two endpoints."""

    @app.post(
        "/api/v1/lineage",
        status_code=201,
        responses=RESPONSES,
        summary="Send an OpenLineage event",
        description=post_event.__doc__,
    )
    async def lineage(request: Request) -> Response:
        return await post_event(request, house_of(request, Right.INGEST), desk)

    @app.post(
        "/api/v1/lineage/batch",
        status_code=204,
        responses=RESPONSES,
        summary="Send OpenLineage events",
        description=post_events.__doc__,
    )
    async def batch(request: Request) -> Response:
        return await post_events(request, house_of(request, Right.INGEST), desk)


async def post_event(request: Request, house: House, desk: Desk) -> Response:
    """201 with its inbox item once the event is kept, 400 where it never can be."""
    notes = notes_of(request)
    notes.operation = "openlineage event"
    content = await _content(request, house)
    try:
        place = await run_in_threadpool(_keep, request, house, desk, content)
    except LineageError as error:
        notes.result = error.code
        return _refusal(error)
    notes.about = place.lane
    return json_of(described(place), 201, {"Location": f"/v1/inbox/{place.id}"})


async def post_events(request: Request, house: House, desk: Desk) -> Response:
    """204 where every event of the list is kept, else 200 saying which are not and why."""
    notes_of(request).operation = "openlineage batch"
    events = _events(await _content(request, house))
    failed = await run_in_threadpool(_keep_all, house, desk, events, request)
    if not failed:
        return Response(status_code=204)
    notes_of(request).result = "PARTIAL_SUCCESS"
    retriable = sum(one["retriable"] for one in failed)
    told = {
        "status": "partial_success",
        "summary": {
            "received": len(events),
            "successful": len(events) - len(failed),
            "failed": len(failed),
            "retriable": retriable,
            "non_retriable": len(failed) - retriable,
        },
        "failed_events": failed,
    }
    return json_of(told)


def _events(content: bytes) -> list[bytes]:
    """The bytes of each event of a list, as they were sent; BodyInvalidError."""
    found: list[bytes] = []
    decoder = json.JSONDecoder()
    try:
        text = content.decode(json.detect_encoding(content)).strip()
        if not (text.startswith("[") and text.endswith("]")):
            raise BodyInvalidError(reason="it is not a list")
        place = _past_space(text, 1)
        while text[place] != "]" or place + 1 < len(text):
            _, end = decoder.raw_decode(text, place)
            found.append(text[place:end].encode())
            place = _past_space(text, end)
            more = text[place] == ","
            place = _past_space(text, place + 1) if more else place
            if more == (text[place] == "]"):
                raise BodyInvalidError(reason=f"not JSON: letter {place} is none that can follow")
    except (ValueError, IndexError, RecursionError) as error:
        raise BodyInvalidError(reason=f"not JSON: {error}") from None
    if len(found) > _BATCH:
        raise BodyInvalidError(reason=f"it is not a list of at most {_BATCH} events")
    return found


def _past_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _keep_all(
    house: House, desk: Desk, events: list[bytes], request: Request
) -> list[dict[str, Any]]:
    """What cannot be kept, and why; InboxFullError where not even the first one can be."""
    failed: list[dict[str, Any]] = []
    for index, event in enumerate(events):
        try:
            accept(desk, house, _upload(event, request), bulk=True)
        except InboxFullError as error:
            if index == 0:
                raise
            failed.append({"index": index, "reason": str(error), "retriable": True})
        except LineageError as error:
            retriable = STATUS.get(error.code, 400) >= 500
            failed.append({"index": index, "reason": str(error), "retriable": retriable})
    return failed


def _keep(request: Request, house: House, desk: Desk, content: bytes) -> Place:
    upload = _upload(content, request)
    key = key_of(request.headers.get("idempotency-key"), house)
    fingerprint = fingerprint_of({}, content) if key else b""
    try:
        return accept(desk, house, upload, bulk=True, key=key, fingerprint=fingerprint).place
    except KeyRunningError as error:
        # The same event again while it is worked off: it is kept, and that is all that is asked.
        return desk.inbox.place(error.data["id"], house.settings.tenant)


def _upload(content: bytes, request: Request) -> Upload:
    client = request.headers.get("user-agent", "")[:200]
    return replace(Upload(content=content, format=FORMAT), client=client)


async def _content(request: Request, house: House) -> bytes:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media and media != "application/json" and not media.endswith("+json"):
        raise MediaTypeError(media=media)
    encoding = request.headers.get("content-encoding", "")
    return await read_body(request.stream(), encoding, house.settings.max_document)


def _refusal(error: LineageError) -> Response:
    response = problem_of(error)
    if response.status_code != 422:
        return response
    more = {"path": error.data["path"]} if isinstance(error.data.get("path"), str) else {}
    return problem(400, error.code, str(error), **more)  # 422 is none that clients here know
