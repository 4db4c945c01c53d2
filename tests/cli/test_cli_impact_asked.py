"""What `lineage impact` takes beside the change: whom it is for, how many ways, a threshold."""

from __future__ import annotations

import json

import pytest

from lineage.vocabulary.changes import CHANGES

ASKED = ["impact", "CUDA 12"]


def test_the_kinds_of_changes_are_named_in_the_help(run) -> None:
    text = " ".join(run("impact", "--help").stdout.replace("│", " ").split())
    for kind in CHANGES.names():
        assert kind in text, kind


def test_an_owner_narrows_the_question_in_every_shape(run, estate) -> None:
    run("set", "service:demo/chat@1.2", "owner=Chat team")
    narrowed = json.loads(run(*ASKED, "--owner", "chat team", "-o", "json").stdout)
    assert narrowed["within"] == {
        "assembly": None, "owner": "Chat team", "deployment_environment": None,
    }  # fmt: skip
    places = {one["assembly"] or one["key"] for one in narrowed["affected"]}
    assert "service:demo/chat@1.2" in places
    assert {row["service"] for row in narrowed["portfolio"]} == {"service:demo/chat@1.2"}
    whole = json.loads(run(*ASKED, "-o", "json").stdout)
    assert whole["within"] is None
    assert places <= {one["assembly"] or one["key"] for one in whole["affected"]}


def test_an_owner_whom_nobody_names_is_said(run, estate) -> None:
    failed = run(*ASKED, "--owner", "Nobody", "--fail-on", "breaks", code=1)
    assert "nothing here has 'Nobody'" in failed.stderr
    assert "ARGUMENT_INVALID" in failed.stderr


@pytest.mark.parametrize("number", ["0", "21"])
def test_so_many_ways_are_not_told(run, estate, number) -> None:
    assert "is not in 1 to 20" in run(*ASKED, "--paths", number, code=1).stderr


def test_ways_are_told_in_words_and_in_rows(run, estate) -> None:
    assert "Ways" not in run(*ASKED).stdout
    assert "Ways" in run(*ASKED, "--paths", "2").stdout
    rows = run(*ASKED, "--paths", "2", "-o", "csv").stdout.splitlines()
    assert rows[0].endswith(",paths")
    assert any(" | " in row for row in rows[1:])


def test_a_pipeline_gets_the_table_whole_and_the_exit_code(run, estate, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    failed = run(*ASKED, "--fail-on", "breaks", code=3)
    assert max(map(len, failed.stdout.splitlines())) <= 80
    for word in ("Do first", "BREAKS/", "chat-api", "Seen at revision"):
        assert word in failed.stdout
    assert "threshold met" in failed.stderr
    assert "\x1b[" not in failed.stdout
