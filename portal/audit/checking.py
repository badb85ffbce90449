"""Does the chain hold, and does it still end where it ended when its hash was published?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.audit.models import AuditDigest, AuditEntry, AuditHead
from portal.domain.audit_chain import GENESIS, Broken, Link, first_broken
from portal.extensions import db

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking found. ``entries`` and ``last_hash``: up to where it was read."""

    entries: int
    last_hash: str
    broken: Broken | None

    @property
    def holds(self) -> bool:
        """True if nothing was changed, taken out or put in."""
        return self.broken is None


def verify() -> Verdict:
    """Read the whole chain. Constant memory; an erased person's sealed values don't matter to it.

    Others may add entries meanwhile.
    """
    begun = _head()
    walk = _Walk(_published())
    with closing(walk.entries()) as entries:
        broken = first_broken(entries) or walk.unlike_published
    if broken is None and walk.seen < begun[0]:
        broken = Broken(walk.seen + 1, f"末尾被截去：应有{begun[0]}条，只有{walk.seen}条")
    if broken is None:
        count, last = _head()
        if walk.seen > count or (walk.seen == count and walk.end != last):
            broken = Broken(min(walk.seen, count) + 1, f"末尾不符：应有{count}条，实有{walk.seen}条")
    cut = max((sequence for sequence in walk.published if sequence > walk.seen), default=0)
    if broken is None and cut:
        broken = Broken(walk.seen + 1, f"末尾被截去：第{cut}条的校验值已经公布过")
    return Verdict(walk.seen, walk.end, broken)


class _Walk:
    """The entries one by one, each compared with what was published of it."""

    def __init__(self, published: dict[int, list[tuple[date, str]]]) -> None:
        self.published = published
        self.unlike_published: Broken | None = None
        self.seen, self.end = 0, GENESIS

    def entries(self) -> Generator[tuple[Link, str], None, None]:
        """Yield each entry with the hash kept beside it."""
        query = select(AuditEntry).order_by(AuditEntry.sequence)
        options = {"yield_per": _AT_ONCE, "populate_existing": True}
        with closing(db.session.scalars(query.execution_options(**options))) as rows:
            yield from map(self._compared, rows)

    def _compared(self, entry: AuditEntry) -> tuple[Link, str]:
        for day, published in self.published.get(entry.sequence, ()):
            if published != entry.hash and self.unlike_published is None:
                reason = f"与{day.isoformat()}公布的校验值不符：这一条或此前的记录被改写过"
                self.unlike_published = Broken(entry.sequence, reason)
        self.seen, self.end = entry.sequence, entry.hash
        db.session.expunge(entry)
        return entry.link(), entry.hash


def _head() -> tuple[int, str]:
    row = db.session.execute(select(AuditHead.sequence, AuditHead.hash)).one_or_none()
    return (0, GENESIS) if row is None else (row.sequence, row.hash)


def _published() -> dict[int, list[tuple[date, str]]]:
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for row in db.session.execute(select(AuditDigest.sequence, AuditDigest.day, AuditDigest.hash)):
        if row.sequence:
            found[row.sequence].append((row.day, row.hash))
    return found
