"""Assemblies as rows: what their component is, and how much is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lineage.graph.catalogue.axis import Axis, End
from lineage.graph.catalogue.column import Column, column_of
from lineage.graph.catalogue.component import Components
from lineage.graph.catalogue.dictionary import Dictionary, Ints
from lineage.graph.catalogue.row import AssemblyRow
from lineage.model.identity import Key
from lineage.record.view import Assembly, View

NAME = "assemblies"
COLUMNS = ("members", "direct", "unknown", "resolution", "streams")
_SUBJECT = (
    "kind", "family", "name", "version", "licence", "owner", "lifecycle", "criticality",
    "deployment_environment", "tags",
)  # fmt: skip

Resolve = Callable[[Assembly], bytes]
"""The digest of an assembly's resolution: equal for equal contents."""


@dataclass(frozen=True, slots=True)
class Assemblies:
    """The axis of assemblies. What it has no column for is looked up at its component."""

    axis: Axis
    resolve: Resolve

    def rows(self, slots: Ints) -> tuple[AssemblyRow, ...]:
        """Assemblies as people see them."""
        return self.axis.rows_of(AssemblyRow, (*COLUMNS, *_SUBJECT), slots)

    def moved(self, view: View, components: Components, changed: Iterable[Key]) -> Assemblies:
        """The rows in a later view, where only these assemblies are others."""
        old, keys = self.axis, self.axis.keys
        order = sorted(changed)
        slots = [keys.code(key) - 1 for key in order]
        size = max(old.size, max(slots, default=-1) + 1)
        alive = np.zeros(size, dtype=np.bool_)
        alive[: old.size] = True if old.alive is None else old.alive
        alive[slots] = [key in view.assemblies for key in order]
        rows = [_values(view.assemblies.get(key), self.resolve) for key in order]
        columns = {
            name: old.columns[name].moved(size, slots, [row[at] for row in rows])
            for at, name in enumerate(COLUMNS)
        }
        living = None if alive.all() else alive
        subjects = np.full(size, -1, dtype=np.int64)
        subjects[: old.size] = old.ends["subject"].slots
        subjects[slots] = _subjects(order, components)
        return _made(keys, size, columns, living, components, subjects, self.resolve)


def assemblies_of(view: View, components: Components, resolve: Resolve) -> Assemblies:
    """The rows of a view, made anew."""
    rows = [_values(one, resolve) for one in view.assemblies.values()]
    columns = {name: column_of([row[at] for row in rows]) for at, name in enumerate(COLUMNS)}
    keys = Dictionary(view.assemblies)
    slots = _subjects(view.assemblies, components)
    return _made(keys, len(rows), columns, None, components, slots, resolve)


def _subjects(keys: Iterable[Key], components: Components) -> Ints:
    slot = components.axis.slot
    return np.array([-1 if (at := slot(key)) is None else at for key in keys], dtype=np.int64)


def _made(
    keys: Dictionary,
    size: int,
    columns: dict[str, Column],
    alive: Any,
    components: Components,
    slots: Ints,
    resolve: Resolve,
) -> Assemblies:
    below = components.axis

    ends = {"subject": End(below, slots)}
    axis = Axis(NAME, keys=keys, size=size, columns=columns, ends=ends, alive=alive, base="subject")
    return Assemblies(axis, resolve)


def _values(assembly: Assembly | None, resolve: Resolve) -> tuple[Any, ...]:
    if assembly is None:
        return (None,) * len(COLUMNS)
    members = assembly.content.members.values()
    return (
        len(members),
        sum(one.direct == "direct" for one in members),
        sum(one.unknown for one in members),
        resolve(assembly).hex(),
        assembly.streams,
    )


def changed_assemblies(old: View, new: View) -> set[Key]:
    """The assemblies of which the two views may say something else."""
    if old.assemblies is new.assemblies:
        return set()
    found = {key for key, one in new.assemblies.items() if old.assemblies.get(key) is not one}
    return found | (old.assemblies.keys() - new.assemblies.keys())
