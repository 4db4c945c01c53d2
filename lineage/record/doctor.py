"""Reads everything again and proves it: digests, sets, chain, holdings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from lineage.errors import LineageError
from lineage.model.encoding import decode, encode
from lineage.record.claim_set import Ids, read_delta, read_whole, whole
from lineage.record.digest import NO_CHAIN, Stamp, chain_digest, content_digest, set_digest
from lineage.record.document import Documents
from lineage.record.prepared import subject_text
from lineage.record.seal import COLUMNS, Sealed, submission_digest
from lineage.record.session import Row, Work
from lineage.record.store import Record

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong: where (table and row), and a sentence about it."""

    place: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was looked at (rows by table) and what was found; no findings is a sound record."""

    looked_at: dict[str, int]
    findings: tuple[Finding, ...]


def examine(record: Record) -> Report:
    """Re-read the whole record of every tenant in one state of the database."""
    counts: dict[str, int] = {}
    findings: list[Finding] = []
    with record.session.read() as work:
        for number, name in work.rows("SELECT id, name FROM tenant ORDER BY id"):
            stamp = record.stamp(name)
            exam = _Exam(work, number, name, stamp, counts)
            for step in (
                exam.names, exam.documents, exam.statements, exam.sets, exam.holdings, exam.chain,
                exam.slots,
            ):  # fmt: skip
                findings += step()
    return Report(looked_at=counts, findings=tuple(findings))


class _Exam:
    """The examination of one tenant."""

    def __init__(
        self, work: Work, number: int, name: str, stamp: Stamp, counts: dict[str, int]
    ) -> None:
        self._work = work
        self._number = number
        self._name = name
        self._stamp = stamp
        self._counts = counts
        self._statements: set[int] = set()
        self._sets: set[bytes] = set()

    def names(self) -> Iterator[Finding]:
        """Ids of streams, slots, assemblies and families are the digests of their text."""
        queries = {
            "stream": ("stream", "SELECT id, name FROM stream WHERE tenant = ?"),
            "assembly": ("assembly", "SELECT id, key FROM assembly WHERE tenant = ?"),
            "family": ("key", "SELECT id, key FROM family WHERE tenant = ?"),
        }
        for table, (kind, query) in queries.items():
            for found, text in self._look(table, self._work.rows(query, self._number)):
                if self._stamp.name(kind, text) != found:
                    yield self._found(table, text, "its id is not the digest of its text")
        rows = self._work.rows(
            "SELECT s.id, t.name, s.text FROM slot s JOIN stream t"
            " ON t.tenant = s.tenant AND t.id = s.stream WHERE s.tenant = ?",
            self._number,
        )
        for found, stream, text in self._look("slot", rows):
            if self._stamp.name("slot", f"{stream}\0{text}") != found:
                yield self._found("slot", text, "its id is not the digest of its text")

    def documents(self) -> Iterator[Finding]:
        """Every document unpacks to the bytes that its digest names."""
        reader = Documents()
        rows = self._work.rows(
            "SELECT digest, size FROM document WHERE tenant = ? ORDER BY depth", self._number
        )
        for digest, size in self._look("document", rows):
            place = bytes(digest).hex()
            try:
                content = reader.read(self._work, self._number, bytes(digest)) or b""
            except LineageError as error:
                yield self._found("document", place, str(error))
                continue
            if content_digest(content) != bytes(digest):
                yield self._found("document", place, "its bytes have another digest")
            elif len(content) != size:
                yield self._found("document", place, f"it has {len(content)} bytes, not {size}")

    def statements(self) -> Iterator[Finding]:
        """Ids and checks are the keyed digests of the bodies, and bodies are canonical."""
        rows = self._work.rows(
            "SELECT id, proof, kind, subject, body FROM statement WHERE tenant = ?", self._number
        )
        for number, proof, kind, about, body in self._look("statement", rows):
            self._statements.add(number)
            expected, check = self._stamp.statement(bytes(body))
            if (expected, check) != (number, proof):
                yield self._found("statement", number, "its body has another digest")
                continue
            try:
                statement = decode(body)
            except LineageError as error:
                yield self._found("statement", number, str(error))
                continue
            if encode(statement) != bytes(body):
                yield self._found("statement", number, "its body is not canonical")
            if self._stamp.name("key", subject_text(statement)) != about or kind != chr(body[2]):
                yield self._found("statement", number, "it is filed under another subject or kind")

    def sets(self) -> Iterator[Finding]:
        """Every set resolves to sorted ids with its digest, and names statements that exist."""
        rows = self._work.rows(
            "SELECT digest, keyframe, count, body FROM claim_set WHERE tenant = ?", self._number
        )
        bodies = {bytes(row[0]): row for row in rows}
        for digest, (_, keyframe, count, body) in self._look("claim_set", bodies.items()):
            self._sets.add(digest)
            try:
                ids = self._ids(bodies, keyframe, body)
            except LineageError as error:
                yield self._found("claim_set", digest.hex(), str(error))
                continue
            if ids is None:
                yield self._found("claim_set", digest.hex(), "its keyframe is not there or a delta")
                continue
            if set_digest(whole(ids)) != digest:
                yield self._found("claim_set", digest.hex(), "its ids have another digest")
            if len(ids) != count:
                yield self._found("claim_set", digest.hex(), f"{len(ids)} ids, counted as {count}")
            lost = [number for number in ids.tolist() if number not in self._statements]
            if lost:
                sentence = f"{len(lost)} of its statements are not there, the first is {lost[0]}"
                yield self._found("claim_set", digest.hex(), sentence)

    def holdings(self) -> Iterator[Finding]:
        """Holdings of one (slot, assembly) never overlap and name what exists."""
        assemblies = self._column("SELECT id FROM assembly WHERE tenant = ?") | {0}
        slots: dict[int, int] = dict(
            self._work.rows("SELECT id, stream FROM slot WHERE tenant = ?", self._number)
        )
        revisions = self._column("SELECT number FROM revision WHERE tenant = ?")
        rows = self._work.rows(
            "SELECT slot, assembly, from_revision, to_revision, stream, claim_set FROM holding"
            " WHERE tenant = ? ORDER BY slot, assembly, from_revision",
            self._number,
        )
        last: tuple[int, int, int | None] | None = None
        for slot, where, since, until, stream, digest in self._look("holding", rows):
            place = f"slot {slot}, assembly {where}, from {since}"
            same = last is not None and last[:2] == (slot, where)
            if last is not None and same and (last[2] is None or last[2] > since):
                yield self._found("holding", place, "it overlaps the one before it")
            if until is not None and until <= since:
                yield self._found("holding", place, f"it ends at {until}, before it began")
            if since not in revisions or (until is not None and until not in revisions):
                yield self._found("holding", place, "it names a revision that does not exist")
            if bytes(digest) not in self._sets:
                yield self._found("holding", place, "its claim set is not there")
            if where not in assemblies:
                yield self._found("holding", place, "its assembly has no name")
            if slots.get(slot) != stream:
                yield self._found("holding", place, "its slot is not there or in another stream")
            last = (slot, where, until)

    def chain(self) -> Iterator[Finding]:
        """Revisions are dense, their times rise, and their digests follow from the submissions."""
        names = ", ".join(f"u.{name}" for name in COLUMNS)
        rows = self._work.rows(
            f"SELECT r.number, r.chain, r.at, r.submission, u.revision, {names}"  # noqa: S608
            " FROM revision r LEFT JOIN submission u ON u.tenant = r.tenant"
            " AND u.revision = r.number WHERE r.tenant = ? ORDER BY r.number",
            self._number,
        )
        opened, closed = self._changes()
        chain, before = NO_CHAIN, 0
        for place, row in enumerate(self._look("revision", rows), start=1):
            number, digest, at, submission, revision = row[:5]
            if number != place:
                yield self._found("revision", number, f"{place} was expected: a gap")
                return
            if at < before:
                yield self._found("revision", number, "it is older than the one before it")
            before = at
            if revision is None or row[5] != submission:
                yield self._found("revision", number, "its submission is not there")
                return
            values = dict(zip(COLUMNS, row[5:], strict=True))
            values["document"] = bytes(values["document"])
            seal = Sealed(
                **values,
                tenant=self._name,
                closed=tuple(sorted(closed.get(number, ()))),
                opened=tuple(sorted(opened.get(number, ()))),
            )
            chain = chain_digest(chain, submission_digest(seal))
            if chain != bytes(digest):
                yield self._found("revision", number, "its chained digest does not follow")
                chain = bytes(digest)
        head = self._work.one("SELECT head, chain, at FROM tenant WHERE id = ?", self._number)
        if head and (head[0], bytes(head[1]), head[2]) != (len(rows), chain, before):
            yield self._found("tenant", self._name, "its newest revision is another one")
        extra = self._work.one(
            "SELECT count(*) FROM submission u LEFT JOIN revision r ON r.tenant = u.tenant"
            " AND r.number = u.revision WHERE u.tenant = ? AND r.number IS NULL",
            self._number,
        )
        if extra and extra[0]:
            yield self._found("submission", self._name, f"{extra[0]} have no revision")

    def slots(self) -> Iterator[Finding]:
        """A slot names its newest submission, and has been seen at least once for each."""
        rows = self._work.rows(
            "SELECT s.id, s.text, s.newest, s.seen, max(u.revision), count(u.revision)"
            " FROM slot s LEFT JOIN submission u ON u.tenant = s.tenant AND u.slot = s.id"
            " WHERE s.tenant = ? GROUP BY s.id, s.text, s.newest, s.seen",
            self._number,
        )
        for _, text, newest, seen, real, count in rows:
            if newest != real:
                yield self._found("slot", text, f"its newest submission is {real}, not {newest}")
            if seen < count:
                yield self._found("slot", text, f"seen {seen} times, but {count} submissions")

    def _changes(
        self,
    ) -> tuple[dict[int, list[tuple[int, bytes]]], dict[int, list[tuple[int, int]]]]:
        opened: dict[int, list[tuple[int, bytes]]] = {}
        closed: dict[int, list[tuple[int, int]]] = {}
        for slot, where, since, until, digest in self._work.rows(
            "SELECT slot, assembly, from_revision, to_revision, claim_set FROM holding"
            " WHERE tenant = ?",
            self._number,
        ):
            opened.setdefault(since, []).append((where, bytes(digest)))
            if until is not None:
                closed.setdefault(until, []).append((slot, where))
        return opened, closed

    def _ids(
        self,
        bodies: dict[bytes, Row],
        keyframe: bytes | None,
        body: bytes,
    ) -> Ids | None:
        if keyframe is None:
            return read_whole(body)
        base = bodies.get(bytes(keyframe))
        if base is None or base[1] is not None:
            return None
        return read_delta(body, read_whole(base[3]))

    def _column(self, query: str) -> set[int]:
        return {row[0] for row in self._work.rows(query, self._number)}

    def _look(self, table: str, rows: Iterable[T]) -> list[T]:
        found = list(rows)
        self._counts[table] = self._counts.get(table, 0) + len(found)
        return found

    def _found(self, table: str, row: object, sentence: str) -> Finding:
        return Finding(place=f"{self._name}: {table} {row}", sentence=sentence)
