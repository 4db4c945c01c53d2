"""Answers as tables of pandas."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import queries
from queries.component import Component
from queries.search import Search
from tests.snapshots import edge, said

pytest.importorskip("pandas")
MODEL, DATA = "pkg:huggingface/acme/llm@1", "dataset:acme/corpus@2"


def test_a_row_a_line_and_a_field_a_column(handle_of) -> None:
    held = [said(MODEL, "licence", "MIT"), edge(MODEL, "trained_on", DATA)]
    handle = handle_of([("doc", "a", None, held, 1)])
    answer = queries.ask(handle, Component(key=MODEL))
    table = queries.to_pandas(answer)
    assert list(table["name"]) == ["licence"]
    assert table["claimed_by"][0][0]["stream"] == "doc"
    assert list(table.columns) == [
        "name", "value", "state", "first", "claimed_by", "attested", "expired",
    ]  # fmt: skip
    assert list(queries.to_pandas(answer, "upstream")["upstream"]) == [DATA]
    with pytest.raises(ValueError, match="properties"):
        queries.to_pandas(answer, "headline")


def test_no_rows_keep_their_columns(handle_of) -> None:
    handle = handle_of([("doc", "a", None, [said(MODEL, "licence", "MIT")], 1)])
    table = queries.to_pandas(queries.ask(handle, Search(text="nothing-like-it")))
    assert len(table) == 0
    assert "key" in table.columns


def test_what_is_no_answer_is_refused() -> None:
    @dataclass(frozen=True)
    class Other:
        text: str = ""

    with pytest.raises(ValueError, match="no list"):
        queries.to_pandas(Other(), "text")
