"""``GET /v1/gate`` and ``POST /v1/ask/gate``: may a change go ahead? For jobs that can ask no more.

The fields are those of the question about impact, and ``fail_on``, which has to be said: the
worst verdict that is not let through.
"""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.gate import Gate, gate_of, threshold_of
from api.house import House
from api.plain import plain
from api.rest.body import read_object
from api.rest.described import gate_extra
from api.rest.description import RESPONSES
from api.rest.problem import ParameterInvalidError
from api.rest.question import FAIL_ON, MEDIA, from_texts, parameters, question_of
from api.rest.waiting import arrived
from api.security.door import house_of, notes_of
from api.tag import NOT_KEPT
from lineage.record.token import Right
from lineage.vocabulary.changes import VERDICTS
from queries.asking import asked_of
from queries.impact import Impact
from queries.narrowed import narrowed

_SUMMARY = "Whether a change passes a threshold: the worst verdict that is not let through"
_ASKED = asked_of(Impact(key=""))


def add_gate(router: APIRouter) -> None:
    """Add the two addresses."""

    @router.get("/v1/gate", summary=_SUMMARY, responses=RESPONSES, openapi_extra=gate_extra(_ASKED))
    async def get(request: Request) -> Response:
        house = house_of(request, Right.READ, Right.GATE)
        known = (FAIL_ON, *parameters(_ASKED))
        return await _respond(request, house, from_texts(known, request.query_params.multi_items()))

    @router.post(
        "/v1/ask/gate",
        summary=_SUMMARY,
        responses=RESPONSES,
        openapi_extra=gate_extra(_ASKED, body=True),
    )
    async def post(request: Request) -> Response:
        house = house_of(request, Right.READ, Right.GATE)
        return await _respond(request, house, await read_object(request, house.settings.max_query))


async def _respond(request: Request, house: House, given: dict[str, Any]) -> Response:
    notes = notes_of(request)
    notes.operation, notes.write = "ask gate", False
    notes.about = str(given.get("key") or "")[:500]
    await arrived(house, given.get("at_least"))
    gate = await run_in_threadpool(_gate, house, given)
    notes.revision = gate.impact.revision
    return Response(
        orjson.dumps(gate, option=orjson.OPT_NON_STR_KEYS, default=plain),
        media_type=MEDIA["json"],
        headers={"Cache-Control": NOT_KEPT, "Lineage-Revision": str(gate.impact.revision)},
    )


def _gate(house: House, given: dict[str, Any]) -> Gate:
    said = given.pop(FAIL_ON.name, None)
    threshold = threshold_of(said) if isinstance(said, str) else None
    if threshold is None:
        names = ", ".join(VERDICTS.names())
        reason = "it is missing" if said is None else f"{said!r} is none"
        raise ParameterInvalidError(
            name=FAIL_ON.name, path=FAIL_ON.name, reason=f"{reason}; say one of {names}"
        )
    question, sifting = question_of(_ASKED, given, house)
    answer = narrowed(house.ask(question), sifting, question.at, house.handle)
    return gate_of(answer, threshold)
