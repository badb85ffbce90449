"""How much one place may weigh in a count, and when a voice has to prove itself first.

Nobody is refused for where they come from: voices beyond a limit are kept and counted apart, with the reason.
The limits are numbers that the page "一人一票怎么算" states; it reads them from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Proof(StrEnum):
    """What a voice did before it was taken."""

    UNASKED = "unasked"
    """Nothing: it was quiet, nobody was asked for anything."""
    SOLVED = "solved"
    """A device solved the challenge: seconds of work."""
    WAITED = "waited"
    """Without scripts: somebody waited instead."""


class Apart(StrEnum):
    """Why a voice is counted apart."""

    ADDRESS = "address"
    """More from one address than a household gives."""
    NETWORK = "network"
    """More from one network than may weigh in a count."""
    SURGE = "surge"
    """Came in a rush."""
    WAITED = "waited"
    """Proved by waiting only, where those who did are too many already."""
    PATTERN = "pattern"
    """Many addresses with several browsers each, and none beyond the limit: what machines leave behind."""
    STAFF = "staff"
    """A reviewer set it apart, with a reason."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits in force. Settings change the first three; the others hold everywhere."""

    per_address: int = 5
    """Voices on one subject from one address that count: a household."""
    per_network: int = 20
    """Voices on one subject from one network that count."""
    in_a_slot: int = 40
    """Voices on one subject within ten minutes that count: of new browsers, and as many of others."""
    waited_per_network: int = 5
    """Of those from one network, how many may have waited instead of solving."""
    waited_free: int = 10
    """So many on one subject may have waited, whatever the others did ..."""
    waited_share: int = 4
    """... and beyond that, one in so many of those that count."""

    @property
    def in_a_day(self) -> int:
        """Voices on one subject within a day that count: of new browsers, and as many of others."""
        return self.in_a_slot * DAY_SLOTS

    def for_many(self) -> Limits:
        """Return the limits of a vote that everybody is called to: more from one place, and at once."""
        return Limits(
            self.per_address * MANY_ADDRESS,
            self.per_network * MANY_NETWORK,
            self.in_a_slot * MANY,
            self.waited_per_network,
            self.waited_free,
            self.waited_share,
        )


MANY, MANY_ADDRESS, MANY_NETWORK = 10, 2, 5
"""Votes: ten times the rush, twice the voices of an address, five times those of a network."""
DAY_SLOTS = 8
SLOT = timedelta(minutes=10)
NEW_BROWSER = timedelta(hours=1)
"""A browser whose first voice that counted is older than this is no longer new."""

ASK_SUBJECT_SLOT, ASK_SUBJECT_DAY = 10, 20
"""From so many voices on one subject, within ten minutes or a day, each has to prove itself."""
ASK_NETWORK_DAY = 3
"""From so many voices from one network within a day, on whatever."""
ASK_EVERYWHERE_SLOT = 100
"""From so many voices on everything within ten minutes."""
HARD_NETWORK_DAY, HARD_SUBJECT_SLOT, HARD_EVERYWHERE_SLOT = 20, 100, 1_000
"""From here on the challenge is four times the work."""
HARDER = 4


@dataclass(frozen=True, slots=True)
class Load:
    """How many voices there were lately."""

    subject_slot: int = 0
    subject_day: int = 0
    network_day: int = 0
    everywhere_slot: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a count stands before a voice is added to it. All of one subject, of voices that count."""

    from_address: int = 0
    from_network: int = 0
    waited_from_network: int = 0
    waited: int = 0
    counted: int = 0
    in_slot: int = 0
    """Within the present ten minutes, of browsers that are as new, or as little new, as this one."""
    in_day: int = 0
    """The same within the present day."""


def work_asked(load: Load) -> int:
    """Return how much work a voice has to do first: 0 nothing, 1 a challenge, 4 a hard one."""
    if (
        load.network_day >= HARD_NETWORK_DAY
        or load.subject_slot >= HARD_SUBJECT_SLOT
        or load.everywhere_slot >= HARD_EVERYWHERE_SLOT
    ):
        return HARDER
    asked = (
        load.subject_slot >= ASK_SUBJECT_SLOT
        or load.subject_day >= ASK_SUBJECT_DAY
        or load.network_day >= ASK_NETWORK_DAY
        or load.everywhere_slot >= ASK_EVERYWHERE_SLOT
    )
    return 1 if asked else 0


def why_apart(standing: Standing, proof: Proof, limits: Limits) -> Apart | None:
    """Return why the next voice is counted apart, None if it counts.

    A rush of new browsers stops no known one, nor the other way round: old cookies can be laid in store.
    """
    if standing.from_address >= limits.per_address:
        return Apart.ADDRESS
    if standing.from_network >= limits.per_network:
        return Apart.NETWORK
    if proof is Proof.WAITED:
        share = max(limits.waited_free, standing.counted // limits.waited_share)
        if standing.waited_from_network >= limits.waited_per_network or standing.waited >= share:
            return Apart.WAITED
    if standing.in_slot >= limits.in_a_slot or standing.in_day >= limits.in_a_day:
        return Apart.SURGE
    return None
