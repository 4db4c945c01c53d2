"""PostgreSQL and Neo4j die in turn while documents come in and questions are asked."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from api.house import House
from api.settings import settings
from api.wiring import open_house
from lineage.errors import GraphAwayError
from lineage.graph.engines.neo4j import Neo4jEngine
from lineage.graph.engines.neo4j.standing import difference
from lineage.model.revision import At
from lineage.opening import engine_type
from lineage.record.doctor import examine
from queries.asking import ask
from queries.provenance import Provenance
from tests.record.storm import again, documents
from tests.services.neo4j import Neo4jChild, neo4j_child
from tests.services.outage import (
    Persistent,
    PostgresqlToKill,
    all_at_work,
    postgresql_to_kill,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.long, pytest.mark.timeout(0)]
ROUNDS = 3
BEGUN = 40
ASKED = 40


def house_at(record: PostgresqlToKill, graph: Neo4jChild, away: str) -> House:
    return open_house(
        settings(
            db=record.url, engine="neo4j", neo4j_url=graph.url, neo4j_patience=2, neo4j_away=away
        ),
        create=True,
    )


def question(house: House, subject: str) -> tuple[Provenance, Any]:
    """A question at the newest revision that is seen, and its answer."""
    asked = Provenance(key=subject, dependence=True, at=house.at())
    return asked, ask(house.handle, asked)


def test_nothing_is_lost_and_no_answer_is_wrong() -> None:
    with postgresql_to_kill() as record, neo4j_child() as graph:
        standing_in = house_at(record, graph, "csr")
        strict = house_at(record, graph, "refuse")
        _storm(record, graph, standing_in, strict)
        standing_in.close()
        strict.close()


def _storm(server: PostgresqlToKill, graph: Neo4jChild, standing_in: House, strict: House) -> None:
    ended = threading.Event()
    first = list(islice(documents(0), BEGUN))
    for sent in first:
        strict.record.append(sent)
    subjects = [str(sent.subject) for sent in first]
    streams = [documents(seed) for seed in (1, 2)]
    writers = [Persistent(lambda d=one: _sent(standing_in, next(d)), ended) for one in streams]
    readers = [
        Persistent(lambda h=house: question(h, random.choice(subjects)), ended)
        for house in (standing_in, strict)
    ]
    threads = (*writers, *readers)
    for thread in threads:
        thread.start()
    try:
        assert all_at_work(threads, since=0)
        for _ in range(ROUNDS):
            graph.kill()
            alone = (*writers, readers[0])
            assert all_at_work(alone, since=time.monotonic()), "the graph's server is not needed"
            graph.start()
            assert all_at_work(threads, since=time.monotonic())
            server.kill()
            server.start()
            assert all_at_work(threads, since=time.monotonic())
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    refused = [error for error in readers[1].failures if isinstance(error, GraphAwayError)]
    assert refused, "the strict one was never refused"
    assert all(error.data["revision"] >= BEGUN for error in refused)
    receipts = [receipt for thread in writers for _, receipt in thread.done]
    history = strict.record.history()
    for receipt in receipts:
        kept = history.submission(receipt.revision)
        assert (kept.id, kept.digest) == (receipt.id, receipt.digest)
        again(strict.record.document(receipt.digest))
    assert not examine(strict.record).findings
    _answers_were_right(strict, [made for thread in readers for _, made in thread.done])
    engine = strict.handle.engine
    assert isinstance(engine, Neo4jEngine)
    head = engine.apply(At())
    assert head.number == strict.head().number >= BEGUN + len({one.revision for one in receipts})
    assert difference(engine.store("default").compare(engine.form("default"))).none
    print(
        f"{len(receipts)} documents, {[len(one.done) for one in readers]} answers, "
        f"{len(refused)} refused, {sum(len(one.failures) for one in threads)} failures"
    )


def _sent(house: House, document: Any) -> Any:
    time.sleep(0.05)
    return house.record.append(document)


def _answers_were_right(house: House, made: list[tuple[Provenance, Any]]) -> None:
    """Each says the revision that it saw, and is what the other engine says of that one."""
    assert all(answer.revision == asked.at.revision for asked, answer in made)
    alone = replace(house.handle, engine=engine_type("csr")(house.handle.views))
    for asked, answer in random.sample(made, min(ASKED, len(made))):
        assert ask(alone, asked) == answer
