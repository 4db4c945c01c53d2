"""What a push is made of: the documents of a job, and what each is said to be about."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lineage.errors import LineageError
from lineage.ingest import readers
from lineage.ingest.formats.manifest.text import FORMAT as MANIFEST
from lineage.ingest.reader import Circumstance
from lineage.ingest.sources.checkout import job_of_checkout
from lineage.ingest.sources.folder import Candidate, collect, format_of
from lineage.ingest.sources.job import Job, job_of
from lineage.model.document import Upload
from lineage.model.identity import Key, at_version, identify, key_of_name

_ROOT = ("lineage.yaml", "lineage.yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One push: where it belongs, what it is about, and its documents."""

    job: Job | None
    stream: str | None
    subject: Key | None
    candidates: tuple[Candidate, ...]


def gathered(
    paths: Sequence[Path],
    *,
    variables: Mapping[str, str] = os.environ,
    exclude: Sequence[str] = (),
    default_branch: str | None = None,
    stream: str | None = None,
    subject: Key | None = None,
    version: str | None = None,
    limit: int,
) -> Push:
    """Find the documents, the job and the subject. A file that is named is taken as it is.

    ``subject`` is what the caller says; without one it is what the ``lineage.yaml`` at the root of
    the push is about, else ``environment:OWNER/REPOSITORY``. Its version is ``version``, else its
    own, else the tag's or the commit.
    """
    candidates = tuple(_candidates(paths, exclude, limit))
    folder = next((path for path in paths if path.is_dir()), Path())
    job = job_of(variables, default_branch=default_branch) or job_of_checkout(
        folder, default_branch=default_branch
    )
    about = subject or _subject_of(candidates) or subject_of(job)
    if about is not None and version:
        about = at_version(identify(about).family, version)
    elif about is not None and identify(about).version is None:
        about = at_version(about, job.version if job else None)
    return Push(
        job=job,
        stream=stream or (job.stream if job else None),
        subject=about,
        candidates=candidates,
    )


def uploads(push: Push, *, explicit: bool, latest: bool | None = None) -> Iterator[Upload]:
    """Each document as it is sent; ``part`` is its path.

    A subject that nobody gave explicitly is only for documents that have none of their own.
    """
    job = push.job
    for candidate in push.candidates:
        content = candidate.path.read_bytes()
        yield Upload(
            content=content,
            name=candidate.path.name,
            format=candidate.format,
            subject=_subject_for(push, candidate, content, explicit=explicit),
            stream=push.stream,
            part=candidate.inside,
            branch=job.branch if job else None,
            default=job.default if job and job.branch is not None else None,
            latest=latest,
            commit=job.commit if job else None,
            job=job.url if job else None,
        )


def _subject_for(push: Push, candidate: Candidate, content: bytes, *, explicit: bool) -> Key | None:
    subject = push.subject
    if subject is None or (explicit and candidate.format != MANIFEST):
        return subject
    reader = readers.READERS[candidate.format]
    circumstance = Circumstance(subject=subject, name=candidate.path.name)
    try:
        reading = reader.read(content, circumstance)
    except LineageError:
        return subject  # whoever takes it says what is wrong with it
    if not reading.own_subject:
        return subject
    # A manifest about the same thing speaks of the version that is pushed.
    same = identify(reading.subject).family == identify(subject).family
    return subject if same and candidate.format == MANIFEST else None


def subject_of(job: Job | None) -> Key | None:
    """What the repository of a job is about where nobody says it: ``environment:OWNER/NAME``."""
    if job is None:
        return None
    path = job.repository.partition("/")[2]
    namespace, _, name = path.rpartition("/")
    return key_of_name("environment", name, namespace=namespace) if name else None


def _candidates(
    paths: Sequence[Path], exclude: Sequence[str], limit: int
) -> Iterator[Candidate]:  # fmt: skip
    for path in paths:
        if path.is_dir():
            yield from collect(path, exclude=exclude, limit=limit)
            continue
        known = format_of(path, limit=limit)
        if known is not None:
            yield Candidate(path=path, inside=path.as_posix(), format=known)


def _subject_of(candidates: Sequence[Candidate]) -> Key | None:
    for candidate in candidates:
        if candidate.inside in _ROOT and candidate.format == MANIFEST:
            try:
                reading = readers.READERS[MANIFEST].read(
                    candidate.path.read_bytes(), Circumstance(name=candidate.path.name)
                )
            except (LineageError, OSError):
                return None
            return reading.subject
    return None
