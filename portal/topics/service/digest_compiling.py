"""What a month's digest says in numbers, as the suggestions stand when it is compiled (R40)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, func, select

from portal import clock
from portal.domain.digest_figures import (
    MOST_LISTED,
    DigestFigures,
    Fates,
    Looked,
    MonthCount,
    Ranked,
    compared,
    movements,
    shown_months,
)
from portal.domain.monthly_lists import month_after, month_before, month_end
from portal.domain.standing_words import standing_words
from portal.domain.suggestion_status import PUBLIC, SuggestionEvent, SuggestionStatus
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.topics.kinds import SuggestionKind
from portal.topics.models import Suggestion, SuggestionStep

TEXTS_MOST = 4_000
"""Public texts of a month in which words are looked for: the newest."""
TEXTS_BEFORE_MOST = 8_000
"""Public texts of the eleven months before, with which they are compared: the newest."""

_S = Suggestion
_FATES = {
    SuggestionStatus.RECEIVED: "waiting",
    SuggestionStatus.PUBLISHED: "public",
    SuggestionStatus.ANSWERED: "public",
    SuggestionStatus.MERGED: "merged",
    SuggestionStatus.DECLINED: "not_public",
    SuggestionStatus.TO_COMPLAINTS: "elsewhere",
    SuggestionStatus.TO_DISCIPLINE: "elsewhere",
    SuggestionStatus.WITHDRAWN: "withdrawn",
}


def compile_figures(region_code: str, month: date, since: date) -> DigestFigures:
    """Return the figures of a region, with everything beneath it, and month; some twenty queries.

    ``since``: the first day of the column's first month there.
    """
    here = _S.region_code.in_(region_directory().within(region_code))
    compared_months = [one for one in (month, *compared(month)) if one >= since]
    by_kind = _by_month(_S.kind, compared_months, here)
    by_place = _by_month(_S.region_code, compared_months, here)
    whole: Counter[tuple[str, date]] = Counter()
    for (_, of), count in by_kind.items():
        whole["", of] += count
    made_public, answered, done = (
        and_(here, _S.status.in_(PUBLIC), _within(column, month))
        for column in (_S.published_at, _S.answered_at, _S.done_at)
    )
    open_now = and_(here, _S.status.in_(PUBLIC), _S.answered_at.is_(None))
    late, in_time = _answers(answered)
    now_texts = _texts(here, month, month_after(month), TEXTS_MOST)
    before_texts = _texts(here, _months_back(month, 11), month, TEXTS_BEFORE_MOST)
    return DigestFigures(
        received=movements(month, since, whole, ("",))[""],
        kinds=movements(month, since, by_kind, tuple(kind.value for kind in SuggestionKind)),
        places=movements(month, since, by_place, _places(region_code)),
        months=_months(month, since, here),
        fates=_fates(month, here),
        looked=_looked(month, here),
        published=_count(made_public),
        answered=late + in_time,
        answered_late=late,
        unanswered=_count(open_now),
        overdue=_count(and_(open_now, _S.answer_due <= month_end(month))),
        adopted=_adopted(month, here),
        done=_count(done),
        most_supported=_ranked(made_public),
        longest_wished=_ranked(open_now),
        answered_ids=tuple(one.public_id for one in _ranked(answered)),
        done_ids=tuple(one.public_id for one in _ranked(done)),
        words=standing_words(now_texts, before_texts),
        texts=len(now_texts),
        texts_before=len(before_texts),
    )


def _places(region_code: str) -> tuple[str, ...]:
    """Return the places that are told of even where nothing came: what lies beneath and is in force."""
    regions = region_directory()
    return tuple(row.code for row in regions.children(region_code) if row.until is None)


def _by_month(key: Any, months: Sequence[date], *which: ColumnElement[bool]) -> dict[tuple[str, date], int]:
    """Return how many were received by (key, first day of the month)."""
    of = _bucket(months)
    query = (
        select(key, of, func.count())
        .where(*which, _S.received_on.between(min(months), month_end(max(months))), of.is_not(None))
        .group_by(key, of)
    )
    return {
        (getattr(name, "value", name), date.fromisoformat(month)): count
        for name, month, count in db.session.execute(query)
    }


def _bucket(months: Iterable[date]) -> ColumnElement[str]:
    """Return the month that a suggestion was received in, as text; none of the others."""
    return case(
        *((_S.received_on.between(month, month_end(month)), month.isoformat()) for month in months),
        else_=None,
    )


def _months(month: date, since: date, here: ColumnElement[bool]) -> tuple[MonthCount, ...]:
    shown = shown_months(month, since)
    received: Counter[date] = Counter()
    for (_, of), count in _by_month(_S.kind, shown, here).items():
        received[of] += count
    public = _S.status.in_(PUBLIC)
    return tuple(
        MonthCount(of, received[of], _count(and_(here, public, _within(_S.answered_at, of)))) for of in shown
    )


def _fates(month: date, here: ColumnElement[bool]) -> Fates:
    query = select(_S.status, func.count()).where(here, _received_in(month)).group_by(_S.status)
    found: Counter[str] = Counter()
    for status, count in db.session.execute(query):
        found[_FATES[status]] += count
    return Fates(**found)


def _looked(month: date, here: ColumnElement[bool]) -> Looked:
    """Count by days: the term is over when its last day is, whatever the hour of looking."""
    query = select(_S.looked_at, _S.look_due, func.count()).where(here, _received_in(month))
    today, found = clock.today(), Counter[str]()
    for looked_at, due, count in db.session.execute(query.group_by(_S.looked_at, _S.look_due)):
        if looked_at is not None:
            found["in_time" if looked_at.date() <= due else "late"] += count
        else:
            found["waiting" if today <= due else "overdue"] += count
    return Looked(**found)


def _answers(answered: ColumnElement[bool]) -> tuple[int, int]:
    """Return how many first answers came after their last day, a day of Asia/Shanghai, and how many by it."""
    late = in_time = 0
    for answered_at, due in db.session.execute(select(_S.answered_at, _S.answer_due).where(answered)):
        if answered_at is not None and due is not None and answered_at.date() > due:
            late += 1
        else:
            in_time += 1
    return late, in_time


def _adopted(month: date, here: ColumnElement[bool]) -> int:
    """Count those that were taken into a topic in the month and still are in one."""
    query = (
        select(func.count(distinct(_S.id)))
        .join(SuggestionStep, SuggestionStep.suggestion_id == _S.id)
        .where(
            here,
            _S.topic_id.is_not(None),
            _S.status.in_(PUBLIC),
            SuggestionStep.event == SuggestionEvent.ADOPT,
            _within(SuggestionStep.at, month),
        )
    )
    return db.session.scalar(query) or 0


def _ranked(which: ColumnElement[bool]) -> tuple[Ranked, ...]:
    query = select(_S.public_id, _S.supports).where(which).order_by(_S.supports.desc(), _S.id)
    return tuple(Ranked(*row) for row in db.session.execute(query.limit(MOST_LISTED)))


def _texts(here: ColumnElement[bool], begins: date, ends: date, most: int) -> list[str]:
    """Return the public words of what was made public from a day on and before another."""
    query = select(_S.title, _S.text).where(
        here,
        _S.status.in_(PUBLIC),
        _S.published_at >= clock.at(begins, 0),
        _S.published_at < clock.at(ends, 0),
    )
    rows = db.session.execute(query.order_by(_S.published_at.desc(), _S.id.desc()).limit(most))
    return [f"{title}。{text}" for title, text in rows]


def _count(which: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Suggestion).where(which)) or 0


def _within(column: Any, month: date) -> ColumnElement[bool]:
    """Return whether a moment lies in a month of Asia/Shanghai."""
    return and_(column >= clock.at(month, 0), column < clock.at(month_after(month), 0))


def _received_in(month: date) -> ColumnElement[bool]:
    return _S.received_on.between(month, month_end(month))


def _months_back(month: date, count: int) -> date:
    for _ in range(count):
        month = month_before(month)
    return month
