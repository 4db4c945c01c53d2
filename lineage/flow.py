"""The write path, from the bytes of a document to its receipt: read, normalise, append.

Whatever is written goes through here, also what people set and join by hand, and the pack.
Nothing is half written: everything up to ``append`` only computes, and that is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from lineage.errors import DocumentRefusedError, DocumentTooLargeError, LineageError
from lineage.ingest import hand, readers
from lineage.ingest.collector import undisturbed
from lineage.ingest.reader import Circumstance, Reader
from lineage.knowledge import pack
from lineage.model.document import Reading, Receipt, Upload
from lineage.model.encoding import encode
from lineage.model.identity import Key, identify, key_of_name
from lineage.normalise.steps import normalise
from lineage.normalise.subject import explicit_subject
from lineage.record.history import Kept
from lineage.record.part import append_parts
from lineage.record.store import Record
from lineage.record.stream import PUBLIC_TENANT, assembly_slot, checked_stream, default_stream
from lineage.record.submission import Submission

SIZE_LIMIT = 256 * 1024 * 1024
EXPORT_SLOT = "export"
Pick = Callable[[bytes, str, str | None], Reader]


def receive(
    record: Record,
    upload: Upload,
    *,
    pick: Pick = readers.pick,
    limit: int = SIZE_LIMIT,
    beside: Collection[tuple[str, str]] = (),
    otherwise: str = "",
) -> Receipt:
    """Read, normalise and append one document; the receipt says what was done.

    ``beside`` are (stream, slot) pairs that it must not replace, those of other files of the same
    push: where it would, and no part is named, it becomes the part ``otherwise``.

    Raises what ``judge`` raises; nothing is written then.
    """
    with undisturbed(len(upload.content)):
        sent = judge(record, upload, pick=pick, limit=limit, beside=beside, otherwise=otherwise)
        return keep(record, sent)


def judge(
    record: Record,
    upload: Upload,
    *,
    pick: Pick = readers.pick,
    limit: int = SIZE_LIMIT,
    beside: Collection[tuple[str, str]] = (),
    otherwise: str = "",
) -> Submission:
    """The first half of ``receive``: read and normalise, and write nothing.

    Raises DocumentTooLargeError, FormatUnknownError, DocumentRefusedError, SubjectMissingError,
    KeyMalformedError (the explicit subject), StreamInvalidError.
    """
    if len(upload.content) > limit:
        raise DocumentTooLargeError(size=len(upload.content), limit=limit)
    upload = _plain(upload)
    if upload.stream is not None:
        checked_stream(upload.stream)
    options = record.stream_options(upload.stream or "", upload.tenant)
    given = identify(upload.subject).key if upload.subject else None
    namespace = options.namespace or record.namespace
    circumstance = Circumstance(
        namespace=namespace,
        subject=given or upload.about or _of_file(upload.name, namespace),
        lenient=upload.lenient or bool(options.lenient),
        name=upload.name,
    )
    reader = pick(upload.content, upload.name, upload.format)
    with undisturbed(len(upload.content)):
        reading = _read(reader, upload.content, circumstance, given)
        sent = _submission(upload, reading, given, circumstance)
        if reading.parts:
            return _parted(sent, reading, circumstance)
        if (sent.stream, sent.slot) in beside and not upload.part:
            sent = _submission(replace(upload, part=otherwise), reading, given, circumstance)
        return sent


def keep(record: Record, sent: Submission) -> Receipt:
    """The second half: append what was judged, whole."""
    return append_parts(record, sent) if sent.parts else record.append(sent)


def place_of(upload: Upload, *, namespace: str, lenient: bool = False) -> tuple[str, str]:
    """The stream and the slot that ``receive`` would put a document into.

    ``namespace`` and ``lenient`` are those of its stream. Raises FormatUnknownError,
    DocumentRefusedError, SubjectMissingError, KeyMalformedError (the explicit subject).
    """
    given = identify(upload.subject).key if upload.subject else None
    circumstance = Circumstance(
        namespace=namespace,
        subject=given or upload.about or _of_file(upload.name, namespace),
        lenient=upload.lenient or lenient,
        name=upload.name,
    )
    reader = readers.pick(upload.content, upload.name, upload.format)
    reading = _read(reader, upload.content, circumstance, given)
    sent = _submission(upload, reading, given, circumstance)
    return sent.stream, sent.slot


def set_property(
    record: Record,
    key: str,
    name: str,
    value: Any = None,
    *,
    state: str = "value",
    principal: str = "",
    client: str = "",
    tenant: str = "default",
) -> Receipt:
    """What somebody says of a component, in the slot (KEY, NAME) of a stream of its own.

    ``state`` none, unknown, withheld or not_applicable is said instead of a value. Raises
    KeyMalformedError, DocumentRefusedError where the value is not of the property's type.
    """
    content = hand.set_document(identify(key).key, name, value, state)
    return _by_hand(record, hand.SET, content, principal, client, tenant)


def attest(
    record: Record,
    key: str,
    name: str,
    value: Any = None,
    *,
    evidence: str,
    expires: date | str,
    state: str = "value",
    principal: str = "",
    client: str = "",
    tenant: str = "default",
) -> Receipt:
    """What a person vouches for of a component, in the slot (KEY, NAME) of a stream of its own.

    It comes first like what is set. ``evidence`` is an address, or a file's name and digest;
    ``expires`` the last day (UTC) on which it counts: in views of revisions made later it is
    among the expired claims. Raises KeyMalformedError, DocumentRefusedError where the value is
    not of the property's type, where evidence or principal are empty, or the day has passed.
    """
    last = hand.day(expires)
    if last < datetime.now(UTC).date():
        reason = f"{last} has passed"
        raise DocumentRefusedError(format=hand.ATTEST, path="attest.expires", reason=reason)
    content = hand.attest_document(
        identify(key).key, name, value, evidence=clean(evidence), expires=last,
        by=clean(principal), state=state,
    )  # fmt: skip
    return _by_hand(record, hand.ATTEST, content, principal, client, tenant)


def join(
    record: Record, one: str, other: str, *, principal: str = "", client: str = "",
    tenant: str = "default", joined: bool = True,
) -> Receipt:  # fmt: skip
    """Say that two keys are one thing; KeyMalformedError, DocumentRefusedError (the same key)."""
    content = hand.join_document(identify(one).key, identify(other).key, joined=joined)
    return _by_hand(record, hand.JOIN, content, principal, client, tenant)


def separate(
    record: Record, one: str, other: str, *, principal: str = "", client: str = "",
    tenant: str = "default",
) -> Receipt:  # fmt: skip
    """Take a join back: its slot is closed, what documents claim themselves stays."""
    return join(
        record, one, other, principal=principal, client=client, tenant=tenant, joined=False
    )  # fmt: skip


def load_pack(record: Record, *, principal: str = "") -> tuple[Receipt, ...]:
    """Bring the public pack that is shipped into the public stream; unchanged files are no news.

    A file that is shipped no longer is closed.
    """
    newest = {kept.slot: kept for kept in record.history(PUBLIC_TENANT).newest()}
    receipts: list[Receipt] = []
    names = set()
    for file, reading in zip(pack.public_files(), pack.public_readings(), strict=True):
        names.add(reading.element)
        old = newest.get(reading.element)
        upload = Upload(
            content=file.content, stream=pack.STREAM, tenant=PUBLIC_TENANT, principal=principal
        )
        sent = _submission(upload, reading, None, Circumstance(namespace=""))
        mended = old is not None and old.reader_version != reading.version
        receipts.append(record.append(replace(sent, anew=mended)))
    for kept in newest.values():
        if kept.stream == pack.STREAM and kept.slot not in names and not kept.closed:
            sent = Submission(
                content=b"", stream=kept.stream, slot=kept.slot, subject=kept.subject,
                reader=kept.reader, reader_version=pack.VERSION, claims=(), tenant=PUBLIC_TENANT,
                principal=principal, precedence=kept.precedence,
            )  # fmt: skip
            receipts.append(record.append(sent))
    return tuple(receipts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """One kept document that was read anew: its receipt, or why it is refused now."""

    kept: Kept
    receipt: Receipt | None
    refused: LineageError | None = None


def reread(
    record: Record,
    tenant: str = "default",
    *,
    formats: Mapping[str, Reader] = readers.READERS,
    principal: str = "",
) -> Iterator[Reread]:
    """Read the newest document of every slot anew; what differs becomes a new revision.

    Yields one outcome for each document that a reader of ``formats`` knows, as it goes. A slot
    that an export has closed stays closed.
    """
    for kept in record.history(tenant).newest():
        if kept.closed:
            continue
        content = record.document(kept.digest, tenant)
        try:
            reading = _read_kept(kept, content, formats)
            if reading is None:
                continue
        except LineageError as error:
            yield Reread(kept=kept, receipt=None, refused=error)
            continue
        upload = Upload(
            content=content, name=kept.name, stream=kept.stream, part=kept.part,
            branch=kept.branch, default=kept.default, latest=kept.latest, commit=kept.commit,
            job=kept.job, principal=principal or kept.principal, client=kept.client, tenant=tenant,
        )  # fmt: skip
        sent = _submission(upload, reading, kept.given, _circumstance(kept))
        anew = replace(sent, slot=kept.slot, subject=kept.subject, anew=True)
        yield Reread(kept=kept, receipt=record.append(anew))


def positions(
    record: Record,
    receipt: Receipt,
    *,
    formats: Mapping[str, Reader] = readers.READERS,
) -> dict[int, str]:
    """Where in its document each statement of a submission stands: statement id, dotted path.

    Computed by reading the kept document again; {} where nothing reads its format any more.
    """
    kept = record.history(receipt.tenant).submission(receipt.revision)
    reading = _read_kept(kept, record.document(kept.digest, receipt.tenant), formats)
    stamp = record.stamp(receipt.tenant)
    found: dict[int, str] = {}
    for claim in reading.claims if reading else ():
        if claim.path:
            found.setdefault(stamp.statement(encode(claim.statement))[0], claim.path)
    return found


def _parted(sent: Submission, reading: Reading, circumstance: Circumstance) -> Submission:
    """The submission with its parts, each normalised by itself."""
    parts = tuple(
        replace(part, claims=normalise(replace(reading, claims=part.claims), circumstance).claims)
        for part in reading.parts
    )
    return replace(sent, parts=parts, said=reading.time)


def _of_slot(reading: Reading, slot: str, circumstance: Circumstance) -> Reading:
    """Of a document with several slots what it says into one of them; nothing where that is all."""
    if not reading.parts:
        return reading
    claims = next((part.claims for part in reading.parts if part.element == slot), ())
    return normalise(replace(reading, claims=claims), circumstance)


def _read(
    reader: Reader, content: bytes, circumstance: Circumstance, given: Key | None
) -> Reading:  # fmt: skip
    reading = normalise(reader.read(content, circumstance), circumstance)
    if given is None:
        return reading
    added = explicit_subject(reading, given)
    facts = (("own_subject", reading.subject),) if added else ()
    return replace(reading, claims=reading.claims + added, facts=reading.facts + facts)


def _read_kept(kept: Kept, content: bytes, formats: Mapping[str, Reader]) -> Reading | None:
    circumstance = _circumstance(kept)
    if kept.reader == pack.FORMAT:
        return pack.reading(pack.read_file(content, kept.slot), precedence=kept.precedence)
    if kept.reader in hand.READERS:
        return normalise(hand.READERS[kept.reader](content), circumstance)
    if kept.reader not in formats:
        return None
    read = _read(formats[kept.reader], content, circumstance, kept.given)
    return _of_slot(read, kept.slot, circumstance)


def _circumstance(kept: Kept) -> Circumstance:
    return Circumstance(
        namespace=kept.namespace, subject=kept.subject, lenient=kept.lenient, name=kept.name
    )


def _by_hand(
    record: Record, format_name: str, content: bytes, principal: str, client: str, tenant: str
) -> Receipt:
    circumstance = Circumstance(namespace=record.namespace)
    reading = normalise(hand.READERS[format_name](content), circumstance)
    for bad in reading.quarantined:
        raise DocumentRefusedError(format=format_name, path=bad.path, reason=bad.reason)
    stream = hand.JOIN if format_name == hand.JOIN else None
    upload = _plain(
        Upload(content=content, stream=stream, principal=principal, client=client, tenant=tenant)
    )
    return record.append(_submission(upload, reading, None, circumstance))


def _submission(
    upload: Upload, reading: Reading, given: Key | None, circumstance: Circumstance
) -> Submission:
    subject = given or reading.subject
    if reading.slot_kind == "assembly":
        slot = assembly_slot(reading.format, subject, upload.part)
    elif reading.slot_kind == "file":
        slot = f"{reading.format} {upload.part or upload.name or subject}"
    else:
        slot = reading.element if reading.slot_kind == "element" else EXPORT_SLOT
    return Submission(
        content=upload.content,
        stream=upload.stream or default_stream(reading.format, subject),
        slot=slot,
        subject=subject,
        reader=reading.format,
        reader_version=reading.version,
        claims=reading.claims,
        tenant=upload.tenant,
        name=upload.name,
        given=given,
        part=upload.part,
        principal=upload.principal,
        client=upload.client,
        branch=upload.branch,
        default=upload.default,
        latest=upload.latest,
        commit=upload.commit,
        job=upload.job,
        namespace=circumstance.namespace,
        lenient=circumstance.lenient,
        precedence=reading.precedence,
        quarantined=reading.quarantined,
        warnings=reading.warnings,
        facts=reading.facts,
        whole_stream=reading.slot_kind == "stream",
    )


def _of_file(name: str, namespace: str) -> Key | None:
    stem = readers.stem(name) if name else ""
    return key_of_name("environment", stem, namespace=namespace) if stem else None


def _plain(upload: Upload) -> Upload:
    """The upload with text that every database can hold (no NUL, no lone surrogates)."""
    fields = ("name", "part", "branch", "commit", "job", "principal", "client")
    said = {field: getattr(upload, field) for field in fields}
    cleaned: dict[str, Any] = {field: clean(text) for field, text in said.items() if text}
    return replace(upload, **cleaned)


def clean(text: str) -> str:
    """Text without what a database refuses."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
