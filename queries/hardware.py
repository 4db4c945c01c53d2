"""Hardware: GPU models, accelerators, machine types and the hosts that have them."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.graph.catalogue.row import ComponentRow
from queries.listing import Listed, Listing, listed
from queries.question import Handle


@dataclass(frozen=True, slots=True, kw_only=True)
class HardwareList(Listing):
    """The question. Terms of `components`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Listed):
    """The hardware and hosts that pass, in the order that was asked for."""

    rows: tuple[ComponentRow, ...]


def answer(question: HardwareList, handle: Handle) -> Answer:
    """The hardware and hosts that pass.

    Raises WhereInvalidError, ArgumentInvalidError (a page), RevisionUnknownError,
    StreamInvalidError, BudgetExceededError.
    """
    told, rows = listed(question, handle, "components", ("hardware", "host"))
    return Answer(rows=rows, **told)  # type: ignore[arg-type]
