"""An answer is kept over revisions that change nothing of what is seen, and over no others."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from api import house as place
from api.graphql.published import examples
from api.house import House
from lineage.model.document import Upload
from lineage.model.identity import Key
from lineage.model.revision import At
from queries.asking import questions
from tests.houses import ESTATE, open_at

HOST = ESTATE / "hosts" / "gpu-h100-01.cdx.json"
SHORT = {"from": "from_key", "to": "to_key"}


def again(house: House, year: int = 2027, service: str = "chat@1.2", **more: Any) -> None:
    """Send the bill of materials of a service again: other bytes, the same claims."""
    file = ESTATE / f"{service.partition('@')[0]}.cdx.json"
    content = re.sub(rb'"timestamp": "\d+', b'"timestamp": "%d' % year, file.read_bytes())
    subject = Key(f"service:demo/{service}")
    receipt = house.receive(Upload(content=content, name=file.name, subject=subject, **more))
    assert not receipt.unchanged
    assert (receipt.added, receipt.removed) == (0, 0)


@pytest.fixture
def fresh(house: House) -> Callable[..., Any]:
    """Ask the same database through a house that has kept nothing."""

    def ask(question: Any) -> Any:
        other = open_at(Path(house.settings.file))  # type: ignore[arg-type]
        try:
            return other.ask(question)
        finally:
            other.close()

    return ask


def asked(house: House) -> dict[str, Any]:
    """Every question there is, about something that is there."""
    given = examples(house.handle.views.view(house.at()))
    given = {**given, "aggregate": {"over": "components", "group_by": ("kind",)}}
    made = {}
    for name, one in questions().items():
        own = {field.name for field in fields(one.question)}
        told = {n if n in own else SHORT[n]: value for n, value in given.get(name, {}).items()}
        made[name] = one.question(at=house.at(), **told)
    return made


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the questions that are computed."""
    seen: list[str] = []
    ask = place.ask

    def noted(handle: Any, question: Any) -> Any:
        seen.append(type(question).__module__.rpartition(".")[2])
        return ask(handle, question)

    monkeypatch.setattr(place, "ask", noted)
    return seen


def test_answers_outlive_revisions_that_change_nothing(house, fresh, computed) -> None:
    first = asked(house)
    answers = {name: house.ask(question) for name, question in first.items()}
    again(house)
    assert house.head().number == 5
    del computed[:]
    later = asked(house)
    found = {name: house.ask(question) for name, question in later.items()}
    of_record = {n for n, one in questions().items() if getattr(one.question, "OF_RECORD", False)}
    assert set(computed) == of_record
    for name, answer in found.items():
        assert answer == fresh(later[name]), name
        if name not in of_record:
            assert answer.revision == 5
            assert answer == replace(answers[name], revision=5)
    assert house.ask(later["impact"]) is found["impact"]


def test_many_such_revisions_share_one_answer(house, computed) -> None:
    for year in range(2030, 2034):
        again(house, year)
        assert house.ask(asked(house)["impact"]).revision == house.head().number
    assert computed == ["impact"]


@pytest.mark.parametrize("change", ["a document", "a mark", "a branch", "a past"])
def test_what_changes_what_is_seen_is_computed_anew(house, fresh, computed, change) -> None:
    if change == "a mark":
        file = ESTATE / "search.cdx.json"
        subject = Key("service:demo/search@5.0")
        house.receive(Upload(content=file.read_bytes(), name=file.name, subject=subject))
    before = house.ask(asked(house)["inventory"])
    if change == "a document":
        house.receive(Upload(content=HOST.read_bytes(), name=HOST.name))
    elif change == "a mark":
        again(house, service="search@4.0", latest=True)
    elif change == "a branch":
        again(house, branch="feature", default=False)
    else:
        again(house)
    question = asked(house)["inventory"]
    if change == "a past":
        question = replace(question, at=At(tenant=question.at.tenant, revision=3))
    del computed[:]
    found = house.ask(question)
    assert computed == ["inventory"]
    assert found == fresh(question)
    assert change == "a past" or replace(found, revision=before.revision) != before
