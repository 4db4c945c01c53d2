"""Whom the document describes: its own subject, else the one it is given; and what is a host."""

from __future__ import annotations

import re

from lineage.errors import LineageError, SubjectMissingError
from lineage.ingest.formats.cyclonedx.decoder import refused
from lineage.ingest.formats.cyclonedx.naming import Naming, kind_of, scope_of
from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.part import Json, objects, section
from lineage.ingest.reader import Circumstance
from lineage.model.claim import Component
from lineage.model.identity import identify, key_of_name

# What a driver's name says about the capability whose value it provides to the host.
_DRIVERS = ((re.compile(r"nvidia", re.IGNORECASE), "nvidia-driver"),)


def open_sheet(document: Json, circumstance: Circumstance) -> tuple[Sheet, bool]:
    """An empty sheet for the document's subject, and whether it is the document's own.

    Raises SubjectMissingError if neither the document nor the circumstance has one.
    """
    naming = Naming(namespace=circumstance.namespace)
    raw = section(section(document, "metadata"), "component")
    own = bool(raw.get("name"))
    if own:
        kind = "host" if _is_host(raw, document) else kind_of(raw)
        try:
            subject = naming.component(raw, "metadata.component", kind=kind).key
        except LineageError as error:
            raise refused("metadata.component", str(error)) from None
    elif circumstance.subject is not None:
        subject = identify(circumstance.subject).key
        kind = identify(subject).kind
    else:
        raise SubjectMissingError
    naming = Naming(namespace=circumstance.namespace, scope=scope_of(subject))
    sheet = Sheet(document=document, naming=naming, subject=subject, subject_kind=kind)
    sheet.kinds[subject] = kind
    if not own:
        found = identify(subject)
        sheet.say(Component(subject, kind, found.name, found.version), "document")
    return sheet, own


def read_hosts(sheet: Sheet) -> None:
    """Every host provides the versions of the drivers that it holds."""
    for entry in sheet.entries:
        if entry.host is None or entry.raw_kind != "device-driver" or not entry.version:
            continue
        named = next((name for form, name in _DRIVERS if form.search(entry.name)), entry.name)
        capability = key_of_name("capability", named, version=entry.version)
        sheet.kinds[capability] = "capability"
        row = Component(capability, "capability", named, entry.version, "device-driver")
        sheet.say(row, entry.path)
        sheet.link("provided_by", capability, entry.host, entry.path)


def is_host(raw: Json) -> bool:
    """Whether a component is a machine: a device that holds a device-driver, at any depth."""
    return raw.get("type") == "device" and _holds_driver(raw)


def _is_host(raw: Json, document: Json) -> bool:
    # What a document lists beside its subject the subject holds.
    return is_host(raw) or (raw.get("type") == "device" and _holds_driver(document))


def _holds_driver(parent: Json) -> bool:
    return any(
        part.get("type") == "device-driver" or _holds_driver(part)
        for part, _ in objects(parent.get("components"), "components")
    )
