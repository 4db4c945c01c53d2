"""Components as rows: one for every node of the view, and its properties by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lineage.graph.catalogue.axis import Axis
from lineage.graph.catalogue.column import Column, coded, column_of
from lineage.graph.catalogue.dictionary import Dictionary, Ints
from lineage.graph.catalogue.row import ComponentRow
from lineage.graph.catalogue.standing import Standing, known_by
from lineage.graph.catalogue.value import VALUE, Release, Said, said
from lineage.model.identity import Key, identify
from lineage.record.view import Value, View
from lineage.vocabulary.properties import PROPERTIES

NAME = "components"
PROPERTY = "property:"
"""What stands in front of a property's name in a path; a part of its value follows a slash."""

COLUMNS = (
    "kind", "family", "name", "version", "licence", "owner", "lifecycle", "criticality",
    "deployment_environment", "tags", "held_by", "leaned_on", "known_by", "assembly", "archived",
)  # fmt: skip
_DECIDED = ("licence", "owner", "lifecycle", "criticality", "deployment_environment")
_TAG = "tag"
_NAMES = ("name", "type")


@dataclass(frozen=True, slots=True)
class Components:
    """The axis of components, and how its rows are made of a view."""

    axis: Axis
    view: View

    def rows(self, slots: Ints) -> tuple[ComponentRow, ...]:
        """Components as people see them."""
        return self.axis.rows_of(ComponentRow, COLUMNS, slots)

    def moved(self, view: View, standing: Standing, changed: Iterable[Key]) -> Components:
        """The rows in a later view, where only those of these keys may be others."""
        old, keys = self.axis, self.axis.keys
        order = sorted(changed)
        slots = [keys.code(key) - 1 for key in order]
        size = max(old.size, max(slots, default=-1) + 1)
        alive = np.zeros(size, dtype=np.bool_)
        alive[: old.size] = True if old.alive is None else old.alive
        alive[slots] = [key in view.nodes for key in order]
        rows = [component_values(key, view, standing) for key in order]
        columns = {
            name: old.columns[name].moved(size, slots, [row[at] for row in rows])
            for at, name in enumerate(COLUMNS)
        }
        for path, column in old.columns.items():
            if path.startswith(PROPERTY):
                values = [property_value(key, path, view) for key in order]
                columns[path] = column.moved(size, slots, values)
        return made_of(view, keys, size, columns, None if alive.all() else alive)


def components_of(view: View, standing: Standing) -> Components:
    """The rows of a view, made anew."""
    rows = [component_values(key, view, standing) for key in view.nodes]
    keys = Dictionary(view.nodes)
    columns = {name: column_of([row[at] for row in rows]) for at, name in enumerate(COLUMNS)}
    return made_of(view, keys, len(rows), columns, None)


def made_of(
    view: View, keys: Dictionary, size: int, columns: dict[str, Column], alive: Any
) -> Components:
    """Rows of columns that are there already, by COLUMNS; ``keys`` names the row of each slot."""

    def supply(path: str) -> Column | None:
        return _property_column(path, view, axis) if path.startswith(PROPERTY) else None

    axis = Axis(NAME, keys=keys, size=size, columns=columns, alive=alive, supply=supply)
    return Components(axis, view)


def component_values(key: Key, view: View, standing: Standing) -> tuple[Any, ...]:
    """The values of a component's row, by COLUMNS."""
    node = view.nodes.get(key)
    if node is None:
        return (None,) * len(COLUMNS)
    family, version = node.family, node.version
    found = _deciding(key, family, view)
    decided = (
        said(name, one.value, one.state) if (one := found.get(name)) else None for name in _DECIDED
    )
    return (
        node.kind,
        str(family),
        node.name,
        Release(identify(key if key == family else _unversioned(key)).scheme, version)
        if version
        else None,
        *decided,
        _tags(key, family, view) if _TAG in found else None,
        standing.held.get(key, 0),
        standing.leaned.get(key, 0),
        known_by(key, node, view, standing),
        key in view.assemblies,
        key in view.left_out.archived,
    )


def _deciding(key: Key, family: Key, view: View) -> dict[str, Value]:
    """The value of each property that filters and counts: of the component or its family."""
    found: dict[str, Value] = {}
    for value in view.values.get(key, ()):
        found.setdefault(value.name, value)
    if family == key:
        return found
    above: dict[str, Value] = {}
    for value in view.values.get(family, ()):
        above.setdefault(value.name, value)
    for name, value in above.items():
        own = found.get(name)
        if own is None or view.precedence(value) < view.precedence(own):
            found[name] = value
    return found


def property_value(key: Key, path: str, view: View) -> Any:
    """What a component's row has under ``property:NAME`` or ``property:NAME/PART``.

    The deciding value; of names whose values stand side by side all of them, sorted.
    """
    name, _, part = path.removeprefix(PROPERTY).partition("/")
    node = view.nodes.get(key)
    family = node.family if node else identify(key).family
    if name in PROPERTIES and PROPERTIES.get(name).many:
        return _several(key, family, name, part, view)
    value = view.first(key, name)
    if value is None:
        return None
    if part and value.state == VALUE:
        parts = _part(value.value, part)
        return said("", parts[0], VALUE) if parts else None
    return said(name, value.value, value.state)


def _several(key: Key, family: Key, name: str, part: str, view: View) -> tuple[Any, ...] | None:
    """Every living value, sorted by its text; None where there is none."""
    found: set[Said] = set()
    for place in dict.fromkeys((key, family)):
        for value in view.values.get(place, ()):
            if value.name != name:
                continue
            if part and value.state == VALUE:
                found.update(said("", one, VALUE) for one in _part(value.value, part))
            else:
                found.add(said(name, value.value, value.state))
    return tuple(sorted(found, key=lambda one: (one.state, one.text, one.unit))) or None


def _unversioned(key: Key) -> str:
    """The key without what follows its version mark: what names the scheme, for many keys once."""
    return key.partition("@")[0]


def _tags(key: Key, family: Key, view: View) -> tuple[str, ...] | None:
    """The tags that are said, sorted; None where there is none."""
    some = _several(key, family, _TAG, "", view) or ()
    return tuple(one.text for one in some if one.state == VALUE) or None


def _part(value: Any, part: str) -> list[Any]:
    """The named part of a value: of ``{name: lr, value: 0.1}`` what ``lr`` is, else a field."""
    if not isinstance(value, dict):
        return []
    if any(value.get(name) == part for name in _NAMES) and "value" in value:
        return [value["value"]]
    return [value[part]] if part in value else []


def _property_column(path: str, view: View, axis: Axis) -> Column:
    """A property of all components; only those of which it is claimed are looked at."""
    name = path.removeprefix(PROPERTY).partition("/")[0]
    bearing: set[Key] = set()
    for place, values in view.values.items():
        if any(value.name == name for value in values):
            bearing.add(place)
            bearing.update(view.families.get(place, ()))
    dictionary = Dictionary()
    codes: Ints = np.zeros(axis.size, dtype=np.int64)
    for key in sorted(bearing):
        slot = axis.slot(key)
        if slot is not None:
            codes[slot] = dictionary.code(property_value(key, path, view))
    return coded(codes, dictionary)


def changed_keys(old: View, new: View) -> set[Key]:
    """The components of which the two views may say something else, by themselves."""
    nodes, values = stepped(old, new) or (
        _others(old.nodes, new.nodes),
        _others(old.values, new.values),
    )
    found: set[Key] = set(nodes)
    for place in values:
        found.add(place)
        found.update(new.families.get(place, ()))
    found |= old.left_out.archived ^ new.left_out.archived
    found |= old.assemblies.keys() ^ new.assemblies.keys()
    return {key for key in found if key in new.nodes or key in old.nodes}


def stepped(old: View, new: View) -> tuple[set[Key], set[Key]] | None:
    """The nodes and the values that may be others in the newer view, which was carried forward.

    None where it was not made of the older one.
    """
    seen = (old.revision.chain, old.pack_revision)
    for at in range(len(new.steps) - 1, -1, -1):
        if new.steps[at].before == seen:
            later = new.steps[at:]
            nodes = {key for step in later for key in step.nodes}
            return nodes, {key for step in later for key in step.values}
    return None


def _others(old: Any, new: Any) -> Sequence[Key]:
    """Keys whose values are not the same objects."""
    if old is new:
        return ()
    get = old.get
    turned = [key for key, value in new.items() if get(key) is not value]
    if len(new) - len(turned) == len(old):
        return turned
    return [*turned, *(key for key in old if key not in new)]
