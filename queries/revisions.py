"""Revisions: one per accepted document, with the digest that proves all before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lineage.record.shelf import RevisionRow
from queries.leafing import Leafed, Leafing, leafed
from queries.question import Handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions(Leafing):
    """The question. Newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Leafed):
    """The revisions, newest first; ``total`` counts all of them, whatever the page."""

    KEYS: ClassVar[tuple[str, ...]] = ("number",)

    rows: tuple[RevisionRow, ...]


def answer(question: Revisions, handle: Handle) -> Answer:
    """The revisions up to the asked one; RevisionUnknownError, ArgumentInvalidError (a page)."""
    tenant = question.at.tenant
    return Answer(
        **leafed(question, handle, lambda past, upto, cut: past.revisions(tenant, upto, cut))
    )
