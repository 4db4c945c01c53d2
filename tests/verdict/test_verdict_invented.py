"""A made-up runtime judged from rows alone: no name of it can be in the code."""

from __future__ import annotations

import pytest

from lineage.model.claim import Statement
from tests.verdict.invented import (
    ENGINES,
    ask,
    declares,
    fact,
    family,
    file_of,
    item,
    members,
    needs,
    p,
    releases,
    room,
    verdicts,
)

BASE = members("glow-runtime-g1@1.4.2", "glow-beam-g1@7.2", "glow-ray-g1@20.1")
SWAPPED = ("SWAPPED", None)


def step(
    *statements: Statement, world: tuple[Statement, ...] = (), to: str = "2"
) -> dict[str, object]:
    """The verdicts of glow 1 going to 2 in one environment."""
    answer = ask(room(*BASE, *statements, world=world), "capability:glow", from_range="1", to=to)
    return dict(verdicts(answer))


@pytest.mark.parametrize("engine", ENGINES)
def test_providers_are_swapped_and_the_rest_untouched(engine: str) -> None:
    held = room(*BASE, *members("lamp@1.0"))
    answer = ask(held, "capability:glow", engine, from_range="1", to="2")
    assert verdicts(answer) == {
        "glow-runtime-g1@1.4.2": SWAPPED,
        "glow-beam-g1@7.2": SWAPPED,
        "glow-ray-g1@20.1": SWAPPED,
    }
    assert answer.counts.untouched == 1
    assert answer.counts.members == 4
    assert answer.counts.breaks == 0


def test_a_pin_on_the_renamed_runtime_is_violated() -> None:
    found = step(*members("lamp@1.0"), needs("lamp@1.0", "glow-runtime-g1@1.4.2", "==1.4.2"))
    assert found["lamp@1.0"] == ("BREAKS", "CONSTRAINT")


def test_an_open_line_on_the_renamed_runtime_still_names_the_old_one() -> None:
    found = step(*members("lamp@1.0"), needs("lamp@1.0", "glow-runtime-g1@1.4.2", ">=1.2"))
    assert found["lamp@1.0"] == ("BREAKS", "BOUND")


def test_a_library_number_is_judged_on_the_successors_own_versions() -> None:
    bounded = step(*members("lamp@1.0"), needs("lamp@1.0", "glow-ray-g1@20.1", "<21"))
    assert bounded["lamp@1.0"] == ("BREAKS", "CONSTRAINT")
    numerically_fine = step(*members("lamp@1.0"), needs("lamp@1.0", "glow-ray-g1@20.1", "<30"))
    assert numerically_fine["lamp@1.0"] == ("BREAKS", "BOUND")


def test_a_soname_binds_without_any_line() -> None:
    found = step(
        *members("lamp@1.0"), world=(fact(p("lamp@1.0"), "artefact", needed=["libglow.so.1"]),)
    )
    assert found["lamp@1.0"] == ("BREAKS", "BOUND")


def test_what_it_ships_does_not_bind() -> None:
    shipped = fact(p("lamp@1.0"), "artefact", needed=["libglow.so.1"], ships=["libglow.so.1"])
    assert "lamp@1.0" not in step(*members("lamp@1.0"), world=(shipped,))


def test_a_library_is_judged_by_all_its_sonames() -> None:
    both = fact(p("lamp@1.0"), "artefact", needed=["libglow.so.1", "libglow.so.2"])
    assert step(*members("lamp@1.0"), world=(both,))["lamp@1.0"] == ("SURVIVES", "SHIPS_BOTH")
    half = fact(p("lamp@1.0"), "artefact", needed=["libglow.so.1", "libbeam.so.7"])
    assert step(*members("lamp@1.0"), world=(half,))["lamp@1.0"] == ("BREAKS", "BOUND")
    neutral = fact(p("lamp@1.0"), "artefact", needed=["libbeam.so.7"])
    assert step(*members("lamp@1.0"), world=(neutral,))["lamp@1.0"] == ("SURVIVES", "CONTRACT")


def test_a_violated_line_beats_shipping_both() -> None:
    both = fact(p("lamp@1.0"), "artefact", needed=["libglow.so.1", "libglow.so.2"])
    line = needs("lamp@1.0", "glow-bind@1.4.0", "<2")
    found = step(*members("lamp@1.0", "glow-bind@1.4.0"), line, world=(both,))
    assert found["lamp@1.0"] == ("BREAKS", "CONSTRAINT")


def test_opened_by_name_counts_where_nothing_is_linked() -> None:
    opened = fact(p("lamp@1.0"), "artefact", needed=[], opened=["libglow.so.1", "libelse.so"])
    assert step(*members("lamp@1.0"), world=(opened,))["lamp@1.0"] == ("BREAKS", "BOUND")


def test_the_name_of_the_distribution_binds_and_its_counterpart_is_the_way_out() -> None:
    held = room(*BASE, *members("torchlight-g1@3.0"), world=releases("torchlight-g2", "3.0", "3.1"))
    answer = ask(held, "capability:glow", from_range="1", to="2")
    found = item(answer, "torchlight-g1@3.0")
    assert (found.verdict, found.reason) == ("BREAKS", "BOUND")
    assert found.fix is not None
    assert (found.fix.action, found.fix.key, found.fix.version) == (
        "replace",
        p("torchlight-g2"),
        "3.1",
    )


def test_a_build_tag_binds() -> None:
    lamp = file_of("lamp@1.0", file="lamp.whl", build="g14")
    assert step(*members("lamp@1.0"), lamp)["lamp@1.0"] == ("BREAKS", "BOUND")
    new = file_of("lamp@1.0", file="lamp.whl", build="g21")
    assert step(*members("lamp@1.0"), new)["lamp@1.0"] == ("SURVIVES", "CONTRACT")


def test_another_build_in_the_assemblys_channel_is_a_rebuild_and_elsewhere_only_a_fix() -> None:
    lamp = file_of("lamp@1.0", file="lamp.whl", build="g14", index="index.example/builds/g14")
    row = {"capability": "glow", "value": "2.1", "build": "g21"}
    beside = members("shade@1.0")
    here = file_of("shade@1.0", file="shade.whl", index="index.example/builds/g21")
    world = (fact(p("lamp@1.0"), "built_for", channel="builds/g21", **row),)
    held = room(*BASE, *members("lamp@1.0"), *beside, lamp, here, world=world)
    answer = ask(held, "capability:glow", from_range="1", to="2")
    assert verdicts(answer)["lamp@1.0"] == ("REBUILD", None)
    apart = ask(room(*BASE, *members("lamp@1.0"), lamp, world=world), "capability:glow",
                from_range="1", to="2")  # fmt: skip
    found = item(apart, "lamp@1.0")
    assert (found.verdict, found.reason) == ("BREAKS", "BOUND")
    assert found.fix is not None
    assert "builds/g21" in found.fix.note


def test_published_once_per_value_and_not_inspected_is_unknown() -> None:
    rows = tuple(
        fact(p("lamp@0.9"), "built_for", capability="glow", value=value, build=build)
        for value, build in (("1.4", "g14"), ("2.1", "g21"))
    )
    assert step(*members("lamp@1.0"), world=rows)["lamp@1.0"] == ("UNKNOWN", "BUILD")
    pure = file_of("lamp@1.0", file="lamp-1.0-py3-none-any.whl", tags=["py3-none-any"])
    assert "lamp@1.0" not in step(*members("lamp@1.0"), pure, world=rows)


def test_a_row_of_a_range_or_of_a_vendor_is_only_a_hint() -> None:
    wide = fact(family("lamp", ">=1"), "built_for", capability="glow", value="1.4")
    assert step(*members("lamp@1.0"), world=(wide,))["lamp@1.0"] == ("UNDECLARED", None)
    tested = fact(p("lamp@1.0"), "tested_with", capability="glow", value="1.4")
    assert step(*members("lamp@1.0"), world=(tested,))["lamp@1.0"] == ("UNDECLARED", None)


def test_inactive_lines_are_hints_and_both_values_named_are_support() -> None:
    old = declares("lamp@1.0", "glow-beam-g1", ">=7", extra="g1")
    new = declares("lamp@1.0", "glow-beam-g2", ">=7", extra="g2")
    assert step(*members("lamp@1.0"), world=(old,))["lamp@1.0"] == ("UNDECLARED", None)
    assert step(*members("lamp@1.0"), world=(old, new))["lamp@1.0"] == ("SURVIVES", "SHIPS_BOTH")


def test_a_line_on_both_counterparts_binds_to_neither() -> None:
    found = step(
        *members("lamp@1.0", "glow-beam-g2@7.5"),
        needs("lamp@1.0", "glow-beam-g1@7.2", ">=7"),
        needs("lamp@1.0", "glow-beam-g2@7.5", ">=7"),
    )
    assert found["lamp@1.0"] == ("SURVIVES", "SHIPS_BOTH")


def test_a_verdict_that_rests_on_an_extra_carries_its_name_and_the_other_extra_is_the_fix() -> None:
    line = needs("lamp@1.0", "glow-bind@1.4.0", "<2", extra="g1")
    other = declares("lamp@1.0", "glow-bind", ">=2", extra="g2")
    held = room(*BASE, *members("lamp@1.0", "glow-bind@1.4.0"), line, world=(other,))
    found = item(ask(held, "capability:glow", from_range="1", to="2"), "lamp@1.0")
    assert (found.verdict, found.reason, found.name) == ("BREAKS", "CONSTRAINT", "lamp[g1]")
    assert found.fix is not None
    assert (found.fix.action, found.fix.note) == ("extra", "[g2] instead of [g1]")


def test_a_step_inside_the_major_is_covered_by_the_contract() -> None:
    soname = fact(p("lamp@1.0"), "artefact", needed=["libglow.so.1"])
    line = needs("shade@1.0", "glow-runtime-g1@1.3.5", ">=1.2")
    pin = needs("bulb@1.0", "glow-runtime-g1@1.3.5", "==1.3.5")
    held = room(
        *members("glow-runtime-g1@1.3.5", "lamp@1.0", "shade@1.0", "bulb@1.0"),
        line,
        pin,
        world=(soname,),
    )
    found = verdicts(ask(held, "capability:glow", from_range="1.3", to="1.4"))
    assert found["lamp@1.0"] == ("SURVIVES", "CONTRACT")
    assert found["shade@1.0"] == ("SURVIVES", "CONTRACT")
    assert found["bulb@1.0"] == ("BREAKS", "CONSTRAINT")


def test_upgrading_the_runtime_to_its_successors_value_is_upgrading_the_capability() -> None:
    held = room(*BASE, *members("lamp-g1@1.0"))
    answer = ask(held, p("glow-runtime-g1"), to="2.1")
    assert (answer.change.layer, answer.change.key) == ("capability", "capability:glow")
    assert verdicts(answer)["lamp-g1@1.0"] == ("BREAKS", "BOUND")
    own = ask(held, p("glow-ray-g1"), to="21.0")
    assert own.change.layer == "family"
    assert "lamp-g1@1.0" not in verdicts(own)


def test_without_a_target_the_newest_known_line_is_assumed_and_named() -> None:
    answer = ask(room(*BASE), "capability:glow", from_range="1")
    assert (answer.change.to, answer.change.assumed) == ("2", True)
    assert "2 (assumed" in answer.headline


def test_without_a_target_a_step_inside_the_present_line_is_told_too() -> None:
    pin = needs("lamp@1.0", "glow-runtime-g1@1.3.5", "==1.3.5")
    held = room(*members("glow-runtime-g1@1.3.5", "lamp@1.0", "shade-g1@1"), pin)
    answer = ask(held, "capability:glow")
    assert "breaks 2 of 3 members" in answer.headline
    assert answer.headline.endswith("A step inside 1 (to 1.4) breaks lamp.")
    named = ask(held, "capability:glow", to="2")
    assert "A step inside" not in named.headline


def test_an_assembly_that_provides_the_new_value_only_is_not_reached() -> None:
    held = room(*members("glow-runtime-g2@2.0.1", "lamp-g1@1.0"))
    answer = ask(held, "capability:glow", from_range="1", to="2")
    assert answer.affected == ()
    assert "reaches nothing" in answer.headline


def test_where_nobody_provides_it_bound_members_are_judged_all_the_same() -> None:
    answer = ask(room(*members("lamp-g1@1.0", "desk@2")), "capability:glow", from_range="1", to="2")
    assert verdicts(answer) == {"lamp-g1@1.0": ("BREAKS", "BOUND")}
    assert answer.completeness.unprovided == 1
    assert not answer.completeness.complete
    silent = ask(room(*members("desk@2")), "capability:glow", from_range="1", to="2")
    assert silent.affected == ()
    assert silent.completeness.unprovided == 1
    assert "nobody is known to provide it" in silent.headline


def test_what_leans_on_a_break_waits_and_names_it() -> None:
    held = room(
        *BASE,
        *members("lamp@1.0", "desk@2.0", "house@3.0"),
        needs("desk@2.0", "lamp@1.0", ">=0.5,<3"),
        needs("house@3.0", "desk@2.0"),
        needs("lamp@1.0", "glow-runtime-g1@1.4.2", "==1.4.2"),
        file_of("desk@2.0", file="desk-2.0-py3-none-any.whl", tags=["py3-none-any"]),
    )
    answer = ask(held, "capability:glow", from_range="1", to="2")
    found = verdicts(answer)
    assert found["lamp@1.0"] == ("BREAKS", "CONSTRAINT")
    assert found["desk@2.0"] == ("UNKNOWN", "WAITS")
    because = item(answer, "desk@2.0").because[0]
    assert (because.requirement, because.on) == (">=0.5,<3", p("lamp@1.0"))
    assert item(answer, "desk@2.0").known_releases == 1
    assert "house@3.0" not in found, "UNKNOWN does not spread"


def test_a_binary_is_bound_by_the_packages_that_its_lines_name() -> None:
    line = needs("desk@2.0", "lamp-g1@1.0", "==1.0")
    found = step(*members("lamp-g1@1.0", "desk@2.0"), line)
    assert found["desk@2.0"] == ("BREAKS", "BOUND")


def test_removing_the_capability_violates_every_line_on_it() -> None:
    held = room(*BASE, *members("lamp@1.0"), needs("lamp@1.0", "glow-runtime-g1@1.4.2"))
    answer = ask(held, "capability:glow", change="remove")
    assert verdicts(answer)["lamp@1.0"] == ("BREAKS", "CONSTRAINT")
