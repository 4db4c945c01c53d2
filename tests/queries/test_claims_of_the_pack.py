"""Claims and history say what public knowledge says as well, and say that it is that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.house import House
from lineage.flow import set_property
from lineage.record.stream import PUBLIC_TENANT
from queries.claims import Claims
from queries.history import History
from tests.houses import copy_of, make_template, open_at

TORCH = "pkg:pypi/torch@2.9.1"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    folder = tmp_path / "made"
    folder.mkdir()
    opened = open_at(copy_of(make_template(folder), tmp_path))
    yield opened
    opened.close()


def test_what_the_pack_says_stands_behind_what_the_estate_says(house: House) -> None:
    set_property(house.record, TORCH, "owner", "ann")
    found = house.ask(Claims(key=TORCH, at=house.at()))
    flags = [row.public for row in found.rows]
    assert flags == sorted(flags)
    own = [row for row in found.rows if not row.public]
    pack = [row for row in found.rows if row.public]
    assert {"owner"} <= {row.name for row in own}
    assert {"release"} <= {row.name for row in pack}
    assert {row.stream.startswith("public:") for row in pack} == {True}
    assert {row.precedence for row in pack} == {"public-pack"}
    assert (
        found.total
        == len(own) + len(pack)
        == house.ask(replace(History(key=TORCH), at=house.at())).living
    )
    # Equal to what the view says: every statement about it has a source there.
    view = house.handle.views.view(house.at())
    said = {f"{n & (2**64 - 1):016x}" for n in view.sources}
    assert {row.id for row in pack} <= said


def test_pages_go_over_from_one_to_the_other(house: House) -> None:
    whole = house.ask(Claims(key=TORCH, at=house.at())).rows
    seen, after = [], None
    while True:
        page = house.ask(Claims(key=TORCH, first=3, after=after, at=house.at()))
        seen += page.rows
        if not page.has_next:
            break
        row = page.rows[-1]
        after = tuple(getattr(row, name) or ("" if name == "assembly" else getattr(row, name))
                      for name in type(page).KEYS)  # fmt: skip
    assert tuple(seen) == whole


def test_the_public_pack_itself_is_asked_once(house: House) -> None:
    at = replace(house.at(), tenant=PUBLIC_TENANT, revision=None)
    found = house.ask(Claims(key="pkg:pypi/torch@2.9.1", at=at))
    assert found.rows
    assert not any(row.public for row in found.rows)
    assert len({(row.id, row.stream, row.slot) for row in found.rows}) == len(found.rows)
