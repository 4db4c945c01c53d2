"""Finding what it is called here."""

from __future__ import annotations

import pytest

from lineage.errors import VocabularyError
from queries.asking import ask
from queries.search import Search
from tests.snapshots import member, said


@pytest.fixture
def handle(handle_of):
    names = ["torch", "torchvision", "pytorch-lightning", "tch", "numpy", "faiss"]
    lock = [member(f"pkg:pypi/{name}@1.0") for name in names]
    return handle_of(
        [
            ("a", "x", "environment:acme/one", lock, 1),
            ("b", "x", "environment:acme/torch-env", [member("pkg:pypi/numpy@1.0")], 2),
            ("c", "x", None, [said("pkg:pypi/faiss@1.0", "alias", "torch-free search")], 3),
        ]
    )


def found(handle, text, **more):
    return [row.name for row in ask(handle, Search(text=text, **more)).found]


def test_best_first(handle) -> None:
    assert found(handle, "torch") == [
        "torch", "torchvision", "torch-env", "pytorch-lightning", "faiss",
    ]  # fmt: skip


def test_letters_of_any_case_and_kinds(handle) -> None:
    assert found(handle, "TORCH", kinds=("environment",)) == ["torch-env"]


def test_the_total_counts_what_first_leaves_out(handle) -> None:
    answer = ask(handle, Search(text="torch", first=2))
    assert (answer.total, len(answer.found)) == (5, 2)


def test_how_much_holds_it(handle) -> None:
    assert [row.held_by for row in ask(handle, Search(text="numpy")).found] == [2]


@pytest.mark.parametrize("text", ["", "   ", "nobody"])
def test_nothing(handle, text) -> None:
    assert found(handle, text) == []


def test_an_unknown_kind_is_an_error(handle) -> None:
    with pytest.raises(VocabularyError):
        ask(handle, Search(text="torch", kinds=("spaceship",)))
