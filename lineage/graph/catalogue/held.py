"""What is in each distinct resolution: members once, however many assemblies have them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from lineage.graph.catalogue.axis import Axis, End
from lineage.graph.catalogue.column import Column
from lineage.graph.catalogue.component import Components
from lineage.graph.catalogue.dictionary import Dictionary, Ints
from lineage.graph.catalogue.growing import Growing
from lineage.record.view import Content, MemberFacts

NAME = "held"
COLUMNS = ("direct", "dependency_scope", "unknown", "build", "requirement")
_BUILD = "build"


class Heap:
    """Members of resolutions one after the other; a resolution that was met stays where it is.

    It is shared by the catalogues of successive revisions, whose components keep their slots.
    """

    def __init__(self) -> None:
        self._at: dict[bytes, int] = {}
        self._begin = Growing(np.int64)
        self._begin.extend([0])
        self._component = Growing(np.int64)
        self._codes = {name: Growing(np.int32) for name in COLUMNS}
        self._values = {name: Dictionary() for name in COLUMNS}

    def __len__(self) -> int:
        return len(self._component)

    def number(self, resolution: bytes, content: Content, components: Components) -> int:
        """Where the members of that resolution stand."""
        known = self._at.get(resolution)
        if known is not None:
            return known
        members = [content.members[key] for key in sorted(content.members)]
        code = components.axis.keys.find
        self._component.extend([(code(one.component) or 0) - 1 for one in members])
        rows = [_values(one) for one in members]
        for at, name in enumerate(COLUMNS):
            values = self._values[name]
            self._codes[name].extend([values.code(row[at]) for row in rows])
        self._begin.extend([len(self._component)])
        self._at[resolution] = found = len(self._begin) - 2
        return found

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


def _build(facts: Iterable[tuple[str, str]]) -> str | None:
    """The build tags of the installed artefact, as text."""
    found = [value.strip('"') for name, value in facts if name == _BUILD]
    return ", ".join(found) or None
