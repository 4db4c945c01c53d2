"""Licences: what is declared or concluded, as SPDX expression where one is said, and raw."""

from __future__ import annotations

from typing import Any

from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.part import objects, section
from lineage.model.claim import Subject

_CORE = frozenset(("id", "name", "expression", "acknowledgement"))


def read_licences(sheet: Sheet, about: Subject, value: Any, path: str) -> None:
    """Each entry is one ``licence`` value {expression, raw, acknowledgement}.

    A name is raw text only: whether it means an SPDX licence is decided while normalising. Text,
    address, licensing terms and details of an entry are kept beside it.
    """
    for choice, at in objects(value, f"{path}.licenses"):
        licence = section(choice, "license")
        where = licence or choice
        expression = choice.get("expression") or licence.get("id")
        raw = expression or licence.get("name")
        if not raw:
            sheet.quarantine(at, "a licence without id, name or expression", choice)
            continue
        sheet.tell(
            about,
            "licence",
            {
                "expression": expression,
                "raw": raw,
                "acknowledgement": where.get("acknowledgement"),
            },
            path,
        )
        rest = {name: value for name, value in where.items() if name not in _CORE | {"bom-ref"}}
        if rest:
            sheet.keep(about, "licenses", {"raw": raw, **rest}, path)
