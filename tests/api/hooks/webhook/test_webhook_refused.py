"""Forged, replayed, truncated and late deliveries: refused, counted, nothing written."""

from __future__ import annotations

import json
import socket
import time
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import pytest

from lineage.record.audit import Trail
from lineage.record.hook import Hooks, new_number
from lineage.record.inbox import Inbox
from lineage.record.store import Record
from lineage.record.tenant import Tenants
from tests.api.hooks.webhook import payloads
from tests.api.hooks.webhook.far import Reply, told
from tests.cli.serving import serving
from tests.houses import copy_of

NOWHERE = "https://api.acme.example"
RUN = "/repos/acme/chat/actions/runs/30433642/artifacts"


def written(hooked):
    """Everything that a delivery could have left."""
    record = hooked.house.record
    return (
        record.head().number,
        sum(Inbox(record.session).counts().values()),
        len(list(Trail(record.session).read("default"))),
    )


def gitlab(hook):
    return hook.kind == "gitlab"


@pytest.mark.parametrize("kind", ["github", "gitlab", "standard"])
def test_nothing_is_written_of_what_is_refused(hooked_anywhere, kind):
    hooked = hooked_anywhere
    hook = hooked.hook(kind, NOWHERE)
    before = written(hooked)
    event, payload = {
        "github": ("workflow_run", payloads.run()),
        "gitlab": ("Pipeline Hook", payloads.pipeline()),
        "standard": ("", {"type": "stream.retired", "data": {"stream": "ci/chat"}}),
    }[kind]
    body = json.dumps(payload).encode()
    good = hooked.headers(hook, event, body)

    def send(headers, content=body, number=hook.id):
        response = hooked.client.post(f"/hooks/{kind}/{number}", content=content, headers=headers)
        return response.status_code, response.json()["code"]

    refused = (401, "DELIVERY_REFUSED")
    forged = hooked.headers(hook, event, body, secret=hooked.secrets[hook.id][:-8] + "AAAAAAA=")
    assert send(forged) == refused
    assert send({}) == refused
    for name in good:
        if name.startswith(("x-hub", "x-gitlab-t", "webhook-")):
            assert send({n: v for n, v in good.items() if n != name}) == refused
    # Cut off, or changed on the way. What GitLab's token comes with is not signed.
    assert send(good, body[:-9]) == ((400, "DELIVERY_INVALID") if gitlab(hook) else refused)
    if not gitlab(hook):
        assert send(good, body.replace(b"chat", b"char")) == refused
    # What happened long ago, and what was signed long ago.
    late = body.replace(f"{datetime.now(UTC):%Y}-".encode(), b"2021-")
    if late != body:
        assert send(hooked.headers(hook, event, late), late) == refused
    if kind == "standard":
        assert send(good | {"webhook-timestamp": str(int(time.time()) - 301)}) == refused
    assert send(good, number="0" * 24) == (404, "HOOK_UNKNOWN")
    other = "standard" if kind == "github" else "github"
    response = hooked.client.post(f"/hooks/{other}/{hook.id}", content=body, headers=good)
    assert response.json()["code"] == "HOOK_UNKNOWN"
    assert send(good | {"content-type": "application/x-www-form-urlencoded"}) == (415, "MEDIA_TYPE")
    assert send(good | {"content-encoding": "gzip"}) == (415, "ENCODING_UNKNOWN")
    time.sleep(0.3)  # the trail is written behind
    assert written(hooked) == before
    counted = hooked.counted("lineage_hook_deliveries")
    assert counted[f"{kind} delivery_refused"] >= 2
    assert counted[f"{kind} hook_unknown"] == 1
    assert ("accepted" in " ".join(counted)) is False


def test_what_is_sent_again_is_followed_up_once(hooked_anywhere, far):
    hooked = hooked_anywhere
    far.on(RUN, told({"total_count": 1, "artifacts": [payloads.artefact(1, "sbom")]}))
    zipped = payloads.packed(chat_cdx_json=payloads.bom("torch"))
    far.on("/repos/acme/chat/actions/artifacts/1/zip", Reply(body=zipped))
    hook = hooked.hook("github", far.address)
    body = json.dumps(payloads.run()).encode()
    headers = hooked.headers(hook, "workflow_run", body)

    def send(**more):
        return hooked.client.post(
            f"/hooks/github/{hook.id}", content=body, headers=headers | more
        )  # fmt: skip

    first = send()
    assert (first.status_code, first.json()["state"]) == (202, "accepted")
    place = hooked.wait(first.json()["id"])
    assert (place.state, place.code) == ("done", "FETCHED")
    again = send()
    assert again.status_code == 200
    assert again.json() == {"state": "known", "id": first.json()["id"]}
    # GitHub does not sign the id: under another one it is the same delivery all the same.
    assert send(**{"x-github-delivery": "00000000-cc78-11e3-81ab-4c9367dc0958"}).json() == (
        again.json()
    )
    hooked.quiet()
    assert far.paths() == [RUN, "/repos/acme/chat/actions/artifacts/1/zip"]
    ((where, kept),) = hooked.slots().items()
    assert where == (f"{far.address[7:]}/acme/chat@main", "sbom/chat.cdx.json")
    assert (kept.default, kept.seen) == (True, 1)
    counted = hooked.counted("lineage_hook_deliveries")
    assert (counted["github accepted"], counted["github known"]) == (1, 2)
    # One that is accepted is in the trail, under the name of its hook.
    time.sleep(0.4)
    entries = [one for one in Trail(hooked.house.record.session).read("default") if one.who]
    assert [one.who for one in entries if one.about == hook.id] == [f"hook:{hook.id}"]


def test_a_hook_of_another_tenant_writes_to_that_tenant(hooked_anywhere, far):
    hooked = hooked_anywhere
    Tenants(hooked.house.record.session).add("bravo")
    far.on(RUN, told({"total_count": 0, "artifacts": []}))
    hook = hooked.hook("github", far.address, tenant="bravo")
    place = hooked.followed(hook, "workflow_run", payloads.run())
    assert (place.tenant, place.code) == ("bravo", "NOTHING_FOUND")
    assert sum(hooked.client.app.state.desk.inbox.counts("default").values()) == 0


def test_a_delivery_that_breaks_off_is_counted_and_forgotten(template, tmp_path, built):
    file = copy_of(template, tmp_path)
    with Record.open(f"sqlite:///{file}") as record, serving(file, built) as address:
        hook = Hooks(record.session).add(
            number=new_number(), tenant="default", kind="github", stream="*", api=NOWHERE,
            secret="env:NONE",
        )  # fmt: skip
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as line:
            head = f"POST /hooks/github/{hook.id} HTTP/1.1\r\nHost: {host}:{port}\r\n"
            line.sendall(f"{head}Content-Length: 1000\r\n\r\n{{".encode())
            time.sleep(0.2)
        wanted = 'deliveries_total{kind="github",outcome="body_invalid"} 1.0'
        for _ in range(100):
            if wanted in urlopen(f"{address}/metrics").read().decode():
                break
            time.sleep(0.05)
        else:
            raise AssertionError("it is not counted")
        assert sum(Inbox(record.session).counts().values()) == 0


def test_a_full_inbox_asks_to_come_again(hooked, far):
    hook = hooked.hook("github", far.address)
    hooked.client.app.state.desk.inbox._room._rows = 0
    response = hooked.deliver(hook, "workflow_run", payloads.run())
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert hooked.counted("lineage_hook_deliveries") == {"github inbox_full": 1}


def test_a_large_delivery_is_cut_off(hooked, far):
    hooked.house.settings = hooked.house.settings.model_copy(update={"hook_max_delivery": 1000})
    hook = hooked.hook("github", far.address)
    response = hooked.deliver(hook, "workflow_run", payloads.run(padding="x" * 1000))
    assert (response.status_code, response.json()["code"]) == (413, "DOCUMENT_TOO_LARGE")


def test_a_secret_that_cannot_be_read_is_no_fault_of_the_sender(hooked, far):
    hook = hooked.hook("github", far.address)
    hooked.environment.delenv(f"SECRET_{hook.id}")
    response = hooked.deliver(hook, "ping", {})
    assert (response.status_code, response.json()["code"]) == (503, "HOOK_UNUSABLE")
    assert f"SECRET_{hook.id}" not in response.text
    # A secret that nobody could sign with opens nothing.
    for text in ("", "short", "whsec_", "whsec_%%%%%%%%%%%%%%%%"):
        hooked.environment.setenv(f"SECRET_{hook.id}", text)
        assert hooked.deliver(hook, "ping", {}, secret=text).status_code == 503


def test_both_secrets_are_believed_until_the_one_before_ends(hooked, far):
    from api.hooks.signature import new_secret

    hooks = Hooks(hooked.house.record.session)
    hook, after = hooked.hook("github", far.address), new_secret()
    hooked.environment.setenv("AFTER", after)
    before = hooked.secrets[hook.id]

    def answers():
        return [
            hooked.deliver(hook, "ping", {}, secret=one).status_code for one in (before, after)
        ]  # fmt: skip

    assert answers() == [200, 401]
    hooks.rotate(hook.id, "default", secret="env:AFTER", until=None)
    assert answers() == [200, 200]
    hooks.settle(hook.id, "default")
    assert answers() == [401, 200]
    past = datetime.now(UTC) - timedelta(seconds=1)
    hooks.rotate(hook.id, "default", secret=f"env:SECRET_{hook.id}", until=past)
    assert answers() == [200, 401]
    hooks.remove(hook.id, "default")
    assert answers() == [404, 404]


def test_a_delivery_needs_no_token_and_gives_none(hooked, far):
    hook = hooked.hook("github", far.address)
    body = b"{}"
    headers = hooked.headers(hook, "ping", body) | {
        "host": "lineage.acme.example", "x-forwarded-for": "192.0.2.7",
    }  # fmt: skip
    assert hooked.client.post(
        f"/hooks/github/{hook.id}", content=body, headers=headers
    ).status_code == 200  # fmt: skip
    for path in ("/hooks/../v1/streams", "/hooks/github"):
        response = hooked.client.get(path, headers={"host": "lineage.acme.example"})
        assert response.status_code in (403, 404)
