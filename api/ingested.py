"""What came of an upload, as rows that every output can write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lineage.errors import LineageError
from lineage.model.document import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """One document: recorded, unchanged (the slot held these bytes) or refused, with its receipt.

    ``code`` and ``error`` say why it was refused; ``receipt`` is null then.
    """

    path: str
    outcome: str
    revision: int | None
    subject: str | None
    stream: str | None
    format: str | None
    members: int | None
    claims: int | None
    added: int | None
    removed: int | None
    quarantined: int
    code: str | None
    error: str | None
    receipt: Receipt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingestion:
    """What came of one call: the newest revision after it, and a row per document."""

    ROWS: ClassVar[str] = "documents"

    revision: int
    documents: tuple[Ingested, ...]


def row_of(path: str, receipt: Receipt) -> Ingested:
    """The row of a document that was taken."""
    return Ingested(
        path=path,
        outcome="unchanged" if receipt.unchanged else "recorded",
        revision=receipt.revision,
        subject=receipt.subject,
        stream=receipt.stream,
        format=receipt.format,
        members=receipt.members,
        claims=receipt.claims,
        added=receipt.added,
        removed=receipt.removed,
        quarantined=len(receipt.quarantined),
        code=None,
        error=None,
        receipt=receipt,
    )


def refused_row(path: str, error: Exception) -> Ingested:
    """The row of a document that was not."""
    return Ingested(
        path=path,
        outcome="refused",
        revision=None,
        subject=None,
        stream=None,
        format=None,
        members=None,
        claims=None,
        added=None,
        removed=None,
        quarantined=0,
        code=error.code if isinstance(error, LineageError) else "UNREADABLE",
        error=(error.strerror or str(error)) if isinstance(error, OSError) else str(error),
        receipt=None,
    )
