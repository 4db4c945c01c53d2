"""Tokens for installations that a program sets up: given in a file, made once."""

from __future__ import annotations

from typer.testing import CliRunner

from api.cli.program import app
from lineage.record.store import Record
from lineage.record.token import Tokens

GIVEN = f"lin_{'0a' * 6}_{'x' * 43}"


def test_a_token_may_be_given_and_is_made_once(tmp_path):
    url = f"sqlite:///{tmp_path / 'l.db'}"
    Record.open(url, create=True).close()
    secret = tmp_path / "admin"
    words = ["token", "create", "admin", "--right", "admin", "--unless-there"]

    def run(*more):
        return CliRunner().invoke(app, [*words, *more, "--db", url])

    secret.write_text("nonsense\n")
    assert run("--secret-file", str(secret)).exit_code == 1
    secret.write_text(f"{GIVEN}\n")
    made = run("--secret-file", str(secret))
    assert (made.exit_code, made.stdout) == (0, "")
    with Record.open(url) as record:
        assert Tokens(record.session).verify(GIVEN).name == "admin"
    again = run("--secret-file", str(secret))
    assert (again.exit_code, "is there already" in again.stderr) == (0, True)


def test_without_one_it_is_made_and_printed_once(tmp_path):
    url = f"sqlite:///{tmp_path / 'l.db'}"
    Record.open(url, create=True).close()
    empty = tmp_path / "admin"
    empty.write_text("")
    words = ["token", "create", "a", "--right", "admin", "--unless-there", "--db", url]
    made = CliRunner().invoke(app, [*words, "--secret-file", str(empty)])
    assert made.stdout.startswith("lin_")
    assert CliRunner().invoke(app, words).stdout == ""
