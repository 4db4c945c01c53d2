"""Where documents of a checkout belong when no CI job says it: asked of git."""

from __future__ import annotations

import subprocess
from pathlib import Path

from lineage.ingest.sources.job import Job, repository_of, settled

_SECONDS = 10


def job_of_checkout(folder: Path, *, default_branch: str | None = None) -> Job | None:
    """The repository, branch and commit that a folder is a checkout of; None where it is none.

    The default branch is what ``origin`` is known to have as its head, unless it is said.
    """
    address = _git(folder, "config", "--get", "remote.origin.url")
    repository = repository_of(address) if address else None
    if repository is None:
        return None
    commit = _git(folder, "rev-parse", "HEAD")
    branch = _git(folder, "symbolic-ref", "--quiet", "--short", "HEAD")
    head = _git(folder, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    if branch is None:
        branch = f"detached {commit[:12]}" if commit else "detached"
    default = branch == head.removeprefix("origin/") if head else None
    found = Job(repository=repository, branch=branch, default=default, commit=commit)
    return settled(found, default_branch)


def _git(folder: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - git, with words of our own
            ["git", "-C", str(folder), *words],  # noqa: S607 - the one that the person uses
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
