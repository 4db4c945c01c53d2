"""Edges: who leans on what or was made from what, wherever it runs."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.graph.catalogue.row import EdgeRow
from queries.listing import Listed, Listing, listed
from queries.question import Handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges(Listing):
    """The question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Listed):
    """The edges that hold everywhere and pass."""

    rows: tuple[EdgeRow, ...]


def answer(question: Edges, handle: Handle) -> Answer:
    """The edges that hold everywhere and pass.

    Raises WhereInvalidError, ArgumentInvalidError (a page), RevisionUnknownError,
    StreamInvalidError, BudgetExceededError.
    """
    told, rows = listed(question, handle, "edges")
    return Answer(rows=rows, **told)  # type: ignore[arg-type]
