"""Answers survive being written as JSON and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import orjson
import pytest

from api.decoding import ShapeError, decode
from api.house import House
from api.plain import plain
from lineage.model.revision import Scope
from queries.asking import questions
from queries.component import Component
from queries.impact import Impact
from queries.provenance import Provenance
from queries.search import Search


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    name: str
    scope: Scope
    pair: tuple[int, str]
    days: Mapping[int, date]
    at: datetime
    under: Thing | None = None
    kinds: frozenset[str] = frozenset()
    raw: Any = None
    side: Literal["left", "right"] = "left"


THING = Thing(
    name="a", scope=Scope.ALL, pair=(1, "x"), days={3: date(2026, 1, 2)},
    at=datetime(2026, 1, 2, tzinfo=UTC), kinds=frozenset({"b", "a"}), raw={"x": [1, 2.5]},
    under=Thing(name="b", scope=Scope.DEFAULT, pair=(2, "y"), days={},
                at=datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)),
)  # fmt: skip


def sent(value: object) -> Any:
    return orjson.loads(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, default=plain))


def test_every_type_comes_back() -> None:
    assert decode(Thing, sent(THING)) == THING


def test_real_answers_come_back(house: House) -> None:
    at = house.at()
    for question in (
        Impact(key="CUDA 12", at=at), Provenance(key="chat", dependence=True, at=at),
        Component(key="torch", at=at), Component(key="chat-api", at=at), Search(text="c", at=at),
    ):  # fmt: skip
        answer = house.ask(question)
        assert decode(type(answer), sent(answer)) == answer
    assert all(decode.__name__ and one.answer for one in questions().values())


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": 1}, "name"),
        ({"scope": "some"}, "scope"),
        ({"pair": [1]}, "pair"),
        ({"pair": [1, 2]}, "pair[1]"),
        ({"days": {"x": "2026-01-01"}}, "days"),
        ({"days": {"1": "later"}}, "days.1"),
        ({"at": "never"}, "at"),
        ({"under": {"name": "b"}}, "under.scope"),
        ({"kinds": "ab"}, "kinds"),
        ({"side": "middle"}, "side"),
        ({"more": 1}, "more"),
    ],
)
def test_what_is_not_of_its_type_is_named(change: dict[str, Any], path: str) -> None:
    with pytest.raises(ShapeError) as caught:
        decode(Thing, {**sent(THING), **change}, strict=True)
    assert caught.value.path == path


def test_what_a_newer_server_says_more_is_passed_over() -> None:
    assert decode(Thing, {**sent(THING), "more": 1}) == THING
    with pytest.raises(ShapeError, match="name: it is missing"):
        decode(Thing, {})
