"""Lists of problems and notices: every choice, both databases agreeing with the domain; and their cost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.domain.actor import PUBLIC, Scope
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemStatus
from portal.domain.registration import UnregisteredSteps
from portal.domain.standing import Standing
from portal.extensions import db
from portal.institutions.models import Disposition, UnregisteredHome
from portal.supervision.kinds import NoticeState, ProblemCategory, ProblemOrigin, Severity
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.queries import paging
from portal.supervision.queries.notice_facets import notice_facets
from portal.supervision.queries.notices import (
    NoticeChoice,
    NoticeSort,
    list_notices,
    notice_counts,
    notices_of_home,
)
from portal.supervision.queries.open_problems import open_counts, open_major
from portal.supervision.queries.problems import (
    ProblemChoice,
    ProblemSort,
    list_problems,
    problem_counts,
)
from portal.supervision.queries.visible import unregistered_named
from portal.supervision.service import notices, problems
from tests.integration.supervision.bureau import CITY, CIVIL, COUNTY, MONDAY, Bureau, counted, staff_scope

TODAY = date(2026, 3, 20)
STAFF = staff_scope()


@pytest.fixture
def both(app: Flask) -> Bureau:
    """On either database."""
    return Bureau(app)


class Story:
    """A few problems and notices, each standing differently on 20 March."""

    def __init__(self, bureau: Bureau) -> None:
        self.late, self.again = bureau.enter(title="灭火器过期"), 0
        self.overdue = bureau.enter(severity=Severity.MAJOR, criterion="4.1")
        self.running = bureau.enter(on=date(2026, 3, 10), category=ProblemCategory.FOOD, title="没有留样")
        self.cleared = bureau.enter(category=ProblemCategory.CARE)
        self.loose = bureau.enter(on=date(2026, 3, 11), who="消小防")
        self.late_notice = bureau.serve(bureau.issue(self.late, days=2))
        self.overdue_notice = bureau.serve(bureau.issue(self.overdue))
        day = date(2026, 3, 10)
        self.running_notice = bureau.serve(bureau.issue(self.running, on=day), day)
        self.cleared_notice = bureau.serve(bureau.issue(self.cleared))
        self.draft = bureau.draft(bureau.enter(on=date(2026, 3, 12)), on=date(2026, 3, 12))
        bureau.clear(self.late, date(2026, 3, 6))
        bureau.clear(self.cleared, date(2026, 3, 6))
        self.again = bureau.enter(on=date(2026, 3, 13), first_entry_id=self.late, title="灭火器又过期")
        for number in (self.late_notice, self.overdue_notice, self.running_notice, self.cleared_notice):
            bureau.publish(number, TODAY)
        bureau.publish_problem(self.again, TODAY)


def of_problems(bureau: Bureau, scope: Scope = STAFF, **asked: Any) -> list[int]:
    """Return the keys of the problems that a choice shows; the count has to agree."""
    rows, total = bureau.ask(list_problems, ProblemChoice(**asked), scope, TODAY, on=TODAY)
    assert total == len(rows)
    return [one.id for one in rows]


def of_notices(bureau: Bureau, scope: Scope = STAFF, **asked: Any) -> list[int]:
    """Return the keys of the notices that a choice shows; the count has to agree."""
    rows, total = bureau.ask(list_notices, NoticeChoice(**asked), scope, TODAY, on=TODAY)
    assert total == len(rows)
    return [one.id for one in rows]


def test_every_choice_of_problems_shows_what_it_says(both: Bureau) -> None:
    story = Story(both)
    s = Standing
    assert of_problems(both, state=s.OVERDUE) == [story.overdue]
    assert of_problems(both, state=s.LATE) == [story.late]
    assert set(of_problems(both, state=s.CLEARED)) == {story.late, story.cleared}
    assert of_problems(both, state=s.RECURRED) == [story.late]
    assert len(of_problems(both, state=s.OPEN)) == 5
    assert of_problems(both, status=ProblemStatus.ENTERED, department=Department.FIRE) == [story.loose]
    assert of_problems(both, severity=Severity.MAJOR) == [story.overdue]
    assert of_problems(both, category=ProblemCategory.FOOD) == [story.running]
    assert of_problems(both, without_notice=True) == [story.again, story.loose]
    assert of_problems(both, origin=ProblemOrigin.COMPLAINT) == []
    assert len(of_problems(both, published=False)) == 2
    assert of_problems(both, listed=True) == []
    assert of_problems(both, text="灭火器") == [story.again, story.late]
    assert of_problems(both, text="w2026-2") == [story.overdue]
    assert of_problems(both, text="100%") == []
    assert len(of_problems(both, text="示例敬老院")) == 7
    assert of_problems(both, region="350421") == []
    by_deadline = of_problems(both, sort=ProblemSort.DEADLINE, published=True)
    assert by_deadline == [story.overdue, story.running, story.again, story.late, story.cleared]


def test_every_choice_of_notices_shows_what_it_says(both: Bureau) -> None:
    story = Story(both)
    issued = [story.running_notice, story.cleared_notice, story.overdue_notice, story.late_notice]
    for scope in (STAFF, PUBLIC):
        assert of_notices(both, scope, state=Standing.OVERDUE) == [story.overdue_notice]
        assert of_notices(both, scope, state=Standing.LATE) == [story.late_notice]
        assert of_notices(both, scope, state=Standing.RECURRED) == [story.late_notice]
        assert of_notices(both, scope, category=ProblemCategory.CARE) == [story.cleared_notice]
        mixed = {"category": ProblemCategory.CARE, "severity": Severity.MAJOR}
        assert of_notices(both, scope, **mixed) == []
        assert of_notices(both, scope, text="〔2026〕2号") == [story.overdue_notice]
        assert of_notices(both, scope, text="W2026-000002") == [story.overdue_notice]
        assert of_notices(both, scope, department=Department.FIRE) == []
        assert of_notices(both, scope, sort=NoticeSort.DEADLINE, state=Standing.OPEN) == [
            story.overdue_notice, story.running_notice,
        ]  # fmt: skip
    assert of_notices(both, PUBLIC) == issued
    assert of_notices(both, PUBLIC, region=CITY) == issued
    assert of_notices(both, PUBLIC, notice_state=NoticeState.DRAFT) == issued  # the public can't ask for it
    assert of_notices(both, notice_state=NoticeState.DRAFT) == [story.draft]
    assert of_notices(both, published=False) == [story.draft]


def test_rows_say_how_each_stands_in_working_days(bureau: Bureau) -> None:
    story = Story(bureau)
    rows, _ = bureau.ask(list_notices, NoticeChoice(), PUBLIC, TODAY, on=TODAY)
    said = {one.id: (one.days.standing, one.days.over, one.days.left, one.recurred) for one in rows}
    assert said == {
        story.late_notice: (Standing.LATE, 2, 0, True),
        story.overdue_notice: (Standing.OVERDUE, 4, 0, False),
        story.running_notice: (Standing.OPEN, 0, 2, False),
        story.cleared_notice: (Standing.CLEARED, 0, 0, False),
    }
    row = next(one for one in rows if one.id == story.overdue_notice)
    assert (row.problems, row.still_open, row.severity, row.overdue) == (1, 1, Severity.MAJOR, True)
    assert (row.home.name, row.region_label) == ("示例敬老院", "福建省三明市三元区")
    found, _ = bureau.ask(list_problems, ProblemChoice(), PUBLIC, TODAY, on=TODAY)
    by_id = {one.id: one for one in found}
    assert (by_id[story.late].recurred, by_id[story.again].again) == (True, True)
    assert by_id[story.overdue].overdue
    assert by_id[story.late].notice_number == "三元民整〔2026〕1号"


def test_a_recurrence_that_is_not_public_is_not_told(bureau: Bureau) -> None:
    first = bureau.enter()
    number = bureau.publish(bureau.issue(first))
    bureau.clear(first, date(2026, 3, 6))
    again = bureau.enter(on=date(2026, 3, 13), first_entry_id=first)
    assert of_notices(bureau, state=Standing.RECURRED) == [number]
    assert of_notices(bureau, PUBLIC, state=Standing.RECURRED) == []
    bureau.do("审大力", problems.void, (Problem, again), "登错了", on=date(2026, 3, 13))
    assert of_notices(bureau, state=Standing.RECURRED) == []


def test_the_staff_see_their_region_and_every_department_of_it(bureau: Bureau) -> None:
    Story(bureau)
    elsewhere = bureau.enter_home("邻县敬老院", "350421")
    other = bureau.enter(who="邻小近", institution_id=elsewhere)
    assert other not in of_problems(bureau)
    assert of_problems(bureau, Scope(False)).count(other) == 1
    assert of_problems(bureau, Scope(False), region=COUNTY) == of_problems(bureau)
    rows, _ = bureau.ask(list_problems, ProblemChoice(), STAFF, TODAY, on=TODAY)
    assert {one.department for one in rows} == {CIVIL, Department.FIRE}


def test_what_waits_is_counted(bureau: Bureau) -> None:
    Story(bureau)
    found = bureau.ask(problem_counts, STAFF, TODAY, on=TODAY)
    assert (found.open, found.overdue, found.to_accept, found.without_notice, found.major, found.listed) == (
        5, 1, 0, 2, 1, 0,
    )  # fmt: skip
    waiting = bureau.ask(notice_counts, STAFF, TODAY, CIVIL, on=TODAY)
    assert (waiting.drafts, waiting.to_review, waiting.to_serve, waiting.overdue, waiting.to_publish) == (
        1, 0, 0, 1, 0,
    )  # fmt: skip


def test_choices_are_counted_under_one_another(both: Bureau) -> None:
    Story(both)

    def facets(**asked: Any) -> Any:
        return both.ask(notice_facets, NoticeChoice(**asked), TODAY, on=TODAY)

    found, s, c = facets(), Standing, ProblemCategory
    assert (found.total, found.everything) == (4, 4)
    assert found.states == {s.OPEN: 2, s.OVERDUE: 1, s.CLEARED: 2, s.LATE: 1, s.RECURRED: 1}
    assert found.categories == {c.FIRE: 2, c.FOOD: 1, c.CARE: 1}
    assert found.severities == {Severity.SERIOUS: 3, Severity.MAJOR: 1}
    assert found.departments == {CIVIL: 4}
    assert [(one.label, one.count) for one in found.regions.choices] == [("三元区", 4)]
    fire = facets(category=c.FIRE)
    assert (fire.total, fire.states) == (2, {s.OPEN: 1, s.OVERDUE: 1, s.CLEARED: 1, s.LATE: 1, s.RECURRED: 1})
    assert fire.categories == found.categories
    assert fire.severities == {Severity.SERIOUS: 1, Severity.MAJOR: 1}
    assert facets(state=s.OVERDUE, severity=Severity.SERIOUS).total == 0
    assert facets(region="350421").total == 0
    for standing in Standing:
        assert facets(state=standing).total == len(of_notices(both, PUBLIC, state=standing))


def test_counts_are_kept_until_something_changes(bureau: Bureau) -> None:
    story = Story(bureau)
    with bureau.app.app_context(), clock.moved_to(clock.at(TODAY)):
        notice_facets(NoticeChoice(), TODAY)
        with counted() as statements:
            assert notice_facets(NoticeChoice(), TODAY).states[Standing.OVERDUE] == 1
        assert not [one for one in statements if "rectification_notice" in one]
        assert notice_facets(NoticeChoice(), TODAY + timedelta(30)).states[Standing.OVERDUE] == 2
    bureau.do("审大力", notices.withdraw, (RectificationNotice, story.overdue_notice), "发错了", on=TODAY)
    assert bureau.ask(notice_facets, NoticeChoice(), TODAY, on=TODAY).everything == 3


def test_a_page_costs_the_same_queries_however_many_it_shows(bureau: Bureau) -> None:
    def cost() -> int:
        with bureau.app.app_context(), counted() as statements:
            list_notices(NoticeChoice(), PUBLIC, TODAY)
            list_problems(ProblemChoice(), PUBLIC, TODAY)
        return len(statements)

    bureau.publish(bureau.issue(bureau.enter()))
    before = cost()
    for _ in range(4):
        bureau.publish(bureau.issue(bureau.enter(), bureau.enter()))
    assert cost() == before


def test_counting_and_paging_stop_somewhere(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        bureau.enter()
    monkeypatch.setattr(paging, "MOST", 2)
    rows, total = bureau.ask(list_problems, ProblemChoice(), STAFF, TODAY, 0, 1, on=TODAY)
    assert (len(rows), total) == (1, 3)  # one more than is counted: "2+"


def test_pages_follow_one_another_over_several_regions(both: Bureau) -> None:
    elsewhere = both.enter_home("邻县敬老院", "350421")
    made = [
        both.enter(on=MONDAY + timedelta(number), **({} if number % 2 else far))
        for number in range(6)
        for far in [{"who": "邻小近", "institution_id": elsewhere}]
    ]
    city = Scope(False, frozenset({COUNTY, "350421"}))
    seen = [
        one.id
        for page in range(3)
        for one in both.ask(list_problems, ProblemChoice(), city, TODAY, 2 * page, 2, on=TODAY)[0]
    ]
    assert seen == made[::-1]


def test_homes_with_open_problems_are_found_at_once(bureau: Bureau) -> None:
    story = Story(bureau)
    quiet = bureau.enter_home("第二敬老院")
    counts = bureau.ask(open_counts, [bureau.home, quiet], PUBLIC, TODAY, on=TODAY)
    assert {key: (one.open, one.overdue, one.major) for key, one in counts.items()} == {
        bureau.home: (3, 1, 1)
    }
    assert bureau.ask(open_counts, None, STAFF, TODAY, on=TODAY)[bureau.home].open == 5
    (major,) = bureau.ask(open_major, None, PUBLIC, on=TODAY)[bureau.home]
    assert (major.number, major.listed) == (bureau.problem(story.overdue).number, False)
    of_home = bureau.ask(notices_of_home, PUBLIC, TODAY, institution_id=bureau.home, limit=1, on=TODAY)
    assert (len(of_home[0]), of_home[1]) == (1, 4)


DAYS = [None, date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)]


def test_who_is_named_in_public_is_what_the_steps_say(bureau: Bureau) -> None:
    today, made = MONDAY, {}
    for number, (verified, told, ended, removed) in enumerate(
        (v, t, e, r) for v in DAYS for t in DAYS for e in DAYS for r in (None, MONDAY, date(2026, 3, 3))
    ):
        disposition = [None, None, Disposition.SHUT, Disposition.NOT_A_HOME, Disposition.REGISTERED][
            number % 5
        ]
        made[f"x{number:04}"] = (verified, told, ended, removed, disposition)
    with bureau.app.app_context():
        db.session.add_all(
            UnregisteredHome(
                public_id=public_id, name="某点", region_code=COUNTY, found_on=MONDAY, found_how="survey",
                verified_on=verified, operator_told_on=told, objection_ended_on=ended, removed_on=removed,
                disposition=disposition, withdrawn=False,
            )
            for public_id, (verified, told, ended, removed, disposition) in made.items()
        )  # fmt: skip
        db.session.flush()
        named = set(
            db.session.scalars(db.select(UnregisteredHome.public_id).where(unregistered_named(today)))
        )
        db.session.rollback()
    settled = (Disposition.NOT_A_HOME, Disposition.REGISTERED)
    expected = {
        public_id
        for public_id, (*days, disposition) in made.items()
        if UnregisteredSteps(*days, settled=disposition in settled).public_on(today)
    }
    assert named == expected
    assert 0 < len(named) < len(made)
