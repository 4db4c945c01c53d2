"""Scanning what is installed: this program's own environment, and environments made here."""

from __future__ import annotations

import os
import sys
from importlib.metadata import distributions
from pathlib import Path

import orjson
import pytest
from packaging.markers import default_environment
from packaging.utils import canonicalize_name

from lineage.errors import EnvironmentUnreadableError
from lineage.ingest.reader import Circumstance
from lineage.ingest.readers import pick
from lineage.ingest.sources.environment import scan
from lineage.model.claim import Member
from lineage.model.identity import Key
from tests.installations import install, venv
from tests.shared_objects import shared_object


def document(place: Path | None = None, **more):
    return orjson.loads(scan(place, **more).content)


def by_name(found):
    return {canonicalize_name(one["metadata"]["name"]): one for one in found["installed"]}


@pytest.fixture(scope="module")
def own():
    return scan()


def test_the_running_environment_is_found_whole(own):
    found = by_name(orjson.loads(own.content))
    here = {canonicalize_name(one.metadata["Name"]): one.version for one in distributions()}
    assert {name: one["metadata"]["version"] for name, one in found.items()} == here
    assert orjson.loads(own.content)["environment"] == {
        name: value for name, value in default_environment().items() if name != "extra"
    }
    assert scan(Path(sys.executable)).content == own.content


def test_binaries_of_real_distributions_are_inspected(own):
    found = by_name(orjson.loads(own.content))
    for name in ("orjson", "lxml", "psycopg-binary", "numpy"):
        assert found[name]["evidence"]["binaries"] > 0, name
        assert "libc.so.6" in found[name]["evidence"]["needed"], name
        assert "damaged" not in found[name]["evidence"], name
    libraries = found["psycopg-binary"]["evidence"]["ships"]
    assert any(name.startswith("libpq-") for name in libraries)
    assert not set(libraries) & set(found["psycopg-binary"]["evidence"]["needed"])
    assert found["packaging"]["evidence"] == {"needed": []}
    assert found["packaging"]["wheel"]["tags"] == ["py3-none-any"]


def test_it_reads_back_without_a_word_and_names_no_folder(own):
    circumstance = Circumstance(subject=Key("environment:acme/own"))
    reading = pick(own.content, own.name).read(own.content, circumstance)
    assert reading.quarantined == ()
    members = [c for c in reading.claims if isinstance(c.statement, Member)]
    assert len(members) == len(orjson.loads(own.content)["installed"])
    assert sys.prefix.encode() not in own.content
    assert str(Path.home()).encode() + b"/" not in own.content


def test_an_environment_that_does_not_run_here_is_read_by_its_files(tmp_path):
    packages = venv(tmp_path / "room", prompt="chat")
    install(packages, "lamp", "1.0", requested=True)
    found = scan(tmp_path / "room")
    assert found.name == "chat.environment.json"
    assert orjson.loads(found.content)["environment"] == {
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "python_full_version": "3.12.4",
        "python_version": "3.12",
    }
    assert list(by_name(orjson.loads(found.content))) == ["lamp"]


@pytest.mark.skipif(os.name == "nt", reason="links to an interpreter")
def test_a_virtual_environment_is_asked_itself(tmp_path):
    packages = venv(tmp_path / "chat" / ".venv", runnable=True)
    install(packages, "lamp", "1.0")
    (packages / "loud.pth").write_text("import sys; sys.stdout.write('hello')\n")
    found = scan(tmp_path / "chat" / ".venv")
    assert found.name == "chat.environment.json"
    assert list(by_name(orjson.loads(found.content))) == ["lamp"]
    assert orjson.loads(found.content)["environment"]["sys_platform"] == sys.platform
    assert scan(tmp_path / "chat" / ".venv" / "bin" / "python").content == found.content


def test_who_was_asked_for_is_said_by_installers_that_tell(tmp_path):
    packages = venv(tmp_path / "room")
    install(packages, "lamp", "1.0", requested=True)
    install(packages, "shade", "1.0")
    install(packages, "cord", "1.0", installer="other")
    found = by_name(document(tmp_path / "room"))
    assert found["lamp"]["requested"] is True
    assert found["shade"]["requested"] is False
    assert "requested" not in found["cord"]


def test_origins_lose_credentials_and_folders(tmp_path):
    packages = venv(tmp_path / "room")
    origins = {
        "lamp": b'{"url": "https://me:secret@forge.example/lamp.git?token=secret",'
        b' "vcs_info": {"vcs": "git", "commit_id": "abc"}}',
        "shade": b'{"url": "file:///home/somebody/shade-1.0-py3-none-any.whl", "archive_info": {}}',
        "cord": b'{"url": "file:///home/somebody/cord", "dir_info": {"editable": true}}',
        "bulb": b"[]",
    }
    for name, origin in origins.items():
        install(packages, name, "1.0", stated={"direct_url.json": origin})
    content = scan(tmp_path / "room").content
    assert b"secret" not in content
    assert b"somebody" not in content
    found = by_name(orjson.loads(content))
    assert found["lamp"]["direct_url"]["url"] == "https://forge.example/lamp.git"
    assert found["shade"]["direct_url"]["url"] == "file:///shade-1.0-py3-none-any.whl"
    assert "evidence" not in found["cord"]
    assert found["bulb"]["unreadable"][0]["path"] == "bulb-1.0.dist-info/direct_url.json"


def test_damage_is_told_by_its_path_and_the_rest_goes_in(tmp_path):
    packages = venv(tmp_path / "room")
    files = {"lamp/_a.so": b"\x7fELF nonsense", "lamp/_b.so": shared_object(["libglow.so.1"])}
    install(packages, "lamp", "1.0", files=files)
    broken = packages / "broken-1.0.dist-info"
    broken.mkdir()
    (broken / "METADATA").write_bytes(b"\xff\xfe\x00")
    (packages / "empty-1.0.dist-info").mkdir()
    found = document(tmp_path / "room")
    lamp = by_name({"installed": [o for o in found["installed"] if o["metadata"].get("name")]})
    assert lamp["lamp"]["evidence"]["needed"] == ["libglow.so.1"]
    assert lamp["lamp"]["evidence"]["damaged"] == ["lamp/_a.so"]
    assert lamp["lamp"]["unreadable"][0]["path"] == "lamp/_a.so"
    content = scan(tmp_path / "room").content
    reading = pick(content, "").read(content, Circumstance(subject=Key("environment:acme/room")))
    assert len([c for c in reading.claims if isinstance(c.statement, Member)]) == 1
    assert len(reading.quarantined) == 3


@pytest.mark.skipif(os.name == "nt", reason="links and pipes")
def test_only_regular_files_inside_the_environment_are_opened(tmp_path):
    packages = venv(tmp_path / "room")
    outside = tmp_path / "outside.so"
    outside.write_bytes(shared_object(["libsecret.so.1"]))
    record = [
        "../../../../outside.so",
        str(outside),
        "lamp/link.so",
        "lamp/pipe.so",
        "lamp/gone.so",
    ]
    install(packages, "lamp", "1.0", files={"lamp/x.so": shared_object()}, record=record)
    (packages / "lamp" / "link.so").symlink_to(outside)
    os.mkfifo(packages / "lamp" / "pipe.so")
    assert b"libsecret" not in scan(tmp_path / "room").content


def test_an_egg_is_known_and_its_lines_are_not(tmp_path):
    packages = venv(tmp_path / "room")
    egg = packages / "old_lamp-0.1-py3.12.egg-info"
    egg.mkdir()
    (egg / "PKG-INFO").write_text("Metadata-Version: 1.0\nName: old-lamp\nVersion: 0.1\n")
    assert by_name(document(tmp_path / "room"))["old-lamp"]["legacy"] is True


def test_time_that_ran_out_is_said(tmp_path):
    packages = venv(tmp_path / "room")
    install(packages, "lamp", "1.0", files={"lamp/x.so": shared_object(["libglow.so.1"])})
    found = by_name(document(tmp_path / "room", seconds=-1))
    assert found["lamp"]["evidence"]["partial"] is True


def test_what_is_no_environment_is_refused_by_name(tmp_path):
    (tmp_path / "text").write_text("hello")
    (tmp_path / "false").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "false").chmod(0o755)
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "pyvenv.cfg").write_text("home = x\n")
    for name in ("gone", "text", "false", "", "bare"):
        with pytest.raises(EnvironmentUnreadableError) as refusal:
            scan(tmp_path / name)
        assert refusal.value.code == "ENVIRONMENT_UNREADABLE"
        assert str(tmp_path) in refusal.value.data["place"]
