"""uv.lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.errors import DocumentRefusedError, SubjectMissingError
from lineage.ingest.formats.uv_lock import READER
from lineage.ingest.reader import Circumstance
from lineage.ingest.readers import pick
from lineage.model.claim import Component, Edge, Member, Property
from lineage.model.identity import Key
from lineage.normalise.steps import normalise

SAMPLES = Path(__file__).parents[2] / "documents" / "uv_lock"
CIRCUMSTANCE = Circumstance(subject=Key("environment:acme/chat"))


def read(name: str):
    return parsed((SAMPLES / name).read_text())


def parsed(text: str):
    return normalise(READER.read(text.encode(), CIRCUMSTANCE), CIRCUMSTANCE)


@pytest.fixture(scope="module")
def chat():
    found = read("chat.uv.lock")
    assert found.quarantined == ()
    assert found.warnings == ()
    return found


@pytest.fixture(scope="module")
def estate():
    found = read("estate.uv.lock")
    assert found.quarantined == ()
    return found


def members(reading):
    found: dict[str, list[Member]] = {}
    for claim in reading.claims:
        if isinstance(claim.statement, Member):
            short = claim.statement.component.removeprefix("pkg:pypi/")
            found.setdefault(short, []).append(claim.statement)
    return found


def edges(reading):
    return {
        (s.downstream.key.removeprefix("pkg:pypi/"), s.upstream.removeprefix("pkg:pypi/")): s
        for c in reading.claims
        if isinstance(s := c.statement, Edge) and s.kind == "depends_on"
    }


def facts(reading, key, name):
    return [
        c.statement.decoded()
        for c in reading.claims
        if isinstance(c.statement, Property)
        and c.statement.name == name
        and getattr(c.statement.subject, "key", "") == f"pkg:pypi/{key}"
    ]


def test_what_the_project_asks_for_is_direct_with_its_specifier(chat):
    found = members(chat)
    assert "chat@1.0.0" not in found
    [orjson] = found["orjson@3.13.0"]
    assert orjson.direct == "direct"
    assert orjson.requirement.raw == ">=3.10"
    assert orjson.requirement.marker == "sys_platform == 'linux'"
    [certifi] = found["certifi@2026.10.18"]
    assert (certifi.direct, certifi.requirement) == ("transitive", None)


def test_two_versions_of_a_family_are_members_under_their_markers(chat):
    found = members(chat)
    markers = {key: found[key][0].requirement.marker for key in found if key.startswith("numpy@")}
    assert markers == {
        "numpy@2.4.6": "python_full_version < '3.12'",
        "numpy@2.5.5": "python_full_version >= '3.12'",
    }


def test_scopes_by_what_reaches_a_package(chat):
    scopes = {key: some[0].dependency_scope for key, some in members(chat).items()}
    assert scopes["anyio@4.16.0"] == scopes["idna@3.20"] == scopes["hpack@4.2.0"] == "runtime"
    assert scopes["lxml@6.1.3"] == "optional"
    assert scopes["pytest@9.2.0"] == scopes["pluggy@1.7.0"] == "development"
    assert scopes["mdurl@0.1.2"] == "development"


def test_extras_are_followed_where_they_are_asked_for(chat):
    assert members(chat)["httpx@0.28.1"][0].extras == ("http2",)
    edge = edges(chat)[("httpx@0.28.1", "h2@4.4.1")]
    assert edge.attributes == (("extra", "http2"),)
    assert edge.requirement is None


def test_markers_of_other_packages_stay_on_their_edges(chat):
    edge = edges(chat)[("anyio@4.16.0", "typing-extensions@4.16.0")]
    assert edge.attributes == (("marker", "python_full_version < '3.15'"),)
    assert facts(chat, "anyio@4.16.0", "dependencies") == ["complete"]
    assert facts(chat, "idna@3.20", "dependencies") == ["none"]


def test_every_file_of_a_release_is_known(chat):
    found = facts(chat, "numpy@2.5.5", "known_artefact")
    assert {one["index"] for one in found} == {"index.example"}
    tags = {tag for one in found for tag in one.get("tags", ())}
    assert {tag.split("-")[0] for tag in tags} == {"cp312", "cp313"}
    [source] = [one for one in found if "tags" not in one]
    assert source["file"] == "numpy-2.5.5.tar.gz"
    assert facts(chat, "numpy@2.5.5", "artefact") == []


def test_the_declared_lines_of_the_project_hold_everywhere(chat):
    lines = {
        (c.statement.upstream, c.statement.requirement.raw, c.statement.requirement.extra)
        for c in chat.claims
        if isinstance(c.statement, Edge) and c.assembly is None
    }
    assert ("pkg:pypi/lxml", ">=6", "xml") in lines
    assert ("capability:python", ">=3.11", None) in lines
    assert chat.facts == (("tool", "uv"), ("revision", "5"))


def test_every_release_is_known(chat):
    versions = {
        c.statement.version
        for c in chat.claims
        if isinstance(c.statement, Component) and c.statement.name == "numpy"
    }
    assert versions == {"2.4.6", "2.5.5"}


def test_a_workspace_has_several_roots(estate):
    found = members(estate)
    assert "estate@0.1.0" not in found
    assert found["part-b"][0].direct == "direct"
    assert found["lamp@1.0"][0].direct == "direct"
    assert found["dimmer@0.1"][0].dependency_scope == "optional"
    assert found["dimmer@0.1"][0].requirement.raw == "==0.1"
    assert edges(estate)[("part-b", "dimmer@0.1")].dependency_scope == "optional"


def test_every_kind_of_source(estate):
    [lamp] = facts(estate, "lamp@1.0", "artefact")
    assert lamp == {
        "vcs": "git",
        "url": "https://forge.example/acme/lamp.git",
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "revision": "v1.0",
    }
    [shade] = facts(estate, "shade@3.0", "artefact")
    assert (shade["file"], shade["index"]) == ("shade-3.0-py3-none-any.whl", "forge.example")
    [wire] = facts(estate, "wire@2.0", "artefact")
    assert (wire["file"], wire["tags"]) == ("wire-2.0-py3-none-any.whl", ["py3-none-any"])
    assert facts(estate, "cord@4.0", "artefact") == [{"folder": True}]
    assert facts(estate, "part-b", "artefact") == [{"folder": True, "editable": True}]
    [dimmer] = facts(estate, "dimmer@0.1", "artefact")
    assert "index" not in dimmer


def test_a_build_of_another_channel_stays_on_the_member(estate):
    assert facts(estate, "torch@2.9.1", "build") == ["cu128"]
    indexes = {one["index"] for one in facts(estate, "torch@2.9.1", "known_artefact")}
    assert indexes == {"channel.example/whl/cu128"}
    assert facts(estate, "torch@2.9.1", "artefact")[0]["index"] == "index.example"
    assert len(members(estate)["torch@2.9.1"]) == 2


def test_a_place_is_a_wish_that_cannot_be_compared(estate):
    wish = members(estate)["lamp@1.0"][0].requirement
    assert wish.scheme == "opaque"
    assert wish.raw == "@ git+https://forge.example/acme/lamp.git"


def test_nothing_secret_is_kept(estate):
    assert not any("secret" in str(claim.statement) for claim in estate.claims)
    assert any("overrides" in str(claim.statement) for claim in estate.claims)


def test_bad_parts_are_set_aside_with_their_path():
    reading = read("damaged.uv.lock")
    assert sorted(q.path for q in reading.quarantined) == [
        "package.0.metadata.requires-dist.0",
        "package.1.wheels.0.hash",
        "package.2",
        "package.3.name",
        "package.4.source",
        "package.5.dependencies.0.name",
    ]
    assert facts(reading, "lamp@1.0", "dependencies") == ["incomplete"]
    assert [w.partition(":")[0] for w in reading.warnings] == [
        "package.0.dependencies.1",
        "package.1.dependencies.0",
    ]


def test_a_lock_without_a_project_does_not_know_who_is_direct():
    text = 'version = 1\n[[package]]\nname = "lamp"\nversion = "1"\nsource = { url = "" }\n'
    [[lamp]] = members(parsed(text)).values()
    assert lamp.direct == "unknown"


def test_cycles_end():
    text = "version = 1\n"
    for name, other in (("a", "b"), ("b", "a")):
        text += f'[[package]]\nname = "{name}"\nversion = "1"\nsource = {{ registry = "x" }}\n'
        text += f'dependencies = [{{ name = "{other}", extra = ["x"] }}]\n'
        text += f'[package.optional-dependencies]\nx = [{{ name = "{other}", extra = ["x"] }}]\n'
    text += '[[package]]\nname = "r"\nsource = { virtual = "." }\n'
    text += 'dependencies = [{ name = "a" }]\n'
    assert set(edges(parsed(text))) == {("a@1", "b@1"), ("b@1", "a@1")}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("version = ", "$"),
        ("", "version"),
        ("version = 2", "version"),
        ("version = true", "version"),
        ("version = 1\npackage = 3", "package"),
        ("version = 1\nrequires-python = 3", "requires-python"),
        ("version = 1\n[manifest]\nmembers = 3", "manifest.members"),
    ],
)
def test_a_file_that_is_no_lock_is_refused_with_a_path(text, path):
    with pytest.raises(DocumentRefusedError) as refusal:
        parsed(text)
    assert refusal.value.data["path"] == path


def test_it_is_known_by_its_name_and_by_its_content():
    content = (SAMPLES / "chat.uv.lock").read_bytes()
    assert pick(content, "").name == "uv_lock"
    assert pick(b"", "a/uv.lock").name == "uv_lock"
    with pytest.raises(SubjectMissingError):
        READER.read(content, Circumstance())
    cargo = b'version = 4\n[[package]]\nname = "x"\nsource = "registry+x"\n'
    assert not READER.recognises(cargo, "Cargo.lock")
