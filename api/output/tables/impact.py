"""What a change breaks, on a screen."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

from rich.console import Console

from api.output.tables.grid import grid
from api.output.tables.provenance import short
from lineage.model.identity import identify
from lineage.vocabulary.changes import VERDICTS
from queries.affected import Affected, WayOut
from queries.impact import ImpactAnswer

_MOST = 60
NAMES = ("verdict", "component", "in", "because", "fix")


def draw(answer: ImpactAnswer, console: Console) -> None:
    """The sentence, a row per verdict that is not folded, the folded ones as counts."""
    console.print(answer.headline, style="bold", markup=False)
    lines = people(answer)
    if lines:
        console.print()
        console.print(grid(NAMES, lines[:_MOST]))
    if len(lines) > _MOST:
        more = len(lines) - _MOST
        console.print(f"{more} more: --output csv or json has them all", markup=False)
    for warning in answer.warnings:
        console.print(f"warning: {warning}", style="yellow", markup=False)
    console.print()
    console.print(_sum(answer), markup=False)
    console.print(_unseen(answer), markup=False)
    console.print(f"revision {answer.revision}, pack {answer.pack_revision}", markup=False)


def people(answer: ImpactAnswer) -> list[tuple[str, ...]]:
    """The rows that people want to see first: all but the folded verdicts, worst first."""
    return [_line(one) for one in answer.affected if not VERDICTS.get(one.verdict).folded]


def _line(one: Affected) -> tuple[str, ...]:
    verdict = f"{one.verdict}/{one.reason}" if one.reason else one.verdict
    component = f"{one.name} {one.version}" if one.version else one.name
    return verdict, component, short(one.assembly) if one.assembly else "", _because(one), _fix(one)


def _because(one: Affected) -> str:
    if not one.because:
        return ""
    first = one.because[0]
    if first.bound is not None:
        said = first.bound
    elif first.requirement is not None:
        said = f"{identify(first.on).name}{first.requirement or ' (any)'}"
    else:
        said = short(first.on)
    more = len(one.because) - 1
    return said + (f" (+{more})" if more else "")


def _fix(one: Affected) -> str:
    fix: WayOut | None = one.fix
    if fix is None:
        return ""
    if fix.fitting is not None and fix.note:
        return f"{short(fix.key)} {fix.note}" if fix.action in ("upgrade", "replace") else fix.note
    known = f"{short(fix.key)} {fix.version}" if fix.version else short(fix.key)
    return fix.note or f"{fix.action} {known}"


def _sum(answer: ImpactAnswer) -> str:
    counts = {field.name: getattr(answer.counts, field.name) for field in fields(answer.counts)}
    folded = Counter(one.verdict for one in answer.affected if VERDICTS.get(one.verdict).folded)
    said = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
    hint = f" (folded: {', '.join(sorted(folded))})" if folded else ""
    return f"{said or 'nothing is reached'}{hint}"


def _unseen(answer: ImpactAnswer) -> str:
    state = answer.completeness
    gaps = {
        field.name: value
        for field in fields(state)
        if isinstance(value := getattr(state, field.name), int) and not isinstance(value, bool)
    }
    said = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in gaps.items() if n)
    cut = f", cut by {state.truncated_by}" if state.truncated_by else ""
    return f"{'complete' if state.complete else 'not complete'}: {said or 'nothing unseen'}{cut}"
