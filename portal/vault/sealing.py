"""Sealing and opening text (AES-256-GCM), and erasing what can no longer be opened afterwards.

A sealed text names its key and carries its own nonce, so that it can be kept anywhere: in a column, in
an audit entry, in a mail that waits. Erasing a subject's key makes every copy unreadable, in backups
made later as well, while the text itself, and whatever counts or chains it, stays as it is.
"""

from __future__ import annotations

import base64
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.config import Settings
from portal.domain.errors import DomainError
from portal.extensions import db
from portal.vault.models import VaultKey

_NONCE = 12
_KEY_BITS = 256
_MARK = "v1"


class VaultDamaged(DomainError):
    """A sealed text or a key that the portal's own key does not open: changed, or sealed under another."""


class KeyErased(DomainError):
    """Something was to be sealed for a subject whose data has been erased."""


def seal(subject: str, text: str) -> str:
    """Return ``text`` sealed for ``subject``, at most 60 characters such as ``staff/3``.

    Flushes a new key at the first call for a subject. Raises KeyErased after ``erase``.
    """
    key = _key_of(subject)
    nonce = os.urandom(_NONCE)
    box = AESGCM(_unwrap(key)).encrypt(nonce, text.encode(), _context(key.id))
    return f"{_MARK}.{key.id}.{_write(nonce + box)}"


def unseal(sealed: str) -> str | None:
    """Return the text, or None if its key was erased. Raises VaultDamaged if it was tampered with."""
    key_id, box = _parts(sealed)
    key = db.session.get(VaultKey, key_id)
    if key is None:
        raise VaultDamaged("加密内容的密钥不存在，可能来自另一个数据库")
    if key.wrapped is None:
        return None
    return _open(_unwrap(key), box, _context(key_id)).decode()


def erase(subject: str) -> bool:
    """Throw away a subject's key: what was sealed for it is gone. Return False if there was none."""
    key = db.session.scalar(select(VaultKey).where(VaultKey.subject == subject))
    if key is None or key.wrapped is None:
        return False
    key.wrapped = None
    key.erased_at = clock.now()
    db.session.flush()
    return True


def blind_index(purpose: str, text: str) -> str:
    """Return what a sealed value can be found by (64 hexadecimal digits), telling nothing of the value."""
    # a key of its own: the portal's key itself wraps others, and does nothing else
    key = hmac.digest(_portal_key(), b"blind index", "sha256")
    return hmac.digest(key, f"{purpose}\x00{text}".encode(), "sha256").hex()


def _key_of(subject: str) -> VaultKey:
    found = db.session.scalar(select(VaultKey).where(VaultKey.subject == subject))
    if found is None:
        found = _make_key(subject)
    if found.wrapped is None:
        raise KeyErased("这些个人信息已按要求删除，不能再添加")
    return found


def _make_key(subject: str) -> VaultKey:
    made = VaultKey(subject=subject, made_at=clock.now())
    nonce = os.urandom(_NONCE)
    fresh = AESGCM.generate_key(_KEY_BITS)
    made.wrapped = nonce + AESGCM(_portal_key()).encrypt(nonce, fresh, subject.encode())
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:  # another process made it first
        return db.session.scalars(select(VaultKey).where(VaultKey.subject == subject)).one()
    return made


def _unwrap(key: VaultKey) -> bytes:
    assert key.wrapped is not None
    return _open(_portal_key(), key.wrapped, key.subject.encode())


def _open(key: bytes, box: bytes, context: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(box[:_NONCE], box[_NONCE:], context)
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        raise VaultDamaged("加密内容打不开：内容被改动过，或主密钥（PORTAL_VAULT_KEY）换过") from None


def _context(key_id: int) -> bytes:
    return f"{_MARK}.{key_id}".encode()


def _parts(sealed: str) -> tuple[int, bytes]:
    try:
        mark, key_id, text = sealed.split(".")
        if mark != _MARK:
            raise ValueError(mark)
        return int(key_id), base64.urlsafe_b64decode(text)
    except ValueError:
        raise VaultDamaged("这不是一段加密内容") from None


def _write(box: bytes) -> str:
    return base64.urlsafe_b64encode(box).decode()


def _portal_key() -> bytes:
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    return _decoded(settings.effective_vault_key())


@lru_cache(maxsize=8)
def _decoded(written: str) -> bytes:
    return base64.urlsafe_b64decode(written)
