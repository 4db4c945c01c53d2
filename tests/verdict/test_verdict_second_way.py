"""Package-line changes answered a second way: every edge onto the family, plain specifiers.

The second way (``naive``) knows no footings, memos or order: it reads the edges of each assembly
and the release rows, asks ``packaging`` and starts anew in every round.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.model.claim import Component, Statement
from lineage.model.identity import Key, identify
from queries import impact
from queries.impact import Impact
from tests.snapshots import Held
from tests.verdict.invented import ENGINES, fact, handle, members, needs, p
from tests.verdict.naive import judged, releases_of, room_of

NAMES = ("bulb", "lamp", "desk", "room", "house")
VERSIONS = ("1.0.0", "1.5.2", "2.0.1", "3.1.0")
RAW = ("", ">=1", "<2", "<=1.5.2", "==1.0.0", "==1.*", "!=2.0.1", ">=1.5,<3", "~=1.0", ">2.0.1")
SPOKEN = (*RAW[:2], ">=2", "<4", "==3.1.0", "!=1.0.0")
WHERE = [(name, source, target) for name in NAMES[:3] for source in (None, "1.0.0", "1.5.2")
         for target in ("2.0.1", "3.1.0", "1.5.2", "4.0.0")]  # fmt: skip


@st.composite
def pinning(draw: st.DrawFn, keys: list[str]) -> list[Statement]:
    """In half of the rooms: what may break by the change, and one that pins it as it is."""
    changing = [key for key in keys if key.partition("@")[0] in NAMES[:3]]
    if not changing or draw(st.booleans()):
        return []
    on = draw(st.sampled_from(changing))
    breaking, asking = draw(st.permutations([key for key in keys if key != on]))[:2]
    pin = f"=={breaking.partition('@')[2]}"
    return [
        needs(breaking, on, draw(st.sampled_from(("<2", "<=1.5.2", "==1.0.0")))),
        needs(asking, breaking, pin),
    ]


@st.composite
def estates(draw: st.DrawFn) -> list[Held]:
    """Up to four environments with random members and lines, several lines to a pair, cycles.

    With them go release rows with random lines; some cover a few families only.
    """
    held: list[Held] = []
    for number in range(draw(st.integers(1, 4))):
        chosen = draw(st.lists(st.sampled_from(NAMES), min_size=3, unique=True))
        keys = [f"{name}@{draw(st.sampled_from(VERSIONS))}" for name in chosen]
        said: list[Statement] = list(members(*keys))
        pairs = st.tuples(st.sampled_from(keys), st.sampled_from(keys), st.sampled_from(RAW))
        for downstream, upstream, raw in draw(st.lists(pairs, min_size=4, max_size=12)):
            if downstream != upstream:
                said.append(needs(downstream, upstream, raw))
        said += draw(pinning(keys))
        key = f"environment:acme/e{number}"
        held.append((key, "lock", key, said, 2))
        about = identify(key)
        held.append((key, "lock", None, [Component(about.key, about.kind, about.name)], 2))
    releases = st.tuples(st.sampled_from(NAMES), st.sampled_from(VERSIONS))
    rows: list[Statement] = []
    for name, version in draw(st.lists(releases, min_size=3, max_size=10, unique=True)):
        lines = st.tuples(st.sampled_from(NAMES), st.sampled_from(SPOKEN))
        requires = [
            f"{other}{raw}" for other, raw in draw(st.lists(lines, max_size=4)) if other != name
        ]
        covers = draw(st.sampled_from((None, None, [], [p("la*"), p("desk")])))
        more = {} if covers is None else {"covers": covers}
        key = Key(p(f"{name}@{version}"))
        rows += [
            Component(key, "framework", name, version),
            fact(key, "release", requires=requires, **more),
        ]
    held.append(("rows", "pack", None, rows, 2))
    return held


def compared(
    held: list[Held], name: str, source: str | None, target: str, engine: str
) -> Counter[str]:
    """Both ways say the same; how often each verdict was said."""
    opened = handle(held, engine)
    question = Impact(key=f"pkg:pypi/{name}", from_range=source and f"=={source}", to=target)
    view = opened.views.view(question.at)
    if Key(f"pkg:pypi/{name}") not in view.families:
        return Counter()
    answer = impact.answer(question, opened)
    ours = {
        (identify(one.key).name, one.assembly): (one.verdict, one.reason)
        for one in answer.affected
        if one.assembly is not None
    }
    releases = releases_of(view)
    theirs = {
        (found, key): verdict
        for key, assembly in view.assemblies.items()
        for found, verdict in judged(room_of(assembly), releases, name, source, target).items()
    }
    assert ours == theirs
    carriers = {one.key for one in answer.affected if one.assembly is None}
    assert carriers == {
        assembly for (_, assembly), (verdict, _) in theirs.items() if verdict == "BREAKS"
    }
    return Counter(f"{verdict}/{reason}" for verdict, reason in theirs.values())


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(estates(), st.sampled_from(WHERE), st.sampled_from(sorted(ENGINES)))
def test_both_ways_say_the_same(
    held: list[Held], where: tuple[str, str | None, str], engine: str
) -> None:
    compared(held, *where, engine)


def same_on_both_engines(held: list[Held], where: tuple[str, str | None, str]) -> None:
    """The whole answer does not depend on the engine."""
    name, source, target = where
    question = Impact(key=f"pkg:pypi/{name}", from_range=source and f"=={source}", to=target)
    opened = [handle(held, engine) for engine in sorted(ENGINES)]
    if Key(f"pkg:pypi/{name}") in opened[0].views.view(question.at).families:
        left, right = (impact.answer(question, one) for one in opened)
        assert left == right


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(estates(), st.sampled_from(WHERE))
def test_both_engines_give_the_same_answer(
    held: list[Held], where: tuple[str, str | None, str]
) -> None:
    same_on_both_engines(held, where)


@pytest.mark.long
def test_both_ways_and_engines_on_two_thousand_estates() -> None:
    said: Counter[str] = Counter()

    @settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
    @given(estates(), st.sampled_from(WHERE), st.sampled_from(sorted(ENGINES)))
    def both(held: list[Held], where: tuple[str, str | None, str], engine: str) -> None:
        said.update(compared(held, *where, engine))
        same_on_both_engines(held, where)

    both()
    for verdict in ("BREAKS/PINNED", "SURVIVES/ADMITS", "UNKNOWN/WAITS", "BREAKS/CONSTRAINT"):
        assert said[verdict] >= 40, f"{verdict} hardly occurs: {said}"
