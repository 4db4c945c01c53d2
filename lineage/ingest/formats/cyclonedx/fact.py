"""Facts that components and services share: who, licences, references, tags, properties."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import orjson

from lineage.errors import KeyMalformedError
from lineage.ingest.formats.cyclonedx.licence import read_licences
from lineage.ingest.formats.cyclonedx.naming import Entry
from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.part import Json, objects, texts
from lineage.model.claim import Component, OfComponent, property_of
from lineage.model.identity import Key, identify, key_of_name, key_of_purl
from lineage.vocabulary.properties import PROPERTIES, STATES

_HYPERPARAMETER = "cdx:ai-ml:model:hyperparameter:"
_DEVICE = "cdx:device:deviceType"
_CLASSES = frozenset(("cpu", "gpu", "tpu", "npu", "fpga", "asic", "qpu", "edge", "machine"))
_OWN = "lineage:"
_TEXTS = ("text", "date", "agent")
_FORGES = {"github.com": "github", "gitlab.com": "gitlab", "bitbucket.org": "bitbucket"}


def read_facts(sheet: Sheet, entry: Entry, about: OfComponent) -> None:
    """What a component and a service say in the same words."""
    raw, path = entry.raw, entry.path
    if description := raw.get("description"):
        sheet.tell(about, "description", description, path)
    if "licenses" in raw:
        read_licences(sheet, about, raw["licenses"], path)
    if "externalReferences" in raw:
        read_references(sheet, entry.key, entry.kind, raw["externalReferences"], path)
    for tag in texts(raw.get("tags")):
        sheet.tell(about, "tag", tag, path)
    if "properties" in raw:
        read_properties(sheet, about, raw["properties"], path, inside=entry.member)
    if notes := raw.get("releaseNotes"):
        sheet.tell(about, "release_notes", notes, path)
    for name in ("patentAssertions", "signature"):
        if name in raw:
            sheet.keep(about, name, raw[name], path)


def read_party(
    sheet: Sheet, about: OfComponent, entity: Any, name: str, path: str, *, edge: str
) -> None:
    """An organisation or person: its name as a property, and an edge to the agent."""
    if not isinstance(entity, dict):
        return
    agent = sheet.agent(entity, path)
    if agent is None:
        sheet.keep(about, name, entity, path)
        return
    sheet.tell(about, name, entity.get("name") or entity.get("email"), path)
    attributes = (("as", name),) if edge == "owned_by" else ()
    sheet.link(edge, about.key, agent, path, attributes=attributes)
    rest = {key: value for key, value in entity.items() if key not in ("name", "bom-ref")}
    if rest:
        sheet.keep(about, name, entity, path)


def read_references(sheet: Sheet, key: Key, kind: str, value: Any, path: str) -> None:
    """Links: a repository as ``source_repository`` and what it was built from, others whole."""
    about = OfComponent(key)
    for reference, _ in objects(value, path):
        address = reference.get("url")
        if not address:
            continue
        if reference.get("type") == "vcs":
            sheet.tell(about, "source_repository", address, path)
            if kind in ("framework", "container"):
                code = code_of(str(address))
                if code is not None:
                    state_code(sheet, code, path)
                    sheet.link("built_from", key, code, path)
            if len(reference) == 2:
                continue
        sheet.tell(about, "external_reference", reference, path)


def state_code(sheet: Sheet, code: Key, path: str) -> None:
    """Claim a repository once."""
    if code not in sheet.kinds:
        sheet.kinds[code] = "code"
        found = identify(code)
        name = "/".join(part for part in (found.namespace, found.name) if part)
        sheet.say(Component(code, "code", name, found.version, "vcs"), path)


def code_of(address: str, commit: str | None = None) -> Key | None:
    """The key of a repository: a purl on the known forges, else host and path as a name."""
    text = address.removeprefix("scm:").removeprefix("git:").removeprefix("git+")
    if text.startswith("git@") and ":" in text:
        text = "ssh://" + text.replace(":", "/", 1)
    if "://" not in text:
        text = f"https://{text.removeprefix('//')}"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    path = [part for part in parts.path.split("/") if part]
    if not host or not path:
        return None
    path[-1] = path[-1].removesuffix(".git")
    forge = _FORGES.get(host.removeprefix("www."))
    # A project stands two deep, but GitLab has groups in groups and a dash before all else.
    depth = path.index("-") if "-" in path else len(path)
    project = path[:depth] if forge == "gitlab" else path[:2]
    try:
        if forge and len(project) >= 2:
            tail = f"@{commit}" if commit else ""
            return key_of_purl(f"pkg:{forge}/{'/'.join(project)}{tail}", kind="code")
        namespace = "/".join((host, *path[:-1]))
        return key_of_name("code", path[-1], namespace=namespace, version=commit)
    except KeyMalformedError:
        return None


def read_properties(
    sheet: Sheet, about: OfComponent, value: Any, path: str, *, inside: bool = False
) -> None:
    """Name-value pairs.

    Hyperparameters go by the CycloneDX taxonomy; ``lineage:NAME`` sets a known property that is
    text, ``lineage:json:NAME`` any other, ``lineage:state:NAME`` says that there is no value;
    other names are kept as they are, of a member in this assembly only, for a scanner says with
    them where and how it found the member there.
    """
    for item, _ in objects(value, path):
        name, text = item.get("name"), item.get("value", "")
        if not isinstance(name, str) or not name:
            sheet.keep(about, "properties", item, path)
        elif name.startswith(_HYPERPARAMETER):
            hyperparameter = {"name": name[len(_HYPERPARAMETER) :], "value": text}
            sheet.tell(about, "hyperparameter", hyperparameter, path)
        elif name.startswith(_OWN) and _read_own(sheet, about, name[len(_OWN) :], text, path):
            continue
        elif name in PROPERTIES:
            sheet.keep(about, "properties", item, path)
        elif name == _DEVICE and str(text).lower() in _CLASSES:
            sheet.tell(about, "hardware_class", str(text).lower(), path)
        elif inside:
            sheet.tell_inside(about, name, text, path)
        else:
            sheet.tell(about, name, text, path)


def _read_own(sheet: Sheet, about: OfComponent, name: str, text: Any, path: str) -> bool:
    """A property in words of our own; whether it is one."""
    form, _, inner = name.rpartition(":")
    if name == "kind":
        return True  # read where the component got its key
    if form == "state" and text in STATES and text != "value":
        inside = inner in PROPERTIES and PROPERTIES.get(inner).holds == "assembly"
        sheet.say(property_of(about, inner, None, text), path, inside=inside)
        return True
    if form == "json" and inner in PROPERTIES:
        try:
            sheet.tell(about, inner, orjson.loads(str(text)), path)
        except orjson.JSONDecodeError:
            return False
        return True
    if form or name not in PROPERTIES or PROPERTIES.get(name).value_type not in _TEXTS:
        return False
    sheet.tell(about, name, text, path)
    return True


def without(raw: Json, *names: str) -> Json:
    """The object without some of its fields."""
    return {name: value for name, value in raw.items() if name not in names}
