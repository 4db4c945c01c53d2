"""A reader in a process of its own: asks a database the same, all the time, until stdin ends.

``python -m tests.migrations.asking URL`` prints two lines a round: ``then`` and a digest of what a
program of any age reads, ``now`` and a digest of what this program answers, or the code it refuses
the database with.
"""

from __future__ import annotations

import sys
import threading
from hashlib import sha256

from lineage.errors import LineageError
from lineage.model.encoding import encode
from lineage.record.session import Session
from lineage.record.store import Record

# What a program of any age reads.
QUESTION = (
    "SELECT u.id, s.text, h.assembly, c.body FROM submission u"
    " JOIN slot s ON s.tenant = u.tenant AND s.id = u.slot"
    " JOIN holding h ON h.tenant = s.tenant AND h.slot = s.id"
    " JOIN claim_set c ON c.tenant = h.tenant AND c.digest = h.claim_set ORDER BY u.id, h.assembly,"
    " h.from_revision"
)


def now(url: str) -> str:
    """All this program answers of both tenants, at every revision; or the code of its refusal."""
    told: list[object] = []
    try:
        with Record.open(url) as record:
            for tenant in ("default", "other"):
                told.append(record.head(tenant))
                history = record.history(tenant)
                for number in range(1, record.head(tenant).number + 1):
                    kept = history.submission(number)
                    snapshot = record.snapshot(tenant, number)
                    told += [
                        record.receipt(kept.id, tenant),
                        record.document(kept.digest, tenant),
                        sorted(
                            (held.stream, held.slot, encode(snapshot.statements[n]))
                            for held in snapshot.holdings for n in held.statements.tolist()
                        ),
                    ]  # fmt: skip
    except LineageError as error:
        return error.code
    return sha256(repr(told).encode()).hexdigest()


def main(url: str) -> None:
    """Ask until stdin ends; whatever goes wrong ends the process with a trace."""
    ended = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    session = Session(url)
    while not ended.is_set():
        with session.read() as work:
            rows = [tuple(map(str, row)) for row in work.rows(QUESTION)]
        then = sha256(repr(rows).encode()).hexdigest()
        sys.stdout.write(f"then {then} {len(rows)}\nnow {now(url)}\n")
        sys.stdout.flush()
    session.close()


if __name__ == "__main__":
    main(sys.argv[1])
