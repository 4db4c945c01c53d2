"""Idempotency keys: the sender's own (draft-ietf-httpapi-idempotency-key-header-07).

A key is a structured string, in quotes; GitLab sends a bare UUID, so both are taken. Keys of two
principals are two keys.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import orjson

from api.house import House
from api.rest.problem import ParameterInvalidError

_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,200})"')
_BARE = re.compile(r"[\x21\x23-\x7e]{1,200}")


def key_of(header: str | None, house: House) -> str | None:
    """The key under which a request is kept, None without one; ParameterInvalidError."""
    if header is None or not header.strip():
        return None
    text = header.strip()
    found = _QUOTED.fullmatch(text)
    if found is None and not _BARE.fullmatch(text):
        raise ParameterInvalidError(
            name="Idempotency-Key", reason="it is 1 to 200 letters, in quotes or without"
        )
    plain = found[1].replace('\\"', '"').replace("\\\\", "\\") if found else text
    return f"{house.principal.token or house.principal.name}:{plain}"


def fingerprint_of(said: Mapping[str, Any], content: bytes) -> bytes:
    """What tells two requests apart: everything they say, and the bytes."""
    head = orjson.dumps(dict(said), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(head + b"\0" + content).digest()
