"""What machines leave behind in a count: many addresses, several browsers each, and never one more.

Where many people share an address, some come beyond what it may weigh; whoever knows the limits stops short.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Seen:
    """A voice that counts."""

    id: int
    address: str
    """Its mark."""
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Watched:
    """From where on a pattern is one."""

    within: timedelta = timedelta(days=30)
    voices: int = 40
    """So many voices at least."""
    addresses: int = 8
    """So many addresses ..."""
    each: int = 3
    """... that each gave so many, and none beyond what counts ..."""
    share: int = 2
    """... and together at least one in so many of all of them."""


def planted(seen: Iterable[Seen], overflowing: Collection[str], watched: Watched) -> list[int]:
    """Return the voices that look planted: of each such address all but the first.

    ``overflowing``: addresses that also gave voices beyond what counts.
    """
    by_address: dict[str, list[Seen]] = defaultdict(list)
    total = 0
    for one in seen:
        by_address[one.address].append(one)
        total += 1
    packed = [
        voices
        for address, voices in by_address.items()
        if len(voices) >= watched.each and address not in overflowing
    ]
    together = sum(map(len, packed))
    if total < watched.voices or len(packed) < watched.addresses or together * watched.share < total:
        return []
    return sorted(
        one.id
        for voices in packed
        for one in sorted(voices, key=lambda voice: (voice.given_at, voice.id))[1:]
    )
