"""The packs of rows, file by file, and how many rows of each type there are."""

from __future__ import annotations

from collections import Counter

from rich.console import Console

from api.knowledge import Knowledge
from api.output.tables.grid import grid

NAMES = ("pack", "file", "revision", "rows", "sources", "types")


def people(answer: Knowledge) -> list[tuple[str, ...]]:
    """A row per file, the tenant's own packs first."""
    return [
        (
            pack.stream,
            pack.file,
            str(pack.revision),
            str(pack.rows),
            str(len(pack.sources)),
            ", ".join(f"{one.name} {one.rows}" for one in pack.types),
        )
        for pack in answer.packs
    ]


def draw(answer: Knowledge, console: Console) -> None:
    """A row per file, then a sum."""
    if not answer.packs:
        console.print("no pack: `lineage init` loads the public one", markup=False)
        return
    console.print(grid(NAMES, people(answer)))
    types: Counter[str] = Counter()
    sources = {one.name for pack in answer.packs for one in pack.sources}
    for pack in answer.packs:
        types.update({one.name: one.rows for one in pack.types})
    console.print(", ".join(f"{count} {name}" for name, count in types.most_common()), markup=False)
    console.print(
        f"{answer.rows} rows from {len(sources)} sources; revision {answer.revision}, "
        f"pack revision {answer.pack_revision}",
        markup=False,
    )
