"""What clients write into an upload, read as leniently as the original reads it."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import zstandard

from lineage.errors import DocumentTooLargeError, LineageError

LONGEST_BASE64 = 20_000_000
"""Letters of ``bom`` in a PUT: the limit of the original's JSON parser."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_TRUE = frozenset(("true", "1", "yes", "on"))
_FALSE = frozenset(("false", "0", "no", "off", ""))
_GZIP = frozenset(("application/gzip", "application/x-gzip"))
_ZSTD = frozenset(("application/zstd", "application/x-zstd"))
_MARK = b"\xef\xbb\xbf"
_WINDOW = 1 << 23


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
    latest = given.get("isLatest", given.get("isLatestProjectVersion"))
    return Asked(
        project=_uuid(given, "project"),
        name=_text(given, "projectName"),
        version=_text(given, "projectVersion"),
        auto_create=_flag("autoCreate", given.get("autoCreate")) or False,
        tags=tags_of(given.get("projectTags")),
        parent=_uuid(given, "parentUUID"),
        parent_name=_text(given, "parentName"),
        parent_version=_text(given, "parentVersion"),
        latest=_flag("isLatest", latest),
        active=_flag("isActive", given.get("isActive")),
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
    return tuple(sorted({name.strip().lower() for name in texts if name.strip()}))


def from_base64(value: Any) -> bytes:
    """The document of a PUT. FieldInvalidError, DocumentTooLargeError."""
    if not isinstance(value, str) or not value:
        raise FieldInvalidError(message="bom: must not be blank", field="bom")
    if len(value) > LONGEST_BASE64:
        raise DocumentTooLargeError(size=len(value), limit=LONGEST_BASE64)
    text = value.strip()
    if len(text) % 4 or not _BASE64.fullmatch(text):
        raise FieldInvalidError(
            message="bom: The BOM must be Base64 encoded with padding", field="bom"
        )
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FieldInvalidError(message=f"bom: {error}", field="bom") from None


def unpacked(content: bytes, media: str, limit: int) -> bytes:
    """A part of a form, packed as its own Content-Type says. DocumentTooLargeError at the limit."""
    kind = media.partition(";")[0].strip().lower()
    try:
        if kind in _GZIP:
            unpacker = zlib.decompressobj(wbits=31)
            body = unpacker.decompress(content, limit + 1)
            if len(body) <= limit and not unpacker.eof:
                raise FieldInvalidError(message="bom: the gzip data ends too early", field="bom")
        elif kind in _ZSTD:
            with zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(
                content
            ) as reader:
                body = reader.read(limit + 1)
        else:
            body = content
    except (zlib.error, zstandard.ZstdError) as error:
        raise FieldInvalidError(message=f"bom: not {kind} ({error})", field="bom") from None
    if len(body) > limit:
        raise DocumentTooLargeError(size=f"at least {limit + 1}", limit=limit)
    return body


def _text(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise FieldInvalidError(message=f"{name} is no text", field=name)
    return value.strip() or None


def _uuid(given: Mapping[str, Any], name: str) -> str | None:
    text = _text(given, name)
    if text is None:
        return None
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise FieldInvalidError(
            message=f"{name}: The project UUID must be a valid 36 character UUID", field=name
        ) from None


def _flag(name: str, value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise FieldInvalidError(message=f"{name}: '{value}' is neither true nor false", field=name)
