"""The body of a delivery, read with types; what is missing or odd is told with its dotted path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from lineage.errors import LineageError

_PATH = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+")
_OFFSET = re.compile(r" (UTC|[+-]\d{4})$")


class DeliveryInvalidError(LineageError):
    """The delivery cannot be read: {path}: {reason}."""

    code = "DELIVERY_INVALID"


@dataclass(frozen=True, slots=True)
class Payload:
    """A JSON object. Getters raise DeliveryInvalidError, but for the ones that say otherwise."""

    body: dict[str, Any]

    def find(self, *path: str) -> Any:
        """What stands there, of any type; None where nothing does."""
        value: Any = self.body
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def text(self, *path: str) -> str:
        """A text that is not empty."""
        value = self.find(*path)
        if not isinstance(value, str) or not value:
            raise _invalid(path, "it is no text")
        return value

    def maybe_text(self, *path: str) -> str | None:
        """A text; None for null, what is empty and what is not there."""
        return None if self.find(*path) in (None, "") else self.text(*path)

    def number(self, *path: str) -> int:
        """An integer above zero."""
        value = self.find(*path)
        if type(value) is not int or value < 1:
            raise _invalid(path, "it is no integer above zero")
        return value

    def maybe_number(self, *path: str) -> int | None:
        """An integer, None for null, for 0 and for what is not there."""
        return None if self.find(*path) in (None, 0) else self.number(*path)

    def flag(self, *path: str) -> bool:
        """Whether it is true; what is not there is not."""
        return self.find(*path) is True

    def repository(self, *path: str) -> str:
        """The path of a repository, that can stand in an address as it is."""
        value = self.text(*path)
        if not _PATH.fullmatch(value) or {".", ".."} & set(value.split("/")):
            raise _invalid(path, "it is no path of a repository")
        return value

    def time(self, *path: str) -> datetime | None:
        """A time: ISO 8601, ``2026-11-21 09:30:00 UTC``, or seconds; None where nobody says it."""
        value = self.find(*path)
        if value in (None, ""):
            return None
        try:
            if type(value) is int:
                return datetime.fromtimestamp(value, UTC)
            found = datetime.fromisoformat(_OFFSET.sub(_offset, str(value)))
        except (ValueError, OverflowError, OSError):
            raise _invalid(path, "it is no time") from None
        return found if found.tzinfo else found.replace(tzinfo=UTC)


def payload_of(body: bytes) -> Payload:
    """The payload of the bytes; DeliveryInvalidError for what is no JSON object."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise DeliveryInvalidError(path="$", reason=f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise DeliveryInvalidError(path="$", reason="it is no object")
    return Payload(value)


def _offset(found: re.Match[str]) -> str:
    return "+00:00" if found[1] == "UTC" else found[1]


def _invalid(path: tuple[str, ...], reason: str) -> DeliveryInvalidError:
    return DeliveryInvalidError(path=".".join(path), reason=reason)
