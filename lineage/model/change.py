"""A change that people ask about: what, from where, to where (design section 5)."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.model.identity import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change. ``kind`` is a row of CHANGES; ``key`` a family, a component or a capability.

    ``from_range`` is a range of the key's scheme (a bare number is its prefix: 12 is 12.*);
    ``to`` the target ("13" means any 13.x), None where none was named.
    """

    kind: str
    key: Key
    from_range: str | None = None
    to: str | None = None
