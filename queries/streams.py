"""Streams: the named sources that have sent something, and whether what they say counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lineage.record.shelf import StreamRow
from queries.leafing import Leafed, Leafing, leafed
from queries.question import Handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams(Leafing):
    """The question. By name."""

    UNREVISIONED: ClassVar[bool] = True
    """``last_seen`` moves without a revision: no answer may be kept in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Leafed):
    """The streams, by name; ``total`` counts all of them, whatever the page."""

    KEYS: ClassVar[tuple[str, ...]] = ("name",)

    rows: tuple[StreamRow, ...]


def answer(question: Streams, handle: Handle) -> Answer:
    """The streams up to the asked revision; RevisionUnknownError, ArgumentInvalidError (a page)."""
    tenant = question.at.tenant
    return Answer(
        **leafed(question, handle, lambda past, upto, cut: past.streams(tenant, upto, cut), str)
    )
