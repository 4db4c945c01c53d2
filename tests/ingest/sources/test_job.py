"""Which stream a job's documents belong to, by the variables that its platform sets."""

from __future__ import annotations

import json

import pytest

from lineage.ingest.sources.job import job_of, repository_of

SHA = "3f2a9c1e8d7b6a5f4e3d2c1b0a9f8e7d6c5b4a39"
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "acme/chat",
    "GITHUB_SHA": SHA,
    "GITHUB_RUN_ID": "77",
    "GITHUB_EVENT_PATH": "event.json",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_SERVER_HOST": "gitlab.acme.example",
    "CI_PROJECT_PATH": "ml/chat",
    "CI_COMMIT_SHA": SHA,
    "CI_JOB_URL": "https://gitlab.acme.example/ml/chat/-/jobs/9",
    "CI_DEFAULT_BRANCH": "main",
}
JENKINS = {
    "JENKINS_URL": "https://ci.acme.example/",
    "GIT_URL": "git@git.acme.example:ml/chat.git",
    "GIT_COMMIT": SHA,
    "BUILD_URL": "https://ci.acme.example/job/chat/4/",
}
REPOSITORY = {"repository": {"default_branch": "main"}}


def job(variables, event=None, **told):
    return job_of(variables, read=lambda _: json.dumps(event or {}).encode(), **told)


@pytest.mark.parametrize(
    ("variables", "event", "stream", "default", "version"),
    [
        ({"GITHUB_REF": "refs/heads/main", "GITHUB_REF_TYPE": "branch"}, REPOSITORY,
         "github.com/acme/chat@main", True, SHA),
        ({"GITHUB_REF": "refs/heads/feature/x", "GITHUB_REF_TYPE": "branch"}, REPOSITORY,
         "github.com/acme/chat@feature/x", False, SHA),
        ({"GITHUB_REF": "refs/tags/v1.4.0", "GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1.4.0"},
         REPOSITORY, "github.com/acme/chat", None, "1.4.0"),
        ({"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/12/merge",
          "GITHUB_HEAD_REF": "main"}, {**REPOSITORY, "number": 12,
          "pull_request": {"head": {"sha": "beef"}}}, "github.com/acme/chat#12", False, "beef"),
        ({"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/12/merge"}, {},
         "github.com/acme/chat#12", False, SHA),
        # Runs on the base branch, with GITHUB_REF saying so.
        ({"GITHUB_EVENT_NAME": "pull_request_target", "GITHUB_REF": "refs/heads/main"},
         {**REPOSITORY, "number": 7, "pull_request": {"head": {"sha": "beef"}}},
         "github.com/acme/chat#7", False, "beef"),
        # A second run, on the default branch, with what a fork's request made.
        ({"GITHUB_EVENT_NAME": "workflow_run", "GITHUB_REF": "refs/heads/main"},
         {**REPOSITORY, "workflow_run": {"event": "pull_request", "head_branch": "main",
          "head_sha": "f00d", "pull_requests": [], "head_repository": {"full_name": "eve/chat"}}},
         "github.com/acme/chat#eve/chat:main", False, "f00d"),
        ({"GITHUB_EVENT_NAME": "workflow_run", "GITHUB_REF": "refs/heads/main"},
         {**REPOSITORY, "workflow_run": {"event": "push", "head_branch": "main",
          "head_sha": "f00d"}}, "github.com/acme/chat@main", True, "f00d"),
        ({"GITHUB_REF": "refs/heads/gh-readonly-queue/main/pr-3-beef"}, REPOSITORY,
         "github.com/acme/chat@gh-readonly-queue/main/pr-3-beef", False, SHA),
    ],
)  # fmt: skip
def test_github(variables, event, stream, default, version):
    found = job(GITHUB | variables, event)
    assert (found.stream, found.default, found.version) == (stream, default, version)
    assert found.url == "https://github.com/acme/chat/actions/runs/77"
    assert not found.notes


@pytest.mark.parametrize(
    ("variables", "stream", "default", "version"),
    [
        ({"CI_COMMIT_BRANCH": "main"}, "gitlab.acme.example/ml/chat@main", True, SHA),
        ({"CI_COMMIT_BRANCH": "fix"}, "gitlab.acme.example/ml/chat@fix", False, SHA),
        ({"CI_COMMIT_TAG": "2.0"}, "gitlab.acme.example/ml/chat", None, "2.0"),
        ({"CI_MERGE_REQUEST_IID": "5", "CI_PROJECT_PATH": "eve/chat",
          "CI_MERGE_REQUEST_PROJECT_PATH": "ml/chat",
          "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "main"},
         "gitlab.acme.example/ml/chat#5", False, SHA),
    ],
)  # fmt: skip
def test_gitlab(variables, stream, default, version):
    found = job(GITLAB | variables)
    assert (found.stream, found.default, found.version) == (stream, default, version)


@pytest.mark.parametrize(
    ("variables", "stream", "default", "version"),
    [
        ({"BRANCH_NAME": "main", "BRANCH_IS_PRIMARY": "true"},
         "git.acme.example/ml/chat@main", True, SHA),
        ({"BRANCH_NAME": "PR-8", "CHANGE_ID": "8", "CHANGE_BRANCH": "main"},
         "git.acme.example/ml/chat#8", False, SHA),
        ({"BRANCH_NAME": "v3", "TAG_NAME": "v3"}, "git.acme.example/ml/chat", None, "3"),
    ],
)  # fmt: skip
def test_jenkins(variables, stream, default, version):
    found = job(JENKINS | variables)
    assert (found.stream, found.default, found.version) == (stream, default, version)


def test_a_branch_of_which_nobody_says_that_it_is_the_default_one_does_not_count():
    for variables in (
        GITHUB | {"GITHUB_REF": "refs/heads/main"},
        JENKINS | {"GIT_BRANCH": "origin/main"},
    ):
        found = job(variables)
        assert found.default is False
        assert "main is taken as one that does not count" in found.notes[-1]
        assert job(variables, default_branch="main").default is True
        assert not job(variables, default_branch="main").notes


def test_an_event_file_that_cannot_be_read_is_said():
    def gone(path):
        raise FileNotFoundError(path)

    found = job_of(GITHUB | {"GITHUB_REF": "refs/heads/main"}, read=gone)
    assert found.notes[0] == "the event file of the job cannot be read"
    assert found.default is False


def test_a_request_never_counts_whatever_the_caller_says():
    variables = GITHUB | {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_HEAD_REF": "main"}
    assert job(variables, {"number": 3}, default_branch="main").default is False


def test_outside_of_a_job_there_is_none():
    assert job({"HOME": "/home/me"}) is None
    assert job({"CI": "true", "GITHUB_REPOSITORY": "acme/chat"}) is None


@pytest.mark.parametrize(
    ("address", "repository"),
    [
        ("https://user:secret@git.acme.example/ml/chat.git", "git.acme.example/ml/chat"),
        ("ssh://git@git.acme.example:2222/ml/chat.git", "git.acme.example:2222/ml/chat"),
        ("https://git.acme.example:443/ml/chat/", "git.acme.example/ml/chat"),
        ("git@GitHub.com:acme/chat", "github.com/acme/chat"),
        ("/srv/git/chat.git", None),
        ("https://git.acme.example", None),
        ("https://h:port/x", None),
        ("", None),
    ],
)
def test_the_repository_of_an_address(address, repository):
    assert repository_of(address) == repository
