"""Golden questions over Neo4j on both databases: the JSON is that of SQLite and the arrays."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.golden.estate import ask, build, path_of
from tests.services.running import fresh_address

pytestmark = pytest.mark.neo4j

_GIVEN: dict[str, Any] = json.loads((Path(__file__).parent / "questions.json").read_text())
ESTATES: dict[str, dict[str, Any]] = _GIVEN["estates"]
QUESTIONS: dict[str, list[dict[str, Any]]] = defaultdict(list)
for _one in _GIVEN["questions"]:
    QUESTIONS[_one["estate"]].append(_one)
FEW = 3


def _here(estate: str) -> bool:
    return all(path_of(document["file"]).exists() for document in ESTATES[estate]["documents"])


def _agree(
    estate: str,
    *,
    record: str,
    judge: str,
    questions: list[dict[str, Any]],
    patch: pytest.MonkeyPatch,
) -> None:
    """Neo4j over one database says what the engine in the process says over the other."""
    address = fresh_address()
    for url in {record, judge}:
        build(ESTATES[estate]["documents"], ESTATES[estate]["namespace"], url)
    codes = [given["expect"].get("exit", 0) for given in questions]
    asked = [(given["question"], code) for given, code in zip(questions, codes, strict=True)]
    right = [json.dumps(ask(question, judge, code=code)) for question, code in asked]
    with patch.context() as set_to:
        set_to.setenv("LINEAGE_ENGINE", "neo4j")
        set_to.setenv("LINEAGE_NEO4J_URL", address.url)
        set_to.setenv("LINEAGE_NEO4J_USER", address.user)
        set_to.setenv("LINEAGE_NEO4J_PASSWORD", address.password)
        set_to.setenv("LINEAGE_NEO4J_SPACE", address.space)
        set_to.setenv("LINEAGE_NEO4J_AWAY", "refuse")
        for given, (question, code), wanted in zip(questions, asked, right, strict=True):
            assert json.dumps(ask(question, record, code=code)) == wanted, given["id"]


def test_a_few_questions(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    estate = max((name for name in ESTATES if _here(name)), key=lambda name: len(QUESTIONS[name]))
    few = QUESTIONS[estate][:FEW]
    _agree(estate, record=sqlite_url, judge=sqlite_url, questions=few, patch=monkeypatch)


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.parametrize("estate", sorted(ESTATES))
def test_every_question(
    estate: str, database_url: str, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not _here(estate):
        pytest.skip("the recorded resolutions are not here")
    every = QUESTIONS[estate]
    _agree(estate, record=database_url, judge=sqlite_url, questions=every, patch=monkeypatch)
