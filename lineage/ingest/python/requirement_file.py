"""The logical lines of a requirements file (pip's documentation, "Requirements File Format")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lineage.ingest.python.address import without_credentials

_COMMENT = re.compile(r"(^|\s)#.*$")
_OPTION = re.compile(r"\s--(hash|global-option|install-option|config-settings?)(?:\s*=\s*|\s+)")
_ADDRESS = re.compile(r"\b[a-z+]+://\S+")
_VIA = re.compile(r"^#\s*via\b\s*(.*)$")
_VIA_MORE = re.compile(r"^#\s{2,}(\S.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicalLine:
    """One line with its continuations joined and its comment cut.

    ``number`` is that of its first physical line, from 1. ``hashes`` are ``algorithm:hex`` of its
    ``--hash`` options, in order. ``via`` says on whose behalf a compiler of requirements put the
    line there: names of distributions, or of a file (empty: not said).
    """

    number: int
    text: str
    hashes: tuple[str, ...] = ()
    via: tuple[str, ...] = ()

    @property
    def is_option(self) -> bool:
        """Whether it is an option of pip (``-r``, ``--index-url``), no requirement."""
        return self.text.startswith("-")

    @property
    def path(self) -> str:
        """Its dotted path in the document."""
        return f"lines.{self.number}"


def logical_lines(text: str) -> Iterator[LogicalLine]:
    """Every line that says something, with what the comments right after it tell of its ``via``."""
    waiting: LogicalLine | None = None
    telling = False
    for number, physical in _joined(text):
        bare = _COMMENT.sub("", physical)
        body, comment = bare.strip(), physical[len(bare) :].strip()
        if body:
            if waiting is not None:
                yield waiting
            waiting, telling = _split(number, body), False
        starts, goes_on = _VIA.match(comment), _VIA_MORE.match(comment)
        if waiting is not None and (starts or (telling and goes_on)):
            found = starts or goes_on
            names = found[1].split(",") if found else []
            via = (*waiting.via, *(name.strip() for name in names if name.strip()))
            waiting, telling = replace(waiting, via=via), True
        elif not body:
            telling = False
    if waiting is not None:
        yield waiting


def masked(text: str) -> str:
    """The text with user, password and query cut from every address in it."""
    return _ADDRESS.sub(lambda found: without_credentials(found[0]), text)


def _joined(text: str) -> Iterator[tuple[int, str]]:
    parts: list[str] = []
    first = 1
    for number, line in enumerate(text.splitlines(), start=1):
        if not parts:
            first = number
        is_comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not is_comment:
            parts.append(line[:-1])
            continue
        if parts and is_comment:
            # A comment line ends a continuation, as it does for pip.
            yield first, " ".join(part.strip() for part in parts)
            parts, first = [], number
        parts.append(line)
        yield first, " ".join(part.strip() for part in parts) if len(parts) > 1 else line
        parts = []
    if parts:
        yield first, " ".join(part.strip() for part in parts)


def _split(number: int, body: str) -> LogicalLine:
    if body.startswith("-"):
        return LogicalLine(number=number, text=body)
    found = _OPTION.search(body)
    if found is None:
        return LogicalLine(number=number, text=body)
    options = body[found.start() :]
    hashes = re.findall(r"\s--hash(?:\s*=\s*|\s+)([a-z0-9]+):([0-9A-Fa-f]+)", options)
    return LogicalLine(
        number=number,
        text=body[: found.start()].strip(),
        hashes=tuple(f"{algorithm}:{value.lower()}" for algorithm, value in hashes),
    )
