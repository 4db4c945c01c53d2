"""Models: what was trained, adapted, quantised or converted."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.graph.catalogue.row import ComponentRow
from queries.listing import Listed, Listing, listed
from queries.question import Handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Models(Listing):
    """The question. Terms of `components`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Listed):
    """The models that pass, in the order that was asked for."""

    rows: tuple[ComponentRow, ...]


def answer(question: Models, handle: Handle) -> Answer:
    """The models that pass.

    Raises WhereInvalidError, ArgumentInvalidError (a page), RevisionUnknownError,
    StreamInvalidError, BudgetExceededError.
    """
    told, rows = listed(question, handle, "components", ("model",))
    return Answer(rows=rows, **told)  # type: ignore[arg-type]
