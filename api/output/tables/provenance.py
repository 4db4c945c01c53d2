"""A lineage on a screen."""

from __future__ import annotations

from rich.console import Console

from api.output.tables.grid import grid
from api.output.tables.leftout import left_out
from lineage.model.identity import identify
from queries.met import LineageItem, MetEnergy
from queries.provenance import Answer, Upstream

_MOST = 60
NAMES = ("depth", "edge", "upstream", "claimed by")


def draw(answer: Answer, console: Console) -> None:
    """The sentence, the hops, licences, what else is known, the gaps and the score."""
    console.print(answer.headline, style="bold", markup=False)
    if answer.upstream:
        console.print()
        console.print(
            grid(NAMES, people(answer)[:_MOST])
        )  # fmt: skip
        _more(console, len(answer.upstream))
    if answer.licences:
        console.print()
        console.print(
            grid(
                ("licence", "category", "of", "obliges to"),
                [
                    (
                        licence.licence or f"({licence.state})",
                        ", ".join(dict.fromkeys(term.category for term in licence.terms)),
                        short(licence.key),
                        "; ".join(dict.fromkeys(o for t in licence.terms for o in t.obligations)),
                    )
                    for licence in answer.licences[:_MOST]
                ],
            )
        )
        _more(console, len(answer.licences))
    for title, items in (("hardware", answer.hardware), ("software", answer.software),
                         ("evaluated on", answer.evaluations)):  # fmt: skip
        _items(console, title, items)
    for energy in answer.energy:
        console.print(f"{energy.claim.name} of {short(energy.key)}: {amount(energy)}", markup=False)
    if answer.gaps:
        console.print()
        console.print(
            grid(("nobody says", "of"),
                 [(gap.text, short(gap.key)) for gap in answer.gaps[:_MOST]])
        )  # fmt: skip
        _more(console, len(answer.gaps))
    console.print()
    state = answer.completeness
    console.print(f"{state.formula}; revision {answer.revision}", markup=False)
    if state.truncated_by:
        console.print(f"ended by its {state.truncated_by}: there may be more", markup=False)
    for text in left_out(state):
        console.print(text, markup=False)


def people(answer: Answer) -> list[tuple[str, ...]]:
    """A row per hop, nearest first."""
    return [_hop(row) for row in answer.upstream]


def _hop(row: Upstream) -> tuple[str, ...]:
    hop = row.hop
    role = hop.role if hop and hop.role not in ("", "unspecified") else ""
    loose = "(unpinned)" if hop and hop.unpinned else ""
    edge = " ".join(filter(None, [hop.edge if hop else "", role, loose]))
    sources = (
        list(dict.fromkeys(f"{s.stream}@r{s.revision}" for s in hop.claimed_by)) if hop else []
    )
    return str(row.depth), edge, row.key, ", ".join(sources[:2])


def short(key: str) -> str:
    """Name and version of a key."""
    identity = identify(key)
    return f"{identity.name} {identity.version}" if identity.version else identity.name


def _items(console: Console, title: str, items: tuple[LineageItem, ...]) -> None:
    for item in items[:_MOST]:
        of = f" (of {short(item.of)})" if item.of else ""
        console.print(f"{title}: {item.key}{of}", markup=False)
    _more(console, len(items))


def amount(energy: MetEnergy) -> str:
    """A quantity with its unit and what it was used for."""
    value = energy.claim.value
    if not isinstance(value, dict):
        return f"{value} {energy.unit}"
    for_what = f" ({value['activity']})" if value.get("activity") else ""
    return f"{value.get('value')} {value.get('unit') or energy.unit}{for_what}"


def _more(console: Console, total: int) -> None:
    if total > _MOST:
        console.print(f"{total - _MOST} more: --output json shows all", markup=False)
