"""The document of an installed environment."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from lineage.errors import DocumentRefusedError, SubjectMissingError
from lineage.ingest.formats.environment import READER
from lineage.ingest.reader import Circumstance
from lineage.ingest.readers import pick, stem
from lineage.model.claim import Edge, Member, OfAssembly, Property
from lineage.model.identity import Key

SAMPLES = Path(__file__).parents[2] / "documents" / "environment"
CIRCUMSTANCE = Circumstance(subject=Key("environment:acme/chat"))


def read(name: str):
    return READER.read((SAMPLES / name).read_bytes(), CIRCUMSTANCE)


@pytest.fixture(scope="module")
def reading():
    found = read("chat.environment.json")
    assert found.quarantined == ()
    return found


def artefacts(reading):
    return {
        c.statement.subject.key: c.statement.decoded()
        for c in reading.claims
        if isinstance(c.statement, Property) and c.statement.name == "artefact"
    }


def test_members_know_who_asked_for_them(reading):
    direct = {
        c.statement.component: c.statement.direct
        for c in reading.claims
        if isinstance(c.statement, Member)
    }
    assert direct == {
        "pkg:pypi/chat@0.3.dev0": "direct",
        "pkg:pypi/lamp@1.0": "direct",
        "pkg:pypi/glow-runtime-g1@1.4.2": "transitive",
    }


def test_members_carry_the_evidence_of_their_files(reading):
    found = artefacts(reading)
    assert found["pkg:pypi/lamp@1.0"] == {
        "binaries": 2,
        "needed": ["libglow.so.1"],
        "opened": ["libdimmer.so.4"],
        "ships": ["libwire-0a1b2c3d.so.2"],
        "tags": ["cp312-cp312-manylinux_2_28_x86_64"],
    }
    assert found["pkg:pypi/glow-runtime-g1@1.4.2"]["index"] == "index.example"
    assert found["pkg:pypi/glow-runtime-g1@1.4.2"]["digest"] == "sha256:ab12"
    assert found["pkg:pypi/chat@0.3.dev0"]["editable"] is True
    assert "needed" not in found["pkg:pypi/chat@0.3.dev0"]


def test_active_lines_are_edges_and_the_others_hold_everywhere(reading):
    inner = {
        (c.statement.downstream.key, c.statement.upstream)
        for c in reading.claims
        if isinstance(c.statement, Edge) and c.assembly
    }
    assert inner == {
        ("pkg:pypi/chat@0.3.dev0", "pkg:pypi/lamp@1.0"),
        ("pkg:pypi/lamp@1.0", "pkg:pypi/glow-runtime-g1@1.4.2"),
    }
    declared = {
        c.statement.upstream
        for c in reading.claims
        if isinstance(c.statement, Edge) and not c.assembly
    }
    assert "pkg:pypi/shade" in declared
    assert "capability:python" in declared


def test_the_marker_environment_is_that_of_its_interpreter(reading):
    [markers] = [
        c.statement.decoded()
        for c in reading.claims
        if isinstance(c.statement, Property) and c.statement.name == "marker_environment"
    ]
    assert markers["python_version"] == "3.12"
    assert any(getattr(c.statement, "subject", None) == OfAssembly() for c in reading.claims)


def test_bad_distributions_are_set_aside_by_their_path():
    assert [q.path for q in read("damaged.environment.json").quarantined] == [
        "installed.0.unreadable.0",
        "installed.1.metadata.version",
        "installed.2.evidence.needed.1",
        "installed.3",
        "installed.4",
    ]


def test_an_egg_has_lines_that_nobody_read():
    document = orjson.loads((SAMPLES / "chat.environment.json").read_bytes())
    document["installed"][1]["legacy"] = True
    found = READER.read(orjson.dumps(document), CIRCUMSTANCE)
    known = {
        c.statement.subject.key: c.statement.decoded()
        for c in found.claims
        if isinstance(c.statement, Property) and c.statement.name == "dependencies"
    }
    assert known["pkg:pypi/glow-runtime-g1@1.4.2"] == "incomplete"


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b"{", "$"),
        (b"[]", "$"),
        (b'{"version": "2"}', "version"),
        (b'{"version": "1", "environment": {}}', "installed"),
        (b'{"version": "1", "environment": [], "installed": []}', "environment"),
    ],
)
def test_what_is_no_scan_is_refused_with_a_path(content, path):
    with pytest.raises(DocumentRefusedError) as refusal:
        READER.read(content, CIRCUMSTANCE)
    assert refusal.value.data["path"] == path


def test_a_scan_without_a_subject_says_so():
    with pytest.raises(SubjectMissingError):
        READER.read((SAMPLES / "chat.environment.json").read_bytes(), Circumstance())


def test_it_is_known_by_its_content_and_named_by_its_stem():
    content = (SAMPLES / "chat.environment.json").read_bytes()
    assert pick(content, "").name == "environment"
    assert pick(content, "x.json").name == "environment"
    assert stem("chat.environment.json") == "chat"
