"""Visitors of the demo city: browsers that have been here before, from addresses that nobody has."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from portal import clock
from portal.voices.visitor import Visitor


def visitor(rng: Random, now_known: timedelta = timedelta(days=30)) -> Visitor:
    """Return somebody who gave a first voice ``now_known`` ago; addresses are of RFC 2544's test networks."""
    address = f"198.{rng.choice((18, 19))}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
    return Visitor(f"{rng.getrandbits(128):032x}", clock.now() - now_known, address)


def newcomers(rng: Random, number: int) -> list[Visitor]:
    """Return browsers without a past from one network: what somebody leaves behind who wants to be many."""
    network = f"198.18.{rng.randrange(256)}"
    return [
        Visitor(f"{rng.getrandbits(128):032x}", None, f"{network}.{rng.randrange(1, 255)}")
        for _ in range(number)
    ]
