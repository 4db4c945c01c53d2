"""Revisions: one per accepted document, with the digest that proves all before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from lineage.model.revision import At
from lineage.record.shelf import RevisionRow
from queries.page import cut_of
from queries.question import Handle, past_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """The question. Newest first.

    ``after`` and ``before`` are places: the values of the answer's ``KEYS``.
    """

    first: int | None = 100
    after: tuple[Any, ...] | None = None
    last: int | None = None
    before: tuple[Any, ...] | None = None
    at: At = field(default_factory=At)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The revisions, newest first; ``total`` counts all of them, whatever the page."""

    ROWS: ClassVar[str] = "rows"
    KEYS: ClassVar[tuple[str, ...]] = ("number",)

    revision: int
    total: int
    has_next: bool
    has_previous: bool
    rows: tuple[RevisionRow, ...]


def answer(question: Revisions, handle: Handle) -> Answer:
    """The revisions up to the asked one; RevisionUnknownError, ArgumentInvalidError (a page)."""
    past = past_of(handle)
    revision = past.revision(question.at.tenant, question.at.revision)
    cut = cut_of(question.first, question.last, question.after, question.before)
    leaf = past.revisions(question.at.tenant, revision, cut)
    return Answer(
        revision=revision,
        total=leaf.total,
        has_next=leaf.has_next,
        has_previous=leaf.has_previous,
        rows=leaf.rows,
    )
