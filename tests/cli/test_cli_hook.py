"""`lineage hook` as people use it: secrets are shown once, and never kept as they are."""

from __future__ import annotations

import base64
import json
import re
import sqlite3

import pytest

from api.hooks.webhook.kind import KINDS
from api.hooks.webhook.secret import credential_of, secrets_of
from lineage.record.hook import Hooks
from lineage.record.store import Record


@pytest.fixture
def key(tmp_path, monkeypatch):
    file = tmp_path / "key"
    file.write_text(base64.b64encode(bytes(range(32))).decode() + "\n")
    monkeypatch.setenv("LINEAGE_KEY_FILE", str(file))
    return file


@pytest.fixture
def hooks(estate):
    with Record.open(f"sqlite:///{estate}") as record:
        yield Hooks(record.session)


def only(hooks):
    (hook,) = hooks.all("default")
    return hook


def test_a_secret_is_made_shown_once_and_sealed(run, estate, key, hooks):
    made = run("hook", "add", "github", "--credential", "-", given=b"ghp_from_stdin\n")
    secret = re.search(r"^secret +(\S+)$", made.stdout, re.MULTILINE)[1]
    hook = only(hooks)
    assert f"/hooks/github/{hook.id}" in made.stdout
    assert "is not shown again" in made.stderr
    assert secrets_of(hook, key) == (secret,)
    assert credential_of(hook, key) == "ghp_from_stdin"
    assert hook.stream == "github.com/*"
    with sqlite3.connect(estate) as connection:
        dumped = "\n".join(connection.iterdump())
    for plain in (secret, secret.removeprefix("whsec_"), "ghp_from_stdin"):
        assert plain not in dumped
        assert plain not in run("hook", "list", "-o", "json").stdout
    (row,) = json.loads(run("hook", "list", "-o", "json").stdout)["hooks"]
    assert (row["secret"], row["credential"], row["before"]) == ("sealed", "sealed", None)
    assert row["path"] == f"/hooks/github/{hook.id}"


def test_a_sealed_secret_is_of_its_hook_and_of_its_key(run, key, hooks, tmp_path):
    run("hook", "add", "github", "--credential", "-", given=b"ghp_from_stdin\n")
    run("hook", "add", "github")
    one, other = hooks.all("default")
    from dataclasses import replace

    from api.security.secret import SecretUnreadableError

    for moved in (replace(other, secret=one.secret), replace(one, secret=one.credential)):
        with pytest.raises(SecretUnreadableError, match="something else"):
            secrets_of(moved, key)
    key.write_text(base64.b64encode(bytes(32)).decode())
    with pytest.raises(SecretUnreadableError, match="another key file"):
        secrets_of(one, key)


def test_a_secret_is_rotated_and_the_one_before_ended(run, estate, key, hooks):
    first = json.loads(run("hook", "add", "gitlab", "-o", "json").stdout)["hooks"][0]
    made = json.loads(run("hook", "rotate", first["id"], "-o", "json").stdout)["hooks"][0]
    assert made["before"] == "sealed"
    assert secrets_of(only(hooks), key) == (made["secret"], first["secret"])
    kept = run("hook", "rotate", first["id"], "--secret", "env:NEW", "--keep", "7d")
    assert "from before the last change is believed no longer" in kept.stderr
    assert only(hooks).secrets()[0] == "env:NEW"
    assert only(hooks).until is not None
    run("hook", "rotate", first["id"], "--end")
    assert only(hooks).secrets() == ("env:NEW",)
    run("hook", "rotate", first["id"], "--end", "--keep", "7d", code=2)
    run("hook", "rotate", first["id"], "--keep", "soon", code=2)
    run("hook", "rotate", "0" * 24, "--end", code=1)
    run("hook", "remove", first["id"])
    assert hooks.all("default") == ()
    assert "no hook" in run("hook", "list").stdout
    trail = [one["operation"] for one in json.loads(run("audit", "-o", "json").stdout)["entries"]]
    assert trail == ["hook add", "hook rotate", "hook rotate", "hook rotate", "hook remove"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("nope",), 2, "there are github, gitlab, standard"),
        (("standard",), 2, "needs --stream PATTERN"),
        (("github",), 2, "LINEAGE_KEY_FILE"),
        (("standard", "--stream", "x", "--secret", "env:A", "--credential", "env:B"), 2, "--api"),
        (("github", "--secret", "hunter2hunter2hunter2"), 1, "not what it is"),
        (("github", "--secret", "env:A", "--credential", "ghp_plain"), 1, "not what it is"),
        (("github", "--secret", "env:A", "--api", "git.acme.example"), 1, "no address such as"),
        (("github", "--secret", "env:A", "--api", "https://u:p@a.example"), 1, "no address"),
        (("github", "--secret", "env:A", "--stream", " "), 1, "no pattern of stream"),
        (("github", "--secret", "-", "--credential", "-"), 2, "cannot both come from stdin"),
        (("github", "--secret", "env:A", "--tenant", "nobody"), 1, "no tenant 'nobody'"),
        (("github", "--secret", "env:A", "--url", "http://127.0.0.1:9"), 2, "database itself"),
    ],
)
def test_what_is_wrong_is_told_and_no_secret_repeated(run, estate, words, code, told):
    said = run("hook", "add", *words, code=code)
    assert told in said.stderr
    assert "hunter2" not in said.stderr
    assert "ghp_plain" not in said.stderr


def test_a_secret_that_is_too_short_is_refused(run, estate, key, hooks):
    said = run("hook", "add", "standard", "--stream", "ci/*", "--secret", "-", given=b"whsec_AA\n",
               code=1)  # fmt: skip
    assert "base64 of 24 to 64 bytes" in said.stderr
    key.write_text("nonsense")
    assert "no base64 of 32 bytes" in run("hook", "add", "github", code=2).stderr
    assert hooks.all("default") == ()


def test_the_help_names_every_kind(run):
    told = run("hook", "add", "--help").stdout
    assert all(kind in told for kind in KINDS)


def test_a_hook_of_a_tenant_is_that_tenants(run, estate, hooks):
    run("tenant", "add", "bravo")
    run("hook", "add", "github", "--secret", "env:A", "--tenant", "bravo")
    (hook,) = hooks.all("bravo")
    assert hooks.all("default") == ()
    run("hook", "remove", hook.id, code=1)
    run("hook", "remove", hook.id, "--tenant", "bravo")
