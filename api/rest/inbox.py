"""What became of an item of the inbox, as a response."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import Response

from api.house import House
from api.plain import plain
from api.rest.problem import STATUS, problem
from lineage.record.arrival import Place
from lineage.record.inbox import OPEN


def answer_of(house: House, place: Place) -> Response:
    """201 or 200 with the receipt, 202 while it waits, else the failure under its own code."""
    headers = {"Location": f"/v1/inbox/{place.id}"}
    if place.state == "done" and place.result is not None:
        receipt = house.receipt(place.result, unchanged=place.unchanged)
        status = 200 if place.unchanged else 201
        return json_of(receipt, status, {"Location": f"/v1/receipts/{receipt.id}"})
    if place.state in OPEN:
        return json_of(described(place), 202, headers)
    if place.state == "failed":
        code = place.code or "INTERNAL"
        response = problem(STATUS.get(code, 400), code, place.error or "", inbox=place.id)
        response.headers.update(headers)
        return response
    return json_of(described(place), 200, headers)


def described(place: Place) -> dict[str, Any]:
    """An item as people see it."""
    return {
        "id": place.id,
        "state": place.state,
        "kind": place.kind,
        "lane": place.lane,
        "accepted": place.accepted,
        "due": place.due if place.state == "waiting" else None,
        "attempts": place.attempts,
        "size": place.size,
        "receipt": place.result,
        "unchanged": place.unchanged,
        "revision": place.revision,
        "code": place.code,
        "error": place.error,
        "finished": place.finished,
    }


def json_of(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A value as JSON."""
    return Response(
        orjson.dumps(value, default=plain),
        status_code=status,
        media_type="application/json",
        headers=headers,
    )
