"""The addresses of questions and acts, one for each, described from their types."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.act import ACTS, Author, perform
from api.decoding import ShapeError, decode
from api.house import House
from api.plain import plain
from api.rest.body import read_object
from api.rest.described import act_extra, ask_extra, get_extra, place_extra, with_components
from api.rest.description import RESPONSES, UNCHANGED
from api.rest.documents import PRINCIPAL
from api.rest.gate import add_gate
from api.rest.problem import ParameterInvalidError
from api.rest.question import (
    PLACES,
    Wanted,
    form_of,
    from_texts,
    parameters,
    place_of,
    respond,
)
from api.rest.waiting import DOORSTEP, arrived
from api.security.door import house_of, notes_of
from api.version import release
from lineage.model.revision import At
from lineage.record.token import Right
from queries.asking import Asked, questions

WAITED = "changes"
"""The list that can be waited for: ``wait`` are the seconds that an empty answer may take."""
_LONGEST_WAIT = 60.0


def add_routes(app: FastAPI) -> None:
    """Add every question and act to the application."""
    app.router.routes.extend(_router().routes)
    plain_openapi = app.openapi
    app.openapi = lambda: with_components(plain_openapi())  # type: ignore[method-assign]


@cache
def _router() -> APIRouter:
    """The routes, which know of no application: a handler finds its house in the request."""
    router = APIRouter()
    for asked in questions().values():
        _add_question(router, asked)
    for name in ACTS:
        _add_act(router, name)
    add_gate(router)

    @router.get(
        "/v1/revision",
        summary="Where a question would be asked",
        responses=RESPONSES,
        openapi_extra=place_extra(),
    )
    async def revision(request: Request) -> Response:
        return await _revision(request, house_of(request, Right.READ, Right.INGEST, Right.GATE))

    return router


def _add_question(app: APIRouter, asked: Asked) -> None:
    async def get(request: Request, form: str | None = None) -> Response:
        house = house_of(request, Right.READ)
        wanted = form_of(form, request.headers.get("accept", ""))
        items = request.query_params.multi_items()
        wait = _wait(asked, items)
        given = from_texts(
            parameters(asked),
            [item for item in items if item[0] != "wait" or wait is None],
        )
        _note(request, asked.name, given)
        await arrived(house, given.get("at_least"))
        if wait is not None:
            await DOORSTEP.wait(house, _seen(given) + 1, wait)
        headers = request.headers
        answered = Wanted(
            asked=asked, given=given, form=wanted, accepted=headers.get("accept-encoding", ""),
            known=headers.get("if-none-match", ""),
        )  # fmt: skip
        return await run_in_threadpool(respond, house, answered)

    async def post(request: Request) -> Response:
        house = house_of(request, Right.READ)
        given = await read_object(request, house.settings.max_query)
        _note(request, asked.name, given)
        await arrived(house, given.get("at_least"))
        accepted = request.headers.get("accept-encoding", "")
        wanted = Wanted(asked=asked, given=given, form="json", accepted=accepted)
        return await run_in_threadpool(respond, house, wanted)

    sent: dict[str, Any] = {"responses": RESPONSES, "summary": asked.description}
    more: dict[str, Any] = {**sent, "responses": RESPONSES | UNCHANGED}
    whole: Callable[[Request], Awaitable[Response]] = _whole(get)
    app.get(f"/v1/{asked.name}", openapi_extra=get_extra(asked), **more)(whole)
    app.get(f"/v1/{asked.name}.{{form}}", openapi_extra=get_extra(asked, rows=True), **more)(
        _formed(get)
    )
    app.post(f"/v1/ask/{asked.name}", openapi_extra=ask_extra(asked), **sent)(post)


def _whole(get: Callable[..., Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def whole(request: Request) -> Response:
        return await get(request)

    return whole


def _formed(
    get: Callable[..., Awaitable[Response]],
) -> Callable[[Request, str], Awaitable[Response]]:
    async def formed(request: Request, form: str) -> Response:
        return await get(request, form)

    return formed


def _add_act(app: APIRouter, name: str) -> None:
    kind = ACTS[name]

    async def post(request: Request) -> Response:
        house = house_of(request, Right.INGEST)
        given = await read_object(request, house.settings.max_query)
        try:
            act = decode(kind, given, strict=True)
        except ShapeError as error:
            raise ParameterInvalidError(
                name=error.path, path=error.path, reason=error.reason
            ) from None
        author = Author(
            principal=request.headers.get(PRINCIPAL, "")[:200],
            client=request.headers.get("user-agent", "")[:200],
        )
        notes_of(request).operation = name
        done = await run_in_threadpool(perform, house, act, author)
        return _json(done)

    app.post(
        f"/v1/{name}",
        responses=RESPONSES,
        openapi_extra=act_extra(kind),
        summary=(kind.__doc__ or "").strip().partition("\n")[0],
    )(post)


async def _revision(request: Request, house: House) -> Response:
    given = from_texts(PLACES, request.query_params.multi_items())
    await arrived(house, given.get("at_least"))
    at = await run_in_threadpool(place_of, given, house)
    return _json(await run_in_threadpool(_told, house, at))


def _told(house: House, at: At) -> dict[str, Any]:
    """What a client has to know of the place and of the installation behind it."""
    tenant = house.settings.tenant
    number = at.revision if at.revision is not None else house.head().number
    options = house.record.stream_options(at.stream or "", tenant)
    return {
        "revision": house.record.revision(number, tenant),
        "newest": house.head().number,
        "tenant": tenant,
        "namespace": options.namespace or house.record.namespace,
        "lenient": bool(options.lenient),
        "release": release(),
    }


def _wait(asked: Asked, items: list[tuple[str, str]]) -> float | None:
    """Seconds to wait for a revision after ``after``; only what asks for changes takes it."""
    found = [text for name, text in items if name == "wait"]
    if not found or asked.name != WAITED:
        return None
    try:
        seconds = float(found[0])
    except ValueError:
        seconds = -1.0
    if len(found) > 1 or not 0 <= seconds <= _LONGEST_WAIT:
        reason = f"say it once, 0 to {_LONGEST_WAIT:.0f} seconds"
        raise ParameterInvalidError(name="wait", path="wait", reason=reason)
    return seconds


def _seen(given: dict[str, Any]) -> int:
    """The revision that somebody has seen: the place after which changes are asked for."""
    after = given.get("after") or [0]
    number = after[0] if isinstance(after, list) and after else 0
    return number if isinstance(number, int) else 0


def _note(request: Request, name: str, given: dict[str, Any]) -> None:
    notes = notes_of(request)
    notes.operation, notes.write = f"ask {name}", False
    notes.about = str(given.get("key") or given.get("text") or "")[:500]


def _json(value: Any) -> Response:
    return Response(
        orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, default=plain),
        media_type="application/json",
    )
