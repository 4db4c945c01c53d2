"""Where a page goes on: cursors of one question, sealed and opened, at the revision they name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from api.graphql.connection import Paging
from api.graphql.cursor import Cursor, CursorExpiredError, CursorInvalidError, seal, unseal
from api.house import House
from lineage.errors import RevisionUnknownError


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Cursors of one list as it was asked for; ``asked`` is the digest of that."""

    house: House
    asked: str

    def opened(self, paging: Paging) -> Span:
        """The places that the cursors stand for.

        Raises CursorInvalidError for one that was not sealed for this list, two of different
        revisions, and a revision of another past (a restored database).
        """
        after, before = (
            unseal(text, self.asked, self.house.sealing_key()) if text is not None else None
            for text in (paging.after, paging.before)
        )
        if after is not None and before is not None and _seen(after) != _seen(before):
            raise CursorInvalidError
        held = after or before
        if held is not None and not self._is_ours(held):
            raise CursorInvalidError
        return Span(
            held=held,
            after=after.values if after is not None else None,
            before=before.values if before is not None else None,
        )

    def sealer(
        self, revision: int, pack_revision: int, values: Callable[[int], Sequence[Any]]
    ) -> Callable[[int], str]:
        """What seals the cursor of the row at an index; ``values`` gives those of the row."""

        @cache
        def sealing() -> tuple[bytes, str]:
            found = self.house.record.revision(revision, self.house.settings.tenant)
            return self.house.sealing_key(), found.chain

        def cursor(at: int) -> str:
            secret, chain = sealing()
            held = Cursor(
                revision=revision, pack_revision=pack_revision, chain=chain,
                values=tuple(values(at)),
            )  # fmt: skip
            return seal(held, self.asked, secret)

        return cursor

    def _is_ours(self, held: Cursor) -> bool:
        try:
            found = self.house.record.revision(held.revision, self.house.settings.tenant)
        except RevisionUnknownError:
            return False
        return found.chain == held.chain


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The values of the rows that a page is after and before; ``held`` has their revision."""

    held: Cursor | None
    after: tuple[Any, ...] | None
    before: tuple[Any, ...] | None

    def seen_with(self, pack_revision: int) -> None:
        """CursorExpiredError where the list is now seen with other public knowledge."""
        if self.held is not None and self.held.pack_revision != pack_revision:
            raise CursorExpiredError(revision=self.held.revision)


def _seen(cursor: Cursor) -> tuple[int, int, str]:
    return cursor.revision, cursor.pack_revision, cursor.chain
