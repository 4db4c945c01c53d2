"""Projects: what the uploads of one name and version are about here.

A project is ``service:NAMESPACE/NAME@VERSION``; all versions of a name are one stream,
``dependency-track/NAME``. Its UUID is made from name and version with the installation's secret,
so that no table has to remember it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from api.house import House
from lineage.errors import LineageError
from lineage.model.document import Receipt
from lineage.model.identity import Key, identify, key_of_name
from lineage.record.closing import NOTHING
from lineage.record.history import Kept
from lineage.record.inbox import OPEN, Inbox
from lineage.record.stream import checked_stream

HEAD = "dependency-track/"
READER = "cyclonedx"
TAGS = "tags"
_ALL = 1 << 31


class ProjectAmbiguousError(LineageError):
    """There are several of that name and version: {keys}."""

    code = "PROJECT_AMBIGUOUS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project that has a bill of materials: ``bom``, None while the first one is in the inbox."""

    id: str
    name: str
    version: str | None
    key: Key
    stream: str
    bom: Kept | None = None
    slots: tuple[Kept, ...] = ()

    @property
    def active(self) -> bool:
        """Whether its slot holds a bill of materials, or is about to."""
        return self.bom is None or (not self.bom.closed and self.bom.digest != NOTHING)


class Projects:
    """The projects of a tenant, as its house sees them; those in the inbox are there already."""

    def __init__(self, house: House, inbox: Inbox) -> None:
        self._house = house
        self._inbox = inbox
        self._tenant = house.settings.tenant

    def stream_of(self, name: str) -> str:
        """The stream of every version of a project; StreamInvalidError."""
        return checked_stream(f"{HEAD}{name}")

    def key_of(self, name: str, version: str | None) -> Key:
        """What a project is about."""
        options = self._house.record.stream_options(self.stream_of(name), self._tenant)
        namespace = options.namespace or self._house.record.namespace
        return key_of_name("service", name, namespace=namespace, version=version)

    def id_of(self, name: str, version: str | None) -> str:
        """The UUID of a name and version."""
        stamp = self._house.record.stamp(self._tenant)
        text = f"{name}\0{version or ''}"
        halves = [stamp.name("project", f"{half}\0{text}") & (2**64 - 1) for half in range(2)]
        return str(uuid.UUID(int=halves[0] << 64 | halves[1], version=5))

    def all(self, streams: str = HEAD) -> Iterator[Project]:
        """The projects whose streams begin so, by name and then as they came."""
        history = self._house.record.history(self._tenant)
        found: dict[tuple[str, str], list[Kept]] = {}
        for kept in history.newest(streams=streams):
            found.setdefault((kept.stream, kept.subject), []).append(kept)
        for (stream, subject), slots in sorted(found.items(), key=lambda one: one[0][0]):
            bom = next((one for one in reversed(slots) if one.reader == READER), None)
            if bom is not None:
                yield self._project(stream, Key(subject), bom, tuple(slots))

    def new(self, name: str, version: str | None) -> Project:
        """The project of a name and version, whether there is one or not."""
        return self._project(self.stream_of(name), self.key_of(name, version), None, ())

    def by_name(self, name: str, version: str | None) -> Project | None:
        """The project of a name and version."""
        return self._of(self.id_of(name, version), self.stream_of(name))

    def by_id(self, number: str) -> Project | None:
        """The project of a UUID."""
        return self._of(number.lower(), HEAD)

    def receipt_of(self, project: Project) -> Receipt | None:
        """The receipt of its newest bill of materials; None while the first is in the inbox."""
        return None if project.bom is None else self._house.receipt(project.bom.id)

    def tags_of(self, project: Project) -> tuple[str, ...]:
        """Its tags, as its own stream holds them."""
        history = self._house.record.history(self._tenant)
        texts = set()
        for slot in project.slots:
            if slot.part.startswith(TAGS) and not slot.closed:
                for held in history.held(slot.stream, slot.slot):
                    said = held.statement
                    if held.to_revision is None and getattr(said, "name", "") == "tag":
                        texts.add(str(said.decoded()))  # type: ignore[union-attr]
        return tuple(sorted(texts))

    def _of(self, number: str, streams: str) -> Project | None:
        # The inbox first: what leaves it while the record is read would be in neither.
        coming = {one.key: one for one in self._coming(streams) if one.id == number}
        found = coming | {one.key: one for one in self.all(streams) if one.id == number}
        if len(found) <= 1:
            return next(iter(found.values()), None)
        # Uploads before and after the stream was given another namespace.
        one = next(iter(found.values()))
        meant = found.get(self.key_of(one.name, one.version))
        if meant is None:
            raise ProjectAmbiguousError(keys=", ".join(sorted(found)))
        return meant

    def _coming(self, streams: str) -> Iterator[Project]:
        for place in self._inbox.places(self._tenant, states=OPEN, lanes=streams, limit=_ALL):
            if place.told.get("format") == READER and place.told.get("subject"):
                yield self._project(place.lane, Key(place.told["subject"]), None, ())

    def _project(self, stream: str, key: Key, bom: Kept | None, slots: tuple[Kept, ...]) -> Project:
        known = identify(key)
        number = self.id_of(known.name, known.version)
        return Project(
            id=number, name=known.name, version=known.version, key=key, stream=stream, bom=bom,
            slots=slots,
        )  # fmt: skip
