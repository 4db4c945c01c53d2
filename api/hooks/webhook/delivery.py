"""Deliveries in the inbox: kept as they came, and followed up by asking their sender's API.

What is fetched becomes documents of the inbox, in the lane of their stream; so does the end of a
branch, behind them. The delivery's own lane is that of its stream's fetches, so that they follow
each other and no document waits behind a host that is away.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from api.hooks.signature import Delivery
from api.hooks.webhook import retirement
from api.hooks.webhook.archive import Bounds, Found, found_in
from api.hooks.webhook.failure import FetchDelayedError, FetchFailedError, FetchIncompleteError
from api.hooks.webhook.fence import Fence
from api.hooks.webhook.kind import KINDS, server_of
from api.hooks.webhook.meaning import Listing, Meaning, Retired, Source, Unwanted, Wanted
from api.hooks.webhook.payload import Payload, payload_of
from api.hooks.webhook.remote import Remote
from api.hooks.webhook.secret import credential_of
from api.hooks.webhook.wire import Wire
from api.house import House
from api.inbox.desk import Desk, Task
from api.inbox.document import accept as accept_document
from api.metrics import Metrics
from api.pushed import subject_for
from api.security.principal import Principal
from lineage.errors import (
    FormatUnknownError,
    InboxFullError,
    KeyRunningError,
    LineageError,
    PassingError,
)
from lineage.ingest import readers
from lineage.record.arrival import Accepted, Arrival
from lineage.record.hook import Hook, Hooks
from lineage.record.stream import matches
from lineage.record.token import Right

KIND = "delivery"
FORMAT = "cyclonedx"
"""The format of what is fetched; other files of an archive are passed over."""
FETCHED, NOTHING_FOUND = "FETCHED", "NOTHING_FOUND"
RETIRED, STILL_THERE = "RETIRED", "STILL_THERE"
_LOG = logging.getLogger("lineage.hooks")
_SHOWN = 5


def meaning_of(hook: Hook, event: str, payload: Payload) -> Meaning:
    """What a delivery means to a hook; DeliveryInvalidError."""
    kind = KINDS[hook.kind]
    name = payload.text(kind.event) if kind.event else event
    read = kind.events.get(name)
    if read is None:
        return Unwanted(reason=f"nothing is made of '{name[:80]}'")
    return read(payload, server_of(hook.api))


def accept(
    desk: Desk, house: House, hook: Hook, delivery: Delivery, body: bytes, stream: str
) -> Accepted:
    """Keep a delivery about a stream; StreamForbiddenError, and what ``Inbox.accept`` raises."""
    house.record.permit(stream)
    told = {"hook": hook.id, "event": delivery.event, "delivery": delivery.id}
    return desk.accept(
        Arrival(
            tenant=hook.tenant,
            lane=f"fetch {stream}",
            kind=KIND,
            content=body,
            told=told,
            away=True,
            key=_key(hook, delivery.mark),
        )
    )


def principal_of(hook: Hook) -> Principal:
    """Whom a hook stands for: it may write to the streams of its pattern, and do nothing else."""
    return Principal(
        tenant=hook.tenant,
        rights=frozenset({Right.INGEST}),
        name=f"hook:{hook.id}",
        streams=(hook.stream,),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """Follows deliveries up; ``metrics`` counts how they end."""

    metrics: Metrics

    def __call__(self, task: Task) -> str:
        """Fetch what a delivery tells of, as documents of the inbox.

        Raises FetchFailedError, FetchIncompleteError (what could be had is accepted),
        PassingError, HookUnknownError where it was removed, and what reading its secrets raises.
        """
        place = task.item.place
        hook = Hooks(task.house.record.session).find(place.told["hook"])
        try:
            outcome = _Fetch(task, hook).outcome()
        except PassingError as error:
            patience = timedelta(seconds=task.house.settings.hook_patience)
            if datetime.now(UTC) - place.accepted < patience:
                self._count(hook, error.code)
                raise
            self._count(hook, FetchFailedError.code)
            reason = f"given up after {place.attempts} attempts: {_plain(error)}"
            raise FetchFailedError(address=hook.api or "the hook", reason=reason) from None
        except LineageError as error:
            self._count(hook, error.code)
            raise
        self._count(hook, outcome)
        return outcome

    def _count(self, hook: Hook, outcome: str) -> None:
        self.metrics.fetches.labels(hook.kind, outcome.lower()).inc()


class _Fetch:
    """One delivery that is being followed up."""

    def __init__(self, task: Task, hook: Hook) -> None:
        settings = task.house.settings
        self._desk = task.desk
        self._house = task.house.of(principal_of(hook))
        self._hook = hook
        self._payload = payload_of(task.item.content)
        self._event: str = task.item.place.told["event"]
        self._number = task.item.place.id
        self._bounds = Bounds(
            members=settings.hook_max_members,
            unpacked=settings.hook_max_unpacked,
            document=settings.max_document,
        )
        self._limit = settings.hook_max_download
        self._remote = _remote(hook, self._house)
        self._taken = 0
        self._left: list[str] = []

    def outcome(self) -> str:
        """What came of it, in a word; see ``Follower``."""
        match meaning_of(self._hook, self._event, self._payload):
            case Wanted() as wanted:
                return self._fetch(wanted.listing(self._remote))
            case Retired() as retired:
                return self._retire(retired)
            case Unwanted():
                return NOTHING_FOUND

    def _retire(self, retired: Retired) -> str:
        if retired.is_there is not None and retired.is_there(self._remote):
            return STILL_THERE
        key = _key(self._hook, self._number, "retired")
        try:
            retirement.accept(self._desk, self._house, retired.stream, client=self._client, key=key)
        except (KeyRunningError, InboxFullError) as error:
            _pass(error)
        return RETIRED

    def _fetch(self, listing: Listing) -> str:
        for source in listing.sources:
            if not matches(self._hook.files, source.name):
                continue
            for found in self._files(source):
                self._take(listing, source, found)
        if self._left:
            more = len(self._left) - _SHOWN
            shown = [*self._left[:_SHOWN], *([f"{more} more"] if more > 0 else [])]
            raise FetchIncompleteError(taken=self._taken, reason="; ".join(shown))
        _LOG.info("hook %s: %d documents of %s", self._hook.id, self._taken, listing.upload.stream)
        return FETCHED if self._taken else NOTHING_FOUND

    def _files(self, source: Source) -> Iterator[Found]:
        """The files of a source that may be documents, their names within it."""
        if source.content is not None:
            yield Found(name="", content=source.content)
            return
        if not source.packed and not source.name.lower().endswith(_suffixes()):
            return
        if source.gone:
            yield Found(name="", refused=source.gone)
            return
        limit = self._limit if source.packed else min(self._limit, self._bounds.document)
        if source.size is not None and source.size > limit:
            reason = f"it has {source.size} bytes, more than the {limit} that are allowed"
            yield Found(name="", refused=reason)
            return
        try:
            answer = self._remote.file(source)
        except FetchFailedError as error:
            yield Found(name="", refused=_plain(error))
            return
        with answer.body as body:
            if source.packed:
                yield from found_in(body, _suffixes(), self._bounds)
            else:
                yield Found(name="", content=body.read())

    def _take(self, listing: Listing, source: Source, found: Found) -> None:
        path = f"{source.name}/{found.name}" if found.name else source.name
        if found.refused:
            self._left.append(f"{path}: {found.refused}")
            return
        name = path.rpartition("/")[2]
        try:
            if readers.pick(found.content, name).name != FORMAT:
                return
        except FormatUnknownError:
            return
        given = listing.upload
        upload = replace(
            given,
            content=found.content,
            name=name,
            part=given.part or path,
            format=FORMAT,
            subject=given.subject or subject_for(listing.about, found.content, name, FORMAT),
            client=self._client,
        )
        digest = hashlib.sha256(found.content).hexdigest()
        key = _key(self._hook, self._number, path, digest)
        try:
            accept_document(self._desk, self._house, upload, bulk=True, key=key)
        except (KeyRunningError, InboxFullError) as error:
            _pass(error)
        except LineageError as error:
            self._left.append(f"{path}: {_plain(error)}")
            return
        self._taken += 1

    @property
    def _client(self) -> str:
        return f"hook {self._hook.kind}"


def _remote(hook: Hook, house: House) -> Remote:
    settings = house.settings
    kind = KINDS[hook.kind]
    secret = credential_of(hook, settings.key_file)
    name, form = kind.credential
    wire = Wire(
        Fence(hook.api, settings),
        seconds=settings.hook_timeout,
        credential=None if secret is None else (name, form.format(secret)),
    )
    return Remote(wire, hook.api, kind.headers, settings.hook_max_download)


def _pass(error: KeyRunningError | InboxFullError) -> None:
    """What is in the inbox from an earlier attempt is there; a full inbox is emptier later."""
    if isinstance(error, InboxFullError):
        raise FetchDelayedError(address="the inbox", reason=str(error)) from None


def _plain(error: LineageError) -> str:
    """A message inside of another one."""
    return str(error).rstrip(".")


def _suffixes() -> tuple[str, ...]:
    return tuple(readers.READERS[FORMAT].suffixes)


def _key(hook: Hook, *parts: str) -> str:
    """An idempotency key: of the hook, and of any length of parts."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"hook:{hook.id}:{digest}"
