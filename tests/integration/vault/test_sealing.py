"""What is sealed is read by its key alone, and by nobody once that is erased."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.config import Settings
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from portal.vault.models import VaultKey
from portal.vault.sealing import BLIND_INDEX, KeyErased, VaultDamaged, blind_index, erase, seal, unseal
from tests.conftest import make_app

TEXT = "王示例，13800000000\n云汀市汀兰区示例路1号 🏠"


def sealed(subject: str = "case/1", text: str = TEXT) -> str:
    """Seal and commit."""
    with unit_of_work():
        return seal(subject, text)


def test_what_is_sealed_comes_back_and_looks_like_nothing(app: Flask) -> None:
    with app.app_context():
        one, other = sealed(), sealed()
        assert unseal(one) == unseal(other) == TEXT
        assert unseal(sealed(text="")) == ""
        assert one != other, "equal texts must not look equal"
        assert "13800000000" not in one
        assert [key.subject for key in db.session.scalars(select(VaultKey))] == [BLIND_INDEX, "case/1"]


def test_a_changed_sign_is_noticed(app: Flask) -> None:
    with app.app_context():
        whole = sealed()
        mark, key, box = whole.split(".")
        raw = base64.urlsafe_b64decode(box)
        for place in (0, 11, 12, len(raw) // 2, len(raw) - 1):
            harmed = bytearray(raw)
            harmed[place] ^= 1
            with pytest.raises(VaultDamaged):
                unseal(f"{mark}.{key}.{base64.urlsafe_b64encode(bytes(harmed)).decode()}")
        for nonsense in ("", "v1", "v2." + whole[3:], f"v1.99.{box}", f"v1.x.{box}", "v1.1.!", "v1.1."):
            with pytest.raises(VaultDamaged):
                unseal(nonsense)


def test_what_is_sealed_for_one_cannot_be_passed_off_as_anothers(app: Flask) -> None:
    with app.app_context():
        one, other = sealed("case/1"), sealed("case/2")
        box, key = one.split(".")[2], other.split(".")[1]
        with pytest.raises(VaultDamaged):
            unseal(f"v1.{key}.{box}")
        with unit_of_work():
            keys = db.session.scalars(select(VaultKey).order_by(VaultKey.id)).all()
            keys[2].wrapped = keys[1].wrapped
        with pytest.raises(VaultDamaged):
            unseal(other)


def test_what_is_erased_is_gone_for_one_and_stays_for_others(app: Flask) -> None:
    with app.app_context():
        one, other = sealed("case/1"), sealed("case/2")
        with unit_of_work():
            assert erase("case/1")
            assert not erase("case/1")
            assert not erase("case/3")
        assert unseal(one) is None
        assert unseal(other) == TEXT
        with pytest.raises(KeyErased), unit_of_work():
            seal("case/1", "新的")
        key = db.session.scalars(select(VaultKey).where(VaultKey.subject == "case/1")).one()
        assert key.wrapped is None
        assert key.erased_at is not None


def test_another_portal_key_opens_nothing(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        kept = sealed()
        db.session.remove()
        db.engine.dispose()
    settings = app.config["PORTAL"]
    assert isinstance(settings, Settings)
    stranger = make_app(
        tmp_path / "other",
        settings.sqlalchemy_url,
        vault_key=base64.urlsafe_b64encode(os.urandom(32)).decode(),
    )
    with stranger.app_context():
        with pytest.raises(VaultDamaged, match="PORTAL_VAULT_KEY"):
            unseal(kept)
        with pytest.raises(VaultDamaged, match="PORTAL_VAULT_KEY"):
            blind_index("email", "a@example.cn")  # nobody is told that they have no account
        db.session.remove()
        db.engine.dispose()


def test_a_blind_index_finds_and_tells_nothing(app: Flask) -> None:
    with app.app_context():
        index = blind_index("email", "zhang@example.cn")
        assert index == blind_index("email", "zhang@example.cn")
        assert index != blind_index("phone", "zhang@example.cn")
        assert index != blind_index("email", "li@example.cn")
        assert len(index) == 64


def test_a_key_that_was_rolled_back_is_made_anew(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError), unit_of_work():
            seal("case/1", TEXT)
            raise ZeroDivisionError
        assert db.session.scalar(select(VaultKey)) is None
        assert unseal(sealed()) == TEXT
