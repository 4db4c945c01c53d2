"""GraphQL over HTTP, by the GraphQL-over-HTTP specification (stage 2, 2025).

``application/graphql-response+json`` gets 4xx for what was not executed; a client that only
accepts ``application/json`` gets 200 for a well-formed request with a bad document.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from api.graphql.execution import Executor, Request, Response
from api.negotiation import accepts
from api.plain import plain
from api.security.door import house_of, notes_of

NEW = "application/graphql-response+json"
OLD = "application/json"
_HEADERS = {"Vary": "Accept", "Cache-Control": "no-store"}


class _RefusedError(Exception):
    """Answered before anything is parsed as GraphQL."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers


async def answer_http(request: HttpRequest, executor: Executor, limit: int) -> HttpResponse:
    """The response to one HTTP request on the GraphQL address."""
    media = OLD
    try:
        media = _media_type(request)
        if request.method == "GET":
            asked = _of_query(request)
        elif request.method == "POST":
            asked = _of_body(request, await _body(request, limit))
        else:
            raise _RefusedError(405, "METHOD_NOT_ALLOWED", "Use GET or POST.", Allow="GET, POST")
    except _RefusedError as refused:
        error = {"message": str(refused), "extensions": {"code": refused.code}}
        body = {"errors": [error]}
        return _written(body, media, refused.status, **refused.headers)
    asked = replace(asked, house=house_of(request))
    response = await run_in_threadpool(executor, asked)
    _note(request, response)
    if response.not_allowed:
        return _written(response.body, media, 405, Allow="POST")
    return _written(response.body, media, _status(response, media))


def _note(request: HttpRequest, response: Response) -> None:
    notes = notes_of(request)
    notes.operation = f"graphql {response.operation or 'refused'}"
    notes.cost, notes.write, notes.revision = response.cost, response.write, response.revision
    errors = response.body.get("errors") or ()
    notes.result = next((one["extensions"]["code"] for one in errors), "ok")


def _status(response: Response, media: str) -> int:
    if response.request_error and media == NEW:
        return 400
    return 200


def _written(body: Any, media: str, status: int, **headers: str) -> HttpResponse:
    content = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS, default=plain)
    return HttpResponse(
        content,
        status_code=status,
        headers={**_HEADERS, **headers},
        media_type=f"{media}; charset=utf-8",
    )


def _media_type(request: HttpRequest) -> str:
    """OLD stands before NEW for clients that take anything, as the specification asks."""
    found = accepts(request.headers.get("accept", ""), (OLD, NEW))
    if found is None:
        message = f"Only {NEW} and {OLD} can be sent."
        raise _RefusedError(406, "NOT_ACCEPTABLE", message)
    return found


def _of_query(request: HttpRequest) -> Request:
    given = request.query_params
    if "query" not in given:
        raise _RefusedError(400, "QUERY_MISSING", "The parameter 'query' is missing.")
    return _request(
        {
            "query": given["query"],
            "operationName": given.get("operationName") or None,
            "variables": _json(given["variables"]) if given.get("variables") else None,
            "extensions": _json(given["extensions"]) if given.get("extensions") else None,
        },
        read_only=True,
    )


async def _body(request: HttpRequest, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _RefusedError(
                413, "QUERY_TOO_LARGE", f"A request may have {limit} bytes, not more."
            )
    return bytes(body)


def _of_body(request: HttpRequest, body: bytes) -> Request:
    media, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    if media.strip() != OLD:
        raise _RefusedError(415, "MEDIA_TYPE", f"Send {OLD}.", Accept=OLD)
    charset = parameters.partition("charset=")[2].strip(' "') or "utf-8"
    if charset not in ("utf-8", "utf8"):
        raise _RefusedError(415, "MEDIA_TYPE", "Send UTF-8.", Accept=OLD)
    found = _json(body)
    if not isinstance(found, dict):
        raise _RefusedError(400, "BODY_INVALID", "The body must be a JSON object.")
    return _request(found, read_only=False)


def _json(text: str | bytes) -> Any:
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError):
        raise _RefusedError(400, "BODY_INVALID", "This is not JSON.") from None


def _request(found: dict[str, Any], *, read_only: bool) -> Request:
    query = found.get("query")
    if not isinstance(query, str) or not query.strip():
        raise _RefusedError(400, "QUERY_MISSING", "'query' must be text.")
    variables, name = found.get("variables"), found.get("operationName")
    if variables is not None and not isinstance(variables, dict):
        raise _RefusedError(400, "BODY_INVALID", "'variables' must be an object.")
    if name is not None and not isinstance(name, str):
        raise _RefusedError(400, "BODY_INVALID", "'operationName' must be text.")
    if not isinstance(found.get("extensions") or {}, dict):
        raise _RefusedError(400, "BODY_INVALID", "'extensions' must be an object.")
    return Request(
        query=query, variables=variables or {}, operation_name=name or None, read_only=read_only
    )
