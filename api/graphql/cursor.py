"""Cursors: signed positions in a list, good at the revision they were made at.

A cursor holds the revision and the pack's, the chain's digest (a restored database is noticed), a
digest of the field with all arguments but those of paging, and the last row's own values: never a
rank. It is opaque outside; whatever cannot be verified is CURSOR_INVALID.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

import orjson

from lineage.errors import LineageError

_SIGNATURE = 12


class CursorInvalidError(LineageError):
    """The cursor is not one of this list: begin again without `after`."""

    code = "CURSOR_INVALID"


class CursorExpiredError(LineageError):
    """The cursor's revision {revision} is not there any more: begin again without `after`."""

    code = "CURSOR_EXPIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A position: after the row with these values, in the list as it was at the revision."""

    revision: int
    pack_revision: int
    chain: str
    values: tuple[Any, ...]


def question_digest(*parts: Any) -> str:
    """A digest of a field and its arguments."""
    body = orjson.dumps(parts, option=orjson.OPT_NON_STR_KEYS, default=str)
    return hashlib.blake2b(body, digest_size=8).hexdigest()


def seal(cursor: Cursor, asked: str, secret: bytes) -> str:
    """The cursor as text, signed for the question with that digest."""
    fields = [cursor.revision, cursor.pack_revision, cursor.chain, cursor.values]
    body = orjson.dumps(fields)
    return base64.urlsafe_b64encode(_sign(body, asked, secret) + body).rstrip(b"=").decode()


def unseal(text: str, asked: str, secret: bytes) -> Cursor:
    """The cursor of a text; CursorInvalidError for anything that was not sealed for it."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        signature, body = raw[:_SIGNATURE], raw[_SIGNATURE:]
        if not hmac.compare_digest(signature, _sign(body, asked, secret)):
            raise CursorInvalidError
        revision, pack_revision, chain, values = orjson.loads(body)
    except (ValueError, binascii.Error):
        raise CursorInvalidError from None
    return Cursor(revision=revision, pack_revision=pack_revision, chain=chain, values=tuple(values))


def _sign(body: bytes, asked: str, secret: bytes) -> bytes:
    key = hashlib.blake2b(secret, digest_size=32, person=b"lineage-cursor").digest()
    return hashlib.blake2b(asked.encode() + b"\0" + body, digest_size=_SIGNATURE, key=key).digest()
