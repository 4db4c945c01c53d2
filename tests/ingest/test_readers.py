"""Every format has samples that its reader reads, and the right reader is picked."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.errors import FormatUnknownError, LineageError
from lineage.ingest import formats
from lineage.ingest.reader import Circumstance
from lineage.ingest.readers import READERS, pick, stem
from lineage.model.claim import Member, Property
from lineage.model.identity import Key
from lineage.normalise.steps import normalise

DOCUMENTS = Path(__file__).parent.parent / "documents"
SUBJECT = Key("environment:acme/chat")


def read_or_refuse(reader, content, circumstance):
    try:
        return reader.read(content, circumstance)
    except LineageError as error:
        return error


def test_every_format_is_found():
    modules = {
        path.stem
        for path in Path(formats.__path__[0]).iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
        if "READER" in (path / "__init__.py" if path.is_dir() else path).read_text()
    }
    assert len(READERS) == len(modules)
    assert {"pip_report", "pip_inspect", "requirements", "pylock"} <= set(READERS)


@pytest.mark.parametrize("name", sorted(READERS))
def test_each_reader_has_samples_that_it_reads(name):
    samples = [path for path in sorted((DOCUMENTS / name).rglob("*")) if path.is_file()]
    read = 0
    for sample in samples:
        content = sample.read_bytes()
        reader = pick(content, sample.name)
        assert reader.name == name, sample.name
        circumstance = Circumstance(subject=SUBJECT, name=sample.name)
        reading = read_or_refuse(reader, content, circumstance)
        if isinstance(reading, LineageError):
            assert reading.data.get("path"), f"{sample.name}: refused without a path"
            continue
        reading = normalise(reading, circumstance)
        assert reading.format == name
        whole = reading.slot_kind == "assembly"
        wanted = Member if whole else Property
        read += any(isinstance(claim.statement, wanted) for claim in reading.claims)
    assert read, f"tests/documents/{name} has no sample that says who is a member, or what it is"


def test_an_explicit_format_is_that_one():
    assert pick(b"anything", "x.bin", "pylock").name == "pylock"


def test_an_unknown_format_lists_those_that_are_known():
    with pytest.raises(FormatUnknownError, match="pip_report"):
        pick(b"{}", "x.json", "nonsense")
    with pytest.raises(FormatUnknownError, match=r"'x\.json'"):
        pick(b'{"hello": 1}', "folder/x.json")
    with pytest.raises(FormatUnknownError, match="the document"):
        pick(b"", "")


def test_content_decides_where_the_name_says_nothing():
    report = (DOCUMENTS / "pip_report" / "torch-cu128.json").read_bytes()
    assert pick(report, "").name == "pip_report"
    assert pick(report, "environment.txt").name == "pip_report"
    assert pick((DOCUMENTS / "pip_inspect" / "flask.json").read_bytes(), "").name == "pip_inspect"
    assert pick((DOCUMENTS / "pylock" / "pylock.toml").read_bytes(), "").name == "pylock"
    assert pick(b"torch==2.9.1\n", "").name == "requirements"


def test_a_damaged_document_with_a_telling_suffix_goes_to_its_reader():
    assert pick(b"{", "x.pip-report.json").name == "pip_report"


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("torch-2.9.1-cu12.json", "torch-2.9.1-cu12"),
        ("locks/pylock.toml", "pylock"),
        ("a\\b\\requirements-dev.txt", "requirements-dev"),
        ("chat.pip-report.json", "chat"),
        ("Dockerfile", "Dockerfile"),
        (".json", ".json"),
    ],
)
def test_stem(file, expected):
    assert stem(file) == expected


@pytest.mark.parametrize("name", sorted(READERS))
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"{", b"[]", b"null", b'{"version": 1}', b"\x00" * 9, b"<a/>"]
)
def test_no_reader_stumbles_over_rubbish(name, content):
    reader = READERS[name]
    assert reader.recognises(content, "x") in (True, False)
    assert str(read_or_refuse(reader, content, Circumstance(subject=SUBJECT)))
