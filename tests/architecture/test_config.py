"""A bad setting stops the start and is named; a good one moves everything it should."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from portal import create_app
from portal.config import Environment, Settings, SettingsError, load_settings
from tests.conftest import migrate

SECRET = "s" * 32
VAULT = "dmF1bHQta2V5LW9mLWV4YWN0bHktMzItYnl0ZXMhISE="


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting but those of the test."""
    for name in list(os.environ):
        if name.startswith("PORTAL_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "data"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_ENVIRONMENT", "staging"),
        ("PORTAL_LOG_LEVEL", "LOUD"),
        ("PORTAL_BASE_URL", "portal.example.cn"),
        ("PORTAL_DATABASE_URL", "mysql://localhost/portal"),
        ("PORTAL_BEHIND_PROXY", "perhaps"),
        ("PORTAL_REDIS_URL", "http://127.0.0.1"),
        ("PORTAL_REDIS_URL", "redis://127.0.0.1:port"),
        ("PORTAL_FINAL_ANSWER_DAYS", "5"),
        ("PORTAL_FINAL_ANSWER_DAYS", "61"),
        ("PORTAL_EXTENSION_DAYS_MOST", "-1"),
        ("PORTAL_EXTENSION_DAYS_MOST", "31"),
    ],
)
def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_every_bad_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_LOG_LEVEL", "LOUD")
    monkeypatch.setenv("PORTAL_BASE_URL", "portal.example.cn")
    with pytest.raises(SettingsError, match=r"(?s)PORTAL_BASE_URL.*PORTAL_LOG_LEVEL"):
        load_settings()


def test_redis_without_its_package_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    monkeypatch.setenv("PORTAL_REDIS_URL", "redis://127.0.0.1/0")
    with pytest.raises(SettingsError, match=r"PORTAL_REDIS_URL: .*pip install 'redis>=5'"):
        load_settings()


def test_a_bad_setting_does_not_print_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", "mysql://portal:hunter2@localhost/portal")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "PORTAL_SECRET_KEY"),
        ({"PORTAL_SECRET_KEY": "short", "PORTAL_PUBLISHER": "某市民政局"}, "PORTAL_SECRET_KEY"),
        ({"PORTAL_SECRET_KEY": SECRET}, "PORTAL_VAULT_KEY"),
        ({"PORTAL_SECRET_KEY": SECRET, "PORTAL_VAULT_KEY": "c2hvcnQ="}, "PORTAL_VAULT_KEY"),
        ({"PORTAL_SECRET_KEY": SECRET, "PORTAL_VAULT_KEY": VAULT}, "PORTAL_PUBLISHER"),
        (
            {"PORTAL_SECRET_KEY": SECRET, "PORTAL_VAULT_KEY": VAULT, "PORTAL_PUBLISHER": "某市民政局"},
            "PORTAL_BASE_URL",
        ),
    ],
)
def test_production_needs(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], missing: str) -> None:
    monkeypatch.setenv("PORTAL_ENVIRONMENT", "production")
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=missing):
        load_settings()


def test_production_starts_when_complete_and_leaves_no_key_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORTAL_ENVIRONMENT", "production")
    monkeypatch.setenv("PORTAL_SECRET_KEY", SECRET)
    monkeypatch.setenv("PORTAL_VAULT_KEY", VAULT)
    monkeypatch.setenv("PORTAL_PUBLISHER", "某市民政局")
    monkeypatch.setenv("PORTAL_BASE_URL", "https://portal.example.cn")
    app = create_app()
    assert app.config["PORTAL"].environment is Environment.PRODUCTION
    assert app.config["DEMO_ALLOWED"] is False
    assert app.config["SECRET_KEY"] == SECRET
    assert not (tmp_path / "data" / "secret-key").exists()
    assert app.config["PORTAL"].effective_vault_key() == VAULT
    assert not (tmp_path / "data" / "vault-key").exists()


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("sqlite:////srv/portal.db", "sqlite:////srv/portal.db"),
    ],
)
def test_database_addresses(monkeypatch: pytest.MonkeyPatch, given: str, used: str) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", given)
    assert load_settings().sqlalchemy_url == used


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        if name != "data":
            monkeypatch.setenv(f"PORTAL_{name.upper()}", "")
    assert load_settings().environment is Environment.DEMO


def test_one_folder_holds_all_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere" / "deep"
    monkeypatch.setenv("PORTAL_DATA", str(elsewhere))
    root = Path(__file__).resolve().parents[2]
    before = {path.name for path in root.iterdir()}
    app = create_app()
    migrate(app)
    assert app.test_client().get("/healthz").status_code == 200
    assert {"portal.db", "secret-key"} <= {path.name for path in elsewhere.iterdir()}
    assert {path.name for path in root.iterdir()} == before


def test_the_made_up_key_is_kept_and_nobody_elses_to_read(tmp_path: Path) -> None:
    settings = load_settings()
    key = settings.effective_secret_key()
    assert len(key) >= 32
    assert load_settings().effective_secret_key() == key
    mode = (tmp_path / "data" / "secret-key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
