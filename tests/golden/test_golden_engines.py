"""Golden questions over Neo4j: the same JSON, byte for byte, as from the engine in the process."""

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
    estate: str, url: str, questions: list[dict[str, Any]], patch: pytest.MonkeyPatch
) -> None:
    address = fresh_address()
    build(ESTATES[estate]["documents"], ESTATES[estate]["namespace"], url)
    for given in questions:
        code = given["expect"].get("exit", 0)
        right = json.dumps(ask(given["question"], url, code=code))
        with patch.context() as set_to:
            set_to.setenv("LINEAGE_ENGINE", "neo4j")
            set_to.setenv("LINEAGE_NEO4J_URL", address.url)
            set_to.setenv("LINEAGE_NEO4J_USER", address.user)
            set_to.setenv("LINEAGE_NEO4J_PASSWORD", address.password)
            set_to.setenv("LINEAGE_NEO4J_SPACE", address.space)
            set_to.setenv("LINEAGE_NEO4J_AWAY", "refuse")
            assert json.dumps(ask(given["question"], url, code=code)) == right, given["id"]


def test_a_few_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    estate = max((name for name in ESTATES if _here(name)), key=lambda name: len(QUESTIONS[name]))
    _agree(estate, f"sqlite:///{tmp_path / 'record.db'}", QUESTIONS[estate][:FEW], monkeypatch)


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.parametrize("estate", sorted(ESTATES))
def test_every_question(estate: str, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not _here(estate):
        pytest.skip("needs ../shared: documents of others, kept beside the repository")
    _agree(estate, database_url, QUESTIONS[estate], monkeypatch)
