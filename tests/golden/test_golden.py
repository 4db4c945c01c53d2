"""Golden questions: answers worked out by hand, asked of the program."""

from __future__ import annotations

import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from tests.golden.estate import SHARED, ask, build, differing, path_of
from tests.golden.expectation import differences

_HERE = Path(__file__).parent
_GIVEN: dict[str, Any] = json.loads((_HERE / "questions.json").read_text())
_NOT_YET: dict[str, str] = json.loads((_HERE / "not_yet.json").read_text())
ESTATES: dict[str, dict[str, Any]] = _GIVEN["estates"]
QUESTIONS: list[dict[str, Any]] = _GIVEN["questions"]


def marked(name: str, *values: object) -> Any:
    """A case that has to fail while it stands in not_yet.json."""
    why = next((why for pattern, why in _NOT_YET.items() if fnmatchcase(name, pattern)), None)
    marks = [pytest.mark.xfail(strict=True, raises=AssertionError, reason=why)] if why else []
    return pytest.param(*values, id=name, marks=marks)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The database of an estate, built when it is first asked for."""
    built: dict[str, str] = {}

    def of(name: str) -> str:
        if name not in built:
            estate = ESTATES[name]
            if any(not path_of(d["file"]).exists() for d in estate["documents"]):
                if not SHARED.exists():
                    pytest.skip("needs ../shared: documents of others, kept beside the repository")
                pytest.fail(f"a document of the estate {name} is missing")
            url = f"sqlite:///{tmp_path_factory.mktemp('golden') / 'lineage.db'}"
            build(estate["documents"], estate["namespace"], url)
            built[name] = url
        return built[name]

    return of


@pytest.mark.parametrize("given", [marked(q["id"], q) for q in QUESTIONS])
def test_golden_question(given: dict[str, Any], database: Callable[[str], str]) -> None:
    url = database(given["estate"])
    expect = given["expect"]
    answer = ask(given["question"], url, code=expect.get("exit", 0))
    found = differences(expect, answer)
    assert not found, "\n".join([given["about"], *found, f"why: {given['why']}"])


@pytest.mark.parametrize("name", sorted(ESTATES))
def test_the_engines_agree_on_an_estate(name: str, database: Callable[[str], str]) -> None:
    questions = [one["question"] for one in QUESTIONS if one["estate"] == name]
    assert questions, "an estate that nobody asks about"
    assert differing(questions, database(name)) == []


def test_another_installation_says_it_in_the_same_words(
    database: Callable[[str], str], tmp_path: Path
) -> None:
    """Each has a secret of its own, and with it other ids of statements."""
    estate = ESTATES["search"]
    other = f"sqlite:///{tmp_path / 'other.db'}"
    build(estate["documents"], estate["namespace"], other)
    for text in ("torch", "CUDA 12", "numpy"):
        assert ask({"key": text}, database("search")) == ask({"key": text}, other)


def test_every_question_stands_on_its_own() -> None:
    """Enough questions, most without the recorded resolutions, and no stale name in the list."""
    names = [question["id"] for question in QUESTIONS]
    own = [
        q
        for q in QUESTIONS
        if all(not d["file"].startswith("shared/") for d in ESTATES[q["estate"]]["documents"])
    ]
    assert len(set(names)) == len(names) >= 20
    assert len(own) >= 12
    for pattern in _NOT_YET:
        assert pattern.startswith("shipped-") or any(fnmatchcase(n, pattern) for n in names)
