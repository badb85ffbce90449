"""Keys wrapped by the portal's own (AES-256-GCM, bound to their subject), which stands in the settings only.

New keys are wrapped by the present portal key; what an old one wrapped (PORTAL_VAULT_KEY_OLD) still opens.
"""

from __future__ import annotations

import base64
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from portal.config import Settings
from portal.domain.errors import DomainError
from portal.vault.models import VaultKey

_NONCE = 12


class VaultDamaged(DomainError):
    """A sealed text or a key that no portal key opens: changed, or sealed under another."""


class KeyErased(DomainError):
    """Something was to be sealed for a subject whose data has been erased."""


def portal_keys() -> tuple[bytes, ...]:
    """Return the portal's keys: the present one first, then the old ones."""
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    return tuple(map(_decoded, (settings.effective_vault_key(), *settings.old_vault_keys)))


def wrapped(subject: str, key: bytes) -> bytes:
    """Return ``key`` wrapped for ``subject`` by the present portal key."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(portal_keys()[0]).encrypt(nonce, key, subject.encode())


def unwrapped(key: VaultKey) -> bytes:
    """Return a key that was not erased as it is used. Raises VaultDamaged if no portal key opens it."""
    assert key.wrapped is not None
    return found_by(key.subject, key.wrapped)[1]


def found_by(subject: str, box: bytes) -> tuple[int, bytes]:
    """Return which of ``portal_keys`` opens a wrapped key (0: the present one), and the key. Raises
    VaultDamaged if none does."""
    for number, portal_key in enumerate(portal_keys()):
        try:
            return number, AESGCM(portal_key).decrypt(box[:_NONCE], box[_NONCE:], subject.encode())
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            continue
    raise VaultDamaged(
        "密钥打不开：内容被改动过，或主密钥（PORTAL_VAULT_KEY）换过，旧的没有写进 PORTAL_VAULT_KEY_OLD"
    )


def opened(key: bytes, box: bytes, context: bytes) -> bytes:
    """Return what a box (nonce first) holds. Raises VaultDamaged if it was sealed otherwise or changed."""
    try:
        return AESGCM(key).decrypt(box[:_NONCE], box[_NONCE:], context)
    except (InvalidTag, ValueError):
        raise VaultDamaged("加密内容打不开：内容被改动过") from None


@lru_cache(maxsize=8)
def _decoded(written: str) -> bytes:
    return base64.urlsafe_b64decode(written)
