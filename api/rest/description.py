"""What the OpenAPI document says of an upload: its parameters, its body, its failures."""

from __future__ import annotations

from typing import Any

_TEXTS = {
    "stream": "The source that the document belongs to; else FORMAT/FAMILY of its subject.",
    "subject": "What the document describes: a key or a purl.",
    "name": "The file name; names the subject of a document that has none.",
    "format": "The reader to use; else it is recognised.",
    "part": "Which part of the subject it describes, where several documents do.",
    "branch": "The branch it was made from; only the default branch counts.",
    "commit": "The commit it was made from.",
    "job": "The job that sent it.",
}
_FLAGS = {
    "default": "Whether the branch is the default one.",
    "latest": "Marks this version as the latest (false withdraws its mark).",
    "lenient": "Keep what the format's schema forbids, as far as it can be read.",
}

PARAMETERS: dict[str, Any] = {
    "parameters": [
        {"name": name, "in": "query", "required": False, "description": text,
         "schema": {"type": kind}}
        for names, kind in ((_TEXTS, "string"), (_FLAGS, "boolean"))
        for name, text in names.items()
    ],
    "requestBody": {
        "required": True,
        "description": "The document, byte for byte; Content-Encoding gzip and zstd are unpacked.",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    },
}  # fmt: skip

_PROBLEM = {
    "type": "object",
    "required": ["title", "status", "detail", "code"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "path": {"type": ["string", "null"]},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


def _problem(text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/problem+json": {"schema": _PROBLEM}}}


RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "Nothing changed: the receipt that the slot already has."},
    400: _problem("A parameter or the body cannot be read."),
    404: _problem("There is no such thing."),
    413: _problem("Too large, as sent or unpacked."),
    415: _problem("No reader recognises it, or the encoding is unknown."),
    422: _problem("The document is refused, or has no subject."),
    412: _problem("`at_least` names a revision that did not come in time."),
    503: _problem("Not now: the graph cannot be reached, or too much waits."),
}

UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The client has the answer: If-None-Match names its tag."},
}
"""What a question may be answered by as well."""

DELIVERY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The delivery, byte for byte as its sender has signed it.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    },
}
DELIVERED: dict[int | str, dict[str, Any]] = {
    200: {"description": "It came before, or nothing is made of it, and why."},
    202: {"description": "It is kept, and will be followed up: its inbox item."},
    401: _problem("It is forged, replayed or late."),
    **{status: RESPONSES[status] for status in (400, 404, 413, 415, 503)},
}
"""What a delivery of a webhook may be answered by."""
