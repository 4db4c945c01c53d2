"""Tables for people: a sentence, then what matters most, one screen where that is possible."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

from rich.console import Console

from api.output import narrowing
from api.output.rows import cells, columns, rows
from api.output.tables.drawn import drawn
from api.output.tables.grid import grid

PIPE_WIDTH = 100


def write(answer: Any) -> Iterator[str]:
    """The text, in colour and as wide as the terminal where stdout is one, or as COLUMNS says."""
    live = sys.stdout.isatty()
    asked = live or os.environ.get("COLUMNS", "").isdigit()
    width = shutil.get_terminal_size().columns if asked else PIPE_WIDTH
    text = io.StringIO()
    console = Console(
        file=text, width=width, force_terminal=live, color_system="auto" if live else None,
        highlight=False, soft_wrap=False,
    )  # fmt: skip
    if (how := drawn(answer)) is not None:
        how.draw(answer, console)
    else:
        console.print(grid(columns(type(answer)), [cells(row) for row in rows(answer)]))
    if (narrowed := narrowing.told(answer)) is not None:
        console.print(narrowed, markup=False)
    for line in text.getvalue().splitlines():
        yield line.rstrip() + "\n"
