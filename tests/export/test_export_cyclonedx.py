"""What is exported as CycloneDX and read again says the same."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest

from lineage import flow
from lineage.export.cyclonedx import export
from lineage.ingest.formats.cyclonedx.schema import is_valid
from lineage.model.document import Upload
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.store import Record
from lineage.record.views import RecordViews

DOCUMENTS = Path(__file__).parents[1] / "documents"
ESTATE = Path(__file__).parents[2] / "api" / "demo" / "estate"
CHAT = Key("service:acme/chat@2.1.0")


@pytest.fixture
def record(tmp_path):
    with Record.open(f"sqlite:///{tmp_path / 'a.db'}", create=True, namespace="acme") as opened:
        yield opened


def send(record, path, subject=None):
    key = Key(subject) if subject else None
    return flow.receive(
        record, Upload(content=path.read_bytes(), name=path.name, subject=key)
    ).subject


def again(tmp_path, content):
    """The view of a record that knows nothing but this document."""
    with Record.open(f"sqlite:///{tmp_path / 'b.db'}", create=True, namespace="other") as other:
        receipt = flow.receive(other, Upload(content=content, name="x.cdx.json"))
        assert not receipt.quarantined
        return receipt.subject, RecordViews(other).view(At())


def inside(view, key):
    content = view.assemblies[key].content
    members = {m.component: (m.direct, m.unknown) for m in content.members.values()}
    return members, {(e.kind, e.downstream, e.upstream) for e in content.edges}


def licences(view, key):
    values = [v.value for v in view.values.get(key, ()) if v.name == "licence" and v.value]
    return {value["expression"] or value["raw"] for value in values}


@pytest.mark.parametrize(
    ("document", "subject"),
    [
        (ESTATE / "chat-api.pip.json", "container:demo/chat-api@1.2"),
        (DOCUMENTS / "pip_report" / "torch-cu128.json", "service:acme/chat@3"),
        (DOCUMENTS / "cyclonedx" / "image.cdx.json", None),
        (DOCUMENTS / "cyclonedx" / "host.cdx.json", None),
        (DOCUMENTS / "pylock" / "pylock.toml", "environment:acme/api@1"),
    ],
)
def test_an_assembly_comes_back_with_its_members_and_their_edges(
    record, tmp_path, document, subject
):
    key = send(record, document, subject)
    view = RecordViews(record).view(At())
    made = export(view, key)
    bom = json.loads(made.content)
    assert is_valid(bom, "1.6")
    found, there = again(tmp_path, made.content)
    assert found == key
    members, edges = inside(view, key)
    others, other_edges = inside(there, key)
    assert others.keys() == members.keys()
    assert {e for e in other_edges if e[0] == "depends_on"} == {
        e for e in edges if e[0] == "depends_on"
    }
    assert {k for k, v in others.items() if v[1]} == {k for k, v in members.items() if v[1]}
    assert {k for k, v in others.items() if v[0] == "direct"} == {
        k for k, v in members.items() if v[0] == "direct"
    }
    for member in members:
        assert there.nodes[member].kind == view.nodes[member].kind
        assert licences(there, member) == licences(view, member)


def test_a_team_without_a_bill_of_materials_gets_one(record, tmp_path):
    send(record, DOCUMENTS / "manifest" / "lineage.yaml")
    send(record, DOCUMENTS / "pip_report" / "torch-cu128.json", CHAT)
    view = RecordViews(record).view(At())
    made = export(view, CHAT)
    bom = json.loads(made.content)
    assert is_valid(bom, "1.6")
    subject, there = again(tmp_path, made.content)
    assert subject == CHAT
    assert there.nodes[CHAT].kind == "service"
    assert there.first(CHAT, "owner").value == "Chat team"
    assert there.first(CHAT, "end_of_life").value == "2027-06-30"
    edges = {(e.kind, e.downstream, e.upstream) for e in there.edges}
    lora = "model:acme/chat-lora@3"
    assert {
        ("serves", CHAT, lora),
        ("trained_on", lora, "dataset:acme/support-tickets@2026-05"),
        ("adapter_of", lora, "pkg:huggingface/meta-llama/Llama-3.1-8B"),
        ("runs_on", CHAT, "host:acme/gpu-a"),
    } <= edges
    # The base model, the data and the machine are no parts of the service.
    members = set(there.assemblies[CHAT].content.members)
    assert members == set(view.assemblies[CHAT].content.members)
    energy = there.first(lora, "energy")
    assert energy.value["value"] == 41.5
    assert there.first(lora, "fairness_assessment").state == "unknown"


def test_equal_views_give_equal_bytes(record):
    key = send(record, DOCUMENTS / "pip_report" / "torch-cu128.json", CHAT)
    one = export(RecordViews(record).view(At()), key)
    assert export(RecordViews(record).view(At()), key) == one
    assert orjson.loads(one.content)["serialNumber"].startswith("urn:uuid:")


def test_what_the_format_cannot_say_is_counted(record):
    text = (
        "lineage: 1\nsubject: model:acme/m@1\nedges:\n"
        "  - {kind: evaluated_on, upstream: 'dataset:acme/d@1'}\n"
        "  - {kind: trained_on, upstream: 'dataset:acme/e@1'}\n"
    )
    flow.receive(record, Upload(content=text.encode(), name="lineage.yaml"))
    made = export(RecordViews(record).view(At()), Key("model:acme/m@1"))
    assert made.unsaid == {"evaluated_on": 1}
