"""Ways between two components on a screen."""

from __future__ import annotations

from rich.console import Console

from api.output.tables.grid import grid
from queries.hop import Hop
from queries.paths import Answer

NAMES = ("way", "hop", "downstream", "edge", "upstream", "in", "claimed by")


def draw(answer: Answer, console: Console) -> None:
    """The sentence, then a line per hop of every way."""
    console.print(answer.headline, style="bold", markup=False)
    if answer.paths:
        console.print()
        console.print(grid(NAMES, people(answer), width=console.width))
    console.print()
    for text in notes(answer):
        console.print(text, markup=False)


def people(answer: Answer) -> list[tuple[str, ...]]:
    """A row per hop, from the component that was named first to the other."""
    return [
        (str(way.rank) if number == 1 else "", str(number), *_ends(hop))
        for way in answer.paths
        for number, hop in enumerate(way.hops, start=1)
    ]


def notes(answer: Answer) -> list[str]:
    """What the search did not see, and where it was asked."""
    state, found = answer.completeness, []
    if state.truncated_by == "first":
        found.append(f"only the first {len(answer.paths)}: --first shows more")
    if state.truncated_by == "depth":
        found.append(f"only ways of at most {answer.depth} hops were looked for")
    if state.truncated_by == "budget":
        found.append("the search was ended before it had seen all ways")
    if state.unknown_dependencies:
        found.append(
            f"of {state.unknown_dependencies} members that were passed by nobody says what they "
            "lean on"
        )
    return [*found, f"revision {answer.revision}"]


def _ends(hop: Hop) -> tuple[str, ...]:
    wish = " ".join(one.raw for one in hop.requirements if one.raw)
    loose = "(unpinned)" if hop.unpinned else ""
    edge = " ".join(filter(None, [hop.edge, wish, loose]))
    sources = dict.fromkeys(f"{one.stream}@r{one.revision}" for one in hop.claimed_by)
    held = "" if hop.assembly in (hop.downstream, hop.upstream) else hop.assembly or ""
    return hop.downstream, edge, hop.upstream, held, ", ".join(list(sources)[:2])
