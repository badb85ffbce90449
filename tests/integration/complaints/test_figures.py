"""The public figures against a plain count of a random history; kept in step; small ones left out."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from statistics import median

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.complaints import figures
from portal.complaints.kinds import Rating
from portal.complaints.models import CaseRound
from portal.complaints.queries.figures import (
    FiguresChoice,
    Handlings,
    every_month,
    figures_of,
    figures_version,
)
from portal.complaints.service.citizen import ask_again, rate, withdraw
from portal.domain.actor import PUBLIC, Scope
from portal.domain.case_figures import Part, Tally
from portal.domain.case_status import CaseStatus
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.cases import COUNTY, NOON, acting_at, case_of, lodge_case
from tests.integration.complaints.histories import (
    PLACES,
    TODAY,
    Handling,
    enter,
    enter_counted,
    history,
    works,
)

LATE_BY = ((9, 23), (10, 0), (31, 0))
"""Day and hour of March: within the first answer's last day, after it, after that of the final one."""


def judged(made: list[Handling], which: str) -> tuple[dict[Part, int], float | None]:
    """Count one clock the long way round."""
    parts, days = dict.fromkeys(Part, 0), []
    for one in made:
        due, at = getattr(one, f"{which}_due"), getattr(one, which)
        if at is not None:
            parts[Part.IN_TIME if at.date() <= due else Part.LATE] += 1
            day, taken = one.received.date(), 0
            while day < at.date():
                day += timedelta(days=1)
                away = which == "final" and one.asked and one.answered and one.asked < day < one.answered
                taken += works(day) and not away
            days.append(taken)
        elif one.withdrawn is not None and one.withdrawn.date() <= due:
            parts[Part.WITHDRAWN] += 1
        else:
            parts[Part.OVERDUE if due < TODAY else Part.RUNNING] += 1
    return parts, median(days) if days else None


def assert_is(found: Handlings, made: list[Handling]) -> None:
    assert found.received == len(made)
    for which, clock_of in (("first", found.first), ("final", found.final)):
        assert isinstance(clock_of, Tally)
        parts, middle = judged(made, which)
        assert clock_of.parts == parts
        assert clock_of.median_days == middle
        assert sum(clock_of.parts.values()) == found.received


def test_the_figures_are_a_plain_count_of_the_history(app: Flask) -> None:
    with app.app_context():
        made = history(20260715, 400)
        with unit_of_work():
            enter(made)
            months = figures.recount()
        while figures.refresh_stale(7):
            pass
        assert months == len({(one.place, one.received.date().replace(day=1)) for one in made})
        for region, places in ((None, PLACES), (COUNTY, (COUNTY,)), ("350400", PLACES[:3])):
            page = figures_of(FiguresChoice(region, 2026), PUBLIC, TODAY)
            mine = [one for one in made if one.place in places]
            once, again = ([one for one in mine if one.number == number] for number in (1, 2))
            assert_is(page.here.once, once)
            assert_is(page.here.again, again)
            assert page.here.reopened == sum(one.again for one in once)
            assert page.here.ratings == Counter(one.rating.value for one in once if one.rating)
            still = [one for one in mine if one.final is None and one.withdrawn is None]
            late = [one for one in still if (one.final_due if one.first else one.first_due) < TODAY]
            assert (page.here.open_now, page.here.overdue_now) == (len(still), len(late))
            for month in page.months:
                received = [one for one in once if one.received.date().replace(day=1) == month.month]
                assert_is(month.figures.once, received)
        assert {place.code for place in page.places} == set(PLACES[:3])
        for place in page.places:
            assert_is(place.figures.once, [o for o in made if o.place == place.code and o.number == 1])


def test_regions_are_ranked_from_ten_judged_cases_on_and_not_before(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        enter_counted(history(7, 300))
        page = figures_of(FiguresChoice("350400", 2026), PUBLIC, TODAY)
        percents = [place.figures.once.first.percent for place in page.places]
        ranked = [percent for percent in percents if percent is not None]
        assert ranked == sorted(ranked, reverse=True)
        assert percents[len(ranked) :] == [None] * (len(percents) - len(ranked))
        for place in page.places:
            enough = place.figures.once.first.judged >= 10
            assert (place.figures.once.first.percent is not None) is enough


def test_a_month_follows_what_happens_to_its_cases(sqlite_app: Flask) -> None:
    app = sqlite_app
    number, _ = lodge_case(app)
    other, _ = lodge_case(app)

    day = NOON.date()

    def here() -> tuple[int, ...]:
        with app.app_context():
            assert figures_of(FiguresChoice(), PUBLIC, day).waits
            before = figures_version()
            with clock.moved_to(clock.at(day, 18)):
                assert figures.refresh_stale() == 1
            assert figures_version() != before
            page = figures_of(FiguresChoice(), PUBLIC, day)
            assert not page.waits
            parts = page.here.once.first.parts
            return (page.here.once.received, parts[Part.RUNNING], parts[Part.WITHDRAWN], page.here.open_now)

    assert here() == (2, 2, 0, 2)
    with acting_at(app, NOON):
        withdraw(case_of(number))
    assert here() == (2, 1, 1, 1)
    with app.app_context():
        assert figures.refresh_stale() == 0
        late = figures_of(FiguresChoice(), PUBLIC, date(2026, 3, 10))
        assert (late.here.overdue_now, late.here.once.first.parts[Part.OVERDUE]) == (1, 1)
        assert figures_of(FiguresChoice(), PUBLIC, date(2026, 3, 9)).here.overdue_now == 0
    del other


def test_what_is_taken_back_once_it_is_late_stays_late(sqlite_app: Flask) -> None:
    app = sqlite_app
    last_moment, over, both_over = (clock.at(date(2026, 3, day), hour) for day, hour in LATE_BY)
    for moment in (last_moment, over, both_over):
        number, _ = lodge_case(app)
        with acting_at(app, moment):
            withdraw(case_of(number))
    with app.app_context():
        figures.refresh_stale()
        page = figures_of(FiguresChoice(), PUBLIC, date(2026, 4, 20))
        first, final = page.here.once.first.parts, page.here.once.final.parts
        assert (first[Part.WITHDRAWN], first[Part.OVERDUE]) == (1, 2)
        assert (final[Part.WITHDRAWN], final[Part.OVERDUE]) == (2, 1)
        assert (page.here.open_now, page.here.overdue_now) == (0, 0)  # nobody owes them anything


def test_a_second_handling_counts_apart_and_what_is_owed_of_last_year_is_owed_now(sqlite_app: Flask) -> None:
    app = sqlite_app
    number, _ = lodge_case(app)
    with acting_at(app, NOON):
        case = case_of(number)
        case.status = CaseStatus.CLOSED
        opened = db.session.scalars(select(CaseRound)).one()
        opened.first_answered_at = opened.final_answered_at = NOON
        rate(case, Rating.UNSATISFIED)
        ask_again(case, "还是没有人值夜班。")
    with app.app_context():
        figures.refresh_stale()
        page = figures_of(FiguresChoice(), PUBLIC, date(2026, 3, 3))
        assert (page.here.once.received, page.here.again.received, page.here.reopened) == (1, 1, 1)
        assert page.here.ratings == {"unsatisfied": 1}
        assert page.here.once.first.parts[Part.IN_TIME] == 1
        assert page.here.again.first.parts[Part.RUNNING] == 1
        later = figures_of(FiguresChoice(), PUBLIC, date(2027, 6, 1))
        assert (later.here.once.received, later.here.open_now, later.here.overdue_now) == (0, 1, 1)
        assert figures_of(FiguresChoice(year=2026), PUBLIC, date(2027, 6, 1)).here.once.received == 1


def test_one_or_two_cases_in_a_month_are_not_told_apart(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        enter_counted(history(3, 120))
        listed = every_month(FiguresChoice(None, 2026), PUBLIC, TODAY)
        small = [one for one in listed if 0 < one.figures.once.received < 3]
        assert small
        assert all(one.figures.small for one in small)
        for county in {one.region_label for one in listed if "三明" in one.region_label}:
            assert sum(one.figures.small for one in listed if one.region_label == county) != 1
        county = figures_of(FiguresChoice("350425", 2026), PUBLIC, TODAY)
        assert any(month.figures.few for month in county.months)
        hidden = {one.month for one in listed if one.figures.small and "大田" in one.region_label}
        assert hidden == {one.month for one in county.months if one.figures.small}


def test_the_command_counts_everything_anew(sqlite_app: Flask) -> None:
    made = history(9, 50)
    with sqlite_app.app_context(), unit_of_work():
        enter(made)
    done = sqlite_app.test_cli_runner().invoke(args=["complaints", "count"])
    months = {(one.place, one.received.date().replace(day=1)) for one in made}
    assert (done.exit_code, done.output) == (0, f"counted {len(months)} months of regions\n")
    with sqlite_app.app_context():
        page = figures_of(FiguresChoice(year=2026), PUBLIC, TODAY)
        assert page.here.once.received == sum(one.number == 1 for one in made)
        assert not page.waits


def test_the_scope_bounds_what_is_counted(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        enter_counted(history(5, 60))
        all_of_it = figures_of(FiguresChoice(), PUBLIC, TODAY).here.once.received
        own = figures_of(FiguresChoice(), Scope(public_only=True, regions=frozenset({COUNTY})), TODAY)
        assert 0 < own.here.once.received < all_of_it
