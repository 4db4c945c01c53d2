"""What GitHub tells of is fetched from its API and recorded where a push would have put it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.api.hooks.webhook import payloads
from tests.api.hooks.webhook.far import Reply, moved, told
from tests.api.hooks.webhook.payloads import SHA, artefact, asset, bom, packed

PLACE = "/repos/acme/chat"
RUN = f"{PLACE}/actions/runs/30433642/artifacts"


def listed(*rows):
    return told({"total_count": len(rows), "artifacts": list(rows)})


def zips(far, *bodies):
    """A run with an artefact for each body."""
    rows = [artefact(number, f"sbom-{number}") for number in range(1, len(bodies) + 1)]
    far.on(RUN, listed(*rows))
    for number, body in enumerate(bodies, 1):
        far.on(f"{PLACE}/actions/artifacts/{number}/zip", Reply(body=body))


@pytest.fixture
def hook(hooked, far):
    return hooked.hook("github", far.address, credential="ghp_of_the_hook")


def test_the_assets_of_a_release_are_of_its_tag(hooked, hook, far, host):
    far.on(f"{PLACE}/releases/11248810/assets", told([
        asset(1, "chat.cdx.json"), asset(2, "chat-linux-amd64"), asset(3, "notes.json"),
    ]))  # fmt: skip
    far.on(f"{PLACE}/releases/assets/1", Reply(body=bom("torch")))
    far.on(f"{PLACE}/releases/assets/3", told({"changes": []}))
    place = hooked.followed(hook, "release", payloads.release())
    assert (place.state, place.code, place.lane) == ("done", "FETCHED", f"fetch {host}/acme/chat")
    ((where, kept),) = hooked.slots().items()
    assert where == (f"{host}/acme/chat", "chat.cdx.json")
    assert (kept.branch, kept.default, kept.subject) == (None, None, "container:demo/chat@1.2.0")
    assert kept.job == "https://github.com/acme/chat/releases/tag/v1.2.0"
    assert kept.principal == f"hook:{hook.id}"
    # The program that is released is none of our business.
    assert f"{PLACE}/releases/assets/2" not in far.paths()
    asked = dict(far.asked)[f"{PLACE}/releases/assets/1"]
    assert asked["accept"] == "application/octet-stream"
    assert asked["authorization"] == "Bearer ghp_of_the_hook"
    assert asked["x-github-api-version"] == "2022-11-28"


def test_what_is_uploaded_after_a_release_is_waited_for(hooked, hook, far):
    place = f"{PLACE}/releases/11248810/assets"
    row = asset(1, "chat.cdx.json")
    far.on(f"{PLACE}/releases/assets/1", Reply(body=bom("torch")))
    far.on(place, told([]), told([row]))
    assert hooked.followed(hook, "release", payloads.release()).attempts == 2
    assert len(hooked.slots()) == 1
    far.on(place, told([row | {"state": "open"}]), told([row]))
    assert hooked.followed(hook, "release", payloads.release(id=11248810, x=1)).attempts == 2
    # One that was published a while ago has what it has.
    far.on(place, told([asset(2, "chat.tar.gz")]))
    past = f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    item = hooked.followed(hook, "release", payloads.release(published_at=past))
    assert (item.state, item.code, item.attempts) == ("done", "NOTHING_FOUND", 1)


def test_the_artefacts_of_a_run_are_of_its_branch(hooked, hook, far, host):
    zips(far, packed(out__chat_cdx_json=bom("torch", subject=None), readme_txt=b"hello"))
    place = hooked.followed(hook, "workflow_run", payloads.run())
    assert (place.state, place.code) == ("done", "FETCHED")
    ((where, kept),) = hooked.slots().items()
    assert where == (f"{host}/acme/chat@main", "sbom-1/out/chat.cdx.json")
    assert (kept.branch, kept.default, kept.commit) == ("main", True, SHA)
    # It has no subject of its own: it is about the repository at that commit.
    assert kept.subject == f"environment:acme/chat@{SHA}"


@pytest.mark.parametrize(
    ("told_of", "stream", "branch"),
    [
        ({"head_branch": "next"}, "acme/chat@next", "next"),
        ({"head_branch": "v2.0"}, "acme/chat", None),
        ({"head_branch": "fix", "event": "pull_request", "pull_requests": [{"number": 12}]},
         "acme/chat#12", "fix"),
        # A fork calls its branch what it likes.
        ({"event": "pull_request", "head_repository": {"full_name": "eve/chat"}},
         "acme/chat#eve/chat:main", "main"),
        ({"head_repository": {"full_name": "eve/chat"}}, "acme/chat#eve/chat:main", "main"),
        ({"event": "workflow_run"}, "acme/chat@main", "main"),
    ],
)  # fmt: skip
def test_what_does_not_come_from_the_default_branch_does_not_count(
    hooked, hook, far, host, told_of, stream, branch
):
    zips(far, packed(chat_cdx_json=bom("torch")))
    far.on(f"{PLACE}/git/ref/heads/next", told({"ref": "refs/heads/next"}))
    far.on(f"{PLACE}/git/ref/tags/v2.0", told({"ref": "refs/tags/v2.0"}))
    assert hooked.followed(hook, "workflow_run", payloads.run(**told_of)).code == "FETCHED"
    ((where, kept),) = hooked.slots().items()
    assert where == (f"{host}/{stream}", "sbom-1/chat.cdx.json")
    assert (kept.branch, kept.default) == (branch, None if branch is None else False)


def test_every_page_of_a_list_is_read(hooked, hook, far):
    rows = [artefact(number, f"sbom-{number}") for number in range(1, 4)]
    following = f'<{far.address}{RUN}/more?page=2>; rel="next", <{far.address}/x>; rel="last"'
    far.on(RUN, told({"total_count": 3, "artifacts": rows[:2]}, link=following))
    far.on(f"{RUN}/more", listed(rows[2]))
    for number in (1, 2, 3):
        body = packed(chat_cdx_json=bom(f"library-{number}"))
        far.on(f"{PLACE}/actions/artifacts/{number}/zip", Reply(body=body))
    hooked.followed(hook, "workflow_run", payloads.run())
    assert {part for _, part in hooked.slots()} == {
        f"sbom-{number}/chat.cdx.json" for number in (1, 2, 3)
    }


def test_only_what_the_pattern_names_is_looked_into(hooked, far):
    hook = hooked.hook("github", far.address, files="sbom-*")
    far.on(RUN, listed(artefact(1, "sbom-1"), artefact(2, "build", size_in_bytes=10**9)))
    far.on(f"{PLACE}/actions/artifacts/1/zip", Reply(body=packed(chat_cdx_json=bom("torch"))))
    assert hooked.followed(hook, "workflow_run", payloads.run()).code == "FETCHED"
    assert "authorization" not in far.asked[0][1]  # it has no credential


def test_a_redirect_to_another_host_never_sees_the_credential(hooked, far, store, host):
    hooked.house.settings = hooked.house.settings.model_copy(
        update={"hook_hosts": store.address.removeprefix("http://")}
    )
    hook = hooked.hook("github", far.address, credential="ghp_of_the_hook")
    far.on(RUN, listed(artefact(1, "sbom-1")))
    place = f"{PLACE}/actions/artifacts/1/zip"
    far.on(place, moved(f"{store.address}/blob/1?sig=secret"))
    store.on("/blob/1", Reply(body=packed(chat_cdx_json=bom("torch"))))
    assert hooked.followed(hook, "workflow_run", payloads.run()).code == "FETCHED"
    assert dict(far.asked)[place]["authorization"] == "Bearer ghp_of_the_hook"
    ((path, headers),) = store.asked
    assert path == "/blob/1?sig=secret"
    assert "authorization" not in headers
    assert [stream for stream, _ in hooked.slots()] == [f"{host}/acme/chat@main"]


def test_a_deleted_branch_retires_its_stream(hooked, hook, far, host):
    zips(far, packed(chat_cdx_json=bom("torch")))
    far.on(f"{PLACE}/git/ref/heads/next", told({"ref": "refs/heads/next"}))
    hooked.followed(hook, "workflow_run", payloads.run(head_branch="next"))
    stream = f"{host}/acme/chat@next"
    assert not hooked.house.record.stream_options(stream).retired
    # It is there (again): the delivery is late, and what it says is no longer true.
    assert hooked.followed(hook, "delete", payloads.deleted("next")).code == "STILL_THERE"
    assert not hooked.house.record.stream_options(stream).retired
    del far.replies[f"{PLACE}/git/ref/heads/next"]
    gone = {"ref": "refs/heads/next", "deleted": True, "after": "0" * 40}
    gone["repository"] = payloads.REPOSITORY
    assert hooked.followed(hook, "push", gone).code == "RETIRED"
    assert hooked.house.record.stream_options(stream).retired
    (kept,) = hooked.house.record.history().newest(streams=stream)
    assert kept.digest.startswith("sha256:e3b0c442")  # nothing
    # Once more, told by the other event: no news.
    head = hooked.house.head().number
    assert hooked.followed(hook, "delete", payloads.deleted("next")).code == "RETIRED"
    assert hooked.house.head().number == head


UNWANTED = [
    ("ping", {"zen": "Keep it logically awesome."}, "the secret is right"),
    ("release", payloads.release("created"), "not created"),
    ("workflow_run", payloads.run() | {"action": "requested"}, "not requested"),
    ("workflow_run", payloads.run(conclusion="failure"), "this one: failure"),
    ("delete", payloads.deleted("v1.0", "tag"), "a tag that is gone"),
    ("push", {"ref": "refs/heads/main", "deleted": False}, "not with a push"),
    ("star", {"action": "created"}, "nothing is made of 'star'"),
]


def test_what_nothing_is_made_of_is_answered_with_a_word_why(hooked, hook):
    for event, payload, reason in UNWANTED:
        response = hooked.deliver(hook, event, payload)
        assert response.status_code == 200
        assert response.json()["state"] == "unwanted"
        assert reason in response.json()["reason"]
    assert sum(hooked.client.app.state.desk.inbox.counts().values()) == 0


@pytest.fixture
def host(far):
    return far.address.removeprefix("http://")
