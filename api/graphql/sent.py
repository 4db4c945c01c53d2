"""What a client sent over HTTP as a request: the parameters of a GET, the JSON of a POST.

The document comes as ``query``; or by its digest or name as ``documentId`` (``document`` in an
address), or as Apollo's clients write it, ``extensions.persistedQuery.sha256Hash``.
"""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request as HttpRequest

from api.graphql.execution import Request

MEDIA = "application/json"
_IDS = ("documentId", "document")
ASKING = ("query", *_IDS, "extensions")
"""The parameters of an address that name a document."""


class RefusedError(Exception):
    """Answered before anything is parsed as GraphQL."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers


async def request_of(request: HttpRequest, limit: int) -> Request:
    """The request in an HTTP request whose body has at most ``limit`` bytes; RefusedError."""
    if request.method == "GET":
        return _of_query(request)
    if request.method == "POST":
        return _of_body(request, await _body(request, limit))
    raise RefusedError(405, "METHOD_NOT_ALLOWED", "Use GET or POST.", Allow="GET, POST")


def _of_query(request: HttpRequest) -> Request:
    given = request.query_params
    found: dict[str, Any] = {
        "query": given.get("query"),
        "operationName": given.get("operationName") or None,
        "variables": _json(given["variables"]) if given.get("variables") else None,
        "extensions": _json(given["extensions"]) if given.get("extensions") else None,
    }
    named = next((given[name] for name in _IDS if given.get(name)), None)
    return _request({**found, "documentId": named}, read_only=True)


async def _body(request: HttpRequest, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise RefusedError(
                413, "QUERY_TOO_LARGE", f"A request may have {limit} bytes, not more."
            )
    return bytes(body)


def _of_body(request: HttpRequest, body: bytes) -> Request:
    media, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    if media.strip() != MEDIA:
        raise RefusedError(415, "MEDIA_TYPE", f"Send {MEDIA}.", Accept=MEDIA)
    charset = parameters.partition("charset=")[2].strip(' "') or "utf-8"
    if charset not in ("utf-8", "utf8"):
        raise RefusedError(415, "MEDIA_TYPE", "Send UTF-8.", Accept=MEDIA)
    found = _json(body)
    if not isinstance(found, dict):
        raise RefusedError(400, "BODY_INVALID", "The body must be a JSON object.")
    return _request(found, read_only=False)


def _json(text: str | bytes) -> Any:
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError):
        raise RefusedError(400, "BODY_INVALID", "This is not JSON.") from None


def _request(found: dict[str, Any], *, read_only: bool) -> Request:
    extensions = found.get("extensions")
    extensions = {} if extensions is None else extensions
    if not isinstance(extensions, dict):
        raise RefusedError(400, "BODY_INVALID", "'extensions' must be an object.")
    named = _named(found.get("documentId"), extensions.get("persistedQuery"))
    query = found.get("query")
    if query is None and named is None:
        raise RefusedError(400, "QUERY_MISSING", "'query' is missing.")
    if query is not None and (not isinstance(query, str) or not query.strip()):
        raise RefusedError(400, "QUERY_MISSING", "'query' must be text.")
    variables, name = found.get("variables"), found.get("operationName")
    if variables is not None and not isinstance(variables, dict):
        raise RefusedError(400, "BODY_INVALID", "'variables' must be an object.")
    if name is not None and not isinstance(name, str):
        raise RefusedError(400, "BODY_INVALID", "'operationName' must be text.")
    return Request(
        query=query,
        document=named,
        variables=variables or {},
        operation_name=name or None,
        read_only=read_only,
    )


def _named(name: Any, persisted: Any) -> str | None:
    if persisted is not None:
        if not isinstance(persisted, dict):
            raise RefusedError(400, "BODY_INVALID", "'persistedQuery' must be an object.")
        name = persisted.get("sha256Hash") if name is None else name
    if name is not None and not isinstance(name, str):
        raise RefusedError(400, "BODY_INVALID", "The document's digest must be text.")
    return name
