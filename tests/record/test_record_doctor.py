"""The doctor finds what is damaged by hand, and names the place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lineage.record.doctor import examine
from lineage.record.store import Record
from tests.record.estates import submission

TURNED = "CAST(substr(body, 9) || substr(body, 1, 8) AS BLOB)"
DAMAGE = {
    "UPDATE document SET body = x'28b52ffd', previous = NULL": "document",
    "UPDATE document SET size = size + 1 WHERE previous IS NULL": "document",
    "UPDATE document SET previous = NULL, depth = 0 WHERE previous IS NOT NULL": "document",
    "UPDATE statement SET body = CAST(replace(body, 'p1', 'p9') AS BLOB) WHERE kind = 'm'":
        "statement",
    "UPDATE statement SET proof = proof + 1 WHERE kind = 'e'": "statement",
    "UPDATE statement SET subject = 7 WHERE kind = 'm'": "statement",
    "UPDATE statement SET kind = 'p' WHERE kind = 'm'": "statement",
    "DELETE FROM statement WHERE kind = 'e'": "claim_set",
    "UPDATE claim_set SET body = substr(body, 1, 12)": "claim_set",
    f"UPDATE claim_set SET body = {TURNED} WHERE keyframe IS NULL":
        "claim_set",
    "UPDATE claim_set SET body = substr(body, 9), count = count - 1 WHERE keyframe IS NULL":
        "claim_set",
    "UPDATE claim_set SET count = count + 1": "claim_set",
    "UPDATE claim_set SET keyframe = x'00' WHERE keyframe IS NOT NULL": "claim_set",
    "DELETE FROM claim_set WHERE keyframe IS NOT NULL": "holding",
    "UPDATE holding SET to_revision = NULL": "holding",
    "UPDATE holding SET to_revision = 99 WHERE to_revision IS NOT NULL": "holding",
    "UPDATE holding SET to_revision = from_revision WHERE to_revision IS NOT NULL": "holding",
    "UPDATE holding SET assembly = 5 WHERE assembly <> 0": "holding",
    "UPDATE holding SET stream = 5": "holding",
    "DELETE FROM assembly": "holding",
    "DELETE FROM holding WHERE to_revision IS NOT NULL AND assembly = 0": "revision",
    "UPDATE holding SET to_revision = 4 WHERE to_revision = 2": "revision",
    "UPDATE revision SET chain = zeroblob(32) WHERE number = 2": "revision",
    "UPDATE revision SET at = 5 WHERE number = 2": "revision",
    "DELETE FROM revision WHERE number = 2": "revision",
    "DELETE FROM submission WHERE revision = 2": "revision",
    "UPDATE submission SET principal = 'somebody else' WHERE revision = 1": "revision",
    "UPDATE submission SET latest = 1 WHERE revision = 2": "revision",
    "UPDATE tenant SET head = head + 1": "tenant",
    "DELETE FROM revision WHERE number = 4": "submission",
    "UPDATE slot SET newest = 1": "slot",
    "UPDATE slot SET seen = 0": "slot",
    "UPDATE slot SET text = text || 'x'": "slot",
    "UPDATE stream SET name = name || 'x'": "stream",
    "UPDATE assembly SET key = key || 'x'": "assembly",
    "UPDATE family SET key = key || 'x'": "family",
}  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("doctor") / "sound.db"
    with Record.open(f"sqlite:///{path}", create=True) as record:
        versions = dict.fromkeys(range(30), 0)
        record.append(submission("one", versions))
        record.append(submission("one", versions | {7: 1}))
        record.append(submission("one", versions | {7: 2, 8: 2}))
        record.append(submission("two", {1: 0}))
    return path


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found(sound: Path, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "damaged.db"
    with closing(sqlite3.connect(sound)) as old, closing(sqlite3.connect(path)) as new:
        old.backup(new)
        touched = new.execute(damage).rowcount
        new.commit()
    assert touched > 0
    with Record.open(f"sqlite:///{path}") as record:
        findings = examine(record).findings
    assert f"default: {DAMAGE[damage]} " in "\n".join(finding.place for finding in findings)
    assert all(finding.sentence for finding in findings)


def test_a_sound_record_has_no_findings(sound: Path) -> None:
    with Record.open(f"sqlite:///{sound}") as record:
        report = examine(record)
    assert report.findings == ()
    assert report.looked_at["revision"] == 4
    assert report.looked_at["statement"] > 100
