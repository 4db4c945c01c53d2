"""Runs: trainings, evaluations and pipeline runs."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.graph.catalogue.row import ComponentRow
from queries.listing import Listed, Listing, listed
from queries.question import Handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs(Listing):
    """The question. Terms of `components`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Listed):
    """The runs that pass, in the order that was asked for."""

    rows: tuple[ComponentRow, ...]


def answer(question: Runs, handle: Handle) -> Answer:
    """The runs that pass.

    Raises WhereInvalidError, ArgumentInvalidError (a page), RevisionUnknownError,
    StreamInvalidError, BudgetExceededError.
    """
    told, rows = listed(question, handle, "components", ("run",))
    return Answer(rows=rows, **told)  # type: ignore[arg-type]
