"""A 12 MB CycloneDX BOM in one command: `python -m tests.benchmarks.big_bom [COMPONENTS]`.

``lineage ingest`` runs in a child process on a new database, so that what is printed is what a
person waits for, start of the interpreter included; memory is the child's peak.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.bom import bom

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One command: seconds by the clock and of the processor, peak memory in bytes, its answer."""

    seconds: float
    worked: float
    peak: int
    printed: str


def run(words: list[str], folder: Path) -> Run:
    """Run ``lineage`` in a child and measure it; CalledProcessError if it fails.

    The peak is the largest of all children so far, so run what needs most last.
    """
    environment = {
        **os.environ,
        "LINEAGE_DB": f"sqlite:///{folder / 'bench.sqlite'}",
        "PYTHONPATH": str(ROOT),
    }
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", *words],
        cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(seconds=seconds, worked=worked, peak=after.ru_maxrss * unit, printed=done.stdout)


def main() -> None:
    """Print the table."""
    components = int(sys.argv[1]) if len(sys.argv) > 1 else 18_000
    content = bom(components)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = folder / "big.cdx.json"
        place.write_bytes(content)
        idle = run(["--version"], folder)
        run(["init"], folder)
        first = run(["ingest", str(place), "--json"], folder)
        again = run(["ingest", str(place), "--json"], folder)
        size = sum(one.stat().st_size for one in folder.glob("bench.sqlite*"))
    row: dict[str, Any] = json.loads(first.printed)["documents"][0]
    assert row["outcome"] == "recorded"
    assert json.loads(again.printed)["documents"][0]["outcome"] == "unchanged"
    table = [
        ("document", f"{len(content) / 1e6:.1f} MB, {row['members']:,} members"),
        ("claims", f"{row['claims']:,}"),
        ("ingest, one command", f"{first.seconds:.2f} s ({first.worked:.2f} s of processor)"),
        ("peak memory of it", f"{first.peak / 1e6:.0f} MB"),
        ("the same again (no news)", f"{again.seconds:.2f} s"),
        ("an empty command", f"{idle.seconds:.2f} s, {idle.peak / 1e6:.0f} MB"),
        ("database with the public pack", f"{size / 1e6:.1f} MB"),
    ]
    for label, value in table:
        print(f"{label:<38}{value}")


if __name__ == "__main__":
    main()
