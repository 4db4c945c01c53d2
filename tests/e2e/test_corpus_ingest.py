"""Every CycloneDX document of the corpus goes the whole way, and the second time nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lineage.record.doctor import examine
from lineage.record.store import Record
from tests.e2e.corpus_table import CORPUS, Outcome, lines, manifest, send

ROWS = manifest()
needs_corpus = pytest.mark.skipif(
    not ROWS, reason="needs ../shared: documents of others, kept beside the repository"
)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    place = tmp_path_factory.mktemp("corpus") / "record.sqlite"
    with Record.open(f"sqlite:///{place}", create=True, namespace="acme") as opened:
        yield opened


@pytest.fixture(scope="module")
def outcomes(record: Record) -> list[Outcome]:
    return [send(record, CORPUS, row) for row in ROWS]


@needs_corpus
def test_every_document_is_read_or_refused_as_the_manifest_says(outcomes: list[Outcome]) -> None:
    for one in outcomes:
        if one.expect == "valid":
            assert one.receipt, one
            assert one.claims, one
        elif one.expect == "either":
            assert one.outcome in ("read", "quarantined", "refused")
        else:
            assert one.outcome in ("refused", "quarantined"), one
        if one.outcome != "read":
            assert one.path, one
            assert one.reason, one
    assert len(outcomes) > 100


@needs_corpus
def test_the_second_time_nothing_changes(record: Record, outcomes: list[Outcome]) -> None:
    head = record.head()
    assert head.number == sum(one.receipt is not None for one in outcomes)
    for row, first in zip(ROWS, outcomes, strict=True):
        again = send(record, CORPUS, row)
        if first.receipt is None:
            assert again == first
        else:
            assert again.receipt == replace(first.receipt, unchanged=True)
    assert record.head() == head
    assert not examine(record).findings


@needs_corpus
def test_a_document_without_a_subject_describes_its_environment(outcomes: list[Outcome]) -> None:
    subjects = {one.file: one.receipt.subject for one in outcomes if one.receipt}
    assert subjects["cyclonedx-spec/1.0/valid-bom-1.0.xml"] == "environment:acme/valid-bom-1.0"
    own = [subject for subject in subjects.values() if not subject.startswith("environment:")]
    assert 20 < len(own) < len(subjects)


def test_the_table_counts_by_expectation_and_outcome() -> None:
    rows: list[Any] = [
        Outcome(file="a|b.json", expect="valid", outcome="read", members=2, claims=9),
        Outcome(file="c.xml", expect="invalid", outcome="refused", path="components[0]"),
        Outcome(file="d.xml", expect="invalid", outcome="refused", path="bom (line 2)"),
    ]
    table = lines(rows)
    assert table[2] == "| a\\|b.json | valid | read | 2 | 9 | 0 |  |"
    assert table[-2:] == ["invalid, refused: 2", "valid, read: 1"]


def test_a_document_that_nothing_recognises_is_refused_with_a_path(
    tmp_path: Path, sqlite_url: str
) -> None:
    (tmp_path / "broken-cyclonedx.json").write_text('{"bomFormat": "CDX", "specVersion": "1.6"}')
    with Record.open(sqlite_url, create=True) as fresh:
        one = send(fresh, tmp_path, {"file": "broken-cyclonedx.json", "expect": "invalid"})
        assert (one.outcome, one.path) == ("refused", "bomFormat")
        assert fresh.head().number == 0
