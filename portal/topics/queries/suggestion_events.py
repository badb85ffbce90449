"""What became of suggestions: made public, answered, done (R40)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from portal.domain.permissions import Department
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.reference.models import Region
from portal.topics.kinds import SuggestionKind
from portal.topics.models import Suggestion
from portal.topics.queries.column_events import EventKey, EventSource, newest_events

PUBLISHED, ANSWERED, DONE = "published", "answered", "done"


@dataclass(frozen=True, slots=True)
class SuggestionHappened:
    """One event with the suggestion as everybody reads it now."""

    kind: str
    key: EventKey
    public_id: str
    title: str
    text: str
    region_code: str
    region_label: str
    about: SuggestionKind
    department: Department
    answer: str | None
    answered_by: str | None
    done: str | None


def suggestion_events(
    now: datetime, limit: int, before: EventKey | None = None, region: str | None = None
) -> list[SuggestionHappened]:
    """Return at most ``limit`` events of a region and what lies beneath it (None: all); five queries."""
    sources = _sources(region)
    found = newest_events(sources, now, limit, before) if region is None or sources[0].of else []
    query = select(Suggestion).where(Suggestion.id.in_({event.id for event in found}))
    rows = {row.id: row for row in db.session.scalars(query)}
    labels = region_directory()
    return [
        SuggestionHappened(
            event.kind,
            event.key,
            row.public_id,
            row.title or "",
            row.text or "",
            row.region_code,
            labels.label(row.region_code),
            row.kind,
            row.department,
            row.answer,
            row.answered_by,
            row.done,
        )
        for event in found
        if (row := rows.get(event.id)) is not None
    ]


def _sources(region: str | None) -> list[EventSource]:
    columns = {
        PUBLISHED: Suggestion.published_at,
        ANSWERED: Suggestion.answered_at,
        DONE: Suggestion.done_at,
    }
    parts = () if region is None else tuple(Suggestion.region_code == code for code in _codes(region))
    sources = []
    for rank, (kind, at) in enumerate(columns.items()):
        query: Any = select(Suggestion.id, at, Suggestion.public_id)
        query = query.where(Suggestion.published_at.is_not(None))
        sources.append(EventSource(kind, rank, query, at, Suggestion.public_id, parts))
    return sources


def _codes(region: str) -> list[str]:
    """Return the places within a region that have a public suggestion: one look into an index each."""
    some = exists().where(Suggestion.region_code == Region.code, Suggestion.published_at.is_not(None))
    query = select(Region.code).where(Region.code.in_(region_directory().within(region)), some)
    return list(db.session.scalars(query.order_by(Region.code)))
