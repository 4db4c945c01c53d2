"""Laws that hold in every scheme: a total order, complements, intersections, builds apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from lineage.versions import interval
from lineage.versions.pep440 import parse
from lineage.versions.scheme import Answer
from lineage.versions.schemes import names, scheme

NUMBER = st.integers(0, 14)
DOTTED = st.lists(NUMBER, min_size=1, max_size=4).map(lambda found: ".".join(map(str, found)))
TRIPLE = st.lists(NUMBER, min_size=3, max_size=3).map(lambda found: ".".join(map(str, found)))
PAIR = st.tuples(NUMBER, NUMBER).map(lambda found: f"{found[0]}.{found[1]}")
PRE = st.sampled_from(["", "a1", "rc1", "rc2", ".dev3", ".post1"])
SEMVER_PRE = st.sampled_from(["", "-alpha", "-rc.1", "-rc.10", "-1"])
CONDA_PRE = st.sampled_from(["", "a1", "rc1", ".rc", "dev3", "post1", "_1", "_", ".0.0"])
DEB_TAIL = st.sampled_from(["", "~", "~rc1", "~~", "+dfsg", "a", "-1", "-1+deb12u1", "~-0", "-1-2"])
RPM_TAIL = st.sampled_from(["", "~rc1", "^git1", ".a", "_1", "~~"])
VERSIONS = {
    "pep440": st.tuples(DOTTED, PRE).map("".join),
    "dotted": DOTTED,
    "compute-capability": PAIR,
    "semver": st.tuples(TRIPLE, SEMVER_PRE).map("".join),
    "cargo": st.tuples(TRIPLE, SEMVER_PRE).map("".join),
    "conda": st.tuples(st.sampled_from(["", "1!"]), DOTTED, CONDA_PRE).map("".join),
    "deb": st.tuples(st.sampled_from(["", "1:"]), DOTTED, DEB_TAIL).map("".join),
    "rpm": st.tuples(st.sampled_from(["", "1:"]), DOTTED, RPM_TAIL).map("".join),
}
BUILDS = {
    "pep440": "+cu128", "dotted": "+cu128", "compute-capability": "+PTX", "semver": "+b.1",
    "cargo": "+b.1", "conda": "=cuda128_py312h0_0",
}  # fmt: skip
OPERATORS = st.sampled_from([">=", "<=", ">", "<", "==", "!="])
EACH = pytest.mark.parametrize("name", sorted(VERSIONS))
MIRROR = {Answer.YES: Answer.NO, Answer.NO: Answer.YES}


@EACH
@given(data=st.data())
def test_versions_are_in_one_total_order(name, data):
    a, b, c = (data.draw(VERSIONS[name]) for _ in range(3))
    compare = scheme(name).compare
    ab, ba, bc, ac = compare(a, b), compare(b, a), compare(b, c), compare(a, c)
    assert ab is not None
    assert ab == -ba
    assert compare(a, a) == 0
    if ab <= 0 and bc <= 0:
        assert ac <= 0
    if ab == 0:
        assert ac == bc


@EACH
@given(data=st.data())
def test_a_version_is_above_a_bound_or_below_it(name, data):
    bound, version = data.draw(VERSIONS[name]), data.draw(VERSIONS[name])
    above = scheme(name).contains(f">={bound}", version)
    below = scheme(name).contains(f"<{bound}", version)
    if name == "pep440":
        left, right = parse(bound), parse(version)
        own_candidate = right.is_prerelease and right.base_version == left.base_version
        if own_candidate and not left.is_prerelease:
            assert above is Answer.NO or left.is_postrelease or right >= left
            return  # by PEP 440 a candidate of 2.0 is neither >=2.0 nor <2.0
    assert above is MIRROR[below]


@EACH
@given(data=st.data())
def test_what_is_in_both_is_in_the_joined_range(name, data):
    one, two = (data.draw(OPERATORS) + data.draw(VERSIONS[name]) for _ in range(2))
    version = data.draw(VERSIONS[name])
    found = scheme(name)
    both = {found.contains(one, version), found.contains(two, version)} == {Answer.YES}
    assert (found.contains(f"{one},{two}", version) is Answer.YES) == both
    if both:
        assert found.overlaps(one, two) is Answer.YES


@pytest.mark.parametrize("name", sorted(BUILDS))
@given(data=st.data())
def test_the_build_never_matters(name, data):
    version, other = data.draw(VERSIONS[name]), data.draw(VERSIONS[name])
    range_text = data.draw(OPERATORS) + other
    built = version + BUILDS[name]
    found = scheme(name)
    assert found.build(built)
    assert found.compare(version, built) == 0
    assert found.compare(other, built) == found.compare(other, version)
    assert found.contains(range_text, built) is found.contains(range_text, version)


@EACH
@given(data=st.data())
def test_an_end_is_an_end(name, data):
    words = data.draw(st.lists(st.tuples(OPERATORS, VERSIONS[name]).map("".join), max_size=3))
    range_text = ",".join(words)
    far = {
        "semver": "999.0.0", "cargo": "999.0.0", "compute-capability": "999.0",
        "conda": "9!1", "deb": "9:1", "rpm": "9:1",
    }.get(name, "999")  # fmt: skip
    found = scheme(name)
    inside = found.contains(range_text, far) is Answer.YES
    assert found.bounded(range_text) is not inside


@pytest.mark.parametrize("name", ["conda", "deb", "rpm", "dotted"])
@given(data=st.data())
def test_a_prefix_is_everything_from_its_first_version_to_the_next(name, data):
    numbers = data.draw(st.lists(NUMBER, min_size=1, max_size=2))
    version = data.draw(VERSIONS[name])
    prefix = ".".join(map(str, numbers))
    given_numbers = [int(one) for one in re.match(r"[0-9.]+", version)[0].strip(".").split(".")]
    given_numbers += [0, 0] if name in {"conda", "dotted"} else []
    inside = given_numbers[: len(numbers)] == numbers and not re.match(r"[0-9]+[:!]", version)
    assert scheme(name).contains(prefix, version) is (Answer.YES if inside else Answer.NO)
    assert scheme(name).contains(f"{prefix}.*", version) is scheme(name).contains(prefix, version)


@given(
    st.lists(st.tuples(OPERATORS, VERSIONS["pep440"]).map("".join), max_size=3), VERSIONS["pep440"]
)
def test_spans_and_specifiers_agree(words, version):
    key = parse(version)
    if key.is_postrelease:
        return  # `>2rc1` holds 2 and not 2.post1: two spans would be needed
    found = scheme("pep440")
    spans = found.spans(",".join(words))
    wanted = SpecifierSet(",".join(words)).contains(key, prereleases=True)
    assert interval.holds(spans, key) == wanted


@given(st.sampled_from([*names(), "martian"]), st.text(max_size=20), st.text(max_size=20))
def test_no_text_whatever_raises(name, left, right):
    found = scheme(name)
    assert found.compare(left, right) in {-1, 0, 1, None}
    for answer in (found.contains(left, right), found.overlaps(left, right)):
        assert isinstance(answer, Answer)
    assert found.bounded(left) in {True, False, None}
    assert isinstance(found.build(left), str)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize(
    "text", ["9" * 5000, "1." * 3000 + "1", ">=" + "9" * 5000, "1-" + "9" * 5000]
)
def test_numbers_of_any_length_raise_nothing(name, text):
    found = scheme(name)
    assert found.compare(text, "1.0") in {-1, 0, 1, None}
    assert isinstance(found.contains(text, "1.0"), Answer)
    assert isinstance(found.contains(">=1.0", text), Answer)


SPANS = st.lists(
    st.tuples(st.none() | st.tuples(NUMBER, st.integers(0, 1)),
              st.none() | st.tuples(NUMBER, st.integers(0, 1))), max_size=4,
).map(tuple)  # fmt: skip


@given(SPANS, SPANS, NUMBER)
def test_spans_are_a_set_algebra(left, right, key):
    first, second = interval.joined(left), interval.joined(right)
    in_first, in_second = interval.holds(first, key), interval.holds(second, key)
    assert interval.holds(interval.common(first, second), key) == (in_first and in_second)
    assert interval.holds(interval.joined((*first, *second)), key) == (in_first or in_second)
    assert interval.holds(interval.outside(first), key) is not in_first
    assert interval.outside(interval.outside(first)) == first
