"""Answers in the shapes that clients of Dependency-Track read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import orjson
from starlette.responses import Response

from api.hooks.dependency_track.project import Project
from api.rest.inbox import json_of
from api.rest.problem import MEDIA
from lineage.model.document import Receipt
from lineage.record.arrival import Place
from lineage.record.inbox import OPEN
from lineage.record.token import Right

VERSION = "4.14.0"
"""The API that is spoken; clients refuse what is older than 4.11."""
APPLICATION = "Dependency-Track"
_VIEWING = ("VIEW_PORTFOLIO", "VIEW_VULNERABILITY", "VIEW_POLICY_VIOLATION")
PERMISSIONS = {
    Right.INGEST: ("BOM_UPLOAD", "PROJECT_CREATION_UPLOAD", "PORTFOLIO_MANAGEMENT", *_VIEWING),
    Right.READ: _VIEWING,
    Right.GATE: _VIEWING,
}
"""What a right is called there."""
POWERED = {"X-Powered-By": f"{APPLICATION} v{VERSION} (spoken by Lineage)"}
_PAGES = 100
_STATUS = {
    "waiting": "PENDING",
    "working": "RUNNING",
    "done": "COMPLETED",
    "failed": "FAILED",
    "dropped": "FAILED",
}
_PAGING = (("pageNumber", "page"), ("pageSize", "size", "limit"))
"""What clients call the number of a page, and the rows on it."""
T = TypeVar("T")


def plain_text(status: int, text: object) -> Response:
    """A failure as the original says it, in plain text."""
    return Response(str(text), status_code=status, media_type="text/plain")


def problem(status: int, title: str, detail: str, errors: list[str] | None = None) -> Response:
    """RFC 9457, with ``errors`` as a list of texts."""
    body: dict[str, Any] = {"status": status, "title": title, "detail": detail}
    if errors is not None:
        body["errors"] = errors
    return Response(orjson.dumps(body), status_code=status, media_type=MEDIA)


def beans(field: str, message: str) -> Response:
    """A field that is not as it has to be: a list of what is wrong."""
    text = message.removeprefix(f"{field}: ")
    body = [{"message": text, "messageTemplate": text, "path": field, "invalidValue": None}]
    return json_of(body, 400)


def page(
    rows: Sequence[T], number: int, size: int, more: Mapping[str, str] | None = None, *,
    show: Callable[[T], Any] = lambda row: row,
) -> Response:  # fmt: skip
    """A page of a list, each row as it is shown, and how many rows there are in all."""
    begin = (number - 1) * size
    headers = {"X-Total-Count": str(len(rows)), **(more or {})}
    return json_of([show(one) for one in rows[begin : begin + size]], 200, headers)


def page_of(given: dict[str, str]) -> tuple[int, int]:
    """Page number (from 1) and size as they were asked for, within bounds."""
    number, size = (
        next((given[name] for name in names if name in given), None) for names in _PAGING
    )
    return _number(number, 1, 10**9), _number(size, _PAGES, 1000)


def project_of(project: Project, tags: tuple[str, ...], receipt: Receipt | None) -> dict[str, Any]:
    """A project. Times are milliseconds since 1970; without a receipt nothing was imported yet."""
    told = {
        "uuid": project.id,
        "name": project.name,
        "version": project.version,
        "classifier": "APPLICATION",
        "active": project.active,
        "isLatest": bool(project.bom and project.bom.latest),
        "tags": [{"name": name} for name in tags],
        "lastInheritedRiskScore": 0.0,
    }
    if project.bom is None or receipt is None:
        return told
    imported = int(project.bom.last_seen.timestamp() * 1000)
    return told | {
        "lastBomImport": imported,
        "lastBomImportFormat": f"CycloneDX {receipt.facts.get('spec_version', '')}".strip(),
        # What this server has to say of a document is there when the document is.
        "lastVulnerabilityAnalysis": imported,
        "metrics": {
            "critical": 0,
            "high": 0,
            "medium": 0,
            "low": 0,
            "unassigned": 0,
            "vulnerabilities": 0,
            # Its own subject is a member here, and none of the components there.
            "components": receipt.members - ("own_subject" in receipt.facts),
            "policyViolationsTotal": 0,
            "firstOccurrence": imported,
            "lastOccurrence": imported,
        },
    }


def status_of(place: Place | None) -> dict[str, Any]:
    """What became of a token: ``state`` in our words, ``status`` in those of generated clients.

    An unknown token is not being processed, as the original has it; it has no ``status``, for
    clients that know the words refuse any other one.
    """
    if place is None:
        return {"processing": False, "state": "unknown", "errors": [], "revision": None}
    return {
        "processing": place.state in OPEN,
        "status": _STATUS[place.state],
        "state": place.state,
        "errors": [place.error] if place.error else [],
        "revision": place.revision,
    }


def _number(text: str | None, default: int, most: int) -> int:
    if text is None or not text.isascii() or not text.isdecimal():
        return default
    return min(max(int(text), 1), most)
