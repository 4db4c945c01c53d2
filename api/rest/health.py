"""Health: alive, ready, and what Prometheus reads."""

from __future__ import annotations

import orjson
from starlette.responses import Response

from api.house import House
from api.rest.problem import problem
from lineage.record import schema
from lineage.record.token import Right


def alive() -> Response:
    """200 while the process answers."""
    return _json({"status": "alive"})


def ready(house: House) -> Response:
    """200 when the database can be reached and has the schema that is needed, else 503.

    The revision is told to who may read.
    """
    try:
        found = schema.current(house.record.session)
        told = {"revision": house.head().number} if house.principal.may(Right.READ) else {}
    except Exception as error:  # noqa: BLE001 - whatever the driver raises, it is not ready
        return problem(503, "DATABASE_UNREACHABLE", f"The database: {type(error).__name__}.")
    if found != schema.NEEDED:
        detail = f"The database has schema {found}, {schema.NEEDED} is needed."
        return problem(503, "SCHEMA_OLD", detail)
    return _json({"status": "ready", "schema": found, **told})


def _json(body: dict[str, object]) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
