"""What the server says of a graph: which revision it shows, and whether it is whole."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lineage.graph.engines.neo4j.statement import statement

if TYPE_CHECKING:
    from neo4j import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One graph on the server.

    ``token`` changes with everything that is written. ``stage`` is ``ready``, ``moving`` (a delta
    is about to be written in one transaction: until then the graph is as it was) or ``loading``
    (it is written in several: it is no graph yet).
    """

    revision: int
    chain: str
    pack_revision: int
    digest: str
    form: int
    token: str
    stage: str

    @property
    def properties(self) -> dict[str, Any]:
        """As properties of its node."""
        return {name: getattr(self, name) for name in self.__slots__}


def new_token() -> str:
    """A token that was never used."""
    return uuid.uuid4().hex


def read_state(transaction: Transaction, graph: str) -> State | None:
    """The state of a graph; None if there is none."""
    row = transaction.run(statement("state"), tenant=graph).single()
    if row is None:
        return None
    found = dict(row["state"])
    return State(
        revision=int(found.get("revision", 0)),
        chain=str(found.get("chain", "")),
        pack_revision=int(found.get("pack_revision", 0)),
        digest=str(found.get("digest", "")),
        form=int(found.get("form", 0)),
        token=str(found.get("token", "")),
        stage=str(found.get("stage", "loading")),
    )


def claim(transaction: Transaction, graph: str) -> State | None:
    """The state, locked until the transaction ends: who writes, writes alone."""
    transaction.run(statement("claim"), tenant=graph).consume()
    found = read_state(transaction, graph)
    return None if found is None or not found.token else found


def write_state(transaction: Transaction, graph: str, state: State) -> None:
    """Note a state; the graph has to be claimed."""
    transaction.run(statement("note"), tenant=graph, state=state.properties).consume()
