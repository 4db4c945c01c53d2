"""Assemblies: what is resolved as a whole, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.graph.catalogue.row import AssemblyRow
from queries.listing import Listed, Listing, listed
from queries.question import Handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Assemblies(Listing):
    """The question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Listed):
    """The assemblies that pass, in the order that was asked for."""

    rows: tuple[AssemblyRow, ...]


def answer(question: Assemblies, handle: Handle) -> Answer:
    """The assemblies that pass.

    Raises WhereInvalidError, ArgumentInvalidError (a page), RevisionUnknownError,
    StreamInvalidError, BudgetExceededError.
    """
    told, rows = listed(question, handle, "assemblies")
    return Answer(rows=rows, **told)  # type: ignore[arg-type]
