"""The shapes of vocabulary rows, and the table that holds them.

A kind is a row, never a class: GraphQL enums, validation, the reference page and the test
strategies are all derived from these tables (design: ten ideas, 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar

from lineage.errors import VocabularyError

EdgeClass = Literal["derivation", "dependence", "evidence", "structure", "risk", "equivalence"]
Holds = Literal["everywhere", "assembly", "either"]
ValueType = Literal[
    "text", "number", "flag", "date", "licence", "digest", "agent", "quantity", "json", "scope"
]


class Named(Protocol):
    """A row that has a name."""

    @property
    def name(self) -> str: ...


R = TypeVar("R", bound=Named)


class Table(Generic[R]):
    """An ordered table of rows by name; rows may be added (a kind is one row).

    ``get`` raises VocabularyError for an unknown name. Iteration keeps the order of the rows.
    """

    def __init__(self, title: str, rows: Iterable[R]) -> None:
        self.title = title
        self._rows: dict[str, R] = {}
        for row in rows:
            self.add(row)

    def add(self, row: R) -> None:
        """Add a row; a name that is taken is a VocabularyError."""
        if row.name in self._rows:
            raise VocabularyError(text=row.name, table=f"free {self.title}", known="it is taken")
        self._rows[row.name] = row

    def remove(self, name: str) -> None:
        """Take a row out again (tests add one and take it back)."""
        del self._rows[name]

    def get(self, name: str) -> R:
        """The row of that name; VocabularyError if there is none."""
        try:
            return self._rows[name]
        except KeyError:
            known = ", ".join(self._rows)
            raise VocabularyError(text=name, table=self.title, known=known) from None

    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return tuple(self._rows)

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def __iter__(self) -> Iterator[R]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKind:
    """A kind of component. ``graphql`` is its concrete type, ``scheme`` orders its versions.

    ``namespaced`` says whether a name without a namespace gets the stream's; ``singular`` and
    ``plural`` are the words of headlines and tables. ``versioned`` is false where a name without
    a version is the whole name (a machine, a person), so that a reference to it is pinned.
    """

    name: str
    graphql: str
    plural: str
    scheme: str
    description: str
    namespaced: bool = True
    versioned: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeKind:
    """A kind of edge, downstream -> upstream. Empty ``downstream``/``upstream`` means any kind.

    ``holds`` says where such an edge is true: everywhere, or only in the assembly that states it.
    ``same_kind`` demands equal kinds at both ends. ``prov``, ``spdx``, ``cyclonedx`` name the
    field's own terms.
    """

    name: str
    downstream: tuple[str, ...]
    upstream: tuple[str, ...]
    edge_class: EdgeClass
    holds: Holds
    description: str
    same_kind: bool = False
    prov: str = ""
    spdx: str = ""
    cyclonedx: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyName:
    """A known property: its type, where it holds, its unit. Unknown names are kept as text.

    ``many`` is true where several values stand side by side (tags, metrics) and none decides.
    """

    name: str
    value_type: ValueType
    holds: Holds
    description: str
    unit: str = ""
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PurlType:
    """A purl type: the kind it means by default, identifying qualifiers, the version scheme."""

    name: str
    kind: str
    scheme: str
    identifying: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeKind:
    """A row type of the knowledge pack: what its subject may be and which fields its value has.

    ``subjects`` is a subset of component, family, pattern. ``fields`` maps a field to its type
    (text, number, flag, list, json); a trailing ``?`` makes it optional. ``choices`` are the words
    that a field may have, where it is not free.
    """

    name: str
    subjects: tuple[str, ...]
    fields: Mapping[str, str]
    description: str
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeKind:
    """A change people ask about. ``built`` is False while only the row exists."""

    name: str
    argument: str
    description: str
    built: bool


Effect = Literal["RULES", "CARRIES", "REVALIDATE", "EXPOSED", "NOTICE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One row of the change table: what a change of these kinds does when it crosses an edge.

    With ``downstream`` it holds for edges of these kinds of nodes only, before other rows.
    """

    name: str
    changes: tuple[str, ...]
    edge_kinds: tuple[str, ...]
    effect: Effect
    downstream: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """A verdict. ``rank`` orders, worst first (0); ``spreads`` says whether others may lean on it.

    ``folded`` verdicts are shown as a count that opens on demand.
    """

    name: str
    rank: int
    description: str
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """A reason code of a verdict; ``rank`` orders inside the verdict."""

    name: str
    verdict: str
    rank: int
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecedenceRow:
    """Whose property value comes first: smaller ``rank`` wins, then the newest revision."""

    name: str
    rank: int
    description: str
