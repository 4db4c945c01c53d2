"""Documents and claims from the terminal: ingest, set, join, separate, doctor, reread, db."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from api.settings import settings
from api.wiring import open_house
from tests.houses import ESTATE

HOST = ESTATE / "hosts" / "gpu-h100-01.cdx.json"
ROOT = Path(__file__).resolve().parents[2]


def rows(result) -> list[dict]:
    return json.loads(result.stdout)["documents"]


def test_a_first_ingest_makes_the_database(run, nothing) -> None:
    result = run("ingest", HOST, "--json")
    (row,) = rows(result)
    assert (row["outcome"], row["revision"]) == ("recorded", 1)
    assert row["receipt"]["digest"].startswith("sha256:")
    assert nothing.exists()
    assert run("show", "capability:cuda").stdout  # the pack is there


def test_init_makes_a_namespace_once(run, nothing, tmp_path) -> None:
    assert "namespace acme" in run("init", "--namespace", "acme").stderr
    again = run("init", "--namespace", "other")
    assert "stays 'acme'" in again.stderr
    lock = tmp_path / "torch.requirements.txt"
    lock.write_text("torch==2.9.1\n")
    (row,) = rows(run("ingest", lock, "--format", "requirements", "--json"))
    assert row["subject"].startswith("environment:acme/")


def test_sent_again_it_is_unchanged(run, estate) -> None:
    first = rows(run("ingest", HOST, "--json"))[0]
    second = rows(run("ingest", HOST, "--json"))[0]
    assert (first["outcome"], second["outcome"]) == ("recorded", "unchanged")
    assert second["receipt"]["id"] == first["receipt"]["id"]


def test_a_folder_and_what_no_reader_knows(run, nothing, tmp_path) -> None:
    folder = tmp_path / "boms"
    folder.mkdir()
    (folder / "a.cdx.json").write_bytes(HOST.read_bytes())
    (folder / "notes.md").write_text("hello")
    (folder / ".hidden").write_text("hello")
    result = run("ingest", folder, "--json")
    assert [row["outcome"] for row in rows(result)] == ["recorded"]
    assert "notes.md" in result.stderr
    assert ".hidden" not in result.stderr


def test_one_bad_document_does_not_stop_the_others(run, nothing, tmp_path) -> None:
    bad = tmp_path / "bad.cdx.json"
    bad.write_text('{"bomFormat": "CycloneDX", "specVersion": "9.9"}')
    result = run("ingest", bad, tmp_path / "missing.json", HOST, "--json", code=1)
    found = rows(result)
    assert [row["outcome"] for row in found] == ["refused", "refused", "recorded"]
    assert [row["code"] for row in found[:2]] == ["DOCUMENT_REFUSED", "UNREADABLE"]
    assert "9.9" in result.stderr
    assert "missing.json" in result.stderr


def test_quarantine_is_exit_0_and_listed(run, nothing, tmp_path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text("numpy==2.0.0\nthis is no requirement !!\n")
    result = run("ingest", lock, "--subject", "environment:acme/x")
    assert "quarantined" in result.stdout
    (row,) = rows(run("ingest", lock, "--subject", "environment:acme/x", "--json"))
    assert row["quarantined"] == 1
    assert row["receipt"]["quarantined"][0]["path"]


def test_stdin(run, nothing) -> None:
    (row,) = rows(run("ingest", "-", "--json", given=HOST.read_bytes()))
    assert row["outcome"] == "recorded"
    lock = b"numpy==2.0.0\n"
    result = run("ingest", "-", "--format", "requirements", "--json", given=lock, code=1)
    assert rows(result)[0]["code"] == "SUBJECT_MISSING"


def test_what_is_told_is_kept(run, estate) -> None:
    words = ["--stream", "ci/x", "--branch", "main", "--default", "--no-latest", "--part", "p",
             "--commit", "abc", "--job", "7"]  # fmt: skip
    (row,) = rows(run("ingest", HOST, *words, "--json"))
    house = open_house(settings())
    kept = house.record.history().submission(row["revision"])
    house.record.close()
    assert (kept.stream, kept.branch, kept.default, kept.latest) == ("ci/x", "main", True, False)
    assert (kept.part, kept.commit, kept.job) == ("p", "abc", "7")
    assert kept.principal
    assert kept.client.startswith("lineage ")


def shown(run, key="chat"):
    found = json.loads(run("show", key, "-o", "json").stdout)
    return {p["name"]: (p["value"], p["state"]) for p in found["properties"] if p["first"]}


def test_what_a_person_sets_comes_first(run, estate) -> None:
    run("set", "chat", "owner=Chat team", "criticality=high", "licence=none", "energy=12.5")
    found = shown(run)
    assert found["owner"] == ("Chat team", "value")
    assert found["licence"] == (None, "none")
    assert found["energy"][1] == "value"
    result = json.loads(run("show", "chat", "-o", "json").stdout)
    owner = next(p for p in result["properties"] if p["name"] == "owner")
    assert owner["claimed_by"][0]["precedence"] == "set"
    assert owner["claimed_by"][0]["principal"]
    run("set", "chat", "owner=Another team")
    assert shown(run)["owner"] == ("Another team", "value")


def test_what_is_set_on_a_family_holds_for_the_versions_to_come(run, estate, tmp_path) -> None:
    run("set", "service:demo/chat", "owner=Chat team", "lifecycle=deployed")
    found = json.loads(run("impact", "capability:cuda", "--from", "12", "-o", "json").stdout)
    assert ["Chat team"] in [row["keys"] for row in found["counts_by"]]
    bom = (ESTATE / "chat.cdx.json").read_bytes()
    new = tmp_path / "chat.cdx.json"
    new.write_bytes(bom.replace(b"1.2", b"1.3"))
    run("ingest", new, "--subject", "service:demo/chat@1.3")
    assert shown(run, "service:demo/chat@1.3")["owner"] == ("Chat team", "value")
    run("set", "service:demo/chat@1.3", "owner=New team")
    assert shown(run, "service:demo/chat@1.3")["owner"] == ("New team", "value")
    assert shown(run, "service:demo/chat@1.2")["owner"] == ("Chat team", "value")


def test_set_refuses_what_it_cannot_keep(run, estate) -> None:
    assert "[NOT_FOUND]" in run("set", "nobody", "owner=x", code=1).stderr
    assert "energy" in run("set", "chat", "energy=much", code=2).stderr


def test_join_and_separate(run, estate) -> None:
    awq, sft = (
        "pkg:huggingface/demo/chat-7b-awq@3f1c9e2",
        "pkg:huggingface/demo/chat-7b-sft@a81d004",
    )
    run("join", awq, sft)
    both = json.loads(run("show", sft, "-o", "json").stdout)
    assert set(both["keys"]) == {awq, sft}
    run("separate", awq, sft)
    assert json.loads(run("show", sft, "-o", "json").stdout)["keys"] == [sft]
    assert "[NOT_FOUND]" in run("join", awq, "nobody", code=1).stderr


def test_doctor_and_reread(run, estate) -> None:
    sound = run("doctor")
    assert sound.stdout == ""
    assert "0 findings" in sound.stderr
    again = run("reread")
    assert "0 changed, 0 refused" in again.stderr


def test_db_commands(run, nothing) -> None:
    assert run("db", "current").stdout == "none\n"
    assert "[SCHEMA_OLD]" in run("db", "check", code=1).stderr
    run("db", "upgrade")
    assert run("db", "current").stdout.strip() != "none"
    run("db", "check")


def test_a_database_that_cannot_be_opened(run, monkeypatch, tmp_path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("hello " * 1000)
    found = run("search", "x", "--db", f"sqlite:///{text}", code=1).stderr
    assert "[DATABASE_UNREACHABLE]" in found
    nobody = "postgresql://postgres@127.0.0.1:9/none"
    assert "[DATABASE_UNREACHABLE]" in run("init", "--db", nobody, code=1).stderr
    for verb in ("current", "upgrade", "check"):
        told = run("db", verb, "--db", nobody, code=1).stderr
        assert "[DATABASE_UNREACHABLE]" in told
        assert told.count("\n") == 1
    assert "[SETTING_INVALID]" in run("show", "x", "--db", "mysql://x/y", code=2).stderr
    monkeypatch.setenv("LINEAGE_ENGINE", "steam")
    assert "steam" in run("init", "--db", f"sqlite:///{tmp_path / 'new.db'}", code=2).stderr
    assert not (tmp_path / "new.db").exists()


def test_a_bad_setting_is_named(run, monkeypatch) -> None:
    monkeypatch.setenv("LINEAGE_PORT", "many")
    assert "LINEAGE_PORT" in run("search", "x", code=2).stderr


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_database_may_be_named_before_or_after_the_command(run, template, place) -> None:
    db = ["--db", f"sqlite:///{template}"]
    words = [*db, "search", "chat"] if place == "before" else ["search", "chat", *db]
    assert "chat" in run(*words).stdout


def lineage(*words: str, **more) -> subprocess.CompletedProcess:
    call = [sys.executable, "-m", "api.cli", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    return subprocess.run(call, capture_output=True, check=False, env=environment, timeout=120)


def test_help_is_there_at_once_for_every_command() -> None:
    begin = time.perf_counter()
    done = lineage("--help")
    assert time.perf_counter() - begin < 3
    text = done.stdout.decode()
    for command in ("init", "db", "ingest", "impact", "provenance", "show", "set", "join",
                    "separate", "search", "serve", "schema", "doctor", "reread"):  # fmt: skip
        assert f"\n  {command} " in text
    code = (
        "import sys; import api.cli.program as p; print([m for m in "
        "('sqlalchemy', 'numpy', 'strawberry', 'fastapi', 'rich.table') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.strip() == b"[]"


def test_a_reader_that_goes_away_is_no_fault(estate) -> None:
    call = f"{sys.executable} -m api.cli search c -o ndjson --first 1000 | head -1"
    done = subprocess.run(
        call, shell=True, capture_output=True, check=False, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60,
    )  # fmt: skip
    assert json.loads(done.stdout)
    assert done.stderr == b"" or b"Traceback" not in done.stderr


def test_schema_prints_the_schema(run) -> None:
    assert run("schema").stdout == (ROOT / "api" / "schema.graphql").read_text()


def test_serve_answers_on_this_machine_and_ends(estate, tmp_path) -> None:
    call = [sys.executable, "-m", "api.cli", "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    served = subprocess.Popen(call, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert served.stderr is not None
        line = served.stderr.readline()
        port = re.search(r":(\d+)/", line)[1]
        body = _get(f"http://127.0.0.1:{port}/readyz")
        assert json.loads(body)["status"] == "ready"
        taken = lineage("serve", "--port", port)
        assert taken.returncode == 1
        assert b"--port" in taken.stderr
    finally:
        served.send_signal(signal.SIGINT)
        assert served.wait(timeout=20) == 0


def _get(url: str) -> bytes:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return response.read()
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


def test_a_fault_of_ours_is_one_line(estate) -> None:
    code = (
        "import api.house, api.cli\n"
        "def broken(*_, **__): raise RuntimeError('secret')\n"
        "api.house.House.at = broken\n"
        "import sys; sys.argv = ['lineage', 'search', 'x']; api.cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, cwd=ROOT, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"[INTERNAL]" in done.stderr
    assert b"secret" not in done.stderr
