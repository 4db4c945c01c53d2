"""What a server makes before it is asked: answers are the same, and find it there."""

from __future__ import annotations

from pathlib import Path

from api.house import House
from queries.impact import Impact
from queries.provenance import Provenance
from queries.ruling import RULES
from tests.houses import copy_of, open_at

_QUESTIONS = (
    Impact(key="CUDA 12", to="13"),
    Impact(key="pkg:pypi/torch", to="2.10.0"),
    Impact(key="capability:python", from_range="3.12", to="3.14"),
    Provenance(key="pkg:huggingface/demo/chat-7b-awq"),
)


def test_answers_are_the_same(house: House, template: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = open_at(copy_of(template, tmp_path / "other"), at_least_wait=0.2)
    try:
        house.lay_out()
        for question in _QUESTIONS:
            assert house.ask(question) == other.ask(question)
    finally:
        other.close()


def test_a_question_finds_what_was_laid_out(house: House) -> None:
    house.lay_out()
    rules = RULES.of(house.handle.views.view(house.at()))
    leanings, stands = dict(rules.leanings._found), dict(rules.footings._stands)
    assert leanings
    assert stands
    assert house.ask(Impact(key="CUDA 12", to="13", at=house.at())).affected
    assert rules.leanings._found == leanings
    assert rules.footings._stands == stands


def test_an_empty_database_is_laid_out(tmp_path: Path) -> None:
    house = open_at(tmp_path / "empty.db", create=True)
    house.lay_out()
    house.close()
