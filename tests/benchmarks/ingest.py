"""How fast the record takes environments in, what a claim costs, when a re-push is visible.

2,000 environments of 200 packages out of a pool of 4,000 at up to 5 versions; each package leans
on up to three others of its environment. What is measured is from
normalised claims to the commit, and to the view that questions see.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson

from lineage.model.claim import Claim, Component, Edge, Member, OfComponent, Requirement
from lineage.model.encoding import Encoded, encode
from lineage.model.identity import Key, identify
from lineage.model.revision import At
from lineage.record.store import Record
from lineage.record.submission import Submission
from lineage.record.views import RecordViews

PACKAGES = 200


@dataclass(slots=True)
class Pool:
    """Packages to choose from; equal claims are one object, as out of a reader."""

    random_: random.Random
    size: int = 4000

    def environment(self, number: int) -> dict[int, int]:
        """Package number -> version; popular packages and versions are in most environments."""
        chosen: set[int] = set()
        while len(chosen) < PACKAGES:
            chosen.add(int(self.size * self.random_.random() ** 3))
        return {one: int(5 * self.random_.random() ** 4) for one in chosen}


def submission(name: str, versions: dict[int, int]) -> Submission:
    """The document of an environment, as normalised claims."""
    subject = Key(f"environment:local/{name}")
    claims = [Claim(Component(subject, "environment", name))]
    lines = []
    for number in sorted(versions):
        version = f"1.{versions[number]}.0"
        key = Key(f"pkg:pypi/package-{number}@{version}")
        identity = identify(key)  # readers do this
        claims.append(Claim(Component(key, identity.kind, identity.name, version)))
        claims.append(Claim(Member(key, "transitive"), subject))
        for other in (number // 2, number // 3, number // 7):
            if other != number and other in versions:
                upstream = Key(f"pkg:pypi/package-{other}@1.{versions[other]}.0")
                wish = Requirement(f">=1.{versions[other] // 2}", "pep440")
                edge = Edge("depends_on", OfComponent(key), upstream, wish)
                claims.append(Claim(edge, subject))
        digest = f"{number * 7919 + versions[number]:064x}"
        lines.append({"purl": key, "hashes": [{"alg": "SHA-256", "content": digest}]})
    content = orjson.dumps({"name": name, "components": lines})
    return Submission(
        content=content, stream=f"bench/{subject}", slot=f"bench {subject}", subject=subject,
        reader="bench", reader_version="1",
        claims=Encoded.of(claims, [encode(claim.statement) for claim in claims]),
    )  # fmt: skip


def size_of(path: Path) -> int:
    """Bytes of the database and its log."""
    return sum(one.stat().st_size for one in path.parent.glob(path.name + "*"))


@dataclass(slots=True)
class Bulk:
    """Seconds of appending, by the clock and of the processor, and what was appended."""

    seconds: float = 0.0
    worked: float = 0.0
    claims: int = 0
    edges: int = 0


def bulk(record: Record, environments: list[dict[int, int]]) -> Bulk:
    """Append them, one transaction each; claims are made just before, as a reader does."""
    found = Bulk()
    for number, versions in enumerate(environments):
        sent = submission(f"env-{number}", versions)
        found.claims += len(sent.claims)
        found.edges += sum(isinstance(c.statement, (Edge, Member)) for c in sent.claims)
        start, worked = time.perf_counter(), time.process_time()
        record.append(sent)
        found.seconds += time.perf_counter() - start
        found.worked += time.process_time() - worked
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Repush:
    """Medians of one re-push in milliseconds; bytes of rows (the first, the mean) without those
    of statements that nobody made before, which are ``statements``.
    """

    receipt: float
    view: float
    worked: float
    first: float
    rows: float
    statements: float


def repush(record: Record, packages: int, rounds: int = 40) -> Repush:
    """Push the same environment again and again, 1 % of its packages at another version."""
    versions = dict.fromkeys(range(packages), 0)
    record.append(submission("again", versions))
    views = RecordViews(record)
    views.view(At())
    to_receipt, to_view, worked, rows, statements = [], [], [], [], []
    for number in range(rounds):
        for place in range(max(1, packages // 100)):
            versions[(number * 31 + place * 97) % packages] += 1
        sent = submission("again", versions)
        before = payload(record)
        start, cpu = time.perf_counter(), time.process_time()
        receipt = record.append(sent)
        to_receipt.append((time.perf_counter() - start) * 1e3)
        assert views.view(At()).revision.number == receipt.revision
        to_view.append((time.perf_counter() - start) * 1e3)
        worked.append((time.process_time() - cpu) * 1e3)
        after = payload(record)
        rows.append(after[0] - before[0])
        statements.append(after[1] - before[1])
    return Repush(
        receipt=statistics.median(to_receipt),
        view=statistics.median(to_view),
        worked=statistics.median(worked),
        first=rows[0],
        rows=statistics.mean(rows),
        statements=statistics.mean(statements),
    )


def payload(record: Record) -> tuple[int, int]:
    """Bytes of documents, sets and the rows of a submission; and of statements."""
    rows = (
        "SELECT (SELECT sum(length(body) + 80) FROM document)"
        " + (SELECT sum(length(body) + 40) FROM claim_set)"
        " + (SELECT count(*) * 60 FROM holding) + (SELECT count(*) * 80 FROM revision)"
        " + (SELECT sum(170 + length(facts) + length(receipt) + length(name)) FROM submission)"
    )
    statements = "SELECT sum(length(body) + 30) FROM statement"
    with record.session.read() as work:
        found = [work.rows(query)[0][0] or 0 for query in (rows, statements)]
    return found[0], found[1]


def checkpoint(record: Record) -> None:
    """Bring the log into the database, so that its size can be read."""
    connection = record.session.writer.raw_connection()
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def main(documents: int = 2000, say: Callable[[str], object] = print) -> None:
    """Print the table."""
    pool = Pool(random.Random(7))
    environments = [pool.environment(number) for number in range(documents)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        with Record.open(f"sqlite:///{path}", create=True) as record:
            first = bulk(record, environments)
            checkpoint(record)
            size = size_of(path)
            with record.session.read() as work:
                statements = work.rows("SELECT count(*) FROM statement")[0][0]
                held = work.rows("SELECT sum(length(body) + 40) FROM claim_set")[0][0]
                held += work.rows("SELECT count(*) * 60 FROM holding")[0][0]
            again = bulk(record, environments).seconds
            pushed = repush(record, 300)
        with Record.open(f"sqlite:///{Path(folder) / 'small.db'}", create=True) as small:
            alone = repush(small, 300)
        with Record.open(f"sqlite:///{path}") as record:
            start = time.perf_counter()
            snapshot = record.snapshot()
            cold = time.perf_counter() - start
            start = time.perf_counter()
            len(list(snapshot.statements.values()))
            decoded = time.perf_counter() - start
            start = time.perf_counter()
            RecordViews(record).view(At())
            built = time.perf_counter() - start
    claims, seconds, worked = first.claims, first.seconds, first.worked
    edges = first.edges
    table = [
        ("environments", f"{documents:,} of {PACKAGES} packages"),
        ("claims, distinct statements", f"{claims:,}, {statements:,}"),
        ("bulk ingest", f"{seconds:.2f} s, {documents / seconds:,.0f} documents/s"),
        ("", f"{claims / seconds:,.0f} claims/s, {edges / seconds:,.0f} edges/s"),
        ("  of processor time", f"{worked:.2f} s, {claims / worked:,.0f} claims/s"),
        ("sets and holdings on disk", f"{held / claims:.1f} bytes/claim"),
        ("the whole file", f"{size / 1e6:.1f} MB, {size / claims:.1f} bytes/claim"),
        ("all of it again (no news)", f"{again:.2f} s, {documents / again:,.0f} documents/s"),
        ("re-push of 300 packages, 1 % changed", f"{pushed.receipt:.2f} ms to the receipt"),
        ("", f"{pushed.view:.2f} ms to the view ({pushed.worked:.2f} ms of processor)"),
        ("", f"{built * 1e3 / pushed.view:,.0f} times as fast as a view built anew"),
        ("  alone in a record", f"{alone.receipt:.2f} ms, {alone.view:.2f} ms to the view"),
        ("", f"{pushed.first:,.0f} bytes the first time, {pushed.rows:,.0f} in the mean of 40"),
        ("", f"{pushed.statements:,.0f} bytes of new statements"),
        ("view, built anew", f"{built * 1e3:,.0f} ms"),
        ("snapshot, cold", f"{cold * 1e3:.0f} ms; all statements decoded {decoded * 1e3:.0f} ms"),
    ]
    for name, value in table:
        say(f"{name:<38}{value}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
