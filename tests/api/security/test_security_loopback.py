"""Who counts as this machine: only who says nothing that speaks against it."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from api.loopback import is_loopback, refusal


def refused(*pairs: tuple[str, str], origins: tuple[str, ...] = ()) -> str | None:
    raw = [(name.lower().encode(), value.encode()) for name, value in pairs]
    return refusal(Headers(raw=raw), origins)


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST:8000", "localhost.", "chat.localhost:1", "127.0.0.1:8000",
        "127.0.0.2", "[::1]:8000", "[::1]",
    ],
)  # fmt: skip
def test_loopback_names_are_this_machine(host) -> None:
    assert refused(("Host", host)) is None


@pytest.mark.parametrize(
    "host",
    [
        "", "lineage.example", "localhost.example", "127.0.0.1.example", "localhost.evil",
        "0.0.0.0", "[::]", "127.1", "2130706433", "0x7f000001", "evil@localhost",
        "localhost@evil.example", "localhost:80@evil.example", "127.0.0.1:8000#@evil.example",
        "localhost/evil", "localhost?evil", "localhost, evil.example", "localhost evil",
        "localhost:80:80", "localhost:x", "[::1", "[::1%25lo]", "192.168.0.1", "xlocalhost",
    ],
)  # fmt: skip
def test_other_names_are_not(host) -> None:
    assert "is not this machine" in str(refused(("Host", host)))


@pytest.mark.parametrize(
    "name",
    [
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "x-forwarded",
        "X-Forwarded-Anything", "Via", "X-Real-IP",
    ],
)  # fmt: skip
def test_what_came_through_a_proxy_needs_tokens(name) -> None:
    assert "came through a proxy" in str(refused(("Host", "localhost"), (name, "127.0.0.1")))


def test_pages_of_other_sites_ask_in_vain() -> None:
    here = ("Host", "localhost:8000")
    assert refused(here, ("Origin", "http://localhost:3000")) is None
    assert refused(here, ("Origin", "http://[::1]:3000")) is None
    for origin in ("http://evil.example", "null", "", "http://localhost.evil.example", "http://[",
                   "http://evil.example, http://localhost"):  # fmt: skip
        assert "Origin" in str(refused(here, ("Origin", origin))), origin
    twice = (("Origin", "http://localhost"), ("Origin", "http://evil.example"))
    assert "evil" in str(refused(here, *twice))
    assert refused(here, ("Origin", "https://a.example"), origins=("https://a.example",)) is None
    # An image or a script of a page elsewhere names no Origin; a link that is followed may come.
    elsewhere = (here, ("Sec-Fetch-Site", "cross-site"))
    assert "another site" in str(refused(*elsewhere, ("Sec-Fetch-Mode", "no-cors")))
    assert refused(*elsewhere, ("Sec-Fetch-Mode", "navigate")) is None
    assert refused(here, ("Sec-Fetch-Site", "same-origin")) is None
    allowed = (*elsewhere, ("Sec-Fetch-Mode", "cors"), ("Origin", "https://a.example"))
    assert refused(*allowed, origins=("https://a.example",)) is None


def test_addresses_to_serve_are_told_apart() -> None:
    assert [is_loopback(one) for one in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::")] == [
        True, True, True, False, False,
    ]  # fmt: skip
