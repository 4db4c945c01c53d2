"""The CycloneDX reader: bytes of one BOM to its claims."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from lineage.ingest.collector import undisturbed
from lineage.ingest.formats.cyclonedx.citation import read_remarks
from lineage.ingest.formats.cyclonedx.colisting import read_colisting
from lineage.ingest.formats.cyclonedx.component import read_component
from lineage.ingest.formats.cyclonedx.composition import read_compositions
from lineage.ingest.formats.cyclonedx.decoder import decode
from lineage.ingest.formats.cyclonedx.dependency import read_dependencies
from lineage.ingest.formats.cyclonedx.enrolment import enrol
from lineage.ingest.formats.cyclonedx.formulation import read_formulation
from lineage.ingest.formats.cyclonedx.metadata import facts_of
from lineage.ingest.formats.cyclonedx.repair import repair
from lineage.ingest.formats.cyclonedx.schema import (
    NEWEST,
    faults,
    is_valid,
    refuse,
    tolerated,
    version_of,
)
from lineage.ingest.formats.cyclonedx.service import read_service
from lineage.ingest.formats.cyclonedx.subject import open_sheet, read_hosts
from lineage.ingest.formats.cyclonedx.vulnerability import read_vulnerabilities
from lineage.ingest.formats.cyclonedx.xml import to_json
from lineage.ingest.part import Json
from lineage.ingest.reader import Circumstance
from lineage.model.document import Quarantined, Reading

_XML = re.compile(rb"cyclonedx\.org/schema/bom")
_JSON = re.compile(rb'"bomFormat"\s*:\s*"CycloneDX"|"specFormat"\s*:\s*"CycloneDX"')


class CycloneDX:
    """CycloneDX JSON 1.2 to 1.7 and XML 1.0 to 1.7, one mapping for both."""

    name = "cyclonedx"
    version = "1"
    suffixes = (".cdx.json", ".cdx.xml", ".bom.json", ".bom.xml", ".json", ".xml")

    def recognises(self, content: bytes, name: str) -> bool:
        """By bomFormat or the XML namespace, in UTF-8 or UTF-16; else by the file name."""
        plain = content.replace(b"\0", b"") if b"\0" in content[:4] else content
        found = _XML.search(plain[:65536]) if _is_xml(content) else _JSON.search(plain)
        return found is not None or name.lower().endswith((".cdx.json", ".cdx.xml"))

    def read(self, content: bytes, circumstance: Circumstance) -> Reading:
        """The claims of a BOM.

        Raises DocumentRefusedError (format, dotted path, reason) for a document that is not valid
        by the schema of the version it names, unless the circumstance is lenient; and
        SubjectMissingError where nobody says what it describes.
        """
        with undisturbed(len(content)):
            document, quarantined, warnings = self._decode(content, lenient=circumstance.lenient)
            reading = self.map(document, circumstance)
        return replace(
            reading,
            quarantined=(*quarantined, *reading.quarantined),
            warnings=(*warnings, *reading.warnings),
        )

    def map(self, document: Json, circumstance: Circumstance) -> Reading:
        """The claims of a document in JSON shape whose fields have the types of the schema."""
        sheet, own = open_sheet(document, circumstance)
        runs = enrol(sheet)
        for entry in sheet.entries:
            if entry.kind == "service":
                read_service(sheet, entry)
            elif entry.kind != "run":
                read_component(sheet, entry)
        read_formulation(sheet, runs)
        read_hosts(sheet)
        vulnerabilities = read_vulnerabilities(sheet)
        read_dependencies(sheet, read_compositions(sheet, vulnerabilities))
        read_remarks(sheet, vulnerabilities)
        read_colisting(sheet)
        return Reading(
            format=self.name,
            version=self.version,
            subject=sheet.subject,
            own_subject=own,
            claims=tuple(sheet.claims),
            quarantined=tuple(sheet.quarantined),
            warnings=tuple(sheet.warnings),
            facts=facts_of(document, sheet.dropped),
        )

    def _decode(
        self, content: bytes, *, lenient: bool
    ) -> tuple[Json, list[Quarantined], list[str]]:
        if _is_xml(content):
            document, _, findings = to_json(content, lenient=lenient)
            if not findings:
                return document, [], []
            # What the XSD forbids may have any shape; the document has that of the newest schema.
            return document, repair(document, NEWEST)[0], findings
        document = decode(content)
        version = version_of(document)
        if is_valid(document, version):
            return document, [], []
        if lenient:
            return (document, *repair(document, version))
        found = list(faults(document, version))
        refuse([fault for fault in found if not tolerated(fault)])
        return document, [], [f"{fault.path}: {fault.reason}" for fault in found]


def _is_xml(content: bytes) -> bool:
    head: Any = content[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    return bool(head.startswith(b"<"))


READER = CycloneDX()
