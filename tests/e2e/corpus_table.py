"""What becomes of every CycloneDX document of the corpus: `python -m tests.e2e.corpus_table`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lineage.errors import DocumentRefusedError, FormatUnknownError
from lineage.flow import receive
from lineage.ingest import readers
from lineage.model.document import Receipt, Upload
from lineage.record.store import Record

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
FORMAT = "cyclonedx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One document of the corpus and what was done with it.

    ``outcome`` is read, quarantined (read but for parts of it) or refused; ``path`` is where the
    refusal, or the first quarantined part, stands.
    """

    file: str
    expect: str
    outcome: str
    members: int = 0
    claims: int = 0
    quarantined: int = 0
    path: str = ""
    reason: str = ""
    receipt: Receipt | None = None


def manifest(corpus: Path = CORPUS) -> list[dict[str, Any]]:
    """The manifest's rows of CycloneDX documents in JSON and XML; [] where there is no corpus."""
    listing = corpus / "manifest.json"
    if not listing.exists():
        return []
    return [row for row in json.loads(listing.read_text()) if _is_cyclonedx(corpus, row["file"])]


def _is_cyclonedx(corpus: Path, file: str) -> bool:
    place = Path(file)
    if place.suffix not in (".json", ".xml"):
        return False
    return FORMAT in place.name or _recognised((corpus / file).read_bytes(), place.name) == FORMAT


def _recognised(content: bytes, name: str) -> str | None:
    try:
        return readers.pick(content, name).name
    except FormatUnknownError:
        return None


def send(record: Record, corpus: Path, row: dict[str, Any]) -> Outcome:
    """Receive one document of the corpus; its path is its part, so that none replaces another.

    What nothing recognises is sent as CycloneDX, so that the refusal says where it is broken.
    """
    name = row["file"]
    content = (corpus / name).read_bytes()
    wanted = None if _recognised(content, name) else FORMAT
    upload = Upload(content=content, name=name, format=wanted, part=name)
    try:
        receipt = receive(record, upload)
    except DocumentRefusedError as error:
        return Outcome(
            file=name, expect=row["expect"], outcome="refused",
            path=error.data["path"], reason=error.data["reason"],
        )  # fmt: skip
    bad = receipt.quarantined
    return Outcome(
        file=name, expect=row["expect"], outcome="quarantined" if bad else "read",
        members=receipt.members, claims=receipt.claims, quarantined=len(bad),
        path=bad[0].path if bad else "", reason=bad[0].reason if bad else "", receipt=receipt,
    )  # fmt: skip


def lines(outcomes: Iterable[Outcome]) -> list[str]:
    """A Markdown table, then a summary by (expect, outcome)."""
    head = ("file", "expect", "outcome", "members", "claims", "quarantined", "where")
    found = [head, tuple("---" for _ in head)]
    counts: Counter[tuple[str, str]] = Counter()
    for one in outcomes:
        numbers = (str(one.members), str(one.claims), str(one.quarantined))
        found.append((one.file, one.expect, one.outcome, *numbers, one.path))
        counts[one.expect, one.outcome] += 1
    table = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in found]
    total = [f"{expect}, {outcome}: {count}" for (expect, outcome), count in sorted(counts.items())]
    return [*table, "", *total]


def main() -> int:
    """Print the table; exit code 1 where there is no corpus."""
    rows = manifest()
    if not rows:
        sys.stderr.write("there is no corpus beside the repository\n")
        return 1
    with (
        tempfile.TemporaryDirectory() as folder,
        Record.open(f"sqlite:///{folder}/corpus.sqlite", create=True) as record,
    ):
        outcomes = [send(record, CORPUS, row) for row in rows]
    sys.stdout.writelines(f"{line}\n" for line in lines(outcomes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
