"""The command line against a server: the same bytes as on the database itself."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api import wiring
from api.graphql.schema import build_schema
from api.house import House
from api.output import NAMES
from api.settings import Settings
from queries.asking import questions
from queries.whole import lists
from tests.cli.serving import serving
from tests.houses import ESTATE, copy_of

CHAT = "service:demo/chat@1.2"
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


Both = Callable[..., tuple[Result, Result]]

ADMINISTRATION = [
    ["init"], ["db", "upgrade"], ["db", "current"], ["db", "check"], ["doctor"], ["reread"],
    ["serve", "--port", "0"], ["knowledge", "list"], ["knowledge", "learn", "x.json"],
    ["token", "list"], ["tenant", "list"], ["inbox", "list"], ["stream", "list"],
]  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LINEAGE_DB", "LINEAGE_URL", "LINEAGE_TOKEN", "LINEAGE_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def schema() -> Any:
    return build_schema()


@contextmanager
def two_ways(template: Path, folder: Path, schema: Any, **more: object) -> Iterator[Both]:
    """Run a command both ways: through a server, and on a database like that of the server."""
    other = folder / "other"
    other.mkdir()
    there, here = copy_of(template, folder), copy_of(template, other)
    with serving(there, schema, at_least_wait=0.2, **more) as url:
        yield lambda *words: (
            _run(*words, "--url", url), _run(*words, "--db", f"sqlite:///{here}"),
        )  # fmt: skip


@pytest.fixture(scope="module")
def reading(
    template: Path, tmp_path_factory: pytest.TempPathFactory, schema: Any
) -> Iterator[Both]:
    """Both ways, for what writes nothing; the database is opened once, not for every command."""
    opened: dict[str, House] = {}
    real = wiring.open_house

    def once(settings: Settings, *, create: bool = False) -> House:
        return opened.setdefault(settings.url, opened.get(settings.url) or real(settings))

    with (
        two_ways(template, tmp_path_factory.mktemp("reading"), schema) as both,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(wiring, "open_house", once)
        yield both
    for house in opened.values():
        house.record.close()


@pytest.fixture
def both(template: Path, tmp_path: Path, schema: Any) -> Iterator[Both]:
    """Both ways, each on a database of its own."""
    with two_ways(template, tmp_path, schema) as found:
        yield found


def _run(*words: str) -> Result:
    from api.cli.program import app

    return CliRunner().invoke(app, [str(word) for word in words])


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


def masked(text: str) -> str:
    """What is written, without what differs from one database to another."""
    text = re.sub(r'"(id|chain|at)": "[^"]*"', r'"\1": "-"', text)
    text = re.sub(r'""(id|chain|at)"":""[^"]*""', r'""\1"":""-""', text)
    return re.sub(r'"(id|chain|at)":"[^"]*"', r'"\1":"-"', text)


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
        result = _run(*words, *(["--url", "http://127.0.0.1:1"] if place == "option" else []))
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        assert "the database itself" in result.stderr


def test_a_named_database_comes_before_a_server_of_the_environment(
    template, tmp_path, monkeypatch
) -> None:
    file = copy_of(template, tmp_path)
    monkeypatch.setenv("LINEAGE_URL", "http://127.0.0.1:1")
    assert _run("search", "chat", "--db", f"sqlite:///{file}").exit_code == 0
    monkeypatch.setenv("LINEAGE_DB", f"sqlite:///{file}")
    assert _run("db", "current").exit_code == 0
    assert _run("search", "chat").exit_code == 1
    both = _run("search", "chat", "--db", "x", "--url", "http://127.0.0.1:1")
    assert (both.exit_code, "only one" in both.stderr) == (2, True)


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
        result = _run("search", "chat", "--url", url)
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
    _run("search", "chat")
    monkeypatch.delenv("LINEAGE_TOKEN")
    file = tmp_path / "token"
    file.write_text("lin_def\n")
    monkeypatch.setenv("LINEAGE_TOKEN_FILE", str(file))
    _run("search", "chat")
    assert _Stranger.seen == ["Bearer lin_abc", "Bearer lin_def"]
    for name, content, said in (
        ("empty", "\n", "is empty"), ("spaced", "a b\n", "holds what no token does"),
    ):  # fmt: skip
        (tmp_path / name).write_text(content)
        monkeypatch.setenv("LINEAGE_TOKEN_FILE", str(tmp_path / name))
        result = _run("search", "chat")
        assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
    monkeypatch.setenv("LINEAGE_TOKEN_FILE", str(tmp_path / "not-there"))
    assert "No such file" in _run("search", "chat").stderr
    monkeypatch.setenv("LINEAGE_TOKEN", "lin_abc")
    assert "only one may be" in _run("search", "chat").stderr
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
        right: _run("token", "create", f"bot-{right}", "--right", right, *db).stdout.split()[-1]
        for right in ("read", "ingest", "admin")
    }
    monkeypatch.setenv("LINEAGE_REQUIRE_TOKEN", "true")
    with serving(file, schema, require_token=True) as url:
        monkeypatch.setenv("LINEAGE_URL", url)
        nobody = _run("search", "chat")
        assert (nobody.exit_code, nobody.stdout) == (1, "")
        assert "LINEAGE_TOKEN_FILE names it" in nobody.stderr
        monkeypatch.setenv("LINEAGE_TOKEN", "lin_nonsense")
        assert "[UNAUTHENTICATED]" in _run("search", "chat").stderr
        codes = {}
        for right, token in made.items():
            monkeypatch.setenv("LINEAGE_TOKEN", token)
            codes[right] = (
                _run("search", "chat").exit_code,
                _run("export", "services").exit_code,
                _run("set", CHAT, f"owner={right}").exit_code,
            )
            for said in (made[right], made["admin"]):
                assert said not in _run("set", CHAT, "owner=x").stderr
        assert codes == {"read": (0, 0, 1), "ingest": (1, 1, 0), "admin": (0, 0, 0)}
        shown = json.loads(_run("show", CHAT, "-o", "json").stdout)
    (owner,) = [one for one in shown["properties"] if one["name"] == "owner" and one["first"]]
    assert owner["claimed_by"][0]["principal"] == "token:bot-admin"
