"""The command line against a server, with a token of each right: what it may, and what it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lineage.record.token import Right, Tokens
from tests.cli.serving import serving
from tests.cli.twice import CHAT, run
from tests.houses import ESTATE, copy_of, open_at

FORBIDDEN, OK, MET = 1, 0, 3
READS = [
    ["show", CHAT], ["search", "chat"], ["provenance", CHAT], ["history", CHAT],
    ["impact", "CUDA 12"], ["inventory"], ["export", CHAT, "--format", "cyclonedx"],
]  # fmt: skip
WRITES = [
    ["set", CHAT, "owner=ann"],
    ["join", CHAT, "service:demo/search@4.0"],
    ["separate", CHAT, "service:demo/search@4.0"],
    ["ingest", str(ESTATE / "chat.cdx.json"), "--subject", "service:demo/new@1"],
]
GATES = [
    (["impact", "CUDA 12", "--fail-on", "breaks"], MET),
    (["impact", "support-tickets", "--change", "retract", "--fail-on", "breaks"], OK),
    (["impact", "CUDA 12", "--fail-on", "breaks", "--portfolio", "-o", "json"], MET),
]


@pytest.fixture
def place(template, tmp_path, schema) -> Iterator[tuple[str, str]]:
    """A server that wants tokens; its address and its database."""
    file = copy_of(template, tmp_path)
    with serving(file, schema, require_token=True) as url:
        yield url, str(file)


@pytest.fixture
def bear(place, monkeypatch):
    """Has commands bear a token of these rights; its text."""
    url, file = place
    house = open_at(file)

    def made(*rights: Right, **more: object) -> str:
        _, text = Tokens(house.record.session).create(
            name="ci", tenant="default", rights=rights, **more
        )
        monkeypatch.setenv("LINEAGE_URL", url)
        monkeypatch.setenv("LINEAGE_TOKEN", text)
        return text

    yield made
    house.record.close()


@pytest.mark.parametrize("right", list(Right))
def test_each_right_opens_what_it_says_and_nothing_else(bear, right) -> None:
    text = bear(right)
    reads, writes = (right in (one, Right.ADMIN) for one in (Right.READ, Right.INGEST))
    gates = right in (Right.READ, Right.GATE, Right.ADMIN)
    for words, allowed, code in (
        *((words, reads, OK) for words in READS),
        *((words, writes, OK) for words in WRITES),
        *((words, gates, code) for words, code in GATES),
    ):
        result = run(*words)
        assert text not in result.output
        if allowed:
            assert result.exit_code == code, (right, words, result.output)
            continue
        lines = result.stderr.splitlines()
        assert result.exit_code == FORBIDDEN, (right, words, result.output)
        assert any(line.endswith("[FORBIDDEN]") and "right" in line for line in lines), lines
        assert result.stdout == "" or words[0] == "ingest"


def test_a_gate_is_told_the_table_that_a_person_needs(bear) -> None:
    bear(Right.READ)
    wanted = run("impact", "CUDA 12", "--fail-on", "breaks")
    bear(Right.GATE)
    told = run("impact", "CUDA 12", "--fail-on", "breaks")
    assert (told.stdout, told.stderr, told.exit_code) == (wanted.stdout, wanted.stderr, MET)
    assert "threshold met" in told.stderr


def test_tokens_that_are_worth_nothing_say_why(bear, place, monkeypatch) -> None:
    text = bear(Right.READ)
    house = open_at(place[1])
    Tokens(house.record.session).revoke(text.split("_")[1])
    house.record.close()
    revoked = run("search", "chat")
    monkeypatch.setenv("LINEAGE_TOKEN", "lin_abc")
    foreign = run("search", "chat")
    monkeypatch.delenv("LINEAGE_TOKEN")
    without = run("search", "chat")
    for result, said in ((revoked, "is revoked"), (foreign, "no token"), (without, "is needed")):
        assert result.exit_code == 1
        (line,) = result.stderr.splitlines()
        assert said in line
        assert line.endswith("[UNAUTHENTICATED]")
