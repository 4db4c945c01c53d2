"""The index of what claim sets name, against reading every set, while the record grows."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from lineage.errors import RecordDamagedError
from lineage.record import bearing
from lineage.record.bearing import Bearings
from lineage.record.sets import ClaimSets
from lineage.record.store import Record
from tests.record.estates import submission
from tests.record.test_record_past import history


def compare(record: Record, bearings: Bearings, rng: random.Random) -> int:
    """Random statements of everything that there is; how many sets lean on another."""
    with record.session.read() as work:
        (tenant,) = work.one("SELECT id FROM tenant WHERE name = 'default'") or (0,)
        rows = work.rows("SELECT digest, keyframe FROM claim_set WHERE tenant = ?", tenant)
        every = ClaimSets().read(work, tenant, [bytes(row[0]) for row in rows])
        numbers = sorted({int(one) for ids in every.values() for one in ids})
        wanted = {*rng.sample(numbers, min(9, len(numbers))), 1, -(2**63)}
        expected = {
            digest: some
            for digest, ids in every.items()
            if (some := [n for n in sorted(wanted) if n in set(ids.tolist())])
        }
        assert bearings.of(work, tenant, wanted) == expected
        assert bearings.of(work, tenant, ()) == {}
    return sum(row[1] is not None for row in rows)


@pytest.mark.parametrize("seed", range(4))
def test_the_index_says_what_the_sets_say(tmp_path: Path, seed: int, monkeypatch) -> None:
    monkeypatch.setattr(bearing, "_CHUNK", 3)
    monkeypatch.setattr(bearing, "_SEGMENTS", 2)
    record = Record.open(f"sqlite:///{tmp_path / 'l.db'}", create=True)
    bearings, rng, leaning = Bearings(), random.Random(seed), 0
    for part in range(4):
        history(record, 10 * seed + part, steps=8)
        # Many claims of which one changes: sets that lean on a keyframe.
        for versions in (dict.fromkeys(range(40), 0), {n: int(n == part) for n in range(40)}):
            record.append(submission("large", versions, precedence="document"))
        leaning = compare(record, bearings, rng)
        compare(record, bearings, rng)
    assert leaning >= 3
    record.close()


def test_a_set_that_is_gone_is_known_no_longer(tmp_path: Path) -> None:
    record = Record.open(f"sqlite:///{tmp_path / 'l.db'}", create=True)
    bearings = Bearings()
    for version in (0, 1):
        record.append(submission("one", {1: version}, precedence="document"))
    compare(record, bearings, random.Random(1))

    def purge(work) -> None:
        work.run("PRAGMA foreign_keys = OFF")
        work.run("DELETE FROM holding WHERE to_revision IS NOT NULL")
        work.run("DELETE FROM claim_set WHERE digest NOT IN (SELECT claim_set FROM holding)")

    record.session.write(purge)
    compare(record, bearings, random.Random(1))
    record.close()


def test_a_damaged_set_is_said(tmp_path: Path) -> None:
    record = Record.open(f"sqlite:///{tmp_path / 'l.db'}", create=True)
    record.append(submission("one", {1: 0}, precedence="document"))
    record.session.write(lambda work: work.run("UPDATE claim_set SET body = x'0102'"))
    with record.session.read() as work, pytest.raises(RecordDamagedError, match="cut off"):
        Bearings().of(work, 1, np.array([1]).tolist())
    record.close()
