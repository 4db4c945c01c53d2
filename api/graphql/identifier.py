"""Global ids: (object type, key) and, where a past revision was asked for, that revision."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import orjson

from lineage.errors import LineageError


class IdentifierInvalidError(LineageError):
    """'{text}' is no id of this service."""

    code = "ID_INVALID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """What an id stands for. ``revision`` is None for the newest."""

    type: str
    key: str
    revision: int | None = None


def write_id(identifier: Identifier) -> str:
    """The id as opaque text."""
    parts: list[str | int] = [identifier.type, identifier.key]
    if identifier.revision is not None:
        parts.append(identifier.revision)
    return base64.urlsafe_b64encode(orjson.dumps(parts)).rstrip(b"=").decode()


def read_id(text: str) -> Identifier:
    """What an id stands for; IdentifierInvalidError."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        kind, key, *rest = orjson.loads(raw)
        revision = rest[0] if rest else None
    except (ValueError, TypeError, binascii.Error):
        raise IdentifierInvalidError(text=text) from None
    if not isinstance(kind, str) or not isinstance(key, str):
        raise IdentifierInvalidError(text=text)
    if revision is not None and not isinstance(revision, int):
        raise IdentifierInvalidError(text=text)
    return Identifier(type=kind, key=key, revision=revision)
