"""What is in each distinct resolution: members once, however many assemblies have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from lineage.graph.catalogue.axis import Axis, End
from lineage.graph.catalogue.column import Column
from lineage.graph.catalogue.component import Components
from lineage.graph.catalogue.dictionary import Dictionary, Ints
from lineage.graph.catalogue.growing import Growing
from lineage.graph.catalogue.value import Joined
from lineage.record.view import Content, MemberFacts

NAME = "held"
COLUMNS = ("direct", "dependency_scope", "unknown", "build", "requirement")
_BUILD = "build"


class Heap:
    """Members of resolutions one after the other; a resolution that was met stays where it is.

    Resolutions are named by their codes in the column of the assemblies. It is shared by the
    catalogues of successive revisions, whose components keep their slots.
    """

    def __init__(self) -> None:
        self._number = Growing(np.int64)
        self._begin = Growing(np.int64)
        self._begin.extend([0])
        self._component = Growing(np.int64)
        self._codes = {name: Growing(np.int32) for name in COLUMNS}
        self._values = {name: Dictionary() for name in COLUMNS}

    def __len__(self) -> int:
        return len(self._component)

    def numbers(
        self, resolutions: Column, contents: Callable[[int], Content], components: Components
    ) -> Ints:
        """For every assembly where the members of its resolution stand; -1 for one without.

        ``contents`` gives what the assembly of a slot holds; it is asked once for each resolution
        that was never met.
        """
        known = self._number
        known.extend(np.full(len(resolutions.values) - len(known), -1))
        codes = resolutions.codes.astype(np.int64)
        unmet = (known.view()[codes] < 0) & (codes > 0)
        for slot in np.flatnonzero(unmet).tolist():
            if known.view()[codes[slot]] < 0:
                known.view()[codes[slot]] = self._met(contents(slot), components)
        found: Ints = known.view()[codes]
        return found

    def _met(self, content: Content, components: Components) -> int:
        members = [content.members[key] for key in sorted(content.members)]
        code = components.axis.keys.find
        self._component.extend([(code(one.component) or 0) - 1 for one in members])
        rows = [_values(one) for one in members]
        for at, name in enumerate(COLUMNS):
            values = self._values[name]
            self._codes[name].extend([values.code(row[at]) for row in rows])
        self._begin.extend([len(self._component)])
        return len(self._begin) - 2

    def axis(self, components: Components) -> Axis:
        """The members as rows; their end ``component``."""
        columns = {
            name: Column(codes.view().astype(_width(self._values[name])), self._values[name])
            for name, codes in self._codes.items()
        }
        end = End(components.axis, self._component.view())
        size = len(self._component)
        return Axis(NAME, keys=Dictionary(), size=size, columns=columns, ends={"component": end})

    def begins(self) -> Ints:
        """Where each resolution begins, and where the last ends."""
        return self._begin.view()


def _width(values: Dictionary) -> Any:
    return np.uint8 if len(values) <= 256 else np.uint32


def _values(one: MemberFacts) -> tuple[Any, ...]:
    return (
        one.direct,
        one.dependency_scope,
        one.unknown,
        _build(one.facts),
        ", ".join(sorted({wish.raw for wish in one.requirements})) if one.requirements else None,
    )


def _build(facts: Iterable[tuple[str, str]]) -> str | Joined | None:
    """The build tag of the installed artefact; all of them, sorted, where sources differ."""
    found = sorted({value.strip('"') for name, value in facts if name == _BUILD})
    return Joined(found) if len(found) > 1 else next(iter(found), None)
