"""A capability that another takes the place of; worked out by hand, on both engines."""

from __future__ import annotations

import pytest

from lineage.errors import ChangeInvalidError, KeyUnknownError
from lineage.model.claim import Edge, OfComponent, Requirement
from lineage.model.identity import Key
from queries.impact import ImpactAnswer
from tests.snapshots import Held, said
from tests.verdict.invented import (
    ENGINES,
    ROOM,
    ask,
    fact,
    file_of,
    item,
    members,
    needs,
    p,
    pattern,
    room,
    verdicts,
)

RUNTIME = "glow-runtime-g1@1.3.5"
SPARK = [
    fact("capability:spark", "capability", scheme="dotted", contract="major", title="Spark"),
    fact(pattern(r"^sp(\d)$"), "mark", where="build", capability="spark", value="{1}"),
]


def replaced(held: list[Held], engine: str = "csr", to: str = "capability:spark@3") -> ImpactAnswer:
    """The answer to glow being replaced by spark."""
    return ask(held, "capability:glow", engine, change="replace", to=to)


@pytest.mark.parametrize("engine", ENGINES)
def test_lines_on_what_goes_are_violated_and_what_is_bound_breaks(engine: str) -> None:
    held = room(
        *members(RUNTIME, "lamp@1.0", "lampion@3.0", "desk@1", "shade@1"),
        needs("lamp@1.0", RUNTIME, ">=1"),
        needs("shade@1", "lamp@1.0", "==1.0"),
        file_of("lampion@3.0", needed=["libglow.so.1"]),
        world=SPARK,
    )
    answer = replaced(held, engine)
    assert verdicts(answer, ROOM) == {
        RUNTIME: ("SWAPPED", None),
        "lamp@1.0": ("BREAKS", "CONSTRAINT"),
        "lampion@3.0": ("BREAKS", "BOUND"),
        "shade@1": ("BREAKS", "PINNED"),
    }
    assert [one.key for one in answer.enter or ()] == ["capability:spark"]
    assert answer.headline.startswith("Replacing glow by Spark 3")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_line_on_the_capability_holds_only_over_what_succeeds_it(engine: str) -> None:
    def line(raw: str) -> Edge:
        wish = Requirement(raw, "dotted")
        return Edge("requires", OfComponent(Key(p("lamp@1.0"))), Key("capability:glow"), wish)

    succeeds = fact("capability:spark", "succeeds", old="capability:glow")
    for raw, rows, verdict in (
        (">=1", [], ("BREAKS", "CONSTRAINT")), (">=1", [succeeds], ("UNDECLARED", None)),
        (">=1,<4", [succeeds], ("SURVIVES", "BOUNDED")),
        ("<3", [succeeds], ("BREAKS", "CONSTRAINT")),
    ):  # fmt: skip
        held = room(*members(RUNTIME, "lamp@1.0"), world=[*SPARK, line(raw), *rows])
        assert verdicts(replaced(held, engine), ROOM)["lamp@1.0"] == verdict, raw


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("to", "channel", "verdict", "named"),
    [
        ("capability:spark@3", "glass", ("REBUILD", None), True),
        ("capability:spark", "glass", ("REBUILD", None), True),
        ("capability:spark@3", "wood", ("BREAKS", "BOUND"), True),
        ("capability:spark@4", "glass", ("BREAKS", "BOUND"), False),
    ],
)
def test_another_build_for_what_comes(
    engine: str, to: str, channel: str, verdict: tuple[str, str | None], *, named: bool
) -> None:
    built = fact(
        p("lamp@1.0"), "built_for", capability="spark", value="3", build="sp3", channel="glass"
    )
    held = room(
        *members(RUNTIME, "lamp@1.0"), file_of("lamp@1.0", index=channel),
        said(p("lamp@1.0"), "build", "g13"), world=[*SPARK, built],
    )  # fmt: skip
    answer = replaced(held, engine, to)
    assert verdicts(answer, ROOM)["lamp@1.0"] == verdict
    fix = item(answer, p("lamp@1.0"), ROOM).fix
    assert (fix is not None and "sp3" in fix.note) is named


def test_only_a_capability_takes_the_place_of_one() -> None:
    held = room(*members(RUNTIME, "lamp@1.0"), world=SPARK)
    for key, to in (("capability:glow", p("lamp")), (p("lamp@1.0"), "capability:spark")):
        with pytest.raises(ChangeInvalidError, match="replaced by a capability"):
            ask(held, key, change="replace", to=to)
    with pytest.raises(KeyUnknownError):
        replaced(held, to="capability:smoke")


def test_what_takes_the_place_may_be_called_as_people_call_it() -> None:
    held = room(*members(RUNTIME), world=SPARK)
    answer = replaced(held, to="Spark 3")
    assert [(one.key, one.requirement) for one in answer.enter or ()] == [("capability:spark", "")]
    assert answer.headline.startswith("Replacing glow by Spark 3")
