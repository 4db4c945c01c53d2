"""Components: what each is, whether it is a member, and what is said of it."""

from __future__ import annotations

from typing import Any

from lineage.ingest.formats.cyclonedx.data import read_data
from lineage.ingest.formats.cyclonedx.fact import read_facts, read_party
from lineage.ingest.formats.cyclonedx.model_card import read_model_card
from lineage.ingest.formats.cyclonedx.naming import Entry, digest_name
from lineage.ingest.formats.cyclonedx.pedigree import read_pedigree
from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.part import objects
from lineage.model.claim import Edge, Member, OfComponent, Pointer, Requirement
from lineage.model.identity import Key, family_of

# Fields that have a property or an edge of their own, or are read where components are enrolled.
_MAPPED = frozenset(
    (
        "type", "bom-ref", "supplier", "manufacturer", "authors", "author", "publisher", "group",
        "name", "version", "versionRange", "isExternal", "description", "scope", "hashes",
        "licenses", "copyright", "cpe", "purl", "modified", "pedigree", "externalReferences",
        "components", "evidence", "releaseNotes", "modelCard", "data", "properties", "tags",
        "patentAssertions", "signature",
    )
)  # fmt: skip


def read_component(sheet: Sheet, entry: Entry) -> None:
    """Every claim that a component makes by itself (its dependencies come later)."""
    raw, path = entry.raw, entry.path
    about = OfComponent(entry.key)
    sheet.component(entry)
    if entry.member or entry.key == sheet.subject:
        _read_membership(sheet, entry, about)
    if entry.parent is not None and entry.parent not in (entry.key, sheet.subject):
        sheet.say(Edge("contains", OfComponent(entry.parent), entry.key), path, inside=True)
    _read_identity(sheet, entry, about)
    for item, _ in objects(raw.get("hashes"), path):
        digest = f"{digest_name(str(item.get('alg', '')))}:{str(item.get('content', '')).lower()}"
        sheet.tell(about, "digest", digest, path)
    read_facts(sheet, entry, about)
    for name in ("copyright", "cpe", "publisher"):
        if value := raw.get(name):
            sheet.tell(about, name, value, path)
    if author := raw.get("author"):
        sheet.tell(about, "author", author, path)
    _read_parties(sheet, about, raw, path)
    if not _MAPPED.issuperset(raw):
        for name in raw.keys() - _MAPPED:
            sheet.keep(about, name, raw[name], path)
    _read_ai(sheet, entry)


def read_external(sheet: Sheet, entry: Entry, dependents: list[Key]) -> None:
    """A component from outside: those who lean on it require it in its range."""
    if not entry.raw.get("isExternal") and "versionRange" not in entry.raw:
        return
    wish = entry.wish or Requirement()
    for downstream in dependents or [sheet.subject]:
        edge = Edge("requires", OfComponent(downstream), family_of(entry.key), requirement=wish)
        sheet.say(edge, entry.path, inside=True)


def _read_membership(sheet: Sheet, entry: Entry, about: OfComponent) -> None:
    raw, path = entry.raw, entry.path
    scope = raw.get("scope")
    if entry.key != sheet.subject:
        member = Member(
            entry.key,
            requirement=entry.wish,
            dependency_scope=entry.dependency_scope,
        )
        sheet.say(member, path, inside=True)
    if scope:
        sheet.tell(about, "member_scope", scope, path)
    if entry.build:
        sheet.tell(about, "build", entry.build, path)
    sheet.tell(about, "is_external", raw.get("isExternal"), path)
    sheet.tell(about, "version_range", raw.get("versionRange"), path)
    sheet.tell(about, "modified", raw.get("modified"), path)
    sheet.tell(about, "evidence", raw.get("evidence"), path)


def _read_identity(sheet: Sheet, entry: Entry, about: OfComponent) -> None:
    raw, path = entry.raw, entry.path
    if entry.alias:
        sheet.tell(about, "alias", entry.alias, path)
    elif raw.get("purl") and not entry.key.endswith(raw["purl"]):
        sheet.keep(about, "purl", raw["purl"], path)
    if entry.malformed:
        sheet.quarantine(f"{path}.purl", f"malformed purl: {entry.malformed}", raw["purl"])
    if entry.pointer:
        sheet.say(Pointer(entry.pointer[0], entry.pointer[1], entry.key), path)
    stated = raw.get("version")
    if stated and stated != entry.version and not entry.build:
        sheet.keep(about, "version", stated, path)
    if not entry.member and entry.key != sheet.subject:
        kept = ("scope", "modified", "evidence", "isExternal", "versionRange")
        for name in kept:
            if name in raw:
                sheet.keep(about, name, raw[name], path)
        if entry.build:
            sheet.keep(about, "version", raw.get("version") or raw.get("purl"), path)
    if group := raw.get("group"):
        _read_group(sheet, entry, about, group)


def _read_group(sheet: Sheet, entry: Entry, about: OfComponent, group: Any) -> None:
    # A group that the key does not show (a digest, a purl that disagrees) would be lost.
    if str(group).lower() not in entry.key.lower():
        sheet.keep(about, "group", group, entry.path)


def _read_parties(sheet: Sheet, about: OfComponent, raw: dict[str, Any], path: str) -> None:
    if supplier := raw.get("supplier"):
        read_party(sheet, about, supplier, "supplier", path, edge="supplied_by")
    if manufacturer := raw.get("manufacturer"):
        read_party(sheet, about, manufacturer, "manufacturer", path, edge="owned_by")
    for author, _ in objects(raw.get("authors"), path):
        read_party(sheet, about, author, "author", path, edge="owned_by")


def _read_ai(sheet: Sheet, entry: Entry) -> None:
    raw = entry.raw
    if "modelCard" in raw:
        read_model_card(sheet, entry)
    if "data" in raw:
        read_data(sheet, entry.key, raw["data"], f"{entry.path}.data")
    if "pedigree" in raw:
        read_pedigree(sheet, entry)
