"""Shared objects: what they need, are called and open by name; damage is an error with a reason."""

from __future__ import annotations

import contextlib
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.ingest.python.elf import shared_object
from tests.shared_objects import shared_object as made

NEEDED = ["libglow.so.1", "libc.so.6"]
CONSTANTS = [
    "libdimmer.so.4",
    "/opt/lib/libshade.so.2.1",
    "libglow.so.1",
    "cannot open libno.so.1 at all",
    "xlibno.so.2",
    "libplain.so",
]


def inspect(content: bytes, **more):
    return shared_object(io.BytesIO(content), **more)


@pytest.mark.parametrize("sections", [True, False])
def test_needed_soname_and_names_opened(sections):
    found = inspect(made(NEEDED, soname="liblamp.so.3", constants=CONSTANTS, sections=sections))
    assert found.needed == ("libglow.so.1", "libc.so.6")
    assert found.soname == "liblamp.so.3"
    assert found.opened == ("libdimmer.so.4", "libshade.so.2.1")
    assert found.whole


def test_one_without_anything():
    found = inspect(made())
    assert (found.needed, found.soname, found.opened) == ((), "", ())


def test_a_name_across_two_pieces_is_found():
    for padding in range(1 << 20, (1 << 20) + 3):
        content = made(constants=["a" * (padding - 20), "libdimmer.so.4"])
        assert inspect(content).opened == ("libdimmer.so.4",)


def test_time_that_ran_out_is_said():
    found = inspect(made(NEEDED, constants=CONSTANTS), deadline=time.monotonic() - 1)
    assert found.needed == ("libglow.so.1", "libc.so.6")
    assert not found.whole


def test_a_file_cut_short_is_damaged():
    whole = made(NEEDED, constants=CONSTANTS)
    for length in (5, 16, 63, 100, len(whole) // 2):
        with pytest.raises(ValueError, match=r"damaged|section"):
            inspect(whole[:length])


@settings(max_examples=400, deadline=5000)
@given(st.data())
def test_no_damage_is_a_crash(data):
    content = bytearray(made(NEEDED, soname="liblamp.so.3", constants=CONSTANTS))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ValueError):
        found = inspect(bytes(content))
        assert all(isinstance(name, str) and name for name in (*found.needed, *found.opened))
