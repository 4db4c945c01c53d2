"""A BOM in JSON and its twin in XML: the same claims, the same graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lineage.flow import receive
from lineage.ingest.formats.cyclonedx import READER
from lineage.ingest.reader import Circumstance
from lineage.model.claim import Component, Edge, Member, Property, Statement
from lineage.model.document import Reading, Upload
from lineage.model.revision import At, Scope
from lineage.normalise.steps import normalise
from lineage.record.store import Record
from tests.e2e.estate_content import seen

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "tests" / "documents" / "cyclonedx_twins"
SPEC = ROOT.parent / "shared" / "corpus" / "cyclonedx-spec" / "1.7"
TWINS = [
    (OWN / "chat.cdx.json", OWN / "chat.cdx.xml"),
    *(
        (SPEC / f"{stem}.json", SPEC / f"{stem}.xml")
        for stem in (
            "valid-component-external-with-versionRange",
            "valid-machine-learning-1.7",
            "valid-saasbom-1.7",
        )
        if SPEC.exists()
    ),
]
pairs = pytest.mark.parametrize(("json", "xml"), TWINS, ids=[one.stem for one, _ in TWINS])


def reading(path: Path) -> Reading:
    world = Circumstance(namespace="acme", subject=None, name=path.name)
    given = Circumstance(namespace="acme", subject=SUBJECT, name=path.name)
    own = READER.read(path.read_bytes(), given)
    return normalise(own, world if own.own_subject else given)


SUBJECT: Any = "environment:acme/twin"


def said(found: Reading) -> set[tuple[Statement, Any]]:
    return {(_folded(claim.statement), claim.assembly) for claim in found.claims}


def _folded(statement: Statement) -> Statement:
    """White space inside a value counts for nothing: XML pretty-printing adds it."""
    if isinstance(statement, Property):
        value: Any = " ".join(statement.value.replace("\\n", " ").split())
        return Property(statement.subject, statement.name, value, statement.state)
    return statement


@pairs
def test_twins_make_the_same_claims(json: Path, xml: Path) -> None:
    one, other = reading(json), reading(xml)
    assert said(one) ^ said(other) == set()
    assert (one.subject, one.own_subject) == (other.subject, other.own_subject)
    assert len(one.claims) == len(other.claims)
    assert one.quarantined == other.quarantined == ()
    assert {key: value for key, value in one.facts if key != "syntax"} == {
        key: value for key, value in other.facts if key != "syntax"
    }


@pairs
def test_twins_give_the_same_graph(json: Path, xml: Path, tmp_path: Path) -> None:
    graphs = []
    for path in (json, xml):
        url = f"sqlite:///{tmp_path / path.suffix[1:]}.sqlite"
        with Record.open(url, create=True, namespace="acme") as record:
            upload = Upload(content=path.read_bytes(), name=path.name)
            assert not receive(record, upload).quarantined
            graphs.append(seen(record, At(scope=Scope.ALL)))
    assert graphs[0] == graphs[1]
    assert graphs[0]["nodes"]


def test_sent_after_its_twin_a_document_opens_nothing(sqlite_url: str) -> None:
    json, xml = TWINS[0]
    with Record.open(sqlite_url, create=True) as record:
        receive(record, Upload(content=json.read_bytes(), name=json.name))
        before = seen(record)
        receipt = receive(record, Upload(content=xml.read_bytes(), name=xml.name))
        assert (receipt.added, receipt.removed, receipt.unchanged) == (0, 0, False)
        assert seen(record) == before


def test_the_own_twin_says_something_of_everything() -> None:
    found = reading(TWINS[0][0])
    statements = [claim.statement for claim in found.claims]
    edges = {one.kind for one in statements if isinstance(one, Edge)}
    assert edges >= {
        "affected_by", "after", "contains", "depends_on", "fine_tuned_from", "owned_by",
        "produced_by", "ran_on", "reads", "serves", "calls", "supplied_by", "trained_on", "used",
        "variant_of", "written_by",
    }  # fmt: skip
    kinds = {one.kind for one in statements if isinstance(one, Component)}
    assert kinds >= {"model", "dataset", "framework", "service", "run", "vulnerability", "agent"}
    assert sum(isinstance(one, Member) for one in statements) >= 8
    names = {one.name for one in statements if isinstance(one, Property)}
    assert names >= {"licence", "digest", "energy", "metric", "intended_use", "hyperparameter"}
