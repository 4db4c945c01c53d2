"""What there is, on a screen."""

from __future__ import annotations

from rich.console import Console

from api.output.tables.grid import grid
from api.output.tables.leftout import left_out
from queries.inventory import Answer

NAMES = ("kind", "names", "versions", "contents known", "no licence", "no owner", "no lifecycle")
_MOST = 8


def draw(answer: Answer, console: Console) -> None:
    """The sentence, a row per kind, what it is shared by, what is not known."""
    console.print(answer.headline, style="bold", markup=False)
    console.print()
    console.print(grid(NAMES, people(answer), width=console.width))
    rows = _shares(answer)
    if rows:
        console.print()
        console.print(grid(("by", "value", "components"), rows, width=console.width))
    console.print()
    for text in notes(answer):
        console.print(text, markup=False)


def people(answer: Answer) -> list[tuple[str, ...]]:
    """A row per kind; what nobody says is counted, never taken for none."""
    return [
        (one.kind, str(one.families), str(one.components), str(one.assemblies or ""),
         str(one.without_licence or ""), str(one.without_owner or ""),
         str(one.without_lifecycle or ""))
        for one in answer.kinds
    ]  # fmt: skip


def notes(answer: Answer) -> list[str]:
    """What the counts do not see."""
    held = f"{answer.assemblies} assemblies hold {answer.occurrences} components"
    found = [f"{held}; {answer.edges} edges hold everywhere", *left_out(answer.completeness)]
    return [*found, f"revision {answer.revision}"]


def _shares(answer: Answer) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = []
    dimensions = dict.fromkeys(one.dimension for one in answer.shares)
    for dimension in dimensions:
        rows = [one for one in answer.shares if one.dimension == dimension]
        said = [one for one in rows if one.value is not None]
        if not said:
            continue
        for at, one in enumerate(rows[:_MOST]):
            name = dimension.replace("_", " ") if not at else ""
            value = "(nobody says)" if one.value is None else one.value
            lines.append((name, value, str(one.components)))
        if len(rows) > _MOST:
            rest = sum(one.components for one in rows[_MOST:])
            lines.append(("", f"({len(rows) - _MOST} more)", str(rest)))
    return lines
