"""What a later event replaces, and what it leaves alone (design section 7, ADR 0008)."""

from __future__ import annotations

import itertools
import json

import pytest

from lineage import flow
from lineage.model.document import Upload
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.doctor import examine
from lineage.record.store import Record
from lineage.record.views import RecordViews

TABLE = Key("dataset:pg/orders")
JOB = Key("run:ci/load")


@pytest.fixture
def record(tmp_path):
    with Record.open(f"sqlite:///{tmp_path / 'l.db'}", create=True) as opened:
        yield opened


def send(record, minute, **body):
    event = {"eventTime": f"2026-05-04T08:{minute:02}:00Z", "producer": "x", **body}
    return flow.receive(record, Upload(content=json.dumps(event).encode(), format="openlineage"))


def table(record, minute, **facets):
    return send(record, minute, dataset={"namespace": "pg", "name": "orders", "facets": facets})


def job(record, minute, facets=None, **flow_of):
    own = {"namespace": "ci", "name": "load", "facets": facets or {}}
    return send(record, minute, job=own, **flow_of)


def said(text):
    return {"description": text}


def values(record, key, name):
    view = RecordViews(record).view(At())
    return [value.value for value in view.values.get(key, ()) if value.name == name]


def edges(record):
    return {(e.kind, e.downstream, e.upstream) for e in RecordViews(record).view(At()).edges}


def owned(name):
    return {"owners": [{"name": name}]}


def test_a_facet_replaces_itself_and_no_other(record):
    table(record, 1, documentation=said("old"), ownership=owned("ann"))
    table(record, 2, documentation=said("new"))
    assert values(record, TABLE, "description") == ["new"]
    assert values(record, TABLE, "owner") == ["ann"]


def test_a_deleted_facet_closes_alone(record):
    table(record, 1, documentation=said("old"), ownership=owned("ann"))
    receipt = table(record, 2, documentation={"_deleted": True})
    assert receipt.removed == 1
    assert values(record, TABLE, "description") == []
    assert values(record, TABLE, "owner") == ["ann"]


def test_inputs_and_outputs_are_one_more(record):
    a, b = {"namespace": "pg", "name": "a"}, {"namespace": "pg", "name": "b"}
    job(record, 1, {"documentation": said("loads")}, inputs=[a], outputs=[b])
    job(record, 2, {"documentation": said("loads more")})
    assert ("used", JOB, "dataset:pg/a") in edges(record), "nothing was said of inputs"
    job(record, 3, inputs=[b], outputs=[])
    assert edges(record) == {("used", JOB, "dataset:pg/b")}
    assert values(record, JOB, "description") == ["loads more"]


def test_events_of_a_run_add_up(record):
    run = {"runId": "0196a0f1-3c3c-7a4b-9d61-5a0b3b7f9e01"}
    own = {"namespace": "ci", "name": "load"}
    source, sink = {"namespace": "pg", "name": "a"}, {"namespace": "pg", "name": "b"}
    send(record, 5, run=run, job=own, eventType="COMPLETE", outputs=[sink])
    send(record, 1, run=run, job=own, eventType="START", inputs=[source])
    key = Key("run:ci/load@0196a0f1-3c3c-7a4b-9d61-5a0b3b7f9e01")
    assert edges(record) == {("used", key, "dataset:pg/a"), ("produced_by", "dataset:pg/b", key)}
    assert sorted(values(record, key, "run_state")) == ["COMPLETE", "START"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_late_events_open_nothing_whatever_their_order(record, order):
    sends = [
        lambda: table(record, 1, documentation=said("first"), ownership=owned("ann")),
        lambda: table(record, 2, documentation=said("second")),
        lambda: table(record, 3, ownership={"_deleted": True}),
        lambda: table(record, 4, documentation=said("last")),
    ]
    for number in order:
        sends[number]()
    assert values(record, TABLE, "description") == ["last"]
    assert values(record, TABLE, "owner") == []
    assert not examine(record).findings


def test_what_is_unchanged_still_moves_the_time(record):
    table(record, 1, documentation=said("same"))
    before = record.head().number
    table(record, 3, documentation=said("same"))
    assert record.head().number == before, "nothing was news"
    assert table(record, 2, documentation=said("other")).unchanged
    assert values(record, TABLE, "description") == ["same"]


def test_a_dropped_dataset_stays_gone_until_it_is_spoken_of_again(record):
    drop = {"lifecycleStateChange": "DROP"}
    table(record, 1, documentation=said("one"), ownership=owned("ann"))
    table(record, 5, lifecycleStateChange=drop)
    assert values(record, TABLE, "description") == values(record, TABLE, "owner") == []
    assert TABLE not in RecordViews(record).view(At()).nodes
    table(record, 3, tags={"tags": [{"key": "late"}]})
    assert values(record, TABLE, "tag") == []
    table(record, 7, documentation=said("again"))
    assert values(record, TABLE, "description") == ["again"]


def test_everything_sent_twice_changes_nothing(record):
    for _ in range(2):
        table(record, 1, documentation=said("one"), ownership=owned("ann"))
        job(record, 2, {"documentation": said("loads")}, inputs=[], outputs=[])
        heads = record.head().number
    table(record, 1, documentation=said("one"), ownership=owned("ann"))
    assert record.head().number == heads
    rereads = list(flow.reread(record))
    assert rereads
    assert all(one.refused is None for one in rereads)
    assert all(one.receipt.unchanged for one in rereads)
    assert record.head().number == heads
