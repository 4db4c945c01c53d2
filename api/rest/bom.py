"""``GET /v1/bom``: what the graph knows of one component, as a CycloneDX bill of materials."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.bom import bom_of
from api.house import House
from api.rest.described import described_by
from api.rest.description import RESPONSES
from api.rest.problem import ParameterInvalidError
from api.rest.question import PLACES, Parameter, from_texts, place_of
from api.rest.waiting import arrived
from api.security.door import house_of, notes_of
from lineage.record.token import Right

MEDIA = "application/vnd.cyclonedx+json; version=1.6"
UNSAID = "Lineage-Unsaid"
"""The header that counts, by kind, the edges which the format has no word for."""
_PARAMETERS = (Parameter("key", str, required=True), *PLACES)


def add_bom(app: FastAPI) -> None:
    """Add the address."""

    @app.get(
        "/v1/bom",
        summary="A bill of materials of one component",
        responses=RESPONSES,
        openapi_extra=described_by(_PARAMETERS, MEDIA),
    )
    async def bom(request: Request) -> Response:
        house = house_of(request, Right.READ)
        given = from_texts(_PARAMETERS, request.query_params.multi_items())
        notes_of(request).operation = "export cyclonedx"
        notes_of(request).about = str(given.get("key", ""))[:500]
        await arrived(house, given.get("at_least"))
        return await run_in_threadpool(_answer, house, given)


def _answer(house: House, given: dict[str, object]) -> Response:
    key = str(given.pop("key", ""))
    if not key:
        raise ParameterInvalidError(name="key", path="key", reason="it is missing")
    made = bom_of(house.handle, key, place_of(given, house))
    unsaid = ", ".join(f"{kind}={count}" for kind, count in made.unsaid.items())
    return Response(made.content, media_type=MEDIA, headers={UNSAID: unsaid or "none"})
