"""Claims: what is said of a component now, claim by claim, with who said it and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from lineage.model.revision import At
from queries.claim_row import KEYS, ClaimRow, place_of, rows_about
from queries.naming import look
from queries.page import page
from queries.question import Handle, past_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The question. Every stream speaks here, also those that do not count.

    Oldest first, what the public pack says behind it; ``after`` and ``before`` are places: the
    values of the answer's ``KEYS``.
    """

    OF_RECORD: ClassVar[bool] = True

    key: str
    first: int | None = None
    after: tuple[Any, ...] | None = None
    last: int | None = None
    before: tuple[Any, ...] | None = None
    at: At = field(default_factory=At)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The claims that stand at the revision, oldest first; ``total`` counts all of them."""

    ROWS: ClassVar[str] = "rows"
    KEYS: ClassVar[tuple[str, ...]] = KEYS

    revision: int
    pack_revision: int
    scope: str
    stream: str | None
    key: str
    total: int
    has_next: bool
    has_previous: bool
    rows: tuple[ClaimRow, ...]


def answer(question: Claims, handle: Handle) -> Answer:
    """The living claims of a component.

    Raises KeyUnknownError, KeyAmbiguousError, KeyMalformedError, ArgumentInvalidError (a page).
    """
    seen = look(question.key, question.at, handle.views)
    found = [row for row in rows_about(seen, past_of(handle)) if row.to_revision is None]
    shown = page(
        found, place_of, first=question.first, last=question.last, after=question.after,
        before=question.before,
    )  # fmt: skip
    view = seen.view
    return Answer(
        revision=view.revision.number,
        pack_revision=view.pack_revision,
        scope=view.scope.value,
        stream=view.stream,
        key=seen.named.key,
        total=shown.total,
        has_next=shown.has_next,
        has_previous=shown.has_previous,
        rows=shown.rows,
    )
