"""Debian, RPM and semantic orders against univers, where it is right.

Not asked: its intdot (12.10 below 12.4), and PyPI (packaging is the authority there).
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from univers.versions import DebianVersion, RpmVersion, SemverVersion

from lineage.versions.schemes import scheme

NUMBERS = st.lists(st.integers(0, 120), min_size=1, max_size=3).map(
    lambda found: ".".join(map(str, found))
)
PIECE = st.sampled_from(["", "~", "~rc1", "+", "+dfsg", "a", "b2", ".", "..", "~~", ".007", "z+"])
EPOCH = st.sampled_from(["", "0:", "1:"])
DEBIAN = st.tuples(EPOCH, NUMBERS, PIECE, PIECE, st.sampled_from(["", "-1", "-1~a", "-0", "-2+b1"]))
RPM = st.tuples(EPOCH, NUMBERS, PIECE, PIECE, st.sampled_from(["", "^1", "^git1", "_3"]))
TRIPLE = st.lists(st.integers(0, 120), min_size=3, max_size=3)
SEMVER = st.tuples(
    TRIPLE.map(lambda found: ".".join(map(str, found))),
    st.sampled_from(["", "-alpha", "-alpha.1", "-1", "-10", "-rc.2", "-a-b"]),
)
CASES = {
    "deb": (DEBIAN, DebianVersion),
    "rpm": (RPM, RpmVersion),
    "semver": (SEMVER, SemverVersion),
    "cargo": (SEMVER, SemverVersion),
}


@pytest.mark.parametrize("name", sorted(CASES))
@given(data=st.data())
def test_the_order_is_the_one_of_the_oracle(name, data):
    strategy, oracle = CASES[name]
    left, right = (data.draw(strategy.map("".join)) for _ in range(2))
    first, second = oracle(left), oracle(right)
    wanted = int(first > second) - int(first < second)
    assert scheme(name).compare(left, right) == wanted


@given(data=st.data())
def test_near_neighbours_are_ordered_as_the_oracle_does(data):
    head = data.draw(NUMBERS)
    left, right = (head + data.draw(PIECE) + data.draw(PIECE) for _ in range(2))
    for name, oracle in (("deb", DebianVersion), ("rpm", RpmVersion)):
        first, second = oracle(left), oracle(right)
        wanted = int(first > second) - int(first < second)
        assert scheme(name).compare(left, right) == wanted
