"""Typed settings, read from the environment. A bad one stops the start and is named."""

from __future__ import annotations

import base64
import contextlib
import importlib
import os
import re
import secrets
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from portal.domain.mail_server import MailServer, read_mail_url

PROJECT_ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = Path(__file__).resolve().parent / "migrations"


class Environment(StrEnum):
    """Where the portal runs. ``production`` refuses demo data and generated secrets."""

    DEMO = "demo"
    PRODUCTION = "production"


class SearchBackend(StrEnum):
    """Where the search index lies. ``auto``: in PostgreSQL if that is the database, else in PORTAL_DATA."""

    AUTO = "auto"
    WHOOSH = "whoosh"
    POSTGRES = "postgres"


class SettingsError(Exception):
    """A setting is missing or wrong; the message names each one."""


class Settings(BaseSettings):
    """Every setting, its meaning and its default. The variable is the field's name with ``PORTAL_``."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", env_ignore_empty=True, extra="ignore")

    environment: Environment = Environment.DEMO
    data: Path = Field(PROJECT_ROOT / "var", description="the one folder that holds all data")
    database_url: str | None = Field(None, description="default: SQLite in the data folder")
    secret_key: str | None = Field(None, description="at least 32 characters; required in production")
    vault_key: str | None = Field(
        None, description="32 random bytes in base64, seals personal data; required in production"
    )
    vault_key_old: str | None = Field(
        None, description="keys that personal data may still be sealed under, with commas; see keys rotate"
    )
    search_backend: SearchBackend = Field(
        SearchBackend.AUTO, description="auto, whoosh (in the data folder) or postgres"
    )
    base_url: str = Field("http://127.0.0.1:8000", description="the address people type; in QR codes")
    behind_proxy: bool = Field(False, description="trust one reverse proxy's X-Forwarded-* headers")
    log_level: str = "INFO"
    redis_url: str | None = Field(
        None, description="the job queue in Redis; default: a file in the data folder"
    )

    mail_url: str | None = Field(
        None,
        description="smtp://user:password@host:587?starttls or smtps://…; empty: the demo prints mails, "
        "production keeps them waiting",
    )
    mail_from: str | None = Field(None, description="sender of mails: address, or 名称 <address>")

    site_name: str = "养老服务信息公开平台"
    publisher: str | None = Field(None, description="主办单位")
    publisher_address: str | None = Field(None, description="post address of the publisher")
    publisher_phone: str | None = Field(None, description="telephone of the publisher")
    icp_number: str | None = Field(None, description="ICP备案号")
    police_number: str | None = Field(None, description="公安备案号")
    site_code: str | None = Field(None, description="政府网站标识码")
    complaint_hotline: str = Field("12345", description="hotline shown where a complaint might be made")

    final_answer_days: int = Field(
        20, ge=6, le=60, description="working days within which a complaint is settled"
    )
    extension_days_most: int = Field(
        10, ge=0, le=30, description="working days by which that may be extended, once; 0: never"
    )

    voices_per_address: int = Field(
        5, ge=1, le=1_000, description="voices on one suggestion from one address that count; votes: twice"
    )
    voices_per_network: int = Field(
        20, ge=1, le=10_000, description="the same from one network (IPv4 /24, IPv6 /48); votes: five times"
    )
    voices_in_ten_minutes: int = Field(
        40,
        ge=5,
        le=10_000,
        description="voices of new browsers on one suggestion in ten minutes that count; votes: ten times",
    )
    voice_challenge_cost: int = Field(
        10_000,
        ge=100,
        le=100_000,
        description="rounds of PBKDF2 in one of the challenge's 300 tries",
    )
    voice_waiting_seconds: int = Field(
        20, ge=1, le=300, description="what browsers without scripts wait instead of solving the challenge"
    )

    suggestion_look_days: int = Field(
        5, ge=1, le=30, description="working days within which a suggestion is looked through"
    )
    suggestion_answer_days: int = Field(
        20, ge=5, le=90, description="working days within which a published suggestion is answered"
    )
    verdict_board_url: str | None = Field(
        None, description="the province's own 整治评价榜, linked from topics that are judged"
    )
    verdict_board_name: str = Field("全省整治评价榜", description="what that link is called")

    map_tianditu_key: str | None = Field(None, description="天地图 key (tk) of a browser application")
    map_tiles_url: str | None = Field(None, description="any XYZ tile source with {z}, {x} and {y}")
    map_attribution: str | None = Field(None, description="whose map the base layer is")
    map_review_number: str | None = Field(None, description="审图号 of the base layer, shown on the map")

    @field_validator("data")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        level = value.upper()
        if level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("one of DEBUG, INFO, WARNING, ERROR")
        return level

    @field_validator("vault_key")
    @classmethod
    def _whole_key(cls, value: str | None) -> str | None:
        return None if value is None else _vault_key(value)

    @field_validator("vault_key_old")
    @classmethod
    def _whole_keys(cls, value: str | None) -> str | None:
        if value is None:
            return None
        return ",".join(_vault_key(key) for key in value.split(",") if key.strip()) or None

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("verdict_board_url")
    @classmethod
    def _link(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must start with redis://, rediss:// or unix://")
        try:
            client = importlib.import_module("redis")
        except ImportError:
            raise ValueError("needs the package redis: pip install 'redis>=5'") from None
        try:
            client.Redis.from_url(value)  # connects to nothing yet
        except ValueError:
            raise ValueError("no address that redis understands") from None
        return value

    @field_validator("mail_url")
    @classmethod
    def _mail_server(cls, value: str | None) -> str | None:
        if value is not None:
            read_mail_url(value)
        return value

    @field_validator("mail_from")
    @classmethod
    def _mail_address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(
            r"[^\s@<>]+@[^\s@<>]+|[^<>\r\n]+<[^\s@<>]+@[^\s@<>]+>", value
        ):
            raise ValueError("must be a mail address, or a name and an address: 名称 <address>")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if value.startswith(("postgresql://", "postgres://")):
            return "postgresql+psycopg://" + value.split("://", 1)[1]
        if not value.startswith(("postgresql+psycopg://", "sqlite:///")):
            raise ValueError("must be a postgresql:// or sqlite:/// address")
        return value

    @field_validator("map_tianditu_key")
    @classmethod
    def _plain_key(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[0-9A-Za-z]{16,64}", value):
            raise ValueError("must be the key alone: letters and digits")
        return value

    @field_validator("map_tiles_url")
    @classmethod
    def _tile_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not re.fullmatch(r"https?://[\w.{}:-]+/[^\s\"'<>;,\\]*", value):
            raise ValueError(
                "must start with http:// or https://, without spaces, quotes, commas, semicolons"
            )
        if any(part not in value for part in ("{x}", "{y}", "{z}")):
            raise ValueError("must contain {z}, {x} and {y}")
        return value

    @model_validator(mode="after")
    def _production_is_complete(self) -> Self:
        if self.environment is Environment.PRODUCTION:
            if self.secret_key is None or len(self.secret_key) < 32:
                raise ValueError("PORTAL_SECRET_KEY: production needs one of at least 32 characters")
            if self.vault_key is None:
                raise ValueError("PORTAL_VAULT_KEY: production needs its own, kept apart from the database")
            if self.publisher is None:
                raise ValueError("PORTAL_PUBLISHER: production must say who publishes the site (主办单位)")
            if "base_url" not in self.model_fields_set:
                raise ValueError("PORTAL_BASE_URL: production needs the address people type")
        if self.search_backend is SearchBackend.POSTGRES and not self.sqlalchemy_url.startswith("postgresql"):
            raise ValueError("PORTAL_SEARCH_BACKEND: postgres needs a PostgreSQL database")
        return self

    @model_validator(mode="after")
    def _mail_is_complete(self) -> Self:
        if self.mail_url is not None and self.mail_from is None:
            raise ValueError("PORTAL_MAIL_FROM: with PORTAL_MAIL_URL, say from which address mails come")
        return self

    @model_validator(mode="after")
    def _base_layer_is_complete(self) -> Self:
        if self.map_tianditu_key is None and self.map_tiles_url is None:
            return self
        if self.map_tianditu_key is not None and self.map_tiles_url is not None:
            raise ValueError(
                "PORTAL_MAP_TIANDITU_KEY, PORTAL_MAP_TILES_URL: a map has one base layer, set one only"
            )
        if self.map_review_number is None:
            raise ValueError(
                "PORTAL_MAP_REVIEW_NUMBER: a base map shown in public must bear its review number (审图号)"
            )
        return self

    @property
    def sqlalchemy_url(self) -> str:
        """The database address in force."""
        return self.database_url or f"sqlite:///{self.data / 'portal.db'}"

    @property
    def mail_server(self) -> MailServer | None:
        """The server that takes our mails, None where none is set."""
        return None if self.mail_url is None else read_mail_url(self.mail_url)

    @property
    def limits_storage(self) -> str:
        """Where rate limits are counted, as the library ``limits`` writes it."""
        if self.redis_url is None:
            return "memory://"
        return f"redis+{self.redis_url}" if self.redis_url.startswith("unix:") else self.redis_url

    @property
    def effective_search_backend(self) -> SearchBackend:
        """The search backend in force."""
        if self.search_backend is not SearchBackend.AUTO:
            return self.search_backend
        on_postgres = self.sqlalchemy_url.startswith("postgresql")
        return SearchBackend.POSTGRES if on_postgres else SearchBackend.WHOOSH

    def effective_secret_key(self) -> str:
        """Return the configured key, or in the demo one made at first start and kept in the data folder."""
        return self.secret_key or self._kept("secret-key", lambda: secrets.token_urlsafe(48))

    def effective_vault_key(self) -> str:
        """Return the configured key, or in the demo one made at first start and kept in the data folder."""
        return self.vault_key or self._kept(
            "vault-key", lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        )

    @property
    def old_vault_keys(self) -> tuple[str, ...]:
        """Keys that are no longer sealed with, and that still open what was sealed under them."""
        return tuple(self.vault_key_old.split(",")) if self.vault_key_old else ()

    def _kept(self, name: str, make: Callable[[], str]) -> str:
        path = self.data / name
        if not path.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{name}.{secrets.token_hex(4)}")
            draft.touch(mode=0o600)
            draft.write_text(make(), encoding="ascii")
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)  # whole or not at all, and the first one wins
            draft.unlink()
        return path.read_text(encoding="ascii").strip()


def _vault_key(written: str) -> str:
    """Return a key as it is used: in the alphabet of base64 that is safe in addresses."""
    safe = written.strip().replace("+", "-").replace("/", "_")
    try:
        length = len(base64.urlsafe_b64decode(safe))
    except ValueError:
        length = 0
    if length != 32:
        raise ValueError("must be 32 bytes in base64, as `openssl rand -base64 32` prints")
    return safe


def load_settings(**overrides: object) -> Settings:
    """Return the settings from the environment; ``overrides`` (by field name) win. Raises SettingsError."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [
            f"PORTAL_{str(problem['loc'][0]).upper()}: {problem['msg']}" if problem["loc"] else problem["msg"]
            for problem in error.errors()
        ]
        raise SettingsError("bad settings:\n  " + "\n  ".join(lines)) from None
