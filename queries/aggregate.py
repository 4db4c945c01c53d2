"""Aggregate: rows counted, summed or averaged by what they share, by a field or over a relation.

Groups come greatest first. With ``top`` those beyond it are one row, so that the rows always add
up to the total.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from lineage.errors import ArgumentInvalidError, VocabularyError
from lineage.graph.catalogue.catalogue import TABLES
from lineage.graph.catalogue.group import FUNCTIONS, Group, Measure
from lineage.model.revision import At
from lineage.vocabulary.nodes import NODES
from queries.listing import among, narrowed, plain_where
from queries.question import Handle, catalogue_of
from queries.where import path_of

MOST = 1000
"""Groups that are told apart; those beyond are one row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """The question. ``over`` is a list: components, assemblies, edges, occurrences, carries, uses.

    ``uses`` has a row for every service, assembly that it carries, and component in that; kinds
    (services, models, ...) are components of that kind. ``group_by`` are fields, dotted over a
    relation to one row (``component.version``). ``measure`` is COUNT, COUNT_DISTINCT, SUM, MIN,
    MAX or AVG of the field ``of``, in ``unit`` (null: that of most values).
    """

    over: str
    where: Any = None
    group_by: tuple[str, ...] = ()
    measure: str = "COUNT"
    of: str | None = None
    unit: str | None = None
    top: int | None = None
    knowledge: bool = False
    at: At = field(default_factory=At)

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", plain_where(self.where))


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateRow:
    """Rows that share ``keys`` (null: nobody says), how many they are, and their measure.

    ``value`` is null where no row has a number; ``skipped`` counts rows whose value is none, or of
    another unit. ``rest`` is true for all groups beyond ``top``: it has no keys, ``groups`` says
    how many it stands for.
    """

    keys: tuple[Any, ...]
    count: int
    value: float | int | None
    skipped: int
    rest: bool
    groups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The groups, greatest first; ``total`` counts the rows in all of them.

    ``cannot_compare`` counts rows of which the filter cannot say, ``left_to_knowledge`` those that
    only a knowledge pack speaks of: both are in no group.
    """

    ROWS: ClassVar[str] = "rows"

    revision: int
    pack_revision: int
    scope: str
    stream: str | None
    over: str
    group_by: tuple[str, ...]
    measure: str
    of: str | None
    unit: str
    total: int
    cannot_compare: int
    left_to_knowledge: int
    archived: int
    rows: tuple[AggregateRow, ...]


def answer(question: Aggregate, handle: Handle) -> Answer:
    """The groups of a list.

    Raises WhereInvalidError (a filter or a field), VocabularyError (no such list),
    ArgumentInvalidError (a measure), RevisionUnknownError, StreamInvalidError,
    BudgetExceededError.
    """
    table, kinds = _table(question.over)
    if question.measure not in FUNCTIONS:
        raise ArgumentInvalidError(name="measure", reason=f"it is one of {', '.join(FUNCTIONS)}")
    if question.measure != "COUNT" and question.of is None:
        raise ArgumentInvalidError(name="of", reason=f"{question.measure} needs a field")
    if question.top is not None and not 0 <= question.top <= MOST:
        raise ArgumentInvalidError(name="top", reason=f"{question.top} is not in 0 to {MOST}")
    by = [path_of(name, table, f"group_by.{at}") for at, name in enumerate(question.group_by)]
    of = None if question.of is None else path_of(question.of, table, "of")
    catalogue = catalogue_of(handle, question.at)
    where = narrowed(question.where, table, kinds)
    shown, left = among(catalogue, table, where, knowledge=question.knowledge)
    measure = Measure(question.measure, of, question.unit)
    most = MOST if question.top is None else question.top
    found = catalogue.group(table, by, measure, shown, most)
    view = catalogue.view
    return Answer(
        revision=view.revision.number,
        pack_revision=view.pack_revision,
        scope=view.scope.value,
        stream=view.stream,
        over=question.over,
        group_by=question.group_by,
        measure=question.measure,
        of=question.of,
        unit=found.unit,
        total=found.total,
        cannot_compare=found.cannot_compare,
        left_to_knowledge=left,
        archived=len(view.left_out.archived),
        rows=tuple(_row(one) for one in found.groups),
    )


def _table(over: str) -> tuple[str, tuple[str, ...]]:
    """The list of the catalogue, and the kinds that its name means."""
    if over in TABLES:
        return over, ()
    kinds = tuple(row.name for row in NODES if row.plural == over)
    if kinds:
        return "components", kinds
    known = ", ".join((*TABLES, *(row.plural for row in NODES)))
    raise VocabularyError(text=over, table="list", known=known)


def _row(group: Group) -> AggregateRow:
    return AggregateRow(
        keys=group.keys,
        count=group.count,
        value=group.value,
        skipped=group.skipped,
        rest=group.rest,
        groups=group.groups,
    )
