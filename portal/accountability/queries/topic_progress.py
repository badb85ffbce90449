"""How far the targets of topics are reached, from live records (R41): a few queries, whatever is on record.

Problems come from the months that the worker counted, and, of a month that a target begins in the midst of,
from their own table; notices from theirs; homes from the catalogue and the ranks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal.accountability.models import SupervisionMonth, VisitRank
from portal.accountability.queries.targets import home_counts
from portal.domain.actor import PUBLIC
from portal.domain.monthly_lists import month_after, month_before, month_end
from portal.domain.rectification import COUNTED, ProblemStatus
from portal.domain.supervision_figures import SupervisionCounts
from portal.domain.targets import Measured, TargetKey, added
from portal.domain.topic_progress import Progress, Standing
from portal.domain.topic_targets import TopicMetric
from portal.extensions import db
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import Institution
from portal.reference.directory import region_directory
from portal.supervision.kinds import NoticeState, Severity
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.topics.topic_models import Topic, TopicTarget

_HOMES = {
    TopicMetric.HOMES_TO_STANDARD: TargetKey.SERVICE_SAFETY,
    TopicMetric.HOMES_GRADED: TargetKey.GRADED,
}
_DAY = timedelta(days=1)
Span = tuple[date, date]
"""First and last day."""
Areas = Mapping[str, Collection[str]]
"""The regions asked about, each with the codes of all beneath it."""
_OF_PROBLEMS = (TopicMetric.PROBLEMS_CLEARED, TopicMetric.MAJOR_CLEARED)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be measured: in a region with all beneath it, of a category (None: all), since a day.

    ``until``: the last day on which problems are found and notices issued that count; None: today.
    """

    metric: TopicMetric
    region_code: str
    category: str | None
    since: date
    until: date | None = None

    @property
    def whole(self) -> tuple[date, date]:
        """The first and the last month that lie wholly within; the last before the first: none does."""
        last = date.max.replace(day=1) if self.until is None else _last_whole(self.until)
        return _first_whole(self.since), last

    @property
    def rest(self) -> tuple[Span, ...]:
        """The days at both ends that are part of a month."""
        first, last = self.whole
        until = self.until or date.max
        if first > last and self.until is not None:
            return ((self.since, until),) if self.since <= until else ()
        head = (self.since, first - _DAY) if self.since < first else None
        tail = (month_after(last), until) if self.until is not None and month_end(last) < until else None
        return tuple(span for span in (head, tail) if span is not None)


@dataclass(frozen=True, slots=True)
class TargetProgress:
    """A topic's target as it stands."""

    id: int
    topic_id: int
    title: str
    metric: TopicMetric
    unit: str
    since: date
    standing: Standing
    as_of: date | None
    """The day of a figure entered by hand; None: live."""
    source: str | None
    """Where a figure entered by hand comes from."""


def progress_of(
    topics: Collection[Topic], region_code: str | None = None
) -> Mapping[int, tuple[TargetProgress, ...]]:
    """Return the targets of some topics, by topic's id; five queries at most, however many topics.

    ``region_code``: measured there, in place of each topic's own area.
    """
    by_id = {topic.id: topic for topic in topics}
    query = select(TopicTarget).where(TopicTarget.topic_id.in_(sorted(by_id)))
    targets = list(db.session.scalars(query.order_by(TopicTarget.position, TopicTarget.id))) if by_id else []
    live = [one for one in targets if one.metric is not TopicMetric.BY_HAND]
    asks = [
        Ask(
            one.metric,
            region_code or by_id[one.topic_id].region_code,
            by_id[one.topic_id].problem_category,
            one.since,
            _concluded(by_id[one.topic_id]),
        )
        for one in live
    ]
    measured = dict(zip((one.id for one in live), measure(asks), strict=True))
    found: dict[int, list[TargetProgress]] = {number: [] for number in by_id}
    for one in targets:
        found[one.topic_id].append(_shown(one, measured.get(one.id)))
    return {number: tuple(shown) for number, shown in found.items()}


def measure(asks: Sequence[Ask]) -> list[Progress]:
    """Return what was asked for, in order; four queries at most, however many asks."""
    directory = region_directory()
    areas: Areas = {code: directory.within(code) for code in {ask.region_code for ask in asks}}
    problems = _Problems([ask for ask in asks if ask.metric in _OF_PROBLEMS], areas)
    notices = _notices([ask for ask in asks if ask.metric is TopicMetric.NOTICES_CLEARED], areas)
    visits = _visits(asks)
    homes = home_counts(catalogue(PUBLIC)) if any(ask.metric in _HOMES for ask in asks) else {}
    found = []
    for ask in asks:
        if ask.metric in _OF_PROBLEMS:
            found.append(problems.of(ask))
        elif ask.metric is TopicMetric.NOTICES_CLEARED:
            found.append(notices[ask])
        elif ask.metric in _HOMES:
            one = _within(homes[_HOMES[ask.metric]], areas[ask.region_code])
            found.append(Progress(one.met, one.total, one.unknown))
        else:
            one = _within(visits.get(ask.since, {}), areas[ask.region_code])
            found.append(Progress(one.met, one.total))
    return found


class _Problems:
    """Problems found since the asks' days, by category and region."""

    def __init__(self, asks: Sequence[Ask], areas: Areas) -> None:
        self._areas = areas
        self._months: list[tuple[str, date, SupervisionCounts]] = []
        self._days: dict[Span, dict[tuple[str, str], list[int]]] = {}
        if not asks:
            return
        month = SupervisionMonth.month
        query = select(SupervisionMonth.region_code, month, SupervisionMonth.counts).where(
            month >= min(ask.whole[0] for ask in asks),
            SupervisionMonth.region_code.in_(_codes(asks, areas)),
        )
        self._months = [
            (code, day, SupervisionCounts.load(counts)) for code, day, counts in db.session.execute(query)
        ]
        spans = sorted({span for ask in asks for span in ask.rest})
        if spans:
            self._read_days(spans, _codes(asks, areas))

    def of(self, ask: Ask) -> Progress:
        """Return how many of the problems found since are cleared."""
        within = self._areas[ask.region_code]
        major = ask.metric is TopicMetric.MAJOR_CLEARED
        names = ("major_cleared", "major") if major else ("cleared", "found")
        met = total = 0
        first, last = ask.whole
        for code, month, counts in self._months:
            if code in within and first <= month <= last:
                met += _kinds(counts, ask.category, names[0])
                total += _kinds(counts, ask.category, names[1])
        for span in ask.rest:
            for (code, category), (found, cleared, majors, gone) in self._days[span].items():
                if code in within and ask.category in (None, category):
                    met += gone if major else cleared
                    total += majors if major else found
        return Progress(met, total)

    def _read_days(self, spans: Sequence[Span], codes: Collection[str]) -> None:
        """Read the days of months that a target begins or ends in the midst of."""
        is_cleared, is_major = Problem.status == ProblemStatus.CLEARED, Problem.severity == Severity.MAJOR
        columns: list[Any] = []
        for span in spans:
            here = Problem.found_on.between(*span)
            for also in ((), (is_cleared,), (is_major,), (is_cleared, is_major)):
                columns.append(func.count().filter(and_(here, *also)))
        ranges = [Problem.found_on.between(*span) for span in spans]
        query = (
            select(Problem.region_code, Problem.category, *columns)
            .where(
                Problem.region_code.in_(codes),
                or_(*ranges),
                Problem.status.in_(COUNTED),
                _home_stands(Problem.institution_id),
            )
            .group_by(Problem.region_code, Problem.category)
        )
        self._days = {span: {} for span in spans}
        for code, category, *counts in db.session.execute(query):
            for place, span in enumerate(spans):
                self._days[span][code, category.value] = counts[4 * place : 4 * place + 4]


def _kinds(counts: SupervisionCounts, category: str | None, name: str) -> int:
    if category is not None:
        return counts.kinds[f"{category}/{name}"]
    whole = {
        "found": counts.found,
        "major": counts.major,
        "major_cleared": counts.major_cleared,
        "cleared": counts.in_time + counts.late + counts.undated_cleared,
    }
    return whole[name]


def _notices(asks: Sequence[Ask], areas: Areas) -> dict[Ask, Progress]:
    """Return how many notices issued since are wholly cleared; of a category: with such a problem in them."""
    if not asks:
        return {}
    notice, asked = RectificationNotice, list(dict.fromkeys(asks))
    columns: list[Any] = []
    for ask in asked:
        until = ask.until or date.max
        here: list[Any] = [
            notice.issued_on.between(ask.since, until),
            notice.region_code.in_(areas[ask.region_code]),
        ]
        if ask.category is not None:
            about = select(Problem.id).where(Problem.notice_id == notice.id, Problem.category == ask.category)
            here.append(about.exists())
        columns.append(func.count().filter(and_(*here)))
        columns.append(func.count().filter(and_(*here, notice.cleared_at.is_not(None))))
    query = select(*columns).where(
        notice.state == NoticeState.ISSUED,
        notice.issued_on >= min(ask.since for ask in asked),
        notice.region_code.in_(_codes(asked, areas)),
        _home_stands(notice.institution_id),
    )
    counts = db.session.execute(query).one()
    return {ask: Progress(counts[2 * i + 1], counts[2 * i]) for i, ask in enumerate(asked)}


def _visits(asks: Sequence[Ask]) -> dict[date, dict[str, Measured]]:
    """Return, by the day since when, how many homes in operation were visited, region by region."""
    days = sorted({ask.since for ask in asks if ask.metric is TopicMetric.HOMES_INSPECTED})
    if not days:
        return {}
    seen = [func.count(VisitRank.last_visit).filter(VisitRank.last_visit >= day) for day in days]
    query = select(VisitRank.region_code, func.count(), *seen).group_by(VisitRank.region_code)
    found: dict[date, dict[str, Measured]] = {day: {} for day in days}
    for code, total, *visited in db.session.execute(query):
        for day, count in zip(days, visited, strict=True):
            found[day][code] = Measured(count, total)
    return found


def _within(counts: Mapping[str, Measured], codes: Collection[str]) -> Measured:
    return added(one for code, one in counts.items() if code in codes)


def _codes(asks: Sequence[Ask], areas: Areas) -> list[str]:
    return sorted({code for ask in asks for code in areas[ask.region_code]})


def _first_whole(day: date) -> date:
    """Return the first month that lies wholly after a day: its own if that begins with it."""
    return day if day.day == 1 else month_after(day.replace(day=1))


def _last_whole(day: date) -> date:
    """Return the last month that lies wholly before the day after a day: its own if that ends with it."""
    return day.replace(day=1) if day == month_end(day.replace(day=1)) else month_before(day)


def _concluded(topic: Topic) -> date | None:
    return None if topic.closed_at is None else topic.closed_at.date()


def _home_stands(institution_id: Any) -> ColumnElement[bool]:
    """A home that should never have been entered counts nowhere."""
    withdrawn = select(Institution.id).where(
        Institution.id == institution_id, Institution.withdrawn.is_(True)
    )
    return ~withdrawn.exists()


def _shown(target: TopicTarget, measured: Progress | None) -> TargetProgress:
    if target.metric is TopicMetric.BY_HAND and target.value is not None:
        measured = Progress(target.value, target.out_of)
    return TargetProgress(
        target.id,
        target.topic_id,
        target.title,
        target.metric,
        target.unit,
        target.since,
        Standing(target.goal, target.percent, target.due_on, measured),
        target.as_of,
        target.source,
    )
