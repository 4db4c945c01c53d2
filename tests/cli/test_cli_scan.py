"""`lineage scan`: an installed environment becomes a document of the record."""

from __future__ import annotations

import json
from pathlib import Path

from tests.installations import install, venv
from tests.shared_objects import shared_object
from tests.wheels import wheel


def room(folder: Path) -> Path:
    packages = venv(folder / "chat")
    install(packages, "lamp", "1.0", files={"lamp/x.so": shared_object(["libglow.so.1"])})
    return folder / "chat"


def test_it_is_recorded_once(run, nothing, tmp_path):
    place = room(tmp_path)
    first = json.loads(run("scan", "--environment", place, "-o", "json").stdout)["documents"][0]
    assert first["subject"] == "environment:local/chat"
    assert (first["outcome"], first["format"], first["members"]) == ("recorded", "environment", 1)
    again = json.loads(run("scan", "--environment", place, "-o", "json").stdout)["documents"][0]
    assert again["outcome"] == "unchanged"


def test_it_takes_a_subject_and_a_stream(run, nothing, tmp_path):
    words = ("--subject", "host:acme/gpu-01", "--stream", "hosts", "-o", "json")
    [row] = json.loads(run("scan", room(tmp_path), "--environment", *words).stdout)["documents"]
    assert (row["subject"], row["stream"]) == ("host:acme/gpu-01", "hosts")


def test_printed_it_is_a_document_that_can_be_sent(run, nothing, tmp_path):
    printed = run("scan", "--environment", room(tmp_path), "--print").stdout
    assert json.loads(printed)["format"] == "lineage.environment"
    assert not nothing.exists()
    file = tmp_path / "chat.environment.json"
    file.write_text(printed)
    [row] = json.loads(run("ingest", file, "-o", "json").stdout)["documents"]
    assert row["subject"] == "environment:local/chat"
    assert run("scan", "--environment", tmp_path / "chat", "-o", "json").stdout.count("unchanged")


def test_what_cannot_be_scanned_is_said(run, nothing, tmp_path):
    assert "ENVIRONMENT_UNREADABLE" in run("scan", "--environment", tmp_path, code=1).stderr
    assert "--environment" in run("scan", tmp_path, code=2).stderr
    assert "--branch" in run("scan", "--environment", "--default", code=2).stderr


def test_a_wheel_is_described_where_it_lies(run, nothing, tmp_path):
    file = tmp_path / "lamp-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
    file.write_bytes(wheel(files={"lamp/x.so": shared_object(["libglow.so.1"])}))
    [row] = json.loads(run("scan", "--wheel", file, "-o", "json").stdout)["documents"]
    assert (row["subject"], row["format"]) == ("pkg:pypi/lamp@1.0", "wheel")
    printed = json.loads(run("scan", "--wheel", file, "--print").stdout)
    assert printed["evidence"]["needed"] == ["libglow.so.1"]
    assert "--wheel PATH" in run("scan", "--wheel", code=2).stderr
    assert "no readable zip" in run("scan", "--wheel", __file__, code=1).stderr
