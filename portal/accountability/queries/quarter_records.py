"""A quarter of the records, county by county, as numbers for the two-way review (R46).

Complaints, problems and visits come from the months that the worker counted, so a review counts
as the pages that it leads to; lists, suggestions and topics from their own tables.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, or_, select

from portal.accountability.kinds import ReviewState
from portal.accountability.models import MonthlyLists, SupervisionMonth
from portal.accountability.queries.column_quarter import ColumnQuarter
from portal.accountability.queries.month_table import MonthTable
from portal.accountability.review_models import CountyReview
from portal.complaints.kinds import Rating
from portal.complaints.office_models import CaseMonth
from portal.complaints.queries.figure_table import FigureTable
from portal.domain.case_figures import LEAST_FOR_A_SHARE, MonthCounts, Part, tally
from portal.domain.county_review import ComplaintFigures, ProblemFigures, ReviewFigures, WorkFigures
from portal.domain.monthly_lists import ListStanding, standing
from portal.domain.quarter_cells import hidden_quarters
from portal.domain.quarters import Quarter, quarter_of
from portal.domain.rectification import COUNTED
from portal.domain.supervision_figures import Part as Stands
from portal.domain.supervision_figures import tally_supervision
from portal.extensions import db
from portal.institutions.models import Institution
from portal.supervision.problem_models import Problem

_CONTENT = (Rating.SATISFIED.value, Rating.FAIR.value)


class QuarterRecords:
    """What is on record of a quarter, of all counties, read once; as it stands on ``today``."""

    def __init__(self, quarter: Quarter, today: date) -> None:
        self.quarter, self._today = quarter, today
        year = date(quarter.year, 1, 1), date(quarter.year, 12, 31)
        cases = _case_months(*year)
        problems = _supervision_months(quarter)
        within = (quarter.begins, quarter.ends)
        self.waiting = frozenset(
            code
            for code, month, stale in (
                *((row.region_code, row.month, row.stale) for row in cases),
                *((row.region_code, row.month, row.stale) for row in problems),
            )
            if stale and within[0] <= month <= within[1]
        )
        """Counties of which something of the quarter is not counted yet."""
        self._year = FigureTable(cases, *year)
        self._cases = FigureTable(cases, *within)
        self._supervision = MonthTable(problems, *within)
        self._small = _small_quarters(self._year, _told(quarter.year))
        self._sent = _first_submissions(quarter)
        self._open = _open_on(today)
        self._column = ColumnQuarter(quarter, today)

    def figures(self, region_code: str) -> ReviewFigures:
        """Return the numbers of one county. Nothing counted of it: zeros, which are what happened."""
        return ReviewFigures(
            self._complaints(region_code),
            self._problems(region_code),
            self._work(region_code),
            self._column.figures(region_code),
        )

    def _complaints(self, code: str) -> ComplaintFigures | None:
        if (code, self.quarter) in self._small:
            return None
        counts = self._cases.total([code])
        first, final = tally(counts.once.first, self._today), tally(counts.once.final, self._today)
        rated = counts.ratings.total()
        told = rated >= LEAST_FOR_A_SHARE and self._may_tell_ratings(code)
        return ComplaintFigures(
            counts.once.received,
            first.parts[Part.IN_TIME],
            first.judged,
            final.parts[Part.IN_TIME],
            final.judged,
            rated if told else None,
            sum(counts.ratings[one] for one in _CONTENT) if told else None,
        )

    def _may_tell_ratings(self, code: str) -> bool:
        """True unless what the shown months tell of ratings leaves a few when it is taken off the quarter."""
        months = [one for _, one in self._cases.cells([code])]
        rest = sum(one.ratings.total() for one in months if not _rated_shown(one))
        return rest == 0 or rest >= LEAST_FOR_A_SHARE

    def _problems(self, code: str) -> ProblemFigures:
        counts = self._supervision.total([code])
        parts = tally_supervision(counts, self._today).parts
        open_now, overdue_now = self._open.get(code, (0, 0))
        return ProblemFigures(
            counts.found,
            parts[Stands.IN_TIME],
            parts[Stands.LATE],
            parts[Stands.OVERDUE],
            parts[Stands.RUNNING],
            parts[Stands.UNDATED],
            counts.major,
            counts.major_cleared,
            counts.recurred,
            counts.cleared,
            open_now,
            overdue_now,
        )

    def _work(self, code: str) -> WorkFigures:
        counts = self._supervision.total([code])
        stood = [standing(month, self._sent.get((code, month)), self._today) for month in self.quarter.months]
        return WorkFigures(
            counts.notices,
            counts.visits,
            counts.refused,
            stood.count(ListStanding.IN_TIME),
            stood.count(ListStanding.SUBMITTED_LATE),
            stood.count(ListStanding.LATE),
        )


def first_quarter(today: date) -> Quarter:
    """Return the quarter of the first month that anything was counted in; the present one without any."""
    months = [db.session.scalar(select(model.month).order_by(model.month).limit(1)) for model in _COUNTED]
    return quarter_of(min((month for month in months if month is not None), default=today))


_COUNTED = (SupervisionMonth, CaseMonth)


def _case_months(begins: date, ends: date) -> list[CaseMonth]:
    query = select(CaseMonth).where(CaseMonth.month.between(begins, ends))
    return list(db.session.scalars(query.order_by(CaseMonth.region_code, CaseMonth.month)))


def _supervision_months(quarter: Quarter) -> list[SupervisionMonth]:
    month = SupervisionMonth.month
    query = select(SupervisionMonth).where(month.between(quarter.begins, quarter.ends))
    return list(db.session.scalars(query.order_by(SupervisionMonth.region_code, month)))


def _open_on(today: date) -> dict[str, tuple[int, int]]:
    """Return, by county, how many problems stood open on a day, and how many of them overdue.

    Asked of the records themselves: the counted months know only what is open now.
    """
    overdue = func.count().filter(Problem.deadline < today)
    query = (
        select(Problem.region_code, func.count(), overdue)
        .where(
            Problem.status.in_(COUNTED),
            Problem.found_on <= today,
            Problem.cleared_on.is_(None) | (Problem.cleared_on > today),
            or_(Problem.institution_id.is_(None), Institution.withdrawn.is_(False)),
        )
        .outerjoin(Institution, Institution.id == Problem.institution_id)
        .group_by(Problem.region_code)
    )
    return {code: (count, late) for code, count, late in db.session.execute(query)}


def _told(year: int) -> frozenset[tuple[str, Quarter]]:
    """Return the counties and quarters of a year whose complaints a published review tells of."""
    query = select(CountyReview).where(
        CountyReview.begins.between(date(year, 1, 1), date(year, 12, 31)),
        CountyReview.state == ReviewState.PUBLISHED,
    )
    return frozenset(
        (one.region_code, one.quarter)
        for one in db.session.scalars(query)
        if ReviewFigures.load(one.figures).complaints is not None
    )


def _small_quarters(
    year: FigureTable, told: frozenset[tuple[str, Quarter]]
) -> frozenset[tuple[str, Quarter]]:
    """Return the counties' quarters that would give a month away that the monthly figures leave out (R32)."""
    hidden = year.hidden_rows()
    found: set[tuple[str, Quarter]] = set()
    for family in year.families():
        counts = {cell: one.once.received for cell, one in year.cells(family)}
        found |= hidden_quarters(counts, hidden & counts.keys(), told)
    return frozenset(found)


def _rated_shown(one: MonthCounts) -> bool:
    return one.ratings.total() >= LEAST_FOR_A_SHARE


def _first_submissions(quarter: Quarter) -> dict[tuple[str, date], date]:
    """Return the day on which the lists of each county and month were first submitted."""
    query = select(MonthlyLists.region_code, MonthlyLists.month, MonthlyLists.submitted_at).where(
        MonthlyLists.month.between(quarter.begins, quarter.ends),
        MonthlyLists.edition == 1,
        MonthlyLists.submitted_at.is_not(None),
    )
    return {(code, month): sent.date() for code, month, sent in db.session.execute(query) if sent is not None}
