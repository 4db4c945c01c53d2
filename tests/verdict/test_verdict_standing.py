"""An assembly that carries a break and stands on a host that does not provide enough."""

from __future__ import annotations

import pytest

from lineage.model.identity import Key
from lineage.verdict.outcome import BREAKS, SURVIVES, Evidence, Fix, Verdict, rank
from lineage.verdict.standing import joined
from lineage.versions.scheme import Answer

_HELP = Fix(action="install", key=Key("framework:zeta-compat-3"))


def _verdict(verdict: str, reason: str, on: str, fix: Fix | None = None) -> Verdict:
    holds = Answer.NO if reason == "HOST" else None
    why = Evidence(on=Key(on), holds=holds)
    return Verdict(
        verdict=verdict, reason=reason, because=(why,), fix=fix, rank=rank(verdict, reason)
    )


CARRIES = _verdict(BREAKS, "CARRIES", "pkg:pypi/app@1")
HOST = _verdict(BREAKS, "HOST", "host:local/old", _HELP)


@pytest.mark.parametrize(("old", "new"), [(CARRIES, HOST), (HOST, CARRIES)])
def test_what_it_carries_is_the_reason_and_the_host_is_told_with_its_fix(
    old: Verdict, new: Verdict
) -> None:
    found = joined(old, new)
    assert found.reason == "CARRIES"
    assert [one.on for one in found.because] == ["pkg:pypi/app@1", "host:local/old"]
    assert found.fix == _HELP
    assert joined(found, HOST) is found
    assert joined(found, CARRIES) is found


def test_a_fix_of_its_own_counts_before_that_of_the_host() -> None:
    own = Fix(action="upgrade", key=Key("pkg:pypi/app"))
    found = joined(HOST, _verdict(BREAKS, "CARRIES", "pkg:pypi/app@1", own))
    assert found.fix == own


def test_what_does_not_break_says_nothing_to_what_does() -> None:
    native = _verdict(SURVIVES, "NATIVE", "host:local/new")
    assert joined(CARRIES, native) is CARRIES
    assert joined(native, CARRIES) is CARRIES


def test_the_reasons_of_a_break_stand_in_the_order_of_the_design() -> None:
    order = ["CONSTRAINT", "BOUND", "PINNED", "CARRIES", "HOST"]
    assert sorted(order, key=lambda one: rank(BREAKS, one)) == order
