"""What a difference brings about: each changed version followed to what it breaks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from lineage.errors import LineageError
from lineage.model.change import Change
from lineage.model.identity import Key, identify
from lineage.model.revision import At
from lineage.record.view import View
from lineage.verdict.judge import Rules
from lineage.vocabulary.changes import VERDICTS
from queries.affected import affected_of
from queries.changed import Changed
from queries.judged import judged
from queries.naming import Named
from queries.question import Handle
from queries.ruling import RULES
from queries.tally import Counts, counts_of

MOST = 200
_ELEMENTS = ("member", "component")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What one change does, asked of the side before it.

    ``change`` is upgrade or remove; ``verdict`` the worst that anything gets (null where nothing
    is reached); ``assembly`` narrows it to the one that was compared. ``failed`` says why it could
    not be judged.
    """

    change: str
    key: str
    from_range: str | None
    to: str | None
    assembly: str | None
    verdict: str | None
    counts: Counts | None
    failed: str | None


class Consequences(NamedTuple):
    """The rows (None: not asked), and how many changes were left out because they are too many."""

    rows: tuple[Consequence, ...] | None
    left: int


def consequences_of(
    rows: Iterable[Changed], view: View, at: At, handle: Handle, *, of: str
) -> Consequences:
    """Follow the changed versions and what was removed; at most 200 of them, by family.

    Between two assemblies a change is asked of the first of them, else of the estate before it.
    """
    if of == "document":
        # A document alone is no estate: what it breaks, it breaks where it stands now.
        view = handle.views.view(at)
    asked: dict[tuple[str, Key, str | None, str | None, Key | None], None] = {}
    for row in rows:
        held = Key(row.assembly_before) if row.assembly_before and of == "assembly" else None
        if row.element not in _ELEMENTS:
            continue
        family = identify(row.family).family
        if row.type == "version" and row.before and row.after:
            asked["upgrade", family, row.before[0], row.after[0], held] = None
        elif row.type == "removed":
            asked["remove", family, row.before[0] if row.before else None, None, held] = None
    ordered = sorted(asked, key=lambda one: tuple(part or "" for part in one))
    rules = RULES.of(view)
    made = [_followed(one, view, rules, at, handle) for one in ordered[:MOST]]
    return Consequences(tuple(made), max(0, len(ordered) - MOST))


def _followed(
    one: tuple[str, Key, str | None, str | None, Key | None],
    view: View,
    rules: Rules,
    at: At,
    handle: Handle,
) -> Consequence:
    kind, family, source, to, held = one
    keys = view.families.get(family) or tuple(
        key for key, node in view.nodes.items() if node.family == family
    )
    named = Named(key=family, family=True, keys=keys)
    change = Change(kind=kind, key=family, from_range=source, to=to)
    place = replace(at, revision=view.revision.number)
    verdict, counts, failed = None, None, None
    try:
        within = None if held is None else [held]
        _, outcome = judged(change, named, rules, handle, place, within)
        affected = affected_of(outcome, view)
        counts = counts_of(affected, outcome)
        verdict = min((one.verdict for one in affected), key=VERDICTS.names().index, default=None)
    except LineageError as error:
        failed = str(error)
    return Consequence(
        change=kind,
        key=family,
        from_range=source,
        to=to,
        assembly=held,
        verdict=verdict,
        counts=counts,
        failed=failed,
    )
