"""Wheels: the release they are, and what their file is bound to."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from lineage.errors import DocumentRefusedError
from lineage.ingest.formats import wheel as format_wheel
from lineage.ingest.python import wheel_file
from lineage.ingest.reader import Circumstance
from lineage.ingest.readers import pick
from lineage.model.claim import Component, Edge, OfComponent, Property
from lineage.normalise.steps import normalise
from tests.shared_objects import shared_object
from tests.wheels import archive, metadata, wheel

SAMPLES = Path(__file__).parents[2] / "documents" / "wheel"
LINUX = "lamp-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
READER = format_wheel.READER


def read(content: bytes, name: str = LINUX):
    circumstance = Circumstance(name=name)
    return normalise(READER.read(content, circumstance), circumstance)


def sample(name: str):
    return read((SAMPLES / name).read_bytes(), name)


def row(reading, name):
    [value] = [
        c.statement.decoded()
        for c in reading.claims
        if isinstance(c.statement, Property) and c.statement.name == name
    ]
    return value


def test_the_release_and_its_lines_hold_everywhere():
    reading = sample(LINUX)
    assert reading.subject == "pkg:pypi/lamp@1.0"
    assert reading.own_subject
    assert {claim.assembly for claim in reading.claims} == {None}
    assert Component(reading.subject, "framework", "lamp", "1.0") in {
        c.statement for c in reading.claims
    }
    lines = {
        (s.upstream, s.requirement.raw, s.requirement.extra)
        for c in reading.claims
        if isinstance(s := c.statement, Edge) and s.downstream == OfComponent(reading.subject)
    }
    assert lines == {
        ("pkg:pypi/glow-runtime", ">=1.2,<2", None),
        ("pkg:pypi/shade", ">=3", "dim"),
        ("capability:python", ">=3.11", None),
    }
    release = row(reading, "release")
    assert release["tags"] == ["cp312-cp312-manylinux_2_28_x86_64"]
    assert release["provides_extra"] == ["dim"]
    assert release["requires_python"] == ">=3.11"
    assert len(release["requires"]) == 2
    assert row(reading, "licence")["raw"] == "Apache-2.0"


def test_what_the_file_needs_less_what_it_ships():
    value = row(sample(LINUX), "artefact")
    assert value["file"] == LINUX
    assert value["needed"] == ["libc.so.6", "libglow.so.1"]
    assert value["opened"] == ["libdimmer.so.4"]
    assert value["ships"] == ["libwire-0a1b2c3d.so.2"]
    assert value["binaries"] == 2
    assert value["digest"].startswith("sha256:")
    assert value["size"] == (SAMPLES / LINUX).stat().st_size


def test_a_pure_wheel_needs_nothing_and_somebody_looked():
    value = row(sample("lamp-1.0-py3-none-any.whl"), "artefact")
    assert value["tags"] == ["py3-none-any"]
    assert value["needed"] == []
    assert "binaries" not in value


def test_a_damaged_shared_object_is_set_aside_and_proves_nothing():
    reading = sample("lamp-0.9-cp312-cp312-manylinux_2_28_x86_64.whl")
    assert [q.path for q in reading.quarantined] == ["lamp/_bulb.so"]
    value = row(reading, "artefact")
    assert value["damaged"] == ["lamp/_bulb.so"]
    assert "needed" not in value


def test_binaries_of_other_systems_are_said_to_be_uninspected():
    reading = sample("shade-3.0-cp312-cp312-win_amd64.whl")
    assert row(reading, "artefact")["uninspected"] == ["shade/_cloth.pyd"]
    assert "needed" not in row(reading, "artefact")
    assert any("not inspected" in warning for warning in reading.warnings)
    mach = read(wheel(files={"lamp/_bulb.so": b"\xcf\xfa\xed\xfe" + b"\0" * 64}))
    assert row(mach, "artefact")["uninspected"] == ["lamp/_bulb.so"]


def test_two_wheels_of_a_release_are_two_elements():
    one = read(wheel(), LINUX)
    other = read(wheel(tags=["py3-none-any"]), "lamp-1.0-py3-none-any.whl")
    assert one.slot_kind == other.slot_kind == "element"
    assert one.element != other.element
    assert read(wheel(), "").element != read(wheel(build="2"), "").element


def test_a_local_version_is_a_build():
    reading = read(wheel(version="1.0+g12"), "")
    assert reading.subject == "pkg:pypi/lamp@1.0"
    value = row(reading, "artefact")
    assert value["build"] == "g12"
    assert "file" not in value


def test_a_file_name_that_contradicts_is_said():
    reading = read(wheel(), "torch-2.9.1-py3-none-any.whl")
    assert reading.subject == "pkg:pypi/lamp@1.0"
    assert "METADATA says lamp 1.0" in reading.warnings[0]
    reading = read(wheel(), "lamp-1.0-cp313-cp313-win32.whl")
    assert "differ in their tags" in reading.warnings[0]
    assert row(reading, "artefact")["tags"] == ["cp313-cp313-win32"]


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b"PK\x03\x04", "$"),
        (b"", "$"),
        (archive({"a.txt": b"x"}), "$"),
        (archive({"a-1.dist-info/METADATA": b"", "b-1.dist-info/METADATA": b""}), "$"),
        (archive({"a-1.dist-info/METADATA": b"\xff\x00"}), "a-1.dist-info/METADATA.name"),
        (archive({"a-1.dist-info/METADATA": metadata("a", "")}), "a-1.dist-info/METADATA.version"),
    ],
)
def test_what_is_no_wheel_is_refused_with_a_path(content, path):
    with pytest.raises(DocumentRefusedError) as refusal:
        read(content)
    assert refusal.value.data["path"] == path


@pytest.mark.parametrize("name", ["/etc/x.so", "../../x.so", "a/../../x.so", "C:\\x.so", "..\\x"])
def test_paths_that_lead_out_are_set_aside(name):
    reading = read(wheel(files={name: shared_object(["libglow.so.1"])}))
    assert [q.reason for q in reading.quarantined] == ["the path leads out of the wheel"]
    assert "needed" not in row(reading, "artefact")


def test_an_encrypted_file_is_set_aside():
    content = bytearray(wheel(files={"lamp/_bulb.so": shared_object(["libglow.so.1"])}))
    at = content.rindex(b"lamp/_bulb.so") - 46
    content[at + 8] |= 1
    reading = read(bytes(content))
    assert [(q.path, q.reason) for q in reading.quarantined] == [("lamp/_bulb.so", "is encrypted")]


def test_a_wrong_checksum_is_set_aside():
    content = bytearray(
        wheel(files={"lamp/_bulb.so": shared_object(["libglow.so.1"])}, compression=0)
    )
    at = content.index(b"libglow.so.1")
    content[at] ^= 1
    [bad] = read(bytes(content)).quarantined
    assert bad.path == "lamp/_bulb.so"
    assert "CRC" in bad.reason


def test_what_unpacks_to_far_more_is_not_unpacked():
    bomb = wheel(files={"lamp/_bulb.so": b"\x7fELF" + b"\0" * (80 << 20)})
    assert len(bomb) < 200_000
    [bad] = read(bomb).quarantined
    assert "times its size" in bad.reason


def test_bounds_on_files_bytes_and_time(monkeypatch):
    content = wheel(files={"lamp/_bulb.so": shared_object(["libglow.so.1"])})
    monkeypatch.setattr(wheel_file, "ENTRIES", 3)
    with pytest.raises(DocumentRefusedError, match="holds 5 files"):
        read(content)
    monkeypatch.setattr(wheel_file, "ENTRIES", 100)
    monkeypatch.setattr(wheel_file, "TOTAL", 100)
    with pytest.raises(DocumentRefusedError, match="unpacks to"):
        read(content)
    monkeypatch.undo()
    with zipfile.ZipFile(SAMPLES / LINUX) as opened:
        assert opened.testzip() is None
    with (SAMPLES / LINUX).open("rb") as file:
        late = wheel_file.wheel_file(file, format="wheel", seconds=-1)
    assert late.evidence["partial"]


def test_a_hundred_bad_files_are_not_a_thousand_lines():
    files = {f"../{number}.so": b"x" for number in range(300)}
    quarantined = read(wheel(files=files)).quarantined
    assert len(quarantined) == 101
    assert any("200 files more" in one.reason for one in quarantined)


def test_a_wheel_is_known_by_its_content():
    assert pick(wheel(), "").name == "wheel"
    assert pick(b"", "x.whl").name == "wheel"
    with pytest.raises(Exception, match="No reader recognises"):
        pick(archive({"a.txt": b"x"}), "a.zip")
