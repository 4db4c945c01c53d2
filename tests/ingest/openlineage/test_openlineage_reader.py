"""OpenLineage events: who made what from what, by the facets that say so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.errors import DocumentRefusedError
from lineage.ingest.formats.openlineage import READER
from lineage.ingest.formats.openlineage.event import moment
from lineage.ingest.formats.openlineage.naming import code_key, dataset_key
from lineage.ingest.reader import Circumstance
from lineage.model.claim import Edge, Property
from lineage.normalise.steps import normalise

SAMPLE = Path(__file__).parents[2] / "documents" / "openlineage" / "train.openlineage.json"
CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
RUN = "run:ci/train@0196a0f1-3c3c-7a4b-9d61-5a0b3b7f9e01"
MODEL = "pkg:huggingface/acme/chat@3"
SQUAD = "dataset:pkg:huggingface/rajpurkar/squad@7b6d24c"
TICKETS = "dataset:s3:/acme-data/tickets%2F2026-04"


def event(**more):
    return {
        "eventTime": "2026-05-04T08:20:30Z",
        "eventType": "COMPLETE",
        "producer": "x",
        "run": {"runId": "0196a0f1-3c3c-7a4b-9d61-5a0b3b7f9e01"},
        "job": {"namespace": "ci", "name": "train"},
    } | more


def read(document):
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return normalise(READER.read(content, Circumstance()), Circumstance())


def edges(reading):
    found = [c.statement for c in reading.claims if isinstance(c.statement, Edge)]
    return {(e.kind, getattr(e.downstream, "key", None), e.upstream) for e in found}


def values(reading, name):
    found = [c.statement for c in reading.claims if isinstance(c.statement, Property)]
    return [one.decoded() for one in found if one.name == name]


def test_the_sample_says_what_it_says():
    reading = read(SAMPLE.read_bytes())
    code = "pkg:github/acme/trainer@9f2c4d1e8b7a6c5d4e3f2a1b0c9d8e7f6a5b4c3d"
    assert edges(reading) == {
        ("used", RUN, SQUAD),
        ("used", RUN, TICKETS),
        ("used", RUN, code),
        ("produced_by", MODEL, RUN),
        ("part_of", RUN, "run:ci/nightly@0196a0f1-0000-7a4b-9d61-5a0b3b7f9e00"),
        ("built_with", RUN, "framework:spark@4.0.1"),
        ("owned_by", RUN, "agent:team/nlp"),
    }
    assert reading.subject == RUN
    assert reading.time == "2026-05-04T08:20:30.123456Z"
    assert values(reading, "hyperparameter") == [{"name": "lr", "value": "0.0001"}]
    assert values(reading, "owner") == ["team:nlp"]
    kept = {one["field"] for one in values(reading, "extension")}
    assert {"acme_budget", "processing_engine", "inputFacets.inputStatistics"} <= kept
    assert not reading.quarantined


def test_the_lineage_facet_is_honoured_over_the_product():
    a, b, c, d = (
        {"namespace": "pg", "name": name, "type": "DATASET"} for name in ("a", "b", "c", "d")
    )
    lineage = {"entries": [{**c, "inputs": [a]}, {**d, "inputs": [], "fields": {}}]}
    job = {"namespace": "ci", "name": "train", "facets": {"lineage": lineage}}
    reading = read(event(job=job, inputs=[a, b], outputs=[c, d]))
    assert edges(reading) == {
        ("produced_by", "dataset:pg/c", RUN),
        ("produced_by", "dataset:pg/d", RUN),
        ("derived_from", "dataset:pg/c", "dataset:pg/a"),
    }
    (none,) = [c.statement for c in reading.claims if getattr(c.statement, "state", "") == "none"]
    assert (none.name, none.subject.key) == ("derivation", "dataset:pg/d")
    # What no entry names is not lost.
    assert {"field": "inputs", "value": "dataset:pg/b"} in values(reading, "extension")


def test_field_lineage_alone_names_its_sources():
    source = {"namespace": "pg", "name": "a", "type": "DATASET", "field": "x"}
    facet = {"fields": {"y": {"inputs": [source]}}}
    output = {"namespace": "pg", "name": "c", "facets": {"lineage": facet}}
    reading = read(event(outputs=[output]))
    assert ("derived_from", "dataset:pg/c", "dataset:pg/a") in edges(reading)


def test_one_bad_facet_is_set_aside_and_the_rest_goes_in():
    facets = {"parent": {"run": {}}, "tags": {"tags": [{"key": "a", "value": "true"}]}, "x": 3}
    run = {"runId": "0196a0f1-3c3c-7a4b-9d61-5a0b3b7f9e01", "facets": facets}
    reading = read(event(run=run, outputs=[{"namespace": "pg", "name": "c"}]))
    assert [one.path for one in reading.quarantined] == ["run.facets.parent", "run.facets.x"]
    assert values(reading, "tag") == ["a"]
    assert ("produced_by", "dataset:pg/c", RUN) in edges(reading)


_JOB = {"type": "JOB", "namespace": "ci", "name": "train"}
_TABLE = {"type": "DATASET", "namespace": "pg", "name": "c"}


@pytest.mark.parametrize(
    ("lineage", "path"),
    [
        ({"entries": [{**_JOB, "inputs": [{"type": "DATASET"}]}]}, "entries[0]"),
        ({"entries": [{**_TABLE, "inputs": [{"namespace": "pg"}]}]}, "entries[0]"),
        ({"entries": [{"type": "DATASET"}]}, "entries[0]"),
        ({"entries": [_JOB, {**_TABLE, "inputs": [3]}]}, "entries[1]"),
        ({"entries": [{**_TABLE, "fields": {"id": []}}]}, "entries[0]"),
        ({"entries": {}}, ""),
        ({"entries": [None]}, ""),
    ],
)
def test_lineage_that_names_nothing_is_set_aside_with_its_place(lineage, path):
    job = {"namespace": "ci", "name": "train", "facets": {"lineage": lineage}}
    reading = read(event(job=job, outputs=[{"namespace": "pg", "name": "c"}]))
    place = "job.facets.lineage"
    assert [one.path for one in reading.quarantined] == [f"{place}.{path}" if path else place]


def test_a_source_without_a_name_is_set_aside_in_an_event_of_a_dataset():
    facets = {"lineage": {"inputs": [{"namespace": "pg"}]}, "documentation": {"description": "x"}}
    read_alone = {
        "eventTime": "2026-05-04T08:20:30Z", "producer": "x",
        "dataset": {"namespace": "pg", "name": "c", "facets": facets},
    }  # fmt: skip
    found = READER.read(json.dumps(read_alone).encode(), Circumstance())
    assert [one.path for one in found.quarantined] == ["dataset.facets.lineage"]
    assert any("facet documentation" in part.element for part in found.parts)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (b"", "line 1"),
        (b"[]", "$"),
        (b"\xff{}", "$"),
        (b'{"a": 1, "a": 2}', "a"),
        (b'{"run": NaN}', "$"),
        (b'{"x":' + b"[" * 200 + b"]" * 200 + b"}", "$"),
        ({"eventTime": "2026-05-04"}, "$"),
        (event(eventTime=None), "eventTime"),
        (event(eventTime="yesterday"), "eventTime"),
        (event(run={"runId": "7"}), "run.runId"),
        (event(run={}), "run.runId"),
        (event(job={"namespace": "ci"}), "job.name"),
        (event(inputs={}), "inputs"),
        (event(inputs=[{"namespace": "x"}]), "inputs[0].name"),
        (event(outputs=[3]), "outputs[0]"),
        (event(eventType=3), "eventType"),
    ],
)
def test_what_is_no_event_is_refused_with_its_place(document, path):
    with pytest.raises(DocumentRefusedError) as refusal:
        read(document)
    assert refusal.value.data["path"] == path


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2020-12-28T19:51:01.641Z", "2020-12-28T19:51:01.641000Z"),
        ("2021-11-03T10:53:52.427343", "2021-11-03T10:53:52.427343Z"),
        ("2026-05-04T10:20:30.123456789+02:00", "2026-05-04T08:20:30.123456Z"),
        ("2026-05-04T10:20+0200[Europe/Berlin]", "2026-05-04T08:20:00.000000Z"),
        ("2026-02-30T10:20:00Z", None),
        ("soon", None),
    ],
)
def test_times(said, meant):
    assert moment(said) == meant


def test_names_of_hubs_and_registries():
    assert dataset_key("hf://datasets", "squad") == "dataset:pkg:huggingface/squad"
    assert dataset_key("hf://models", "a/b", version="1") == "pkg:huggingface/a/b@1"
    image = dataset_key("oci://ghcr.io/acme", "chat", version="1.2")
    assert image == "pkg:oci/chat@1.2?repository_url=ghcr.io/acme/chat"
    assert dataset_key("postgres://db:5432", "shop.public.t") == (
        "dataset:postgres:/db:5432/shop.public.t"
    )
    assert code_key("https://git.acme.example/ml/x.git", "beef") == (
        "code:git.acme.example/ml/x@beef"
    )
    assert code_key("not an address", None) is None


@pytest.mark.skipif(
    not CORPUS.is_dir(), reason="needs ../shared: documents of others, kept beside the repository"
)
def test_real_events_are_read():
    files = [*CORPUS.glob("openlineage/**/*.json"), *CORPUS.glob("marquez/**/event_*.json")]
    history = json.loads((CORPUS / "marquez/docker/metadata.template.json").read_text())
    documents = [path.read_bytes() for path in files]
    documents += [
        json.dumps({**one, "eventTime": f"2026-05-04T08:00:{n:02}Z"}).encode()
        for n, one in enumerate(history)
    ]
    read_whole = 0
    for content in documents:
        if b"${json-unit" in content or b"{{" in content or b'"eventTime"' not in content:
            continue  # a template of a test, no event
        reading = READER.read(content, Circumstance())
        for part in reading.parts or (reading,):
            assert normalise(reading, Circumstance()).quarantined == ()
            assert part.claims
        read_whole += 1
    assert read_whole >= 30


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["facets", "run", "job", "inputs", "namespace", "name", "owners", "tags",
                         "parent", "lineage", "entries", "ownership", "symlinks", "version"]),
        inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_whatever_stands_in_facets_the_rest_is_read(anything):
    run = {"runId": "0196a0f1-3c3c-7a4b-9d61-5a0b3b7f9e01", "facets": anything}
    output = {"namespace": "pg", "name": "c", "facets": anything}
    job = {"namespace": "ci", "name": "train", "facets": anything}
    reading = read(event(run=run, job=job, outputs=[output]))
    assert any(kind == "produced_by" for kind, _, _ in edges(reading)) or "lineage" in str(anything)
