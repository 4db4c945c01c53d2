"""Occurrences: which component is inside which assembly, and how it got there."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.graph.catalogue.row import OccurrenceRow
from queries.listing import Listed, Listing, listed
from queries.question import Handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrences(Listing):
    """The question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Listed):
    """The occurrences that pass, in the order that was asked for."""

    rows: tuple[OccurrenceRow, ...]


def answer(question: Occurrences, handle: Handle) -> Answer:
    """The occurrences that pass.

    Raises WhereInvalidError, ArgumentInvalidError (a page), RevisionUnknownError,
    StreamInvalidError, BudgetExceededError.
    """
    told, rows = listed(question, handle, "occurrences")
    return Answer(rows=rows, **told)  # type: ignore[arg-type]
