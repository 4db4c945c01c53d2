"""Components: everything that is known by name, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.graph.catalogue.row import ComponentRow
from queries.listing import Listed, Listing, listed
from queries.question import Handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Components(Listing):
    """The question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Listed):
    """The components that pass, in the order that was asked for."""

    rows: tuple[ComponentRow, ...]


def answer(question: Components, handle: Handle) -> Answer:
    """The components that pass.

    Raises WhereInvalidError, ArgumentInvalidError (a page), RevisionUnknownError,
    StreamInvalidError, BudgetExceededError.
    """
    told, rows = listed(question, handle, "components")
    return Answer(rows=rows, **told)  # type: ignore[arg-type]
