"""Databases of every schema there ever was open for ever; each stays here as an SQL dump."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lineage.model.claim import Property
from lineage.record import schema
from lineage.record.doctor import examine
from lineage.record.store import Record

DUMPS = sorted((Path(__file__).parent.parent / "documents" / "record").glob("*.sql"))


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.stem)
def test_an_old_database_opens(dump: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text())
    with Record.open(f"sqlite:///{path}", create=True) as record:
        assert not examine(record).findings
        assert record.namespace == "acme"
        assert (record.head().number, record.head("other").number) == (4, 1)
        past = record.snapshot(revision=1)
        assert past.streams["made/environment:local/one"].branch == "main"
        now = record.snapshot()
        said = [now.statements[n] for held in now.holdings for n in held.statements.tolist()]
        owners = [one for one in said if isinstance(one, Property) and one.name == "owner"]
        assert [one.decoded() for one in owners] == ["ann"]
        receipt = record.receipt(record.history().submission(2).id)
        assert record.document(receipt.digest).startswith(b'["one"')
        assert (receipt.added, receipt.removed) == (4, 4)


def test_every_schema_has_a_dump() -> None:
    assert [path.stem for path in DUMPS][-1] == schema.NEEDED
