"""What a company knows itself: its own rows, and releases that its documents have seen.

Both become files of the tenant's own pack and override the public one by precedence.
"""

from __future__ import annotations

from dataclasses import replace

from lineage.errors import DocumentRefusedError
from lineage.ingest import readers
from lineage.knowledge import learn as learning
from lineage.knowledge.check import check
from lineage.knowledge.pack import PackFile, reading
from lineage.model.document import Circumstance, Receipt
from lineage.model.identity import key_of_name
from lineage.record.store import Record
from lineage.record.submission import Submission

PRECEDENCE = "tenant-pack"


def load_rows(
    record: Record,
    content: bytes,
    name: str,
    *,
    tenant: str = "default",
    principal: str = "",
    client: str = "",
) -> Receipt:
    """Bring a file of own rows into the stream pack/TENANT, in the slot of its name.

    The same bytes again are unchanged, others replace what the slot held. Raises
    KnowledgeInvalidError, the first of the file's faults; nothing is written then.
    """
    file, faults = check(content, name)
    if file is None:
        raise faults[0]
    return _append(record, file, f"pack/{tenant}", name, tenant, principal, client)


def learn(
    record: Record,
    content: bytes,
    name: str,
    *,
    tenant: str = "default",
    principal: str = "",
    client: str = "",
) -> Receipt:
    """Bring the releases of a resolved document (pip report, lock file) into pack/learned.

    Only the releases: the environment it describes is not recorded. Raises what reading raises,
    and DocumentRefusedError where the document names no release.
    """
    reader = readers.pick(content, name)
    subject = key_of_name("environment", readers.stem(name) or "learned")
    circumstance = Circumstance(namespace=record.namespace, subject=subject, name=name)
    found = reader.read(content, circumstance)
    file = learning.learned(found.claims, content=content, format_name=reader.name)
    if not file.rows:
        reason = "no member is a package at a version"
        raise DocumentRefusedError(format=reader.name, path="$", reason=reason)
    return _append(record, file, learning.STREAM, name, tenant, principal, client)


def _append(
    record: Record,
    file: PackFile,
    stream: str,
    name: str,
    tenant: str,
    principal: str,
    client: str,
) -> Receipt:
    namespace, _, own = stream.partition("/")
    about = key_of_name("code", own, namespace=namespace)
    told = replace(reading(file, precedence=PRECEDENCE), subject=about)
    return record.append(
        Submission(
            content=file.content,
            stream=stream,
            slot=told.element,
            subject=told.subject,
            reader=told.format,
            reader_version=told.version,
            claims=told.claims,
            tenant=tenant,
            name=name,
            principal=principal,
            client=client,
            precedence=told.precedence,
            facts=told.facts,
        )
    )
