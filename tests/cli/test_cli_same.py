"""Every question, every way of writing: a server gives the same bytes as the database itself."""

from __future__ import annotations

import pytest

from api.output import NAMES
from queries.asking import questions
from queries.whole import lists
from tests.cli.twice import ADMINISTRATION, CHAT, Both

pytestmark = pytest.mark.usefixtures("nothing_said")

ASKING: dict[str, list[list[str]]] = {
    name: [["list", name, "--first", "2"]] for name in lists()
} | {
    "impact": [
        ["impact", "CUDA 12"],
        ["impact", "CUDA 12", "--portfolio"],
        ["impact", "CUDA 12", "--all", "--scope", "all"],
        ["impact", "torch", "--to", "2.15", "--assembly", "container:demo/chat-api@1.2"],
        ["impact", "CUDA 12", "--where", '{"verdict": "BREAKS"}', "--order-by", "-depth,name"],
    ],
    "provenance": [
        ["provenance", "chat", "--dependence"],
        ["provenance", "service:demo/chat@1.2", "--dependence", "--as-of", "3"],
        ["provenance", "chat", "--dependence", "--where", '{"kind": "model"}'],
    ],
    "component": [["show", "torch"], ["show", "chat"]],
    "search": [["search", "t", "--first", "2", "--kind", "model"]],
    "paths": [["paths", "chat", "torch"]],
    "components": [
        ["list", "components", "kind=model", "--order-by", "-name", "--first", "2"],
        ["list", "components", 'version={"range": ">=1", "scheme": "semver"}'],
    ],
    "inventory": [["inventory", "kind=framework"]],
    "aggregate": [["aggregate", "components", "--by", "kind", "--top", "2"]],
    "history": [["history", "chat", "--first", "3"]],
    "claims": [["claims", "chat"]],
    "changes": [["changes", "--after", "2"]],
    "difference": [["difference", "1", "4"]],
}
"""Every question, and commands that ask it."""
EXPORTS = [
    ["export"],
    ["export", "services"],
    ["export", "edges", "--format", "csv"],
    ["export", "components", "--where", '{"kind": "model"}', "--order-by", "-name",
     "--order-by", "version", "--knowledge"],
    ["export", "components", "--first", "3", "--scope", "all", "--as-of", "3"],
    ["export", "documents", "--format", "csv"],
]  # fmt: skip
FAILING = [
    (["impact", "CUDA 12", "--fail-on", "BREAKS"], 3),
    (["impact", "CUDA 12", "--to", "one"], 2),
    (["impact", "CUDA 12", "--as-of", "99"], 2),
    (["impact", "CUDA 12", "--change", "explode"], 2),
    (["show", "nothing-like-it"], 1),
    (["show", "chat", "--stream", "nobody"], 1),
    (["provenance", ""], 1),
    (["export", "nothing-like-it"], 2),
    (["export", "components", "--where", '{"colour": 1}'], 2),
    (["export", "components", "--stream", "nobody"], 1),
    (["set", "nothing-like-it", "owner=x"], 1),
    (["set", "chat", "end_of_life=soon"], 1),
    (["join", CHAT, CHAT], 1),
    (["attest", "chat", "owner", "x", "--evidence", "u://x", "--expires", "2000-01-01"], 1),
]


def _same(reading: Both, words: list[str], name: str) -> None:
    there, here = reading(*words, "--output", name)
    assert there.stdout_bytes == here.stdout_bytes, (words, name)
    assert (there.stderr, there.exit_code) == (here.stderr, here.exit_code), (words, name)
    assert here.exit_code == 0, (words, name, here.stderr)
    assert here.stdout_bytes, (words, name)


def test_every_question_is_asked() -> None:
    assert ASKING.keys() == questions().keys()


def test_every_question_and_every_way_of_writing_gives_the_same_bytes(reading) -> None:
    every = [words for commands in ASKING.values() for words in commands]
    for place, words in enumerate(every):
        _same(reading, words, NAMES[place % len(NAMES)])


def test_every_command_that_asks_is_tried() -> None:
    from api.cli.program import app

    asking = {words[0] for commands in (*ASKING.values(), EXPORTS) for words in commands}
    written = {"set", "join", "separate", "attest", "ingest", "scan", "push"}
    told = {words[0] for words in ADMINISTRATION} | {"schema", "audit", "copy", "graph"}
    named = {one.name or one.callback.__name__ for one in app.registered_commands}
    named |= {one.name for one in app.registered_groups}
    assert named - told - written - asking == set()


def test_exports_are_the_same_bytes(reading, tmp_path) -> None:
    for words in EXPORTS:
        there, here = reading(*words)
        assert there.stdout_bytes == here.stdout_bytes, words
        assert (there.stderr, there.exit_code, here.exit_code) == (here.stderr, 0, 0), words
        assert here.stdout_bytes
    there, here = reading("export", "--format", "csv", "--to", str(tmp_path / "files"))
    assert (there.stderr, there.exit_code) == (here.stderr, 0)
    assert len(list((tmp_path / "files").iterdir())) == 4


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_every_question_in_every_way_of_writing_gives_the_same_bytes(reading, name) -> None:
    for commands in ASKING.values():
        for words in commands:
            _same(reading, words, name)


@pytest.mark.parametrize(("words", "code"), FAILING)
def test_a_failure_reads_the_same_and_ends_with_the_same_code(reading, words, code) -> None:
    there, here = reading(*words)
    assert (there.stdout, there.stderr) == (here.stdout, here.stderr)
    assert there.exit_code == here.exit_code == code
    assert here.stderr
