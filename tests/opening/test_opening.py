"""``lineage.open``: a handle on an installation, and questions asked of it from above."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import lineage
import queries
from lineage.errors import (
    DatabaseMissingError,
    DatabaseUnreachableError,
    RevisionUnknownError,
    SettingInvalidError,
    TenantUnknownError,
)
from lineage.flow import attest, receive
from lineage.model.document import Upload
from lineage.model.identity import Key
from lineage.opening import Opened
from queries.component import Component
from queries.impact import Impact
from queries.search import Search
from tests.houses import ESTATE, copy_of, make_template, open_at


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("opening"))


@pytest.fixture
def handle(template: Path, tmp_path: Path) -> Iterator[Opened]:
    with lineage.open(copy_of(template, tmp_path)) as opened:
        yield opened


def test_a_handle_answers_as_the_house_does(handle: Opened, template: Path) -> None:
    house = open_at(template)
    try:
        for question in (Impact, Component):
            wanted = house.ask(question(key="torch", at=house.at()))
            assert queries.ask(handle, question(key="torch")) == wanted
    finally:
        house.record.close()


def test_the_revision_moves_with_what_is_written(handle: Opened) -> None:
    assert handle.revision == 4
    before = queries.ask(handle, Search(text="embed"))
    content = (ESTATE / "chat.cdx.json").read_bytes()
    receive(handle.record, Upload(content=content, subject=Key("service:demo/embedding@9")))
    assert handle.revision == 5
    now = queries.ask(handle, Search(text="embed"))
    assert (before.revision, now.revision) == (4, 5)
    assert now.total > before.total
    assert queries.ask(handle, Search(text="embed", at=handle.at(as_of=4))) == before


def test_another_process_is_seen(template: Path, tmp_path: Path) -> None:
    file = copy_of(template, tmp_path)
    with lineage.open(file) as one, lineage.open(f"sqlite:///{file}") as other:
        assert queries.ask(one, Component(key="service:demo/chat@1.2")).revision == 4
        attest(
            other.record, "service:demo/chat@1.2", "owner", "ann", evidence="x:1",
            expires="2099-01-01", principal="ann",
        )  # fmt: skip
        seen = queries.ask(one, Component(key="service:demo/chat@1.2"))
        assert [p.value for p in seen.properties if p.name == "owner" and p.first] == ["ann"]


def test_a_new_one_has_the_pack_and_a_missing_one_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissingError):
        lineage.open(tmp_path / "none.db")
    with lineage.open(tmp_path / "new.db", create=True, namespace="acme") as handle:
        assert handle.revision == 0
        assert handle.record.namespace == "acme"
        assert queries.ask(handle, Search(text="cuda")).total > 0
    with pytest.raises(SettingInvalidError):
        lineage.open(tmp_path / "new.db", engine="steam")
    with pytest.raises(TenantUnknownError):
        lineage.open(tmp_path / "new.db", tenant="nobody")
    (tmp_path / "text.db").write_text("this is no database, but it is long enough to look at")
    with pytest.raises(DatabaseUnreachableError):
        lineage.open(tmp_path / "text.db")


def test_what_is_no_question_is_refused(handle: Opened) -> None:
    with pytest.raises(TypeError):
        queries.ask(handle, handle.at())  # type: ignore[arg-type]
    with pytest.raises(RevisionUnknownError):
        queries.ask(handle, Search(text="x", at=handle.at(as_of=99)))


def test_importing_lineage_costs_little() -> None:
    code = (
        "import sys, lineage, queries; lineage.open, queries.ask; "
        "print([m for m in ('numpy', 'networkx', 'sqlalchemy', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parent.parent.parent,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
