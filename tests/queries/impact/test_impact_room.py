"""A question inside an assembly sees what the assembly brings along, and nothing else."""

from __future__ import annotations

import pytest

from lineage.model.claim import Statement
from tests.queries.impact.test_impact_across import ROOM, breaking, upgraded
from tests.snapshots import member, said
from tests.verdict.invented import ENGINES, verdicts

RELEASE = "service:acme/chat@1"


def release(*statements: Statement) -> list[tuple[str, str, str, list[Statement], int]]:
    """A release that holds the room as a member."""
    return [("chat", "chat", RELEASE, [member(ROOM, "direct"), *statements], 3)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_member_of_which_nothing_is_known_here_brings_its_contents(engine: str) -> None:
    answer = upgraded(breaking() + release(), engine, assembly=RELEASE)
    assert verdicts(answer, None)[RELEASE] == ("BREAKS", "CARRIES")
    assert verdicts(answer, ROOM)["lamp@1.0"] == ("BREAKS", "CONSTRAINT")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_member_whose_dependencies_are_known_ends_at_itself(engine: str) -> None:
    held = breaking() + release(said(ROOM, "dependencies", "none"))
    answer = upgraded(held, engine, assembly=RELEASE)
    assert answer.counts.breaks == 0
