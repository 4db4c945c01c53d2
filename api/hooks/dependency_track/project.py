"""Projects: what the uploads of one name and version are about here.

A project is ``service:NAMESPACE/NAME@VERSION``; all versions of a name are one stream,
``dependency-track/NAME``. Its UUID is made from name and version with the installation's secret,
so that no table has to remember it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from api.house import House
from lineage.model.document import Receipt
from lineage.model.identity import Key, identify, key_of_name
from lineage.record.closing import NOTHING
from lineage.record.history import Kept

HEAD = "dependency-track/"
READER = "cyclonedx"
TAGS = "tags"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project that has a bill of materials. ``active`` while its slot holds one."""

    id: str
    name: str
    version: str | None
    key: Key
    stream: str
    active: bool
    imported: datetime
    receipt: Receipt
    latest: bool
    slots: tuple[Kept, ...]

    @property
    def components(self) -> int:
        """How many components its bill of materials lists; its own subject is none of them."""
        return self.receipt.members - ("own_subject" in self.receipt.facts)


class Projects:
    """The projects of a tenant, as its house sees them."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._tenant = house.settings.tenant

    def stream_of(self, name: str) -> str:
        """The stream of every version of a project."""
        return f"{HEAD}{name}"[:500]

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

    def all(self) -> Iterator[Project]:
        """Every project, by name and then as they came."""
        history = self._house.record.history(self._tenant)
        found: dict[tuple[str, str], list[Kept]] = {}
        for kept in history.newest(streams=HEAD):
            found.setdefault((kept.stream, kept.subject), []).append(kept)
        for (stream, subject), slots in sorted(found.items(), key=lambda one: one[0][0]):
            bom = next((one for one in reversed(slots) if one.reader == READER), None)
            if bom is not None:
                yield self._project(stream, Key(subject), bom, tuple(slots))

    def by_name(self, name: str, version: str | None) -> Project | None:
        """The project of a name and version."""
        wanted = self.id_of(name, version)
        return next((one for one in self.all() if one.id == wanted), None)

    def by_id(self, number: str) -> Project | None:
        """The project of a UUID."""
        return next((one for one in self.all() if one.id == number.lower()), None)

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

    def _project(self, stream: str, key: Key, bom: Kept, slots: tuple[Kept, ...]) -> Project:
        known = identify(key)
        return Project(
            id=self.id_of(known.name, known.version),
            name=known.name,
            version=known.version,
            key=key,
            stream=stream,
            active=not bom.closed and bom.digest != NOTHING,
            imported=bom.last_seen,
            receipt=self._house.receipt(bom.id),
            latest=bool(bom.latest),
            slots=slots,
        )
