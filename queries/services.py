"""Services: what runs, endpoint, API, agent or pipeline."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.graph.catalogue.row import ComponentRow
from queries.listing import Listed, Listing, listed
from queries.question import Handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Services(Listing):
    """The question. Terms of `components`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Listed):
    """The services that pass, in the order that was asked for."""

    rows: tuple[ComponentRow, ...]


def answer(question: Services, handle: Handle) -> Answer:
    """The services that pass.

    Raises WhereInvalidError, ArgumentInvalidError (a page), RevisionUnknownError,
    StreamInvalidError, BudgetExceededError.
    """
    told, rows = listed(question, handle, "components", ("service",))
    return Answer(rows=rows, **told)  # type: ignore[arg-type]
