"""Which rows pass a test, however codes are looked up: as the rows' own values say."""

from __future__ import annotations

import random

import numpy as np
import pytest

from lineage.graph.catalogue.column import column_of
from lineage.graph.catalogue.dictionary import Dictionary
from lineage.graph.catalogue.predicate import Compared, OneOf
from lineage.graph.catalogue.value import order_of


@pytest.mark.parametrize("count", [3, 40, 255, 256, 300, 5_000, 70_000])
def test_a_test_of_a_column_is_a_test_of_each_row(count: int) -> None:
    rng = random.Random(count)
    values = [
        rng.randrange(count) if rng.random() < 0.9 else None for _ in range(max(2_000, count))
    ]
    column = column_of(values)
    for _ in range(40 if count < 1_000 else 4):
        low, width = rng.randrange(count), rng.choice((1, 2, count // 3, count))
        some = frozenset(
            one for at in range(rng.randint(1, 7)) for one in range(low + 3 * at, low + 3 * at + 2)
        )
        for test in (OneOf(some), Compared("ge", low), Compared("lt", low + width)):
            expected = [bool(test.holds(value)) for value in values]
            assert column.truth(test).yes.tolist() == expected, (count, test)


def test_codes_of_a_column_go_in_the_order_of_values() -> None:
    column = column_of(["b", "c", None, "a"] * 20)
    held = column.values.values[1:]
    assert held == sorted(held, key=order_of) == ["a", "b", "c"]
    # What comes later has the next code; the column from before is as it was.
    column.values.code("aa")
    assert (
        column.truth(OneOf(frozenset(["aa", "c"]))).yes.tolist() == [False, True, False, False] * 20
    )


def test_what_came_after_a_narrow_column_passes_in_none_of_its_rows() -> None:
    held = Dictionary(range(200))
    column = column_of(list(range(200)) * 2, held)
    assert column.codes.dtype == np.uint8
    for value in range(200, 600):
        held.code(value)
    assert not column.truth(OneOf(frozenset(range(300, 500)))).yes.any()
    assert column.truth(Compared("ge", 190)).yes.sum() == 20
