"""Known answers of each scheme, most of them measured traps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage.versions.scheme import Answer
from lineage.versions.schemes import names, scheme
from lineage.versions.vers import normalised

YES, NO, CANNOT = Answer.YES, Answer.NO, Answer.CANNOT_COMPARE

CONTAINS = [
    ("pep440", "==2.9.1", "2.9.1+cu128", YES),
    ("pep440", "==2.9.1+cu128", "2.9.1", YES),
    ("pep440", "==2.9.1+cu128", "2.9.1+cpu", YES),
    ("pep440", "12", "12.8.90", YES),
    ("pep440", "12", "13.0", NO),
    ("pep440", "12.8", "12.8.90", YES),
    ("pep440", "12.8.x", "12.8.90", YES),
    ("pep440", "12.8", "12.9.79", NO),
    ("pep440", "12.8", "12.80", NO),
    ("pep440", ">=12.1.105", "13.0.96", YES),
    ("pep440", "<5.0.0dev,>=3.20.3", "5.28.3", NO),
    ("pep440", "!=5.28.*", "5.28.3", NO),
    ("pep440", "!=5.28.*", "5.29.5", YES),
    ("pep440", ">=2.0", "2.1rc1", YES),
    ("pep440", "<2", "2.0rc1", NO),
    ("pep440", "~=12.9.10", "12.9.11", YES),
    ("pep440", "~=12.9.10", "12.10", NO),
    ("pep440", "", "anything at all", YES),
    ("pep440", ">=1", "main", CANNOT),
    ("pep440", ">=1.0.*", "1.0", CANNOT),
    ("pep440", "2.0rc1", "2.0rc1", YES),
    ("dotted", "12.4", "12.4.1", YES),
    ("dotted", ">=12.4", "12.10", YES),
    ("dotted", ">=525.60.13", "525.60.13", YES),
    ("dotted", ">=535.104.05", "535.104.5", YES),
    ("dotted", ">=570.26", "570.124.06", YES),
    ("dotted", ">=570.124.06", "570.86.10", NO),
    ("dotted", "<580", "575.57.08", YES),
    ("dotted", "<580", "580.0", NO),
    ("dotted", "535+", "535.104.05", YES),
    ("dotted", "535+", "550.54.15", NO),
    ("dotted", "13", "13.2", YES),
    ("dotted", ">=12.1,<13 || 14", "14.0", YES),
    ("dotted", ">=12", "12.9 Update 1", CANNOT),
    ("dotted", ">=12", "r580", CANNOT),
    ("dotted", ">=12", "cu121", CANNOT),
    ("dotted", ">=12", "2026-11-21", CANNOT),
    ("semver", ">=12", "2026-11-21", CANNOT),
    ("pep440", ">=12", "2026-11-21T10:00:00Z", CANNOT),
    ("compute-capability", ">=9.0", "12.0+PTX", YES),
    ("compute-capability", ">=9.0", "9.0a", YES),
    ("compute-capability", ">=7.5", "10.0f", YES),
    ("compute-capability", ">=7.5", "7.0", NO),
    ("compute-capability", ">=9.0", "sm_103a", YES),
    ("compute-capability", "8", "8.9", YES),
    ("compute-capability", "8", "9.0", NO),
    ("compute-capability", ">=9.0", "hopper", CANNOT),
    ("semver", "^1.2.3", "1.9.0", YES),
    ("semver", "^1.2.3", "2.0.0", NO),
    ("semver", "^1.2.3", "2.0.0-rc.1", NO),
    ("semver", "^0.2.3", "0.2.9", YES),
    ("semver", "^0.2.3", "0.3.0", NO),
    ("semver", "^0.0.3", "0.0.4", NO),
    ("semver", "^0.0", "0.0.9", YES),
    ("semver", "~1.2.3", "1.2.9", YES),
    ("semver", "~1.2.3", "1.3.0", NO),
    ("semver", "~1", "1.9.0", YES),
    ("semver", "1.x", "1.4.0", YES),
    ("semver", "1.2 - 2.3", "2.3.9", YES),
    ("semver", "1.2 - 2.3", "2.4.0", NO),
    ("semver", ">1.2", "1.2.9", NO),
    ("semver", ">1.2", "1.3.0", YES),
    ("semver", "<1.0.0 || >=2.0.0", "1.5.0", NO),
    ("semver", "<1.0.0 || >=2.0.0", "2.0.0+build.5", YES),
    ("semver", ">= 1.0.0 < 2.0.0", "1.5.0", YES),
    ("semver", "*", "1.0.0-alpha", YES),
    ("semver", "1.0.0", "v1.0.0", YES),
    ("semver", "latest", "1.0.0", CANNOT),
    ("vers", "vers:pypi/>=1|<2", "1.5", YES),
    ("vers", "vers:pypi/>=1|<2", "2.0", NO),
    ("vers", "vers:npm/1.2.3|>=2.0.0|<5.0.0", "1.2.3", YES),
    ("vers", "vers:npm/1.2.3|>=2.0.0|<5.0.0", "1.3.0", NO),
    ("vers", "vers:pypi/<0.0.1|>0.1", "0.0.5", NO),
    ("vers", "vers:pypi/<0.0.1|>0.1", "0.2", YES),
    ("vers", "vers:pypi/!=5", "5.0", NO),
    ("vers", "vers:pypi/!=5", "6", YES),
    ("vers", "vers:intdot/>=12.4", "12.10", YES),
    ("vers", "vers:deb/1.0-1", "1.0-1", YES),
    ("vers", "vers:deb/>=1.0-1", "1.0-2", YES),
    ("vers", "vers:deb/<1.0-1", "1.0~rc1-9", YES),
    ("vers", "vers:rpm/>=1.0", "1.0~rc1", NO),
    ("vers", "vers:conda/>=12.8|<13", "12.9.1", YES),
    ("vers", "vers:apk/>=1.0-r1", "1.0-r2", CANNOT),
    ("cargo", "1.2.3", "1.9.0", YES),
    ("cargo", "1.2.3", "2.0.0", NO),
    ("cargo", "0.2.3", "0.3.0", NO),
    ("cargo", "12", "12.8.1", YES),
    ("cargo", "=1.2.3", "1.2.4", NO),
    ("cargo", ">=1.2, <1.5", "1.5.0", NO),
    ("cargo", "1.*", "1.9.0", YES),
    ("conda", ">=12.8,<13", "12.9.1", YES),
    ("conda", ">=12.8,<13", "13.0", NO),
    ("conda", ">=12.8, <13.0a0", "13.0a0", NO),
    ("conda", "<13", "13.0a0", YES),
    ("conda", "12.8.*", "12.8.90", YES),
    ("conda", "12.8.*", "12.80", NO),
    ("conda", "12.8*", "12.8rc1", YES),
    ("conda", "=12.8", "12.8.1", YES),
    ("conda", "=12.8", "12.9", NO),
    ("conda", "==12.8", "12.8.0", YES),
    ("conda", "==12.8", "12.8.1", NO),
    ("conda", "12", "12.8", YES),
    ("conda", "12", "13.0", NO),
    ("conda", "!=1.2.*", "1.2.5", NO),
    ("conda", "!=1.2", "1.2.5", YES),
    ("conda", "~=1.2.3", "1.2.9", YES),
    ("conda", "~=1.2.3", "1.3", NO),
    ("conda", ">=3.8.*", "3.7", NO),
    ("conda", "1.8|1.9", "1.9.2", YES),
    ("conda", ">=1,<2|>=3", "2.5", NO),
    ("conda", "3.12.* *_cp312", "3.12.4", YES),
    ("conda", "2.5.1=cuda126_py312*", "2.5.1=cpu_py312_0", YES),
    ("conda", "2.5.1=cuda126_py312*", "2.5.2", NO),
    ("conda", "1!1", "1!1.2", YES),
    ("conda", ">=9", "1!1.2", YES),
    ("conda", "*", "1.0", YES),
    ("conda", ">=1", "main", CANNOT),
    ("conda", ">=1", "2026-11-21", CANNOT),
    ("conda", ">=1", "12.9 Update 1", CANNOT),
    ("conda", "^1.*$", "1.0", CANNOT),
    ("deb", ">= 2.36", "2.36-9+deb12u10", YES),
    ("deb", ">= 2.36-9", "2.36", NO),
    ("deb", "<< 2.36", "2.36~rc1-1", YES),
    ("deb", "<< 2.36", "2.36-1", NO),
    ("deb", ">> 2.36", "2.36-1", YES),
    ("deb", "= 1:1.3.dfsg-1", "1:1.3.dfsg-1", YES),
    ("deb", ">= 9", "1:1.3", YES),
    ("deb", ">= 1.0, << 2.0", "1.9.1-4", YES),
    ("deb", "1.0-1 | >= 3", "2.0", NO),
    ("deb", "12", "12.8.1-1", YES),
    ("deb", "12", "13.0-1", NO),
    ("deb", "12.8", "12.80-1", NO),
    ("deb", "12", "13~rc1", NO),
    ("deb", "1.0", "1.0-0", YES),
    ("deb", ">= 1", "latest", CANNOT),
    ("deb", ">= 1", "12.9 Update 1", CANNOT),
    ("rpm", "= 1.0", "1.0-3.el9", YES),
    ("rpm", "> 1.0", "1.0-3.el9", NO),
    ("rpm", "<= 1.0", "1.0-3.el9", YES),
    ("rpm", "<= 1.0-2", "1.0-3.el9", NO),
    ("rpm", ">= 1.0", "1.0~rc1-1", NO),
    ("rpm", "> 1.0", "1.0^git1-1", YES),
    ("rpm", "< 1.0.1", "1.0^git1-1", YES),
    ("rpm", ">= 9", "1:1.3-1", YES),
    ("rpm", "12", "12.8-1", YES),
    ("rpm", "12", "13.0-1", NO),
    ("rpm", ">= 1", "r580", CANNOT),
    ("vers", "vers:none/*", "1", NO),
    ("vers", "vers:all/*", "1", YES),
    ("vers", "not a range", "1", CANNOT),
    ("opaque", "main", "main", YES),
    ("opaque", "main", "dev", CANNOT),
    ("unheard-of", "12.9 Update 1", "12.9 Update 1", YES),
]


@pytest.mark.parametrize(("name", "range_text", "version", "answer"), CONTAINS)
def test_a_version_is_in_a_range_or_not_or_nobody_can_tell(name, range_text, version, answer):
    assert scheme(name).contains(range_text, version) is answer


@pytest.mark.parametrize(
    ("name", "left", "right", "answer"),
    [
        ("pep440", "2.13.0+cpu", "2.13.0", 0),
        ("pep440", "1.0+cu9", "1.0+cu128", 0),
        ("pep440", "1.10", "1.9", 1),
        ("pep440", "main", "1.0", None),
        ("dotted", "12.10", "12.4", 1),
        ("dotted", "12.8", "12.8.0", 0),
        ("dotted", "12.9 Update 1", "12.9", None),
        ("compute-capability", "10.0", "9.0", 1),
        ("compute-capability", "9.0a", "9.0", 0),
        ("semver", "1.0.0-rc.1", "1.0.0", -1),
        ("semver", "1.0.0-rc.10", "1.0.0-rc.9", 1),
        ("semver", "1.0.0-alpha.beta", "1.0.0-alpha.1", 1),
        ("conda", "1.1dev1", "1.1a1", -1),
        ("conda", "1.1_", "1.1a1", -1),
        ("conda", "1.1a1", "1.1", -1),
        ("conda", "1.1", "1.1.0", 0),
        ("conda", "1.1post1", "1.1.0", 1),
        ("conda", "1.1.post1", "1.1.1", -1),
        ("conda", "1.0.1_", "1.0.1a", -1),
        ("conda", "1!0.4", "2026.1", 1),
        ("conda", "0.5a1", "0.5.0b1", -1),
        ("conda", "2.5.1=cuda126_py312h", "2.5.1", 0),
        ("deb", "1.0~~", "1.0~", -1),
        ("deb", "1.0~", "1.0", -1),
        ("deb", "1.0", "1.0+dfsg", -1),
        ("deb", "1.0+dfsg", "1.0.1", -1),
        ("deb", "1.0a", "1.0+", -1),
        ("deb", "1.0", "1.00-0", 0),
        ("deb", "0:1.0-1", "1.0-1", 0),
        ("deb", "1:0.1", "9.9", 1),
        ("deb", "2.21.5-1+cuda12.4", "2.21.5-1+cuda12.10", -1),
        ("deb", "1.2.3-4-5", "1.2.3-10", 1),
        ("rpm", "1.0~rc1", "1.0", -1),
        ("rpm", "1.0", "1.0^git1", -1),
        ("rpm", "1.0^git1", "1.0.1", -1),
        ("rpm", "1.0.a", "1.0.1", -1),
        ("rpm", "1.0010", "1.9", 1),
        ("rpm", "1_0", "1.0", 0),
        ("rpm", "1.0-1.el9", "1.0-1.el10", -1),
        ("rpm", "5.5p10", "5.5p1", 1),
        ("opaque", "a", "b", None),
        ("vers", "1", "1", 0),
    ],
)
def test_versions_compare_by_number_and_never_by_build(name, left, right, answer):
    assert scheme(name).compare(left, right) == answer


@pytest.mark.parametrize(
    ("name", "range_text", "answer"),
    [
        ("pep440", ">=12.1.105", False),
        ("pep440", "", False),
        ("pep440", "!=5.28.*", False),
        ("pep440", "<3,>=2.4", True),
        ("pep440", "~=2.2", True),
        ("pep440", "==2.9.1", True),
        ("pep440", "garbage!", None),
        ("dotted", ">=525.60.13", False),
        ("dotted", "<580", True),
        ("semver", "^1 || >=4", False),
        ("semver", "^1 || ^2", True),
        ("conda", ">=12.8,<13", True),
        ("conda", "=12.8", True),
        ("conda", ">=12.8", False),
        ("deb", ">= 2.36", False),
        ("deb", "<< 2", True),
        ("rpm", ">= 1.0 || = 0.5", False),
        ("rpm", "= 1.0", True),
        ("cargo", "1.2", True),
        ("vers", "vers:pypi/>=1|<2", True),
        ("vers", "vers:pypi/<2|>3", False),
        ("opaque", "main", None),
        ("opaque", "", False),
    ],
)
def test_a_range_has_an_end_or_not(name, range_text, answer):
    assert scheme(name).bounded(range_text) is answer


@pytest.mark.parametrize(
    ("name", "left", "right", "answer"),
    [
        ("pep440", "13", ">=12.1.105", YES),
        ("pep440", "13", "<13.0.0,>=12.9.1", NO),
        ("pep440", "13", "~=12.9.10", NO),
        ("pep440", "==12.8.90", "12", YES),
        ("pep440", "==12.8.90", "!=12.8.*", NO),
        ("pep440", "<2", ">=2.0rc1", NO),
        ("pep440", "<1.0", ">1.0", NO),
        ("pep440", "<=1.0", ">=1.0", YES),
        ("pep440", "13", "what?", CANNOT),
        ("dotted", "13", ">=12.4", YES),
        ("dotted", "12", ">=13", NO),
        ("dotted", "12", ">=12.4", YES),
        ("compute-capability", ">=7.5", "<7.5", NO),
        ("semver", "^1.2.3", ">=2", NO),
        ("semver", "^1.2.3", "1.5.0", YES),
        ("vers", "vers:pypi/>=1|<2", "vers:pypi/>=2", NO),
        ("vers", "vers:pypi/>=1|<2", "vers:npm/1.5.0", CANNOT),
        ("conda", "13", ">=12.8,<13", NO),
        ("conda", "13", ">=12.8", YES),
        ("conda", "13", ">=12.8,<13.0a0", NO),
        ("conda", "12.8", "==12.8rc1", YES),
        ("semver", "13", "<13.0.0", NO),
        ("semver", "13.0.0-rc.1", "13", YES),
        ("rpm", "13", "< 13", NO),
        ("conda", "12.8.*", "==12.8.1", YES),
        ("deb", "13", "<< 13", NO),
        ("deb", "13", ">= 12", YES),
        ("rpm", "= 1.0", "> 1.0", NO),
        ("cargo", "1.2", "2", NO),
        ("opaque", "a", "a", YES),
        ("opaque", "a", "b", CANNOT),
    ],
)
def test_two_ranges_share_a_version_or_not(name, left, right, answer):
    assert scheme(name).overlaps(left, right) is answer
    assert scheme(name).overlaps(right, left) is answer


@pytest.mark.parametrize(
    ("name", "version", "tag"),
    [
        ("pep440", "2.9.1+cu128", "cu128"),
        ("pep440", "2.9.1", ""),
        ("compute-capability", "12.0+PTX", "PTX"),
        ("compute-capability", "10.0f", "f"),
        ("semver", "1.0.0-rc.1+exp.sha", "exp.sha"),
        ("dotted", "12.8", ""),
        ("conda", "2.5.1=cuda126_py312h0_0", "cuda126_py312h0_0"),
        ("conda", "2.5.1+cu126", "cu126"),
        ("conda", "2.5.1", ""),
        ("deb", "2.36-9+deb12u10", ""),
        ("opaque", "a+b", ""),
    ],
)
def test_the_build_is_read_apart(name, version, tag):
    assert scheme(name).build(version) == tag


def test_an_unknown_scheme_compares_by_equality_only():
    assert scheme("martian").name == "opaque"
    assert set(names()) == {
        "pep440", "semver", "cargo", "conda", "deb", "rpm", "dotted", "compute-capability", "vers",
        "opaque",
    }  # fmt: skip


VECTORS = Path(__file__).parents[2].parent / "shared" / "corpus" / "vers-spec-tests"


@pytest.mark.skipif(
    not VECTORS.is_dir(), reason="needs ../shared: documents of others, kept beside the repository"
)
def test_the_official_vers_vectors_of_the_orders_we_have():
    seen = 0
    for path in sorted(VECTORS.glob("*range*.json")):
        for case in json.loads(path.read_text())["tests"]:
            given, wanted = case["input"], case["expected_output"]
            if case["test_type"] == "containment":
                found = scheme("vers").contains(given["vers"], given["version"])
                assert (found is YES) == wanted
            elif case["test_type"] == "validate":
                assert normalised(given) == wanted
            else:
                native = given["native_range"].replace(" ", "")
                assert normalised(f"vers:{given['scheme']}/{native}") == wanted
            seen += 1
    assert seen == 23
