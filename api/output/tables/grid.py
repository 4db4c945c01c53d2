"""A plain grid without lines, columns folded rather than cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text


def grid(names: Sequence[str], lines: Iterable[Sequence[str]], *, title: str = "") -> Table:
    """A table of text; columns in which nothing stands are left out."""
    kept_lines = [tuple(line) for line in lines]
    kept = [at for at in range(len(names)) if any(line[at] for line in kept_lines)]
    table = Table(
        box=SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False,
        show_edge=False, title_style="bold",
    )  # fmt: skip
    for at in kept:
        numbers = all(line[at].isdigit() or not line[at] for line in kept_lines)
        table.add_column(names[at], overflow="fold", justify="right" if numbers else "left")
    for line in kept_lines:
        table.add_row(*(Text(line[at]) for at in kept))
    return table
