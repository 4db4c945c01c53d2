"""Deliveries are followed up through faults: what passes is tried again, what does not is told."""

from __future__ import annotations

import time

import pytest

from lineage.record.inbox import Inbox
from tests.api.hooks.webhook import payloads
from tests.api.hooks.webhook.far import Reply, told
from tests.api.hooks.webhook.payloads import artefact, bom, packed, zipped

PLACE = "/repos/acme/chat"
RUN = f"{PLACE}/actions/runs/30433642/artifacts"
GOOD = Reply(body=packed(chat_cdx_json=bom("torch")))
CREDENTIAL = "ghp_of_the_hook"


@pytest.fixture
def hook(hooked, far):
    rows = [artefact(1, "sbom-1"), artefact(2, "sbom-2")]
    far.on(RUN, told({"total_count": 2, "artifacts": rows}))
    for number in (1, 2):
        far.on(f"{PLACE}/actions/artifacts/{number}/zip", GOOD)
    return hooked.hook("github", far.address, credential=CREDENTIAL)


def parts(hooked):
    return sorted(part for _, part in hooked.slots())


@pytest.mark.parametrize(
    "reply",
    [
        told({"message": "You have exceeded a secondary rate limit"}, 403, retry_after="1"),
        told({"message": "Bad gateway"}, 502),
        Reply(body=GOOD.body[:40], declared=len(GOOD.body)),
        Reply(status=200, body=b"<html>a proxy</html>"),
    ],
)
def test_what_passes_is_tried_again(hooked, hook, far, reply):
    far.replies[RUN].insert(0, reply)
    place = hooked.followed(hook, "workflow_run", payloads.run())
    assert (place.state, place.code, place.attempts) == ("done", "FETCHED", 2)
    assert parts(hooked) == ["sbom-1/chat.cdx.json", "sbom-2/chat.cdx.json"]
    counted = hooked.counted("lineage_hook_fetches")
    assert counted == {"github fetch_delayed": 1, "github fetched": 1}


def test_a_fetch_that_breaks_off_in_the_middle_takes_nothing_twice(hooked, hook, far):
    path = f"{PLACE}/actions/artifacts/2/zip"
    far.on(path, told({}, 500), GOOD)
    assert hooked.followed(hook, "workflow_run", payloads.run()).attempts == 2
    assert hooked.house.record.history().newest()[-1].seen == 1
    assert [one.seen for one in hooked.slots().values()] == [1, 1]


def test_a_server_asks_for_time_and_gets_it(hooked, hook, far):
    far.replies[RUN].insert(0, told({}, 429, retry_after="1800"))
    number = hooked.deliver(hook, "workflow_run", payloads.run()).json()["id"]
    inbox = Inbox(hooked.house.record.session)
    for _ in range(200):
        place = inbox.place(number, "default")
        if place.code:
            break
        time.sleep(0.02)
    assert (place.state, place.code) == ("waiting", "FETCH_DELAYED")
    assert "status 429" in place.error
    assert 1700 < place.due.timestamp() - time.time() <= 1800
    # Nobody else waits for it: an upload to the same stream is recorded at once.
    host = far.address.removeprefix("http://")
    response = hooked.client.post(
        "/v1/documents", params={"stream": f"{host}/acme/chat@main"}, content=bom("numpy")
    )
    assert response.status_code == 201
    # A person may know better.
    inbox.retry(number, "default")
    assert hooked.wait(number).code == "FETCHED"


@pytest.mark.parametrize(
    ("reply", "code", "reason"),
    [
        (told({"message": "Not Found"}, 404), "FETCH_FAILED", "credential may not see it"),
        (told({"message": "Forbidden"}, 403), "FETCH_FAILED", "credential does not open it"),
        (told({"artifacts": "none"}), "FETCH_FAILED", "it is no list of objects"),
        (told({"artifacts": [{"id": "1", "name": "x"}]}), "DELIVERY_INVALID", "id: it is no"),
    ],
)
def test_what_does_not_pass_is_told_at_once(hooked, hook, far, reply, code, reason):
    far.on(RUN, reply)
    place = hooked.followed(hook, "workflow_run", payloads.run())
    assert (place.state, place.code, place.attempts) == ("failed", code, 1)
    assert reason in place.error
    assert CREDENTIAL not in place.error
    assert parts(hooked) == []


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (told({}, 404), "status 404"),
        (told({}, 410), "status 410"),
        (Reply(body=GOOD.body[:-30]), "it is no whole zip archive"),
        (Reply(body=zipped({"a.cdx.json": bytes(5_000_000)})), "5000000 bytes, more than"),
        (Reply(body=zipped({"../../a.cdx.json": b"{}"})), "its name leads out of the archive"),
        (
            Reply(body=zipped({"a.cdx.json": b'{"bomFormat": "CycloneDX"'})),
            "a.cdx.json: CycloneDX: line 1",
        ),
        (Reply(body=zipped({f"{n}.json": b"{}" for n in range(51)})), "51 files"),
        (Reply(body=b"x" * 200_001), "200001 bytes, more than the 200000"),
    ],
)
def test_one_bad_artefact_is_told_and_the_rest_goes_in(hooked, hook, far, reply, reason):
    far.on(f"{PLACE}/actions/artifacts/1/zip", reply)
    place = hooked.followed(hook, "workflow_run", payloads.run())
    assert (place.state, place.code) == ("failed", "FETCH_INCOMPLETE")
    assert place.error.startswith("1 documents are accepted; left out: sbom-1")
    assert reason in place.error
    assert parts(hooked) == ["sbom-2/chat.cdx.json"]


def test_what_is_too_large_or_expired_is_not_even_asked_for(hooked, hook, far):
    rows = [
        artefact(1, "build", size_in_bytes=10**9), artefact(2, "old", expired=True),
        *(artefact(number, f"more-{number}", expired=True) for number in range(3, 9)),
    ]  # fmt: skip
    far.on(RUN, told({"total_count": len(rows), "artifacts": rows}))
    place = hooked.followed(hook, "workflow_run", payloads.run())
    assert (place.state, place.code) == ("failed", "FETCH_INCOMPLETE")
    assert "build: it has 1000000000 bytes, more than the 200000" in place.error
    assert "old: it has expired" in place.error
    assert place.error.endswith("3 more.")
    assert far.paths() == [RUN]


def test_a_credential_that_no_header_carries_is_told(hooked, hook, far):
    hooked.environment.setenv(f"CREDENTIAL_{hook.id}", "ghp\nX-Evil: 1")
    place = hooked.followed(hook, "workflow_run", payloads.run())
    assert (place.state, place.code) == ("failed", "SECRET_UNREADABLE")
    assert "ghp" not in place.error
    assert far.asked == []


def test_nobody_tries_for_ever(hooked, far):
    hooked.house.settings = hooked.house.settings.model_copy(update={"hook_patience": 0.0})
    hook = hooked.hook("github", "http://127.0.0.1:9")
    place = hooked.followed(hook, "workflow_run", payloads.run())
    assert (place.state, place.code) == ("failed", "FETCH_FAILED")
    assert "given up after 1 attempts" in place.error


def test_a_hook_that_was_removed_fetches_nothing(hooked, hook, far):
    from lineage.record.hook import Hooks

    far.replies[RUN].insert(0, told({}, 429, retry_after="1800"))
    number = hooked.deliver(hook, "workflow_run", payloads.run()).json()["id"]
    inbox = Inbox(hooked.house.record.session)
    while inbox.place(number, "default").code is None:
        time.sleep(0.02)
    Hooks(hooked.house.record.session).remove(hook.id, "default")
    inbox.retry(number, "default")
    place = hooked.wait(number)
    assert (place.state, place.code) == ("failed", "HOOK_UNKNOWN")


def test_what_was_fetched_keeps_the_order_of_the_runs(hooked, hook, far):
    """The first fetch has to wait; the second one waits behind it."""
    far.replies[RUN].insert(0, told({}, 503))
    path = f"{PLACE}/actions/artifacts/1/zip"
    far.on(path, GOOD, Reply(body=packed(chat_cdx_json=bom("numpy"))))
    first = hooked.deliver(hook, "workflow_run", payloads.run(run_attempt=1)).json()["id"]
    second = hooked.deliver(hook, "workflow_run", payloads.run(run_attempt=2)).json()["id"]
    assert [hooked.wait(one).code for one in (first, second)] == ["FETCHED", "FETCHED"]
    hooked.quiet()
    newest = next(one for (_, part), one in hooked.slots().items() if part.startswith("sbom-1"))
    assert b"numpy" in hooked.house.record.document(newest.digest)
