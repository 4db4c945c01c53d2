"""Global ids: (object type, key) and, where a past revision was asked for, that revision."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import orjson

from lineage.errors import LineageError

# base64 for addresses, without the two calls that `urlsafe_b64encode` puts around it: a list
# writes an id a row.
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class IdentifierInvalidError(LineageError):
    """'{text}' is no id of this service."""

    code = "ID_INVALID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """What an id stands for. ``revision`` is None for the newest."""

    type: str
    key: str
    revision: int | None = None


def write_id(kind: str, key: str, revision: int | None = None) -> str:
    """The id of a thing of that type as opaque text; ``revision`` is None for the newest."""
    parts = (kind, key) if revision is None else (kind, key, revision)
    plain = binascii.b2a_base64(orjson.dumps(parts), newline=False)
    return plain.translate(_URL_SAFE).rstrip(b"=").decode()


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
