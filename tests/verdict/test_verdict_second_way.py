"""Package-line changes answered a second way: every edge onto the family, plain specifiers.

The second way knows no rules, footings or memos: it reads the edges of each assembly, asks
``packaging`` and takes the worst.
"""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from lineage.model.claim import Component, Statement
from lineage.model.identity import Key, identify
from lineage.record.view import View
from queries import impact
from queries.impact import Impact
from tests.snapshots import Held
from tests.verdict.invented import ENGINES, handle, members, needs

NAMES = ("bulb", "lamp", "desk", "room", "house")
VERSIONS = ("1.0.0", "1.5.2", "2.0.1", "3.1.0")
RAW = ("", ">=1", "<2", "<=1.5.2", "==1.0.0", "==1.*", "!=2.0.1", ">=1.5,<3", "~=1.0", ">2.0.1")
ORDER = ("BREAKS", "UNDECLARED", "SURVIVES")


@st.composite
def estates(draw: st.DrawFn) -> list[Held]:
    """Up to four environments with random members and lines, several lines to a pair, cycles."""
    held: list[Held] = []
    for number in range(draw(st.integers(1, 4))):
        chosen = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
        keys = [f"{name}@{draw(st.sampled_from(VERSIONS))}" for name in chosen]
        said: list[Statement] = list(members(*keys))
        pairs = st.tuples(st.sampled_from(keys), st.sampled_from(keys), st.sampled_from(RAW))
        for downstream, upstream, raw in draw(st.lists(pairs, max_size=12)):
            if downstream != upstream:
                said.append(needs(downstream, upstream, raw))
        key = f"environment:acme/e{number}"
        held.append((key, "lock", key, said, 2))
        about = identify(key)
        held.append((key, "lock", None, [Component(about.key, about.kind, about.name)], 2))
    return held


def second_way(view: View, family: Key, source: str | None, target: str) -> dict[object, str]:
    """Verdict by (component, assembly) of everything that declares a line on what moves."""
    found: dict[object, str] = {}
    for key, assembly in view.assemblies.items():
        lines: dict[tuple[Key, Key], list[str]] = {}
        for edge in assembly.content.edges:
            lines.setdefault((edge.downstream, edge.upstream), []).extend(
                one.raw for one in edge.requirements
            )
        moving = {
            one
            for one in assembly.content.members
            if identify(one).family == family
            and (identify(one).version == source if source else _older(one, target))
        }
        found.update({(one, key): "SWAPPED" for one in moving})
        for (downstream, upstream), raw in lines.items():
            if upstream in moving and downstream not in moving:
                verdict = _verdict(raw, target)
                old = found.get((downstream, key), "SURVIVES")
                found[downstream, key] = min(verdict, old, key=ORDER.index)
    return found


def _older(key: Key, target: str) -> bool:
    return (identify(key).version or "") in SpecifierSet(f"<{target}")


def _verdict(raw: list[str], target: str) -> str:
    together = SpecifierSet(",".join(one for one in raw if one))
    if not together.contains(target, prereleases=True):
        return "BREAKS"
    bounded = any(one.operator in ("<", "<=", "==", "~=", "===") for one in together)
    return "SURVIVES" if bounded else "UNDECLARED"


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    estates(),
    st.sampled_from(NAMES[:3]),
    st.sampled_from((None, "1.0.0", "1.5.2")),
    st.sampled_from(("2.0.1", "3.1.0", "1.5.2", "4.0.0")),
    st.sampled_from(sorted(ENGINES)),
)
def test_both_ways_say_the_same(
    held: list[Held], name: str, source: str | None, target: str, engine: str
) -> None:
    opened = handle(held, engine)
    question = Impact(key=f"pkg:pypi/{name}", from_range=source and f"=={source}", to=target)
    view = opened.views.view(question.at)
    family = Key(f"pkg:pypi/{name}")
    if family not in view.families:
        return
    answer = impact.answer(question, opened)
    waits = {(one.key, one.assembly) for one in answer.affected if one.reason == "WAITS"}
    ours = {
        (one.key, one.assembly): one.verdict for one in answer.affected if one.assembly is not None
    }
    theirs = second_way(view, family, source, target)
    broken = {place for place, verdict in theirs.items() if verdict == "BREAKS"}
    assert {place for place in waits if place not in broken} == waits
    assert {place: verdict for place, verdict in ours.items() if place not in waits} == {
        place: verdict for place, verdict in theirs.items() if place not in waits
    }
    carriers = {one.key for one in answer.affected if one.assembly is None}
    assert carriers == {assembly for _, assembly in broken}
    leaning = {
        (edge.downstream, key)
        for key, assembly in view.assemblies.items()
        for edge in assembly.content.edges
        if (edge.upstream, key) in broken
    }
    worse = {place for place, verdict in theirs.items() if verdict in ("BREAKS", "SWAPPED")}
    assert waits == leaning - worse
