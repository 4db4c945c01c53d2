"""Uploads to a server in a process of its own: what is sent, and what is then in the record."""

from __future__ import annotations

import base64
import json
import random
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from urllib.parse import urlsplit

import httpx

from lineage.model.document import Upload
from lineage.model.encoding import encode
from lineage.model.identity import Key
from lineage.record.inbox import OPEN, Inbox
from lineage.record.store import Record

_POOL = 300
"""Packages to draw from: any two documents share some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An upload that was answered: its token, its project and what it held."""

    token: str
    name: str
    content: bytes


@cache
def bom(seed: int, size: int) -> bytes:
    """A bill of materials of so many packages out of a pool, each leaning on the next one."""
    chance = random.Random(seed)
    drawn = [(number, chance.randrange(3)) for number in chance.sample(range(_POOL), size)]
    keys = [f"pkg:pypi/package-{number}@1.{minor}" for number, minor in drawn]
    return json.dumps(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": seed + 1,
            "components": [
                {"type": "library", "bom-ref": key, "purl": key, "name": key[9:].partition("@")[0],
                 "version": key.rpartition("@")[2]}
                for key in keys
            ],
            "dependencies": [
                {"ref": one, "dependsOn": [other]} for one, other in pairwise(keys)
            ],
        }
    ).encode()  # fmt: skip


def put(client: httpx.Client, name: str, content: bytes) -> Sent:
    """Upload a document as the version main of a project; it is taken, not yet recorded."""
    body = {
        "projectName": name, "projectVersion": "main", "autoCreate": True,
        "bom": base64.b64encode(content).decode(),
    }  # fmt: skip
    answer = client.put("/api/v1/bom", json=body)
    assert answer.status_code == 200, answer.text
    return Sent(token=answer.json()["token"], name=name, content=content)


def client_of(url: str) -> httpx.Client:
    """A client with connections of its own; the time it may take is that of a busy machine."""
    assert urlsplit(url).hostname == "127.0.0.1"
    return httpx.Client(base_url=url, timeout=120)


def upload_of(sent: Sent) -> Upload:
    """The same document as the server hands it to the record."""
    return Upload(
        content=sent.content,
        name="bom",
        format="cyclonedx",
        subject=Key(f"service:acme/{sent.name}@main"),
        stream=f"dependency-track/{sent.name}",
        latest=True,
    )


def left(record: Record) -> int:
    """How many items of the inbox are not worked off."""
    counts = Inbox(record.session).counts("default")
    return sum(counts[state] for state in OPEN)


def recorded(record: Record, name: str) -> list[str]:
    """The digests of the documents of a project, in the order in which they were recorded."""
    slot = f"cyclonedx service:acme/{name}@main"
    return [one.digest for one in record.history().slot(f"dependency-track/{name}", slot)]


def said(record: Record) -> list[tuple[object, ...]]:
    """What is claimed now and by whom, without ids and revisions."""
    snapshot = record.snapshot()
    return sorted(
        (
            held.stream, held.slot, held.assembly or "",
            tuple(sorted(encode(snapshot.statements[n]) for n in held.statements.tolist())),
        )
        for held in snapshot.holdings
    )  # fmt: skip
