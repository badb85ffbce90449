"""The chain of the audit: every hash covers the one before, so that the past can't be rewritten unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

GENESIS = "0" * 64
"""What stands before the first entry."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as the chain sees it. ``content``: canonical text of what happened, sealed where personal."""

    sequence: int
    at: datetime
    """Aware."""
    actor: str
    staff_id: int | None
    action: str
    subject: str | None
    region_code: str | None
    content: str
    previous: str
    """Hash of the entry before, GENESIS for the first."""

    def hash(self) -> str:
        """Return the entry's own hash: 64 hexadecimal digits of SHA-256."""
        parts = (
            self.sequence,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.actor,
            self.staff_id,
            self.action,
            self.subject,
            self.region_code,
            self.content,
            self.previous,
        )
        return hashlib.sha256(canonical(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the chain does not hold."""

    sequence: int
    reason: str
    """Plain Chinese."""


def canonical(value: object) -> str:
    """Return ``value`` as JSON that is written the same way every time."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def first_broken(links: Iterable[tuple[Link, str]]) -> Broken | None:
    """Return the first entry that was changed, taken out or put in; None if all (link, hash kept) hold.

    That the last entries were cut off cannot be seen from the chain itself: compare its end with a hash
    published earlier.
    """
    expected, previous = 1, GENESIS
    for link, kept in links:
        if link.sequence != expected:
            missing = "缺少" if link.sequence > expected else "多出"
            return Broken(min(link.sequence, expected), f"{missing}第{min(link.sequence, expected)}条记录")
        if link.previous != previous:
            return Broken(link.sequence, "与上一条记录接不上：上一条被改动或替换过")
        if link.hash() != kept:
            return Broken(link.sequence, "内容与校验值不符：这一条被改动过")
        expected, previous = expected + 1, kept
    return None
