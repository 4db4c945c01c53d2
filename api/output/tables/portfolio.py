"""What a change breaks by service and owner, on a screen and as rows of its own."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

from rich.console import Console

from api.output.tables.grid import grid
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
    console.print(answer.headline, style="bold", markup=False)
    lines = people(answer)
    if lines:
        console.print()
        console.print(grid(NAMES, lines[:_MOST]))
    if len(lines) > _MOST:
        more = len(lines) - _MOST
        console.print(f"{more} more rows: --output csv or json has them all", markup=False)
    console.print()
    console.print(_totals(answer), markup=False)
    console.print(f"revision {answer.revision}, pack {answer.pack_revision}", markup=False)


def people(answer: ImpactAnswer) -> list[tuple[str, ...]]:
    """The rows that people want to see first: all but what is folded and what survives."""
    return [_line(row) for row in answer.portfolio if _is_shown(row)]


def _is_shown(row: PortfolioRow) -> bool:
    return row.verdict != "SURVIVES" and not VERDICTS.get(row.verdict).folded


def _line(row: PortfolioRow) -> tuple[str, ...]:
    cause = short(row.cause)
    said = f"{cause} ({row.requirement})" if row.requirement else cause
    return (
        short(row.service),
        row.owner or "nobody named",
        row.deployment_environment or "",
        f"{row.verdict}/{row.reason}" if row.reason else row.verdict,
        said,
        str(row.count) if row.count else "",
        f"{row.same_lock} services" if row.same_lock > 1 else "",
    )


def _totals(answer: ImpactAnswer) -> str:
    services: dict[str, set[str]] = {}
    for row in answer.portfolio:
        services.setdefault(row.verdict, set()).update(row.services)
    every = {key for found in services.values() for key in found}
    worst: dict[str, int] = {}
    seen: set[str] = set()
    for verdict, found in services.items():
        worst[verdict] = len(found - seen)
        seen |= found
    said = ", ".join(f"{n} {verdict}" for verdict, n in worst.items() if n)
    kinds = {identify(key).kind for key in every}
    what = "services" if kinds <= {"service"} else "services and what no service carries"
    left = answer.completeness.archived
    out = f"; {left} archived assemblies left out" if left else ""
    return f"{len(every)} {what}, each by its worst verdict: {said or 'none'}{out}"
