"""`make docs`: write docs/reference from the program itself; ``--check`` only says what is stale.

Kinds come from the vocabulary, the JSON Schemas from the answers, the CLI page from ``--help``. A
test runs the check, so a page can never tell an old story.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import SecretStr
from typer.testing import CliRunner

from api.answer_schema import answer_schema
from api.cli.program import app
from api.setting_text import SETTING_TEXT
from api.settings import Settings
from lineage.ingest.formats.manifest.shape import schema as manifest_schema
from lineage.ingest.readers import READERS
from lineage.knowledge.pack import public_files
from lineage.vocabulary.changes import CHANGES, CROSSINGS, REASONS, VERDICTS
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.knowledge import KNOWLEDGE
from lineage.vocabulary.nodes import NODES, PURL_TYPES
from lineage.vocabulary.properties import PRECEDENCE, PROPERTIES
from queries.asking import questions

FOLDER = Path(__file__).parent / "reference"
_SETTINGS = """\
Generated from `api/settings.py`. Settings are variables of the environment. The value of each can
stand in a file instead: `LINEAGE_DB_FILE=/run/secrets/db` is read where `LINEAGE_DB` is not set, so
that URLs with passwords, and passwords, need not stand in the environment. Options of a command
(`--db`, `--tenant`, `--host`, `--port`) come before both. A value that cannot be used ends the
program with exit code 2 and names the setting."""
_CITED = """\
Generated from `lineage/knowledge/data`. Every row cites its source; what a row type says is in
[Rows of the knowledge pack](knowledge-rows.md). Rows of your own come before these:
[Add knowledge of your own](../how-to/add-knowledge.md)."""
# Sources that are a release's own file, one each: counted together.
_ITSELF = re.compile(
    r"^(wheel METADATA|readelf -d and library names of the wheel) of \S+ [^\s:]+(, [0-9-]+)?$"
)


def pages() -> Iterator[tuple[str, str]]:
    """Every generated page: (path below docs/reference, text)."""
    yield "kinds.md", _kinds()
    yield "changes-and-verdicts.md", _verdicts()
    yield "knowledge-rows.md", _knowledge()
    yield "knowledge.md", _pack()
    yield "formats.md", _formats()
    yield "cli.md", _cli()
    yield "settings.md", _settings()
    yield "lineage.schema.json", json.dumps(manifest_schema(), indent=2) + "\n"
    for name, asked in questions().items():
        schema = answer_schema(asked.answer, asked.answer.__name__)
        yield f"answers/{name}.json", json.dumps(schema, indent=2) + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; bars inside a cell are escaped."""
    names = list(head)
    lines = [names, ["---"] * len(names), *[[cell.replace("|", "\\|") for cell in r] for r in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _ends(kinds: tuple[str, ...], *, same: bool) -> str:
    return ", ".join(kinds) or ("same kind" if same else "any")


def _kinds() -> str:
    parts = [
        "# Kinds\n\nGenerated from `lineage/vocabulary`: one row is one kind, everywhere.\n",
        "## Nodes\n",
        table(
            ("kind", "GraphQL type", "versions compare as", "meaning"),
            ((r.name, r.graphql, r.scheme, r.description) for r in NODES),
        ),
        "## Edges\n\nEdges point upstream: from the thing to what it was made from or leans on.\n",
        table(
            ("kind", "downstream", "upstream", "class", "holds", "meaning", "PROV", "SPDX",
             "CycloneDX"),
            (
                (r.name, _ends(r.downstream, same=r.same_kind), _ends(r.upstream, same=r.same_kind),
                 r.edge_class, r.holds, r.description, r.prov, r.spdx, r.cyclonedx)
                for r in EDGES
            ),
        ),
        "## Properties\n",
        table(
            ("name", "type", "unit", "holds", "meaning"),
            ((r.name, r.value_type, r.unit, r.holds, r.description) for r in PROPERTIES),
        ),
        "## Whose value comes first\n",
        table(("source", "rank", "meaning"), ((r.name, str(r.rank), r.description)
              for r in PRECEDENCE)),
        "## purl types\n",
        table(
            ("type", "default kind", "versions compare as", "identifying qualifiers"),
            ((r.name, r.kind, r.scheme, ", ".join(r.identifying)) for r in PURL_TYPES),
        ),
    ]  # fmt: skip
    return "\n".join(parts)


def _verdicts() -> str:
    parts = [
        "# Changes and verdicts\n\nGenerated from `lineage/vocabulary`.\n",
        "## Changes\n",
        table(
            ("change", "argument", "answered", "meaning"),
            ((r.name, r.argument, "yes" if r.built else "not yet", r.description) for r in CHANGES),
        ),
        "## What crosses an edge\n",
        table(
            ("changes", "edges", "effect"),
            ((", ".join(r.changes), ", ".join(r.edge_kinds), r.effect) for r in CROSSINGS),
        ),
        "## Verdicts, worst first\n",
        table(("verdict", "meaning"), ((r.name, r.description) for r in VERDICTS)),
        "## Reasons\n",
        table(
            ("reason", "of", "meaning"), ((r.name, r.verdict, r.description) for r in REASONS)
        ),
    ]  # fmt: skip
    return "\n".join(parts)


def _knowledge() -> str:
    rows = (
        (r.name, ", ".join(r.subjects), ", ".join(f"{n}: {t}" for n, t in r.fields.items()),
         r.description)
        for r in KNOWLEDGE
    )  # fmt: skip
    head = "# Rows of the knowledge pack\n\nGenerated from `lineage/vocabulary`; a field with `?` "
    return f"{head}may be absent.\n\n" + table(("row", "subject", "fields", "meaning"), rows)


def _pack() -> str:
    rows = [row for file in public_files() for row in file.rows]
    types = Counter(row.kind for row in rows)
    sources = Counter(_ITSELF.sub(r"\1 of the release itself", row.value["source"]) for row in rows)
    parts = [
        f"# The public knowledge pack\n\n{_CITED}\n",
        f"{len(rows)} rows in {len(public_files())} files, from {len(sources)} sources.\n",
        "## Rows by type\n",
        table(("row", "rows"), ((name, str(types[name])) for name in KNOWLEDGE.names())),
        "## Files\n",
        table(
            ("file", "rows", "types", "about"),
            (
                (f.name, str(len(f.rows)), ", ".join(sorted({r.kind for r in f.rows})), f.about)
                for f in public_files()
            ),
        ),
        "## Sources\n",
        table(
            ("rows", "source"),
            ((str(count), name) for name, count in
             sorted(sources.items(), key=lambda one: (-one[1], one[0]))),
        ),
    ]  # fmt: skip
    return "\n".join(parts)


def _formats() -> str:
    rows = (
        (name, (inspect.getdoc(type(reader)) or "").partition("\n")[0], ", ".join(reader.suffixes),
         reader.version)
        for name, reader in READERS.items()
    )  # fmt: skip
    head = (
        "# Formats\n\nGenerated from `lineage/ingest/formats`; a suffix is cut from a file's name"
    )
    head += " to name the environment that it describes.\n\n"
    return head + table(("name", "reads", "suffixes", "version of the reader"), rows)


def _settings() -> str:
    rows = (
        (f"`LINEAGE_{name.upper()}`", _default(field.default), SETTING_TEXT.get(name, ""))
        for name, field in Settings.model_fields.items()
    )
    return f"# Settings\n\n{_SETTINGS}\n\n" + table(("variable", "default", "meaning"), rows)


def _default(value: object) -> str:
    if isinstance(value, SecretStr) or value in ("", None):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _cli() -> str:
    head = _help([])
    parts = ["# Command line\n\nGenerated from `lineage --help`.\n", f"```text\n{head}```\n"]
    for name in _commands(head):
        text = _help([name])
        parts.append(f"## lineage {name}\n\n```text\n{text}```\n")
        parts += [
            f"### lineage {name} {inner}\n\n```text\n{_help([name, inner])}```\n"
            for inner in _commands(text)
        ]
    return "\n".join(parts)


def _commands(text: str) -> list[str]:
    """The commands that a help page lists."""
    _, _, listed = text.partition("\nCommands:\n")
    return [line.split()[0] for line in listed.splitlines() if line[2:3].strip()]


def _help(words: list[str]) -> str:
    done = CliRunner().invoke(app, [*words, "--help"], prog_name="lineage", env={"COLUMNS": "80"})
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines()) + "\n"


def stale() -> list[str]:
    """Generated pages that differ from what the program says now."""
    return [
        name
        for name, text in pages()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text() != text
    ]


def main() -> int:
    """Write every page, or with ``--check`` list the stale ones (exit code 1)."""
    if "--check" in sys.argv[1:]:
        old = stale()
        sys.stdout.writelines(f"stale: {name}\n" for name in old)
        return 1 if old else 0
    for name, text in pages():
        place = FOLDER / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
