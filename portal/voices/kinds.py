"""The terms of voices: what is spoken for, how a voice proved itself, why one is set apart."""

from __future__ import annotations

from enum import StrEnum

from portal.domain.voice_limits import Apart, Proof

__all__ = ["Apart", "BurstState", "OriginKind", "Proof", "VoiceKind"]


class VoiceKind(StrEnum):
    """What voices are given for. Who it is about is known to the records alone: here it is a number."""

    SUGGESTION = "suggestion"
    """Support of a suggestion: the choice is empty."""
    POOL = "pool"
    """The yearly vote on topics: up to three candidates."""
    VERDICT = "verdict"
    """The public's verdict on a topic: one of two."""


class OriginKind(StrEnum):
    """How wide a place on the net is."""

    ADDRESS = "address"
    """One IPv4 address, or one IPv6 line (/64): the rest of it is the visitor's own to choose."""
    NETWORK = "network"
    """The neighbourhood: IPv4 /24, IPv6 /48."""


class BurstState(StrEnum):
    """Where a suspicious burst stands."""

    WAITING = "waiting"
    """Set apart; nobody has looked yet."""
    KEPT_APART = "kept_apart"
    """A reviewer looked: it stays apart."""
    COUNTED = "counted"
    """A reviewer looked: its voices count."""
