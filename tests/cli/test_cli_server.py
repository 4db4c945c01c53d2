"""The command line against a server: what is written there, tokens, and what goes wrong."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cli.serving import serving
from tests.cli.twice import ADMINISTRATION, CHAT, masked, run, two_ways
from tests.houses import ESTATE, copy_of

pytestmark = pytest.mark.usefixtures("nothing_said")


def test_what_is_written_down_by_hand_is_the_same(both) -> None:
    acts = (
        ["set", "chat", "owner=ann", "criticality=high"],
        ["attest", CHAT, "limitation", "English only", "--evidence", "https://x.example/1",
         "--expires", "2099-01-01"],
        ["attest", CHAT, "licence", "none", "--evidence", str(ESTATE / "chat.cdx.json"),
         "--expires", "2099-01-01"],
        ["join", CHAT, "service:demo/search@4.0"],
        ["separate", CHAT, "service:demo/search@4.0"],
    )  # fmt: skip
    for words, name in zip(acts, ("json", "table", "csv", "ndjson", "md"), strict=True):
        there, here = both(*words, "--output", name)
        assert here.exit_code == 0, here.stderr
        assert masked(there.stdout) == masked(here.stdout)
        assert (there.stderr, there.exit_code) == (here.stderr, here.exit_code)
    there, here = both("show", CHAT, "-o", "json")
    without = re.compile(r'"submission": "[^"]*"')
    assert without.sub("", there.stdout) == without.sub("", here.stdout)
    (claim,) = [
        p for p in json.loads(here.stdout)["properties"] if p["name"] == "licence" and p["attested"]
    ]
    assert claim["attested"][0]["evidence"].startswith("chat.cdx.json sha256:")


def test_documents_of_one_call_stand_side_by_side_there_too(both, tmp_path) -> None:
    folder = tmp_path / "push"
    for name in ("a", "b"):
        (folder / name).mkdir(parents=True)
        (folder / name / "requirements.txt").write_text(f"numpy=={1 + (name == 'b')}.0\n")
    (folder / "broken.cdx.json").write_text('{"bomFormat": "CycloneDX"')
    words = ["ingest", str(folder), "--subject", "environment:demo/app", "--branch", "main",
             "--default"]  # fmt: skip
    for options in ([], ["-o", "json"], ["--part", "p"]):
        there, here = both(*words, *options)
        assert masked(there.stdout) == masked(here.stdout)
        assert (there.stderr, there.exit_code) == (here.stderr, here.exit_code)
        assert here.exit_code == 1  # the broken one
    there, here = both("show", "environment:demo/app")
    assert there.stdout == here.stdout
    assert "numpy@1.0" in here.stdout
    assert "numpy@2.0" in here.stdout


def test_what_is_recorded_later_is_the_same_too(template, tmp_path, schema, monkeypatch) -> None:
    monkeypatch.setattr("api.remote.house._POLL", 0.01)
    file = tmp_path / "requirements.txt"
    file.write_text("numpy==1.0\n")
    words = ["ingest", str(file), "--subject", "environment:demo/app", "-o", "json"]
    with two_ways(template, tmp_path, schema, inbox_wait=0) as both:
        for unchanged in (False, True):
            there, here = both(*words)
            assert masked(there.stdout) == masked(here.stdout)
            (row,) = json.loads(there.stdout)["documents"]
            assert row["receipt"]["unchanged"] is unchanged
        broken = tmp_path / "broken.cdx.json"
        broken.write_text('{"bomFormat": "CycloneDX"')
        there, here = both("ingest", str(broken), "--subject", "environment:demo/app")
        assert (there.stderr, there.exit_code) == (here.stderr, here.exit_code)
        assert here.exit_code == 1


@pytest.mark.parametrize("words", ADMINISTRATION, ids=" ".join)
def test_administration_is_done_where_the_database_is(words, monkeypatch, tmp_path) -> None:
    (tmp_path / "x.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    for place in ("option", "environment"):
        if place == "environment":
            monkeypatch.setenv("LINEAGE_URL", "http://127.0.0.1:1")
        result = run(*words, *(["--url", "http://127.0.0.1:1"] if place == "option" else []))
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        assert "the database itself" in result.stderr


def test_a_named_database_comes_before_a_server_of_the_environment(
    template, tmp_path, monkeypatch
) -> None:
    file = copy_of(template, tmp_path)
    monkeypatch.setenv("LINEAGE_URL", "http://127.0.0.1:1")
    assert run("search", "chat", "--db", f"sqlite:///{file}").exit_code == 0
    monkeypatch.setenv("LINEAGE_DB", f"sqlite:///{file}")
    assert run("db", "current").exit_code == 0
    assert run("search", "chat").exit_code == 1
    both = run("search", "chat", "--db", "x", "--url", "http://127.0.0.1:1")
    assert (both.exit_code, "only one" in both.stderr) == (2, True)


def test_what_a_command_writes_into_a_database_is_in_its_trail(template, tmp_path) -> None:
    file = f"sqlite:///{copy_of(template, tmp_path)}"
    assert run("set", CHAT, "owner=ann", "--db", file).exit_code == 0
    assert run("stream", "set", "ci", "--lenient", "--db", file).exit_code == 0
    told = run("audit", "-o", "json", "--db", file)
    assert [one["operation"] for one in json.loads(told.stdout)["entries"]] == ["set", "stream set"]


class _Stranger(BaseHTTPRequestHandler):
    """Something that is no Lineage server: ``/gone`` leads elsewhere, the rest is a page."""

    seen: list[str] = []

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authorization", ""))
        away = self.path.startswith("/gone")
        self.send_response(302 if away else 200)
        if away:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Stranger)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_what_goes_wrong_on_the_way_is_said_in_one_line(stranger, monkeypatch) -> None:
    cases = [
        (f"http://127.0.0.1:{_free()}", 1, "Connection refused. [SERVER_UNREACHABLE]"),
        ("http://no.such.host.invalid", 1, "[SERVER_UNREACHABLE]"),
        (stranger, 1, "it names no release. [SERVER_FOREIGN]"),
        (f"{stranger}/gone", 1, "it leads to http://127.0.0.1:1/elsewhere). [SERVER_FOREIGN]"),
        (stranger.replace("http:", "https:"), 1, "is it http?"),
        ("ftp://x.example", 2, "no address such as"),
        ("http://ann:secret@x.example", 2, "LINEAGE_TOKEN"),
        ("http://x.example:port", 2, "[SETTING_INVALID]"),
    ]
    for url, code, said in cases:
        result = run("search", "chat", "--url", url)
        assert (result.exit_code, result.stdout) == (code, ""), (url, result.output)
        assert said in result.stderr, (url, result.stderr)
        assert len(result.stderr.splitlines()) == 1
        assert "secret" not in result.stderr


def test_a_token_comes_from_the_environment_or_a_file_and_goes_nowhere_else(
    stranger, monkeypatch, tmp_path
) -> None:
    _Stranger.seen.clear()
    monkeypatch.setenv("LINEAGE_URL", f"{stranger}/gone")
    monkeypatch.setenv("LINEAGE_TOKEN", "lin_abc")
    run("search", "chat")
    monkeypatch.delenv("LINEAGE_TOKEN")
    file = tmp_path / "token"
    file.write_text("lin_def\n")
    monkeypatch.setenv("LINEAGE_TOKEN_FILE", str(file))
    run("search", "chat")
    assert _Stranger.seen == ["Bearer lin_abc", "Bearer lin_def"]
    for name, content, said in (
        ("empty", "\n", "is empty"), ("spaced", "a b\n", "holds what no token does"),
    ):  # fmt: skip
        (tmp_path / name).write_text(content)
        monkeypatch.setenv("LINEAGE_TOKEN_FILE", str(tmp_path / name))
        result = run("search", "chat")
        assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
    monkeypatch.setenv("LINEAGE_TOKEN_FILE", str(tmp_path / "not-there"))
    assert "No such file" in run("search", "chat").stderr
    monkeypatch.setenv("LINEAGE_TOKEN", "lin_abc")
    assert "only one may be" in run("search", "chat").stderr
    assert len(_Stranger.seen) == 2


def test_an_answer_of_an_older_server_is_told_from_a_broken_one(reading, monkeypatch) -> None:
    from api.remote.wire import Wire

    real = Wire.post

    def older(wire: Wire, path: str, body: Any) -> Any:
        told = real(wire, path, body)
        told.pop("total", None)
        return told

    monkeypatch.setattr(Wire, "post", older)
    there, _ = reading("search", "chat")
    assert there.exit_code == 1
    assert "total: it is missing" in there.stderr
    assert "[SERVER_RELEASE]" in there.stderr


def test_a_token_says_who_it_is_and_what_it_may(
    template: Path, tmp_path: Path, schema: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = copy_of(template, tmp_path)
    db = ["--db", f"sqlite:///{file}"]
    made = {
        right: run("token", "create", f"bot-{right}", "--right", right, *db).stdout.split()[-1]
        for right in ("read", "ingest", "admin")
    }
    monkeypatch.setenv("LINEAGE_REQUIRE_TOKEN", "true")
    with serving(file, schema, require_token=True) as url:
        monkeypatch.setenv("LINEAGE_URL", url)
        nobody = run("search", "chat")
        assert (nobody.exit_code, nobody.stdout) == (1, "")
        assert "LINEAGE_TOKEN_FILE names it" in nobody.stderr
        monkeypatch.setenv("LINEAGE_TOKEN", "lin_nonsense")
        assert "[UNAUTHENTICATED]" in run("search", "chat").stderr
        codes = {}
        for right, token in made.items():
            monkeypatch.setenv("LINEAGE_TOKEN", token)
            codes[right] = (
                run("search", "chat").exit_code,
                run("export", "services").exit_code,
                run("set", CHAT, f"owner={right}").exit_code,
            )
            for said in (made[right], made["admin"]):
                assert said not in run("set", CHAT, "owner=x").stderr
        assert codes == {"read": (0, 0, 1), "ingest": (1, 1, 0), "admin": (0, 0, 0)}
        shown = json.loads(run("show", CHAT, "-o", "json").stdout)
    (owner,) = [one for one in shown["properties"] if one["name"] == "owner" and one["first"]]
    assert owner["claimed_by"][0]["principal"] == "token:bot-admin"
