"""requirements.txt: pins, wishes, hashes, options and what a compiler of requirements says."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.errors import DocumentRefusedError
from lineage.ingest.formats.requirements import READER
from lineage.ingest.reader import Circumstance
from lineage.model.claim import Member, Property
from lineage.model.identity import Key

SAMPLES = Path(__file__).parents[2] / "documents" / "requirements"
CIRCUMSTANCE = Circumstance(subject=Key("environment:acme/chat"))


def read(text: str):
    return READER.read(text.encode(), CIRCUMSTANCE)


def members(reading):
    return {
        c.statement.component: c.statement for c in reading.claims if type(c.statement) is Member
    }


def facts(reading, name):
    return [
        (c.statement.subject.key, c.statement.decoded())
        for c in reading.claims
        if isinstance(c.statement, Property) and c.statement.name == name
    ]


@pytest.fixture(scope="module")
def sample():
    return read((SAMPLES / "requirements.txt").read_text())


def test_pins_are_versions_and_the_rest_are_families(sample):
    assert set(members(sample)) == {
        "pkg:pypi/torch@2.9.1",
        "pkg:pypi/uvicorn@0.38.0",
        "pkg:pypi/transformers",
        "pkg:pypi/numpy@1.26.4",
        "pkg:pypi/numpy@2.3.4",
        "pkg:pypi/acme-chat@1.2.0",
        "pkg:pypi/safetensors@0.6.2",
    }
    assert {m.direct for m in members(sample).values()} == {"direct"}


def test_the_wish_is_kept_as_it_was_written(sample):
    uvicorn = members(sample)["pkg:pypi/uvicorn@0.38.0"]
    assert uvicorn.extras == ("standard",)
    assert uvicorn.requirement.raw == "==0.38.0"
    assert uvicorn.requirement.marker == 'sys_platform != "win32"'
    assert members(sample)["pkg:pypi/transformers"].requirement.raw == ">=4.57,<5"


def test_options_are_warnings_with_their_line_and_without_credentials(sample):
    assert [w.split(":")[0] for w in sample.warnings] == ["line 2", "line 3", "line 4", "line 5"]
    assert "--index-url https://index.example/simple" in sample.warnings[0]
    assert "secret" not in str(sample)


def test_builds_and_files_are_on_the_member(sample):
    assert facts(sample, "build") == [("pkg:pypi/torch@2.9.1", "cu128")]
    artefacts = dict(facts(sample, "artefact"))
    assert artefacts["pkg:pypi/acme-chat@1.2.0"] == {
        "file": "acme_chat-1.2.0-py3-none-any.whl",
        "tags": ["py3-none-any"],
        "index": "index.example/wheels",
    }
    assert artefacts["pkg:pypi/safetensors@0.6.2"]["digest"] == "sha256:" + "0" * 63 + "1"


def test_dependencies_stay_unknown(sample):
    assert facts(sample, "dependencies") == []


def test_a_compiled_file_says_on_whose_behalf():
    reading = read((SAMPLES / "compiled-requirements.txt").read_text())
    assert {key: m.direct for key, m in members(reading).items()} == {
        "pkg:pypi/anyio@4.11.0": "transitive",
        "pkg:pypi/httpx@0.28.1": "direct",
        "pkg:pypi/sniffio@1.3.1": "unknown",
    }
    assert [key for key, _ in facts(reading, "known_artefact")] == ["pkg:pypi/anyio@4.11.0"] * 2


def test_a_comment_is_no_via():
    reading = read("torch==2.9.1\n#   keep the old one\nnumpy==2.3.4 # because of torch\n")
    assert {m.direct for m in members(reading).values()} == {"direct"}


def test_bad_lines_are_set_aside_with_their_number():
    reading = read((SAMPLES / "one-bad-line-requirements.txt").read_text())
    assert [q.path for q in reading.quarantined] == ["lines.2", "lines.3", "lines.4"]
    assert set(members(reading)) == {"pkg:pypi/torch@2.9.1", "pkg:pypi/numpy@2.3.4"}


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("Foo_Bar.Baz == 1.0", "pkg:pypi/foo-bar-baz@1.0"),
        ("foo===1.0", "pkg:pypi/foo@1.0"),
        ("foo==1.*", "pkg:pypi/foo"),
        ("foo==1.0,>=0.9", "pkg:pypi/foo@1.0"),
        ("foo", "pkg:pypi/foo"),
        ("foo==\\\n1.0", "pkg:pypi/foo@1.0"),
        ("foo @ git+https://forge.example/foo.git@main", "pkg:pypi/foo"),
        ("https://index.example/foo-1.0-py3-none-any.whl", "pkg:pypi/foo@1.0"),
        ("\ufefffoo==1.0", "pkg:pypi/foo@1.0"),
    ],
)
def test_one_line(line, key):
    reading = read(line)
    assert (set(members(reading)), reading.quarantined) == ({key}, ())


@pytest.mark.parametrize(
    "line", ["foo===", "==1.0", "foo==1.0 bar", "./foo", "foo.whl", "foo>=x y"]
)
def test_a_bad_line(line):
    reading = read(line)
    assert not members(reading)
    assert reading.quarantined[0].path == "lines.1"


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(DocumentRefusedError):
        READER.read(b"\xff\x01\x02", CIRCUMSTANCE)


def test_an_empty_file_is_an_empty_environment_and_says_so():
    reading = read("\n# nothing\n")
    assert not members(reading)
    assert reading.warnings == ("no requirement stands in the file",)
