"""A fetch: from what a delivery means to items of the inbox, each in the lane of its stream."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from api.hooks.webhook import retirement
from api.hooks.webhook.archive import Bounds, Found, found_in
from api.hooks.webhook.failure import (
    FetchDelayedError,
    FetchFailedError,
    FetchIncompleteError,
    plain,
)
from api.hooks.webhook.fence import Fence
from api.hooks.webhook.kind import KINDS
from api.hooks.webhook.meaning import Listing, Meaning, Retired, Source, Unwanted, Wanted
from api.hooks.webhook.remote import Remote
from api.hooks.webhook.secret import credential_of
from api.hooks.webhook.wire import Wire
from api.house import House
from api.inbox import document
from api.inbox.desk import Desk
from lineage.errors import FormatUnknownError, InboxFullError, KeyRunningError, LineageError
from lineage.ingest import readers
from lineage.record.hook import Hook
from lineage.record.stream import matches

FORMAT = "cyclonedx"
"""The format of what is fetched; other files of an archive are passed over."""
FETCHED, NOTHING_FOUND = "FETCHED", "NOTHING_FOUND"
RETIRED, STILL_THERE = "RETIRED", "STILL_THERE"
_LOG = logging.getLogger("lineage.hooks")
_SHOWN = 5


class Fetch:
    """What one delivery of a hook is followed up with; ``number`` is its inbox item."""

    def __init__(self, desk: Desk, house: House, hook: Hook, number: str) -> None:
        """``house`` is that of the hook. Raises what reading its credential raises."""
        settings = house.settings
        self._desk = desk
        self._house = house
        self._hook = hook
        self._number = number
        self._bounds = Bounds(
            members=settings.hook_max_members,
            unpacked=settings.hook_max_unpacked,
            document=settings.max_document,
        )
        self._remote = _remote(hook, house)
        self._suffixes = tuple(readers.READERS[FORMAT].suffixes)
        self._taken = 0
        self._left: list[str] = []

    def outcome(self, meaning: Meaning) -> str:
        """What came of it, in a word. An earlier attempt at it takes nothing twice.

        Raises FetchFailedError, FetchIncompleteError (the rest is accepted), FetchDelayedError.
        """
        match meaning:
            case Wanted():
                return self._fetch(meaning.listing(self._remote))
            case Retired():
                return self._retire(meaning)
            case Unwanted():
                return NOTHING_FOUND

    def _retire(self, retired: Retired) -> str:
        if retired.is_there is not None and retired.is_there(self._remote):
            return STILL_THERE
        key = self._key("retired")
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
        if not self._taken and listing.settled is not None and datetime.now(UTC) < listing.settled:
            where = listing.upload.stream or ""
            raise FetchDelayedError(address=where, reason="there is no document yet")
        _LOG.info("hook %s: %d documents of %s", self._hook.id, self._taken, listing.upload.stream)
        return FETCHED if self._taken else NOTHING_FOUND

    def _files(self, source: Source) -> Iterator[Found]:
        """The files of a source that may be documents, their names within it."""
        if source.content is not None:
            yield Found(name="", content=source.content)
            return
        if not source.packed and not source.name.lower().endswith(self._suffixes):
            return
        limit = self._house.settings.hook_max_download
        if not source.packed:
            limit = min(limit, self._bounds.document)
        refused = source.gone
        if not refused and source.size is not None and source.size > limit:
            refused = f"it has {source.size} bytes, more than the {limit} that are allowed"
        if refused:
            yield Found(name="", refused=refused)
            return
        try:
            answer = self._remote.file(source, limit)
        except FetchFailedError as error:
            yield Found(name="", refused=plain(error))
            return
        with answer.body as body:
            if source.packed:
                yield from found_in(body, self._suffixes, self._bounds)
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
            client=self._client,
        )
        key = self._key(path, hashlib.sha256(found.content).hexdigest())
        try:
            document.accept(self._desk, self._house, upload, bulk=True, key=key)
        except (KeyRunningError, InboxFullError) as error:
            _pass(error)
        except LineageError as error:
            self._left.append(f"{path}: {plain(error)}")
            return
        self._taken += 1

    def _key(self, *parts: str) -> str:
        """An idempotency key of one item that the delivery brings."""
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return f"hook:{self._number}:{hashlib.sha256(text).hexdigest()}"

    @property
    def _client(self) -> str:
        return f"hook {self._hook.kind}"


def _remote(hook: Hook, house: House) -> Remote:
    settings, kind = house.settings, KINDS[hook.kind]
    secret = credential_of(hook, settings.key_file)
    name, form = kind.credential
    wire = Wire(
        Fence(hook.api, settings),
        seconds=settings.hook_timeout,
        credential=None if secret is None else (name, form.format(secret)),
    )
    return Remote(wire, hook.api, kind.headers)


def _pass(error: KeyRunningError | InboxFullError) -> None:
    """What is in the inbox from an earlier attempt is there; a full inbox is emptier later."""
    if isinstance(error, InboxFullError):
        raise FetchDelayedError(address="the inbox", reason=plain(error)) from None
