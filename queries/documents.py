"""Documents: what came in, byte for byte, equal bytes once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from lineage.model.revision import At
from lineage.record.shelf import DocumentRow, Sieve
from queries.page import cut_of
from queries.question import Handle, past_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """The question. Newest first; texts narrow to equal ones, so does the stream asked in.

    ``after`` and ``before`` are places: the values of the answer's ``KEYS``.
    """

    format: str | None = None
    subject: str | None = None
    first: int | None = 100
    after: tuple[Any, ...] | None = None
    last: int | None = None
    before: tuple[Any, ...] | None = None
    at: At = field(default_factory=At)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The documents, newest first; ``total`` counts all of them, whatever the page."""

    ROWS: ClassVar[str] = "rows"
    KEYS: ClassVar[tuple[str, ...]] = ("first_revision",)

    revision: int
    total: int
    has_next: bool
    has_previous: bool
    rows: tuple[DocumentRow, ...]


def answer(question: Documents, handle: Handle) -> Answer:
    """The documents up to the revision; RevisionUnknownError, ArgumentInvalidError (a page)."""
    past = past_of(handle)
    revision = past.revision(question.at.tenant, question.at.revision)
    cut = cut_of(question.first, question.last, question.after, question.before)
    sieve = Sieve(stream=question.at.stream, format=question.format, subject=question.subject)
    leaf = past.documents(question.at.tenant, revision, sieve, cut)
    return Answer(
        revision=revision,
        total=leaf.total,
        has_next=leaf.has_next,
        has_previous=leaf.has_previous,
        rows=leaf.rows,
    )
