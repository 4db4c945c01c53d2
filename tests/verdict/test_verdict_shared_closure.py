"""One closure in two stacks: what provides the capability differs, and so do the verdicts."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from lineage import flow
from lineage.graph.projection.projector import Projector
from lineage.model.claim import Edge, OfComponent, Requirement
from lineage.model.document import Upload
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.store import Record
from lineage.record.views import RecordViews
from queries import impact
from queries.impact import Impact, ImpactAnswer
from queries.question import Handle
from tests.snapshots import Held
from tests.verdict.invented import ENGINES, declares, handle, members, needs, p, room, verdicts

OLD, NEW = "environment:acme/old", "environment:acme/new"
CLOSURE = ("lamp-g1@1.0", "shade@1.0", "wick@1.0")
ORDERS = ((OLD, NEW, None), (NEW, OLD, None), (None, OLD, NEW))
engines = pytest.mark.parametrize("engine", sorted(ENGINES))
orders = pytest.mark.parametrize("order", ORDERS, ids=lambda o: "-".join(_short(one) for one in o))


def _short(key: str | None) -> str:
    return key.rpartition("/")[2] if key else "both"


def estate() -> list[Held]:
    """Two environments with one closure, on a runtime of either major."""
    inside = [*members(*CLOSURE), needs("lamp-g1@1.0", "shade@1.0"), needs("shade@1.0", "wick@1.0")]
    line = Edge(
        "requires", OfComponent(Key(p("wick@1.0"))), Key("capability:glow"),
        Requirement(">=1", "dotted"),
    )  # fmt: skip
    return [
        *room(*inside, *members("glow-runtime-g1@1.4.2"), key=OLD, world=(line,)),
        *room(*inside, *members("glow-runtime-g2@2.0.1"), key=NEW),
    ]


def asked(
    opened: Handle, order: Iterable[str | None], **question: str
) -> dict[str, dict[str, tuple[str, str | None]]]:
    """What each environment is told, however often: always the same."""
    told: dict[str, dict[str, tuple[str, str | None]]] = {}
    for key in order:
        answer = impact.answer(Impact(assembly=key, at=At(), **question), opened)
        for one in (key,) if key else (OLD, NEW):
            found = verdicts(answer, one)
            assert told.setdefault(one, found) == found
    return told


def test_the_closure_is_one_resolved_node_each_in_two_resolutions() -> None:
    graph = Projector().project(handle(estate()).views.view(At()))
    assert len(graph.digests) == len(CLOSURE) + 2
    assert len(set(graph.resolution_of.tolist())) == 2


@engines
@orders
def test_bound_to_what_goes_here_and_not_reached_there(engine: str, order: tuple[str]) -> None:
    told = asked(handle(estate(), engine), order, key="capability:glow", from_range="1", to="2")
    assert told[OLD]["lamp-g1@1.0"] == ("BREAKS", "BOUND")
    assert told[OLD]["wick@1.0"] == ("UNDECLARED", None)
    assert told[NEW] == {}


@engines
@orders
def test_a_step_past_the_major_here_and_inside_it_there(engine: str, order: tuple[str]) -> None:
    told = asked(handle(estate(), engine), order, key="capability:glow", to="2.1")
    assert told[OLD]["wick@1.0"] == ("UNDECLARED", None)
    assert told[NEW]["wick@1.0"] == ("SURVIVES", "CONTRACT")


@engines
@orders
def test_a_hint_stays_where_the_old_value_is(engine: str, order: tuple[str]) -> None:
    line = declares("shade@1.0", "glow-runtime-g1", "<2", "dark")
    held = [*estate(), ("more", "rows", None, [line], 2)]
    told = asked(handle(held, engine), order, key="capability:glow", from_range="1", to="2")
    assert told[OLD]["shade@1.0"] == ("UNDECLARED", None)
    assert told[NEW] == {}


SHARED = ("cupy-cuda12x@13.6.0", "fastrlock@0.8.3", "numpy@2.2.6")
RUNTIMES = {OLD: "nvidia-cuda-runtime-cu12@12.8.90", NEW: "nvidia-cuda-runtime@13.0.96"}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """A record with the shipped pack: the same wheels beside the runtime of CUDA 12 and of 13."""
    path = tmp_path_factory.mktemp("cuda") / "lineage.db"
    found = Record.open(f"sqlite:///{path}", create=True, namespace="acme")
    flow.load_pack(found)
    for key, runtime in RUNTIMES.items():
        content = json.dumps(bom(runtime)).encode()
        flow.receive(found, Upload(content=content, name="bom.cdx.json", subject=Key(key)))
    return found


def bom(runtime: str) -> dict[str, object]:
    """What a scanner writes of one environment."""
    keys = [p(one) for one in (*SHARED, runtime)]
    parts = [key.removeprefix(p("")).partition("@") for key in keys]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": [
            {"type": "library", "bom-ref": key, "purl": key, "name": name, "version": version}
            for key, (name, _, version) in zip(keys, parts, strict=True)
        ],
        "dependencies": [
            {"ref": keys[0], "dependsOn": keys[1:3]},
            *({"ref": key, "dependsOn": []} for key in keys[1:]),
        ],
    }


@engines
@orders
def test_the_same_wheels_beside_two_majors_of_cuda(
    engine: str, order: tuple[str], record: Record
) -> None:
    views = RecordViews(record)
    opened = Handle(views=views, engine=ENGINES[engine](views))
    told = asked(opened, order, key="CUDA 12", to="13")
    assert told[OLD]["cupy-cuda12x@13.6.0"] == ("BREAKS", "BOUND")
    assert told[OLD]["nvidia-cuda-runtime-cu12@12.8.90"] == ("SWAPPED", None)
    assert told[NEW] == {}
    graph = Projector().project(views.view(At()))
    assert len(graph.digests) == len(SHARED) + 2
    answer: ImpactAnswer = impact.answer(Impact(key="CUDA 12", to="13", at=At()), opened)
    assert {one.key for one in answer.affected if one.assembly is None} == {OLD}
