"""A public suggestion as lists and its own page show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from portal import clock
from portal.domain.permissions import Department
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.topics.kinds import SuggestionKind, SuggestionStage
from portal.topics.models import Suggestion
from portal.topics.service.kept_counts import stage_of
from portal.topics.topic_models import Topic


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """One public suggestion."""

    id: int
    public_id: str
    title: str
    text: str
    kind: SuggestionKind
    region_code: str
    region_label: str
    region_path: str
    department: Department
    """Who answers."""
    published_at: datetime
    changed_at: datetime
    supports: int
    stage: SuggestionStage
    answer_due: date
    answer: str | None
    answered_at: datetime | None
    answered_by: str | None
    done: str | None
    done_at: datetime | None
    topic_id: str | None
    """Public id of the topic that came of it, where everybody may read that topic."""
    topic_title: str | None

    @property
    def published_on(self) -> date:
        """The day from which on it has been public."""
        return self.published_at.date()

    @property
    def overdue(self) -> bool:
        """True while an answer is owed and its last day is over."""
        return self.answered_at is None and self.answer_due < clock.today()

    @property
    def answered_late(self) -> bool:
        """True if it was answered after the last day."""
        return self.answered_at is not None and self.answered_at.date() > self.answer_due


def joined() -> Select[Any]:
    """Return the query that ``rows_of`` reads: public suggestions with the topic that came of each."""
    shown = (
        (Topic.id == Suggestion.topic_id)
        & (Topic.proposed_at.is_not(None) | Topic.published_at.is_not(None))
        & Topic.withdrawn_at.is_(None)
    )
    query: Select[Any] = select(Suggestion, Topic.public_id, Topic.title)  # type: ignore[assignment]
    return query.outerjoin(Topic, shown).where(Suggestion.published_at.is_not(None))


def rows_of(query: Select[Any]) -> list[SuggestionRow]:
    """Return the rows of ``joined`` with further conditions. One query, and the regions' own."""
    regions = region_directory()
    return [
        _row(one, topic_id, title, regions.label(one.region_code), regions.path_label(one.region_code, ""))
        for one, topic_id, title in db.session.execute(query)
    ]


def rows_by_id(ids: Iterable[int]) -> list[SuggestionRow]:
    """Return these suggestions in this order, without those that are not public."""
    wanted = list(ids)
    if not wanted:
        return []
    found = {row.id: row for row in rows_of(joined().where(Suggestion.id.in_(wanted)))}
    return [found[one] for one in wanted if one in found]


def _row(
    one: Suggestion, topic_id: str | None, topic_title: str | None, label: str, path: str
) -> SuggestionRow:
    assert one.title is not None
    assert one.text is not None
    assert one.published_at is not None
    assert one.answer_due is not None
    return SuggestionRow(
        one.id,
        one.public_id,
        one.title,
        one.text,
        one.kind,
        one.region_code,
        label,
        path,
        one.department,
        one.published_at,
        one.changed_at,
        one.supports,
        stage_of(one),
        one.answer_due,
        one.answer,
        one.answered_at,
        one.answered_by,
        one.done,
        one.done_at,
        topic_id,
        topic_title,
    )
