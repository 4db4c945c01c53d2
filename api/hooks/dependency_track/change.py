"""Changes to a project beside its bill of materials: items of the inbox, in turn with uploads."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import orjson

from api.hooks.dependency_track.project import READER, TAGS, Project
from api.house import House
from api.inbox import closing
from api.inbox.closing import Closing
from api.inbox.desk import Desk
from api.inbox.document import Ready, ready
from api.inbox.idempotency import fingerprint_of
from lineage.ingest.formats.manifest.shape import FORMAT_VERSION
from lineage.ingest.formats.manifest.text import FORMAT as MANIFEST
from lineage.model.document import Upload
from lineage.record.arrival import Place
from lineage.record.closing import NOTHING


def slot_key(project: Project) -> str:
    """What the newest arrival about a project's bill of materials is kept under."""
    text = f"{project.stream}\0{project.key}".encode()
    return f"newest {blake2b(text, digest_size=16).hexdigest()}"


def tagged(house: House, project: Project, tags: tuple[str, ...], client: str) -> Ready:
    """What says which tags a project has; () takes them away. DocumentRefusedError."""
    said: dict[str, Any] = {"properties": {"tag": list(tags)}} if tags else {}
    part = f"{TAGS} {project.version or ''}".strip()
    return _said(house, project, part, said, client)


def adopted(house: House, project: Project, parent: Project, client: str) -> Ready:
    """What says that a parent contains a project."""
    said = {"edges": [{"kind": "contains", "upstream": project.key}]}
    return _said(house, parent, f"member {project.name}", said, client)


def close(desk: Desk, house: House, project: Project, client: str) -> Place:
    """Close what the project's own stream says of it."""
    wanted = Closing(stream=project.stream, subject=project.key, client=client)
    return closing.accept(desk, house, wanted, key=slot_key(project)).place


def sent_again(house: House, project: Project, client: str, *, latest: bool | None) -> Ready | None:
    """Its newest bill of materials once more, with this mark; None where there never was one."""
    if project.bom is None:
        return None
    history = house.record.history(house.settings.tenant)
    told = history.slot(project.bom.stream, project.bom.slot)
    kept = next((one for one in reversed(told) if one.digest != NOTHING), None)
    if kept is None:
        return None
    mark = kept.latest if latest is None else latest
    upload = Upload(
        content=house.record.document(kept.digest, house.settings.tenant),
        name=kept.name,
        format=READER,
        subject=project.key,
        stream=project.stream,
        latest=mark,
        client=client,
    )
    fingerprint = fingerprint_of({"again": mark}, upload.content)
    return ready(house, upload, key=slot_key(project), renews=True, fingerprint=fingerprint)


def _said(house: House, about: Project, part: str, said: dict[str, Any], client: str) -> Ready:
    document = {"lineage": FORMAT_VERSION, "subject": about.key, **said}
    upload = Upload(
        content=orjson.dumps(document, option=orjson.OPT_SORT_KEYS),
        name="lineage.yaml",
        format=MANIFEST,
        stream=about.stream,
        part=part,
        client=client,
    )
    return ready(house, upload)
