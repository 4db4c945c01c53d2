"""``lineage.yaml``: what a team says itself, with path and line where it cannot be kept."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lineage import flow
from lineage.errors import DocumentRefusedError
from lineage.ingest.formats.manifest import READER
from lineage.ingest.formats.manifest.shape import faults, schema
from lineage.ingest.reader import Circumstance
from lineage.ingest.readers import pick
from lineage.model.claim import Edge, OfComponent, OfFamily, Pointer, Property
from lineage.model.document import Upload
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.normalise.steps import normalise
from lineage.record.store import Record
from lineage.record.views import RecordViews
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.rows import EdgeKind

SAMPLE = Path(__file__).parents[2] / "documents" / "manifest" / "lineage.yaml"
HEAD = "lineage: 1\nsubject: service:acme/chat\n"
CHAT = Key("service:acme/chat@2.1.0")
LORA = Key("model:acme/chat-lora@3")


def read(text, **told):
    circumstance = Circumstance(**told)
    return normalise(READER.read(text.encode(), circumstance), circumstance)


def said(reading, kind):
    return [claim.statement for claim in reading.claims if isinstance(claim.statement, kind)]


def test_the_sample_says_what_it_says():
    reading = read(SAMPLE.read_text())
    edges = {(e.kind, e.downstream.key, e.upstream, e.pointer) for e in said(reading, Edge)}
    assert edges == {
        ("serves", CHAT, "model:acme/chat-lora@3", ""),
        ("adapter_of", LORA, "pkg:huggingface/meta-llama/Llama-3.1-8B", "main"),
        ("trained_on", LORA, "dataset:acme/support-tickets@2026-05", ""),
        ("runs_on", CHAT, "host:acme/gpu-a", ""),
    }
    assert said(reading, Pointer) == [Pointer("model:acme/chat-lora", "production", LORA)]
    values = {(p.name, p.value, p.state) for p in said(reading, Property)}
    assert ("tag", '"gdpr"', "value") in values
    assert ("fairness_assessment", "null", "unknown") in values
    assert ("end_of_life", '"2027-06-30"', "value") in values
    assert reading.precedence == "manifest"
    assert not reading.quarantined


def test_a_subject_without_a_version_takes_the_one_it_is_handed_in_with():
    text = HEAD + "properties: {owner: Chat team}\n"
    (owner,) = said(read(text, subject=Key("service:acme/chat@7")), Property)
    assert owner.subject == OfComponent(Key("service:acme/chat@7"))
    (owner,) = said(read(text, subject=Key("service:acme/other@7")), Property)
    assert owner.subject == OfFamily(Key("service:acme/chat"))


def test_a_bare_name_gets_the_namespace():
    text = "lineage: 1\nsubject: service:chat\nedges: [{kind: serves, upstream: 'model:m@1'}]\n"
    (edge,) = said(read(text, namespace="acme"), Edge)
    assert (edge.downstream.key, edge.upstream) == ("service:acme/chat", "model:acme/m@1")


def test_a_need_of_the_subject_is_a_direct_member():
    text = "lineage: 1\nsubject: service:acme/chat@1\nedges:\n"
    text += "  - {kind: depends_on, upstream: 'pkg:pypi/torch@2.9.1', requirement: '>=2'}\n"
    members = [c for c in read(text).claims if type(c.statement).__name__ == "Member"]
    assert [(c.statement.component, c.statement.direct) for c in members] == [
        ("pkg:pypi/torch@2.9.1", "direct")
    ]
    assert members[0].statement.requirement.scheme == "pep440"


def test_what_the_subject_contains_are_its_direct_members():
    text = HEAD + "edges: [{kind: contains, upstream: 'service:acme/search@2'}]\n"
    members = [c for c in read(text).claims if type(c.statement).__name__ == "Member"]
    assert [(c.assembly, c.statement.component, c.statement.direct) for c in members] == [
        ("service:acme/chat", "service:acme/search@2", "direct")
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "document: it is empty"),
        ("lineage: 1\nsubject: [", "line 3, column 1: not YAML"),
        ("lineage: 1\n", 'document (line 1): "subject" is a required property'),
        ("lineage: 2\nsubject: service:a/b\n", "lineage (line 1): 1 was expected"),
        (HEAD + "owner: me\n", "document (line 1)"),
        (HEAD + "edges:\n  - upstream: model:m\n    kind: servs\n", "edges[0].kind (line 5)"),
        (HEAD + "lineage: 1\n", "lineage (line 3): the name stands here twice"),
        (HEAD + "properties: {x: .inf}\n", "properties.x (line 3)"),
        (HEAD + "properties: {x: !!python/name:os.system }\n", "properties.x (line 3): the tag"),
        (HEAD + "properties: {<<: {a: 1}}\n", "merge keys are not read"),
        ("lineage: 1\nsubject: chat\n", "subject (line 2): 'chat' is not a key"),
        ("lineage: 1\nsubject: service:a/b\nproperties: {n: 99999999999999999999}\n", "too large"),
    ],
)
def test_what_is_no_manifest_is_refused_with_its_place(text, place):
    with pytest.raises(DocumentRefusedError) as refusal:
        read(text)
    assert place in str(refusal.value)
    assert not str(refusal.value).endswith("..")


def test_aliases_cannot_blow_a_document_up():
    lines = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 8)]
    text = "a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + "\n".join(lines)
    with pytest.raises(DocumentRefusedError, match="too many values"):
        read(text)
    deep = "x: " + "[" * 60 + "]" * 60
    with pytest.raises(DocumentRefusedError, match="nested too deeply"):
        read(deep)


def test_one_bad_statement_is_set_aside_and_the_rest_goes_in():
    text = HEAD + (
        "edges:\n"
        "  - {kind: serves, upstream: nonsense}\n"
        "  - {kind: serves, upstream: 'model:acme/m@1'}\n"
        "  - {kind: trained_on, upstream: 'dataset:acme/d@1'}\n"
        "pointers:\n"
        "  - {family: 'model:acme/m@1', name: best, version: '1'}\n"
        "properties: {energy: plenty}\n"
    )
    reading = read(text)
    assert [edge.upstream for edge in said(reading, Edge)] == ["model:acme/m@1"]
    places = sorted(bad.path for bad in reading.quarantined)
    assert places == ["edges[0] (line 4)", "edges[2]", "pointers[0] (line 8)", "properties.energy"]


def test_the_reader_is_picked_by_name_and_by_its_first_line():
    assert pick(b"", "deploy/lineage.yaml").name == "manifest"
    assert pick(b"", "chat.lineage.yml").name == "manifest"
    assert pick(b"# ours\n---\nlineage: 1\n", "").name == "manifest"


def test_the_schema_follows_the_vocabulary():
    document = yaml.safe_load(HEAD + "edges: [{kind: entangled_with, upstream: 'model:acme/m'}]")
    assert [path for path, _ in faults(document)] == ["edges[0].kind"]
    row = EdgeKind(
        name="entangled_with", downstream=(), upstream=(), edge_class="evidence",
        holds="everywhere", description="x",
    )  # fmt: skip
    EDGES.add(row)
    try:
        assert not list(faults(document))
        assert "entangled_with" in str(schema())
    finally:
        EDGES.remove("entangled_with")


def test_what_the_team_says_comes_before_what_tools_say(tmp_path):
    with Record.open(f"sqlite:///{tmp_path / 'l.db'}", create=True, namespace="acme") as record:
        bom = (
            b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": '
            b'{"type": "machine-learning-model", "name": "x", "bom-ref": "x", "version": "3",'
            b'"purl": "pkg:huggingface/acme/chat-lora@3",'
            b'"licenses": [{"license": {"id": "MIT"}}]}}}'
        )
        text = "lineage: 1\nsubject: pkg:huggingface/acme/chat-lora@3\n"
        manifest = (text + "properties: {licence: Apache-2.0}\n").encode()
        flow.receive(record, Upload(content=manifest, name="lineage.yaml", stream="forge/chat"))
        flow.receive(record, Upload(content=bom, name="x.cdx.json"))
        view = RecordViews(record).view(At())
        first = view.first(Key("pkg:huggingface/acme/chat-lora@3"), "licence")
        assert first.value["expression"] == "Apache-2.0"

        again = (text + "properties: {owner: Chat team}\n").encode()
        receipt = flow.receive(
            record, Upload(content=again, name="lineage.yaml", stream="forge/chat")
        )
        assert (receipt.added, receipt.removed) == (1, 1), "the slot is the file"
        beside = Upload(content=again, name="lineage.yaml", part="b/lineage.yaml", stream="forge/c")
        assert flow.receive(record, beside).slot == "manifest b/lineage.yaml"
