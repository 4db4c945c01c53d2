"""What is said of the documents of a job: the same as a push from it would say."""

from __future__ import annotations

from api.hooks.webhook.meaning import Listing, Source
from api.pushed import subject_of
from lineage.ingest.sources.job import Job
from lineage.model.document import Upload
from lineage.model.identity import at_version


def listing_of(job: Job, sources: tuple[Source, ...]) -> Listing:
    """The sources of a job, with its stream, branch, commit and address."""
    about = subject_of(job)
    return Listing(
        upload=Upload(
            content=b"",
            stream=job.stream,
            branch=job.branch,
            default=job.default if job.branch is not None else None,
            commit=job.commit,
            job=job.url,
            about=None if about is None else at_version(about, job.version),
        ),
        sources=sources,
    )
