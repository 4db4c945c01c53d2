"""GitLab: which deliveries tell of bills of materials, and where its API has them.

Sources: "Webhook events" (push, pipeline, job), "Jobs API", "Job artifacts API", "Branches API".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote

from api.hooks.webhook.meaning import Listing, Meaning, Read, Retired, Source, Unwanted, Wanted
from api.hooks.webhook.upload import listing_of
from lineage.ingest.sources.job import Job, repository_of, settled

if TYPE_CHECKING:
    from api.hooks.webhook.payload import Payload
    from api.hooks.webhook.remote import Remote

_BRANCH = "refs/heads/"
_REQUEST = re.compile(r"refs/merge-requests/(\d+)/\w+")
_NOBODY = re.compile("0{40,64}")


def _pipeline(payload: Payload, server: str) -> Meaning:
    status = payload.text("object_attributes", "status")
    if status != "success":
        return Unwanted(reason=f"a pipeline is fetched from when it succeeds; this one: {status}")
    job = _placed(_project(payload, server), payload, payload.text("object_attributes", "ref"),
                  tagged=payload.flag("object_attributes", "tag"))  # fmt: skip
    job = replace(
        job,
        commit=payload.maybe_text("object_attributes", "sha"),
        url=payload.maybe_text("object_attributes", "url"),
    )
    if payload.find("merge_request", "iid") is not None:
        job = _requested(job, str(payload.number("merge_request", "iid")))
        # The pipeline may be the fork's; the request is where it is to be merged.
        target = payload.maybe_text("merge_request", "url") or ""
        job = replace(job, repository=repository_of(target.partition("/-/")[0]) or job.repository)
    job = settled(job, None)
    return Wanted(
        stream=job.stream,
        listing=partial(_of_pipeline, payload=payload, job=job),
        at=payload.time("object_attributes", "finished_at"),
    )


def _job(payload: Payload, server: str) -> Meaning:
    status = payload.text("build_status")
    if status != "success":
        return Unwanted(reason=f"a job is fetched from when it succeeds; this one: {status}")
    job = _placed(
        _project(payload, server), payload, payload.text("ref"), tagged=payload.flag("tag")
    )
    job = settled(replace(job, commit=payload.maybe_text("sha")), None)
    return Wanted(
        stream=job.stream,
        listing=partial(_of_job, payload=payload, job=job),
        at=payload.time("build_finished_at"),
    )


def _push(payload: Payload, server: str) -> Meaning:
    reference = payload.text("ref")
    if not _NOBODY.fullmatch(payload.text("after")) or not reference.startswith(_BRANCH):
        return Unwanted(reason="documents come with pipelines and jobs, not with a push")
    name = reference.removeprefix(_BRANCH)
    job = replace(_project(payload, server), branch=name)
    place = f"/projects/{payload.number('project_id')}/repository/branches/{quote(name, safe='')}"
    return Retired(stream=job.stream, is_there=partial(_exists, place=place))


EVENTS: Mapping[str, Read] = MappingProxyType(
    {"Pipeline Hook": _pipeline, "Job Hook": _job, "Push Hook": _push}
)
"""What becomes of a delivery, by ``X-Gitlab-Event``."""


def _project(payload: Payload, server: str) -> Job:
    path = payload.repository("project", "path_with_namespace")
    return Job(repository=repository_of(f"{server}/{path}") or path)


def _placed(job: Job, payload: Payload, reference: str, *, tagged: bool) -> Job:
    """The job with what its reference is: a merge request, a tag or a branch."""
    if request := _REQUEST.fullmatch(reference):
        return _requested(job, request[1])
    if tagged:
        return replace(job, tag=reference)
    default = payload.maybe_text("project", "default_branch")
    return replace(job, branch=reference, default=None if default is None else reference == default)


def _requested(job: Job, number: str) -> Job:
    return replace(job, change=number, tag=None, default=None)


def _of_pipeline(remote: Remote, *, payload: Payload, job: Job) -> Listing:
    place = f"/projects/{payload.number('project', 'id')}"
    number = payload.number("object_attributes", "id")
    found = remote.pages(f"{place}/pipelines/{number}/jobs", {"scope[]": "success"})
    return listing_of(job, tuple(filter(None, (_source(place, one) for one in found))))


def _of_job(remote: Remote, *, payload: Payload, job: Job) -> Listing:
    """The hook of a job does not say that its branch is that of a merge request; the API does."""
    place = f"/projects/{payload.number('project_id')}"
    found = remote.ask(f"{place}/jobs/{payload.number('build_id')}")
    reference = found.maybe_text("pipeline", "ref")
    if reference and (request := _REQUEST.fullmatch(reference)):
        job = settled(_requested(job, request[1]), None)
    source = _source(place, found)
    return listing_of(job, () if source is None else (source,))


def _source(place: str, job: Payload) -> Source | None:
    """The archive of a job; None for a job that left none."""
    if job.maybe_text("artifacts_file", "filename") is None:
        return None
    return Source(
        name=job.text("name"),
        path=f"{place}/jobs/{job.number('id')}/artifacts",
        packed=True,
        size=job.maybe_number("artifacts_file", "size"),
    )


def _exists(remote: Remote, *, place: str) -> bool:
    return remote.exists(place)
