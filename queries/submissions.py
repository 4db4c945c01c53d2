"""Submissions: every accepted document, who sent it, and what it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lineage.record.shelf import Sieve, SubmissionRow
from queries.leafing import Leafed, Leafing, leafed
from queries.question import Handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Submissions(Leafing):
    """The question. Newest first; texts narrow to equal ones, so does the stream asked in."""

    format: str | None = None
    subject: str | None = None
    principal: str | None = None
    branch: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Leafed):
    """The submissions, newest first; ``total`` counts all of them, whatever the page."""

    KEYS: ClassVar[tuple[str, ...]] = ("revision",)

    rows: tuple[SubmissionRow, ...]


def answer(question: Submissions, handle: Handle) -> Answer:
    """Submissions up to the revision; RevisionUnknownError, ArgumentInvalidError (a page)."""
    tenant = question.at.tenant
    sieve = Sieve(
        stream=question.at.stream,
        format=question.format,
        subject=question.subject,
        principal=question.principal,
        branch=question.branch,
        digest=question.digest,
    )
    told = leafed(
        question, handle, lambda past, upto, cut: past.submissions(tenant, upto, sieve, cut)
    )
    return Answer(**told)
