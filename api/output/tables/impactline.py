"""One affected component in words: its name, what speaks for the verdict, the way out."""

from __future__ import annotations

from api.output.tables.provenance import short
from lineage.model.identity import identify
from queries.affected import Affected, WayOut


def label(one: Affected) -> str:
    """Name and version."""
    return f"{one.name} {one.version}" if one.version else one.name


def reasoned(one: Affected) -> str:
    """The verdict with its reason."""
    return f"{one.verdict}/{one.reason}" if one.reason else one.verdict


def may_leave(one: Affected) -> bool:
    """Whether all that is said of it is that what asked for it goes: nobody knows who else does."""
    if one.verdict != "NOTICE" or one.assembly is None or not one.because:
        return False
    first = one.because[0]
    alone = first.requirement is None and first.bound is None
    return alone and one.path[-1].edge == "depends_on"


def because(one: Affected) -> str:
    """The deciding evidence and how many more there are."""
    if not one.because:
        return ""
    first = one.because[0]
    if first.bound is not None and first.requirement and " " in first.bound:
        said = f"{first.bound}, needs {first.requirement}"
    elif first.bound is not None:
        said = first.bound
    elif first.requirement is not None:
        said = line(first.on, first.requirement)
    else:
        said = short(first.on)
    if first.against:
        said += f"; {first.against}"
    more = len(one.because) - 1
    return said + (f" (+{more})" if more else "")


def line(key: str, requirement: str) -> str:
    """A declared line, with a blank to break it at."""
    return f"{identify(key).name} {requirement or '(any)'}"


def fix(way: WayOut | None) -> str:
    """The way out, and who forbids it."""
    if way is None:
        return ""
    known = f"{short(way.key)} {way.version}" if way.version else short(way.key)
    text = way.note or f"{way.action} {known}"
    if way.fitting is not None and way.note and way.action in ("upgrade", "replace"):
        text = f"{short(way.key)} {way.note}"
    if way.forbidden_by:
        first = way.forbidden_by[0]
        more = len(way.forbidden_by) - 1
        text += f"; forbidden by {short(first.key)} ({first.requirement})"
        text += f" and {more} more" if more else ""
    return text
