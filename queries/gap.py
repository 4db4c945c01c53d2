"""What nobody says of a lineage, and how complete that leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lineage.model.identity import Key
from lineage.record.view import View
from queries.hop import Hop
from queries.index import Index
from queries.met import by_depth, described
from queries.need import is_met, needs_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A fact that a reproducible lineage needs of this component and nobody claims."""

    key: str
    fact: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenanceCompleteness:
    """How much of what is needed is claimed. ``score`` is null where nothing is needed.

    ``complete`` is false where the walk was cut (``truncated_by`` says by what) or facts are
    missing. ``archived`` counts assemblies that were left out, ``unresolved`` moving names that
    nobody states.
    """

    complete: bool
    truncated_by: str | None
    score: float | None
    claimed: int
    needed: int
    formula: str
    archived: int
    uncounted: int
    unresolved: int


def gaps_of(
    view: View, index: Index, depths: Mapping[Key, int], hops: Iterable[Hop]
) -> tuple[tuple[Gap, ...], int]:
    """The gaps of a lineage (components by depth), and how many facts it needs in all."""
    found: list[Gap] = []
    needed = 0
    for key in by_depth(depths):
        for need in needs_of(described(view, key)[0]):
            needed += 1
            if not is_met(need, key, view, index):
                found.append(Gap(key=key, fact=need.fact, text=need.text))
    for hop in hops:
        if hop.unpinned:
            needed += 1
            found.append(Gap(key=hop.upstream, fact="pin", text="which version of it was meant"))
    return tuple(found), needed


def completeness_of(
    view: View, gaps: tuple[Gap, ...], needed: int, *, truncated: bool
) -> ProvenanceCompleteness:
    """The score with its formula, and what the view left out."""
    have = needed - len(gaps)
    score = round(have / needed, 3) if needed else None
    ratio = f"{have} / {needed} = {score:.3f}" if score is not None else "nothing is needed"
    return ProvenanceCompleteness(
        complete=not gaps and not truncated,
        truncated_by="budget" if truncated else None,
        score=score,
        claimed=have,
        needed=needed,
        formula=(
            f"score = claimed / needed = {ratio}: needed are, for the component and each one "
            "upstream, the facts that its kind needs for a reproducible lineage, and one for "
            "each hop to a name without a version; claimed are those that somebody claims "
            "(none and not_applicable count, unknown and withheld do not)"
        ),
        archived=len(view.left_out.archived),
        uncounted=len(view.left_out.uncounted),
        unresolved=view.left_out.unresolved,
    )
