"""What GitLab tells of is fetched from its API and recorded where a push would have put it."""

from __future__ import annotations

import pytest

from tests.api.hooks.webhook import payloads
from tests.api.hooks.webhook.far import Reply, told
from tests.api.hooks.webhook.payloads import SHA, bom, packed

JOBS = "/projects/7/pipelines/31/jobs"


def row(number, name, **more):
    archive = {"filename": "artifacts.zip", "size": 1000}
    return {"id": number, "name": name, "status": "success", "artifacts_file": archive} | more


@pytest.fixture
def hook(hooked, far):
    return hooked.hook("gitlab", far.address, credential="glpat_of_the_hook")


@pytest.fixture
def host(far):
    return far.address.removeprefix("http://")


@pytest.fixture
def archive(far):
    far.on("/projects/7/jobs/1977/artifacts", Reply(body=packed(gl__chat_cdx_json=bom("torch"))))


def test_the_archives_of_a_pipelines_jobs_are_read(hooked, hook, far, host, archive):
    far.on(JOBS, told([row(1977, "sbom"), {"id": 1978, "name": "lint", "artifacts_file": None}]))
    place = hooked.followed(hook, "Pipeline Hook", payloads.pipeline())
    assert (place.state, place.code, place.lane) == (
        "done", "FETCHED", f"fetch {host}/acme/chat@main",
    )  # fmt: skip
    ((where, kept),) = hooked.slots().items()
    assert where == (f"{host}/acme/chat@main", "sbom/gl/chat.cdx.json")
    assert (kept.branch, kept.default, kept.commit) == ("main", True, SHA)
    assert kept.job == "https://gitlab.acme.example/acme/chat/-/pipelines/31"
    assert far.asked[0][1]["private-token"] == "glpat_of_the_hook"
    assert "scope%5B%5D=success" in far.asked[0][0]


@pytest.mark.parametrize(
    ("told_of", "stream", "default"),
    [
        ({"attributes": {"ref": "next"}}, "{host}/acme/chat@next", False),
        ({"attributes": {"ref": "v2.0", "tag": True}}, "{host}/acme/chat", None),
        ({"attributes": {"ref": "refs/merge-requests/15/head"}}, "{host}/acme/chat#15", False),
        # A fork calls its branch what it likes; the request is where it is to be merged.
        ({"merge_request": {"iid": 15, "url": "{address}/acme/chat/-/merge_requests/15"},
          "project": {"id": 7, "path_with_namespace": "eve/chat", "default_branch": "main"}},
         "{host}/acme/chat#15", False),
        ({"project": {"id": 7, "path_with_namespace": "acme/chat"}}, "{host}/acme/chat@main",
         False),
    ],
)  # fmt: skip
def test_what_does_not_come_from_the_default_branch_does_not_count(
    hooked, hook, far, host, archive, told_of, stream, default
):
    far.on(JOBS, told([row(1977, "sbom")]))
    payload = payloads.pipeline(**told_of)
    if payload["merge_request"]:
        url = payload["merge_request"]["url"].format(address=far.address)
        payload["merge_request"] = {"iid": 15, "url": url}
    hooked.followed(hook, "Pipeline Hook", payload)
    ((where, kept),) = hooked.slots().items()
    assert where == (stream.format(host=host), "sbom/gl/chat.cdx.json")
    assert kept.default is default


def test_the_archive_of_one_job_is_read(hooked, hook, far, host, archive):
    far.on("/projects/7/jobs/1977", told(row(1977, "sbom", pipeline={"ref": "main"})))
    assert hooked.followed(hook, "Job Hook", payloads.job()).code == "FETCHED"
    assert set(hooked.slots()) == {(f"{host}/acme/chat@main", "sbom/gl/chat.cdx.json")}


def test_a_job_of_a_merge_request_is_known_by_its_pipeline(hooked, hook, far, host, archive):
    reference = "refs/merge-requests/15/head"
    far.on("/projects/7/jobs/1977", told(row(1977, "sbom", pipeline={"ref": reference})))
    hooked.followed(hook, "Job Hook", payloads.job())
    assert set(hooked.slots()) == {(f"{host}/acme/chat#15", "sbom/gl/chat.cdx.json")}


def test_a_job_that_left_nothing_is_no_failure(hooked, hook, far):
    far.on("/projects/7/jobs/1977", told(row(1977, "lint", artifacts_file=None)))
    place = hooked.followed(hook, "Job Hook", payloads.job())
    assert (place.state, place.code) == ("done", "NOTHING_FOUND")


def test_a_branch_that_is_gone_retires_its_stream(hooked, hook, far, host, archive):
    far.on(JOBS, told([row(1977, "sbom")]))
    branch = "feature/new one"
    hooked.followed(hook, "Pipeline Hook", payloads.pipeline(attributes={"ref": branch}))
    stream = f"{host}/acme/chat@{branch}"
    place = hooked.followed(hook, "Push Hook", payloads.pushed_nothing(f"refs/heads/{branch}"))
    assert place.code == "RETIRED"
    assert hooked.house.record.stream_options(stream).retired
    # A slash in the name of a branch is no slash of the address.
    assert far.paths()[-1] == "/projects/7/repository/branches/feature%2Fnew%20one"


UNWANTED = [
    ("Pipeline Hook", payloads.pipeline(attributes={"status": "failed"}), "this one: failed"),
    ("Job Hook", payloads.job(build_status="running"), "this one: running"),
    ("Push Hook", payloads.pushed_nothing("refs/heads/x") | {"after": SHA}, "not with a push"),
    ("Tag Push Hook", {"object_kind": "tag_push"}, "nothing is made of 'Tag Push Hook'"),
]


def test_what_nothing_is_made_of_is_answered_with_a_word_why(hooked, hook):
    for event, payload, reason in UNWANTED:
        response = hooked.deliver(hook, event, payload)
        assert response.status_code == 200
        assert response.json()["state"] == "unwanted"
        assert reason in response.json()["reason"]
