"""The statements of the holdings that are taken, indexed by what they say and how well.

Statements get positions 0..n-1 in the order of their ids. Each is looked at once, however many
holdings name it; per holding only arrays of positions are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from lineage.model.claim import (
    Component,
    Edge,
    Member,
    OfAssembly,
    OfComponent,
    Pointer,
    Property,
    Statement,
)
from lineage.record.snapshot import LiveHolding, SlotState, Snapshot
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.knowledge import KNOWLEDGE
from lineage.vocabulary.properties import PRECEDENCE, PROPERTIES

Positions = npt.NDArray[np.intp]
_RANK = 1 << 40
UNHELD = int(np.iinfo(np.int64).max)  # the order of what nobody holds


class Says(IntEnum):
    """What a statement is to the view; WORLD_* and the like do not depend on who holds it."""

    COMPONENT = 0
    MEMBER = 1
    POINTER = 2
    WORLD_EDGE = 3
    INNER_EDGE = 4
    PLACED_EDGE = 5
    LINE = 6
    VALUE = 7
    INNER_FACT = 8
    KNOWLEDGE = 9


INNER = (Says.MEMBER, Says.INNER_EDGE, Says.PLACED_EDGE, Says.INNER_FACT)
_INNER = np.isin(np.arange(len(Says)), INNER)


class Claimed:
    """The indexed statements of some holdings.

    ``held[i]`` are the positions of ``holdings[i]``. ``order`` sorts a statement's claims as
    property values are: best precedence first, then newest revision. ``newest`` is the newest
    revision of any of its claims. ``world`` says whether some holding states it of the world.
    """

    def __init__(self, snapshot: Snapshot, holdings: tuple[LiveHolding, ...]) -> None:
        self.holdings = tuple(
            sorted(holdings, key=lambda h: (h.stream, h.slot, h.assembly or "", h.digest))
        )
        self._slots = snapshot.slots
        arrays = [holding.statements for holding in self.holdings]
        self.ids: npt.NDArray[np.int64] = (
            np.unique(np.concatenate(arrays)) if arrays else np.empty(0, dtype=np.int64)
        )
        self.statements: list[Statement] = [snapshot.statements[int(one)] for one in self.ids]
        self.says = np.array([says(one) for one in self.statements], dtype=np.int8)
        self.of_assembly = np.array(
            [is_of_assembly(one) for one in self.statements], dtype=np.bool_
        )
        self.held: list[Positions] = [np.searchsorted(self.ids, one) for one in arrays]
        self.order = np.full(len(self.ids), UNHELD, dtype=np.int64)
        self.newest = np.zeros(len(self.ids), dtype=np.int64)
        self.world = np.zeros(len(self.ids), dtype=np.bool_)
        for holding, positions in zip(self.holdings, self.held, strict=True):
            self._weigh(holding, positions)

    def _weigh(self, holding: LiveHolding, positions: Positions) -> None:
        order = weight(self.slot(holding).precedence, holding.revision)
        self.order[positions] = np.minimum(self.order[positions], order)
        self.newest[positions] = np.maximum(self.newest[positions], holding.revision)
        if holding.assembly is None:
            self.world[positions] = True

    def slot(self, holding: LiveHolding) -> SlotState:
        """The slot of a holding, as its newest submission left it."""
        return slot_of(self._slots, holding)

    def where(self, *kinds: Says) -> list[int]:
        """Positions of the statements of these kinds, whoever holds them."""
        return self._places(np.isin(self.says, kinds))

    def in_world(self, *kinds: Says) -> list[int]:
        """Positions of the statements of these kinds that are stated of the world."""
        return self._places(np.isin(self.says, kinds) & self.world)

    def _places(self, wanted: npt.NDArray[np.bool_]) -> list[int]:
        found: list[int] = np.flatnonzero(wanted).tolist()
        return found

    def inner(self, holdings: list[int]) -> Positions:
        """What these holdings of one assembly say of its inside, as sorted positions, united."""
        if len(holdings) == 1:
            united = self.held[holdings[0]]
        else:
            united = np.unique(np.concatenate([self.held[one] for one in holdings]))
        return united[_INNER[self.says[united]]]

    def stating(self, positions: list[int]) -> dict[int, list[int]]:
        """The holdings that name each of the statements at these positions."""
        wanted = np.unique(np.array(positions, dtype=np.intp))
        found: dict[int, list[int]] = {at: [] for at in wanted.tolist()}
        for number, held in enumerate(self.held):
            if not len(held):
                continue
            place = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
            for at in wanted[held[place] == wanted].tolist():
                found[at].append(number)
        return found


def slot_of(slots: Mapping[tuple[str, str], SlotState], holding: LiveHolding) -> SlotState:
    """The slot of a holding, as its newest submission left it."""
    found = slots.get((holding.stream, holding.slot))
    return found or SlotState(
        stream=holding.stream,
        slot=holding.slot,
        subject=holding.assembly,
        revision=holding.revision,
    )


def precedence_rank(name: str) -> int:
    """The rank of a precedence, smallest first; an unknown one comes last."""
    return PRECEDENCE.get(name).rank if name in PRECEDENCE else len(PRECEDENCE)


def weight(precedence: str, revision: int) -> int:
    """What sorts claims: best precedence first, then newest revision."""
    return precedence_rank(precedence) * _RANK - revision


def precedence_of(order: int) -> int:
    """The rank of the precedence that an ``order`` was made of."""
    return -(-order // _RANK)


def says(statement: Statement) -> Says:
    """What a statement is to the view."""
    match statement:
        case Component():
            return Says.COMPONENT
        case Member():
            return Says.MEMBER
        case Pointer():
            return Says.POINTER
        case Edge():
            return _says_edge(statement)
        case Property():
            return _says_property(statement)


def _says_edge(edge: Edge) -> Says:
    if not isinstance(edge.downstream, OfComponent | OfAssembly):
        return Says.LINE
    holds = EDGES.get(edge.kind).holds if edge.kind in EDGES else "either"
    if holds == "everywhere":
        return Says.WORLD_EDGE
    if isinstance(edge.downstream, OfAssembly):
        # What an assembly as a whole needs is no edge between its members.
        return Says.LINE
    return Says.INNER_EDGE if holds == "assembly" else Says.PLACED_EDGE


def _says_property(claim: Property) -> Says:
    # A name may be both (artefact): inside an assembly it is a fact about the member.
    if claim.name in PROPERTIES and PROPERTIES.get(claim.name).holds == "assembly":
        return Says.INNER_FACT
    if claim.name in KNOWLEDGE:
        return Says.KNOWLEDGE
    return Says.VALUE


def is_of_assembly(statement: Statement) -> bool:
    """Whether the statement is about the assembly that holds it."""
    match statement:
        case Edge(downstream=OfAssembly()) | Property(subject=OfAssembly()):
            return True
        case _:
            return False
