"""Whole lists: every row of one revision once, whatever is written meanwhile, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import lineage
from lineage.errors import WhereInvalidError
from lineage.flow import receive, set_property
from lineage.model.document import Upload
from lineage.model.identity import Key
from lineage.opening import Opened
from queries import whole
from queries.asking import ask, questions
from queries.components import Components
from queries.question import Handle
from queries.revisions import Revisions


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    with lineage.open(tmp_path / "whole.db", create=True, namespace="acme") as handle:
        for number in range(3):
            push(handle, number)
        yield handle


def push(handle: Opened, number: int) -> None:
    lines = "".join(f"p{one}=={number}.0\n" for one in range(20))
    receive(
        handle.record,
        Upload(content=lines.encode(), name="requirements.txt", format="requirements",
               subject=Key(f"environment:acme/e{number}")),
    )  # fmt: skip


def handle_of(opened: Opened) -> Handle:
    return Handle(
        views=opened.views, engine=opened.engine, past=opened.past, catalogues=opened.catalogues
    )


@pytest.mark.parametrize("size", [1, 7, 20, 1000])
def test_all_pages_are_the_list(opened: Opened, monkeypatch, size: int) -> None:
    monkeypatch.setattr(whole, "PAGE", size)
    handle = handle_of(opened)
    for kind in (Components, Revisions):
        for more in ({}, {"order_by": ("-version", "name")} if kind is Components else {}):
            question = kind(at=opened.at(), **more)
            every = ask(handle, kind(at=opened.at(), first=100_000, **more)).rows
            found = [row for page in whole.pages(handle, question) for row in page.rows]
            assert found == list(every)
            assert len(found) > 2


def test_rows_of_one_revision_while_others_are_written(opened: Opened, monkeypatch) -> None:
    monkeypatch.setattr(whole, "PAGE", 5)
    handle = handle_of(opened)
    question = Components(at=opened.at())
    every = ask(handle, Components(at=opened.at(), first=1000)).rows
    found, number = [], 3
    for page in whole.pages(handle, question):
        found += page.rows
        assert page.revision == question.at.revision
        push(opened, number)
        set_property(opened.record, page.rows[0].key, "owner", f"o{number}")
        number += 1
    assert number > 10
    assert found == list(every)
    assert len(ask(handle, Components(at=opened.at(), first=1000)).rows) > len(every)


@pytest.mark.parametrize(("most", "rows"), [(0, 0), (1, 1), (5, 5), (12, 12), (100_000, 63)])
def test_at_most_so_many(opened: Opened, monkeypatch, most: int, rows: int) -> None:
    monkeypatch.setattr(whole, "PAGE", 5)
    found = list(whole.pages(handle_of(opened), Components(at=opened.at()), most))
    assert sum(len(page.rows) for page in found) == rows
    assert max(len(page.rows) for page in found) <= 5


def test_what_is_wrong_is_said_before_the_first_row(opened: Opened) -> None:
    with pytest.raises(WhereInvalidError):
        next(whole.pages(handle_of(opened), Components(at=opened.at(), where={"colour": "red"})))
    (empty,) = whole.pages(
        handle_of(opened), Components(at=opened.at(), where={"name": "nothing-like-it"})
    )
    assert empty.rows == ()


def test_which_questions_are_lists() -> None:
    found = {asked.name for asked in questions().values() if whole.is_list(asked)}
    assert {"components", "services", "edges", "revisions", "changes", "documents"} <= found
    assert not {"impact", "component", "search", "inventory", "aggregate"} & found
