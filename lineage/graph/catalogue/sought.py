"""Text search over components: each distinct name and alias is looked at once, the best come first.

Ranked: the name itself (or the key), a name that begins with the text, a word of a name that does,
a name that contains it, then keys, then aliases in the same way. Among equals what more leans on
comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lineage.graph.catalogue import component
from lineage.graph.catalogue import predicate as ask
from lineage.graph.catalogue.catalogue import Catalogue
from lineage.graph.catalogue.column import Column
from lineage.graph.catalogue.dictionary import Ints
from lineage.graph.catalogue.row import ComponentRow
from lineage.graph.catalogue.value import VALUE, Said

_WORD = re.compile(r"[^a-z0-9]+")
_WHOLE, _BEGINS, _WORD_BEGINS, _INSIDE, _IN_KEY = range(5)
_ALIAS = 5
_NOWHERE = 255
_ALIASES = f"{component.PROPERTY}alias"
Ranks = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A component that was found; ``matched`` is the name, key or alias that has the text."""

    row: ComponentRow
    rank: int
    matched: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """The best hits, and how many there are in all."""

    hits: tuple[Hit, ...]
    total: int


def sought(
    catalogue: Catalogue, text: str, kinds: Iterable[str] = (), first: int | None = None
) -> Sought:
    """The components of these kinds (none: all) that a text is found in; the ``first`` of them.

    A text of blanks is found nowhere.
    """
    wanted = text.strip().lower()
    if not wanted:
        return Sought(hits=(), total=0)
    axis, among = catalogue.components.axis, frozenset(kinds)
    inside = ask.HasText(wanted)
    names, aliases = axis.column("name"), axis.column(_ALIASES)
    by_name = _spread(names, {
        code: _rank(wanted, str(names.values.values[code]).lower())
        for code in _passing(names, inside)
    })  # fmt: skip
    by_key, keys = _by_key(catalogue, wanted, inside)
    best = {code: _alias(wanted, aliases.values.values[code]) for code in _passing(aliases, inside)}
    by_alias = _spread(aliases, {code: rank + _ALIAS for code, (rank, _) in best.items()})
    ranks = np.where(by_name != _NOWHERE, by_name, np.where(by_key != _NOWHERE, by_key, by_alias))
    found = ranks != _NOWHERE
    found &= axis.chosen(ask.Column("kind", ask.OneOf(among)) if among else None).yes
    slots = _first(catalogue, ranks, np.flatnonzero(found), first)

    def matched(slot: int) -> str:
        if by_name[slot] != _NOWHERE:
            return str(names.at(slot))
        if by_key[slot] != _NOWHERE:
            return keys.get(slot, axis.key(slot))
        return best[int(aliases.codes[slot])][1]

    rows = catalogue.components.rows(slots)
    hits = (
        Hit(row=row, rank=int(ranks[slot]), matched=matched(slot))
        for slot, row in zip(slots.tolist(), rows, strict=True)
    )
    return Sought(hits=tuple(hits), total=int(np.count_nonzero(found)))


def _rank(wanted: str, name: str) -> int:
    if name == wanted:
        return _WHOLE
    if name.startswith(wanted):
        return _BEGINS
    if any(word.startswith(wanted) for word in _WORD.split(name)):
        return _WORD_BEGINS
    return _INSIDE


def _alias(wanted: str, values: Any) -> tuple[int, str]:
    """The alias of a component that fits best; one of them has the text."""
    several = values if type(values) is tuple else (values,)
    texts = [one.text for one in several if isinstance(one, Said) and one.state == VALUE]
    return min((_rank(wanted, one.lower()), one) for one in texts if wanted in one.lower())


def _by_key(
    catalogue: Catalogue, wanted: str, inside: ask.HasText
) -> tuple[Ranks, Mapping[int, str]]:
    """How keys fit, and the key that does of a row that is shown under another one."""
    axis = catalogue.components.axis
    has = axis.column("key").truth(inside).yes
    ranks = np.where(has, np.uint8(_IN_KEY), np.uint8(_NOWHERE))
    whole = (slot for slot in np.flatnonzero(has).tolist() if len(axis.key(slot)) == len(wanted))
    ranks[list(whole)] = _WHOLE
    others: dict[int, str] = {}
    for key, shown in sorted(catalogue.view.canonical.items()):
        slot = axis.slot(shown)
        if slot is None or key == shown or wanted not in key.lower():
            continue
        rank = _WHOLE if key.lower() == wanted else _IN_KEY
        if rank < ranks[slot]:
            ranks[slot] = rank
            others[slot] = key
    return ranks, others


def _passing(column: Column, test: ask.HasText) -> list[int]:
    return np.flatnonzero(column.values.truth(test)[0]).tolist()


def _spread(column: Column, ranks: Mapping[int, int]) -> Ranks:
    """The rank of each row's value."""
    table = np.full(len(column.values), _NOWHERE, dtype=np.uint8)
    table[list(ranks)] = list(ranks.values())
    return table.take(column.codes)


def _first(catalogue: Catalogue, ranks: Ranks, slots: Ints, first: int | None) -> Ints:
    """The first of these rows: by rank, by what leans on them, by length of name, by key."""
    axis = catalogue.components.axis
    count = len(slots) if first is None else max(0, first)
    if count < len(slots):  # those of a worse rank than the last one shown need no order
        upto = np.cumsum(np.bincount(ranks[slots], minlength=_NOWHERE))
        slots = slots[ranks[slots] <= np.searchsorted(upto, count)]
    names = axis.column("name")
    lengths = np.fromiter((len(str(one)) for one in names.values.values), dtype=np.int64)
    weight = _numbers(axis.column("held_by"), slots) + _numbers(axis.column("leaned_on"), slots)
    order = np.lexsort(
        (axis.key_rank()[slots], lengths[names.codes[slots]], -weight, ranks[slots])
    )  # fmt: skip
    return slots[order][:count]


def _numbers(column: Column, slots: Ints) -> Ints:
    table = np.array([one or 0 for one in column.values.values], dtype=np.int64)
    return table[column.codes[slots]]
