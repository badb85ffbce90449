"""Who gives a voice, as far as that can be told without an account: a browser, an address, a network.

Nothing of it is stored as it is. The browser's random number lies in its cookie alone; the tables hold keyed
hashes, made anew for each subject.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from portal.domain.voice_limits import NEW_BROWSER
from portal.vault.sealing import blind_index
from portal.voices.kinds import VoiceKind

_SALT = "voice-cookie"
_NOBODY = "unknown"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the door. ``address`` as the server sees it; it is kept nowhere."""

    number: str | None = field(repr=False)
    """32 random hexadecimal digits of the browser's cookie; None while it has none."""
    made_at: datetime | None
    """When it gave its first voice that counted; None before: pressing alone makes no cookie older."""
    address: str = field(repr=False)

    def with_cookie(self) -> Visitor:
        """Return the visitor with a number, a fresh one where there is none yet."""
        return self if self.number is not None else Visitor(secrets.token_hex(16), None, self.address)

    def begun(self, now: datetime) -> Visitor:
        """Return the visitor after a voice that counts: the first one gives the cookie its age."""
        return self if self.made_at is not None else Visitor(self.number, now, self.address)

    def is_new(self, now: datetime) -> bool:
        """True for a browser without a voice an hour old. One of the future is none of ours."""
        return self.made_at is None or not self.made_at <= now - NEW_BROWSER

    def person_index(self, kind: VoiceKind, subject_id: int) -> str | None:
        """Return what this browser's voice on a subject is found by, None while it has no number."""
        return None if self.number is None else _index("person", kind, subject_id, self.number)

    def address_index(self, kind: VoiceKind, subject_id: int) -> str:
        """Return the mark of the address on a subject."""
        return _index("address", kind, subject_id, places_of(self.address)[0])

    def network_index(self, kind: VoiceKind, subject_id: int) -> str:
        """Return the mark of the network on a subject."""
        return _index("network", kind, subject_id, places_of(self.address)[1])

    def network_today(self, now: datetime) -> str:
        """Return the mark of the network on everything of one day: tomorrow it is another."""
        return blind_index("voice-load", f"{now:%Y%m%d}/{places_of(self.address)[1]}")


def places_of(address: str) -> tuple[str, str]:
    """Return the address and the network that count, of an address as the server sees it.

    IPv4: the address and its /24. IPv6: /64 and /48, the rest is the visitor's own to choose. Whoever comes
    without a readable address (a proxy that names nobody) shares one of each.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return _NOBODY, _NOBODY
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            plain = int(found)
            return str(IPv6Network((plain, 64), strict=False)), str(IPv6Network((plain, 48), strict=False))
        found = found.ipv4_mapped
    return str(found), str(IPv4Network((int(found), 24), strict=False))


def read_cookie(sent: str | None) -> tuple[str, datetime | None] | None:
    """Return the number of a cookie and when its first voice was given, None for one that is none of ours."""
    if not sent or len(sent) > 300:
        return None
    try:
        number, made = _signer().loads(sent)
        return str(number), None if made is None else moment_of(int(made))
    except (BadSignature, TypeError, ValueError, OverflowError):
        return None


def write_cookie(visitor: Visitor) -> str:
    """Return what the browser of a visitor with a number keeps."""
    assert visitor.number is not None
    made = None if visitor.made_at is None else int(visitor.made_at.timestamp())
    return _signer().dumps([visitor.number, made])


def moment_of(seconds: int) -> datetime:
    """Return the moment so many seconds after 1970 began. Raises OverflowError for none that a date has."""
    return _EPOCH + timedelta(seconds=seconds)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], _SALT)


def _index(what: str, kind: VoiceKind, subject_id: int, text: str) -> str:
    return blind_index(f"voice-{what}", f"{kind.value}/{subject_id}/{text}")
