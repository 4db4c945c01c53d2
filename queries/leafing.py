"""What the lists share that the record itself keeps: how one is paged, and what each says.

A list is a file with a question of this kind, an ``Answer`` that adds its ``rows``, and how they
are read. Lists of the catalogue are in ``queries/listing.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from lineage.model.revision import At
from lineage.record.cut import Cut, Leaf
from lineage.record.past import Past
from queries.page import FIRST, cut_of
from queries.question import Handle, past_of

Read = Callable[[Past, int, Cut], Leaf[Any]]
"""Reads a part of a list from the past, up to a revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leafing:
    """A question for a part of a list.

    ``after`` and ``before`` are places: the values of the answer's ``KEYS``.
    """

    OF_RECORD: ClassVar[bool] = True

    first: int | None = FIRST
    after: tuple[Any, ...] | None = None
    last: int | None = None
    before: tuple[Any, ...] | None = None
    at: At = field(default_factory=At)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leafed:
    """What every list says beside its rows; ``total`` counts all of them, whatever the page."""

    ROWS: ClassVar[str] = "rows"

    revision: int
    total: int
    has_next: bool
    has_previous: bool


def leafed(question: Leafing, handle: Handle, read: Read, key: type[Any] = int) -> dict[str, Any]:
    """The fields of a list's ``Answer``; ``key`` is the type of its one key.

    Raises RevisionUnknownError, ArgumentInvalidError (a page).
    """
    past = past_of(handle)
    revision = past.revision(question.at.tenant, question.at.revision)
    cut = cut_of(question.first, question.last, question.after, question.before, key)
    leaf = read(past, revision, cut)
    return {
        "revision": revision,
        "total": leaf.total,
        "has_next": leaf.has_next,
        "has_previous": leaf.has_previous,
        "rows": leaf.rows,
    }
