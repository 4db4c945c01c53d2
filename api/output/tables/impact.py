"""What a change breaks, on a screen: as a colleague would tell it."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap

from rich.console import Console

from api.output.tables.grid import fits, grid
from api.output.tables.impactline import because, fix, label, may_leave, reasoned
from api.output.tables.impactsection import Section, closing, sections
from api.output.tables.provenance import short
from lineage.vocabulary.changes import VERDICTS
from queries.affected import Affected
from queries.impact import ImpactAnswer

_MOST = 60
_LED = ("CARRIES", "WAITS")
NAMES = ("verdict", "component", "in", "because", "fix")


def draw(answer: ImpactAnswer, console: Console) -> None:
    """The sentence, what to do first, what breaks, what follows from it, what nobody looked at."""
    tell(answer, people(answer), console)


def tell(
    answer: ImpactAnswer,
    lines: list[tuple[str, ...]],
    console: Console,
    most: int | None = _MOST,
) -> None:
    """The answer with these lines as its table; ``most`` of them (None: all)."""
    said(answer.headline, console, style="bold")
    first, *rest = sections(answer)
    _section(first, console)
    if lines:
        console.print()
        if fits(NAMES, lines[:most], console.width):
            console.print(grid(NAMES, lines[:most], width=console.width))
        else:
            _stack(lines[:most], console)
    if most is not None and len(lines) > most:
        said(f"{len(lines) - most} more rows; --all shows them, --output csv has each", console)
    for section in rest:
        _section(section, console)
    console.print()
    for text in closing(answer):
        said(text, console)


def _stack(lines: Iterable[tuple[str, ...]], console: Console) -> None:
    """The same rows where the columns do not stand side by side: one thing under the other."""
    for verdict, component, place, why, way in lines:
        where = f" in {place}" if place else ""
        said(f"{verdict}  {component}{where}", console, indent="  ")
        if why:
            said(f"  {why}", console, indent="    ")
        if way:
            said(f"  fix: {way}", console, indent="    ")


def said(text: str, console: Console, *, indent: str = "", style: str = "") -> None:
    """A text broken at blanks only, later lines indented."""
    lines = wrap(
        text, console.width, subsequent_indent=indent, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    for line in lines:
        console.print(line, style=style or None, markup=False, soft_wrap=True)


def people(answer: ImpactAnswer) -> list[tuple[str, ...]]:
    """The rows that people want to see first, worst first, equal ones of several assemblies once.

    What carries, waits, survives or may leave is told apart; what is folded is counted.
    """
    return rows(
        one
        for one in answer.affected
        if one.reason not in _LED
        and one.verdict != "SURVIVES"
        and not VERDICTS.get(one.verdict).folded
        and not may_leave(one)
    )


def notes(answer: ImpactAnswer) -> list[str]:
    """What else is said of the answer, one line each."""
    first, *rest = sections(answer)
    found = [f"{one.title}: {'; '.join(one.lines)}" for one in (first, *rest) if one.lines]
    return [*found, *closing(answer)]


def rows(affected: Iterable[Affected]) -> list[tuple[str, ...]]:
    """A row for each of these; those that say the same of several assemblies share one."""
    folded: dict[tuple[str, ...], list[str]] = {}
    for one in affected:
        line = _line(one)
        folded.setdefault(line, []).append(short(one.assembly) if one.assembly else "")
    return [
        (verdict, component, _places(places), *more)
        for (verdict, component, *more), places in folded.items()
    ]


def _line(one: Affected) -> tuple[str, ...]:
    return reasoned(one), label(one), because(one), fix(one.fix)


def _places(places: list[str]) -> str:
    if len(places) > 3:
        return f"{len(places)} assemblies"
    return ", ".join(place for place in places if place)


def _section(section: Section, console: Console) -> None:
    if section.lines:
        console.print()
        if len(section.lines) == 1:
            said(f"{section.title}: {section.lines[0]}", console, indent="  ")
            return
        said(f"{section.title}:", console)
        for text in section.lines:
            said(f"  {text}", console, indent="    ")
