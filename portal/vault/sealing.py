"""Sealing and opening text and files (AES-256-GCM), and erasing what can no longer be opened afterwards.

A sealed text names its key and carries its own nonce, so that it can be kept anywhere: in a column, in
an audit entry, in a mail that waits. Erasing a subject's key makes every copy unreadable, in backups
made later as well, while the text itself, and whatever counts or chains it, stays as it is.
"""

from __future__ import annotations

import base64
import hmac
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.extensions import db
from portal.vault.models import VaultKey
from portal.vault.wrapping import KeyErased, VaultDamaged, found_by, opened, portal_keys, unwrapped, wrapped

__all__ = [
    "BLIND_INDEX",
    "KeyErased",
    "VaultDamaged",
    "blind_index",
    "blind_index_key",
    "erase",
    "keys_at_hand",
    "seal",
    "seal_bytes",
    "standing_secret",
    "unseal",
    "unseal_bytes",
]

BLIND_INDEX = "blind-index"
"""The key that blind indexes are made with. It is made before any other, and outlives every portal key."""

_NONCE = 12
_KEY_BITS = 256
_MARK = "v1"
_BYTES_MARK = b"VLT1"
_BYTES_KEY = struct.Struct(">I")
_STANDING = frozenset({BLIND_INDEX, "access-code"})
_CACHED = "vault_blind_index"


def seal(subject: str, text: str) -> str:
    """Return ``text`` sealed for ``subject``, at most 60 characters such as ``staff/3``.

    Flushes a new key at the first call for a subject. Raises KeyErased after ``erase``.
    """
    key = _key_of(subject)
    nonce = os.urandom(_NONCE)
    box = AESGCM(unwrapped(key)).encrypt(nonce, text.encode(), _context(key.id))
    return f"{_MARK}.{key.id}.{base64.urlsafe_b64encode(nonce + box).decode()}"


def unseal(sealed: str) -> str | None:
    """Return the text, or None if its key was erased. Raises VaultDamaged if it was tampered with."""
    key_id, box = _parts(sealed)
    key = _living_key(key_id)
    return None if key is None else opened(unwrapped(key), box, _context(key_id)).decode()


def seal_bytes(subject: str, data: bytes, place: str = "") -> bytes:
    """Return ``data`` sealed for ``subject``: 36 bytes longer. Flushes and raises as ``seal`` does.

    ``place``: where the box will lie, e.g. its file name; it opens there alone.
    """
    key = _key_of(subject)
    nonce = os.urandom(_NONCE)
    box = AESGCM(unwrapped(key)).encrypt(nonce, data, _bytes_context(key.id, place))
    return b"".join((_BYTES_MARK, _BYTES_KEY.pack(key.id), nonce, box))


def unseal_bytes(box: bytes, place: str = "") -> bytes | None:
    """Return the bytes, or None if their key was erased. Raises VaultDamaged if they were tampered with."""
    start = len(_BYTES_MARK) + _BYTES_KEY.size
    if len(box) < start or not box.startswith(_BYTES_MARK):
        raise VaultDamaged("这不是一份加密文件")
    (key_id,) = _BYTES_KEY.unpack_from(box, len(_BYTES_MARK))
    key = _living_key(key_id)
    return None if key is None else opened(unwrapped(key), box[start:], _bytes_context(key_id, place))


@contextmanager
def keys_at_hand(*subjects: str) -> Iterator[None]:
    """Let the block open what was sealed for these subjects with one query for all keys, not one a piece."""
    held = (
        list(db.session.scalars(select(VaultKey).where(VaultKey.subject.in_(subjects)))) if subjects else []
    )
    try:
        yield
    finally:
        held.clear()  # the session forgets a key that nobody holds


def erase(subject: str) -> bool:
    """Throw away a subject's key: what was sealed for it is gone. Return False if there was none."""
    if subject in _STANDING:
        raise ValueError(f"{subject} belongs to the portal, not to a person")
    key = db.session.scalar(select(VaultKey).where(VaultKey.subject == subject))
    if key is None or key.wrapped is None:
        return False
    key.wrapped = None
    key.erased_at = clock.now()
    db.session.flush()
    return True


def blind_index(purpose: str, text: str) -> str:
    """Return what a sealed value can be found by (64 hexadecimal digits), telling nothing of the value."""
    held = current_app.extensions.get(_CACHED)  # one application, one database
    if held is None:
        held = current_app.extensions[_CACHED] = blind_index_key()
    return hmac.digest(held, f"{purpose}\x00{text}".encode(), "sha256").hex()


def blind_index_key() -> bytes:
    """Return the key of the blind indexes, as the database has it or, before its first row, would have it."""
    held = db.session.scalar(select(VaultKey).where(VaultKey.subject == BLIND_INDEX))
    return unwrapped(held) if held is not None else _first_blind_index_key()


def standing_secret(subject: str) -> bytes:
    """Return a secret of the portal's own, random, made at the first call ever and never erased.

    Costs a query. ``subject``: one of those that ``erase`` refuses.
    """
    if subject not in _STANDING or subject == BLIND_INDEX:
        raise ValueError(f"{subject} is no standing secret")
    return unwrapped(_key_of(subject))


def ensure_blind_index_key() -> None:
    """Give the blind indexes' key its row, where the database has none yet. Flushes."""
    if db.session.scalar(select(VaultKey.id).where(VaultKey.subject == BLIND_INDEX)) is None:
        _make_key(BLIND_INDEX, _first_blind_index_key())


def _first_blind_index_key() -> bytes:
    """Derive it as before it had a row: from the portal key that the indexes there are were made under.

    That is the one that opens the oldest key; with no key yet, the present one.
    """
    oldest = db.session.scalar(
        select(VaultKey).where(VaultKey.wrapped.is_not(None)).order_by(VaultKey.id).limit(1)
    )
    number = 0 if oldest is None or oldest.wrapped is None else found_by(oldest.subject, oldest.wrapped)[0]
    return hmac.digest(portal_keys()[number], b"blind index", "sha256")


def _key_of(subject: str) -> VaultKey:
    rows = db.session.scalars(select(VaultKey).where(VaultKey.subject.in_((subject, BLIND_INDEX))))
    held = {key.subject: key for key in rows}
    if subject not in held and BLIND_INDEX not in held:
        # before the first key under a new portal key, or it could not be told any more which one it was
        _make_key(BLIND_INDEX, _first_blind_index_key())
    found = held.get(subject) or _make_key(subject, AESGCM.generate_key(_KEY_BITS))
    if found.wrapped is None:
        raise KeyErased("这些个人信息已按要求删除，不能再添加")
    return found


def _make_key(subject: str, fresh: bytes) -> VaultKey:
    made = VaultKey(subject=subject, made_at=clock.now(), wrapped=wrapped(subject, fresh))
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:  # another process made it first
        return db.session.scalars(select(VaultKey).where(VaultKey.subject == subject)).one()
    return made


def _living_key(key_id: int) -> VaultKey | None:
    key = db.session.get(VaultKey, key_id)
    if key is None:
        raise VaultDamaged("加密内容的密钥不存在，可能来自另一个数据库")
    return None if key.wrapped is None else key


def _context(key_id: int) -> bytes:
    return f"{_MARK}.{key_id}".encode()


def _bytes_context(key_id: int, place: str) -> bytes:
    return f"{_MARK}.{key_id}.bytes.{place}".encode()


def _parts(sealed: str) -> tuple[int, bytes]:
    try:
        mark, key_id, text = sealed.split(".")
        if mark != _MARK:
            raise ValueError(mark)
        return int(key_id), base64.urlsafe_b64decode(text)
    except ValueError:
        raise VaultDamaged("这不是一段加密内容") from None
