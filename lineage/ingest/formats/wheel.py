"""A wheel (PEP 427): one release of a distribution, and what its file is bound to.

It states of the release, everywhere: its declared lines and Requires-Python, its licence, that it
is known (a row ``release`` with its tags and extras), and the inspected file (a row ``artefact``
with the fields of ``lineage.ingest.python.inspection``). It has no members. From where the file
came nobody says: the channel of the release is ``file``, which no environment resolves from.

A wheel that is too large to be sent is described where it lies (``lineage scan --wheel``): one JSON
object with ``format`` (lineage.wheel), ``version``, ``file``, ``digest``, ``size``, ``metadata``
(JSON form, PEP 566), ``wheel``, ``evidence`` and ``unreadable`` says the same as the file.

Each file of a release is an element of its own: the wheels for two interpreters stand beside each
other, and the same file sent again replaces what it said.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from typing import Any

import orjson

from lineage.errors import DocumentRefusedError, KeyMalformedError
from lineage.ingest.python.claims import world_claims
from lineage.ingest.python.distribution import Distribution
from lineage.ingest.python.field import Fields, fields_of
from lineage.ingest.python.inspection import stated_damage, stated_evidence
from lineage.ingest.python.metadata import distribution_of
from lineage.ingest.python.name import canonical, local_version, public_version
from lineage.ingest.python.wheel import Wheel, wheel_of
from lineage.ingest.python.wheel_file import WheelFile, wheel_file
from lineage.ingest.reader import Circumstance, Reader
from lineage.model.claim import Claim, property_of
from lineage.model.document import Reading

_FORMAT = re.compile(rb'"format"\s*:\s*"lineage\.wheel"')
_DIGEST = re.compile(r"[a-z0-9]+:[0-9a-f]{32,128}")
_ZIP = b"PK\x03\x04"
_TAIL = 1 << 20  # bytes; the central directory of an archive stands at its end
_NAMED = 5  # files that a warning names
CHANNEL = "file"


class WheelReader:
    """Reads wheels; the subject is the distribution at its version."""

    name = "wheel"
    version = "1"
    suffixes: tuple[str, ...] = (".whl.json", ".whl", ".json")

    def recognises(self, content: bytes, name: str) -> bool:
        """A file that is called so, a zip archive with core metadata, or a scan of one."""
        if name.lower().endswith(".whl"):
            return True
        if content.lstrip().startswith(b"{"):
            return bool(_FORMAT.search(content[:_TAIL]))
        return content.startswith(_ZIP) and b".dist-info/METADATA" in content[-_TAIL:]

    def read(self, content: bytes, circumstance: Circumstance) -> Reading:
        """The release, its lines, and the evidence of its file.

        Raises DocumentRefusedError for what is no wheel, with the path inside. A damaged shared
        object, an encrypted file, a path that leads out are quarantined by their path inside.
        """
        if content.lstrip().startswith(b"{"):
            found, file, digest, size = _scanned(content)
        else:
            found = wheel_file(io.BytesIO(content), format=self.name)
            file = circumstance.name.replace("\\", "/").rpartition("/")[2]
            digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
            size = len(content)
        metadata = fields_of(found.metadata, format=self.name, path=found.path)
        distribution, bad = distribution_of(
            metadata, requested=None, extras=frozenset(), artefact={}
        )
        named, warnings = _named(file, distribution, found)
        artefact = _artefact(found, distribution, named, file=file, digest=digest)
        claims = list(world_claims(distribution))
        claims += _rows(distribution, metadata, {**artefact, "size": size})
        foreign = found.evidence.get("uninspected")
        if foreign:
            listed = ", ".join(foreign[:_NAMED]) + (", ..." if len(foreign) > _NAMED else "")
            warnings.append(f"binaries of other systems (Mach-O, PE) are not inspected: {listed}")
        if found.evidence.get("partial"):
            warnings.append("time ran out: what the file needs may be more than what is named")
        generator = found.wheel.get("generator")
        return Reading(
            format=self.name,
            version=self.version,
            subject=distribution.key,
            own_subject=True,
            claims=tuple(claims),
            quarantined=(*found.quarantined, *bad),
            warnings=tuple(warnings),
            facts=(("tool", generator),) if generator else (),
            slot_kind="element",
            element=f"{self.name} {file if named else digest}",
        )


def _scanned(content: bytes) -> tuple[WheelFile, str, str, int]:
    """What a scan says of a wheel: it, its file name, digest and size in bytes."""
    try:
        stated = fields_of(orjson.loads(content), format="wheel")
    except orjson.JSONDecodeError as error:
        reason = f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        raise DocumentRefusedError(format="wheel", path="$", reason=reason) from None
    if stated.text("version") != "1":
        stated.refuse("version", f"is '{stated.text('version')}'; known: 1")
    digest, size = stated.text("digest"), stated.values.get("size")
    if not _DIGEST.fullmatch(digest):
        stated.refuse("digest", "is not ALGORITHM:HEX")
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        stated.refuse("size", "is not a number of bytes")
    wheel = stated.table("wheel")
    for name in ("generator", "build"):
        wheel.maybe_text(name)
    tags = [str(tag) for tag in wheel.maybe_entries("tags")]
    found = WheelFile(
        metadata=dict(stated.table("metadata").values),
        path="metadata",
        wheel={**wheel.values, "tags": tags},
        evidence=stated_evidence(stated.table("evidence")),
        quarantined=tuple(stated_damage(stated)),
    )
    return found, stated.maybe_text("file") or "", digest, size


def _named(
    file: str, distribution: Distribution, found: WheelFile
) -> tuple[Wheel | None, list[str]]:
    """What the file name says, where it is the name of this release; and what contradicts it."""
    named = wheel_of(file) if file.endswith(".whl") else None
    if named is None:
        return None, []
    try:
        same = canonical(named.name) == distribution.name
    except KeyMalformedError:
        same = False
    if not same or public_version(named.version) != public_version(distribution.version):
        said = f"{distribution.name} {distribution.version}"
        return None, [f"the file is called {file}, its METADATA says {said}, which counts"]
    stated = found.wheel.get("tags")
    if stated and stated != list(named.tags):
        return named, [f"the file name and WHEEL differ in their tags ({', '.join(stated[:6])})"]
    return named, []


def _artefact(
    found: WheelFile, distribution: Distribution, named: Wheel | None, *, file: str, digest: str
) -> dict[str, Any]:
    build = local_version(distribution.version) or str(found.wheel.get("build") or "")
    # An installer goes by the name of the file; WHEEL speaks where that says nothing.
    tags = list(named.tags) if named else list(found.wheel.get("tags") or ())
    value = {
        "file": file if named else "",
        "digest": digest,
        "tags": tags,
        "build": build or (named.build if named else ""),
    }
    return {name: part for name, part in value.items() if part} | found.evidence


def _rows(
    distribution: Distribution, metadata: Fields, artefact: dict[str, Any]
) -> Iterator[Claim]:
    key, path = distribution.key, distribution.path
    source = f"wheel {artefact.get('file') or artefact['digest']}"
    value = {**artefact, "source": source, "grade": "artefact"}
    yield Claim(property_of(key, "artefact", value))
    release: dict[str, Any] = {
        "requires": [str(one) for one in metadata.maybe_entries("requires_dist")],
        "requires_python": distribution.requires_python,
        "tags": artefact.get("tags"),
        "provides_extra": [str(one) for one in metadata.maybe_entries("provides_extra")],
        "channel": CHANNEL,
    }
    said = {name: part for name, part in release.items() if part or name == "requires"}
    yield Claim(
        property_of(key, "release", {**said, "source": source, "grade": "metadata"}), path=path
    )


READER: Reader = WheelReader()
