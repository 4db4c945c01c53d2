"""Lists on a screen: for each the columns that people want to see, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console

from api.output.rows import cell
from api.output.tables.grid import grid
from api.output.tables.leftout import left_out

_COMPONENTS = ("kind", "name", "version", "licence", "owner", "lifecycle", "held_by", "key")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "components": _COMPONENTS,
    "assemblies": ("kind", "name", "version", "owner", "members", "direct", "unknown", "key"),
    "edges": ("downstream", "kind", "upstream", "requirement", "role", "origin", "unpinned"),
    "occurrences": (
        "component", "assembly", "direct", "dependency_scope", "unknown", "build", "requirement",
    ),
    "services": ("name", "version", "owner", "lifecycle", "deployment_environment", "key"),
    "models": ("name", "version", "licence", "owner", "lifecycle", "leaned_on", "key"),
    "datasets": ("name", "version", "licence", "owner", "leaned_on", "key"),
    "hardware": ("kind", "name", "owner", "held_by", "leaned_on", "key"),
    "runs": ("name", "owner", "lifecycle", "leaned_on", "key"),
    "streams": ("name", "branch", "counts", "slots", "submissions", "newest_revision", "last_seen"),
    "submissions": ("revision", "at", "subject", "format", "added", "removed", "stream", "id"),
    "documents": ("name", "format", "size", "first_revision", "submissions", "digest"),
    "revisions": ("number", "at", "subject", "format", "added", "removed", "principal"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """How one list looks."""

    columns: tuple[str, ...]

    @property
    def NAMES(self) -> tuple[str, ...]:  # noqa: N802 - as the other files of this folder have it
        """The column names as people read them."""
        return tuple(name.replace("_", " ") for name in self.columns)

    def draw(self, answer: Any, console: Console) -> None:
        """A row per row, then how many there are."""
        lines = self.people(answer)
        if lines:
            console.print(grid(self.NAMES, lines, width=console.width))
            console.print()
        for text in self.notes(answer):
            console.print(text, markup=False)

    def people(self, answer: Any) -> list[tuple[str, ...]]:
        """The rows, in their order."""
        return [tuple(_cell(getattr(row, name)) for name in self.columns) for row in answer.rows]

    def notes(self, answer: Any) -> list[str]:
        """How many there are, and what was left out of them."""
        shown = len(answer.rows)
        count = f"{answer.total} in all" if shown != answer.total else f"{answer.total} found"
        if not answer.total:
            count = "nothing passes"
        found = [f"{count}; revision {answer.revision}"]
        return [*found, *left_out(answer)]


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if value is False:
        return ""
    if value is True:
        return "yes"
    return cell(value)
