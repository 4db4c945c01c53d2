"""kill -9 while a delivery of a webhook is followed up: its documents are recorded once."""

from __future__ import annotations

import json
import signal
import time

import httpx
import pytest

from api.hooks.signature import new_secret
from lineage.record.hook import Hooks, new_number
from lineage.record.inbox import Inbox
from lineage.record.store import Record
from tests.api.hooks.webhook import payloads
from tests.api.hooks.webhook.far import Reply, far_away, told
from tests.api.hooks.webhook.signed import SIGNED
from tests.server_process import served

_PLACE = "/repos/acme/chat/actions"


@pytest.mark.long
def test_a_fetch_outlives_a_killed_server(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = new_secret()
    monkeypatch.setenv("HOOK_SECRET", secret)
    rows = [payloads.artefact(1, "one"), payloads.artefact(2, "two")]
    body = json.dumps(payloads.run()).encode()
    headers = SIGNED["github"]("workflow_run", body, secret, "72d3162e-cc78-11e3-81ab-4c9367dc0958")
    headers["content-type"] = "application/json"
    with far_away() as far, Record.open(database_url, create=True, namespace="acme") as record:
        zipped = payloads.packed(chat_cdx_json=payloads.bom("torch"))
        far.on(f"{_PLACE}/runs/30433642/artifacts", told({"artifacts": rows}))
        far.on(f"{_PLACE}/artifacts/1/zip", Reply(body=zipped))
        # The second one drips, and meanwhile the server is killed.
        far.on(f"{_PLACE}/artifacts/2/zip", Reply(body=zipped, pause=0.5), Reply(body=zipped))
        hook = Hooks(record.session).add(
            number=new_number(), tenant="default", kind="github", stream="*", api=far.address,
            secret="env:HOOK_SECRET",
        )  # fmt: skip

        def send(address: str) -> httpx.Response:
            path = f"{address}/hooks/github/{hook.id}"
            return httpx.post(path, content=body, headers=headers, timeout=60)

        with served(database_url, hook_networks="127.0.0.0/8") as (address, process):
            number = send(address).json()["id"]
            deadline = time.monotonic() + 60
            while f"{_PLACE}/artifacts/2/zip" not in far.paths():
                assert time.monotonic() < deadline
                time.sleep(0.02)
            process.send_signal(signal.SIGKILL)
            process.wait(30)
        inbox = Inbox(record.session)
        assert inbox.place(number, "default").state == "working"
        with served(database_url, hook_networks="127.0.0.0/8") as (address, _):
            deadline = time.monotonic() + 60
            while sum(inbox.counts("default")[one] for one in ("waiting", "working")):
                assert time.monotonic() < deadline
                time.sleep(0.05)
            assert send(address).json() == {"state": "known", "id": number}
        place = inbox.place(number, "default")
        assert (place.state, place.code, place.attempts) == ("done", "FETCHED", 2)
        kept = {one.part: one.seen for one in record.history().newest()}
        assert kept == {"one/chat.cdx.json": 1, "two/chat.cdx.json": 1}
        assert record.head().number == 2
