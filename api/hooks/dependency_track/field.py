"""What clients write into an upload, read as leniently as the original reads it."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.rest.body import UNPACKERS, unpacked
from api.rest.problem import BodyInvalidError
from lineage.errors import LineageError

LONGEST_BASE64 = 20_000_000
"""Letters of ``bom`` in a PUT: the limit of the original's JSON parser."""
_LONGEST_TAG = 255
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_TRUE = frozenset(("true", "1", "yes", "on"))
_FALSE = frozenset(("false", "0", "no", "off", ""))
_MARK = b"\xef\xbb\xbf"


class PayloadTooLargeError(LineageError):
    """The BOM is too large: {size} letters of {limit}; for larger ones use POST with a form."""

    code = "DOCUMENT_TOO_LARGE"


class FieldInvalidError(LineageError):
    """{message}."""

    code = "FIELD_INVALID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An upload as it was asked for. ``project`` is the UUID, else name and version count."""

    project: str | None = None
    name: str | None = None
    version: str | None = None
    auto_create: bool = False
    tags: tuple[str, ...] = ()
    parent: str | None = None
    parent_name: str | None = None
    parent_version: str | None = None
    latest: bool | None = None
    active: bool | None = None
    bom: bytes = field(default=b"", repr=False)


def asked_of(given: Mapping[str, Any], bom: bytes) -> Asked:
    """The fields of a request, whichever way they came; FieldInvalidError with the name."""
    return Asked(
        project=uuid_of(given, "project"),
        name=_text(given, "projectName"),
        version=_text(given, "projectVersion"),
        auto_create=flag_of(given, "autoCreate") or False,
        tags=tags_of(given.get("projectTags")),
        parent=uuid_of(given, "parentUUID"),
        parent_name=_text(given, "parentName"),
        parent_version=_text(given, "parentVersion"),
        latest=flag_of(given, "isLatest", "isLatestProjectVersion"),
        active=flag_of(given, "isActive"),
        bom=bom.removeprefix(_MARK),
    )


def tags_of(value: Any) -> tuple[str, ...]:
    """Tags as a list of {name}, of texts, or as text with commas; sorted, each once."""
    if value is None:
        return ()
    names: list[Any]
    if isinstance(value, str):
        names = list(value.split(","))
    elif isinstance(value, list):
        names = [one.get("name") if isinstance(one, dict) else one for one in value]
    else:
        raise FieldInvalidError(
            message="projectTags is neither a list nor text", field="projectTags"
        )
    texts = [name for name in names if isinstance(name, str)]
    if len(texts) != len(names):
        raise FieldInvalidError(message="a tag has no name", field="projectTags")
    tags = {name.strip().lower() for name in texts if name.strip()}
    for tag in tags:
        if len(tag) > _LONGEST_TAG or not tag.isprintable():
            message = f"projectTags: a tag is 1 to {_LONGEST_TAG} printable letters"
            raise FieldInvalidError(message=message, field="projectTags")
    return tuple(sorted(tags))


def from_base64(value: Any) -> bytes:
    """The document of a request in JSON. FieldInvalidError, PayloadTooLargeError."""
    if not isinstance(value, str) or not value:
        raise FieldInvalidError(message="bom: must not be blank", field="bom")
    if len(value) > LONGEST_BASE64:
        raise PayloadTooLargeError(size=len(value), limit=LONGEST_BASE64)
    text = value.strip()
    if len(text) % 4 or not _BASE64.fullmatch(text):
        raise FieldInvalidError(
            message="bom: The BOM must be Base64 encoded with padding", field="bom"
        )
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FieldInvalidError(message=f"bom: {error}", field="bom") from None


def unpacked_part(content: bytes, media: str, limit: int) -> bytes:
    """A part of a form, packed as its own Content-Type says; FieldInvalidError where it is not.

    Raises DocumentTooLargeError above ``limit`` bytes.
    """
    kind = media.partition(";")[0].strip().lower().removeprefix("application/").removeprefix("x-")
    try:
        return unpacked(content, kind if kind in UNPACKERS else "", limit)
    except BodyInvalidError as error:
        raise FieldInvalidError(message=f"bom: {error.data['reason']}", field="bom") from None


def uuid_of(given: Mapping[str, Any], name: str) -> str | None:
    """A UUID of the request; FieldInvalidError where it is none."""
    text = _text(given, name)
    if text is None:
        return None
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise FieldInvalidError(
            message=f"{name}: The project UUID must be a valid 36 character UUID", field=name
        ) from None


def flag_of(given: Mapping[str, Any], *names: str) -> bool | None:
    """The first flag of these names that is given, leniently; FieldInvalidError."""
    name = next((one for one in names if given.get(one) is not None), None)
    if name is None:
        return None
    value = given[name]
    text = str(value).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise FieldInvalidError(message=f"{name}: '{value}' is neither true nor false", field=name)


def _text(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise FieldInvalidError(message=f"{name} is no text", field=name)
    return value.strip() or None
