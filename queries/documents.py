"""Documents: what came in, byte for byte, equal bytes once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lineage.record.shelf import DocumentRow, Sieve
from queries.leafing import Leafed, Leafing, leafed
from queries.question import Handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents(Leafing):
    """The question. Newest first; texts narrow to equal ones, so does the stream asked in."""

    format: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Leafed):
    """The documents, newest first; ``total`` counts all of them, whatever the page."""

    KEYS: ClassVar[tuple[str, ...]] = ("first_revision",)

    rows: tuple[DocumentRow, ...]


def answer(question: Documents, handle: Handle) -> Answer:
    """The documents up to the revision; RevisionUnknownError, ArgumentInvalidError (a page)."""
    tenant = question.at.tenant
    sieve = Sieve(stream=question.at.stream, format=question.format, subject=question.subject)
    told = leafed(
        question, handle, lambda past, upto, cut: past.documents(tenant, upto, sieve, cut)
    )
    return Answer(**told)
