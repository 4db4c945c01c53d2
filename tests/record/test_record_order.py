"""Lists that SQL cuts off are sorted by bytes, as Python sorts: whatever the database's language.

A PostgreSQL in Docker sorts text as English does (a, B, c); the one of the wheel by bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lineage.record.cut import Cut
from lineage.record.store import Record
from lineage.record.tenant import Tenants
from tests.record.estates import submission

NAMES = ("ZZ", "_a", "a_", "aB", "ab", "bA", "z1")


@pytest.fixture
def record(database_url: str) -> Iterator[Record]:
    with Record.open(database_url, create=True) as opened:
        yield opened


def test_streams_page_by_page(record: Record) -> None:
    for name in NAMES:
        record.append(submission(name, {1: 0}, stream=name))
    found: list[str] = []
    while True:
        page = record.past().streams(
            "default", 99, Cut(first=2, after=found[-1] if found else None)
        )
        found += [row.name for row in page.rows]
        if not page.has_next:
            break
    assert found == sorted(NAMES)


def test_what_a_search_cuts_off(record: Record) -> None:
    for name in NAMES:
        record.append(submission(f"same-{name}", {1: 0}))
    keys = [str(match.key) for match in record.search("same-", limit=50)]
    assert len(keys) == len(NAMES)
    assert keys == sorted(keys)
    assert [str(match.key) for match in record.search("same-", limit=3)] == keys[:3]


def test_tenants_and_slots(record: Record) -> None:
    tenants = ("a-c", "a.b", "a_a", "ab", "a0")
    for name in tenants:
        Tenants(record.session).add(name)
    for name in NAMES:
        record.append(submission(name, {1: 0}, stream="one", slot=f"x {name}"))
    assert [one.name for one in Tenants(record.session).all()] == sorted((*tenants, "default"))
    assert list(record.history().slots("one", "x ")) == sorted(f"x {name}" for name in NAMES)


def test_the_column_says_so_on_postgresql(record: Record) -> None:
    with record.session.read() as work:
        assert work.bytewise("name").endswith(' COLLATE "C"') == record.session.postgresql
        query = f"SELECT name FROM stream WHERE {work.bytewise('name')} > ?"
        assert work.rows(query, "") == []
