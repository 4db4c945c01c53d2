"""Clients that upload, unmodified from their registries, against a running server.

What they send is held to the requests in documents/requests, which the short run replays. With
LINEAGE_RECORD=1 these are written anew.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import time
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from lineage.record.store import Record
from lineage.record.token import Right, Tokens
from tests import recorded, server_process
from tests.clients.recorder import Recorder, recording

HERE = Path(__file__).parent / "uploading"
ROOT = HERE.parents[2]
TOOLS = ROOT / ".tools" / "uploading"
_PINNED = ("package.json", "package-lock.json", ".npmrc", "requirements.txt")
BOM = HERE / "bom.cdx.json"
RUN = "0196a0f1-3c3c-7a4b-9d61-5a0b3b7f9e01"
pytestmark = pytest.mark.long


@pytest.fixture(scope="session")
def tools() -> Path:
    """A folder with the clients installed exactly as pinned, kept between runs."""
    if shutil.which("npm") is None:
        pytest.skip("needs npm: cdxgen is a JavaScript package")
    TOOLS.mkdir(parents=True, exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers, or two runs, want it at once
        _install()
    return TOOLS


def _install() -> None:
    wanted = b"".join((HERE / name).read_bytes() for name in _PINNED)
    mark = TOOLS / "installed"
    if mark.exists() and mark.read_bytes() == wanted:
        return
    for name in _PINNED:
        shutil.copy(HERE / name, TOOLS / name)
    venv.create(TOOLS / "python", with_pip=True, clear=True)
    pip = [TOOLS / "python" / "bin" / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "-r", TOOLS / "requirements.txt"], check=True, timeout=500)
    # Not `npm ci`: it asks for builds for other machines, some of which no registry has.
    npm = ["npm", "install", "--no-save"]
    subprocess.run(npm, cwd=TOOLS, check=True, capture_output=True, timeout=500)
    mark.write_bytes(wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A server that wants a token, and one that may do what CI does."""

    url: str
    key: str
    wire: Recorder

    def get(self, path: str, **query: str) -> httpx.Response:
        return httpx.get(self.url + path, params=query, headers={"X-Api-Key": self.key})


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    db = f"sqlite:///{tmp_path / 'l.db'}"
    with Record.open(db, create=True, namespace="acme") as record:
        _, key = Tokens(record.session).create(
            name="ci", tenant="default", rights=[Right.INGEST, Right.READ], streams=[]
        )
    with server_process.served(db, require_token="true") as (url, _), recording(url) as wire:
        yield Served(url=url, key=key, wire=wire)


def run(*command: object, folder: Path = HERE, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command], env={**os.environ, **environment}, cwd=folder,
        check=False, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def held_to_recording(client: str, served: Served, values: dict[str, str]) -> None:
    """What came over the wire is what is kept of this client; polls count once."""
    values = {"key": served.key, **values}
    requests = list(dict.fromkeys(served.wire.requests))
    if os.environ.get("LINEAGE_RECORD"):
        recorded.keep(client, requests, values)
    kept = [recorded.shape(one) for one in recorded.of(client)]
    assert [recorded.shape(one) for one in requests] == kept


def members(served: Served, key: str) -> set[str]:
    answer = served.get("/v1/provenance", key=key, dependence="true")
    assert answer.status_code == 200, answer.text
    return {row["key"] for row in answer.json()["upstream"]}


def uploaded(served: Served) -> dict[str, str]:
    """Token and project of the upload that was recorded."""
    answers = [answer for answer in served.wire.answers if b'"projectUuid"' in answer]
    told = json.loads(answers[0].partition(b"\r\n\r\n")[2])
    return {"token": told["token"], "project": told["projectUuid"]}


def recorded_state(served: Served, token: str) -> dict[str, object]:
    deadline = time.monotonic() + 60
    while True:
        told: dict[str, object] = served.get(f"/api/v1/event/token/{token}").json()
        if not told["processing"] or time.monotonic() > deadline:
            return told
        time.sleep(0.05)


def test_cdxgen(tools: Path, served: Served, tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    folder.mkdir()
    (folder / "requirements.txt").write_text("torch==2.9.1\nnumpy==2.3.1\n")
    run(
        "node", tools / "node_modules" / ".bin" / "cdxgen", "-t", "python", "--no-install-deps",
        "-o", tmp_path / "bom.json", "--server-url", served.wire.url, "--api-key", served.key,
        "--project-name", "chat", "--project-version", "1.4", "--project-tag", "ai", ".",
        folder=folder, TMPDIR=str(folder),
    )  # fmt: skip
    values = uploaded(served)
    assert recorded_state(served, values["token"])["status"] == "COMPLETED"
    assert {"pkg:pypi/torch@2.9.1", "pkg:pypi/numpy@2.3.1"} <= members(
        served, "service:acme/chat@1.4"
    )
    held_to_recording("cdxgen", served, values)


def test_scanoss_uploads_and_waits_for_the_verdict(tools: Path, served: Served) -> None:
    scanoss = tools / "python" / "bin" / "scanoss-py"
    common = ("--url", served.wire.url, "--apikey", served.key)
    project = ("--project-name", "chat", "--project-version", "1.4")
    run(scanoss, "export", "dt", "-i", BOM, *common, *project)
    values = uploaded(served)
    told = run(
        scanoss, "inspect", "dt", "pv", *common, *project, "--upload-token", values["token"],
        "--timeout", "30",
    )  # fmt: skip
    assert json.loads(told) == []
    assert "pkg:pypi/torch@2.9.1" in members(served, "service:acme/chat@1.4")
    held_to_recording("scanoss", served, values)


def test_the_owasp_client(tools: Path, served: Served) -> None:
    python = tools / "python" / "bin" / "python"
    told = run(python, HERE / "owasp_upload.py", served.wire.url, served.key, BOM)
    values = uploaded(served)
    assert told.split() == [values["project"], "True"]
    project = served.get(f"/api/v1/project/{values['project']}").json()
    assert [one["name"] for one in project["tags"]] == ["ai", "prod"]
    held_to_recording("owasp", served, values)


@pytest.mark.parametrize("kind", ["http", "async_http"])
@pytest.mark.parametrize("packed", ["", "gzip"])
def test_openlineage(tools: Path, served: Served, kind: str, packed: str) -> None:
    transport = {"OPENLINEAGE__TRANSPORT__COMPRESSION": packed} if packed else {}
    run(
        tools / "python" / "bin" / "python", HERE / "openlineage_events.py", RUN,
        OPENLINEAGE__TRANSPORT__TYPE=kind, OPENLINEAGE__TRANSPORT__URL=served.wire.url,
        OPENLINEAGE__TRANSPORT__AUTH=json.dumps({"type": "api_key", "apiKey": served.key}),
        **transport,
    )  # fmt: skip
    assert [answer.split()[1] for answer in served.wire.answers] == [b"201", b"201"]
    deadline = time.monotonic() + 30
    wanted = {f"run:ci/train@{RUN}", "dataset:pkg:huggingface/squad@7b6d24c"}
    model = "pkg:huggingface/acme/chat@3"
    while time.monotonic() < deadline:
        answer = served.get("/v1/provenance", key=model)
        if answer.status_code == 200 and wanted <= members(served, model):
            break
        time.sleep(0.1)
    assert wanted <= members(served, model)
    held_to_recording(f"openlineage-{kind}{'-gzip' if packed else ''}", served, {})
