"""Components as objects of a request: a whole answer, or a row of a list that can become one.

Both have every field of the type ``Component`` as a plain attribute, so that a list costs no more
than its columns: what only a whole answer says is asked for when somebody reads it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter

from api.graphql.identifier import write_id
from lineage.graph.catalogue.row import ComponentRow
from lineage.model.revision import At
from queries.asking import ask
from queries.component import Answer, Component
from queries.question import Handle, catalogue_of

TYPE = "Component"
COLUMNS = tuple(one.name for one in fields(ComponentRow))
WHOLE = tuple(one.name for one in fields(Answer))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Where a component was asked for, and whether asOf was given."""

    handle: Handle
    at: At
    as_of: bool

    def id(self, key: str) -> str:
        """The global id of a component that was seen here."""
        return write_id(TYPE, key, self.at.revision if self.as_of else None)


class Node:
    """A component of a request; ``id`` is its global id."""

    __slots__ = ("seen",)

    key: str
    kind: str

    def __init__(self, seen: Seen) -> None:
        self.seen = seen

    @property
    def id(self) -> str:
        """Its global id."""
        return self.seen.id(self.key)


class RowNode(Node):
    """A row of a list."""

    __slots__ = ("_whole", "row")

    def __init__(self, row: ComponentRow, seen: Seen) -> None:
        super().__init__(seen)
        self.row = row
        self._whole: Answer | None = None

    @property
    def whole(self) -> Answer:
        """Everything that is claimed of it at the revision of the list."""
        if self._whole is None:
            found: Answer = ask(self.seen.handle, Component(key=self.row.key, at=self.seen.at))
            self._whole = found
        return self._whole


class WholeNode(Node):
    """A whole answer."""

    __slots__ = ("_row", "whole")

    def __init__(self, whole: Answer, seen: Seen) -> None:
        super().__init__(seen)
        self.whole = whole
        self._row: ComponentRow | None = None

    @property
    def row(self) -> ComponentRow:
        """Its row; of a family, or of what is in no list, what the answer itself says."""
        if self._row is None:
            catalogue = catalogue_of(self.seen.handle, self.seen.at)
            found = catalogue.row("components", self.whole.key)
            self._row = found if isinstance(found, ComponentRow) else _row_of(self.whole)
        return self._row


def _give(kind: type[Node], holder: str, first: tuple[str, ...], other: str) -> None:
    for name in dict.fromkeys((*first, *COLUMNS, *WHOLE)):
        read = attrgetter(f"{holder if name in first else other}.{name}")
        setattr(kind, name, property(read))


_give(RowNode, "row", COLUMNS, "whole")
_give(WholeNode, "whole", WHOLE, "row")


def _row_of(answer: Answer) -> ComponentRow:
    said: dict[str, str] = {}
    for one in answer.properties:
        said.setdefault(one.name, str(one.value) if one.state == "value" else one.state)
    tags = (one for one in answer.properties if one.name == "tag" and one.state == "value")
    return ComponentRow(
        key=answer.key,
        kind=answer.kind,
        family=answer.family,
        name=answer.name,
        version=answer.version,
        licence=said.get("licence"),
        owner=said.get("owner"),
        lifecycle=said.get("lifecycle"),
        criticality=said.get("criticality"),
        deployment_environment=said.get("deployment_environment"),
        tags=tuple(str(one.value) for one in tags),
        held_by=len({one.assembly for one in answer.assemblies}),
        leaned_on=len(answer.downstream),
        known_by="estate",
        assembly=answer.members is not None,
        archived=answer.archived,
    )
