"""What the documentation shows is run, what it links to exists, what is generated is fresh."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from graphql import build_schema as schema_of
from graphql import parse, validate

from api.graphql.schema import build_schema
from docs.generate import FOLDER, pages, stale
from tests.docs.console import ROOT, Call, Session, agrees, blocks, calls

WRITTEN = sorted(
    page
    for page in [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    if page.exists() and FOLDER not in page.parents
)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)(#[^)\s]*)?\)")


def _of(language: str) -> list[object]:
    return [
        pytest.param(page, id=str(page.relative_to(ROOT)))
        for page in WRITTEN
        if blocks(page, language)
    ]


@pytest.mark.parametrize("page", _of("console"))
def test_a_session_prints_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    found = calls(page)
    if any(call.command.startswith("curl") for call in found) and not shutil.which("curl"):
        pytest.skip("the page uses curl, which is not here")
    with Session(tmp_path) as session:
        for place, call in enumerate(found):
            printed = session.run(call)
            assert agrees(call.shown, printed), _difference(page, call, printed)
            code_is_shown = found[place + 1 : place + 2] and (found[place + 1].command == "echo $?")
            assert session.code == 0 or code_is_shown or call.command == "echo $?", (
                f"{page.name}:{call.line}: {call.command} ended with {session.code}"
            )


def _difference(page: Path, call: Call, printed: str) -> str:
    head = f"{page.name}:{call.line}: $ {call.command}"
    return f"{head}\n--- shown\n{call.shown}\n--- printed\n{printed}"


@pytest.mark.parametrize("page", _of("python"))
def test_python_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "api" / "demo" / "estate", tmp_path / "estate")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": f"docs_{page.stem.replace('-', '_')}"}
    for line, text in blocks(page, "python"):
        exec(compile("\n" * line + text, str(page), "exec"), names)


@pytest.mark.parametrize("page", _of("graphql"))
def test_graphql_is_valid(page: Path) -> None:
    schema = schema_of(build_schema().as_str())
    for line, text in blocks(page, "graphql"):
        assert validate(schema, parse(text)) == [], f"{page.name}:{line}"


@pytest.mark.parametrize("page", _of("json"))
def test_json_parses(page: Path) -> None:
    for _, text in blocks(page, "json"):
        json.loads(text)


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    lost = [
        target
        for target, _ in LINK.findall(page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert lost == []


def test_the_reference_is_what_the_program_says() -> None:
    assert stale() == []


def test_nothing_else_lies_in_the_reference() -> None:
    written = {FOLDER / name for name, _ in pages()}
    assert {path for path in FOLDER.rglob("*") if path.is_file()} == written


def test_every_page_can_be_found_from_the_index() -> None:
    listed = {
        (ROOT / "docs" / target).resolve()
        for page in (ROOT / "docs" / "index.md", ROOT / "docs" / "decisions" / "index.md")
        for target in (
            str((page.parent / link).relative_to(ROOT / "docs"))
            for link, _ in LINK.findall(page.read_text())
            if "://" not in link
        )
    }
    pages_there = {page for page in WRITTEN if (ROOT / "docs") in page.parents}
    assert pages_there - listed == {ROOT / "docs" / "index.md"}


def test_a_wrong_output_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ lineage --version\nlineage nine\n$ echo $?\n0\n```\n")
    wrong, code = calls(page)
    folder = tmp_path / "work"
    folder.mkdir()
    with Session(folder) as session:
        printed = session.run(wrong)
        assert printed.startswith("lineage ")
        assert not agrees(wrong.shown, printed)
        assert agrees("lineage ...", printed)
        assert session.run(code) == "0"
