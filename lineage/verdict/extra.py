"""Another extra of the same release as a way out: its own lines instead of those asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from lineage.model.claim import Requirement
from lineage.model.identity import Key
from lineage.verdict.marker import active
from lineage.verdict.outcome import Fix
from lineage.verdict.release import Release

Lines = Mapping[Key, tuple[Requirement, ...]]
Found = TypeVar("Found")


def other_extra(
    release: Release,
    own: Collection[str],
    environment: tuple[tuple[str, str], ...],
    fits: Callable[[Lines], Found | None],
) -> tuple[str, Found] | None:
    """The first extra by name, none of one's own, whose lines fit, and what ``fits`` found."""
    for extra in sorted({one.wish.extra for one in release.lines if one.wish.extra}):
        if extra in own:
            continue
        lines: dict[Key, tuple[Requirement, ...]] = {}
        for one in release.lines:
            if one.wish.extra == extra and active(one.wish, environment, (extra,)):
                lines[one.family] = (*lines.get(one.family, ()), one.wish)
        found = fits(lines)
        if found is not None:
            return extra, found
    return None


def instead(component: Key, extra: str, own: Collection[str], newest: Key | None = None) -> Fix:
    """Asking for that extra instead of one's own, as a fix; ``newest`` is what it leads to."""
    asked = " and ".join(f"[{one}]" for one in sorted(own))
    return Fix(action="extra", key=component, note=f"[{extra}] instead of {asked}", newest=newest)
