"""Lists, stock, groups, ways, differences, histories in the terminal: every output, every end."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.answer_schema import answer_schema
from api.house import House
from api.output import write
from queries.aggregate import Aggregate
from queries.asking import questions
from queries.changes import Changes
from queries.claims import Claims
from queries.difference import Difference
from queries.history import History
from queries.inventory import Inventory
from queries.paths import Paths
from queries.provenance import Provenance
from tests.houses import open_at

ASKED: dict[str, Any] = {
    "inventory": Inventory(),
    "aggregate": Aggregate(over="components", group_by=("kind",)),
    "paths": Paths(from_key="chat", to_key="torch"),
    "difference": Difference(before="2", after="4"),
    "history": History(key="chat"),
    "claims": Claims(key="torch"),
    "changes": Changes(after=(1,)),
    **{
        name: one.question()
        for name, one in questions().items()
        if hasattr(one.answer, "KEYS") and name not in ("history", "claims")
    },
}
NOTHING: dict[str, Any] = {
    "models": replace(ASKED["models"], where={"name": "nothing"}),
    "changes": Changes(after=(4,)),
    "paths": Paths(from_key="torch", to_key="chat-7b-awq"),
    "difference": Difference(before="3", after="3"),
    "aggregate": Aggregate(over="models", where={"name": "nothing"}, group_by=("licence",)),
    "history": History(key="torch", names=("nothing",)),
    "submissions": replace(ASKED["submissions"], format="nothing"),
}
ROWS = {"inventory": "kinds", "difference": "changes", "paths": "paths"}


@pytest.fixture(scope="module")
def house(template: Path) -> Iterator[House]:
    """The demo estate, asked only."""
    opened = open_at(template)
    yield opened
    opened.record.close()


def told(house: House, question: Any, output: str) -> str:
    return "".join(write(house.ask(replace(question, at=house.at())), output))


@pytest.mark.parametrize("name", ASKED)
def test_every_output_of_every_question(house, name) -> None:
    question = ASKED[name]
    found = json.loads(told(house, question, "json"))
    schema = answer_schema(questions()[name].answer, name)
    jsonschema_rs.validator_for(schema).validate(found)
    lines = told(house, question, "ndjson").splitlines()
    table = list(csv.DictReader(io.StringIO(told(house, question, "csv"))))
    assert len(lines) == len(table) == len(found[ROWS.get(name, "rows")]) > 0
    assert list(table[0]) == list(json.loads(lines[0]))
    assert "| --- |" in told(house, question, "md")
    assert len(told(house, question, "table").splitlines()) > 3
    assert told(house, question, "dot").startswith("digraph")
    assert told(house, question, "mermaid").startswith("flowchart")


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_is_said_in_every_output(house, name) -> None:
    question = NOTHING[name]
    assert "," in told(house, question, "csv").splitlines()[0]
    assert told(house, question, "ndjson") == ""
    assert told(house, question, "table").strip()
    assert told(house, question, "md").strip()
    assert json.loads(told(house, question, "json"))[ROWS.get(name, "rows")] == []


def test_the_examples_of_groups_over_relations(house) -> None:
    services = Aggregate(
        over="uses", where={"component": {"name": "torch"}}, group_by=("component.version",),
        measure="COUNT_DISTINCT", of="service",
    )  # fmt: skip
    (row,) = json.loads(told(house, services, "json"))["rows"]
    assert (row["keys"], row["value"]) == (["2.9.1"], 1)
    models = Aggregate(
        over="edges", where={"downstream": {"kind": "model"}, "upstream": {"kind": "model"}},
        group_by=("upstream.licence",), measure="COUNT_DISTINCT", of="downstream",
    )  # fmt: skip
    (row,) = json.loads(told(house, models, "json"))["rows"]
    assert (row["keys"], row["value"]) == (["Apache-2.0"], 2)
    hosts = Aggregate(
        over="occurrences",
        where={"assembly": {"kind": "host"}, "component": {"name": "nvidia-driver"}},
        group_by=("component.version",), measure="COUNT_DISTINCT", of="assembly",
    )  # fmt: skip
    (row,) = json.loads(told(house, hosts, "json"))["rows"]
    assert (row["keys"], row["value"]) == (["550.54.15"], 1)


def test_a_lineage_in_markdown_is_a_page_of_evidence(house) -> None:
    question = Provenance(key="chat-7b-awq")
    text = told(house, question, "md")
    answer = json.loads(told(house, question, "json"))
    assert text.startswith("# Evidence of chat-7b-awq 3f1c9e2\n")
    for title in ("Where it comes from", "Licences and what they oblige to", "What nobody says",
                  "How complete this is", "Sources"):  # fmt: skip
        assert f"\n## {title}\n" in text
    for row in answer["upstream"]:
        assert row["key"] in text
    for row in answer["licences"]:
        assert f"| {row['licence']} | {row['key']} |" in text
    for gap in answer["gaps"]:
        assert f"| {gap['text']} | {gap['key']} |" in text
    said = {one["submission"] for row in answer["upstream"] for one in row["hop"]["claimed_by"]}
    assert said
    assert all(receipt in text for receipt in said)


def test_a_list_goes_on_behind_a_place(run, estate) -> None:
    words = ["list", "components", "kind=framework", "--order-by", "name", "--first", "5"]
    first = run(*words, "-o", "json")
    page = json.loads(first.stdout)
    place = json.dumps(page["places"][-1], separators=(",", ":"))
    assert f"--after '{place}'" in first.stderr
    more = json.loads(run(*words, "--after", place, "-o", "json").stdout)
    names = [row["name"] for row in (*page["rows"], *more["rows"])]
    assert names == sorted(names)
    assert len(set(names)) == len(names) == 10


def test_the_commands_ask_what_they_say(run, estate) -> None:
    assert "One way leads from chat 1.2" in run("paths", "chat", "torch").stdout
    assert "differences from revision 2" in run("difference", "2", "4").stdout
    assert "still stand." in run("history", "chat", "--name", "serves").stdout
    assert "claims stand of" in run("claims", "chat").stdout
    assert "the newest revision is 4" in run("changes", "--after", "3").stdout
    assert run("list", "submissions", "format=pip_report", "-o", "csv").stdout.count("\n") == 2
    assert "There are" in run("inventory").stdout
    assert "frameworks in all" in run("aggregate", "frameworks", "--by", "licence").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list", "prompts"], "there is no list 'prompts'"),
        (["list", "models", "--where", "{"], "--where is no JSON"),
        (["list", "models", "colour=red"], "where.colour: components have no 'colour'"),
        (["list", "models", "oops"], "'oops' is no TERM=VALUE"),
        (["list", "models", "--order-by", "colour"], "order_by.0"),
        (["list", "models", "--after", '["x", "y"]'], "after"),
        (["list", "streams", "--where", "{}"], "streams take terms only"),
        (["list", "documents", "colour=red"], "documents have no 'colour'"),
        (["list", "models", "--first", "1000001"], "Argument first"),
        (["aggregate", "nothings"], "nothings"),
        (["aggregate", "models", "--measure", "sum"], "SUM needs a field"),
        (["difference", "2", "chat"], "say of what"),
        (["difference", "2", "9" * 20], "There is no revision"),
        (["difference", "torch", "chat"], "is no assembly"),
        (["difference", "0" * 24, "1" * 24], "Nothing is known"),
        (["paths", "chat", "torch", "--edge", "likes"], "'likes' is no edge kind"),
    ],
)
def test_what_cannot_be_asked_is_said(estate, words, said) -> None:
    from api.cli.program import app

    result: Result = CliRunner().invoke(app, words)
    assert result.exit_code in (1, 2), result.stdout
    assert said in result.stderr
    assert "Traceback" not in result.stderr
