"""Core metadata of a distribution in its JSON form (PEP 566), as pip prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lineage.errors import KeyMalformedError
from lineage.ingest.python.address import without_credentials
from lineage.ingest.python.distribution import Distribution
from lineage.ingest.python.field import Fields
from lineage.ingest.python.line import Line, line_of
from lineage.ingest.python.name import canonical, release_key
from lineage.model.document import Quarantined

_HOME = ("homepage", "home page", "home")
_SOURCE = ("repository", "source", "source code", "sources", "github", "code")
_CLASSIFIER = "License :: "
_LICENCE_LENGTH = 120


def distribution_of(
    metadata: Fields,
    *,
    requested: bool | None,
    extras: frozenset[str],
    artefact: Mapping[str, Any],
) -> tuple[Distribution, tuple[Quarantined, ...]]:
    """The distribution that a metadata table describes, and the lines that could not be read.

    Raises DocumentRefusedError with the dotted path where name or version are missing or bad.
    """
    try:
        name = canonical(metadata.text("name"))
    except KeyMalformedError as error:
        metadata.refuse("name", str(error))
    version = metadata.text("version")
    try:
        key = release_key(name, version)
    except KeyMalformedError as error:
        metadata.refuse("version", str(error))
    lines, bad = _lines(metadata)
    found = Distribution(
        name=name,
        key=key,
        version=version,
        path=metadata.path,
        lines=lines,
        requires_python=(metadata.maybe_text("requires_python") or "").strip(),
        requested=requested,
        extras=extras,
        artefact=artefact,
        properties=tuple(_properties(metadata)),
        whole=not bad,
    )
    return found, bad


def _lines(metadata: Fields) -> tuple[tuple[tuple[str, Line], ...], tuple[Quarantined, ...]]:
    lines, bad = [], []
    for number, text in enumerate(metadata.maybe_entries("requires_dist")):
        path = f"{metadata.at('requires_dist')}.{number}"
        try:
            if not isinstance(text, str):
                raise ValueError("not a text")
            lines.append((path, line_of(text)))
        except (ValueError, KeyMalformedError) as error:
            bad.append(Quarantined(path=path, reason=str(error), raw=text))
    return tuple(lines), tuple(bad)


def _properties(metadata: Fields) -> Iterator[tuple[str, Any, str]]:
    licence = _licence(metadata)
    if licence:
        name, raw = licence
        yield "licence", {"raw": raw, "acknowledgement": "declared"}, metadata.at(name)
    summary = (metadata.maybe_text("summary") or "").strip()
    if summary and summary != "UNKNOWN":
        yield "description", summary, metadata.at("summary")
    home = (metadata.maybe_text("home_page") or "").strip()
    if home and home != "UNKNOWN":
        yield "external_reference", _website(home), metadata.at("home_page")
    for number, text in enumerate(metadata.maybe_entries("project_url")):
        label, _, address = str(text).partition(",")
        path = f"{metadata.at('project_url')}.{number}"
        if label.strip().lower() in _HOME and not home and address.strip():
            yield "external_reference", _website(address), path
        elif label.strip().lower() in _SOURCE and address.strip():
            yield "source_repository", without_credentials(address.strip()), path


def _website(address: str) -> dict[str, str]:
    return {"type": "website", "url": without_credentials(address.strip())}


def _licence(metadata: Fields) -> tuple[str, str] | None:
    """Field and raw text: the expression (PEP 639), else a short licence field, else classifiers.

    Many distributions put a whole licence text into the field: then the classifiers speak
    (several do not say how they combine), and without them its first line.
    """
    expression = (metadata.maybe_text("license_expression") or "").strip()
    if expression:
        return "license_expression", expression
    text = (metadata.maybe_text("license") or "").strip()
    if text and text != "UNKNOWN" and "\n" not in text and len(text) <= _LICENCE_LENGTH:
        return "license", text
    classifiers = [str(c) for c in metadata.maybe_entries("classifier")]
    spoken = sorted(
        c.rpartition(" :: ")[2]
        for c in classifiers
        if c.startswith(_CLASSIFIER) and c != "License :: OSI Approved"
    )
    if spoken:
        return "classifier", ", ".join(spoken)
    if text and text != "UNKNOWN":
        return "license", text.splitlines()[0].strip()[:_LICENCE_LENGTH]
    return None
