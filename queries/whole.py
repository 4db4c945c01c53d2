"""Whole lists, page by page: every row of one revision once, whatever is written meanwhile.

Only one page is held at a time; the catalogue of the revision is held until the last one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any

from lineage.graph.catalogue.catalogue import Catalogue
from lineage.model.revision import At
from queries.asking import Asked, ask, asked_of, questions
from queries.listing import Listing
from queries.question import Handle, catalogue_of

PAGE = 1000
"""Rows that are asked for at once."""


@dataclass(frozen=True, slots=True)
class _Held:
    """The one catalogue that all pages are of."""

    one: Catalogue

    def catalogue(self, at: At) -> Catalogue:  # noqa: ARG002 - it was made for that place
        return self.one

    def hold(self, at: At) -> None:
        """It is held to the last page, and not longer."""


def is_list(asked: Asked) -> bool:
    """Whether a question is a list: it has pages, and its answer says whether one follows."""
    names = {one.name for one in fields(asked.question)}
    told = {one.name for one in fields(asked.answer)}
    return {"first", "after"} <= names and {"rows", "has_next"} <= told


def lists() -> dict[str, Asked]:
    """Every list of the whole estate by name: those that need no component to be named."""
    return {
        asked.name: asked
        for asked in questions().values()
        if is_list(asked)
        and not any(
            part.default is MISSING and part.default_factory is MISSING
            for part in fields(asked.question)
        )
    }


def pages(handle: Handle, question: Any, most: int | None = None) -> Iterator[Any]:
    """The answers of a list question from its ``after`` on: all rows, or at most so many.

    There is always a first one, which may be empty. Its ``at`` has to name a revision, which all
    pages are of. Raises what the question raises, for the first page as soon as it is asked for.
    """
    if isinstance(question, Listing):
        handle = replace(handle, catalogues=_Held(catalogue_of(handle, question.at)))
    asked = asked_of(question)
    place, left = question.after, most
    while True:
        size = PAGE if left is None else min(PAGE, left)
        found = ask(handle, replace(question, first=size, after=place))
        yield found
        left = None if left is None else left - len(found.rows)
        if not found.has_next or not found.rows or left == 0:
            return
        place = _place_of(asked, found)


def _place_of(asked: Asked, found: Any) -> tuple[Any, ...]:
    """The place of the last row of a page."""
    places = getattr(found, "places", None)
    if places is not None:
        last: tuple[Any, ...] = places[-1]
        return last
    row = found.rows[-1]
    return tuple(getattr(row, name) for name in asked.answer.KEYS)
