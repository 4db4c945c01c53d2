"""What came of an ingestion."""

from __future__ import annotations

from collections import Counter

from rich.console import Console

from api.ingested import Ingestion
from api.output.tables.grid import grid

_NAMES = ("outcome", "revision", "subject", "members", "claims", "added", "removed", "quarantined")


def draw(answer: Ingestion, console: Console) -> None:
    """A row per document, what was quarantined, what was refused and why, and a sum."""
    lines = [
        [row.outcome, *(_text(getattr(row, name)) for name in _NAMES[1:-1]),
         str(row.quarantined or "")]
        for row in answer.documents
        if row.outcome != "refused"
    ]  # fmt: skip
    if lines:
        console.print(grid(_NAMES, lines))
    for row in answer.documents:
        if row.outcome == "refused":
            console.print(f"refused: {row.path}: {row.error}", markup=False)
    for row in answer.documents:
        for held in row.receipt.quarantined[:20] if row.receipt else ():
            console.print(f"quarantined: {row.path}: {held.path}: {held.reason}", markup=False)
        for warning in row.receipt.warnings[:20] if row.receipt else ():
            console.print(f"warning: {row.path}: {warning}", markup=False)
    counts = Counter(row.outcome for row in answer.documents)
    said = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    console.print(f"{said or 'nothing'}; revision {answer.revision}", markup=False)


def _text(value: object) -> str:
    return "" if value is None else str(value)
