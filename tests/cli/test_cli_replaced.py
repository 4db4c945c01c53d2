"""Files of one call about one subject stand beside each other, and again change nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SUBJECT = "environment:local/requirements"


@pytest.fixture
def twice(tmp_path: Path) -> Path:
    """A folder with two requirements files of one name: both describe one environment."""
    for folder, line in (("a", "alpha==1.0"), ("b", "beta==2.0")):
        (tmp_path / "files" / folder).mkdir(parents=True)
        (tmp_path / "files" / folder / "requirements.txt").write_text(f"{line}\n")
    return tmp_path / "files"


def members(run) -> set[str]:
    shown = json.loads(run("show", SUBJECT, "-o", "json").stdout)
    return {member["name"] for member in shown["members"]}


def test_the_second_file_about_a_subject_is_a_part_of_its_own(run, nothing, twice) -> None:
    said = run("ingest", twice).stderr
    assert f"is not the first about {SUBJECT}: kept as its part b/requirements.txt" in said
    assert members(run) == {"alpha", "beta"}


def test_the_same_folder_again_is_no_news(run, nothing, twice) -> None:
    run("ingest", twice)
    again = json.loads(run("ingest", twice, "--json").stdout)
    assert [row["outcome"] for row in again["documents"]] == ["unchanged", "unchanged"]
    assert again["revision"] == 2


def test_a_later_call_replaces_as_ever(run, nothing, twice) -> None:
    run("ingest", twice / "a" / "requirements.txt")
    said = run("ingest", twice / "b" / "requirements.txt").stderr
    assert "kept as its part" not in said
    assert members(run) == {"beta"}


def test_one_file_named_twice_is_one_document(run, nothing, twice) -> None:
    file = twice / "a" / "requirements.txt"
    found = json.loads(run("ingest", file, file, "--json").stdout)
    assert found["revision"] == 1
    assert {row["outcome"] for row in found["documents"]} <= {"recorded", "unchanged"}


def test_a_part_that_is_named_is_obeyed_and_what_it_replaces_is_said(run, nothing, twice) -> None:
    said = run("ingest", twice, "--part", "one").stderr
    assert "both are part one of" in said
    run("ingest", twice / "a" / "requirements.txt", "--part", "two")
    assert members(run) == {"alpha", "beta"}
