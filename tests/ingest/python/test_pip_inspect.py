"""pip inspect: an installed environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.errors import DocumentRefusedError
from lineage.ingest.formats.pip_inspect import READER
from lineage.ingest.reader import Circumstance
from lineage.model.claim import Edge, Member, OfComponent, Property
from lineage.model.identity import Key

SAMPLE = Path(__file__).parents[2] / "documents" / "pip_inspect" / "flask.json"
CIRCUMSTANCE = Circumstance(subject=Key("environment:acme/web"))


@pytest.fixture(scope="module")
def statements():
    reading = READER.read(SAMPLE.read_bytes(), CIRCUMSTANCE)
    assert reading.quarantined == ()
    return [claim.statement for claim in reading.claims]


def test_roots_are_what_pip_says_was_requested(statements):
    direct = {s.component: s.direct for s in statements if isinstance(s, Member)}
    assert direct == {
        "pkg:pypi/flask@3.1.0": "direct",
        "pkg:pypi/werkzeug@3.1.3": "transitive",
        "pkg:pypi/chat@1.0.dev0": "direct",
        "pkg:pypi/notebook-tools@0.1": "unknown",
    }


def test_active_lines_join_what_is_installed(statements):
    pairs = {
        (s.downstream.key, s.upstream)
        for s in statements
        if isinstance(s, Edge) and s.kind == "depends_on"
    }
    assert pairs == {
        ("pkg:pypi/flask@3.1.0", "pkg:pypi/werkzeug@3.1.3"),
        ("pkg:pypi/chat@1.0.dev0", "pkg:pypi/flask@3.1.0"),
    }


def test_a_repository_is_named_with_its_commit_and_without_credentials(statements):
    about = OfComponent(Key("pkg:pypi/chat@1.0.dev0"))
    [artefact] = [
        s.decoded()
        for s in statements
        if isinstance(s, Property) and s.subject == about and s.name == "artefact"
    ]
    assert artefact == {
        "vcs": "git",
        "url": "https://forge.example/acme/chat.git",
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "revision": "main",
    }


def test_no_folder_of_the_machine_is_kept(statements):
    assert not any("somebody" in str(s) or "secret" in str(s) for s in statements)


def test_an_installation_report_is_refused_by_its_missing_list():
    with pytest.raises(DocumentRefusedError) as refusal:
        READER.read(b'{"version": "1", "environment": {}, "install": []}', CIRCUMSTANCE)
    assert refusal.value.data["path"] == "installed"
