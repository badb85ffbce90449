"""The portal key is replaced: all opens before, meanwhile and afterwards, in the end without the old one."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from pydantic import ValidationError
from sqlalchemy import event, func, insert, select

from portal import clock
from portal.accounts import sign_in
from portal.accounts.models import LinkPurpose
from portal.accounts.staff import create_staff, new_link, set_password_by_link
from portal.audit.acting import Acting, acting_as
from portal.audit.queries import latest_entries
from portal.config import Settings
from portal.domain.actor import SYSTEM
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from portal.vault import rotation
from portal.vault.models import VaultKey
from portal.vault.sealing import BLIND_INDEX, VaultDamaged, blind_index, erase, seal, standing_secret, unseal
from tests.conftest import make_app

TEXT = "王示例，13800000000"
ROOT = Path(__file__).resolve().parents[3]


def fresh_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


class Portal:
    """One database, opened by applications with different keys in turn, as after restarts."""

    def __init__(self, app: Flask, folder: Path) -> None:
        settings = app.config["PORTAL"]
        assert isinstance(settings, Settings)
        self.url, self.folder = settings.sqlalchemy_url, folder
        self.keys = [settings.effective_vault_key()]

    def restarted(self, key: str, *old: str) -> Flask:
        self.folder.mkdir(exist_ok=True)
        return make_app(self.folder, self.url, vault_key=key, vault_key_old=",".join(old) or None)


@pytest.fixture
def portal(app: Flask, tmp_path: Path) -> Portal:
    return Portal(app, tmp_path / "restarted")


def rotated(app: Flask) -> tuple[int, rotation.KeyCount]:
    """Rotate as the command does; return how many keys changed, and how all stand."""
    with app.app_context():
        changed = sum(rotation.rotate())
        found = rotation.count_keys()
        db.session.remove()
        db.engine.dispose()
    return changed, found


def test_everything_opens_before_meanwhile_and_after(app: Flask, portal: Portal) -> None:
    with app.app_context(), unit_of_work():
        boxes = [seal(f"case/{number}", TEXT) for number in range(5)]
        erase("case/3")
        index, secret = blind_index("staff-email", "zhang@example.cn"), standing_secret("access-code")
    first, second = portal.keys[0], fresh_key()
    meanwhile = portal.restarted(second, first)
    with meanwhile.app_context(), unit_of_work():
        assert [unseal(box) for box in boxes] == [TEXT, TEXT, TEXT, None, TEXT]
        boxes.append(seal("case/5", TEXT))
        assert blind_index("staff-email", "zhang@example.cn") == index
    changed, found = rotated(meanwhile)
    assert changed == 6, "four cases, the secret of codes and the key of indexes"
    assert (found.present, found.old, found.erased, found.damaged) == (7, [0], 1, 0)
    assert rotated(portal.restarted(second, first))[0] == 0
    after = portal.restarted(second)
    with after.app_context():
        assert [unseal(box) for box in boxes] == [TEXT, TEXT, TEXT, None, TEXT, TEXT]
        assert blind_index("staff-email", "zhang@example.cn") == index
        assert standing_secret("access-code") == secret
        db.session.remove()
        db.engine.dispose()
    stale = portal.restarted(first)
    with stale.app_context():
        with pytest.raises(VaultDamaged, match="PORTAL_VAULT_KEY_OLD"):
            unseal(boxes[0])
        assert rotation.count_keys().damaged == 7
        db.session.remove()
        db.engine.dispose()


def test_a_key_erased_while_its_batch_is_being_wrapped_stays_erased(
    app: Flask, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), unit_of_work():
        box = seal("case/1", TEXT)
    new = portal.restarted(fresh_key(), portal.keys[0])
    wrap = rotation.wrapped

    def erasing(subject: str, key: bytes) -> bytes:
        if subject == "case/1":
            with app.app_context(), unit_of_work():
                assert erase("case/1")
        return wrap(subject, key)

    monkeypatch.setattr(rotation, "wrapped", erasing)
    found = rotated(new)[1]
    assert (found.present, found.old, found.erased) == (1, [0], 1)
    with new.app_context():
        assert unseal(box) is None
        db.session.remove()
        db.engine.dispose()


def test_a_database_from_before_the_index_had_a_key_of_its_own(app: Flask, portal: Portal) -> None:
    """Its indexes were made from the portal key of then, and are found under the next one too."""
    with app.app_context():
        index = blind_index("staff-email", "zhang@example.cn")
        assert db.session.scalar(select(VaultKey)) is None, "looking something up writes nothing"
        with unit_of_work():
            seal("staff/1", TEXT)
        with unit_of_work() as session:
            session.delete(session.scalars(select(VaultKey).where(VaultKey.subject == BLIND_INDEX)).one())
        assert blind_index("staff-email", "zhang@example.cn") == index
    new = portal.restarted(fresh_key(), portal.keys[0])
    with new.app_context(), unit_of_work():
        assert blind_index("staff-email", "zhang@example.cn") == index
        seal("staff/2", TEXT)
        erase("staff/1")
    changed, found = rotated(new)
    assert (changed, found.present) == (0, 2), (
        "it was wrapped anew when the first key under the new one was made"
    )
    only_new = portal.restarted(new.config["PORTAL"].vault_key)
    with only_new.app_context():
        assert blind_index("staff-email", "zhang@example.cn") == index
        db.session.remove()
        db.engine.dispose()


def test_the_keys_of_the_portal_itself_cannot_be_erased(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        for subject in (BLIND_INDEX, "access-code"):
            with pytest.raises(ValueError, match="belongs to the portal"):
                erase(subject)
        with pytest.raises(ValueError, match="no standing secret"):
            standing_secret(BLIND_INDEX)


def test_looking_things_up_costs_one_query_a_process(sqlite_app: Flask) -> None:
    asked: list[str] = []
    with sqlite_app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
        for number in range(100):
            blind_index("staff-email", str(number))
    assert len(asked) <= 2


MANY = 5_000
KILLED_AFTER = 2_345

KILLED = textwrap.dedent("""
    import os, signal
    from portal import create_app
    from portal.vault import rotation

    wrap, done = rotation.wrapped, 0

    def deadly(subject, key):
        global done
        done += 1
        if done > {after}:
            os.kill(os.getpid(), signal.SIGKILL)
        return wrap(subject, key)

    rotation.wrapped = deadly
    with create_app().app_context():
        for changed in rotation.rotate():
            pass
""")


def test_thousands_of_keys_killed_halfway_and_again(sqlite_app: Flask, tmp_path: Path) -> None:
    old, new = sqlite_app.config["PORTAL"].effective_vault_key(), fresh_key()
    with sqlite_app.app_context(), unit_of_work() as session:
        boxes = [seal(f"case/{number}", TEXT) for number in (0, MANY)]
        portal_key = AESGCM(base64.urlsafe_b64decode(old))
        now = clock.now()
        session.execute(
            insert(VaultKey),
            [
                {
                    "subject": (subject := f"case/{number}"),
                    "wrapped": (nonce := os.urandom(12))
                    + portal_key.encrypt(nonce, bytes(32), subject.encode()),
                    "made_at": now,
                }
                for number in range(1, MANY)
            ],
        )
        total = session.scalar(select(func.count()).select_from(VaultKey))
    assert total == MANY + 2
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")},
        "PORTAL_DATA": str(tmp_path),
        "PORTAL_VAULT_KEY": new,
        "PORTAL_VAULT_KEY_OLD": old,
        "PORTAL_LOG_LEVEL": "ERROR",
    }
    killed = subprocess.run(
        [sys.executable, "-c", KILLED.format(after=KILLED_AFTER)],
        env=environment,
        cwd=ROOT,
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()

    def keys(command: str, key: str = new, also: str | None = old) -> tuple[int, str]:
        app = make_app(tmp_path, vault_key=key, vault_key_old=also)
        done = app.test_cli_runner().invoke(args=["keys", command])
        with app.app_context():
            db.engine.dispose()
        return done.exit_code, done.output

    changed = 2 * rotation.BATCH
    said = keys("status")[1]
    assert f"（PORTAL_VAULT_KEY）：{changed} 把" in said, "whole batches, nothing between"
    assert f"第1个）：{total - changed} 把，还在用" in said
    code, said = keys("rotate")
    assert (code, f"这次改由现用主密钥加密：{total - changed} 把" in said) == (0, True)
    assert "0 把，没有用处了" in said
    code, said = keys("status", also=None)
    assert (code, f"（PORTAL_VAULT_KEY）：{total} 把" in said) == (0, True)
    code, said = keys("status", key=old, also=None)
    assert (code, f"都打不开：{total} 把" in said) == (1, True)
    with sqlite_app.app_context():
        assert [entry.action for entry in latest_entries(9)] == ["keys_rotated"]
    with make_app(tmp_path, vault_key=new).app_context():
        assert [unseal(box) for box in boxes] == [TEXT, TEXT]
        db.session.remove()
        db.engine.dispose()


def test_staff_sign_in_after_a_rotation(sqlite_app: Flask, tmp_path: Path) -> None:
    password = "一句很长的没有人猜得到的话 2026"
    with sqlite_app.app_context(), unit_of_work():
        staff = create_staff("王示例", "wang@example.cn", Role.CLERK, Department.CIVIL_AFFAIRS, "350404")
        set_password_by_link(new_link(staff, LinkPurpose.INVITATION), password)
    new = make_app(
        tmp_path, vault_key=fresh_key(), vault_key_old=sqlite_app.config["PORTAL"].effective_vault_key()
    )
    rotated(new)
    alone = make_app(tmp_path, vault_key=new.config["PORTAL"].vault_key)
    with alone.app_context():
        with acting_as(Acting(SYSTEM, "sign_in")), unit_of_work():
            found, _ = sign_in.sign_in("Wang@example.cn", password, "Chrome", demo_allowed=False)
            assert found.subject == "staff/1"
        with pytest.raises(sign_in.SignInRefused), unit_of_work():
            sign_in.sign_in("Wang@example.cn", password + "!", "Chrome", demo_allowed=False)
        db.session.remove()
        db.engine.dispose()


def test_old_keys_are_checked_like_the_present_one(tmp_path: Path) -> None:
    one, other = fresh_key(), fresh_key()
    plain = one.replace("-", "+").replace("_", "/")
    assert Settings(data=tmp_path, vault_key_old=f" {plain} , {other},").old_vault_keys == (one, other)
    assert Settings(data=tmp_path).old_vault_keys == ()
    with pytest.raises(ValidationError, match="32 bytes"):
        Settings(data=tmp_path, vault_key_old=f"{one},abc")
