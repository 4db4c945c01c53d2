"""``lineage knowledge``: the packs from the terminal."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from lineage.knowledge.pack import public_files

DOCUMENTS = Path(__file__).parents[1] / "documents"
ROW = {
    "type": "built_for", "subject": {"component": "pkg:pypi/lamp@1.0"}, "source": "our farm",
    "value": {"capability": "cuda", "value": "13.0"},
}  # fmt: skip


def own(folder: Path, *rows: object, name: str = "own.json") -> Path:
    file = folder / name
    file.write_text(json.dumps({"file": name, "about": "ours", "rows": list(rows)}))
    return file


def test_the_public_pack_is_listed_with_rows_sources_and_revisions(run, nothing) -> None:
    run("init")
    answer = json.loads(run("knowledge", "list", "--output", "json").stdout)
    assert {pack["file"] for pack in answer["packs"]} == {file.name for file in public_files()}
    assert answer["rows"] == sum(len(file.rows) for file in public_files())
    for pack in answer["packs"]:
        assert sum(one["rows"] for one in pack["types"]) == pack["rows"]
        assert sum(one["rows"] for one in pack["sources"]) == pack["rows"]
        assert 0 < pack["revision"] <= answer["pack_revision"]
        assert (pack["stream"], pack["precedence"]) == ("pack/public", "public-pack")
    table = run("knowledge", "list").stdout
    assert "gpu.json" in table
    assert f"{answer['rows']} rows from" in table
    lines = list(csv.DictReader(io.StringIO(run("knowledge", "list", "-o", "csv").stdout)))
    assert len(lines) == len(answer["packs"])
    assert "| gpu.json |" in run("knowledge", "list", "-o", "md").stdout


def test_own_rows_are_loaded_listed_first_and_unchanged_again(run, nothing, tmp_path) -> None:
    run("init")
    file = own(tmp_path, ROW)
    for outcome in ("recorded", "unchanged"):
        answer = json.loads(run("knowledge", "load", file, "-o", "json").stdout)
        assert [row["outcome"] for row in answer["documents"]] == [outcome]
    own(tmp_path, ROW, {**ROW, "subject": {"component": "pkg:pypi/lamp@1.1"}})
    assert "recorded" in run("knowledge", "load", file).stdout
    first = json.loads(run("knowledge", "list", "-o", "json").stdout)["packs"][0]
    assert (first["stream"], first["file"], first["rows"]) == ("pack/default", "own.json", 2)


def test_a_file_is_checked_without_a_database(run, nothing, tmp_path) -> None:
    good = own(tmp_path, ROW)
    assert "1 rows, all as they should be" in run("knowledge", "check", good).stderr
    bad = own(tmp_path, {**ROW, "type": "martian"}, {**ROW, "value": {}}, name="bad.json")
    result = run("knowledge", "check", good, bad, code=1)
    assert [line.split(": ")[1] for line in result.stdout.splitlines()] == [
        "rows[0].type", "rows[1].value.capability", "rows[1].value.value",
    ]  # fmt: skip
    assert "3 faults" in result.stderr
    assert not nothing.exists()


def test_of_several_files_none_is_loaded_where_one_is_bad(run, nothing, tmp_path) -> None:
    run("init")
    good, bad = own(tmp_path, ROW), own(tmp_path, {"type": "x"}, name="bad.json")
    result = run("knowledge", "load", good, bad, code=1)
    assert "rows[0].type" in result.stderr
    assert "KNOWLEDGE_INVALID" in result.stderr
    assert json.loads(run("knowledge", "list", "-o", "json").stdout)["revision"] == 0


def test_missing_files_are_named(run, nothing, tmp_path) -> None:
    for verb in ("check", "load", "learn"):
        assert "No such file" in run("knowledge", verb, tmp_path / "no.json", code=1).stderr


def test_releases_are_learned_and_what_is_none_is_refused(run, nothing, tmp_path) -> None:
    run("init")
    lock = DOCUMENTS / "pylock" / "pylock.toml"
    (row,) = json.loads(run("knowledge", "learn", lock, "-o", "json").stdout)["documents"]
    assert (row["outcome"], row["stream"]) == ("recorded", "pack/learned")
    other = tmp_path / "x.bin"
    other.write_bytes(b"\x00")
    result = run("knowledge", "learn", lock, other, "-o", "json", code=1)
    outcomes = [one["outcome"] for one in json.loads(result.stdout)["documents"]]
    assert outcomes == ["unchanged", "refused"]
    listed = json.loads(run("knowledge", "list", "-o", "json").stdout)["packs"][0]
    assert listed["stream"] == "pack/learned"
    assert all(one["name"].startswith("pylock sha256:") for one in listed["sources"])
