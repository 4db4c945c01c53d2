"""From what people type to keys: a key, a family, a name, an alias, a part of a name."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.errors import KeyMalformedError
from lineage.model.identity import Key, identify
from lineage.record.digest import Stamp
from lineage.record.prepared import folded
from lineage.record.session import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A key that a text may mean. ``how`` is key, family, name, alias or part."""

    key: Key
    how: str


def resolve(work: Work, tenant: int, stamp: Stamp, text: str) -> tuple[Match, ...]:
    """What exactly that text means, best kind of match only; () where nothing is known of it.

    A key is known where a statement is about it or a family has it; a bare name may be several.
    """
    exact = _exact(work, tenant, stamp, text)
    if exact:
        return (exact,)
    name = folded(text)
    head, _, version = name.partition("@") if ":" not in name else (name, "", "")
    rows = work.rows("SELECT key FROM family WHERE tenant = ? AND name = ?", tenant, head)
    matches = {Match(key=Key(row[0]), how="name") for row in rows}
    rows = work.rows("SELECT key FROM alias WHERE tenant = ? AND text = ?", tenant, head)
    matches |= {
        Match(key=Key(row[0]), how="alias")
        for row in rows
        if Match(key=Key(row[0]), how="name") not in matches
    }
    if version:
        found = (_exact(work, tenant, stamp, f"{match.key}@{version}") for match in matches)
        matches = {match for match in found if match is not None}
    return tuple(sorted(matches, key=lambda match: match.key))


def search(work: Work, tenant: int, text: str, limit: int) -> tuple[Match, ...]:
    """Families whose name, key or alias contains the text; whole names first, then by length."""
    part = "%" + folded(text).replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
    key = work.bytewise("key")
    rows = work.rows(
        "SELECT key, name FROM family WHERE tenant = ? AND"  # noqa: S608 - names of our own
        " (name LIKE ? ESCAPE '!' OR lower(key) LIKE ? ESCAPE '!')"
        f" ORDER BY length(name), {key} LIMIT ?",
        tenant, part, part, limit,
    )  # fmt: skip
    found = {row[0]: Match(key=Key(row[0]), how="part") for row in rows}
    more = work.rows(
        "SELECT key FROM alias"  # noqa: S608 - names of our own
        " WHERE tenant = ? AND text LIKE ? ESCAPE '!'"
        f" ORDER BY length(text), {key} LIMIT ?",
        tenant, part, limit,
    )  # fmt: skip
    for row in more:
        found.setdefault(row[0], Match(key=Key(row[0]), how="alias"))
    return tuple(found.values())[:limit]


def _exact(work: Work, tenant: int, stamp: Stamp, text: str) -> Match | None:
    try:
        identity = identify(text)
    except KeyMalformedError:
        return None
    number = stamp.name("key", identity.key)
    if identity.version is None:
        row = work.one("SELECT key FROM family WHERE tenant = ? AND id = ?", tenant, number)
        if row:
            return Match(key=identity.key, how="family")
    row = work.one(
        "SELECT 1 FROM statement WHERE tenant = ? AND subject = ? LIMIT 1", tenant, number
    )
    if row:
        return Match(key=identity.key, how="key")
    where = stamp.name("assembly", identity.key)
    row = work.one("SELECT 1 FROM assembly WHERE tenant = ? AND id = ?", tenant, where)
    return Match(key=identity.key, how="key") if row else None
