"""Which stack runs on which driver: the golden table (G11), cell by cell, on real stacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lineage.errors import ChangeInvalidError, KeyUnknownError
from queries import impact
from queries.affected import Affected
from queries.impact import Impact, ImpactAnswer
from queries.question import Handle

Stack = Callable[[str], Handle]
Golden = dict[str, dict[str, Any]]
STACKS = ("torch-2.6.0-cu124", "torch-2.9.1-cu12", "ort-gpu-1.23", "torch-2.11.0",
          "torch-2.15.0-cu13")  # fmt: skip
DRIVERS = ("525.60.13", "535.104.05", "550.54.15", "570.124.06", "580.65.06")
WORDS = {"MVC": "MINOR_VERSION", "native": "NATIVE", "backward": "BACKWARD"}


def place(stack: Stack, name: str, host: str) -> ImpactAnswer:
    """The stack placed on a host."""
    question = Impact(key=f"environment:local/{name}", change="place", to=host)
    return impact.answer(question, stack(name))


def item(answer: ImpactAnswer) -> Affected:
    """The one item: the assembly."""
    (found,) = answer.affected
    assert found.assembly is None
    return found


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("name", STACKS)
def test_g11(stack: Stack, golden: Golden, name: str, driver: str) -> None:
    expected = golden["G11"]["table"][name][driver]
    found = item(place(stack, name, f"nvidia-driver={driver},gpu=A100"))
    bare = item(place(stack, name, f"nvidia-driver={driver}"))
    consumer = item(place(stack, name, f"nvidia-driver={driver},gpu=GeForce RTX 4090"))
    if not expected.startswith("FAIL"):
        for one in (found, bare, consumer):
            assert (one.verdict, one.reason) == ("SURVIVES", WORDS[expected])
        return
    for one in (found, bare, consumer):
        assert (one.verdict, one.reason) == ("BREAKS", "HOST")
        assert (one.because[0].requirement, one.because[0].holds) == (">=580", "no")
        assert driver in one.because[0].on
    assert consumer.fix is None
    package = expected.partition("/")[2].partition(" ")[0]
    assert (found.fix.key if found.fix else "") == (f"framework:cuda-{package}" if package else "")
    assert (bare.fix is not None) == bool(package)


def test_an_extra_condition_of_a_library_on_newer_devices(stack: Stack) -> None:
    """cuDNN 9.10.2 on a driver before 570.26 serves devices up to 9.0 only."""
    name = "torch-2.9.1-cu12"
    old = item(place(stack, name, "nvidia-driver=560.35.03,gpu=B200"))
    assert (old.verdict, old.reason) == ("BREAKS", "HOST")
    assert old.because[0].requirement == ">=570.26"
    new = item(place(stack, name, "nvidia-driver=570.26,gpu=B200"))
    assert (new.verdict, new.reason) == ("SURVIVES", "MINOR_VERSION")
    assert item(place(stack, name, "nvidia-driver=560.35.03,gpu=H100")).verdict == "SURVIVES"


def test_a_device_that_is_too_old(stack: Stack) -> None:
    found = item(place(stack, "torch-2.11.0", "nvidia-driver=580.65.06,gpu=V100"))
    assert (found.verdict, found.reason) == ("BREAKS", "HOST")
    assert found.because[0].bound == "compute-capability 7.0"
    assert found.fix is None


def test_conditions_name_host_and_answer(stack: Stack) -> None:
    answer = place(stack, "torch-2.11.0", "nvidia-driver=535.104.05,gpu=A100")
    assert answer.conditions is not None
    first = answer.conditions[0]
    assert (first.holds, first.verdict) == ("no", "BREAKS")
    assert {one.kind for one in answer.conditions} >= {"minimum", "floor"}
    assert "does not run on" in answer.headline
    assert "cuda-compat-13-0" in answer.headline


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("nvidia-driver=", "no NAME=VALUE"),
        ("nvidia-driver=new", "no dotted version"),
        ("gpu=Abacus", "no row knows"),
        ("warp-drive=9", "no capability"),
        ("", "needs a host"),
    ],
)
def test_a_host_that_cannot_be_read(stack: Stack, host: str, words: str) -> None:
    with pytest.raises(ChangeInvalidError, match=words):
        place(stack, "torch-2.11.0", host)


def test_a_host_that_nobody_knows(stack: Stack) -> None:
    with pytest.raises(KeyUnknownError):
        place(stack, "torch-2.11.0", "host:local/nowhere")
