"""Settings: from the environment, from files, and what is said of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.setting_text import SETTING_TEXT
from api.settings import Settings, settings
from lineage.errors import SettingInvalidError


def test_each_setting_is_explained() -> None:
    assert set(SETTING_TEXT) == set(Settings.model_fields)
    assert all(text.endswith(".") for text in SETTING_TEXT.values())


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DB", "DB_FILE", "DB_PASSWORD", "PORT", "PORT_FILE", "TENANT_FILE"):
        monkeypatch.delenv(f"LINEAGE_{name}", raising=False)


def test_a_value_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "db").write_text("postgresql://lineage@db/record?sslmode=require\n")
    (tmp_path / "password").write_text("p@ss:w/ö rd\n")
    (tmp_path / "port").write_text("8443")
    monkeypatch.setenv("LINEAGE_DB_FILE", str(tmp_path / "db"))
    monkeypatch.setenv("LINEAGE_DB_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("LINEAGE_PORT_FILE", str(tmp_path / "port"))
    found = settings()
    assert found.url == "postgresql://lineage:p%40ss%3Aw%2F%C3%B6%20rd@db/record?sslmode=require"
    assert found.port == 8443
    assert "p@ss" not in repr(found)
    assert settings(db="x.db", port=1).url == "sqlite:///x.db"
    assert settings(port=1).port == 1


def test_a_password_is_not_put_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEAGE_DB_PASSWORD", "new")
    assert settings(db="postgresql://u:old@h/d").url == "postgresql://u:old@h/d"
    assert settings(db="postgresql:///d?host=/run/x").url == "postgresql:///d?host=/run/x"
    assert settings(db="sqlite:///a.db").url == "sqlite:///a.db"


def test_bad_files_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEAGE_PORT_FILE", str(tmp_path / "nothing"))
    with pytest.raises(SettingInvalidError, match="LINEAGE_PORT_FILE"):
        settings()
    (tmp_path / "nothing").write_text("many")
    with pytest.raises(SettingInvalidError, match="LINEAGE_PORT:"):
        settings()
    monkeypatch.setenv("LINEAGE_PORT", "80")
    with pytest.raises(SettingInvalidError, match="only one of them"):
        settings()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DB", "mysql://ann:s3cret@h/x", "'mysql' is neither"),
        ("DB", "postgresql://ann:s3cret@[h/x", "not a database URL"),
        ("DB", "postgresql://ann:s3c@ret@h/x", "more than one @"),
        ("PORT", "many", "valid integer"),
        ("AUDIT", "none", "'tokens', 'writes' or 'all'"),
        ("REQUIRE_TOKEN", "maybe", "boolean"),
        ("CORS_ORIGINS", "evil", "'evil' is no origin"),
        ("HOOK_NETWORKS", "300.1.1.1/8", "IPv4 or IPv6 network"),
        ("MAX_QUERY_SECONDS", "nan", "less than or equal"),
    ],
)
def test_a_bad_value_is_one_line_that_names_its_variable_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, said: str
) -> None:
    (tmp_path / "value").write_text(value)
    for variable, told in (("", value), ("_FILE", str(tmp_path / "value"))):
        monkeypatch.setenv(f"LINEAGE_{name}{variable}", told)
        with pytest.raises(SettingInvalidError) as caught:
            settings()
        text = str(caught.value)
        assert text.startswith(f"Setting LINEAGE_{name}: "), text
        assert said in text
        assert not set(text) & set("\n\r")
        assert "s3c" not in text
        assert "Value error" not in text
        monkeypatch.delenv(f"LINEAGE_{name}{variable}")


def test_no_secret_is_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DB_PASSWORD", "NEO4J_PASSWORD"):
        monkeypatch.setenv(f"LINEAGE_{name}", "s3cret")
    assert "s3cret" not in repr(settings()) + str(settings())
