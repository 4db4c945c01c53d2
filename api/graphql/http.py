"""GraphQL over HTTP, by the GraphQL-over-HTTP specification (stage 2, 2025).

``application/graphql-response+json`` gets 4xx for what was not executed; a client that only
accepts ``application/json`` gets 200 for a well-formed request with a bad document.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from api.coding import WORTH, coding_of, packed
from api.graphql.context import Waiting
from api.graphql.execution import Executor, Request, Response, late
from api.graphql.sent import RefusedError, request_of
from api.house import House
from api.negotiation import accepts
from api.plain import plain
from api.rest.waiting import DOORSTEP
from api.security.door import house_of, notes_of
from api.tag import KEPT, NOT_KEPT

_LOG = logging.getLogger("lineage.graphql")
NEW = "application/graphql-response+json"
OLD = "application/json"
# Operations that nobody waits for any more; asyncio itself holds no task.
_abandoned: set[asyncio.Task[Any]] = set()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """How a client wants its answer: media type and content codings."""

    media: str
    codings: str


async def answer_http(request: HttpRequest, executor: Executor, limit: int) -> HttpResponse:
    """The response to one HTTP request on the GraphQL address."""
    headers = request.headers
    wanted = _Wanted(
        media=OLD,
        codings=headers.get("accept-encoding", ""),
    )
    try:
        wanted = replace(wanted, media=_media_type(request))
        asked = await request_of(request, limit)
    except RefusedError as refused:
        error = {"message": str(refused), "extensions": {"code": refused.code}}
        return _written({"errors": [error]}, wanted, refused.status, **refused.headers)
    client = headers.get("user-agent", "")[:200]
    deadline = executor.deadline()
    asked = replace(
        asked, house=house_of(request), client=client, deadline=deadline,
        tags=headers.get("if-none-match", ""),
    )  # fmt: skip
    work = asyncio.create_task(_in_time(executor, house_of(request), asked, wanted))
    await asyncio.wait({work}, timeout=deadline.left())
    if not work.done() and deadline.give_up():
        _abandoned.add(work)
        work.add_done_callback(_ended)
        response = late(deadline.error())
        _note(request, response)
        return _written(response.body, wanted, 200)
    response, written = await work
    _note(request, response)
    return written


async def _in_time(
    executor: Executor, house: House, asked: Request, wanted: _Wanted
) -> tuple[Response, HttpResponse]:
    """The answer; while a revision is waited for that a field demands, no thread is held."""
    loop = asyncio.get_running_loop()
    end = loop.time() + house.settings.at_least_wait
    asked = replace(asked, waiting=Waiting.LEAVE)
    while True:
        found = await run_in_threadpool(_answered, executor, asked, wanted)
        wanted_first = found[0].not_yet
        if wanted_first is None:
            return found
        newest = await DOORSTEP.wait(house, wanted_first, end - loop.time())
        if newest.number < wanted_first:
            asked = replace(asked, waiting=Waiting.UP)


def _ended(work: asyncio.Task[Any]) -> None:
    _abandoned.discard(work)
    if not work.cancelled() and (error := work.exception()) is not None:
        _LOG.error("an operation failed after its time was over", exc_info=error)


def _answered(executor: Executor, asked: Request, wanted: _Wanted) -> tuple[Response, HttpResponse]:
    """The answer and how it is sent."""
    response = executor(asked)
    kept = {"ETag": response.tag, "Cache-Control": KEPT} if response.tag else {}
    if response.unchanged:
        vary = {"Vary": "Accept, Accept-Encoding"}
        return response, HttpResponse(status_code=304, headers={**kept, **vary})
    if response.not_allowed:
        return response, _written(response.body, wanted, 405, Allow="POST")
    if response.request_error:
        status = 400 if wanted.media == NEW else 200
        return response, _written(response.body, wanted, status)
    whole = "errors" not in response.body
    return response, _written(response.body, wanted, 200, **(kept if whole else {}))


def _note(request: HttpRequest, response: Response) -> None:
    notes = notes_of(request)
    notes.operation = f"graphql {response.operation or 'refused'}"
    notes.cost, notes.write, notes.revision = response.cost, response.write, response.revision
    errors = response.body.get("errors") or ()
    notes.result = next((one["extensions"]["code"] for one in errors), response.refused or "ok")


def _written(body: Any, wanted: _Wanted, status: int, **headers: str) -> HttpResponse:
    content = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS, default=plain)
    said = {"Vary": "Accept", "Cache-Control": NOT_KEPT, **headers}
    if len(content) >= WORTH:
        said["Vary"] = "Accept, Accept-Encoding"
        if (coding := coding_of(wanted.codings, len(content))) is not None:
            content = packed(content, coding)
            said["Content-Encoding"] = coding
    return HttpResponse(
        content,
        status_code=status,
        headers=said,
        media_type=f"{wanted.media}; charset=utf-8",
    )


def _media_type(request: HttpRequest) -> str:
    """OLD stands before NEW for clients that take anything, as the specification asks."""
    found = accepts(request.headers.get("accept", ""), (OLD, NEW))
    if found is None:
        message = f"Only {NEW} and {OLD} can be sent."
        raise RefusedError(406, "NOT_ACCEPTABLE", message)
    return found
