"""Rows of what a release was tested with: a hint, unless it was tested with the new value too."""

from __future__ import annotations

import pytest

from tests.verdict.invented import ENGINES, ROOM, ask, fact, members, p, room, verdicts

RUNTIME = "glow-runtime-g1@1.3.5"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("tested", "verdict"),
    [(("1.3",), ("UNDECLARED", None)), (("1.3", "2.0"), None), (("2.0",), None), ((), None)],
)
def test_what_was_tested_with_both_is_not_hinted_to_the_old(
    engine: str, tested: tuple[str, ...], verdict: tuple[str, str | None] | None
) -> None:
    rows = [fact(p("lamp@1.0"), "tested_with", capability="glow", value=one) for one in tested]
    answer = ask(room(*members(RUNTIME, "lamp@1.0"), world=rows), "glow 1", engine, to="2")
    assert verdicts(answer, ROOM).get("lamp@1.0") == verdict
