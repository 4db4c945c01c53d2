"""What a change breaks by service and owner, on a screen and as rows of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import ClassVar

from rich.console import Console

from api.output.tables.grid import grid
from api.output.tables.impact import said
from api.output.tables.impactsection import many
from api.output.tables.provenance import short
from lineage.model.identity import identify
from lineage.vocabulary.changes import VERDICTS
from queries.impact import ImpactAnswer
from queries.portfolio import PortfolioRow

_MOST = 60
NAMES = ("service", "owner", "runs in", "verdict", "because of", "members", "same lock")


@dataclass(frozen=True, slots=True, kw_only=True)
class ByService(ImpactAnswer):
    """The same answer; its rows are those of ``portfolio``."""

    ROWS: ClassVar[str] = "portfolio"


def by_service(answer: ImpactAnswer) -> ByService:
    """The answer with the portfolio as its rows."""
    return ByService(**{field.name: getattr(answer, field.name) for field in fields(answer)})


def draw(answer: ByService, console: Console) -> None:
    """The sentence, one row per service, verdict and cause, and what was left out."""
    said(answer.headline, console, style="bold")
    lines = people(answer)
    if lines:
        console.print()
        console.print(grid(NAMES, lines[:_MOST], width=console.width))
    if len(lines) > _MOST:
        said(f"{len(lines) - _MOST} more rows: --output csv or json has them all", console)
    console.print()
    for text in notes(answer):
        said(text, console)


def notes(answer: ImpactAnswer) -> list[str]:
    """The totals by verdict and by owner, and what the answer was seen at."""
    return [*_totals(answer), f"Seen at revision {answer.revision}, pack {answer.pack_revision}."]


def people(answer: ImpactAnswer) -> list[tuple[str, ...]]:
    """The rows that people want to see first: all but what is folded and what survives."""
    return [_line(row) for row in answer.portfolio if _is_shown(row)]


def _is_shown(row: PortfolioRow) -> bool:
    return row.verdict != "SURVIVES" and not VERDICTS.get(row.verdict).folded


def _line(row: PortfolioRow) -> tuple[str, ...]:
    cause = short(row.cause)
    why = f"{cause} ({row.requirement})" if row.requirement else cause
    return (
        short(row.service),
        row.owner or "nobody named",
        row.deployment_environment or "",
        f"{row.verdict}/{row.reason}" if row.reason else row.verdict,
        why,
        str(row.count) if row.count else "",
        f"{row.same_lock} services" if row.same_lock > 1 else "",
    )


def _totals(answer: ImpactAnswer) -> Iterator[str]:
    worst: dict[str, str] = {}
    owners: dict[str, set[str]] = {}
    for row in answer.portfolio:
        for service in row.services:
            worst.setdefault(service, row.verdict)
        if row.verdict == "BREAKS":
            owners.setdefault(row.owner or "nobody named", set()).update(row.services)
    counted = Counter(worst.values())
    services = sum(1 for key in worst if identify(key).kind == "service")
    alone = len(worst) - services
    what = many(services, "service") + (f" and {alone} that no service carries" if alone else "")
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in counted.items())
    yield f"{what}, each by its worst verdict: {verdicts or 'none is reached'}."
    if owners:
        told = sorted(owners.items(), key=lambda row: (-len(row[1]), row[0]))
        yield "Broken by owner: " + ", ".join(f"{who} {len(some)}" for who, some in told) + "."
    left = answer.completeness.archived
    if left:
        yield f"Left out: {left} archived (--scope all takes them)."
