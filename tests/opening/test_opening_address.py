"""URLs of databases: what they mean, and one line without the password where they mean nothing."""

from __future__ import annotations

import pytest

from lineage.errors import DatabaseUnreachableError, SettingInvalidError
from lineage.opening import open_record
from lineage.record.session import database_url

HIDDEN = "hunter"


def test_parts_are_decoded() -> None:
    url = database_url("postgresql://us%40r:p%40ss%3A%2F%25@[::1]:5433/od%2Fd%20n?sslmode=require")
    assert (url.username, url.password, url.host) == ("us@r", "p@ss:/%", "::1")
    assert (url.port, url.database, url.query["sslmode"]) == (5433, "od/d n", "require")
    assert url.drivername == "postgresql+psycopg"


def test_the_short_name_is_taken_as_well() -> None:
    assert database_url("postgres://ann@host/name") == database_url("postgresql://ann@host/name")


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://ann:x@{HIDDEN}@host/name",
        f"postgresql://ann:x@{HIDDEN}:{HIDDEN}/{HIDDEN}@host/name",
        f"postgresql://ann:x@y/{HIDDEN}@host/name",
        f"postgresql://ann:x@y:{HIDDEN}@host/name",
        f"postgresql://ann:{HIDDEN}@host:port/name",
        f"mysql://ann:{HIDDEN}@host/name",
        f"ann:{HIDDEN}@host",
    ],
)
def test_what_cannot_be_meant_is_refused_without_the_password(text: str) -> None:
    with pytest.raises(SettingInvalidError) as refused:
        database_url(text)
    assert HIDDEN not in str(refused.value)
    assert ".." not in str(refused.value)


@pytest.mark.parametrize(
    "place",
    ["127.0.0.1:9/name", "[::1]:9/name", "127.0.0.1:9/name?sslmode=odd", "127.0.0.1/name?odd=1"],
)
def test_what_cannot_be_reached_is_one_line_in_the_servers_words(place: str) -> None:
    with pytest.raises(DatabaseUnreachableError) as failed:
        open_record(f"postgresql://ann:{HIDDEN}@{place}")
    text = str(failed.value)
    assert HIDDEN not in text
    assert "\n" not in text
    assert "psycopg" not in text
