"""Estates of golden questions in databases of their own, and questions in the words of the CLI."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from api.cli.program import app
from lineage.errors import LineageError
from lineage.graph.engines import csr, reference
from lineage.record.store import Record
from lineage.record.views import RecordViews
from queries import impact
from queries.impact import Impact, ImpactAnswer
from queries.question import Handle

_ROOT = Path(__file__).parent.parent.parent
SHARED = _ROOT.parent / "shared"
IN_PROCESS = (csr.ENGINE, reference.ENGINE)
WORDS = {"from": "from_range"}
FOLDERS = {
    "golden": _ROOT / "tests" / "documents" / "golden",
    "demo": _ROOT / "api" / "demo" / "estate",
    "shared": SHARED / "pip-reports",
}


def path_of(file: str) -> Path:
    """Where a document named as in questions.json is."""
    folder, _, name = file.partition("/")
    return FOLDERS[folder] / name


def build(documents: list[dict[str, str]], namespace: str, url: str) -> None:
    """Read the documents into a new database through the program."""
    run("init", "--namespace", namespace, "--db", url)
    for document in documents:
        subject = ("--subject", document["subject"]) if "subject" in document else ()
        run("ingest", str(path_of(document["file"])), *subject, "--db", url)


def ask(question: Mapping[str, str], url: str, *, code: int = 0) -> dict[str, Any]:
    """The answer of `lineage impact` as one object; ``code`` is its exit code."""
    words = ["impact", question["key"]]
    for name in ("change", "from", "to", "assembly", "fail_on"):
        if name in question:
            words += [f"--{name.replace('_', '-')}", question[name]]
    answer: dict[str, Any] = json.loads(run(*words, "-o", "json", "--db", url, code=code))
    return answer


def differing(questions: Iterable[Mapping[str, str]], url: str) -> list[Mapping[str, str]]:
    """The questions to which the engines in the process do not give the same whole answer."""
    views = RecordViews(Record.open(url))
    handles = [Handle(views=views, engine=engine(views)) for engine in IN_PROCESS]
    found = []
    for question in questions:
        left, right = (_answered(question, one) for one in handles)
        if left != right:
            found.append(question)
    return found


def _answered(question: Mapping[str, str], handle: Handle) -> ImpactAnswer | str:
    """The answer, or the words of the error."""
    asked = {WORDS.get(name, name): text for name, text in question.items() if name != "fail_on"}
    try:
        return impact.answer(Impact(**asked), handle)
    except LineageError as error:
        return str(error)


def run(*words: str, code: int = 0) -> str:
    """What `lineage` writes to standard output; its exit code has to be ``code``."""
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception  # a crash is never an answer that is still expected to fail
    assert result.exit_code == code, f"{' '.join(words)}: {result.exit_code} {result.stderr}"
    return result.stdout
