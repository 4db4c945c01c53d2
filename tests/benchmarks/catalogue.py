"""How fast lists, filters and groups are over a million components, and how a push is followed.

The view is made up of its own classes (nodes, values, 500 assemblies over 100 locks); the catalogue
is built from it as from any other. Printed are medians of process time; the first time a predicate
is asked it is put to each distinct value (cold), after that it is looked up.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lineage.graph.catalogue.catalogue import Catalogue
from lineage.graph.catalogue.catalogues import catalogue_of, next_of
from lineage.graph.catalogue.order import By, Paging
from lineage.graph.projection.projector import Projector
from lineage.model.identity import Key
from lineage.record.view import Assembly, Content, Counted, MemberFacts, Node, Source, Value, View
from lineage.model.revision import Scope
from queries.where import where_of
from tests.snapshots import revision_of

LICENCES = tuple(f"LicenseRef-{at}" for at in range(296)) + (
    "MIT", "Apache-2.0", "MIT OR GPL-2.0-only", "GPL-3.0-only",
)  # fmt: skip
KINDS = ("model", "dataset", "service")
WHERE: dict[str, Any] = {
    "kind and owner": {"kind": "framework", "owner": ["team-3", "team-4"]},
    "licence and tag": {"licence": {"has": "MIT"}, "tag": "gpu"},
    "family and version": {"family": "pkg:pypi/p00042", "version": ">=1.5"},
    "version range": {"version": ">=1.5,<1.9"},
    "text": {"text": "p0042"},
    "not prod": {"not": {"deployment_environment": "prod"}, "kind": "framework"},
    "or": {"or": [{"criticality": "high"}, {"licence": "Apache-2.0"}]},
    "nothing": {"owner": "nobody"},
    "member of": {"member_of": {"owner": "team-3"}},
}
GROUPS = (("kind",), ("licence",), ("owner",), ("kind", "deployment_environment"))


def made_up(count: int, seed: int = 7) -> View:
    """A view of so many components: packages in families of 40, some models, data and services."""
    rng = random.Random(seed)
    nodes: dict[Key, Node] = {}
    values: dict[Key, tuple[Value, ...]] = {}
    said = {
        (name, text): Value(name=name, value=text, state="value", statement=at)
        for at, (name, text) in enumerate(
            [
                *(("owner", f"team-{n}") for n in range(200)),
                *(("deployment_environment", one) for one in ("prod", "staging", "dev")),
                *(("criticality", one) for one in ("high", "medium", "low")),
                *(("lifecycle", one) for one in ("active", "deployed", "retired")),
                *(("tag", one) for one in ("gpu", "edge", "pii")),
            ]
        )
    }
    licences = [
        Value(name="licence", value={"raw": one, "expression": one}, state="value", statement=1000)
        for one in LICENCES
    ]
    names = ("owner", "deployment_environment", "criticality", "lifecycle", "tag")
    choices = {name: [one for (of, _), one in said.items() if of == name] for name in names}
    for at in range(count):
        family = at // 40
        version = f"{at % 40 // 10}.{at % 10}.{family % 7}"
        if at % 10 < 9:
            key, kind = Key(f"pkg:pypi/p{family:05d}@{version}"), "framework"
        else:
            kind = KINDS[family % 3]
            key = Key(f"{kind}:acme/p{family:05d}@{version}")
        nodes[key] = Node(
            key=key, kind=kind, family=Key(key.partition("@")[0]), name=f"p{family:05d}",
            version=version, kinds=(kind,), keys=(key,), stated_by="document",
        )  # fmt: skip
        own = [licences[min(int(rng.expovariate(0.05)), 299)]]
        own += [rng.choice(choices[name]) for name in names if rng.random() < 0.4]
        values[key] = tuple(own)
    ordered = sorted(nodes)
    packages = [key for key in ordered if key.startswith("pkg:")]
    services = [key for key in ordered if key.startswith("service:")][:500]
    locks = [_content(rng.sample(packages, 200), number) for number in range(100)]
    return View(
        revision=revision_of(1),
        pack_revision=0,
        scope=Scope.DEFAULT,
        stream=None,
        nodes={key: nodes[key] for key in ordered},
        assemblies={
            key: Assembly(key=key, content=locks[at % 100], streams=("s",))
            for at, key in enumerate(services)
        },
        edges=(),
        left_out=Counted(),
        canonical={},
        values={key: values[key] for key in ordered},
        lines={},
        facts={},
        sources={
            at: (Source(stream="s", slot="s", revision=1, precedence="document", format="x",
                        principal="p", submission="1"),)
            for at in (*range(300), 1000)
        },
    )  # fmt: skip


def _content(members: list[Key], number: int) -> Content:
    facts = {
        key: MemberFacts(
            component=key, direct="direct", requirements=(), extras=(), dependency_scope="runtime",
            unknown=False, facts=(),
        )
        for key in sorted(members)
    }  # fmt: skip
    return Content(digest=number.to_bytes(8, "big"), members=facts, edges=(), properties=())


def built(view: View) -> Catalogue:
    """The catalogue of a view, made anew."""
    projector = Projector()
    return catalogue_of(
        view, lambda one: projector.resolution(one).digest, lambda: projector.project(view)
    )


def pushed(view: View, number: int) -> View:
    """The view after one service pushed again: a member fewer, three components another owner."""
    key = sorted(view.assemblies)[number]
    old = view.assemblies[key]
    members = dict(list(old.content.members.items())[1:])
    content = replace(old.content, members=members, digest=number.to_bytes(9, "big"))
    nodes, values = dict(view.nodes), dict(view.values)
    owner = Value(name="owner", value=f"team-new-{number}", state="value", statement=1)
    for touched in (key, *list(members)[:2]):
        nodes[touched] = replace(nodes[touched])
        values[touched] = (owner, *values[touched])
    return replace(
        view,
        revision=revision_of(number + 2),
        nodes=nodes,
        values=values,
        assemblies={**view.assemblies, key: replace(old, content=content)},
    )


def median(work: Callable[[], Any], times: int = 9) -> float:
    """Milliseconds of process time."""
    took = []
    for _ in range(times):
        start = time.process_time()
        work()
        took.append((time.process_time() - start) * 1000)
    return statistics.median(took)


def main(count: int = 1_000_000) -> int:
    """Print what each thing takes; exit code 0."""
    view = made_up(count)
    gc.collect()
    gc.freeze()
    tracemalloc.start()
    built(replace(view, nodes=dict(list(view.nodes.items())[:50_000])))
    held = [built(replace(view, nodes=dict(list(view.nodes.items())[:50_000])))]
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    print(f"memory: {size / 50_000:.0f} bytes a component beside the view ({len(held)} of 50,000)")
    start = time.process_time()
    found = built(view)
    print(f"build: {time.process_time() - start:.1f} s for {len(found.components.axis):,}")
    for name, asked in WHERE.items():
        where = where_of(asked, "components")
        start = time.process_time()
        page = found.page("components", where, (), Paging(first=100))
        cold = (time.process_time() - start) * 1000
        axis = found.components.axis

        def again(where: Any = where) -> None:
            axis.forget()
            found.page("components", where, (), Paging(first=100))

        warm = median(again)
        by = (By("owner"), By("version", descending=True))
        here = found.page("components", where, by, Paging(first=100)).positions[-1:]
        later = Paging(first=100, after=here[0] if here else None)

        def ordered(where: Any = where, later: Paging = later) -> None:
            axis.forget()
            found.page("components", where, by, later)

        def alone(where: Any = where) -> None:
            axis.forget()
            found.total("components", where)

        print(
            f"{name:20} total {page.total:8,}  page of 100: cold {cold:7.2f} ms, warm {warm:5.2f} ms,"
            f" next page by owner and version {median(ordered):5.2f} ms, total {median(alone):5.2f} ms"
        )
    for paths in GROUPS:
        took = median(lambda paths=paths: found.group("components", paths))
        where = where_of({"kind": "framework"}, "components")

        def narrowed(paths: Any = paths, where: Any = where) -> None:
            found.group("components", paths, where=where)

        print(
            f"group by {'+'.join(paths):32} {took:5.2f} ms, of frameworks {median(narrowed):5.2f} ms"
        )
    steps = [view]
    for number in range(4):
        steps.append(pushed(steps[-1], number))
    current = found
    for number, step in enumerate(steps[1:]):
        start = time.process_time()
        moved = next_of(current, step, Projector)  # type: ignore[arg-type]
        took = (time.process_time() - start) * 1000
        assert moved is not None
        where = where_of(WHERE["kind and owner"], "components")
        start = time.process_time()
        moved.page("components", where, (), Paging(first=100))
        after = (time.process_time() - start) * 1000
        print(f"push {number}: catalogue {took:.1f} ms, first list after it {after:.1f} ms")
        current = moved
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:])))
