"""The challenge: a device works some seconds, or somebody without scripts waits, before a voice is taken.

Made and checked by altcha (proof of work, version 2) on this server alone. Each is good for one browser, one
subject, one use and ten minutes, by the portal's clock: altcha's own expiry, which asks the machine's, is not
used.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import altcha
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from portal.config import Settings
from portal.vault.sealing import blind_index
from portal.voices.kinds import Proof, VoiceKind
from portal.voices.marks import spend
from portal.voices.visitor import Visitor, moment_of

TRIES = 600
"""A device finds the answer within so many tries; on average within half of them."""
GOOD_FOR = timedelta(minutes=10)
_ALGORITHM = "PBKDF2/SHA-256"
_LONGEST = 4_000
_ODD = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What comes of a payload that is none of ours."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser is asked for."""

    ticket: str
    """Signed; comes back with the voice."""
    challenge: dict[str, Any] | None
    """What altcha's solvers understand; None where pressing once more is all that is asked."""
    wait: int
    """Seconds after which the ticket alone is enough."""


class Refusal(StrEnum):
    """Why what came back is no proof."""

    NOT_OURS = "not_ours"
    """Changed, of another browser or subject, or too old."""
    EARLY = "early"
    """Nothing solved, and not waited long enough."""
    WRONG = "wrong"
    """The solution is none."""
    SPENT = "spent"
    """It was used before."""
    TOO_LITTLE = "too_little"
    """Meanwhile there is more work to do than was asked."""


@dataclass(frozen=True, slots=True)
class _Ticket:
    bound: str
    nonce: str
    work: int
    ripe: int
    until: int


def ask(kind: VoiceKind, subject_id: int, visitor: Visitor, now: datetime, work: int) -> Asked:
    """Return what a visitor with a number is asked for: ``work`` as ``voice_limits.work_asked`` says."""
    settings = _settings()
    wait = settings.voice_waiting_seconds * work
    nonce, at = secrets.token_hex(16), int(now.timestamp())
    until = at + int(GOOD_FOR.total_seconds())
    ticket = _signer().dumps([_bound(kind, subject_id, visitor), nonce, work, at + wait, until])
    if work == 0:
        return Asked(ticket, None, 0)
    made = altcha.create_challenge(
        _ALGORITHM,
        settings.voice_challenge_cost * work,
        counter=secrets.randbelow(TRIES),
        data={"n": nonce},
        hmac_secret=_secret("challenge"),
        hmac_key_secret=_secret("solution"),
    )
    return Asked(ticket, made.to_dict(), wait)


def check(
    kind: VoiceKind,
    subject_id: int,
    visitor: Visitor,
    now: datetime,
    work: int,
    ticket: str,
    solution: str | None,
) -> Proof | Refusal:
    """Return how a voice proved itself, and use the proof up in this unit of work; else why it did not.

    ``work``: what would be asked now. ``solution``: altcha's payload in base64, None for none.
    """
    read = _read(ticket)
    if read is None or now.timestamp() > read.until or read.bound != _bound(kind, subject_id, visitor):
        return Refusal.NOT_OURS
    if work > read.work:
        return Refusal.TOO_LITTLE
    proof = Proof.WAITED if read.work else Proof.UNASKED
    if solution:
        if not _solved(solution, read.nonce):
            return Refusal.WRONG
        proof = Proof.SOLVED
    elif now.timestamp() < read.ripe:
        return Refusal.EARLY
    if not spend(read.nonce, moment_of(read.until)):
        return Refusal.SPENT
    return proof


def left_to_wait(ticket: str, now: datetime) -> int:
    """Return the seconds until a ticket alone is enough, 0 for one that is none of ours."""
    read = _read(ticket)
    return 0 if read is None else max(0, int(read.ripe - now.timestamp()) + 1)


def _solved(payload: str, nonce: str) -> bool:
    if len(payload) > _LONGEST:
        return False
    try:
        sent = altcha.Payload.from_base64(payload)
        data = sent.challenge.parameters.data
        if not isinstance(data, dict) or data.get("n") != nonce:
            return False
        result = altcha.verify_solution(sent, _secret("challenge"), hmac_key_secret=_secret("solution"))
    except _ODD:
        return False
    return bool(result.verified)


def _read(ticket: str) -> _Ticket | None:
    if len(ticket) > _LONGEST:
        return None
    try:
        return _Ticket(*_signer().loads(ticket))
    except (BadSignature, TypeError):
        return None


def _bound(kind: VoiceKind, subject_id: int, visitor: Visitor) -> str:
    assert visitor.number is not None
    return blind_index("voice-bound", f"{kind.value}/{subject_id}/{visitor.number}")[:32]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], "voice-ticket")


def _secret(what: str) -> bytes:
    return hmac.digest(str(current_app.config["SECRET_KEY"]).encode(), f"voice/{what}".encode(), "sha256")


def _settings() -> Settings:
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    return settings
