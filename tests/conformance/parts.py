"""Random estates shared out among processes: each compares a part, the tallies are added up."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from lineage.graph.engines.neo4j.connection import Connection
from lineage.record.store import Record
from tests.conformance.agreement import Tally, compare
from tests.conformance.discovery import EXAMINED, MakesEngine
from tests.conformance.recorded import recorded
from tests.services.neo4j import address_of
from tests.services.running import engine_on
from tests.strategies.estates import estate

PART = 50
TOO_MANY = 5
"""So many differences end a run: more of them tell nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An engine that is held to the judge.

    ``server`` is where it walks, None for one in this process. ``database`` is the record that
    estates go through before it sees them; None where views are made of them directly.
    """

    name: str
    server: str | None = None
    database: str | None = None


def compared(candidate: Candidate, seeds: range) -> Tally:
    """The tally of all these estates, on every core."""
    parts = [seeds[at : at + PART] for at in range(0, len(seeds), PART)]
    whole = Tally()
    # A fork would share the connections and threads of this process.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as processes:
        for tally in processes.map(partial(compared_here, candidate), parts):
            whole.add(tally)
            if len(whole.differences) >= TOO_MANY:
                processes.shutdown(cancel_futures=True)
                break
    return whole


def compared_here(candidate: Candidate, seeds: range) -> Tally:
    """The same in this process."""
    tally = Tally()
    with _maker(candidate) as make, _record(candidate) as record:
        for seed in seeds:
            views = None
            if record is not None:
                tenant = f"e{seed}-{uuid.uuid4().hex[:8]}"
                views = recorded(record, estate(seed), tenant)
            compare(make, seed, tally, views)
            if len(tally.differences) >= TOO_MANY:
                break
    return tally


@contextmanager
def _maker(candidate: Candidate) -> Iterator[MakesEngine]:
    if candidate.server is None:
        yield EXAMINED[candidate.name]
        return
    connection = Connection(address_of(candidate.server))
    try:
        yield partial(engine_on, candidate.server, connection)
    finally:
        connection.close()


@contextmanager
def _record(candidate: Candidate) -> Iterator[Record | None]:
    if candidate.database is None:
        yield None
        return
    with Record.open(candidate.database) as record:
        yield record
