"""What a push sends from a job, and what then counts."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from api.pushed import gathered, uploads
from lineage import flow
from lineage.graph.engines.csr import ENGINE
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.store import Record
from lineage.record.views import RecordViews
from queries import impact
from queries.question import Handle
from tests.ingest.sources.test_job import GITHUB, GITLAB, JENKINS, REPOSITORY, SHA

LIMIT = 10_000_000
IMAGE = "container:acme/chat"


def lock(folder, torch, *, name="requirements.txt"):
    (folder / name).write_text(f"torch=={torch}\nnumpy==2.3.1\n")


def manifest(folder, text):
    (folder / "lineage.yaml").write_text("lineage: 1\n" + text)


@pytest.fixture
def event(tmp_path_factory):
    def write(**body):
        path = tmp_path_factory.mktemp("event") / "event.json"
        path.write_text(json.dumps(body))
        return {"GITHUB_EVENT_PATH": str(path)}

    return write


def sent(folder, variables, *, subject=None, version=None, **told):
    key = Key(subject) if subject else None
    push = gathered(
        [folder], variables=variables, subject=key, version=version, limit=LIMIT, **told
    )
    return push, list(uploads(push, explicit=subject is not None))


def test_a_document_says_where_it_comes_from(tmp_path, event):
    lock(tmp_path, "2.9.1")
    (tmp_path / "locks").mkdir()
    lock(tmp_path / "locks", "2.9.1", name="gpu-requirements.txt")
    main = GITHUB | {"GITHUB_REF": "refs/heads/main"} | event(**REPOSITORY)
    push, documents = sent(tmp_path, main)
    assert push.subject == f"environment:acme/chat@{SHA}"
    assert [one.part for one in documents] == [
        "locks/gpu-requirements.txt",
        "requirements.txt",
    ] or [one.part for one in documents] == ["requirements.txt", "locks/gpu-requirements.txt"]
    first = documents[0]
    assert (first.stream, first.branch, first.default) == (
        "github.com/acme/chat@main",
        "main",
        True,
    )
    assert (first.commit, first.job) == (SHA, "https://github.com/acme/chat/actions/runs/77")
    tag = GITLAB | {"CI_COMMIT_TAG": "v2.0.1"}
    push, (first, *_) = sent(tmp_path, tag, subject=IMAGE)
    assert push.subject == "container:acme/chat@2.0.1"
    assert (first.stream, first.branch, first.default) == (
        "gitlab.acme.example/ml/chat",
        None,
        None,
    )
    push, _ = sent(tmp_path, tag, subject=IMAGE, version="7")
    assert push.subject == "container:acme/chat@7"


def test_the_manifest_at_the_root_says_what_it_is_about(tmp_path, event):
    lock(tmp_path, "2.9.1")
    manifest(tmp_path, "subject: service:acme/chat\nproperties: {owner: Chat team}\n")
    bom = Path(__file__).parents[1] / "documents" / "cyclonedx" / "image.cdx.json"
    (tmp_path / "image.cdx.json").write_bytes(bom.read_bytes())
    main = GITHUB | {"GITHUB_REF": "refs/heads/main"} | event(**REPOSITORY)
    push, documents = sent(tmp_path, main, version="1.4")
    assert push.subject == "service:acme/chat@1.4"
    assert {one.part: one.subject for one in documents} == {
        "lineage.yaml": "service:acme/chat@1.4",
        "requirements.txt": "service:acme/chat@1.4",
        "image.cdx.json": None,  # it says itself what it is about
    }
    _, documents = sent(tmp_path, main, version="1.4", subject=IMAGE)
    assert {one.part: one.subject for one in documents} == {
        "lineage.yaml": None,
        "requirements.txt": "container:acme/chat@1.4",
        "image.cdx.json": "container:acme/chat@1.4",
    }


def test_a_checkout_outside_of_a_job_is_asked_of_git(tmp_path):
    lock(tmp_path, "2.9.1")

    def git(*words):
        settings = ("-c", "user.name=a", "-c", "user.email=a@acme.example")
        subprocess.run(["git", "-C", str(tmp_path), *settings, *words], check=True)

    git("init", "-q", "-b", "trunk")
    git("remote", "add", "origin", "git@git.acme.example:ml/chat.git")
    git("add", ".")
    git("commit", "-q", "-m", "x")
    push, (document,) = sent(tmp_path, {})
    assert push.stream == "git.acme.example/ml/chat@trunk"
    assert document.default is False
    assert "trunk is taken as one that does not count" in push.job.notes[0]
    push, (document,) = sent(tmp_path, {}, default_branch="trunk")
    assert document.default is True
    assert document.commit == push.job.commit
    assert len(document.commit) == 40


def test_of_a_plain_checkout_the_default_branch_counts(tmp_path):
    """No platform: git itself says what the head of its origin is."""
    record = Record.open(f"sqlite:///{tmp_path / 'l.db'}", create=True, namespace="acme")
    folder = tmp_path / "checkout"
    folder.mkdir()

    def git(*words):
        settings = ("-c", "user.name=a", "-c", "user.email=a@acme.example")
        subprocess.run(["git", "-C", str(folder), *settings, *words], check=True)

    git("init", "-q", "-b", "trunk")
    git("remote", "add", "origin", "git@git.acme.example:ml/chat.git")
    for branch, torch in (("trunk", "2.9.1"), ("next", "2.10.0")):
        if branch != "trunk":
            git("checkout", "-q", "-b", branch)
        lock(folder, torch)
        git("add", ".")
        git("commit", "-q", "-m", "x")
        git("update-ref", f"refs/remotes/origin/{branch}", "HEAD")
        git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
        push, (document,) = sent(folder, {}, subject=IMAGE, version="1.4")
        assert not push.job.notes
        flow.receive(record, document)
    (assembly,) = RecordViews(record).view(At()).assemblies.values()
    assert "pkg:pypi/torch@2.9.1" in assembly.content.members
    assert "pkg:pypi/torch@2.10.0" not in assembly.content.members
    record.close()


def test_a_folder_of_nobody_has_no_stream_and_no_subject(tmp_path):
    lock(tmp_path, "2.9.1")
    push, (document,) = sent(tmp_path, {"HOME": "/"})
    assert (push.job, push.stream, push.subject) == (None, None, None)
    assert document.subject is None


PLATFORMS = {
    "github": {
        "always": GITHUB,
        "event": REPOSITORY,
        "main": {"GITHUB_REF": "refs/heads/main"},
        "branch": {"GITHUB_REF": "refs/heads/next"},
        "fork": {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/12/merge",
                 "GITHUB_HEAD_REF": "main"},
        "v1.2": {"GITHUB_REF": "refs/tags/v1.2", "GITHUB_REF_NAME": "v1.2"},
        "v1.3": {"GITHUB_REF": "refs/tags/v1.3", "GITHUB_REF_NAME": "v1.3"},
    },
    "gitlab": {
        "always": GITLAB,
        "main": {"CI_COMMIT_BRANCH": "main"},
        "branch": {"CI_COMMIT_BRANCH": "next"},
        "fork": {"CI_MERGE_REQUEST_IID": "12", "CI_PROJECT_PATH": "eve/chat",
                 "CI_MERGE_REQUEST_PROJECT_PATH": "ml/chat",
                 "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "main"},
        "v1.2": {"CI_COMMIT_TAG": "v1.2"},
        "v1.3": {"CI_COMMIT_TAG": "v1.3"},
    },
    "jenkins": {
        "always": JENKINS,
        "main": {"BRANCH_NAME": "main", "BRANCH_IS_PRIMARY": "true"},
        "branch": {"BRANCH_NAME": "next"},
        "fork": {"BRANCH_NAME": "PR-12", "CHANGE_ID": "12", "CHANGE_BRANCH": "main",
                 "CHANGE_FORK": "eve"},
        "v1.2": {"BRANCH_NAME": "v1.2", "TAG_NAME": "v1.2"},
        "v1.3": {"BRANCH_NAME": "v1.3", "TAG_NAME": "v1.3"},
    },
}  # fmt: skip
"""The variables of the same five jobs, as each platform sets them."""


@pytest.mark.parametrize("platform", PLATFORMS)
def test_answers_are_those_of_main_and_of_what_runs(tmp_path, event, platform):
    """One service on main, on a branch of the same version, on a fork's request and on a tag."""
    record = Record.open(f"sqlite:///{tmp_path / 'l.db'}", create=True, namespace="acme")
    folder = tmp_path / "checkout"
    folder.mkdir()
    jobs = PLATFORMS[platform]

    def variables(job):
        told = jobs.get("event", {})
        if told and job == "fork":
            told = told | {"number": 12, "pull_request": {"head": {"sha": "f00d", "ref": "main"}}}
        return jobs["always"] | jobs[job] | (event(**told) if told else {})

    def run(torch, job, version="1.4"):
        lock(folder, torch)
        _, documents = sent(folder, variables(job), subject=IMAGE, version=version)
        for document in documents:
            flow.receive(record, document)

    run("2.8.0", "v1.2", None)
    run("2.9.1", "main")
    run("2.10.0", "branch")
    run("2.11.0", "fork")
    run("2.9.0", "v1.3", None)

    def carriers():
        view = RecordViews(record).view(At())
        return {
            (key, member)
            for key, assembly in view.assemblies.items()
            for member in assembly.content.members
            if "torch" in member
        }

    counted = {
        ("container:acme/chat@1.4", "pkg:pypi/torch@2.9.1"),
        ("container:acme/chat@1.3", "pkg:pypi/torch@2.9.0"),
    }
    assert carriers() == counted, "main, and the newest of the tags"

    # Then somebody says that an older image still runs.
    manifest(
        folder,
        "subject: service:acme/talk\nedges:\n"
        "  - {kind: runs_on, upstream: 'container:acme/chat@1.2'}\n",
    )
    (folder / "requirements.txt").unlink()
    _, documents = sent(folder, variables("main"))
    assert [one.part for one in documents] == ["lineage.yaml"]
    flow.receive(record, documents[0])
    assert carriers() == counted | {("container:acme/chat@1.2", "pkg:pypi/torch@2.8.0")}

    # And in the answer nothing of the branch or of the request.
    views = RecordViews(record)
    question = impact.Impact(change="upgrade", key="pkg:pypi/torch", to="3.0.0")
    answer = impact.answer(question, Handle(views=views, engine=ENGINE(views)))
    blamed = {(item.assembly or item.key) for item in answer.affected}
    assert blamed
    assert not any("2.10" in one or "2.11" in one for one in blamed)
    swapped = {item.key for item in answer.affected if item.verdict == "SWAPPED"}
    assert swapped == {member for _, member in carriers()}
    record.close()
