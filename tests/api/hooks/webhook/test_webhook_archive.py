"""Archives are read without being believed."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hooks.webhook.archive import Bounds, found_in
from tests.api.hooks.webhook.payloads import bom, zipped

BOUNDS = Bounds(members=20, unpacked=100_000, document=60_000)
SUFFIXES = (".json", ".xml")
GOOD = {"a.cdx.json": bom("torch"), "deep/b.bom.xml": b"<bom/>" * 50, "readme.txt": b"hello"}


def found(body, bounds=BOUNDS):
    return list(found_in(io.BytesIO(body), SUFFIXES, bounds))


def refusals(body, bounds=BOUNDS):
    return {one.name: one.refused for one in found(body, bounds) if one.refused}


def test_what_may_be_a_document_is_given_with_its_path():
    assert [(one.name, one.content) for one in found(zipped(GOOD))] == [
        (name, body) for name, body in GOOD.items() if name != "readme.txt"
    ]
    assert found(zipped({})) == []


@pytest.mark.parametrize(
    "name",
    ["../a.json", "a/../../b.json", "/etc/a.json", "C:/a.json", "a\\..\\b.json", "..\\a.json"],
)
def test_a_name_that_leads_out_is_left_out(name):
    assert refusals(zipped({name: b"{}", "a.json": b"{}"})) == {
        name: "its name leads out of the archive"
    }
    long = "x" * 500 + ".json"
    assert "printable letters" in refusals(zipped({long: b"{}"}))[long[:400]]
    assert "printable letters" in refusals(zipped({"a\x07.json": b"{}"}))["a\x07.json"]


def test_bombs_stay_packed():
    large = zipped({"a.json": bytes(10_000_000)})
    assert len(large) < 20_000
    assert "10000000 bytes" in refusals(large)["a.json"]
    many = zipped({f"{number}.json": bytes(50_000) for number in range(5)})
    assert list(refusals(many)) == ["2.json", "3.json", "4.json"]
    assert "more than 100000 bytes" in refusals(many)["4.json"]
    crowd = zipped({f"{number}.txt": b"" for number in range(21)})
    assert refusals(crowd) == {"": "21 files, more than the 20 that are allowed"}


def test_a_size_that_is_a_lie_is_found_out():
    body = bytearray(zipped({"a.json": bytes(2_000_000)}))
    start = body.rindex(b"PK\x01\x02")
    struct.pack_into("<L", body, start + 24, 1000)  # the directory says that it is small
    assert "cannot be unpacked" in refusals(bytes(body))["a.json"]


def test_a_directory_that_is_too_long_is_not_read():
    body = bytearray(zipped(GOOD))
    end = body.rindex(b"PK\x05\x06")
    struct.pack_into("<L", body, end + 12, 1 << 30)
    assert refusals(bytes(body)) == {"": "its list of files is longer than 20 need"}
    # The same in the form for large archives.
    far = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 3, 3, 1 << 40, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    large = zipped(GOOD)
    assert refusals(large[:end] + far + locator + large[end:]) == {
        "": "its list of files is longer than 20 need"
    }


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_what_is_cut_off_is_said_to_be(cut):
    (reason,) = refusals(zipped(GOOD)[:-cut]).values()
    assert reason.startswith("it is no whole zip archive")
    assert refusals(b"<html>")[""].startswith("it is no whole zip archive")


def test_what_is_encrypted_is_left_out():
    body = bytearray(zipped({"a.json": b"{}"}))
    for head, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.rindex(head) + offset] |= 1
    assert refusals(bytes(body)) == {"a.json": "it is encrypted"}


@given(
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=20),
    cut=st.integers(0, 400),
)
def test_whatever_is_damaged_nothing_else_happens(changes, cut):
    body = bytearray(zipped(GOOD))
    for place, value in changes:
        body[place % len(body)] = value
    for one in found(bytes(body[: len(body) - cut])):
        assert len(one.content) <= BOUNDS.document
