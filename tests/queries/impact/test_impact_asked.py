"""The question as people ask it: a name with a version behind it, or without a target."""

from __future__ import annotations

import pytest

from lineage.errors import ChangeInvalidError, KeyUnknownError
from lineage.model.claim import Component
from lineage.model.identity import Key
from tests.snapshots import Held
from tests.verdict.invented import ask, fact, members, needs, p, room, verdicts

TITLED = fact("capability:glow", "capability", scheme="dotted", contract="major", title="Big Glow")
PIN = needs("lamp@1.0", "glow-runtime-g1@1.3.5", "==1.3.5")
SET = (*members("glow-runtime-g1@1.3.5", "lamp@1.0", "shade@2.4.1"), PIN)


def held() -> list[Held]:
    """One room with a pinned runtime; the capability has a title."""
    return room(*SET, world=[TITLED])


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("glow", None), ("GLOW", None), ("Big Glow", None), ("glow 1", "1"), ("Glow 1.3", "1.3"),
        ("big glow 1", "1"), ("glow v1", "1"), ("glow 1.x", "1"), ("glow 1.*", "1"),
        ("glow >=1,<2", ">=1,<2"), ("glow>=1,<2", ">=1,<2"), ("  glow   1 ", "1"),
    ],
)  # fmt: skip
def test_a_name_and_what_stands_behind_it(text: str, source: str | None) -> None:
    answer = ask(held(), text)
    assert (answer.change.key, answer.change.layer) == ("capability:glow", "capability")
    assert (answer.change.from_range, answer.change.to) == (source, "2")
    assert verdicts(answer)["lamp@1.0"] == ("BREAKS", "CONSTRAINT")


def test_the_headline_uses_the_title() -> None:
    assert ask(held(), "glow 1").headline.startswith("Upgrading Big Glow 1 to 2 (assumed")
    assert ask(room(*SET), "glow 1").headline.startswith("Upgrading glow 1 to 2 (assumed")


def test_a_package_and_a_line_of_it() -> None:
    both = room(*SET, *members("shade@2.9.0"))
    answer = ask(both, "shade 2.4", to="2.9.0")
    assert (answer.change.layer, answer.change.key) == ("family", p("shade"))
    assert verdicts(answer) == {"shade@2.4.1": ("SWAPPED", None)}
    assert set(verdicts(ask(both, "shade", to="3"))) == {"shade@2.4.1", "shade@2.9.0"}


def test_what_is_named_with_a_number_is_meant_first() -> None:
    named = Component(Key("model:acme/glow%201"), "model", "glow 1")
    answer = ask(room(*SET, world=[named]), "glow 1", change="remove")
    assert answer.change.key == "model:acme/glow%201"


def test_two_ranges_have_to_agree() -> None:
    assert ask(held(), "glow 1", from_range="1").change.from_range == "1"
    with pytest.raises(ChangeInvalidError, match="says from 1, the range says 2"):
        ask(held(), "glow 1", from_range="2")


@pytest.mark.parametrize("text", ["nothing 12", "12", "glow one", "pkg:pypi/nosuch 1"])
def test_what_nobody_knows_is_not_guessed(text: str) -> None:
    with pytest.raises(KeyUnknownError):
        ask(held(), text)


def test_a_range_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ChangeInvalidError, match="is no range"):
        ask(held(), "glow >=1,<")


def test_where_nothing_newer_is_known_there_is_no_target() -> None:
    answer = ask(room(*members("glow-runtime-g2@2.1.0")), "glow 2")
    assert (answer.change.to, answer.change.assumed) == (None, True)
    assert "beyond what is known" in answer.headline
    unheard = ask(room(*members("shade@2.4.1")), "shade")
    assert (unheard.change.to, unheard.change.assumed) == (None, True)


def test_a_package_says_what_the_step_inside_its_line_is() -> None:
    two = room(*members("bulb@1.0")) + room(*members("bulb@1.5"), key="environment:acme/attic")
    assert ask(two, "bulb").headline.endswith(" That is a step inside 1.")
    three = two + room(*members("bulb@2.0"), key="environment:acme/cellar")
    assert "A step inside 1 (to 1.5) breaks nothing that is known." in ask(three, "bulb").headline
    only = room(*members("bulb@1.0")) + room(*members("bulb@2.0"), key="environment:acme/attic")
    assert ask(only, "bulb").headline.endswith(" Inside 1 nothing newer is known.")
