"""Laws of claim sets, documents and ids."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.errors import RecordDamagedError
from lineage.model.claim import (
    Component,
    Edge,
    Json,
    Member,
    OfAssembly,
    OfComponent,
    OfFamily,
    OfPattern,
    Pointer,
    Property,
    Requirement,
    json_text,
)
from lineage.model.encoding import decode, encode
from lineage.model.identity import Key
from lineage.record.claim_set import delta, read_delta, read_whole, smaller, sorted_ids, whole
from lineage.record.digest import Stamp
from lineage.record.document import KEYFRAME_EVERY, pack, unpack
from lineage.vocabulary.properties import STATES

INT64 = st.integers(-(2**63), 2**63 - 1)
SETS = st.sets(INT64, max_size=60).map(sorted_ids)
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
KEYS = TEXT.map(Key)
WISHES = st.none() | st.builds(
    Requirement, TEXT, TEXT, st.none() | TEXT, st.none() | TEXT, st.lists(TEXT).map(tuple)
)
JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False,
    allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
).map(json_text)  # fmt: skip
SUBJECTS = (
    st.builds(OfComponent, KEYS)
    | st.builds(OfFamily, KEYS, TEXT)
    | st.builds(OfPattern, TEXT, TEXT)
    | st.just(OfAssembly())
)
STATEMENTS = (
    st.builds(Component, KEYS, TEXT, TEXT, st.none() | TEXT, TEXT)
    | st.builds(
        Member, KEYS, st.sampled_from(["direct", "transitive", "unknown"]), WISHES,
        st.lists(TEXT).map(tuple), TEXT,
    )
    | st.builds(
        Edge, TEXT, SUBJECTS, KEYS, WISHES, TEXT, TEXT,
        st.sampled_from(["declared", "inferred", "observed"]),
        st.none() | st.floats(0, 1), TEXT, TEXT,
        st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
    )
    | st.builds(Property, SUBJECTS, TEXT, JSON, st.sampled_from(STATES))
    | st.builds(Pointer, KEYS, TEXT, KEYS)
)  # fmt: skip


@given(STATEMENTS)
def test_what_is_encoded_is_decoded(statement: object) -> None:
    body = encode(statement)  # type: ignore[arg-type]
    assert decode(body) == statement
    assert encode(decode(body)) == body


@given(STATEMENTS, STATEMENTS)
def test_statements_are_equal_when_their_bytes_are(one: object, other: object) -> None:
    assert (one == other) == (encode(one) == encode(other))  # type: ignore[arg-type]


@given(SETS)
def test_a_whole_set_reads_back(ids: np.ndarray) -> None:
    assert read_whole(whole(ids)).tolist() == ids.tolist()


@given(SETS, SETS)
def test_a_delta_reads_back(ids: np.ndarray, keyframe: np.ndarray) -> None:
    assert read_delta(delta(ids, keyframe), keyframe).tolist() == ids.tolist()


@given(SETS, st.data())
def test_a_small_change_is_a_small_delta(keyframe: np.ndarray, data: st.DataObject) -> None:
    gone = (
        data.draw(st.sets(st.sampled_from(keyframe.tolist()), max_size=2)) if len(keyframe) else []
    )
    ids = sorted_ids(set(keyframe.tolist()) - set(gone) | {7})
    body = smaller(ids, keyframe)
    assert body is None or 4 * len(body) <= len(whole(ids))
    assert len(delta(ids, keyframe)) <= 8 + 4 * len(gone) + 8


@given(SETS, st.binary(max_size=40))
def test_a_broken_delta_is_damage_or_another_sorted_set(keyframe: np.ndarray, body: bytes) -> None:
    try:
        ids = read_delta(body, keyframe)
    except RecordDamagedError:
        return
    assert ids.tolist() == sorted(set(ids.tolist()))


def test_ids_that_are_not_sorted_are_damage() -> None:
    with pytest.raises(RecordDamagedError):
        read_whole(np.array([2, 1], dtype="<i8").tobytes())
    with pytest.raises(RecordDamagedError):
        read_whole(b"1234567")


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=40))
def test_a_chain_of_documents_reads_back(contents: list[bytes]) -> None:
    previous, written = None, []
    for content in contents:
        packed = pack(content, previous)
        written.append((packed, previous[2] if packed.previous and previous else b""))
        assert packed.depth < KEYFRAME_EVERY
        previous = (packed.digest, packed.depth, content)
    assert [unpack(p.body, p.size, base) for p, base in written] == contents


def test_a_keyframe_comes_every_32_documents() -> None:
    previous, depths = None, []
    for number in range(70):
        packed = pack(b"%d" % number, previous)
        depths.append(packed.depth)
        previous = (packed.digest, packed.depth, b"%d" % number)
    assert depths == [*range(32), *range(32), *range(6)]


@given(STATEMENTS)
def test_ids_are_per_tenant_and_per_secret(statement: object) -> None:
    body = encode(statement)  # type: ignore[arg-type]
    stamps = [Stamp(bytes(32), "a"), Stamp(bytes(32), "b"), Stamp(bytes(31) + b"1", "a")]
    assert len({stamp.statement(body) for stamp in stamps}) == 3
    assert Stamp(bytes(32), "a").statement(body) == stamps[0].statement(body)
