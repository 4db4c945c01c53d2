"""What differs between two sides, on a screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from api.output.tables.grid import grid
from api.output.tables.provenance import short
from queries.changed import Changed
from queries.consequence import Consequence
from queries.difference import Answer

_MOST = 100
NAMES = ("change", "what", "of", "before", "after", "in", "said at")
_FOLLOWED = ("change", "of", "from", "to", "worst", "breaks", "rebuild", "unknown", "in")


def draw(answer: Answer, console: Console) -> None:
    """The sentence, a row per difference, what the changes break."""
    console.print(answer.headline, style="bold", markup=False)
    lines = people(answer)
    if lines:
        console.print()
        console.print(grid(NAMES, lines[:_MOST], width=console.width))
    if len(lines) > _MOST:
        console.print(f"{len(lines) - _MOST} more: --output csv or json has all", markup=False)
    if answer.consequences:
        console.print()
        rows = [_followed(one) for one in answer.consequences]
        title = f"What that does ({len(rows)})"
        console.print(grid(_FOLLOWED, rows, title=title, width=console.width))
    console.print()
    for text in notes(answer):
        console.print(text, markup=False)


def people(answer: Answer) -> list[tuple[str, ...]]:
    """A row per difference, by type."""
    return [_line(row) for row in answer.changes]


def notes(answer: Answer) -> list[str]:
    """What is not known on either side, and where the sides were seen."""
    state, found = answer.completeness, []
    if state.unknown_dependencies:
        found.append(f"of {state.unknown_dependencies} members nobody says what they lean on")
    if state.archived:
        found.append(f"{state.archived} archived assemblies are not compared: --scope all does")
    if answer.consequences_left:
        found.append(f"{answer.consequences_left} more changes were not followed")
    sides = (answer.before, answer.after)
    found.append("seen at " + " and ".join(f"revision {side.revision}" for side in sides))
    return found


def _line(row: Changed) -> tuple[str, ...]:
    key = row.key_after or row.key_before or ""
    what = row.element if row.edge is None else f"{row.element} {row.edge}"
    upstream = row.upstream_after or row.upstream_before
    of = f"{short(key)} > {short(upstream)}" if upstream else key
    if row.element == "member" and row.type != "version":
        of = short(key)
    elif row.type == "version":
        of = row.family
    told = row.claimed_after or row.claimed_before
    said = ", ".join(dict.fromkeys(f"r{one.revision}" for one in told[:3]))
    name = f"{row.type} {row.name}" if row.name and row.name != row.type else row.type
    assembly = row.assembly_after or row.assembly_before or ""
    held = "" if assembly == key else assembly
    moved = row.type in ("added", "removed")
    before, after = ("", "") if moved else (_texts(row.before), _texts(row.after))
    return name, what, of, before, after, held, said


def _texts(values: Sequence[str]) -> str:
    shown = ", ".join(values[:3]) + (f" and {len(values) - 3} more" if len(values) > 3 else "")
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _followed(one: Consequence) -> tuple[str, ...]:
    counts = one.counts
    numbers = (counts.breaks, counts.rebuild, counts.unknown) if counts else ()
    told = [str(number or "") for number in numbers] or ["", "", ""]
    verdict = one.verdict or one.failed or "nothing is reached"
    return (
        one.change, one.key, one.from_range or "", one.to or "", verdict, *told, one.assembly or ""
    )  # fmt: skip
