"""pylock.toml (PEP 751)."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.errors import DocumentRefusedError
from lineage.ingest.formats.pylock import READER
from lineage.ingest.reader import Circumstance
from lineage.model.claim import Edge, Member, Property
from lineage.model.identity import Key

SAMPLES = Path(__file__).parents[2] / "documents" / "pylock"
CIRCUMSTANCE = Circumstance(subject=Key("environment:acme/chat"))
HEAD = 'lock-version = "1.0"\ncreated-by = "hand"\n'


def read(text: str):
    return READER.read(text.encode(), CIRCUMSTANCE)


@pytest.fixture(scope="module")
def reading():
    found = read((SAMPLES / "pylock.toml").read_text())
    assert found.quarantined == ()
    return found


def members(reading):
    return {
        c.statement.component: c.statement for c in reading.claims if type(c.statement) is Member
    }


def facts(reading, key, name):
    return [
        c.statement.decoded()
        for c in reading.claims
        if isinstance(c.statement, Property)
        and c.statement.name == name
        and getattr(c.statement.subject, "key", "") == key
    ]


def test_members_keep_their_markers_and_groups(reading):
    found = members(reading)
    assert found["pkg:pypi/numpy@2.3.4"].requirement.marker == "sys_platform == 'linux'"
    assert found["pkg:pypi/pytest@9.0.0"].dependency_scope == "development"
    assert found["pkg:pypi/attrs@25.1.0"].requirement is None
    assert "pkg:pypi/chat" in found
    assert {m.direct for m in found.values()} == {"unknown"}


def test_every_file_is_known_and_a_single_one_is_the_artefact(reading):
    [artefact] = facts(reading, "pkg:pypi/attrs@25.1.0", "artefact")
    assert artefact["tags"] == ["py3-none-any"]
    assert (artefact["index"], artefact["size"]) == ("index.example", 63152)
    files = [f["file"] for f in facts(reading, "pkg:pypi/cattrs@24.1.2", "known_artefact")]
    assert files == ["cattrs-24.1.2-py3-none-any.whl", "cattrs-24.1.2.tar.gz"]
    channels = {f["index"] for f in facts(reading, "pkg:pypi/numpy@2.3.4", "known_artefact")}
    assert channels == {"channel.example/whl/cu128"}
    [repository] = facts(reading, "pkg:pypi/chat", "artefact")
    assert repository["url"] == "https://forge.example/acme/chat.git"


def test_stated_dependencies_are_edges_and_absent_ones_unknown(reading):
    pairs = {
        (c.statement.downstream.key, c.statement.upstream)
        for c in reading.claims
        if isinstance(c.statement, Edge) and c.statement.kind == "depends_on"
    }
    assert pairs == {
        ("pkg:pypi/cattrs@24.1.2", "pkg:pypi/attrs@25.1.0"),
        ("pkg:pypi/cattrs@24.1.2", "pkg:pypi/numpy@2.3.4"),
    }
    assert facts(reading, "pkg:pypi/attrs@25.1.0", "dependencies") == ["none"]
    assert facts(reading, "pkg:pypi/cattrs@24.1.2", "dependencies") == ["complete"]
    assert facts(reading, "pkg:pypi/numpy@2.3.4", "dependencies") == []


def test_python_is_required_by_lock_and_packages(reading):
    wishes = {
        c.statement.downstream.key: c.statement.requirement.raw
        for c in reading.claims
        if isinstance(c.statement, Edge) and c.statement.upstream == "capability:python"
    }
    assert wishes["environment:acme/chat"] == ">=3.12"
    assert wishes["pkg:pypi/attrs@25.1.0"] == ">=3.8"


def test_attestations_and_tool_tables_are_kept(reading):
    assert facts(reading, "pkg:pypi/attrs@25.1.0", "attestation_identity")[0]["kind"] == "GitHub"
    assert facts(reading, "pkg:pypi/pytest@9.0.0", "tool") == [{"mousebender": {"note": "kept"}}]
    assert reading.facts == (("tool", "mousebender"),)


def test_bad_packages_are_set_aside_with_their_path():
    reading = read((SAMPLES / "pylock.broken.toml").read_text())
    assert [q.path for q in reading.quarantined] == [
        "packages.1.wheels.0.hashes",
        "packages.2.name",
        "packages.3",
    ]
    assert facts(reading, "pkg:pypi/attrs@25.1.0", "dependencies") == ["incomplete"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("lock-version = ", "$"),
        ("", "packages"),
        ('packages = []\ncreated-by = "x"', "lock-version"),
        ('lock-version = "2.0"\ncreated-by = "x"\npackages = []', "lock-version"),
        ('lock-version = "1.0"\npackages = []', "created-by"),
        (HEAD + "packages = 3", "packages"),
        (HEAD + 'requires-python = "what"\npackages = []', "requires-python"),
    ],
)
def test_a_file_that_is_no_lock_is_refused_with_a_path(text, path):
    with pytest.raises(DocumentRefusedError) as refusal:
        read(text)
    assert refusal.value.data["path"] == path
