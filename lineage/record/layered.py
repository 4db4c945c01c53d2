"""A mapping that never changes, of which the next one costs what is another in it.

The living state of a tenant and what a view is made of are such mappings: a push changes a few of
a hundred thousand rows, and whoever still sees the state before it sees it as it was.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Any, Self, TypeVar

K = TypeVar("K")
V = TypeVar("V")
BESIDE = 512
"""So many rows at most stand beside the ones they were changed from; then all are one again."""
_NONE: Any = object()  # not there at all
_GONE: Any = object()  # there below, and taken away


class Layered(Mapping[K, V]):
    """Rows by key, iterated in the order of their keys. Safe to share between threads."""

    __slots__ = ("_layers", "_size")

    def __init__(self, rows: Mapping[K, V] | None = None) -> None:
        """The rows as they are given now."""
        found: dict[Any, V] = dict(rows or {})
        self._layers: tuple[dict[Any, V], dict[Any, Any]] = (_ordered(found), {})
        self._size = len(found)

    def changed(self, put: Mapping[K, V], drop: Iterable[K] = ()) -> Self:
        """The same with these rows, without those; nothing happens to this one."""
        gone = [key for key in drop if key in self]
        if not put and not gone:
            return self
        base, over = self._layers
        over = {**over, **put}
        for key in gone:
            over[key] = _GONE
        found = object.__new__(type(self))
        found._size = self._size + sum(key not in self for key in put) - len(gone)
        found._layers = (_flat(base, over), {}) if len(over) > BESIDE else (base, over)
        return found

    def layers(self) -> tuple[Mapping[K, V], Mapping[K, V | None]]:
        """The rows below, and those beside them that hold instead; None where one is gone."""
        base, over = self._layers
        return base, {key: None if row is _GONE else row for key, row in over.items()}

    def others(self, other: Layered[K, V]) -> set[K] | None:
        """The keys that may have another row in the other one; None where that is not known."""
        (base, over), (below, beside) = self._layers, other._layers
        return {*over, *beside} if base is below else None

    def __getitem__(self, key: K) -> V:
        base, over = self._layers
        found = over.get(key, _NONE) if over else _NONE
        if found is _NONE:
            return base[key]
        if found is _GONE:
            raise KeyError(key)
        row: V = found
        return row

    def get(self, key: K, default: Any = None) -> Any:
        """The row of a key, or what is given instead."""
        base, over = self._layers
        found = over.get(key, _NONE) if over else _NONE
        if found is _NONE:
            return base.get(key, default)
        return default if found is _GONE else found

    def __contains__(self, key: object) -> bool:
        return self.get(key, _NONE) is not _NONE  # type: ignore[arg-type]

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[K]:
        return iter(self._whole())

    def keys(self) -> KeysView[K]:
        """The keys, in their order."""
        return self._whole().keys()

    def items(self) -> ItemsView[K, V]:
        """The rows with their keys, in the order of these."""
        return self._whole().items()

    def values(self) -> ValuesView[V]:
        """The rows, in the order of their keys."""
        return self._whole().values()

    def _whole(self) -> dict[Any, V]:
        base, over = self._layers
        if over:
            base = _flat(base, over)
            self._layers = (base, {})
        return base


class Joined(Mapping[K, V]):
    """The rows of two mappings that have no key in common; those of the first come first."""

    __slots__ = ("first", "second")

    def __init__(self, first: Mapping[K, V], second: Mapping[K, V]) -> None:
        self.first = first
        self.second = second

    def __getitem__(self, key: K) -> V:
        found = self.first.get(key, _NONE)
        return self.second[key] if found is _NONE else found

    def get(self, key: K, default: Any = None) -> Any:
        """The row of a key, or what is given instead."""
        found = self.first.get(key, _NONE)
        return self.second.get(key, default) if found is _NONE else found

    def __contains__(self, key: object) -> bool:
        return key in self.first or key in self.second

    def __len__(self) -> int:
        return len(self.first) + len(self.second)

    def __iter__(self) -> Iterator[K]:
        yield from self.first
        yield from self.second


def differing(
    old: Mapping[K, V], new: Mapping[K, V], same: Callable[[V, V], bool] = lambda a, b: a is b
) -> set[K]:
    """The keys that only one of the two has, or under which they have rows that are not the same.

    Where both were made of one it costs what is another, else a look at all.
    """
    if isinstance(old, Joined) and isinstance(new, Joined):
        return differing(old.first, new.first, same) | differing(old.second, new.second, same)
    keys = old.others(new) if isinstance(old, Layered) and isinstance(new, Layered) else None
    found = set()
    for key in {*old, *new} if keys is None else keys:
        one, other = old.get(key, _NONE), new.get(key, _NONE)
        if one is other:
            continue
        if one is _NONE or other is _NONE or not same(one, other):
            found.add(key)
    return found


def _flat(base: dict[Any, V], over: Mapping[Any, Any]) -> dict[Any, V]:
    """One dictionary of both layers, in the order of its keys."""
    found = {**base, **over}
    for key, row in over.items():
        if row is _GONE:
            del found[key]
    return found if over.keys() <= base.keys() else _ordered(found)


def _ordered(rows: dict[Any, V]) -> dict[Any, V]:
    """The rows in the order of their keys: for rows that nearly are it is one pass."""
    keys = sorted(rows)
    if all(one is other for one, other in zip(keys, rows, strict=True)):
        return rows
    return {key: rows[key] for key in keys}
