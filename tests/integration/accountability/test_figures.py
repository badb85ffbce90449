"""The figures of supervision against a plain count; kept in step with changes; small ones left out."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from statistics import median

from flask import Flask
from sqlalchemy import select, update

from portal import clock
from portal.accountability import figures
from portal.accountability.jobs import put_accountability_right
from portal.accountability.models import SupervisionMonth
from portal.accountability.queries.figures import FiguresChoice, every_month, figures_of, figures_version
from portal.domain.actor import PUBLIC, Scope
from portal.domain.rectification import ProblemStatus
from portal.domain.supervision_figures import Part
from portal.extensions import db
from portal.history.keeper import count_change
from portal.institutions.models import Institution
from portal.reference.calendar import working_calendar
from portal.supervision.kinds import InspectionResult, NoticeState, ProblemOrigin, Severity
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem
from portal.unit_of_work import unit_of_work
from tests.integration.accountability.records import COUNTY, OTHER, TODAY, counted, enter_problem, home, visit
from tests.integration.complaints.office import counted as sent_statements
from tests.integration.supervision.event_rows import notice

HERE, YEAR = FiguresChoice(COUNTY, 2026), FiguresChoice(None, 2026)


def spread(seed: int, number: int) -> None:
    """Enter problems of all sorts in two counties."""
    chance = random.Random(seed)
    homes = [home("甲养老院"), home("乙养老院", OTHER)]
    first = None
    for _ in range(number):
        found = date(2026, 1, 1) + timedelta(days=chance.randrange(190))
        cleared = found + timedelta(days=chance.randrange(60)) if chance.random() < 0.6 else None
        cleared = cleared if cleared is None or cleared <= TODAY else None
        again = first is not None and chance.random() < 0.1
        row = enter_problem(
            chance.choice(homes),
            found,
            cleared,
            deadline=None if chance.random() < 0.2 else found + timedelta(days=chance.randrange(10, 50)),
            severity=Severity.MAJOR if chance.random() < 0.2 else Severity.MINOR,
            criterion="一（一）",
            origin=ProblemOrigin.COMPLAINT if chance.random() < 0.3 else ProblemOrigin.BY_HAND,
            first_entry_id=first if again else None,
        )
        first = first or row.id


def test_the_figures_are_a_plain_count_of_the_problems(app: Flask) -> None:
    with app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            spread(7, 150)
        counted()
        rows = list(db.session.scalars(select(Problem)))
        calendar = working_calendar()
        for choice, places in ((YEAR, (COUNTY, OTHER)), (HERE, (COUNTY,))):
            page = figures_of(choice, PUBLIC)
            mine = [row for row in rows if row.region_code in places]
            parts: Counter[Part] = Counter()
            for row in mine:
                if row.deadline is None:
                    parts[Part.UNDATED] += 1
                elif row.cleared_on is not None:
                    parts[Part.IN_TIME if row.cleared_on <= row.deadline else Part.LATE] += 1
                else:
                    parts[Part.OVERDUE if row.deadline < TODAY else Part.RUNNING] += 1
            counts, tally = page.here.figures.counts, page.here.figures.tally
            assert tally.parts == {part: parts[part] for part in Part}
            assert sum(tally.parts.values()) == counts.found == len(mine)
            days = [
                calendar.working_days_between(row.found_on, row.cleared_on) for row in mine if row.cleared_on
            ]
            assert tally.median_days == median(days)
            assert counts.cleared == len(days)
            assert counts.recurred == sum(row.first_entry_id is not None for row in mine)
            majors = [row for row in mine if row.severity is Severity.MAJOR]
            assert (counts.major, counts.major_cleared) == (
                len(majors),
                sum(row.status is ProblemStatus.CLEARED for row in majors),
            )
            is_open = [row for row in mine if row.cleared_on is None]
            assert page.here.open_now == len(is_open)
            assert page.here.overdue_now == parts[Part.OVERDUE]
            assert sum(month.figures.counts.found for month in page.months) == len(mine)
        listed = every_month(YEAR, PUBLIC)
        assert sum(one.figures.counts.cleared for one in listed) == sum(
            row.cleared_on is not None for row in rows
        )


def test_a_month_follows_what_happens_to_its_records(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            where = home()
            row = enter_problem(where, date(2026, 5, 4), deadline=date(2026, 5, 20))
            made = visit(where, date(2026, 5, 4))
            notice(where, clock.at(date(2026, 5, 6)))
            number, visited = row.id, made.id
        counted()
        page = figures_of(HERE, PUBLIC)
        assert (page.here.figures.counts.found, page.here.overdue_now) == (2, 1)
        assert (page.here.figures.counts.visits, page.here.figures.counts.notices) == (1, 1)
        assert (page.here.coverage.visited, page.here.coverage.operating) == (1, 1)
        before = figures_version()

        with unit_of_work():
            row = db.session.get_one(Problem, number)
            row.status, row.cleared_on = ProblemStatus.CLEARED, date(2026, 6, 8)
        assert figures_of(HERE, PUBLIC).waits
        counted()
        assert figures_version() != before
        page = figures_of(HERE, PUBLIC)
        assert not page.waits
        by_month = {one.month.month: one.figures for one in page.months}
        assert (by_month[5].tally.parts[Part.LATE], by_month[6].counts.cleared) == (1, 1)

        with unit_of_work():  # a day that was wrong leaves its month too
            db.session.get_one(Problem, number).found_on = date(2026, 4, 30)
        counted()
        by_month = {one.month.month: one.figures.counts.found for one in figures_of(HERE, PUBLIC).months}
        assert (by_month[4], by_month[5]) == (1, 1)

        with unit_of_work():
            made = db.session.get_one(Inspection, visited)
            made.withdrawn_at, made.withdrawn_reason = clock.now(), "录错了"
        counted()
        page = figures_of(HERE, PUBLIC)
        assert (page.here.figures.counts.visits, page.here.coverage.visited) == (0, 0)


def test_a_home_that_was_withdrawn_counts_nowhere(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            where, other = home("甲养老院"), home("乙养老院")
            number = where.id
            for one in (where, other):
                enter_problem(one, date(2026, 5, 4))
                visit(one, date(2026, 5, 4))
        counted()
        assert figures_of(HERE, PUBLIC).here.figures.counts.found == 2
        with unit_of_work():
            db.session.get_one(Institution, number).withdrawn = True
            count_change()
        counted()
        here = figures_of(HERE, PUBLIC).here
        assert (here.figures.counts.found, here.figures.counts.visits, here.coverage.operating) == (1, 1, 1)


def test_what_a_list_that_is_taken_back_withdraws_is_seen_at_night(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            enter_problem(home(), date(2026, 5, 4))
        counted()
        with unit_of_work():
            db.session.execute(update(Institution).values(withdrawn=True))
            count_change()
        put_accountability_right()
        counted()
        here = figures_of(HERE, PUBLIC).here
        assert (here.figures.counts.found, here.coverage.operating) == (0, 0)


def test_what_is_void_or_taken_back_counts_nowhere(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            where = home()
            enter_problem(where, date(2026, 5, 4), status=ProblemStatus.VOID)
            notice(
                where,
                clock.at(date(2026, 5, 6)),
                state=NoticeState.WITHDRAWN,
                withdrawn_at=clock.at(date(2026, 5, 7)),
                withdrawn_reason="写错了",
            )
        counted()
        counts = figures_of(HERE, PUBLIC).here.figures.counts
        assert (counts.found, counts.notices) == (1, 0)  # the notice's own problem stands


def test_a_visit_that_was_refused_covers_nothing(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            refused, last_year, seen = home("甲养老院"), home("乙养老院"), home("丙养老院")
            visit(refused, date(2026, 5, 4), InspectionResult.REFUSED)
            visit(last_year, date(2025, 12, 31))
            visit(seen, date(2026, 1, 1))
        counted()
        here = figures_of(HERE, PUBLIC).here
        assert (here.coverage.visited, here.coverage.operating) == (1, 3)
        assert (here.figures.counts.visits, here.figures.counts.refused) == (2, 1)


def test_few_that_the_public_told_of_are_not_told_and_do_not_follow_from_others(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            here, there = home("甲养老院"), home("乙养老院", OTHER)
            for where, month, number in ((here, 3, 1), (here, 4, 5), (there, 3, 4), (there, 4, 6)):
                for _ in range(number):
                    enter_problem(where, date(2026, month, 10), origin=ProblemOrigin.COMPLAINT)
        counted()
        told = {(one.region_label, one.month.month): one.figures.told for one in every_month(YEAR, PUBLIC)}
        # 1 is too few; its sister, its neighbour and the corner between them would give it away
        assert set(told.values()) == {None}
        months = {one.month.month: one.figures.told for one in figures_of(HERE, PUBLIC).months}
        assert (months[3], months[4]) == (None, None)
        page = figures_of(YEAR, PUBLIC)
        assert page.here.figures.told == 16
        assert {place.figures.told for place in page.places} == {6, 10}


def test_no_sisters_own_page_gives_away_the_few_of_a_region(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            few, more = home("甲养老院"), home("乙养老院", OTHER)
            for where, number in ((few, 2), (more, 5)):
                for _ in range(number):
                    enter_problem(where, date(2026, 3, 10), origin=ProblemOrigin.COMPLAINT)
        counted()
        page = figures_of(YEAR, PUBLIC)
        assert page.here.figures.told == 7
        assert {place.figures.told for place in page.places} == {None}
        for code in (COUNTY, OTHER):
            assert figures_of(FiguresChoice(code, 2026), PUBLIC).here.figures.told is None, code


def test_regions_are_ranked_from_ten_judged_problems_on(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            few, enough = home("甲养老院"), home("乙养老院", OTHER)
            for where, number in ((few, 9), (enough, 10)):
                for _ in range(number):
                    enter_problem(where, date(2026, 3, 2), date(2026, 3, 5), deadline=date(2026, 3, 10))
        counted()
        percents = {place.code: place.figures.tally.percent for place in figures_of(YEAR, PUBLIC).places}
        assert percents == {COUNTY: None, OTHER: 100}


def test_figures_cost_three_queries_however_many_months(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            spread(3, 60)
        counted()
        figures_of(YEAR, PUBLIC)
        with sent_statements() as sent:
            figures_of(YEAR, PUBLIC)
        assert len(sent) == 4  # the first month, the months, the coverage, the number of regions


def test_a_scope_sees_its_own_regions_alone(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            spread(3, 60)
        counted()
        page = figures_of(YEAR, Scope(public_only=False, regions=frozenset({COUNTY})))
        assert {place.code for place in page.places} == {COUNTY}
        assert page.here.coverage.operating == 1


def test_recount_finds_every_month_again(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            spread(5, 80)
            visit(home("丙养老院"), date(2025, 11, 3))
        counted()
        query = select(SupervisionMonth.region_code, SupervisionMonth.month, SupervisionMonth.counts)
        kept = {tuple(row) for row in db.session.execute(query)}
        with unit_of_work():
            assert figures.recount() == len(kept)
        counted()
        assert {tuple(row) for row in db.session.execute(query)} == kept


def test_the_command_counts_everything_anew(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), unit_of_work():
        enter_problem(home(), date(2026, 5, 4))
        db.session.execute(SupervisionMonth.__table__.delete())
    done = sqlite_app.test_cli_runner().invoke(args=["accountability", "count"])
    assert done.output == "counted 1 months of regions, ranked 1 homes\n"
    with sqlite_app.app_context():
        assert figures_of(HERE, PUBLIC, TODAY).here.figures.counts.found == 1
