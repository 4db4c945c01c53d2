"""The golden questions on real stacks: packages and capabilities, rules 1 to 4."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queries import impact
from queries.impact import Impact, ImpactAnswer
from queries.question import Handle

Stack = Callable[[str], Handle]
Golden = dict[str, dict[str, Any]]


def ask(stack: Stack, name: str, key: str, **more: Any) -> ImpactAnswer:
    """The question of one stack."""
    return impact.answer(Impact(key=key, **more), stack(name))


def named(answer: ImpactAnswer, verdict: str, reason: str | None = None) -> set[str]:
    """Names of the members with a verdict, without extras."""
    return {
        one.name.partition("[")[0]
        for one in answer.affected
        if one.assembly and one.verdict == verdict and reason in (None, one.reason)
    }


def test_g1_one_pin(stack: Stack, golden: Golden) -> None:
    row = golden["G1"]
    answer = ask(stack, row["stack"], "pkg:pypi/" + row["change"]["package"],
                 from_range=row["change"]["from_"], to=row["change"]["to"])  # fmt: skip
    (torch,) = [one for one in answer.affected if one.assembly and one.verdict != "SWAPPED"]
    assert (torch.verdict, torch.reason) == ("BREAKS", "CONSTRAINT")
    assert {torch.name: torch.because[0].requirement} == row["breaks_constraint"]
    assert answer.counts.untouched == 24


@pytest.fixture(scope="module")
def headline(stack: Stack) -> ImpactAnswer:
    """CUDA 12 to 13 on the mixed platform."""
    return ask(stack, "platform-mixed-cu12", "capability:cuda", from_range="12", to="13")


def test_g3_the_breaking_set(headline: ImpactAnswer, golden: Golden) -> None:
    row = golden["G3"]
    assert named(headline, "BREAKS") == set(row["breaks"])
    assert named(headline, "BREAKS", "CONSTRAINT") == set(row["breaks_constraint"])
    bound = set(row["breaks_bound"]) | set(row["breaks_transitive_pin"])
    assert named(headline, "BREAKS", "BOUND") == bound
    assert len(named(headline, "SWAPPED")) == row["swapped_count"]


def test_g3_the_rest_survives(headline: ImpactAnswer, golden: Golden) -> None:
    row = golden["G3"]
    assert not named(headline, "REBUILD") | named(headline, "UNKNOWN")
    survives = named(headline, "SURVIVES")
    quiet = headline.counts.untouched + len(survives | named(headline, "UNDECLARED"))
    assert quiet == row["survives_count"]
    assert {"bitsandbytes", "sentence-transformers"} <= survives
    admits = {one.name: one for one in headline.affected if one.reason == "ADMITS"}
    fix = admits["sentence-transformers"].fix
    assert fix is not None
    assert (fix.action, fix.key, fix.version) == ("upgrade", "pkg:pypi/torch", "2.11.0")
    assert (fix.newest, fix.known) == ("pkg:pypi/torch@2.15.0", 16)
    bound = {one.name: one for one in headline.affected if one.reason == "BOUND"}
    pins = [why for why in bound["torchvision"].because if why.requirement == "==2.9.1"]
    assert pins, "the pin is among the evidence, after the bond"


def test_g3_evidence_and_ways_out(headline: ImpactAnswer) -> None:
    found = {one.name: one for one in headline.affected if one.assembly}
    torch = found["torch"]
    assert torch.because[0].requirement == "==12.8.90"
    assert len(torch.because) > 15
    numba = found["numba-cuda[cu12]"]
    assert numba.fix is not None
    assert numba.fix.note == "[cu13] instead of [cu12]"
    cupy = found["cupy-cuda12x"]
    assert cupy.fix is not None
    assert (cupy.fix.key, cupy.fix.version) == ("pkg:pypi/cupy-cuda13x", "14.2.0")
    assert found["faiss-gpu-cu12"].fix is None
    onnx = found["onnxruntime-gpu"].fix
    assert onnx is not None
    assert (onnx.version, onnx.newest) == ("1.27.0", "pkg:pypi/onnxruntime-gpu@1.31.1")
    assert onnx.note.startswith(">=1.27.0")
    assert found["ctranslate2"].because[0].bound == "libcublas.so.12"
    assert "breaks 8 of 131 members in 1 environment" in headline.headline


def test_g5_library_numbers_are_not_the_value(stack: Stack, golden: Golden) -> None:
    row = golden["G5"]
    answer = ask(stack, row["stack"], "capability:cuda", from_range="12.9", to="13")
    assert named(answer, "BREAKS") == set(row["breaks"])
    (found,) = [one for one in answer.affected if one.assembly and one.verdict == "BREAKS"]
    short = {
        one.on.removeprefix("pkg:pypi/nvidia-").partition("-cu12")[0]: one for one in found.because
    }
    violated = {name for name, one in short.items() if one.holds == "no"}
    assert violated - {"capability:cuda"} == set(row["violated"])
    bound = {name for name, one in short.items() if one.holds == "yes" and one.bound}
    assert bound == set(row["numeric_ok_but_bound"])
    assert found.name == "tensorflow[and-cuda]"


def test_g7_one_of_fourteen(stack: Stack, golden: Golden) -> None:
    row = golden["G7"]
    answer = ask(stack, row["stack"], "pkg:pypi/" + row["change"]["package"],
                 from_range=row["change"]["from_"], to=row["change"]["to"])  # fmt: skip
    assert named(answer, "BREAKS", "CONSTRAINT") == set(row["breaks_constraint"])
    assert named(answer, "BREAKS") == set(row["breaks_constraint"])
    assert named(answer, "SURVIVES") | named(answer, "UNDECLARED") == set(row["survives"])
    (broken,) = [one for one in answer.affected if one.assembly and one.verdict == "BREAKS"]
    assert broken.fix is not None
    assert broken.fix.note.startswith(">=2.20.0")
    lines = {one.name: one.because[0].requirement for one in answer.affected if one.because}
    assert lines["tensorflow"] == row["breaks_constraint"]["tensorflow"]
    assert (lines["ml-dtypes"] or "").count(",") == 3, "four lines are one conjunction"


@pytest.mark.parametrize("target", ["5.28.3", "5.29.5", "6.33.6", "7.36.2"])
def test_g9_the_patch_of_the_target_matters(stack: Stack, golden: Golden, target: str) -> None:
    row = golden[f"G9.{target}"]
    answer = ask(stack, row["stack"], "pkg:pypi/protobuf", from_range="4.25.9", to=target)
    pinned = set(row.get("breaks_pinned", ()))
    assert named(answer, "BREAKS") == set(row["breaks"])
    assert named(answer, "BREAKS", "PINNED") == pinned
    direct = [
        one
        for one in answer.affected
        if one.assembly and any("protobuf" in why.on for why in one.because)
    ]
    assert len(direct) == row["dependents"]
