"""The CI job that a push comes from, told from the environment variables of its platform.

A pull request is the stream ``HOST/REPO#N`` whatever its head is called, a branch
``HOST/REPO@BRANCH``, tags are all in ``HOST/REPO`` (design section 7). Only a default branch and
tags count; whether a branch is the default one is believed where the platform says so.

Variables: GitHub Actions "Store information in variables" and the webhook payload in
GITHUB_EVENT_PATH (Gitea and Forgejo set the same); GitLab "Predefined CI/CD variables"; Jenkins
Branch API (CHANGE_ID, TAG_NAME, BRANCH_IS_PRIMARY).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

_SCP = re.compile(r"^(?:[^@/]+@)?(?P<host>[^:/]+):(?P<path>(?!//).+)$")
_V = re.compile(r"^v(?=\d)")
_PORTS = {"https": 443, "http": 80, "ssh": 22, "git": 9418}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Where documents of a job belong. ``repository`` is HOST/PATH.

    ``branch`` is None for a tag. ``default`` is None only outside of a job, where nobody knows.
    ``notes`` are for the person who reads the job's log.
    """

    repository: str
    change: str | None = None
    branch: str | None = None
    default: bool | None = None
    tag: str | None = None
    commit: str | None = None
    url: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def stream(self) -> str:
        """The stream of everything the job pushes."""
        if self.change is not None:
            return f"{self.repository}#{self.change}"
        return self.repository if self.branch is None else f"{self.repository}@{self.branch}"

    @property
    def version(self) -> str | None:
        """The version of what was built: the tag without its v, else the commit."""
        return _V.sub("", self.tag) if self.tag else self.commit


def job_of(
    variables: Mapping[str, str],
    *,
    default_branch: str | None = None,
    read: Callable[[str], bytes] = lambda path: Path(path).read_bytes(),
) -> Job | None:
    """The job that these environment variables describe; None outside of a known platform.

    ``default_branch`` is what the caller says, and wins over the platform.
    """
    for platform in (_github, _gitlab, _jenkins):
        found = platform(variables, read)
        if found is not None:
            return settled(found, default_branch)
    return None


def repository_of(address: str) -> str | None:
    """HOST/PATH of a clone address, without credentials and ``.git``; None where it is none.

    >>> repository_of("git@github.com:acme/chat.git")
    'github.com/acme/chat'
    """
    if "://" in address:
        parts = urlsplit(address)
        try:
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return None
        if port is not None and port != _PORTS.get(parts.scheme):
            host = f"{host}:{port}"
        path = parts.path
    else:
        found = _SCP.match(address)
        if found is None:
            return None
        host, path = found["host"].lower(), found["path"]
    path = path.strip("/").removesuffix(".git")
    return f"{host}/{path}" if host and path else None


def settled(job: Job, default_branch: str | None) -> Job:
    """The job with what is decided about its branch: unknown is no default branch, and said."""
    if job.change is not None:
        return replace(job, default=False, branch=job.branch or f"change {job.change}")
    if job.branch is None:
        return job
    if default_branch is not None:
        return replace(job, default=job.branch == default_branch)
    if job.default is None:
        note = (
            f"nobody says which branch is the default one: {job.branch} is taken as one that does "
            "not count; say --default-branch NAME"
        )
        return replace(job, default=False, notes=(*job.notes, note))
    return job


def after_run(job: Job, event: Any) -> Job:
    """The job of what another run has made, as the payload of its ``workflow_run`` event tells it.

    ``default`` is None where the payload does not name the default branch. The payload does not
    say whether ``branch`` is the name of a tag.
    """
    default = _at(event, "repository", "default_branch")
    own = _at(event, "repository", "full_name")
    run = _at(event, "workflow_run") or {}
    branch, cause = str(_at(run, "head_branch") or "unknown"), str(_at(run, "event") or "")
    commit = str(_at(run, "head_sha") or "") or job.commit
    job = replace(job, commit=commit, branch=branch)
    source = _at(run, "head_repository", "full_name") or "unknown"
    if cause.startswith("pull_request") or (own and source not in (own, "unknown")):
        requests = _at(run, "pull_requests")
        first = requests[0] if isinstance(requests, list) and requests else None
        # Of a fork's request the payload names the head only.
        return replace(job, change=str(_at(first, "number") or f"{source}:{branch}"))
    if cause == "workflow_run" or default is None:
        return job  # what ran after a fork's run is said to be of the default branch as well
    return replace(job, default=branch == default)


def _github(variables: Mapping[str, str], read: Callable[[str], bytes]) -> Job | None:
    path = variables.get("GITHUB_REPOSITORY")
    if not variables.get("GITHUB_ACTIONS") or not path:
        return None
    server = variables.get("GITHUB_SERVER_URL", "https://github.com")
    repository = repository_of(f"{server}/{path}") or path
    event, notes = _event(variables.get("GITHUB_EVENT_PATH"), read)
    run = variables.get("GITHUB_RUN_ID")
    job = Job(
        repository=repository,
        commit=variables.get("GITHUB_SHA"),
        url=f"{server}/{path}/actions/runs/{run}" if run else None,
        notes=notes,
    )
    name = variables.get("GITHUB_EVENT_NAME", "")
    default = _at(event, "repository", "default_branch")
    if name.startswith("pull_request"):
        # GITHUB_REF of pull_request_target is the base branch, GITHUB_SHA a merge nobody made.
        number = _at(event, "number") or _at(event, "pull_request", "number")
        reference = re.match(r"refs/pull/(\d+)/", variables.get("GITHUB_REF", ""))
        if number is None and reference is not None:
            number = reference[1]
        return replace(
            job,
            change=str(number or variables.get("GITHUB_HEAD_REF") or "unknown"),
            branch=variables.get("GITHUB_HEAD_REF") or None,
            commit=_at(event, "pull_request", "head", "sha") or job.commit,
        )
    if name == "workflow_run":
        return after_run(job, event)
    if variables.get("GITHUB_REF_TYPE") == "tag" or _ref(variables, "refs/tags/"):
        return replace(job, tag=variables.get("GITHUB_REF_NAME") or _ref(variables, "refs/tags/"))
    branch = _ref(variables, "refs/heads/") or variables.get("GITHUB_REF_NAME") or "unknown"
    return replace(job, branch=branch, default=None if default is None else branch == default)


def _gitlab(variables: Mapping[str, str], read: Callable[[str], bytes]) -> Job | None:  # noqa: ARG001
    path = variables.get("CI_PROJECT_PATH")
    if not variables.get("GITLAB_CI") or not path:
        return None
    host = variables.get("CI_SERVER_FQDN") or variables.get("CI_SERVER_HOST", "gitlab.com")
    job = Job(
        repository=f"{host}/{path}",
        commit=variables.get("CI_COMMIT_SHA"),
        url=variables.get("CI_JOB_URL"),
    )
    number = variables.get("CI_MERGE_REQUEST_IID") or variables.get("CI_EXTERNAL_PULL_REQUEST_IID")
    if number:
        target = variables.get("CI_MERGE_REQUEST_PROJECT_PATH", path)
        head = variables.get("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME")
        source = variables.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or job.commit
        return replace(
            job, repository=f"{host}/{target}", change=number, branch=head, commit=source
        )
    if variables.get("CI_COMMIT_TAG"):
        return replace(job, tag=variables["CI_COMMIT_TAG"])
    branch = variables.get("CI_COMMIT_BRANCH") or variables.get("CI_COMMIT_REF_NAME") or "unknown"
    default = variables.get("CI_DEFAULT_BRANCH")
    return replace(job, branch=branch, default=branch == default if default else None)


def _jenkins(variables: Mapping[str, str], read: Callable[[str], bytes]) -> Job | None:  # noqa: ARG001
    address = variables.get("GIT_URL") or variables.get("GIT_URL_1")
    if not (variables.get("JENKINS_URL") or variables.get("BUILD_URL")) or not address:
        return None
    job = Job(
        repository=repository_of(address) or address.rpartition("/")[2],
        commit=variables.get("GIT_COMMIT"),
        url=variables.get("BUILD_URL"),
    )
    if variables.get("CHANGE_ID"):
        return replace(
            job, change=variables["CHANGE_ID"], branch=variables.get("CHANGE_BRANCH") or None
        )
    if variables.get("TAG_NAME"):
        return replace(job, tag=variables["TAG_NAME"])
    local = variables.get("GIT_BRANCH", "").partition("/")[2] or variables.get("GIT_BRANCH")
    branch = variables.get("BRANCH_NAME") or local or "unknown"
    primary = variables.get("BRANCH_IS_PRIMARY")
    return replace(job, branch=branch, default=primary.lower() == "true" if primary else None)


def _event(
    path: str | None, read: Callable[[str], bytes]
) -> tuple[Any, tuple[str, ...]]:  # fmt: skip
    if not path:
        return {}, ()
    try:
        return orjson.loads(read(path)), ()
    except (OSError, orjson.JSONDecodeError):
        return {}, ("the event file of the job cannot be read",)


def _at(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _ref(variables: Mapping[str, str], head: str) -> str | None:
    reference = variables.get("GITHUB_REF", "")
    return reference.removeprefix(head) if reference.startswith(head) else None
