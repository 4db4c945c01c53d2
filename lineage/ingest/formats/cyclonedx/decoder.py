"""Bytes to a JSON object: strict where JSON is ambiguous, bounded where it is not.

Accepted: UTF-8 with or without a byte order mark, UTF-16, UTF-32. Refused by name: a key that
stands twice in one object, NaN and infinities, lone surrogates, nesting deeper than MAX_DEPTH.
"""

from __future__ import annotations

import json
import math
from typing import Any

import orjson

from lineage.errors import DocumentRefusedError

# Where the writer of canonical JSON stops.
MAX_DEPTH = 254


def decode(content: bytes) -> dict[str, Any]:
    """The JSON object of a document; DocumentRefusedError with path and reason otherwise."""
    try:
        text = content.decode(json.detect_encoding(content))
    except UnicodeDecodeError as error:
        raise refused("document", f"not valid {error.encoding} at byte {error.start}") from None
    try:
        found = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_float,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise refused(where, f"not valid JSON: {error.msg}") from None
    except RecursionError:
        raise refused("document", f"nested deeper than {MAX_DEPTH} levels") from None
    except (_AmbiguityError, ValueError) as error:
        # ValueError: an integer of thousands of digits.
        raise refused("document", str(error)) from None
    if not isinstance(found, dict):
        raise refused("document", "a JSON object is expected at the top")
    _fits(found)
    return found


def refused(path: str, reason: str, **more: Any) -> DocumentRefusedError:
    """A refusal in the name of this format."""
    return DocumentRefusedError(format="CycloneDX", path=path, reason=reason, **more)


class _AmbiguityError(Exception):
    """JSON text that two readers would understand differently."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _AmbiguityError(f"the key '{twice}' stands twice in one object")
    return found


def _constant(text: str) -> Any:
    raise _AmbiguityError(f"{text} is not a JSON number")


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _AmbiguityError(f"the number {text} is too large")
    return value


def _fits(found: dict[str, Any]) -> None:
    """Refuse what canonical JSON text cannot carry; one fast pass says all three."""
    try:
        orjson.dumps(found)
    except (TypeError, ValueError) as error:
        reason = str(error).lower()
        if "recursion" in reason:
            raise refused("document", f"nested deeper than {MAX_DEPTH} levels") from None
        if "integer" in reason:
            raise refused("document", "an integer needs more than 64 bits") from None
        raise refused("document", "a text holds half a surrogate pair") from None
