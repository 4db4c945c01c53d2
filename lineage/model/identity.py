"""Keys: what a component is called, with and without its version (design section 3).

A key is, in this order: a canonical purl; else ``kind:algorithm:hex`` (a content digest); else
``kind:namespace/name@version``. Where the kind is not the purl type's default it stands in front:
``dataset:pkg:huggingface/acme/corpus``. A family is the same key without the version. Parts are
percent-encoded as in purl (https://github.com/package-url/purl-spec).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NewType
from urllib.parse import quote, unquote

from packageurl import PackageURL

from lineage.errors import KeyMalformedError
from lineage.vocabulary.nodes import NODES, PURL_TYPES

Key = NewType("Key", str)

_DIGEST = re.compile(r"^(sha1|sha256|sha384|sha512|blake2b|blake3|md5):([0-9a-f]{32,128})$")
_SAFE = "-._~:+"
_RUN = re.compile(r"[-_.]+")
# A purl of these types in these letters is canonical as it stands (most of a bill of materials).
_CANONICAL = re.compile(
    r"pkg:(?:pypi/[a-z0-9]+(?:-[a-z0-9]+)*"
    r"|(?:npm|maven|cargo|gem|nuget|golang)(?:/[a-z0-9][a-z0-9.-]*)+)@[a-z0-9][a-z0-9.-]*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A key taken apart. ``version`` is None for a family; ``scheme`` orders its versions.

    ``form`` is purl, digest or name: classes of joined identities show the first of these.
    """

    key: Key
    kind: str
    family: Key
    namespace: str
    name: str
    version: str | None
    scheme: str
    form: str


def key_of_name(kind: str, name: str, *, namespace: str = "", version: str | None = None) -> Key:
    """``kind:namespace/name@version``; kinds without namespaces (capabilities) leave it out.

    Raises VocabularyError for an unknown kind, KeyMalformedError for an empty name.
    """
    row = NODES.get(kind)
    if not name:
        raise KeyMalformedError(text=f"{kind}:", reason="the name is empty")
    head = ""
    if row.namespaced and namespace:
        head = "/".join(_encode(part) for part in namespace.split("/") if part) + "/"
    tail = f"@{_encode(version)}" if version else ""
    return Key(f"{kind}:{head}{_encode(name)}{tail}")


def key_of_digest(kind: str, digest: str) -> Key:
    """``kind:algorithm:hex`` for something that is known by its content only."""
    NODES.get(kind)
    text = digest.lower().replace("sha-", "sha")
    if not _DIGEST.match(text):
        raise KeyMalformedError(text=digest, reason="not algorithm:hex")
    return Key(f"{kind}:{text}")


def key_of_purl(purl: str, *, kind: str | None = None) -> Key:
    """The canonical key of a purl: identifying qualifiers kept, local versions and subpath cut.

    ``kind`` stands in front where it is not the type's default. A type without a row counts as
    framework. Raises KeyMalformedError for text that is no purl.
    """
    return _key_of_purl(purl, kind)


@lru_cache(maxsize=65536)
def _key_of_purl(purl: str, kind: str | None) -> Key:
    if kind in (None, "framework") and _CANONICAL.fullmatch(purl):
        return Key(purl)
    try:
        parsed = PackageURL.from_string(purl)
    except ValueError as error:
        raise KeyMalformedError(text=purl, reason=str(error)) from None
    row = PURL_TYPES.get(parsed.type) if parsed.type in PURL_TYPES else None
    identifying = row.identifying if row else ()
    qualifiers = {
        name: value for name, value in _qualifiers(parsed).items() if name in identifying and value
    }
    name, version = parsed.name, parsed.version
    if row and row.scheme == "pep440":
        name = _RUN.sub("-", name).lower()  # PEP 503: ruamel.yaml and ruamel-yaml are one
        version = version.split("+", 1)[0].lower() if version else version
    text = PackageURL(
        type=parsed.type,
        namespace=parsed.namespace,
        name=name,
        version=version or None,
        qualifiers=qualifiers or None,
    ).to_string()
    default = row.kind if row else "framework"
    if kind and kind != default:
        NODES.get(kind)
        return Key(f"{kind}:{text}")
    return Key(text)


def _qualifiers(purl: PackageURL) -> dict[str, str]:
    found: object = purl.qualifiers  # the library types it as text or mapping
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


@lru_cache(maxsize=262144)
def identify(text: str) -> Identity:
    """Take a key (or a purl) apart; the key that comes back is canonical.

    Raises KeyMalformedError.

    >>> identify("pkg:pypi/Torch@2.9.1+cu128").key
    'pkg:pypi/torch@2.9.1'
    >>> identify("service:acme/chat@1.0").family
    'service:acme/chat'
    """
    kind, rest = _split_kind(text)
    if rest.startswith("pkg:"):
        return _identify_purl(rest, kind)
    if kind is None:
        raise KeyMalformedError(text=text, reason="neither a purl nor kind:namespace/name")
    if _DIGEST.match(rest):
        key = Key(f"{kind}:{rest}")
        return Identity(
            key=key, kind=kind, family=key, namespace="", name=rest, version=None,
            scheme="opaque", form="digest",
        )  # fmt: skip
    path, _, version = rest.partition("@")
    parts = [unquote(part) for part in path.split("/")]
    if not all(parts):
        raise KeyMalformedError(text=text, reason="a part of the name is empty")
    row = NODES.get(kind)
    name, namespace = parts[-1], "/".join(parts[:-1])
    if namespace and not row.namespaced:
        raise KeyMalformedError(text=text, reason=f"a {kind} has no namespace")
    value = unquote(version) or None
    return Identity(
        key=key_of_name(kind, name, namespace=namespace, version=value),
        kind=kind,
        family=key_of_name(kind, name, namespace=namespace),
        namespace=namespace,
        name=name,
        version=value,
        scheme=row.scheme,
        form="name",
    )


def _identify_purl(purl: str, kind: str | None) -> Identity:
    key = key_of_purl(purl, kind=kind)
    if _CANONICAL.fullmatch(key):
        return _identify_canonical(key)
    bare = key[key.index("pkg:") :]
    parsed = PackageURL.from_string(bare)
    row = PURL_TYPES.get(parsed.type) if parsed.type in PURL_TYPES else None
    family = parsed._replace(version=None).to_string()
    prefix = key[: key.index("pkg:")]
    default = row.kind if row else "framework"
    return Identity(
        key=key,
        kind=prefix[:-1] or default,
        family=Key(prefix + family),
        namespace=parsed.namespace or "",
        name=parsed.name,
        version=parsed.version,
        scheme=row.scheme if row else "opaque",
        form="purl",
    )


def _identify_canonical(key: Key) -> Identity:
    """What the parser of purls says of one in plain letters, ten times as fast."""
    family, _, version = key.partition("@")
    purl_type, _, path = family.removeprefix("pkg:").partition("/")
    namespace, _, name = path.rpartition("/")
    row = PURL_TYPES.get(purl_type) if purl_type in PURL_TYPES else None
    return Identity(
        key=key,
        kind=row.kind if row else "framework",
        family=Key(family),
        namespace=namespace,
        name=name,
        version=version,
        scheme=row.scheme if row else "opaque",
        form="purl",
    )


def family_of(key: str) -> Key:
    """The key without its version; a digest is its own family."""
    return identify(key).family


@lru_cache(maxsize=131072)
def at_version(family: str, version: str | None) -> Key:
    """The key of a family at a version (None: the family itself)."""
    if version is None:
        return identify(family).family
    found = identify(family)
    if found.form == "purl":
        prefix, _, bare = found.family.partition("pkg:")
        parsed = PackageURL.from_string(f"pkg:{bare}")._replace(version=version)
        kind = prefix[:-1] or None
        return key_of_purl(parsed.to_string(), kind=kind)
    if found.form == "digest":
        raise KeyMalformedError(text=family, reason="a digest has no versions")
    return key_of_name(found.kind, found.name, namespace=found.namespace, version=version)


def _split_kind(text: str) -> tuple[str | None, str]:
    head, separator, rest = text.partition(":")
    if not separator or not rest:
        raise KeyMalformedError(text=text, reason="it has no kind in front")
    if head == "pkg":
        return None, text
    if head not in NODES:
        known = ", ".join(NODES.names())
        raise KeyMalformedError(text=text, reason=f"'{head}' is no kind; known: {known}")
    return head, rest


def _encode(part: str) -> str:
    return quote(part, safe=_SAFE)


FORM_ORDER = ("purl", "digest", "name")


def shown_first(keys: list[Key]) -> Key:
    """Of a class of joined keys the one that is shown: purl, digest, name; then smallest text."""
    return min(keys, key=lambda key: (FORM_ORDER.index(identify(key).form), key))
