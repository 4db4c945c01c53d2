"""What something was made from."""

from __future__ import annotations

import pytest

from lineage.model.claim import Json, OfComponent, Property
from lineage.model.identity import Key
from queries.asking import ask
from queries.provenance import Provenance
from tests.snapshots import edge, member, said

QUANT = "pkg:huggingface/acme/llm-awq@1"
TUNED = "pkg:huggingface/acme/llm@1"
ROOT = "pkg:huggingface/acme/root@1"
DATA = "dataset:acme/corpus@2"
TEST = "dataset:acme/test@1"
RUN = "run:acme/sft@7"
CODE = "code:acme/train@abc"
GPU = "hardware:acme/h100"
LIB = "pkg:pypi/trl@1.0"
LINEAGE = [
    edge(QUANT, "quantized_from", TUNED),
    edge(TUNED, "fine_tuned_from", ROOT),
    edge(TUNED, "trained_on", DATA, role="training"),
    edge(TUNED, "evaluated_on", TEST),
    edge(TUNED, "produced_by", RUN),
    edge(RUN, "used", CODE),
    edge(RUN, "used", DATA),
    edge(RUN, "ran_on", GPU),
    edge(RUN, "trained_with", LIB),
    said(DATA, "licence", "CC-BY-NC-4.0"),
    said(DATA, "digest", "sha256:" + "a" * 64),
    said(RUN, "energy", {"value": 12.5, "unit": "kWh"}),
    said(TUNED, "hyperparameter", {"name": "lr", "value": "1e-5"}),
]


@pytest.fixture
def handle(handle_of):
    return handle_of([("card", "a", None, LINEAGE, 1)])


def test_everything_upstream_with_depth_and_path(handle) -> None:
    answer = ask(handle, Provenance(key=QUANT))
    assert {row.key: row.depth for row in answer.upstream} == {
        TUNED: 1, ROOT: 2, DATA: 2, RUN: 2, CODE: 3,
    }  # fmt: skip
    code = next(row for row in answer.upstream if row.key == CODE)
    assert [(step.key, step.edge) for step in code.path] == [
        (QUANT, None), (TUNED, "quantized_from"), (RUN, "produced_by"), (CODE, "used"),
    ]  # fmt: skip
    assert code.hop is not None
    assert (code.hop.downstream, code.hop.edge, code.hop.upstream) == (RUN, "used", CODE)
    assert [s.stream for s in code.hop.claimed_by] == ["card"]


def test_what_else_the_lineage_has(handle) -> None:
    answer = ask(handle, Provenance(key=QUANT))
    assert [item.key for item in answer.data] == [DATA]
    assert answer.data[0].digests == ("sha256:" + "a" * 64,)
    assert [item.key for item in answer.runs] == [RUN]
    assert [item.key for item in answer.commits] == [CODE]
    assert [(item.key, item.of) for item in answer.hardware] == [(GPU, RUN)]
    assert [(item.key, item.of) for item in answer.software] == [(LIB, RUN)]
    assert [(item.key, item.of) for item in answer.evaluations] == [(TEST, TUNED)]
    assert [(one.key, one.claim.value["value"]) for one in answer.energy] == [(RUN, 12.5)]
    (licence,) = answer.licences
    assert (licence.licence, licence.key, licence.depth) == ("CC-BY-NC-4.0", DATA, 2)
    assert [term.category for term in licence.terms] == ["Source-available"]


def test_the_score_is_its_formula(handle) -> None:
    answer = ask(handle, Provenance(key=QUANT))
    state = answer.completeness
    assert state.needed - state.claimed == len(answer.gaps)
    assert state.score == round(state.claimed / state.needed, 3)
    assert f"{state.claimed} / {state.needed}" in state.formula
    facts = {(gap.key, gap.fact) for gap in answer.gaps}
    assert (ROOT, "licence") in facts
    assert (DATA, "licence") not in facts
    assert (RUN, "code") not in facts
    assert (TUNED, "hyperparameters") not in facts
    assert not state.complete


def test_none_counts_as_said_and_unknown_does_not(handle_of) -> None:
    def gaps(state):
        prop = Property(OfComponent(Key(DATA)), "licence", Json("null"), state)
        answer = ask(handle_of([("card", "a", None, [prop], 1)]), Provenance(key=DATA))
        return {gap.fact for gap in answer.gaps}

    assert "licence" not in gaps("none")
    assert "licence" in gaps("unknown")
    assert "licence" in gaps("withheld")


def test_depth_bounds_the_hops(handle) -> None:
    answer = ask(handle, Provenance(key=QUANT, depth=1))
    assert [row.key for row in answer.upstream] == [TUNED]


def test_dependence_is_walked_on_request_only(handle_of) -> None:
    service, torch, numpy = "service:acme/chat@1.0", "pkg:pypi/torch@2.9.1", "pkg:pypi/numpy@2.0"
    lock = [member(torch, "direct"), member(numpy), edge(torch, "depends_on", numpy)]
    world = [edge(service, "serves", TUNED), edge(TUNED, "trained_on", DATA)]
    handle = handle_of([("a", "x", service, lock, 1), ("b", "y", None, world, 2)])
    assert ask(handle, Provenance(key=service)).upstream == ()
    answer = ask(handle, Provenance(key=service, dependence=True))
    reached = {row.key: row for row in answer.upstream}
    assert {key: row.depth for key, row in reached.items()} == {
        TUNED: 1, DATA: 2, torch: 1, numpy: 2,
    }  # fmt: skip
    assert reached[numpy].assemblies == (service,)
    assert reached[numpy].hop is not None
    assert reached[numpy].hop.assembly == service
    assert [s.stream for s in reached[numpy].hop.claimed_by] == ["a"]


def test_a_cycle_ends(handle_of) -> None:
    loop = [edge(TUNED, "derived_from", ROOT), edge(ROOT, "derived_from", TUNED)]
    answer = ask(handle_of([("a", "x", None, loop, 1)]), Provenance(key=TUNED))
    assert [row.key for row in answer.upstream] == [ROOT]


def test_nobody_says_is_not_none(handle_of) -> None:
    answer = ask(handle_of([("a", "x", None, [said(TUNED, "licence", "MIT")], 1)]),
                 Provenance(key=TUNED))  # fmt: skip
    assert answer.headline.startswith("Nobody says what llm 1 was made from")
    assert answer.upstream == ()
    assert not answer.completeness.complete


def test_an_upstream_without_a_version_is_a_gap(handle_of) -> None:
    bare = edge(TUNED, "trained_on", "dataset:acme/corpus", pointer="main")
    answer = ask(handle_of([("a", "x", None, [bare], 1)]), Provenance(key=TUNED))
    assert ("dataset:acme/corpus", "pin") in {(gap.key, gap.fact) for gap in answer.gaps}
