"""Names, lines, addresses, wheels and the fixpoint of extras."""

from __future__ import annotations

import pytest

from lineage.errors import KeyMalformedError
from lineage.ingest.python.address import channel_of, without_credentials
from lineage.ingest.python.distribution import Distribution
from lineage.ingest.python.environment import Environment
from lineage.ingest.python.line import line_of
from lineage.ingest.python.name import canonical, family_key, release_key
from lineage.ingest.python.resolution import resolve
from lineage.ingest.python.wheel import artefact_of, digest_of, wheel_of
from lineage.model.identity import key_of_purl


@pytest.mark.parametrize("spelling", ["ruamel.yaml", "Ruamel_YAML", "ruamel-yaml", "ruamel.-_yaml"])
def test_all_spellings_of_a_name_are_one_key_in_every_format(spelling):
    assert family_key(spelling) == "pkg:pypi/ruamel-yaml"
    assert key_of_purl(f"pkg:pypi/{spelling}@1.0") == release_key(spelling, "1.0")


def test_a_local_version_stays_out_of_the_key():
    assert release_key("torch", "2.9.1+cu128") == "pkg:pypi/torch@2.9.1"


@pytest.mark.parametrize("name", ["", "-", "a b", "é", "a/b"])
def test_what_can_be_no_name(name):
    with pytest.raises(KeyMalformedError):
        canonical(name)


@pytest.mark.parametrize(
    ("text", "raw", "marker", "extra", "extras"),
    [
        ("torch", "", None, None, ()),
        ("torch (>=2,<3)", ">=2,<3", None, None, ()),
        ("torch[b,A] >=2 ; os_name == 'nt'", ">=2", "os_name == 'nt'", None, ("a", "b")),
        ("x>1; extra == 'Dev_Tools'", ">1", "extra == 'Dev_Tools'", "dev-tools", ()),
        ("x; 'gpu' == extra", "", "'gpu' == extra", "gpu", ()),
        ("x; extra == 'a' or extra == 'b'", "", "extra == 'a' or extra == 'b'", None, ()),
        ("x @ https://u:p@index.example/x.zip", "@ https://index.example/x.zip", None, None, ()),
    ],
)
def test_a_line_keeps_what_was_declared(text, raw, marker, extra, extras):
    wish = line_of(text).requirement
    assert (wish.raw, wish.marker, wish.extra, wish.extras) == (raw, marker, extra, extras)
    assert wish.scheme == ("opaque" if raw.startswith("@") else "pep440")


def distribution(name: str, *lines: str, extras: tuple[str, ...] = ()) -> Distribution:
    return Distribution(
        name=name,
        key=release_key(name, "1"),
        version="1",
        path=name,
        lines=tuple((f"{name}.{n}", line_of(text)) for n, text in enumerate(lines)),
        extras=frozenset(extras),
    )


def pairs(found):
    return {(a.downstream.name, a.upstream.name) for a in found.active}


def test_extras_are_followed_through_the_package_itself_and_through_others():
    stack = [
        distribution("app", "kit[all]; python_version >= '3'"),
        distribution("kit", "kit[one,two]; extra == 'all'", "kit[three]; extra == 'never'",
                     "one; extra == 'one'", "deep[x]; extra == 'two'", "three; extra == 'three'"),
        distribution("one"), distribution("two"), distribution("three"),
        distribution("deep", "two; extra == 'x'", "app; extra == 'y'"),
    ]  # fmt: skip
    found = resolve(stack, Environment({"python_version": "3.12"}))
    assert found.extras["kit"] == {"all", "one", "two"}
    assert pairs(found) == {("app", "kit"), ("kit", "one"), ("kit", "deep"), ("deep", "two")}
    backwards = resolve(stack[::-1], Environment({"python_version": "3.12"}))
    assert (pairs(backwards), backwards.extras) == (pairs(found), found.extras)


def test_extras_that_ask_for_each_other_come_to_an_end():
    stack = [
        distribution("a", "b[x]; extra == 'x'", extras=("x",)),
        distribution("b", "a[y]; extra == 'x'", "a[x]; extra == 'x'"),
    ]
    found = resolve(stack, Environment({}))
    assert found.extras == {"a": {"x", "y"}, "b": {"x"}}
    assert len(found.active) == 3


def test_a_line_on_something_absent_is_told():
    found = resolve([distribution("a", "b", "c; extra == 'x'")], Environment({}))
    assert [(d.name, line.name) for d, line, _ in found.absent] == [("a", "b")]


@pytest.mark.parametrize(
    ("address", "channel"),
    [
        ("https://index.example/packages/19/17/" + "a" * 60 + "/x.whl", "index.example"),
        ("https://channel.example/whl/cu128/x.whl", "channel.example/whl/cu128"),
        ("https://u:p@proxy.example:8443/repo/pypi/simple/x/x.whl", "proxy.example:8443/repo/pypi"),
        ("https://proxy.example/repo/torch/2.9.1/x.whl", "proxy.example/repo"),
        ("file:///home/somebody/x.whl", ""),
        ("x.whl", ""),
        ("https://[broken/x.whl", ""),
    ],
)
def test_the_channel_of_a_file(address, channel):
    assert channel_of(address, "torch") == channel


def test_addresses_lose_what_is_secret():
    assert without_credentials("https://u:p@host.example/x?token=1#y") == "https://host.example/x"
    assert without_credentials("../folder") == "../folder"


def test_wheels_and_digests():
    wheel = wheel_of("Torch_Audio-2.9.1+cu128-1a-cp312.cp313-abi3-linux_x86_64.whl")
    assert wheel is not None
    assert (wheel.name, wheel.version, wheel.build) == ("torch-audio", "2.9.1+cu128", "1a")
    assert wheel.tags == ("cp312-abi3-linux_x86_64", "cp313-abi3-linux_x86_64")
    assert wheel_of("torch-2.9.1.tar.gz") is None
    assert digest_of({"md5": "AA", "sha256": "BB"}) == "sha256:bb"
    assert digest_of({"sha1": "aa", "sha512": "bb"}) == "sha512:bb"
    assert digest_of({}) == ""
    assert artefact_of(file="x-1-2-py3-none-any.whl", version="1") == {
        "file": "x-1-2-py3-none-any.whl",
        "tags": ["py3-none-any"],
        "build": "2",
    }
