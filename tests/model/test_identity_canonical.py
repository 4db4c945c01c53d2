"""A purl that is canonical as it stands is taken as it stands: the short cut changes no key."""

import re

from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL

from lineage.errors import KeyMalformedError
from lineage.model.identity import identify, key_of_purl
from lineage.vocabulary.nodes import PURL_TYPES

PART = st.from_regex(r"[A-Za-z0-9._-]{1,8}", fullmatch=True)
TYPE = st.sampled_from(["pypi", "npm", "maven", "cargo", "gem", "nuget", "golang", "deb", "PyPI"])


@given(TYPE, st.lists(PART, min_size=1, max_size=3), PART)
def test_the_short_cut_equals_the_long_way(kind: str, parts: list[str], version: str) -> None:
    text = f"pkg:{kind}/{'/'.join(parts)}@{version}"
    try:
        parsed = PackageURL.from_string(text)
    except ValueError:
        return
    if parsed.type == "pypi":
        name = re.sub(r"[-_.]+", "-", parsed.name).lower()
        parsed = parsed._replace(name=name, version=(parsed.version or "").lower())
    assert key_of_purl(text) == parsed._replace(qualifiers=None, subpath=None).to_string()


@given(TYPE, st.lists(PART, min_size=1, max_size=3), PART)
def test_a_canonical_purl_is_taken_apart_as_any_other(
    kind: str, parts: list[str], version: str
) -> None:
    text = f"pkg:{kind}/{'/'.join(parts)}@{version}".lower()
    try:
        found = identify(text)
    except KeyMalformedError:
        return
    parsed = PackageURL.from_string(found.key)
    assert found.family == parsed._replace(version=None).to_string()
    assert (found.namespace, found.name) == (parsed.namespace or "", parsed.name)
    assert found.version == parsed.version
    row = PURL_TYPES.get(parsed.type)
    assert (found.kind, found.scheme, found.form) == (row.kind, row.scheme, "purl")
