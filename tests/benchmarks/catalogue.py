"""How fast lists, filters and groups are over a million components, and how a push is followed.

The million rows are drawn as codes, with 500 services over 100 locks of 200 packages; build and
memory are measured on a view of a hundred thousand nodes. Printed are medians of process time. The
first time a predicate is asked it is put to each distinct value (cold), after that it is looked up;
whole answers are forgotten before each measurement.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lineage.graph.catalogue.assembly import assemblies_of
from lineage.graph.catalogue.catalogue import Catalogue
from lineage.graph.catalogue.catalogues import catalogue_of, next_of
from lineage.graph.catalogue.column import Column, coded, column_of
from lineage.graph.catalogue.component import made_of
from lineage.graph.catalogue.dictionary import Dictionary
from lineage.graph.catalogue.held import Heap
from lineage.graph.catalogue.order import By, Paging
from lineage.graph.catalogue.standing import Standing
from lineage.graph.catalogue.value import Release, Said
from lineage.graph.projection.projector import Projector
from lineage.model.identity import Key
from lineage.model.revision import Scope
from lineage.record.view import (
    Assembly,
    Content,
    Counted,
    MemberFacts,
    Node,
    Source,
    Step,
    Value,
    View,
)
from queries.where import where_of
from tests.snapshots import revision_of

LICENCES = (
    *(f"LicenseRef-{at}" for at in range(296)),
    "MIT", "Apache-2.0", "MIT OR GPL-2.0-only", "GPL-3.0-only",
)  # fmt: skip
KINDS = ("model", "dataset", "service")
SAID: dict[str, tuple[str, ...]] = {
    "owner": tuple(f"team-{at}" for at in range(200)),
    "deployment_environment": ("prod", "staging", "dev"),
    "criticality": ("high", "medium", "low"),
    "lifecycle": ("active", "deployed", "retired"),
}
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


def named(at: int) -> tuple[str, str, str, str]:
    """Key, kind, name and version of a component: 40 versions a family, one in ten no package."""
    family = at // 40
    version = f"{at % 40 // 10}.{at % 10}.{family % 7}"
    name = f"p{family:05d}"
    if at % 10 < 9:
        return f"pkg:pypi/{name}@{version}", "framework", name, version
    kind = KINDS[family % 3]
    return f"{kind}:acme/{name}@{version}", kind, name, version


class Nodes(Mapping[Key, Node]):
    """Nodes that are made when somebody looks."""

    def __init__(self, keys: list[str]) -> None:
        self._keys = keys
        self._known = frozenset(keys)

    def __getitem__(self, key: Key) -> Node:
        if key not in self._known:
            raise KeyError(key)
        family, _, version = key.partition("@")
        kind = "framework" if key.startswith("pkg:") else key.partition(":")[0]
        return Node(
            key=key, kind=kind, family=Key(family), name=family.rpartition("/")[2],
            version=version, kinds=(kind,), keys=(key,), stated_by="document",
        )  # fmt: skip

    def __iter__(self) -> Iterator[Key]:
        return map(Key, self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def drawn(count: int, seed: int = 7) -> Catalogue:
    """A catalogue of so many rows, drawn as codes."""
    rng, draw = random.Random(seed), np.random.default_rng(seed)
    rows = sorted(named(at) for at in range(count))
    keys = [row[0] for row in rows]

    def said(values: tuple[str, ...], share: float) -> Column:
        held = Dictionary(Said("value", one) for one in values)
        codes = draw.integers(1, len(held), count)
        return coded(np.where(draw.random(count) < share, codes, 0), held)

    tags = Dictionary([("gpu",), ("edge",), ("gpu", "pii"), ("pii",)])
    skewed = 1 + np.minimum(draw.exponential(20, count), 299).astype(np.int64)
    columns = {
        "kind": column_of([row[1] for row in rows]),
        "family": column_of([row[0].partition("@")[0] for row in rows]),
        "name": column_of([row[2] for row in rows]),
        "version": column_of(
            [Release("pep440" if row[1] == "framework" else "opaque", row[3]) for row in rows]
        ),
        "licence": coded(skewed, Dictionary(Said("value", one) for one in reversed(LICENCES))),
        **{name: said(values, 0.6) for name, values in SAID.items()},
        "tags": coded(np.where(draw.random(count) < 0.3, draw.integers(1, 5, count), 0), tags),
        "held_by": coded(draw.integers(1, 9, count), Dictionary(range(9))),
        "leaned_on": coded(draw.integers(1, 9, count), Dictionary(range(9))),
        "known_by": coded(np.ones(count, dtype=np.int64), Dictionary(["estate"])),
        "assembly": coded(np.ones(count, dtype=np.int64), Dictionary([False, True])),
        "archived": coded(np.ones(count, dtype=np.int64), Dictionary([False, True])),
    }
    view = _view(Nodes(keys), {}, keys, rng)
    components = made_of(view, Dictionary(keys), count, columns, None)
    projector = Projector()
    return Catalogue(
        view,
        components=components,
        assemblies=assemblies_of(view, components, lambda one: projector.resolution(one).digest),
        standing=Standing(held={}, leaned={}, ends=frozenset()),
        heap=Heap(),
        projection=lambda: projector.project(view),
    )


def _view(
    nodes: Mapping[Key, Node], values: dict[Key, Any], keys: list[str], rng: random.Random
) -> View:
    packages = [Key(key) for key in keys if key.startswith("pkg:")]
    services = [Key(key) for key in keys if key.startswith("service:")][:500]
    locks = [_content(rng.sample(packages, 200), number) for number in range(100)]
    return View(
        revision=revision_of(1),
        pack_revision=0,
        scope=Scope.DEFAULT,
        stream=None,
        nodes=nodes,
        assemblies={
            key: Assembly(key=key, content=locks[at % 100], streams=("s",))
            for at, key in enumerate(services)
        },
        edges=(),
        left_out=Counted(),
        canonical={},
        values=values,
        lines={},
        facts={},
        sources={
            1: (Source(stream="s", slot="s", revision=1, precedence="document", format="x",
                       principal="p", submission="1"),)
        },
    )  # fmt: skip


def stated(count: int, seed: int = 7) -> View:
    """A view of so many nodes with their values, as the record makes it."""
    rng = random.Random(seed)
    keys = sorted(named(at)[0] for at in range(count))
    made = Nodes(keys)
    known = {
        name: [Value(name=name, value=one, state="value", statement=1) for one in values]
        for name, values in SAID.items()
    }
    licences = [
        Value(name="licence", value={"raw": one, "expression": one}, state="value", statement=1)
        for one in LICENCES
    ]
    values = {
        Key(key): (
            rng.choice(licences),
            *(rng.choice(some) for some in known.values() if rng.random() < 0.6),
        )
        for key in keys
    }
    return _view({Key(key): made[Key(key)] for key in keys}, values, keys, rng)


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
    """The view after one service pushed again: a member fewer, two components another owner."""
    key = sorted(view.assemblies)[number]
    old = view.assemblies[key]
    members = dict(list(old.content.members.items())[1:])
    content = replace(old.content, members=members, digest=number.to_bytes(9, "big"))
    owner = Value(name="owner", value=f"team-new-{number}", state="value", statement=1)
    touched = frozenset((key, *list(members)[:2]))
    step = Step(before=(view.revision.chain, 0), nodes=touched, values=touched)
    return replace(
        view,
        revision=revision_of(number + 2),
        values={**view.values, **{one: (owner, *view.values.get(one, ())) for one in touched}},
        assemblies={**view.assemblies, key: replace(old, content=content)},
        steps=(*view.steps, step),
    )


def median(work: Callable[[], Any], times: int = 9) -> float:
    """Milliseconds of process time."""
    took = []
    for _ in range(times):
        start = time.process_time()
        work()
        took.append((time.process_time() - start) * 1000)
    return statistics.median(took)


def build_figures(count: int) -> None:
    """Print build time and memory of a catalogue made of a view."""
    view = stated(count)
    start = time.process_time()
    built(view)
    took = (time.process_time() - start) / count * 1e6
    tracemalloc.start()
    held = built(view)
    size = tracemalloc.get_traced_memory()[0] / count
    tracemalloc.stop()
    print(f"build: {took:.1f} us a component ({len(held.components.axis):,} from a view)")
    print(f"memory: {size:.0f} bytes a component beside the view")


def filter_figures(found: Catalogue) -> None:
    """Print what pages, totals and rows of each filter take."""
    axis = found.components.axis
    by = (By("owner"), By("version", descending=True))
    start = time.process_time()
    found.page("components", None, by, Paging(first=1))
    print(f"an order by two fields, once: {(time.process_time() - start) * 1000:.0f} ms")
    for name, asked in WHERE.items():
        where = where_of(asked, "components")
        start = time.process_time()
        page = found.page("components", where, (), Paging(first=100))
        cold = (time.process_time() - start) * 1000
        here = found.page("components", where, by, Paging(first=100)).positions[-1:]
        later = Paging(first=100, after=here[0] if here else None)

        def total(where: Any = where) -> None:
            axis.forget()
            found.total("components", where)

        def first(where: Any = where) -> None:
            axis.forget()
            found.page("components", where, (), Paging(first=100))

        def none(where: Any = where) -> None:
            axis.forget()
            found.page("components", where, (), Paging(first=0))

        def ordered(where: Any = where, later: Paging = later) -> None:
            axis.forget()
            found.page("components", where, by, later)

        took = [median(one) for one in (total, none, first, ordered)]
        print(
            f"{name:19} {page.total:8,} of them  cold {cold:7.1f}  total {took[0]:5.2f}"
            f"  and empty page {took[1]:5.2f}  and 100 rows {took[2]:5.2f}"
            f"  next 100 in order {took[3]:5.2f} ms"
        )


def group_figures(found: Catalogue) -> None:
    """Print what groups take, of all rows and of some."""
    where = where_of({"kind": "framework"}, "components")
    for paths in GROUPS:

        def whole(paths: tuple[str, ...] = paths) -> None:
            found.group("components", paths)

        def narrowed(paths: tuple[str, ...] = paths) -> None:
            found.group("components", paths, where=where)

        took = median(whole), median(narrowed)
        print(f"group by {'+'.join(paths):28} {took[0]:5.2f} ms, of 90 % {took[1]:5.2f} ms")


def push_figures(found: Catalogue) -> None:
    """Print what the catalogue takes to follow a push, and the first lists after it."""
    current, view = found, found.view
    where = where_of(WHERE["kind and owner"], "components")
    for number in range(4):
        view = pushed(view, number)
        start = time.process_time()
        moved = next_of(current, view, current.assemblies.resolve)  # type: ignore[arg-type]
        took = (time.process_time() - start) * 1000
        assert moved is not None
        start = time.process_time()
        moved.page("components", where, (), Paging(first=100))
        after = (time.process_time() - start) * 1000
        print(f"push {number}: {took:.1f} ms, first list after it {after:.1f} ms")
        current = moved


def main(count: int = 1_000_000, from_view: int = 100_000) -> int:
    """Print what each thing takes; exit code 0."""
    build_figures(from_view)
    found = drawn(count)
    gc.collect()
    gc.freeze()
    filter_figures(found)
    group_figures(found)
    push_figures(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:])))
