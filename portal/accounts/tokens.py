"""Tokens of sessions and links: 256 random bits to the holder, their hash to the database."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Return a fresh token, safe in an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is kept of a token. It has too many bits to be guessed, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
