"""What `pip install --report` and `pip inspect` have in common (both at version 1).

Sources: pip's own documentation, "Installation Report" and "pip inspect JSON output".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson

from lineage.errors import DocumentRefusedError, KeyMalformedError, SubjectMissingError
from lineage.ingest.python.claims import environment_claims
from lineage.ingest.python.distribution import Distribution
from lineage.ingest.python.field import Fields, fields_of
from lineage.ingest.reader import Circumstance
from lineage.model.document import Quarantined, Reading

_PIP = re.compile(rb'"pip_version"\s*:')
_EDGE = 4096

Item = Callable[[Fields], tuple[Distribution, tuple[Quarantined, ...]]]


def looks_like(content: bytes, listing: bytes) -> bool:
    """Whether the bytes are JSON of pip with a list of this name; reads the ends first."""
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return False
    if not _PIP.search(content[:_EDGE]) and not _PIP.search(content[-_EDGE:]):
        return False
    return re.search(rb'"' + listing + rb'"\s*:', content) is not None


def read_pip(
    content: bytes,
    circumstance: Circumstance,
    *,
    format: str,  # noqa: A002
    version: str,
    listing: str,
    item: Item,
) -> Reading:
    """Read the document; ``item`` turns one entry of ``listing`` into a distribution.

    Raises DocumentRefusedError for a document that is not of this format, SubjectMissingError
    where the circumstance names no subject. A bad entry is quarantined.
    """
    document = _document(content, format)
    if document.text("version") != "1":
        document.refuse("version", f"is '{document.text('version')}'; known: 1")
    markers = document.table("environment")
    environment = {name: markers.text(name) for name in markers.values}
    subject = circumstance.subject
    if subject is None:
        raise SubjectMissingError
    distributions: dict[str, Distribution] = {}
    quarantined: list[Quarantined] = []
    warnings: list[str] = []
    for path, entry in document.items(listing):
        try:
            found, bad = item(fields_of(entry, format=format, path=path))
        except DocumentRefusedError as error:
            quarantined.append(_set_aside(error, path, entry))
            continue
        except KeyMalformedError as error:
            quarantined.append(Quarantined(path=path, reason=str(error), raw=_short(entry)))
            continue
        quarantined += bad
        first = distributions.setdefault(found.name, found)
        if first is not found:
            reason = f"{found.name} stands here a second time, first at {first.path}"
            quarantined.append(Quarantined(path=path, reason=reason, raw=_short(entry)))
    if not distributions and not quarantined:
        warnings.append(f"{listing}: the list is empty")
    claims, absent = environment_claims(subject, tuple(distributions.values()), environment)
    return Reading(
        format=format,
        version=version,
        subject=subject,
        own_subject=False,
        claims=claims,
        quarantined=tuple(quarantined),
        warnings=(*warnings, *absent),
        facts=(("tool", document.maybe_text("tool") or _pip_version(document)),),
    )


def _pip_version(document: Fields) -> str:
    return f"pip {document.maybe_text('pip_version') or ''}".strip()


def _document(content: bytes, format: str) -> Fields:  # noqa: A002
    try:
        parsed = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        reason = f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        raise DocumentRefusedError(format=format, path="$", reason=reason) from None
    return fields_of(parsed, format=format)


def _set_aside(error: DocumentRefusedError, path: str, entry: Any) -> Quarantined:
    where = error.data["path"]
    place = where if where.startswith(path) else path
    return Quarantined(path=place, reason=error.data["reason"], raw=_short(entry))


def _short(entry: Any) -> Any:
    """The entry without its long description, which no reader takes."""
    if isinstance(entry, dict) and isinstance(entry.get("metadata"), dict):
        metadata = {k: v for k, v in entry["metadata"].items() if k != "description"}
        return {**entry, "metadata": metadata}
    return entry
