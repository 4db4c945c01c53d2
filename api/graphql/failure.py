"""Expected failures as types of the schema: what a client can handle without reading text."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.errors import KeyAmbiguousError, KeyUnknownError, LineageError, StaleError

INVALID = frozenset(
    {
        "KEY_MALFORMED",
        "VOCABULARY",
        "CHANGE_INVALID",
        "STREAM_INVALID",
        "REVISION_UNKNOWN",
        "ARGUMENT_INVALID",
        "WHERE_INVALID",
        "ORDER_INVALID",
        "COLUMN_UNKNOWN",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An expected failure: a stable code, and a sentence for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound(Failure):
    """Nothing is known of the text that was given; what may not be seen is not found either."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous(Failure):
    """The text could mean any of the candidates."""

    text: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid(Failure):
    """An argument cannot be used: a malformed key, a change that does not exist, ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale(Failure):
    """The revision that ``atLeast`` demanded did not come in time."""

    wanted: int
    newest: int


FAILURES: tuple[type[Failure], ...] = (NotFound, Ambiguous, Invalid, Stale)


def failure_of(error: LineageError) -> Failure | None:
    """The failure that an error is; None for one that is no expected failure of a question."""
    text, data = str(error), error.data
    if isinstance(error, KeyUnknownError):
        return NotFound(code=error.code, message=text, text=str(data["text"]))
    if isinstance(error, KeyAmbiguousError):
        return Ambiguous(
            code=error.code,
            message=text,
            text=str(data["text"]),
            candidates=_candidates(data["candidates"]),
        )
    if isinstance(error, StaleError):
        return Stale(
            code=error.code, message=text, wanted=int(data["wanted"]), newest=int(data["newest"])
        )
    if error.code in INVALID:
        return Invalid(code=error.code, message=text)
    return None


def _candidates(found: object) -> tuple[str, ...]:
    return tuple(found) if isinstance(found, tuple) else tuple(str(found).split(", "))
