"""Streams: the named sources that have sent something, and whether what they say counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from lineage.model.revision import At
from lineage.record.shelf import StreamRow
from queries.page import cut_of
from queries.question import Handle, past_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """The question. By name.

    ``after`` and ``before`` are places: the values of the answer's ``KEYS``.
    """

    UNREVISIONED: ClassVar[bool] = True
    """``last_seen`` moves without a revision: no answer may be kept."""

    first: int | None = 100
    after: tuple[Any, ...] | None = None
    last: int | None = None
    before: tuple[Any, ...] | None = None
    at: At = field(default_factory=At)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The streams, by name; ``total`` counts all of them, whatever the page."""

    ROWS: ClassVar[str] = "rows"
    KEYS: ClassVar[tuple[str, ...]] = ("name",)

    revision: int
    total: int
    has_next: bool
    has_previous: bool
    rows: tuple[StreamRow, ...]


def answer(question: Streams, handle: Handle) -> Answer:
    """The streams up to the asked revision; RevisionUnknownError, ArgumentInvalidError (a page)."""
    past = past_of(handle)
    revision = past.revision(question.at.tenant, question.at.revision)
    cut = cut_of(question.first, question.last, question.after, question.before, str)
    leaf = past.streams(question.at.tenant, revision, cut)
    return Answer(
        revision=revision,
        total=leaf.total,
        has_next=leaf.has_next,
        has_previous=leaf.has_previous,
        rows=leaf.rows,
    )
