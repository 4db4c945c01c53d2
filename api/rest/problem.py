"""Failures over REST: application/problem+json (RFC 9457) with our code beside the title."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
from starlette.responses import Response

from lineage.errors import LineageError

MEDIA = "application/problem+json"

STATUS = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "STREAM_FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "NOT_ACCEPTABLE": 406,
    "DOCUMENT_TOO_LARGE": 413,
    "FORMAT_UNKNOWN": 415,
    "ENCODING_UNKNOWN": 415,
    "MEDIA_TYPE": 415,
    "DOCUMENT_REFUSED": 422,
    "SUBJECT_MISSING": 422,
    "INTERNAL": 500,
    "RECORD_DAMAGED": 500,
    "SCHEMA_OLD": 503,
    "IDEMPOTENCY_KEY_REUSED": 422,
    "IDEMPOTENCY_KEY_RUNNING": 409,
    "INBOX_FULL": 503,
    "INBOX_STATE": 409,
    "HOOK_UNKNOWN": 404,
    "HOOK_UNUSABLE": 503,
    "DELIVERY_REFUSED": 401,
    "STALE": 412,
    "DATABASE_UNREACHABLE": 503,
    "GRAPH_AWAY": 503,
    "GRAPH_UNREACHABLE": 503,
    "GRAPH_FOREIGN": 503,
}


RETRY_AFTER = {
    "DATABASE_UNREACHABLE": 5,
    "INBOX_FULL": 5,
    "HOOK_UNUSABLE": 60,
    "GRAPH_AWAY": 5,
    "IDEMPOTENCY_KEY_RUNNING": 1,
}
"""Seconds after which it may go well."""


class EncodingUnknownError(LineageError):
    """Content-Encoding '{encoding}' is not gzip, zstd or identity."""

    code = "ENCODING_UNKNOWN"


class MediaTypeError(LineageError):
    """Send the document as the raw body, not as {media}."""

    code = "MEDIA_TYPE"


class NotAcceptableError(LineageError):
    """None of what Accept asks for can be written; there are {offered}."""

    code = "NOT_ACCEPTABLE"


class BodyInvalidError(LineageError):
    """The body cannot be read: {reason}."""

    code = "BODY_INVALID"


class ParameterInvalidError(LineageError):
    """Parameter '{name}': {reason}."""

    code = "PARAMETER_INVALID"


def problem_of(error: LineageError) -> Response:
    """The response to an expected failure: 4xx, with the dotted path where there is one."""
    status = STATUS.get(error.code, 400)
    more: dict[str, Any] = {}
    if isinstance(path := error.data.get("path"), str):
        more["path"] = path
        more["errors"] = [{"path": path, "reason": str(error.data.get("reason", ""))}]
    if isinstance(revision := error.data.get("revision"), int):
        more["revision"] = revision
    if listed := error.data.get("errors"):
        more["errors"] = listed
    if isinstance(candidates := error.data.get("candidates"), tuple):
        more["candidates"], more["text"] = list(candidates), error.data.get("text")
    response = problem(status, error.code, str(error), **more)
    if error.code in RETRY_AFTER:
        response.headers["Retry-After"] = str(RETRY_AFTER[error.code])
    return response


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    """A problem document; ``errors`` is always there, a list of {path, reason}."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "path": None,
        "errors": [],
        **more,
    }
    return Response(orjson.dumps(body, default=str), status_code=status, media_type=MEDIA)
