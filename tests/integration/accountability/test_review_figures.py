"""The figures of a two-way review against a plain count of the records; what is small is left out."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select

from portal import clock
from portal.accountability.jobs import put_accountability_right
from portal.accountability.queries.quarter_records import QuarterRecords
from portal.accountability.review_models import CountyReview
from portal.accountability.reviewing import compile_county, compile_last_quarter
from portal.accountability.service import lists
from portal.accountability.service.reviews import ReviewRefused
from portal.complaints import figures as case_figures
from portal.domain.actor import Actor, Scope
from portal.domain.county_review import (
    ColumnFigures,
    ComplaintFigures,
    ProblemFigures,
    ReviewFigures,
    WorkFigures,
)
from portal.domain.permissions import Department
from portal.domain.quarters import Quarter
from portal.domain.rectification import ProblemStatus
from portal.domain.suggestion_status import SuggestionStatus
from portal.domain.topic_targets import TopicMetric
from portal.extensions import db
from portal.supervision.kinds import InspectionResult, Severity
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.topics.kinds import TopicScope
from portal.unit_of_work import unit_of_work
from tests.integration.accountability import column_rows
from tests.integration.accountability.records import COUNTY, OTHER, counted, enter_problem, home, visit
from tests.integration.complaints.histories import Handling, enter, enter_counted, history
from tests.integration.complaints.office import Office
from tests.integration.supervision.event_rows import notice

SECOND = Quarter(2026, 2)
DAY = date(2026, 7, 21)
"""When it is compiled: the lists of June were due the day before."""
CIVIL = Scope(False, None, Department.CIVIL_AFFAIRS)


def enter_year(drawn: Random) -> list[Handling]:
    """Enter half a year of everything in two counties."""
    homes = [home(f"{name}养老院", place) for name, place in (("甲", COUNTY), ("乙", COUNTY), ("丙", OTHER))]
    for _ in range(120):
        found = date(2026, 1, 10) + timedelta(days=drawn.randrange(185))
        cleared = found + timedelta(days=drawn.randrange(70))
        major = drawn.random() < 0.2
        enter_problem(
            drawn.choice(homes),
            found,
            cleared if drawn.random() < 0.6 and cleared < DAY else None,
            deadline=found + timedelta(days=20) if drawn.random() < 0.8 else None,
            severity=Severity.MAJOR if major else Severity.MINOR,
            criterion="1" if major else None,
        )
    enter_problem(homes[0], date(2026, 5, 2), status=ProblemStatus.VOID)
    for _ in range(30):
        notice(drawn.choice(homes), clock.at(date(2026, 1, 10) + timedelta(days=drawn.randrange(185))))
        result = drawn.choice((InspectionResult.CLEAN, InspectionResult.REFUSED))
        visit(drawn.choice(homes), date(2026, 1, 10) + timedelta(days=drawn.randrange(185)), result)
    return history(20260721, 500)


def in_quarter(day: date | None) -> bool:
    return day is not None and date(2026, 4, 1) <= day <= date(2026, 6, 30)


def plain(code: str, made: list[Handling]) -> ReviewFigures:
    """Count one county's quarter the long way round."""
    problems = [
        one
        for one in db.session.scalars(select(Problem).where(Problem.region_code == code))
        if one.status is not ProblemStatus.VOID
    ]
    found = [one for one in problems if in_quarter(one.found_on)]
    gone = [one for one in found if one.cleared_on is not None]
    still = [one for one in found if one.cleared_on is None]
    dated, late = [one for one in gone if one.deadline], [one for one in still if one.deadline]
    open_now = [one for one in problems if one.cleared_on is None]
    mine = [one for one in made if one.place == code and one.number == 1 and in_quarter(one.received.date())]
    rated = [one.rating.value for one in mine if one.rating]

    def judged(due: str, answered: str) -> tuple[int, int]:
        on_time = over = 0
        for one in mine:
            last, at = getattr(one, due), getattr(one, answered)
            taken_back = one.withdrawn is not None and one.withdrawn.date() <= last
            on_time += at is not None and at.date() <= last
            over += at is not None or taken_back or last < DAY
        return on_time, over

    return ReviewFigures(
        ComplaintFigures(
            len(mine),
            *judged("first_due", "first"),
            *judged("final_due", "final"),
            len(rated),
            sum(one in ("satisfied", "fair") for one in rated),
        ),
        ProblemFigures(
            found=len(found),
            in_time=sum(one.cleared_on <= one.deadline for one in dated),
            late=sum(one.cleared_on > one.deadline for one in dated),
            overdue=sum(one.deadline < DAY for one in late),
            running=sum(one.deadline >= DAY for one in late),
            undated=sum(one.deadline is None for one in found),
            major=sum(one.severity is Severity.MAJOR for one in found),
            major_cleared=sum(one.severity is Severity.MAJOR for one in gone),
            recurred=0,
            cleared=sum(in_quarter(one.cleared_on) for one in problems),
            open_now=len(open_now),
            overdue_now=sum(one.deadline is not None and one.deadline < DAY for one in open_now),
        ),
    )


def test_the_figures_are_a_plain_count_of_the_records(office: Office) -> None:
    with office.app.app_context(), clock.moved_to(clock.at(DAY, 1)):
        with unit_of_work():
            made = enter_year(Random(46))
        counted()
        enter_counted(made)
        records = QuarterRecords(SECOND, DAY)
        assert records.waiting == frozenset()
        for code in (COUNTY, OTHER):
            found, expected = records.figures(code), plain(code, made)
            assert found.problems == expected.problems
            assert found.complaints == expected.complaints
            assert found.column is None
        work = records.figures(COUNTY).work
        mine = [one for one in db.session.scalars(select(Inspection)) if one.region_code == COUNTY]
        assert work.visits == sum(in_quarter(one.visited_on) for one in mine)
        sent = [one for one in db.session.scalars(select(RectificationNotice)) if one.region_code == COUNTY]
        assert work.notices == sum(in_quarter(one.issued_on) for one in sent)
        assert 0 < work.refused < work.visits


def test_lists_in_time_late_and_missing(office: Office) -> None:
    with office.app.app_context():
        with clock.moved_to(clock.at(DAY, 1)), unit_of_work():
            home("甲养老院")
        for month, sent in ((4, date(2026, 5, 20)), (5, date(2026, 6, 21))):
            with clock.moved_to(clock.at(sent, 23)), unit_of_work():
                one = lists.compile_lists(COUNTY, date(2026, month, 1))
                lists.submit_lists(one, Actor("审核"), CIVIL, one.version)
        for day, missing in ((date(2026, 7, 20), 0), (DAY, 1)):
            with clock.moved_to(clock.at(day, 1)):
                assert QuarterRecords(SECOND, day).figures(COUNTY).work == WorkFigures(0, 0, 0, 1, 1, missing)


def test_the_column_is_counted_once_an_office_runs_it(office: Office) -> None:
    april, due = date(2026, 4, 10), date(2026, 4, 30)
    with office.app.app_context(), clock.moved_to(clock.at(DAY, 1)):
        with unit_of_work():
            where = home("甲养老院")
            enter_problem(where, date(2026, 4, 1), date(2026, 4, 5))
            column_rows.suggestion(COUNTY, april, SuggestionStatus.ANSWERED, due, due)
            column_rows.suggestion(COUNTY, april, SuggestionStatus.ANSWERED, due, date(2026, 5, 1))
            column_rows.suggestion(COUNTY, april, due=due)
            column_rows.suggestion(COUNTY, date(2026, 6, 30), due=date(2026, 7, 30))
            column_rows.suggestion(COUNTY, april, SuggestionStatus.DECLINED)
            column_rows.suggestion(COUNTY, april, SuggestionStatus.TO_DISCIPLINE)
            column_rows.suggestion(COUNTY, date(2026, 7, 1))
            column_rows.suggestion(OTHER, april)
            own = column_rows.topic(COUNTY)
            column_rows.target(own, TopicMetric.PROBLEMS_CLEARED, 100, date(2026, 3, 1))
            column_rows.target(own, TopicMetric.HOMES_GRADED, 100, date(2026, 3, 1))
            common = column_rows.topic("350400", scope=TopicScope.COMMON)
            column_rows.target(common, TopicMetric.PROBLEMS_CLEARED, 90, date(2026, 3, 1))
            column_rows.target(common, TopicMetric.PROBLEMS_CLEARED, 1, date(2026, 3, 1), percent=False)
            column_rows.topic(COUNTY, work_from=clock.at(date(2026, 7, 1)))
            column_rows.topic(OTHER)
        counted()
        assert QuarterRecords(SECOND, DAY).figures(COUNTY).column is None
        with unit_of_work():
            column_rows.office("350400")
        # all that came, what went to 12388 too; two topics, and three targets, two of them reached there
        assert QuarterRecords(SECOND, DAY).figures(COUNTY).column == ColumnFigures(6, 1, 3, 2, 3, 2)


def test_nothing_is_compiled_of_what_waits_to_be_counted(office: Office) -> None:
    with office.app.app_context(), clock.moved_to(clock.at(DAY, 1)):
        with unit_of_work():
            enter_problem(home("甲养老院"), date(2026, 5, 1))
        with pytest.raises(ReviewRefused), unit_of_work():
            compile_county(COUNTY, SECOND)
        assert compile_last_quarter() == 0
        counted()
        assert compile_last_quarter() == 1
        assert compile_last_quarter() == 0


def test_the_worker_waits_until_the_lists_are_due(office: Office) -> None:
    with office.app.app_context():
        with clock.moved_to(clock.at(date(2026, 7, 20), 23)):
            with unit_of_work():
                home("甲养老院")
            assert compile_last_quarter() == 0
            with pytest.raises(ReviewRefused), unit_of_work():
                compile_county(COUNTY, Quarter(2026, 3))
        with clock.moved_to(clock.at(DAY, 0, 10)):
            assert compile_last_quarter() == 1


def test_what_would_give_a_month_away_is_left_out(office: Office) -> None:
    """A county with one complaint in May beside shown months: its quarter is not told, and no rating."""
    with office.app.app_context(), clock.moved_to(clock.at(DAY, 1)):
        with unit_of_work():
            home("甲养老院")
        made = [one for one in history(7, 600) if one.number == 1 and one.place in (COUNTY, OTHER)]
        may = [one for one in made if one.place == COUNTY and one.received.month == 5]
        others = [one for one in made if one not in may]
        enter_counted([*others, may[0]])
        records = QuarterRecords(SECOND, DAY)
        assert records.figures(COUNTY).complaints is None
        assert records.figures(OTHER).complaints is None  # or the total would tell of the county
        assert QuarterRecords(Quarter(2026, 1), DAY).figures(COUNTY).complaints is not None


def test_few_ratings_are_not_told(office: Office) -> None:
    with office.app.app_context(), clock.moved_to(clock.at(DAY, 1)):
        with unit_of_work():
            home("甲养老院")
        made = [one for one in history(11, 300) if one.number == 1 and one.place == COUNTY]
        rated = [one for one in made if in_quarter(one.received.date()) and one.rating]
        for one in rated[9:]:
            one.rating = None
        enter_counted(made)
        found = QuarterRecords(SECOND, DAY).figures(COUNTY).complaints
        assert found is not None
        assert found.received > 20
        assert (found.rated, found.satisfied) == (None, None)


def test_the_night_counts_before_it_compiles(office: Office) -> None:
    with office.app.app_context(), clock.moved_to(clock.at(DAY, 0, 10)):
        made = [one for one in history(20260721, 200) if one.place == COUNTY]
        with unit_of_work():
            enter_problem(home("甲养老院"), date(2026, 5, 1))
            enter(made)
            case_figures.recount()
        put_accountability_right()
        review = db.session.scalars(select(CountyReview)).one()
        found = ReviewFigures.load(review.figures)
        assert found.problems.found == 1
        assert found.complaints == plain(COUNTY, made).complaints
