"""How fast the walk in Neo4j is: beside the best Cypher by hand, and the arrays in this process.

``python -m tests.benchmarks.neo4j_walk [NODES] [EDGES] [HEAP] [FOLDER]`` starts a server of its
own, loads a plain graph as the engine does, and prints a table and what one document more takes.
Nothing else should run beside it. With a FOLDER the database is kept there: the first call loads
it, and those after it only ask.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lineage.graph.engine import Mask
from lineage.graph.engines.neo4j.connection import Connection
from lineage.graph.engines.neo4j.form import Form
from lineage.graph.engines.neo4j.numbers import Numbers
from lineage.graph.engines.neo4j.shape import STATED_TYPES, kind_of
from lineage.graph.engines.neo4j.snapshot import Snapshot
from lineage.graph.engines.neo4j.store import Attached, GraphStore
from lineage.graph.engines.neo4j.walker import Neo4jWalker
from lineage.graph.projection.packing import FREE, Codes, Ints, Packed
from lineage.graph.projection.projection import Projection, rows_of
from lineage.model.identity import Key
from lineage.model.revision import Revision
from tests.benchmarks.walk import KINDS, Plain, nearest_to, plain, reached
from tests.services.neo4j import address_of, neo4j_child

_NONE: Ints = np.empty(0, dtype=np.int64)
TYPES = STATED_TYPES[:KINDS]


def form_of(graph: Plain, nodes: int) -> Form:
    """The plain graph as components with edges of the vocabulary's kinds."""
    codes = Codes((kind_of(one), "runtime") for one in TYPES)
    keys = tuple(Key(f"pkg:pypi/p{number:08}@1") for number in range(nodes))
    packed = graph.walker._downstream
    up = np.repeat(np.arange(nodes), np.diff(packed.begin))
    down, code = packed.at(np.arange(len(packed.words)))
    empty = Packed(
        begin=np.zeros(nodes + 1, dtype=np.int64), words=np.empty(0, dtype=np.uint32),
        scopes=None, codes=codes,
    )  # fmt: skip
    none = rows_of(0, _NONE, _NONE)
    projection = Projection(
        revision=Revision(number=1, chain="00", at=datetime(2026, 1, 1, tzinfo=UTC)),
        components=keys, assemblies=(), resolutions=(), digests=(),
        component=np.arange(nodes), assembly_at=np.full(nodes, -1, dtype=np.int64),
        resolution_of=_NONE, members=none, holders=none, assemblies_of=none, occurrences=_NONE,
        codes=codes, upstream=empty, downstream=empty,
        component_number={}, assembly_number={}, canonical={},
    )  # fmt: skip
    return Form(
        projection=projection,
        names=(tuple(str(key) for key in keys), (), (), ()),
        marks=tuple(("framework", key.partition("@")[0], key[9:18], "1") for key in keys),
        down=down.astype(np.uint32),
        up=up.astype(np.uint32),
        code=code.astype(np.uint16),
        pack_revision=0,
        digest=f"plain {nodes} {len(down)}",
    )


def medians(
    works: Sequence[Callable[[int], int]], node: int, times: int, *, warm: int = 1
) -> tuple[list[float], set[int]]:
    """Median milliseconds of each, asked in turn so that all have the same weather; what they give.

    The first ``warm`` rounds do not count: a server is slow until it has compiled what is asked.
    """
    taken: list[list[float]] = [[] for _ in works]
    found: set[int] = set()
    for _ in range(warm + times):
        for work, mine in zip(works, taken, strict=True):
            begin = time.perf_counter()
            found.add(work(node))
            mine.append((time.perf_counter() - begin) * 1e3)
    return [statistics.median(mine[warm:]) for mine in taken], found


class Bare:
    """The best Cypher that a person would write, with the bare driver."""

    def __init__(self, connection: Connection, numbers: Numbers) -> None:
        self.connection = connection
        self.numbers = numbers
        self.types = "|".join(TYPES)

    def frontier(self, start: int) -> int:
        """Depth and a predecessor edge of all that is reached: a level a statement."""
        text = (
            f"MATCH (n)<-[r:{self.types}]-(m) WHERE id(n) IN $f "
            "WITH id(m) AS m, min(id(r)) AS r RETURN collect(m) AS m, collect(r) AS r"
        )
        seen = np.zeros(len(self.numbers.ids), dtype=np.bool_)
        seen[start] = True
        level = [int(self.numbers.ids[start])]
        count = 1
        with self.connection.reading() as transaction:
            while level:
                row: Any = transaction.run(text, f=level).single()
                nodes = self.numbers.of(np.array(row["m"], dtype=np.int64))
                nodes = nodes[~seen[nodes]]
                seen[nodes] = True
                count += len(nodes)
                level = self.numbers.ids[nodes].tolist()
        return count

    def everything(self, start: int) -> int:
        """The set alone."""
        text = (
            f"MATCH (n)<-[:{self.types}*0..]-(m) WHERE id(n) = $n "
            "RETURN collect(DISTINCT id(m)) AS m"
        )
        return self._row(text, start)

    def distances(self, start: int) -> int:
        """The set with depths."""
        text = (
            f"MATCH p = (n)<-[:{self.types}*0..]-(m) WHERE id(n) = $n "
            "WITH id(m) AS m, min(length(p)) AS d RETURN collect(m) AS m, collect(d) AS d"
        )
        return self._row(text, start)

    def _row(self, text: str, start: int) -> int:
        with self.connection.reading() as transaction:
            row: Any = transaction.run(text, n=int(self.numbers.ids[start])).single()
            return len(np.array(row["m"], dtype=np.int64))


def ours(attached: Attached, connection: Connection) -> dict[str, Callable[[int], int]]:
    """The engine's walker, as it is asked by a question."""
    graph = attached.form.projection
    allowed = np.ones(len(graph.codes), dtype=np.bool_)
    mask = Mask(kinds=frozenset(kind for kind, _ in graph.codes.pairs[FREE:]))

    def walker() -> Neo4jWalker:
        snapshot = Snapshot(connection, "bench", attached.token)
        return Neo4jWalker(graph, snapshot, attached.numbers, mask)

    def frontier(start: int) -> int:
        steps = walker().walk(
            np.array([start]), upstream=False, allowed=allowed, depth=None, budget=None
        )
        return len(steps.node)

    def everything(start: int) -> int:
        return len(walker().everything(np.array([start]), upstream=False, allowed=allowed))

    def distances(start: int) -> int:
        return len(walker().distances(np.array([start]), upstream=False, allowed=allowed).node)

    return {"depth and way": frontier, "set alone": everything, "depth": distances}


def disk(folder: Path, part: str) -> int:
    """Bytes of a part of a server's data."""
    return sum(one.stat().st_size for one in folder.rglob(f"{part}/**/*") if one.is_file())


def main() -> None:
    """Print the table."""
    nodes, edges = (int(one) for one in (*sys.argv[1:3], 20_000, 180_000)[:2])
    heap = sys.argv[3] if len(sys.argv) > 3 else "1g"
    kept = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    graph = plain(nodes, edges)
    form = form_of(graph, nodes)
    pages = 1024 if nodes >= 500_000 else 256
    with neo4j_child(heap=heap, pages=pages, long_lived=True, kept=kept) as child:
        connection = Connection(address_of(child.url))
        store = GraphStore(connection, "bench")
        attached = None if kept is None else store.attach(form)
        fresh = attached is None
        attached = attached or loaded(store, form, child.folder)
        if not fresh or kept is None:
            table(graph, nodes, attached, connection)
            pushed(store, attached)
        connection.close()


def loaded(store: GraphStore, form: Form, folder: Path) -> Attached:
    """Load the graph, and print what that takes."""
    begin = time.perf_counter()
    attached = store.mend(form)
    taken = time.perf_counter() - begin
    nodes, edges = form.projection.nodes, len(form.down)
    print(
        f"{nodes} nodes, {edges} edges, {KINDS} kinds: loaded in {taken:.0f} s "
        f"({(nodes + edges) / taken:.0f} rows/s), {disk(folder, 'databases') / 1e6:.0f} MB on disk "
        f"and {disk(folder, 'transactions') / 1e6:.0f} MB of logs; "
        f"this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB",
        flush=True,
    )
    return attached


def with_one_more(form: Form, leans_on: int) -> Form:
    """The form with a component more, at the end, that leans on so many others."""
    one = form.projection
    nodes = one.nodes + 1
    upstream = np.linspace(0, one.nodes - 1, leans_on, dtype=np.int64)
    down = np.concatenate((form.down, np.full(leans_on, one.nodes))).astype(np.uint32)
    up = np.concatenate((form.up, upstream)).astype(np.uint32)
    code = np.concatenate((form.code, np.full(leans_on, FREE))).astype(np.uint16)
    order = np.argsort(up, kind="stable")
    key = Key("pkg:pypi/q@1")
    return replace(
        form,
        projection=replace(
            one, components=(*one.components, key), component=np.arange(nodes),
            assembly_at=np.full(nodes, -1, dtype=np.int64),
        ),
        names=((*form.names[0], str(key)), *form.names[1:]),
        marks=(*form.marks, ("framework", "pkg:pypi/q", "q", "1")),
        down=down[order], up=up[order], code=code[order],
        digest=f"{form.digest} and one",
    )  # fmt: skip


def pushed(store: GraphStore, attached: Attached, times: int = 5) -> None:
    """Move the graph by one component that leans on 300, and back; print what each step takes.

    The process that writes works out what changes; another one that knew the graph before follows.
    """
    first, more = attached.form, with_one_more(attached.form, 300)
    taken: dict[str, list[float]] = {"write": [], "follow": [], "read everything": []}
    here = attached
    for number in range(2 * times):
        before, wanted = here, (more, first)[number % 2]
        for name, work in (
            ("write", partial(store.move, before, wanted)),
            ("follow", partial(store.follow, before, wanted)),
            ("read everything", partial(store.attach, wanted)),
        ):
            begin = time.perf_counter()
            found = work()
            taken[name].append(time.perf_counter() - begin)
            assert found is not None
            assert found.form is wanted
            here = found
    for name, seconds in taken.items():
        print(f"a document with 301 rows: {name} {statistics.median(seconds):.2f} s", flush=True)


def table(graph: Plain, nodes: int, attached: Attached, connection: Connection) -> None:
    """Ask three questions in three ways, ours and by hand in turn."""
    bare = Bare(connection, attached.numbers)
    hands = {
        "depth and way": bare.frontier, "set alone": bare.everything, "depth": bare.distances,
    }  # fmt: skip
    engine = ours(attached, connection)
    print(
        f"{'reached':>9} {'asked':>14} {'engine, ms':>11} {'bare, ms':>10} {'ratio':>6} "
        f"{'arrays, ms':>11}",
        flush=True,
    )
    hub = max(range(20), key=lambda node: reached(graph, node))
    for node in (nearest_to(graph, nodes, 100), nearest_to(graph, nodes, 10_000), hub):
        (here,), (count,) = medians([lambda one: reached(graph, one)], node, 5)
        times, warm = (20, 5) if count < 100_000 else (2, 1)
        for name, work in engine.items():
            (mine, theirs), found = medians([work, hands[name]], node, times, warm=warm)
            assert found == {count}, (name, count, found)
            print(
                f"{count:>9} {name:>14} {mine:>11.1f} {theirs:>10.1f} {mine / theirs:>6.2f} "
                f"{here:>11.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
