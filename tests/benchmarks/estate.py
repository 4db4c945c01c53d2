"""How fast the headline question is on an estate of real environments that all differ.

1,000 environments mixed from the pip reports: random roots of one stack with their closures, and
some of another where the names are free. Measured: the view, the first answer of each of several
changes (cold: nothing of it is judged yet; the first is the first of the process as well), by the
clock and as time of the processor, one of them with the rules laid out anew, and repeated.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from lineage import flow
from lineage.graph.engines import csr
from lineage.model.document import Upload
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.store import Record
from lineage.record.views import RecordViews
from queries import impact
from queries.impact import ANSWERS, Impact
from queries.question import Handle
from queries.ruling import RULES, lay_out

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT.parent / "shared" / "pip-reports"
DEMO = ROOT / "api" / "demo" / "estate"
AGAIN = 7
QUESTIONS = (
    Impact(key="CUDA 12", to="13"),
    Impact(key="pkg:pypi/numpy", to="3"),
    Impact(key="pkg:pypi/torch", to="2.15.0"),
    Impact(key="capability:python", from_range="3.12", to="3.14"),
    Impact(key="capability:python", from_range="3.11", to="3.13"),
    Impact(key="CUDA 12"),
)
"""Each is the first of its kind on the view: nothing of it is judged yet."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One report: its items by name, and which names each one's active lines name."""

    report: dict[str, Any]
    items: dict[str, dict[str, Any]]
    leans: dict[str, tuple[str, ...]]

    def closure(self, roots: list[str]) -> dict[str, dict[str, Any]]:
        """The roots and all they lean on."""
        found: dict[str, dict[str, Any]] = {}
        left = list(roots)
        while left:
            name = left.pop()
            if name not in found:
                found[name] = self.items[name]
                left += self.leans[name]
        return found


def stacks() -> list[Stack]:
    """Every report that is here, the larger set first looked for."""
    paths = sorted(REPORTS.glob("*.json")) if REPORTS.is_dir() else sorted(DEMO.glob("*.pip.json"))
    return [_stack(orjson.loads(path.read_bytes())) for path in paths if path.stem != "INDEX"]


def _stack(report: dict[str, Any]) -> Stack:
    items = {}
    for item in report["install"]:
        item["metadata"].pop("description", None)
        items[str(canonicalize_name(item["metadata"]["name"]))] = item
    return Stack(
        report=report,
        items=items,
        leans={name: tuple(_leans(item, items, report)) for name, item in items.items()},
    )


def _leans(item: dict[str, Any], items: dict[str, Any], report: dict[str, Any]) -> Iterator[str]:
    for raw in item["metadata"].get("requires_dist") or ():
        try:
            line = Requirement(raw)
        except InvalidRequirement:
            continue
        name = str(canonicalize_name(line.name))
        extras = item.get("requested_extras") or [""]
        environment = {key: str(value) for key, value in report["environment"].items()}
        if name in items and (
            line.marker is None
            or any(line.marker.evaluate({**environment, "extra": one}) for one in extras)
        ):
            yield name


def environments(count: int, seed: int = 7) -> Iterator[bytes]:
    """So many reports, no two of them with the same packages."""
    chance, known = random.Random(seed), stacks()
    seen: set[frozenset[tuple[str, str]]] = set()
    while len(seen) < count:
        first, second = chance.choice(known), chance.choice(known)
        names = sorted(first.items)
        chosen = first.closure(chance.sample(names, chance.randint(1, max(2, len(names) // 3))))
        for name, item in second.closure(chance.sample(sorted(second.items), 2)).items():
            chosen.setdefault(name, item)
        mark = frozenset((name, item["metadata"]["version"]) for name, item in chosen.items())
        if mark in seen:
            continue
        seen.add(mark)
        yield orjson.dumps({**first.report, "install": list(chosen.values())})


def open_estate(folder: Path, count: int) -> Handle:
    """A database with the pack and the environments, opened."""
    record = Record.open(f"sqlite:///{folder / 'estate.db'}", create=True, namespace="local")
    flow.load_pack(record)
    for number, content in enumerate(environments(count)):
        subject = Key(f"environment:local/env-{number:04d}")
        flow.receive(record, Upload(content=content, name="mix.pip.json", subject=subject))
    views = RecordViews(record)
    return Handle(views=views, engine=csr.ENGINE(views))  # type: ignore[arg-type]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what came out."""
    gc.collect()
    start = time.perf_counter()
    found = work()
    return (time.perf_counter() - start) * 1000, found


def timed_anew(question: Impact, handle: Handle) -> float:
    """Milliseconds of an answer for which only the view and the engine are there."""
    RULES.clear()
    ANSWERS.clear()
    return timed(lambda: impact.answer(question, handle))[0]


def main(count: int = 1000) -> int:
    """Print what each step takes; exit code 0."""
    with tempfile.TemporaryDirectory() as folder:
        took, handle = timed(lambda: open_estate(Path(folder), count))
        sys.stdout.write(f"{count} environments received        {took:10.0f} ms\n")
        took, view = timed(lambda: handle.views.view(At()))
        members = sum(len(one.content.members) for one in view.assemblies.values())
        sys.stdout.write(f"view ({members} members)             {took:10.1f} ms\n")
        took, _ = timed(lambda: handle.engine.apply(At()))
        sys.stdout.write(f"engine                               {took:10.1f} ms\n")
        took, _ = timed(lambda: lay_out(view))
        sys.stdout.write(f"rules laid out, as a server does     {took:10.1f} ms\n")
        question = QUESTIONS[0]
        for one in QUESTIONS:
            used = time.process_time()
            took, answer = timed(partial(impact.answer, one, handle))
            used = (time.process_time() - used) * 1000
            text = f"{one.key} {one.from_range or ''} -> {one.to or '(assumed)'}"
            sys.stdout.write(
                f"first: {text:30}{len(answer.affected):6} items {took:8.1f} ms, {used:8.1f} CPU\n"
            )
        anew = [timed_anew(question, handle) for _ in range(AGAIN)]
        took = statistics.median(anew)
        sys.stdout.write(f"{question.key} anew, rules and answers forgotten {took:8.1f} ms\n")
        again = [timed(lambda: impact.answer(question, handle))[0] for _ in range(AGAIN)]
        took = statistics.median(again)
        sys.stdout.write(f"the same again (median of {AGAIN})         {took:10.1f} ms\n")
        answer = impact.answer(question, handle)
        sys.stdout.write(answer.headline + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
