"""GitHub: which deliveries tell of bills of materials, and where its API has them.

Sources: "Webhook events and payloads", "REST API endpoints for release assets", "for GitHub
Actions artifacts", "for Git references" (version 2022-11-28).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote

from api.hooks.webhook.failure import FetchDelayedError
from api.hooks.webhook.meaning import Listing, Meaning, Read, Retired, Source, Unwanted, Wanted
from api.hooks.webhook.upload import listing_of
from lineage.ingest.sources.job import Job, after_run, repository_of, settled

if TYPE_CHECKING:
    from api.hooks.webhook.payload import Payload
    from api.hooks.webhook.remote import Remote

_BYTES = {"Accept": "application/octet-stream"}
_BRANCH = "refs/heads/"
_UPLOADED_WITHIN = timedelta(minutes=10)


def _ping(payload: Payload, server: str) -> Meaning:
    del payload, server
    return Unwanted(reason="a ping: the secret is right")


def _release(payload: Payload, server: str) -> Meaning:
    action = payload.text("action")
    if action != "published":
        return Unwanted(reason=f"a release is fetched when it is published, not {action}")
    job = replace(
        _job(payload, server),
        tag=payload.text("release", "tag_name"),
        url=payload.maybe_text("release", "html_url"),
    )
    return Wanted(
        stream=job.stream,
        listing=partial(_assets, payload=payload, job=job),
        at=payload.time("release", "published_at"),
    )


def _run(payload: Payload, server: str) -> Meaning:
    action = payload.text("action")
    if action != "completed":
        return Unwanted(reason=f"a run is fetched from when it is completed, not {action}")
    conclusion = payload.maybe_text("workflow_run", "conclusion")
    if conclusion != "success":
        return Unwanted(reason=f"a run is fetched from when it succeeds; this one: {conclusion}")
    job = after_run(_job(payload, server), payload.body)
    job = settled(replace(job, url=payload.maybe_text("workflow_run", "html_url")), None)
    return Wanted(
        stream=job.stream,
        listing=partial(_artefacts, payload=payload, job=job),
        at=payload.time("workflow_run", "updated_at"),
    )


def _deleted(payload: Payload, server: str) -> Meaning:
    kind = payload.text("ref_type")
    if kind != "branch":
        return Unwanted(reason=f"a {kind} that is gone says what it said")
    return _gone(payload, server, payload.text("ref"))


def _push(payload: Payload, server: str) -> Meaning:
    reference = payload.text("ref")
    if not payload.flag("deleted") or not reference.startswith(_BRANCH):
        return Unwanted(reason="documents come with runs and releases, not with a push")
    return _gone(payload, server, reference.removeprefix(_BRANCH))


EVENTS: Mapping[str, Read] = MappingProxyType(
    {
        "ping": _ping,
        "release": _release,
        "workflow_run": _run,
        "delete": _deleted,
        "push": _push,
    }
)
"""What becomes of a delivery, by ``X-GitHub-Event``."""


def _job(payload: Payload, server: str) -> Job:
    path = payload.repository("repository", "full_name")
    return Job(repository=repository_of(f"{server}/{path}") or path)


def _gone(payload: Payload, server: str, branch: str) -> Meaning:
    job = replace(_job(payload, server), branch=branch)
    return Retired(stream=job.stream, is_there=partial(_is_branch, payload=payload, name=branch))


def _assets(remote: Remote, *, payload: Payload, job: Job) -> Listing:
    place = _place(payload)
    number = payload.number("release", "id")
    found = tuple(remote.pages(f"{place}/releases/{number}/assets"))
    for one in found:
        if one.find("state") != "uploaded":
            raise FetchDelayedError(address=one.text("name"), reason="it is being uploaded")
    sources = tuple(
        Source(
            name=one.text("name"),
            path=f"{place}/releases/assets/{one.number('id')}",
            size=one.maybe_number("size"),
            headers=_BYTES,
        )
        for one in found
    )
    # Many publish a release first, and then upload to it; no event tells of that.
    published = payload.time("release", "published_at")
    settled = None if published is None else published + _UPLOADED_WITHIN
    return replace(listing_of(job, sources), settled=settled)


def _artefacts(remote: Remote, *, payload: Payload, job: Job) -> Listing:
    place = _place(payload)
    number = payload.number("workflow_run", "id")
    found = remote.pages(f"{place}/actions/runs/{number}/artifacts", within="artifacts")
    sources = tuple(
        Source(
            name=one.text("name"),
            path=f"{place}/actions/artifacts/{one.number('id')}/zip",
            packed=True,
            size=one.maybe_number("size_in_bytes"),
            gone="it has expired" if one.flag("expired") else "",
        )
        for one in found
    )
    if sources and job.change is None and not job.default and _is_tag(remote, payload, job):
        job = replace(job, tag=job.branch, branch=None, default=None)
    return listing_of(job, sources)


def _is_tag(remote: Remote, payload: Payload, job: Job) -> bool:
    """The run of a tag names it where others name their branch."""
    name = job.branch or ""
    if _is_branch(remote, payload=payload, name=name):
        return False
    return remote.exists(f"{_place(payload)}/git/ref/tags/{quote(name)}")


def _is_branch(remote: Remote, *, payload: Payload, name: str) -> bool:
    return remote.exists(f"{_place(payload)}/git/ref/heads/{quote(name)}")


def _place(payload: Payload) -> str:
    return f"/repos/{payload.repository('repository', 'full_name')}"
