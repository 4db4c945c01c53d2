"""A plain grid without lines; words are never cut, columns give way where they have blanks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

_GAP = 2


def grid(
    names: Sequence[str], lines: Iterable[Sequence[str]], *, title: str = "", width: int = 0
) -> Table:
    """A table of text; columns in which nothing stands are left out.

    With a ``width`` the columns are as wide as that allows without cutting a word; a word is
    folded only where even the longest words side by side do not fit.
    """
    kept_lines = [tuple(line) for line in lines]
    kept = [at for at in range(len(names)) if any(line[at] for line in kept_lines)]
    wide = widths([[names[at], *(line[at] for line in kept_lines)] for at in kept], width)
    table = Table(
        box=SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False,
        show_edge=False, title_style="bold",
    )  # fmt: skip
    for at, most in zip(kept, wide, strict=True):
        numbers = all(line[at].isdigit() or not line[at] for line in kept_lines)
        table.add_column(
            names[at], overflow="fold", justify="right" if numbers else "left", width=most
        )
    for line in kept_lines:
        table.add_row(*(Text(line[at]) for at in kept))
    return table


def fits(names: Sequence[str], lines: Iterable[Sequence[str]], width: int) -> bool:
    """Whether even the longest words stand side by side in that width."""
    kept = tuple(lines)
    columns = [
        [names[at], *(line[at] for line in kept)]
        for at in range(len(names))
        if any(line[at] for line in kept)
    ]
    return sum(_longest(column) for column in columns) <= _room(width, len(columns))


def _longest(column: Iterable[str]) -> int:
    return max((len(word) for text in column for word in text.split()), default=0)


def _room(width: int, columns: int) -> int:
    return width - (_GAP + 1) * (columns - 1)


def widths(columns: Sequence[Sequence[str]], width: int) -> list[int | None]:
    """How wide each column of texts should be; None where nobody has to give way.

    The widest column that still has a blank to break at gives way first, one step at a time.
    """
    wanted = [max((len(text) for text in column), default=0) for column in columns]
    least = [_longest(column) for column in columns]
    room = _room(width, len(columns))
    if not width or sum(wanted) <= room or sum(least) > room:
        return [None] * len(columns)
    while sum(wanted) > room:
        _, at = max((wanted[at], at) for at in range(len(wanted)) if wanted[at] > least[at])
        wanted[at] -= 1
    return list(wanted)
