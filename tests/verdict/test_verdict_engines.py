"""Both engines give the same whole answer, whatever the estate and the change.

The random estates have cycles, extras, markers, renamed packages, artefacts, members whose
dependencies are unknown, closures that environments share, and assemblies inside assemblies.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.errors import LineageError
from lineage.model.claim import (
    Component,
    Edge,
    Json,
    Member,
    OfComponent,
    Property,
    Statement,
    json_text,
)
from lineage.model.identity import Key, identify
from queries import impact
from queries.impact import Impact
from tests.snapshots import Held, member
from tests.verdict.invented import (
    ENGINES,
    declares,
    fact,
    file_of,
    handle,
    marker_environment,
    members,
    needs,
    p,
)

VERSIONS = ("1.0.0", "2.0.1", "3.1.0")
PLAIN = ("bulb", "lamp", "desk", "torch-g1", "shade")
GLOWING = ("glow-runtime-g1@1.4.2", "glow-beam-g1@7.2", "glow-ray-g1@20.1", "glow-bind@1.4.0")
CHANGING = ("bulb", "lamp")
RAW = ("", ">=1", "<2", "==1.0.0", ">=1,<3", "!=2.0.1")
SONAMES = ("libglow.so.1", "libglow.so.2", "libbeam.so.7")
MODEL = Key("pkg:huggingface/acme/light@1")
UPGRADES = (Impact(key=p("bulb"), to="2.0.1"), Impact(key=p("lamp"), to="3.1.0"))
CHANGES = (
    Impact(key="pkg:huggingface/acme/light", to="2"),
    Impact(key=MODEL, change="retract"),
    Impact(key="capability:glow", from_range="1", to="2"),
    Impact(key="capability:glow"),
    Impact(key="capability:glow", change="remove"),
    *UPGRADES,
    Impact(key=p("desk"), change="remove"),
    Impact(key=p("bulb"), change="replace", to=p("lamp")),
    Impact(key="environment:acme/e0", change="add", to="bulb>=2"),
)
QUESTIONS = st.sampled_from((*CHANGES, *UPGRADES, *UPGRADES))
"""Most of what is pinned is pinned to something that an upgrade breaks."""


@st.composite
def contents(draw: st.DrawFn) -> list[Statement]:
    """What is said inside one assembly."""
    plain = draw(st.lists(st.sampled_from(PLAIN), min_size=2, unique=True))
    keys = [f"{name}@{draw(st.sampled_from(VERSIONS))}" for name in plain]
    keys += draw(st.lists(st.sampled_from(GLOWING), unique=True))
    dark = draw(st.sampled_from([None, *keys]))
    found: list[Statement] = list(members(*(key for key in keys if key != dark)))
    if dark is not None:
        one = identify(p(dark))
        found += [Component(one.key, one.kind, one.name, one.version), member(one.key, "direct")]
    pairs = st.tuples(
        st.sampled_from(keys), st.sampled_from(keys), st.sampled_from(RAW),
        st.sampled_from((None, None, "x")),
    )  # fmt: skip
    for downstream, upstream, raw, extra in draw(st.lists(pairs, max_size=10)):
        if downstream != upstream and downstream != dark:
            found.append(needs(downstream, upstream, raw, extra))
    for key in draw(st.lists(st.sampled_from(keys), max_size=2, unique=True)):
        needed = draw(st.lists(st.sampled_from(SONAMES), max_size=2, unique=True))
        found.append(file_of(key, file=f"{key}.whl", needed=needed))
    if draw(st.booleans()):
        found += [
            Component(MODEL, "model", "light", "1"),
            member(MODEL, "direct"),
            Property(OfComponent(MODEL), "dependencies", Json(json_text("complete"))),
        ]
    if draw(st.booleans()):
        found.append(marker_environment(python_version="3.12", sys_platform="linux"))
    return found


@st.composite
def admitting(draw: st.DrawFn, said: list[Statement]) -> list[Statement]:
    """What breaks with what it leans on, has a newer release, and is leant on openly or pinned.

    Adds the lines to the content; gives the newer releases, which lean on nothing.
    """
    known = {
        str(one.subject.key)
        for one in said
        if isinstance(one, Property) and one.name == "dependencies"
        if isinstance(one.subject, OfComponent)
    }
    keys = {identify(key).name: key.removeprefix(p("")) for key in sorted(known)}
    lower = [name for name in CHANGING if name in keys]
    upper = [name for name in PLAIN if name in keys]
    if not lower or len(upper) <= len(CHANGING):
        return []
    changing = draw(st.sampled_from(lower))
    others = draw(st.permutations([one for one in upper if one != changing]))
    breaking, open_one, *pinning = others
    pin = f"=={keys[breaking].partition('@')[2]}"
    said += [
        needs(keys[breaking], keys[changing], draw(st.sampled_from(("<2", "==1.0.0")))),
        needs(keys[open_one], keys[breaking], draw(st.sampled_from(("", pin)))),
    ]
    said += [needs(keys[one], keys[breaking], pin) for one in pinning]
    released = Key(p(f"{breaking}@4.0.0"))
    return [
        Component(released, "framework", breaking, "4.0.0"),
        fact(released, "release", requires=[]),
    ]


@st.composite
def surrounding(draw: st.DrawFn, service: Key, number: int) -> list[Statement]:
    """What else a service says: places that it also runs on, what it serves, calls and holds."""
    places = [Key(f"environment:acme/e{one}") for one in range(number)]
    others = [Key(f"service:acme/s{one}") for one in range(number)]
    packages = [MODEL, *(Key(p(f"{name}@{version}")) for name in PLAIN for version in VERSIONS)]
    found = [
        Edge("runs_on", OfComponent(service), one)
        for one in draw(st.lists(st.sampled_from(places), max_size=2, unique=True) if places
                        else st.just([]))
    ]  # fmt: skip
    for kind in draw(st.lists(st.sampled_from(("serves", "uses_tool", "calls", "contains")),
                              max_size=3)):  # fmt: skip
        upstream = draw(st.sampled_from([*others, *packages, *places]))
        found.append(Edge(kind, OfComponent(service), upstream))
    return found


@st.composite
def estates(draw: st.DrawFn) -> list[Held]:
    """Up to four assemblies, equal ones, nested ones, services that run on them, release rows."""
    shared = [draw(contents()) for _ in range(draw(st.integers(1, 3)))]
    count = draw(st.integers(1, 4))
    held: list[Held] = []
    world: list[Statement] = []
    if draw(st.integers(0, 3)):
        world += draw(admitting(shared[0]))
    for number in range(count):
        said = list(draw(st.sampled_from(shared)))
        if number and draw(st.integers(0, 2)) == 0:
            said.append(member(Key(f"environment:acme/e{number - 1}"), "direct"))
        key = Key(f"environment:acme/e{number}")
        held.append((key, "lock", key, said, 2))
        world.append(Component(key, "environment", f"e{number}"))
        if draw(st.booleans()):
            service = Key(f"service:acme/s{number}")
            world += [
                Component(service, "service", f"s{number}"),
                Edge("runs_on", OfComponent(service), key),
                *draw(surrounding(service, number)),
            ]
            if draw(st.booleans()):
                # A service that is an assembly itself, and serves what it contains.
                content = draw(st.sampled_from(shared))
                held.append((service, "lock", service, list(content), 2))
                inside = sorted(one.component for one in content if isinstance(one, Member))
                served = draw(st.sampled_from(inside))
                world.append(Edge("serves", OfComponent(service), served))
    for name, version in draw(
        st.lists(st.tuples(st.sampled_from(PLAIN), st.sampled_from(VERSIONS)), max_size=6)
    ):
        lines = draw(st.lists(st.tuples(st.sampled_from(PLAIN), st.sampled_from(RAW)), max_size=3))
        released = Key(p(f"{name}@{version}"))
        requires = [f"{other}{raw}" for other, raw in lines if other != name]
        world += [
            Component(released, "framework", name, version),
            fact(released, "release", requires=requires),
        ]
    for name in draw(st.lists(st.sampled_from(PLAIN), max_size=2)):
        world.append(declares(f"{name}@1.0.0", "glow-runtime-g1", "<2", "x"))
    held.append(("world", "rows", None, world, 2))
    return held


def said(held: list[Held], question: Impact) -> Counter[str]:
    """The verdicts of an answer that is the same on both engines."""
    answers = []
    for engine in sorted(ENGINES):
        try:
            answers.append(impact.answer(question, handle(held, engine)))
        except LineageError as error:
            answers.append(str(error))
    left, right = answers
    assert left == right
    if isinstance(left, str):
        return Counter()
    return Counter(f"{one.verdict}/{one.reason}" for one in left.affected)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(estates(), QUESTIONS)
def test_the_whole_answer_does_not_depend_on_the_engine(held: list[Held], question: Impact) -> None:
    said(held, question)


@pytest.mark.long
def test_on_two_thousand_estates_with_every_reason() -> None:
    counted: Counter[str] = Counter()

    @settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
    @given(estates(), QUESTIONS)
    def ask(held: list[Held], question: Impact) -> None:
        counted.update(said(held, question))

    ask()
    for reason in ("CONSTRAINT", "BOUND", "PINNED", "CARRIES"):
        assert counted[f"BREAKS/{reason}"] >= 50, f"{reason} hardly occurs: {counted}"
    assert counted["UNKNOWN/WAITS"] >= 50, counted
    assert counted["SURVIVES/ADMITS"] >= 20, counted
