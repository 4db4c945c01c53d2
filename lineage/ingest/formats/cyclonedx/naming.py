"""Keys for what a CycloneDX document speaks of (design section 3).

The order is: canonical purl; else a content digest; else a name. A digest key is unreadable and
changes with every build, so here it is taken only for what has no version: a named thing with a
version (service, model, application) keeps its name, and its hashes are digests of it.

The document's ``group`` is the namespace, else a path-like name (``acme/chat``) brings one, else
the circumstance's. What has no identity of its own (files, inline datasets, data flows, tasks
without uid) is scoped to the family of the subject.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lineage.errors import KeyMalformedError
from lineage.model.claim import Requirement
from lineage.model.identity import Key, identify, key_of_digest, key_of_name, key_of_purl
from lineage.vocabulary.edges import RUNTIME
from lineage.vocabulary.nodes import NODES

KINDS = {
    "machine-learning-model": "model",
    "data": "dataset",
    "device": "hardware",
    "firmware": "hardware",
    "device-driver": "framework",
    "platform": "framework",
    "container": "container",
    "library": "framework",
    "framework": "framework",
    "application": "framework",
    "operating-system": "framework",
    "file": "framework",
    "cryptographic-asset": "framework",
}
# "excluded" is what is there for tests and other non-runtime purposes (the schema's words).
_SCOPES = {"optional": "optional", "excluded": "development"}
_NO_VERSION = frozenset(("", "unknown", "noassertion", "none", "n/a", "null", "undefined"))
_PATH_LIKE = re.compile(r"^[\w.+@-]+(/[\w.+@-]+)+$")
_HEX = re.compile(r"^[0-9a-f]{32,128}$")
_OWN_KIND = "lineage:kind"
_STRONGEST = ("SHA-256", "SHA-512", "SHA-384", "BLAKE3", "SHA-1", "MD5")


@dataclass(slots=True, kw_only=True)
class Entry:
    """One component, service or run of the document with the key it goes under.

    ``parent`` is the component it is nested in, ``host`` the machine it is a part of (or is).
    """

    key: Key
    kind: str
    name: str
    version: str | None
    raw_kind: str
    path: str
    raw: dict[str, Any]
    member: bool = False
    parent: Key | None = None
    alias: str | None = None
    malformed: str | None = None
    pointer: tuple[Key, str] | None = None
    build: str | None = None
    dependency_scope: str = RUNTIME
    host: Key | None = None

    @property
    def wish(self) -> Requirement | None:
        """The range of versions that is asked for of a component from outside."""
        text = self.raw.get("versionRange")
        return Requirement(str(text), "vers") if text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """How names become keys: ``namespace`` for names, ``scope`` for what has no identity."""

    namespace: str
    scope: str = ""

    def named(
        self, kind: str, name: str, *, group: str = "", version: str | None = None, tail: str = ""
    ) -> Key:
        """``kind:namespace/name@version``; ``group`` is the document's own namespace."""
        namespace = group or self.namespace
        if group and name.startswith(f"{group}/"):
            name = name[len(group) + 1 :]
        elif not group and _PATH_LIKE.match(name):
            namespace, _, name = name.rpartition("/")
        return key_of_name(kind, name + tail, namespace=namespace, version=version)

    def scoped(self, kind: str, name: str, *, version: str | None = None) -> Key:
        """A key inside the subject's family, for what has no identity of its own."""
        return key_of_name(kind, name, namespace=self.scope or self.namespace, version=version)

    def service(self, raw: dict[str, Any], path: str) -> Entry:
        """The entry of a service."""
        name, version = str(raw["name"]), version_of(raw)
        key = self.named("service", name, group=str(raw.get("group") or ""), version=version)
        return Entry(
            key=key, kind="service", name=name, version=version, raw_kind="service", path=path,
            raw=raw,
        )  # fmt: skip

    def component(self, raw: dict[str, Any], path: str, *, kind: str | None = None) -> Entry:
        """The entry of a component. A malformed purl is noted and the name used instead."""
        raw_kind = str(raw.get("type", ""))
        kind = kind or kind_of(raw)
        name, version = str(raw["name"]), version_of(raw)
        entry = Entry(
            key=Key(""), kind=kind, name=name, version=version, raw_kind=raw_kind, path=path,
            raw=raw, dependency_scope=_SCOPES.get(str(raw.get("scope")), RUNTIME),
        )  # fmt: skip
        scoped = raw_kind == "file"
        if purl := raw.get("purl"):
            try:
                scoped = _by_purl(entry, str(purl))
            except KeyMalformedError as error:
                entry.malformed = str(error.data["reason"])
        if not entry.key:
            entry.key = self._without_purl(entry, scoped=scoped)
        return entry

    def _without_purl(self, entry: Entry, *, scoped: bool) -> Key:
        raw, kind, version = entry.raw, entry.kind, entry.version
        digest = strongest_digest(raw) if version is None else None
        if digest:
            return key_of_digest(kind, digest)
        if scoped:
            return self.scoped(kind, entry.name, version=version)
        return self.named(kind, entry.name, group=str(raw.get("group") or ""), version=version)


def scope_of(subject: Key) -> str:
    """The namespace of things without identity: the subject's family as a path."""
    found = identify(subject)
    head = ""
    if found.form == "purl":
        bare = found.family[found.family.index("pkg:") + 4 :]
        head = bare.partition("/")[0] + "/"
    return head + "/".join(part for part in (found.namespace, found.name) if part)


def kind_of(raw: dict[str, Any]) -> str:
    """The node kind of a component by its type, its data and its cryptographic asset type."""
    raw_kind = raw.get("type", "")
    own = _own_kind(raw)
    if own is not None:
        return own
    if raw_kind == "data":
        kinds = {data.get("type") for data in raw.get("data") or () if isinstance(data, dict)}
        return "code" if kinds == {"source-code"} else "dataset"
    if raw_kind == "cryptographic-asset":
        # What libraries provide to others is a capability; a certificate or a key is a thing.
        properties = raw.get("cryptoProperties") or {}
        asset = properties.get("assetType") if isinstance(properties, dict) else None
        return "capability" if asset in ("algorithm", "protocol") else "framework"
    return KINDS.get(str(raw_kind), "framework")


def _own_kind(raw: dict[str, Any]) -> str | None:
    """The kind in the property ``lineage:kind``: the format has no type for a service, a host."""
    properties = raw.get("properties")
    for one in properties if isinstance(properties, list) else ():
        if isinstance(one, dict) and one.get("name") == _OWN_KIND and one.get("value") in NODES:
            return str(one["value"])
    return None


def version_of(raw: dict[str, Any]) -> str | None:
    """The version, unless it is one of the words that say there is none."""
    version = str(raw.get("version") or "").strip()
    return None if version.lower() in _NO_VERSION else version


def digest_name(algorithm: str) -> str:
    """``SHA-256`` as ``sha256``, ``SHA3-256`` as ``sha3-256``."""
    return algorithm.lower().replace("sha-", "sha")


def strongest_digest(raw: dict[str, Any]) -> str | None:
    """The digest that identifies a component best, as ``algorithm:hex``."""
    found = {
        item.get("alg"): content
        for item in raw.get("hashes") or ()
        if isinstance(item, dict) and _HEX.match(content := str(item.get("content", "")).lower())
    }
    return next((f"{digest_name(alg)}:{found[alg]}" for alg in _STRONGEST if alg in found), None)


def short_digest(text: str) -> str:
    """Eight hex digits that tell two things of one name apart."""
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def _by_purl(entry: Entry, purl: str) -> bool:
    """Fill in what a purl says; True, and nothing filled in, if it names a file of a package.

    A key leaves the subpath out, so that the file would be taken for the package.
    """
    key = key_of_purl(purl, kind=entry.kind)
    if "#" in purl and (entry.raw_kind in ("file", "data") or not key.startswith("pkg:")):
        return True
    prefix, _, bare = key.partition("pkg:")
    head, _, qualifiers = bare.partition("?")
    name, _, version = head.rpartition("@")
    if name:
        entry.alias = prefix + purl if f"pkg:{bare}" != purl else None
        stated = entry.version
        entry.version = unquote(version)
        raw_version = unquote(purl.partition("?")[0].partition("#")[0].rpartition("@")[2])
        if raw_version != entry.version and raw_version.lower().startswith(f"{entry.version}+"):
            entry.build = raw_version.partition("+")[2]
        elif stated and stated.lower().startswith(f"{entry.version}+"):
            entry.build = stated.partition("+")[2]
        _by_tag(entry, purl, Key(prefix + "pkg:" + name + (qualifiers and f"?{qualifiers}")))
    elif entry.version:
        # The purl leaves the version to the field beside it; the alias would join all versions.
        text = f"pkg:{head}@{_quoted(entry.version)}" + (qualifiers and f"?{qualifiers}")
        stated = entry.version
        key = key_of_purl(text, kind=entry.kind)
        entry.version = unquote(key.partition("?")[0].rpartition("@")[2])
        if stated.lower().startswith(f"{entry.version}+"):
            entry.build = stated.partition("+")[2]
    else:
        entry.alias = prefix + purl if f"pkg:{bare}" != purl else None
    entry.key = key
    return False


def _by_tag(entry: Entry, purl: str, family: Key) -> None:
    if entry.version and entry.version.startswith("sha256:") and purl.startswith("pkg:oci/"):
        for pair in purl.partition("?")[2].partition("#")[0].split("&"):
            name, _, value = pair.partition("=")
            if name == "tag" and value:
                entry.pointer = (identify(family).family, unquote(value))


def _quoted(version: str) -> str:
    return version.replace("%", "%25").replace("?", "%3F").replace("#", "%23").replace("@", "%40")
