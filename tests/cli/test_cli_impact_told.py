"""The impact answer as people read it: nothing cut, what to do first, counts that agree."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from api.output import write
from api.output.tables.grid import widths
from api.output.tables.opened import opened
from api.output.tables.portfolio import by_service
from lineage.model.claim import Component, Edge, OfComponent
from lineage.model.identity import Key
from queries.impact import ImpactAnswer
from tests.houses import ESTATE
from tests.snapshots import Held, said
from tests.verdict.invented import ask, fact, file_of, members, needs, room

ASKED = ["impact", "CUDA 12"]
TOLD = Path(__file__).parent / "told"


def invented() -> ImpactAnswer:
    """A made-up runtime in two services of one lock and a third of another."""
    lock = (
        *members("glow-runtime-g1@1.3.5", "lamp-with-a-very-long-name@1.0", "shade@2.4.1"),
        *members("lampion@3.0", "vase@1"),
        needs("lamp-with-a-very-long-name@1.0", "glow-runtime-g1@1.3.5", "==1.3.5"),
        needs("shade@2.4.1", "lamp-with-a-very-long-name@1.0", ">=1"),
        needs("vase@1", "glow-runtime-g1@1.3.5"),
        file_of("lampion@3.0", needed=["libglow.so.1"]),
    )
    title = fact("capability:glow", "capability", scheme="dotted", contract="major", title="Glow")
    held: list[Held] = []
    for name, more in (("a", ()), ("b", ()), ("c", members("desk@1"))):
        place, service = f"environment:acme/{name}", Key(f"service:acme/{name}@1")
        held += room(*lock, *more, key=place, world=[title])
        world = [
            Component(service, "service", name, "1"),
            Edge("runs_on", OfComponent(service), Key(place)),
            said(service, "owner", "Lights"),
            said(service, "deployment_environment", "prod"),
        ]
        held.append((service, "world", None, world, 2))
    return ask(held, "glow 1")


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("folded.txt", invented()), ("all.txt", opened(invented())),
        ("portfolio.txt", by_service(invented())), ("folded.md", invented()),
        ("portfolio.md", by_service(invented())),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)  # fmt: skip
def test_the_text_is_the_one_that_was_read_and_found_good(name: str, answer: ImpactAnswer) -> None:
    text = "".join(write(answer, "md" if name.endswith(".md") else "table"))
    assert text == (TOLD / name).read_text()


@pytest.fixture
def estate(estate: Path, run: Callable[..., Result]) -> Path:
    """The demo estate with the lock of the search service."""
    run("ingest", ESTATE / "search.pip.json", "--subject", "service:demo/search@4.0")
    return estate


def test_it_fits_a_hundred_columns_and_cuts_no_name(run, estate) -> None:
    text = run(*ASKED).stdout
    assert max(map(len, text.splitlines())) <= 100
    for name in ("onnxruntime-gpu", "nvidia-cuda-runtime-cu12", "faiss-gpu-cu12", "BREAKS/BOUND"):
        assert name in text


def test_the_sentence_and_the_counts_agree(run, estate) -> None:
    text = " ".join(run(*ASKED).stdout.split())
    in_sentence = re.search(r"breaks (\d+) of \d+ members", text)
    counted = re.search(r"Counted: (\d+) break \((\d+) members?, (\d+) that carry them\)", text)
    assert in_sentence
    assert counted
    assert in_sentence[1] == counted[2]
    assert int(counted[1]) == int(counted[2]) + int(counted[3])


def test_what_is_folded_opens(run, estate) -> None:
    folded, whole = run(*ASKED).stdout, run(*ASKED, "--all").stdout
    assert "SWAPPED" not in folded
    assert "CARRIES" not in folded
    assert "SWAPPED" in whole
    assert "BREAKS/CARRIES" in whole
    assert "--all shows each" in folded


def test_who_provides_nothing_is_named(run, estate) -> None:
    text = " ".join(run(*ASKED).stdout.split())
    found = re.search(r"nobody says who provides CUDA in \d+ assembl\w+ \(([^)]*)\)", text)
    assert found
    assert "gpu-a100-01" in found[1]


@pytest.mark.parametrize("output", ["csv", "ndjson", "md", "table", "json", "dot", "mermaid"])
def test_the_portfolio_in_every_output(run, estate, output) -> None:
    text = run(*ASKED, "--portfolio", "-o", output).stdout
    if output == "csv":
        assert text.startswith("service,kind,owner,deployment_environment,verdict,reason,cause")
    if output in ("csv", "ndjson", "json"):
        assert "service:demo/search@4.0" in text
    assert "search" in text


def test_columns_give_way_at_blanks_only() -> None:
    assert widths([["aa bb", "c"], ["dddddd"]], 40) == [None, None]
    assert widths([["aa bb cc", "c"], ["dddddd"]], 14) == [5, 6]
    assert widths([["aaaaaaaa"], ["dddddd"]], 10) == [None, None]
