"""Retracted, relicensed, vulnerable, at its end: what is exposed, what only touches it."""

from __future__ import annotations

import pytest

from lineage.errors import ChangeInvalidError
from lineage.model.claim import Edge, OfComponent, Statement
from lineage.model.identity import Key
from tests.queries.impact.test_impact_across import leans, thing, world
from tests.snapshots import Held, said
from tests.verdict.invented import ENGINES, ask, item, members, needs, room, verdicts

DATA = "dataset:acme/tickets@1"
BASE, TUNED = "model:acme/base@1", "model:acme/tuned@1"
CHAT, PAGE, HOST = "service:acme/chat@1", "service:acme/page@1", "host:acme/node"
ROOM = "environment:acme/room"
WEAK = "vulnerability:CVE-2026-1"


def lineage(*more: Statement) -> list[Held]:
    """A dataset, two models, a service on a host that another one calls."""
    return world(
        *(thing(key) for key in (DATA, BASE, TUNED, CHAT, PAGE, HOST)),
        said(DATA, "licence", {"raw": "MIT", "expression": "MIT"}),
        said(CHAT, "deployment_environment", "prod"),
        leans(BASE, "trained_on", DATA),
        leans(TUNED, "fine_tuned_from", BASE),
        leans(CHAT, "serves", TUNED),
        leans(CHAT, "runs_on", HOST),
        leans(PAGE, "calls", CHAT),
        *more,
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_retracted_dataset(engine: str) -> None:
    other = "model:acme/judge@1"
    held = lineage(thing(other), leans(other, "evaluated_on", DATA))
    answer = ask(held, DATA, engine, change="retract")
    assert verdicts(answer, None) == {
        DATA: ("SWAPPED", None),
        BASE: ("EXPOSED", None),
        TUNED: ("EXPOSED", None),
        CHAT: ("EXPOSED", None),
        PAGE: ("NOTICE", None),
        other: ("NOTICE", None),
    }
    chat = item(answer, CHAT, None)
    assert (chat.runs_on, chat.deployment_environment) == ((HOST,), "prod")
    assert [step.edge for step in chat.path] == [None, "trained_on", "fine_tuned_from", "serves"]
    assert "chat on prod, node" in answer.headline


def test_relicensing_names_both_licences() -> None:
    answer = ask(lineage(), DATA, change="relicense", to="gpl-3.0-only")
    assert item(answer, DATA, None).because[0].requirement == "MIT -> GPL-3.0-only"
    assert "from MIT to GPL-3.0-only" in answer.headline


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("state", "exposed"),
    [("exploitable", True), ("not_affected", False), ("fixed", False), ("in_triage", True)],
)
def test_a_vex_state_stops_a_vulnerability(engine: str, state: str, exposed: bool) -> None:
    weak = Edge(
        "affected_by", OfComponent(Key("pkg:pypi/bulb@1.0")), Key(WEAK),
        attributes=(("state", state),),
    )  # fmt: skip
    held = room(*members("bulb@1.0", "lamp@1.0"), needs("lamp@1.0", "bulb@1.0"))
    held += world(thing(WEAK), weak)
    for key in (WEAK, "pkg:pypi/bulb"):
        answer = ask(held, key, engine, change="vulnerable")
        found = verdicts(answer, None)
        assert (found.get(ROOM) == ("EXPOSED", None)) is exposed
        assert (("lamp@1.0" in verdicts(answer)) or "lamp@1.0" in found) is exposed


def test_a_weakness_in_some_versions_only() -> None:
    held = room(*members("bulb@1.0"))
    assert verdicts(ask(held, "pkg:pypi/bulb", change="vulnerable", from_range="<2"), None) == {
        "bulb@1.0": ("SWAPPED", None),
        ROOM: ("EXPOSED", None),
    }
    with pytest.raises(ChangeInvalidError, match="no known version"):
        ask(held, "pkg:pypi/bulb", change="vulnerable", from_range=">=2")


def test_an_end_of_life_is_a_notice_with_its_date_and_goes_no_further() -> None:
    held = room(*members("bulb@1.0", "lamp@1.0"), needs("lamp@1.0", "bulb@1.0"))
    held += world(thing(CHAT), leans(CHAT, "runs_on", ROOM),
                  said("pkg:pypi/bulb@1.0", "end_of_life", "2027-03-01"))  # fmt: skip
    answer = ask(held, "pkg:pypi/bulb", change="end_of_life")
    assert verdicts(answer, None) == {"bulb@1.0": ("SWAPPED", None), ROOM: ("NOTICE", None)}
    lamp = item(answer, "lamp@1.0")
    assert lamp.verdict == "NOTICE"
    assert lamp.because[1].requirement == "2027-03-01"
    assert answer.counts.breaks == 0
    named = ask(held, "pkg:pypi/bulb", change="end_of_life", to="2030-01-01")
    assert "2030-01-01" in named.headline


@pytest.mark.parametrize(
    ("key", "change", "to", "words"),
    [
        ("pkg:pypi/bulb", "retract", None, "only a dataset or a model"),
        (DATA, "retract", "2", "no target"),
        (DATA, "relicense", None, "needs the new licence"),
        (DATA, "relicense", "Perhaps License", "no SPDX"),
        (DATA, "end_of_life", "soon", "no date"),
        (DATA, "end_of_life", None, "name the day"),
        (DATA, "place", HOST, "no assembly"),
    ],
)
def test_arguments_that_cannot_be_taken(key: str, change: str, to: str | None, words: str) -> None:
    held = lineage() + room(*members("bulb@1.0"))
    with pytest.raises(ChangeInvalidError, match=words):
        ask(held, key, change=change, to=to)
