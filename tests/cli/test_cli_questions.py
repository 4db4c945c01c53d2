"""Questions in the terminal: every output, every exit code."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema_rs
import pytest

from api.answer_schema import answer_schema
from queries.asking import questions

QUESTIONS = {
    "impact": ["impact", "capability:cuda", "--from", "12", "--to", "13"],
    "provenance": ["provenance", "chat-7b-awq"],
    "component": ["show", "chat"],
    "search": ["search", "torch"],
}
FIELDS = [
    "headline", "revision", "pack_revision", "change", "scope", "stream", "within", "completeness",
    "counts", "counts_by", "warnings", "enter", "leave", "move", "conditions", "affected",
]  # fmt: skip
ITEM = [
    "key", "kind", "name", "version", "verdict", "reason", "assembly", "because", "path", "fix",
]  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_json_is_the_answer_and_fits_its_schema(run, estate, name) -> None:
    found = json.loads(run(*QUESTIONS[name], "--output", "json").stdout)
    schema = answer_schema(questions()[name].answer, name)
    jsonschema_rs.validator_for(schema).validate(found)


@pytest.mark.parametrize("name", sorted(questions()))
def test_every_question_has_a_json_schema_that_forbids_something(name) -> None:
    schema = answer_schema(questions()[name].answer, name)
    jsonschema_rs.meta.validate(schema)
    assert not jsonschema_rs.validator_for(schema).is_valid({})
    assert not jsonschema_rs.validator_for(schema).is_valid([])


def test_impact_prints_one_object_of_these_fields(run, estate) -> None:
    found = json.loads(run(*QUESTIONS["impact"], "-o", "json").stdout)
    assert [name for name in found if name in FIELDS] == FIELDS
    assert [name for name in found["affected"][0] if name in ITEM] == ITEM
    assert found["conditions"] is None or isinstance(found["conditions"], list)


@pytest.mark.parametrize("name", QUESTIONS)
def test_rows_are_the_same_in_every_output(run, estate, name) -> None:
    lines = run(*QUESTIONS[name], "-o", "ndjson").stdout.splitlines()
    table = list(csv.DictReader(io.StringIO(run(*QUESTIONS[name], "-o", "csv").stdout)))
    assert len(lines) == len(table) > 0
    first = json.loads(lines[0])
    assert list(table[0]) == list(first)
    key = "name" if name == "component" else "key"
    assert [row[key] for row in table] == [json.loads(line)[key] for line in lines]


@pytest.mark.parametrize("name", QUESTIONS)
def test_drawings_and_markdown(run, estate, name) -> None:
    dot = run(*QUESTIONS[name], "-o", "dot").stdout
    assert dot.startswith("digraph lineage {")
    assert dot.endswith("}\n")
    mermaid = run(*QUESTIONS[name], "-o", "mermaid").stdout
    assert mermaid.startswith("flowchart LR\n")
    if name != "search":
        assert " -> " in dot
        assert "-->" in mermaid
    assert "| --- |" in run(*QUESTIONS[name], "-o", "md").stdout


def test_drawings_point_upstream(run, estate) -> None:
    impact = run(*QUESTIONS["impact"], "-o", "dot").stdout
    torch, runtime = "pkg:pypi/torch@2.9.1", "pkg:pypi/nvidia-cuda-runtime-cu12@12.8.90"
    assert f'"{torch}" -> "{runtime}"' in impact
    provenance = run(*QUESTIONS["provenance"], "-o", "dot").stdout
    awq, sft = (
        "pkg:huggingface/demo/chat-7b-awq@3f1c9e2",
        "pkg:huggingface/demo/chat-7b-sft@a81d004",
    )
    assert f'"{awq}" -> "{sft}"' in provenance


@pytest.mark.parametrize("name", QUESTIONS)
def test_tables_are_for_people(run, estate, name) -> None:
    result = run(*QUESTIONS[name])
    assert "revision 4" in result.stdout
    assert "\x1b" not in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 100


@pytest.mark.parametrize("command", ["impact", "provenance", "show"])
def test_an_unknown_key_is_exit_1(run, estate, command) -> None:
    result = run(command, "nobody", code=1)
    assert result.stdout == ""
    assert "nobody" in result.stderr
    assert "[NOT_FOUND]" in result.stderr


def test_an_ambiguous_key_lists_the_candidates(run, estate, tmp_path) -> None:
    other = tmp_path / "requirements.txt"
    other.write_text("torch==2.15.0\n")
    run("ingest", other, "--subject", "environment:demo/other")
    result = run("show", "torch", code=1)
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[1:] == ["  pkg:pypi/torch@2.15.0", "  pkg:pypi/torch@2.9.1"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["impact", "capability:cuda", "--change", "retract"], "retract"),
        (["impact", "capability:cuda", "--change", "replace"], "replace"),
        (["impact", "capability:cuda", "--change", "explode"], "explode"),
        (["impact", "capability:cuda", "--fail-on", "explodes"], "explodes"),
        (["impact", "capability:cuda", "--scope", "some"], "some"),
        (["impact", "capability:cuda", "-o", "pdf"], "pdf"),
        (["impact", "capability:cuda", "--as-of", "99"], "99"),
        (["impact"], "KEY"),
        (["search", "x", "--kind", "spaceship"], "spaceship"),
        (["provenance", "chat", "--depth", "-1"], "--depth"),
        (["ingest"], "PATH"),
        (["ingest", "x", "--default"], "--branch"),
        (["set", "chat", "owner"], "owner"),
        (["serve", "--host", "0.0.0.0"], "0.0.0.0"),
        (["serve", "--host", "lineage.example"], "lineage.example"),
        (["nothing"], "nothing"),
    ],
)  # fmt: skip
def test_usage_is_exit_2(run, estate, words, said) -> None:
    result = run(*words, code=2)
    assert result.stdout == ""
    assert said in result.stderr


@pytest.mark.parametrize(
    ("verdict", "code"), [("BREAKS", 3), ("breaks", 3), ("UNKNOWN", 3), ("SWAPPED", 3)]
)
def test_a_threshold_that_is_met_is_exit_3(run, estate, verdict, code) -> None:
    result = run(*QUESTIONS["impact"], "--fail-on", verdict, "-o", "json", code=code)
    assert json.loads(result.stdout)["affected"]
    assert "threshold met" in result.stderr


def test_a_threshold_that_is_not_met_is_exit_0(run, estate) -> None:
    run("impact", "chat", "--fail-on", "BREAKS", "--change", "remove")


def test_at_least_waits_and_then_says_stale(run, estate, monkeypatch) -> None:
    monkeypatch.setenv("LINEAGE_AT_LEAST_WAIT", "0.1")
    run("show", "chat", "--at-least", "4")
    assert "[STALE]" in run("show", "chat", "--at-least", "5", code=1).stderr


def test_as_of(run, estate) -> None:
    assert "[NOT_FOUND]" in run("show", "chat", "--as-of", "1", code=1).stderr
    found = json.loads(run("show", "service:demo/chat", "--as-of", "3", "-o", "json").stdout)
    assert found["revision"] == 3


def test_without_a_database_the_way_to_one_is_named(run, nothing: Path) -> None:
    result = run("show", "chat", code=1)
    assert "lineage init" in result.stderr
    assert not nothing.exists()
