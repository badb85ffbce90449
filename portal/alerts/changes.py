"""Which blocks of which homes' pages changed in a span of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.extensions import db
from portal.history.models import Revision, not_retracted
from portal.institutions.field_labels import BLOCK_TITLES, FIELDS

_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Changed:
    """One entry about a home: when, and the names of the blocks of its page that it changed."""

    entered_at: datetime
    blocks: tuple[str, ...]


def changes_of(ids: Collection[int], since: datetime, until: datetime) -> dict[int, list[Changed]]:
    """Return what was entered about these institutions after ``since``, up to ``until``, by institution."""
    subjects = sorted(f"institution/{key}" for key in ids)
    found: dict[int, list[Changed]] = defaultdict(list)
    for start in range(0, len(subjects), _TOGETHER):
        query = (
            select(Revision.subject, Revision.record_kind, Revision.stated, Revision.entered_at)
            .where(Revision.subject.in_(subjects[start : start + _TOGETHER]))
            .where(Revision.entered_at > since, Revision.entered_at <= until, not_retracted(Revision))
            .order_by(Revision.id)
        )
        for row in db.session.execute(query):
            blocks = _blocks(row.record_kind, row.stated)
            if blocks:
                found[int(row.subject.partition("/")[2])].append(Changed(row.entered_at, blocks))
    return found


def _blocks(record_kind: str, fields: Collection[str]) -> tuple[str, ...]:
    """Return the titles of the blocks in which these fields are shown."""
    labels = (FIELDS.get((record_kind, field)) for field in fields)
    blocks = (label.block for label in labels if label is not None and label.block is not None)
    return tuple(dict.fromkeys(BLOCK_TITLES[block] for block in blocks))
