"""requirements.txt: pins and wishes of pip, one line each.

The file says what is asked for and, where it pins, at which version; what those distributions
lean on it does not say. Options (``-r``, ``-c``, ``-e``, ``--index-url``) are kept as warnings
with their line numbers; nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.errors import DocumentRefusedError, KeyMalformedError, SubjectMissingError
from lineage.ingest.python.address import file_name
from lineage.ingest.python.claims import subject_claim
from lineage.ingest.python.line import Line, line_of
from lineage.ingest.python.name import family_key, local_version, public_version, release_key
from lineage.ingest.python.requirement_file import LogicalLine, logical_lines, masked
from lineage.ingest.python.wheel import artefact_of, wheel_of
from lineage.ingest.reader import Circumstance, Reader
from lineage.model.claim import Claim, Component, Directness, Member, property_of
from lineage.model.document import Quarantined, Reading
from lineage.model.identity import Key

_NAME = re.compile(r"(^|[-_.])(requirements|constraints)([-_.].*)?\.(txt|in)$", re.IGNORECASE)
_PIN = re.compile(rb"^[A-Za-z0-9][A-Za-z0-9._-]*(\[[^\]\n]*\])?[ \t]*===?[ \t]*[0-9]", re.MULTILINE)
_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tar.bz2")
_FILES = (".in", ".txt", ".toml", ".cfg", ".py")
_OTHER = (b"{", b"[", b"<", b"%")


class RequirementsReader:
    """Reads requirements files; the subject is what the circumstance says."""

    name = "requirements"
    version = "1"
    suffixes: tuple[str, ...] = (".txt", ".in")

    def recognises(self, content: bytes, name: str) -> bool:
        """A file that is called so, or text that has a pin at the start of a line."""
        if _NAME.search(name.rpartition("/")[2]):
            return True
        head = content[:65536]
        return not head.lstrip().startswith(_OTHER) and _PIN.search(head) is not None

    def read(self, content: bytes, circumstance: Circumstance) -> Reading:
        """A member for each requirement; a line that cannot be read is quarantined.

        Raises DocumentRefusedError for bytes that are no text, SubjectMissingError where the
        circumstance names no subject.
        """
        text = _text(content)
        subject = circumstance.subject
        if subject is None:
            raise SubjectMissingError
        claims = [subject_claim(subject)]
        quarantined: list[Quarantined] = []
        warnings: list[str] = []
        unconditional: dict[str, LogicalLine] = {}
        lines = list(logical_lines(text))
        asked = [line for line in lines if not line.is_option]
        locked = any(line.via for line in asked) or all(line.hashes for line in asked)
        for line in lines:
            if line.is_option:
                warnings.append(f"line {line.number}: not followed: {masked(line.text)}")
                continue
            try:
                wish = _wish(line)
                _check_once(wish, line, unconditional)
                claims += _claims(subject, wish, line, locked=locked)
            except (ValueError, KeyMalformedError) as error:
                raw = masked(line.text)
                quarantined.append(Quarantined(path=line.path, reason=str(error), raw=raw))
        if len(claims) == 1 and not quarantined:
            warnings.append("no requirement stands in the file")
        return Reading(
            format=self.name,
            version=self.version,
            subject=subject,
            own_subject=False,
            claims=tuple(claims),
            quarantined=tuple(quarantined),
            warnings=tuple(warnings),
        )


def _text(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"not {encoding.removesuffix('-sig')} text (byte {error.start})"
        raise DocumentRefusedError(format="requirements", path="$", reason=reason) from None
    if "\0" in text:
        raise DocumentRefusedError(format="requirements", path="$", reason="not text")
    return text


def _wish(line: LogicalLine) -> Line:
    """The requirement of a line; a bare address of a wheel is one on its distribution."""
    bare = "@" not in line.text and " " not in line.text
    if bare and "://" in line.text:
        wheel = wheel_of(file_name(line.text))
        if wheel is None:
            raise ValueError("an address that names no distribution")
        return line_of(f"{wheel.name} @ {line.text}")
    if line.text.startswith((".", "/")) or (bare and line.text.endswith(_ARCHIVES)):
        raise ValueError("a local file or folder, which is not looked into")
    return line_of(line.text)


def _check_once(wish: Line, line: LogicalLine, unconditional: dict[str, LogicalLine]) -> None:
    """Refuse a second line without condition, as pip does."""
    if wish.marker is not None:
        return
    first = unconditional.setdefault(wish.name, line)
    if first is not line and first.text != line.text:
        raise ValueError(f"{wish.name} is asked for a second time, first in line {first.number}")


def _claims(subject: Key, wish: Line, line: LogicalLine, *, locked: bool) -> Iterator[Claim]:
    version = wish.pin or _version_of(wish)
    key = release_key(wish.name, version) if version else family_key(wish.name)
    path = line.path
    component = Component(key, "framework", wish.name, public_version(version) if version else None)
    yield Claim(component, path=path)
    direct = _directness(line, locked=locked)
    extras = tuple(sorted(wish.extras))
    yield Claim(Member(key, direct, wish.requirement, extras), subject, path)
    build = local_version(version or "")
    if build:
        yield Claim(property_of(key, "build", build), subject, path)
    digests = line.hashes or ("",)
    name = "artefact" if len(digests) == 1 else "known_artefact"
    for digest in digests:
        value = artefact_of(address=wish.url, digest=digest, version=version or "")
        if value:
            yield Claim(property_of(key, name, value), subject, path)


def _version_of(wish: Line) -> str | None:
    wheel = wheel_of(file_name(wish.url)) if wish.url else None
    return wheel.version if wheel is not None and wheel.name == wish.name else None


def _directness(line: LogicalLine, *, locked: bool) -> Directness:
    """Who asked for it: a file that a compiler names, or distributions only; else this file.

    A file with hashes or with a compiler's comments is a lock: where a line does not say on whose
    behalf it stands there, nobody knows.
    """
    if line.via:
        files = [part for part in line.via if " " in part or part.endswith(_FILES)]
        return "direct" if files else "transitive"
    return "unknown" if locked else "direct"


READER: Reader = RequirementsReader()
