"""The pack about Zeta and its environments: whole, readable, and what the answers are about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from lineage.ingest import readers
from lineage.knowledge.check import check
from lineage.knowledge.pack import PackFile, public_files
from lineage.model.claim import Member, OfComponent
from lineage.model.document import Circumstance
from lineage.model.identity import Key, identify
from lineage.vocabulary.changes import REASONS, VERDICTS
from lineage.vocabulary.knowledge import KNOWLEDGE

FOLDER = Path(__file__).parents[1] / "documents" / "packs"
ANSWERS: dict[str, Any] = orjson.loads((FOLDER / "zeta-answers.json").read_bytes())


def zeta() -> PackFile:
    file, faults = check((FOLDER / "zeta.json").read_bytes(), "zeta.json")
    assert not faults
    assert file is not None
    return file


def members(name: str) -> set[str]:
    content = (FOLDER / f"{name}.json").read_bytes()
    found = readers.pick(content, f"{name}.json").read(
        content, Circumstance(subject=Key(f"environment:local/{name}"))
    )
    assert not found.quarantined
    assert not found.warnings
    return {
        identify(one.statement.component).name
        for one in found.claims
        if isinstance(one.statement, Member)
    }


def test_it_uses_every_row_type_and_nothing_of_the_public_pack():
    rows = zeta().rows
    assert {row.kind for row in rows} == set(KNOWLEDGE.names())
    own = {row.value.get("capability") for row in rows} - {None}
    public = {row.value.get("capability") for file in public_files() for row in file.rows}
    assert not own & public


@pytest.mark.parametrize("name", sorted(ANSWERS["environments"]))
def test_an_answer_names_every_member_once(name):
    wanted = ANSWERS["environments"][name]
    assert not wanted["members"].keys() & wanted["untouched"].keys()
    assert members(name) == wanted["members"].keys() | wanted["untouched"].keys()
    for one in wanted["members"].values():
        assert one["verdict"] in VERDICTS
        if "reason" in one:
            assert REASONS.get(one["reason"]).verdict == one["verdict"]


@pytest.mark.parametrize("name", sorted(ANSWERS["environments"]))
def test_every_member_is_a_release_of_the_pack(name):
    known = {row.subject.key for row in zeta().rows if isinstance(row.subject, OfComponent)}
    families = {identify(key).name for key in known}
    assert members(name) <= families
