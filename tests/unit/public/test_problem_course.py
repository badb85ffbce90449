"""The course of a problem: each last day that was missed stands where it belongs, what is next at the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from portal.domain.permissions import Department
from portal.domain.rectification import ProblemEvent, ProblemStatus
from portal.domain.standing import day_count
from portal.domain.working_days import WorkingCalendar
from portal.public.problem_course import course_of
from portal.supervision.kinds import ProblemCategory, ProblemOrigin, Severity
from portal.supervision.queries.problem_log import ChainLink
from portal.supervision.queries.problem_page import ProblemView
from portal.supervision.queries.problems import ProblemRow
from portal.supervision.queries.visible import HomeShown

E = ProblemEvent
CALENDAR = WorkingCalendar(2025, 2027, {}, frozenset({2025, 2026, 2027}))


def day(number: int) -> date:
    return date(2026, 3, number)


LATER = day(20)


def link(event: ProblemEvent, on: date, **said: Any) -> ChainLink:
    names = ("notice", "notice_number", "deadline", "before", "visit", "found_again", "problem", "to")
    return ChainLink(event=event, on=on, days=None, since_found=None, **{**dict.fromkeys(names), **said})


def view(*chain: ChainLink, deadline: date | None, cleared: date | None = None) -> ProblemView:
    status = ProblemStatus.CLEARED if cleared else ProblemStatus.IN_PROGRESS
    days = day_count(CALENDAR, deadline, cleared, LATER)
    row = ProblemRow(
        id=1, public_id="abcd2345", number="W2026-000001", home=HomeShown("示例敬老院", "hijk2345", None),
        institution_id=1, region_code="350404", region_label="三元区", department=Department.CIVIL_AFFAIRS,
        origin=ProblemOrigin.INSPECTION, category=ProblemCategory.FIRE, severity=Severity.MINOR, title="甲",
        status=status, found_on=day(2), deadline=deadline, cleared_on=cleared, days=days, recurred=False,
        again=False, listed=False, notice=None, notice_number=None, published=True, version=1,
    )  # fmt: skip
    nothing = dict.fromkeys(
        ("basis", "criterion", "responsible", "handed_on", "handed_to", "listed_on", "listed_by",
         "listed_until", "delisted_on", "description", "measure", "public_text",
         "published_at", "entered_by", "entered_at", "submitted_staff_id", "place"),
    )  # fmt: skip
    return ProblemView(
        row=row, text="甲", chain=chain, total_days=None, days=days, notices=(), entries=(), visits=(),
        photos=(), log=(), version=1, **nothing,
    )  # fmt: skip


def told(found: ProblemView, today: date = LATER) -> list[tuple[str, str]]:
    return [
        ("" if step.on is None else f"{step.on.day}", step.title)
        for step in course_of(found, CALENDAR, today)
    ]


ENTER, SERVE = link(E.ENTER, day(2)), link(E.SERVE, day(3), deadline=day(10))
OVER = "期限过了，没有改好"


def test_a_last_day_that_still_runs_is_what_comes_next() -> None:
    assert told(view(ENTER, SERVE, deadline=day(10)), day(10)) == [
        ("2", "查出问题"), ("3", "通知书送到"), ("", "等改好"),
    ]  # fmt: skip
    assert told(view(ENTER, SERVE, deadline=day(10)), day(11))[2:] == [("11", OVER), ("", "等改好")]


def test_an_extension_in_time_misses_nothing() -> None:
    extend = link(E.EXTEND, day(10), deadline=day(17), before=day(10))
    assert (("11", OVER)) not in told(view(ENTER, SERVE, extend, deadline=day(17)))
    assert told(view(ENTER, SERVE, extend, deadline=day(17)))[3:] == [("18", OVER), ("", "等改好")]


def test_an_extension_after_the_last_day_leaves_it_missed() -> None:
    extend = link(E.EXTEND, day(12), deadline=day(24), before=day(10))
    assert told(view(ENTER, SERVE, extend, deadline=day(24)))[2:] == [
        ("11", OVER), ("12", "期限延长"), ("", "等改好"),
    ]  # fmt: skip


def test_what_was_put_right_on_its_last_day_was_in_time() -> None:
    clear = link(E.CLEAR, day(10))
    assert told(view(ENTER, SERVE, clear, deadline=day(10), cleared=day(10)))[2:] == [
        ("10", "验收合格，销号")
    ]
    late = link(E.CLEAR, day(11))
    assert told(view(ENTER, SERVE, late, deadline=day(10), cleared=day(11)))[2:] == [
        ("11", OVER), ("11", "验收合格，销号"),
    ]  # fmt: skip


def test_what_waits_for_acceptance_says_so() -> None:
    submit = link(E.SUBMIT, day(9))
    assert told(view(ENTER, SERVE, submit, deadline=day(10)), day(9))[-1] == ("", "等验收")


def test_each_step_tells_the_working_days_since_the_one_before() -> None:
    steps = course_of(view(ENTER, SERVE, deadline=day(10)), CALENDAR, day(20))
    # found on Monday, served on Tuesday, over on Wednesday of the week after
    assert [step.since for step in steps] == [None, 1, 6, None]


@pytest.mark.parametrize("origin", [ProblemOrigin.COMPLAINT, ProblemOrigin.SUGGESTION])
def test_of_what_the_public_told_of_no_day_of_finding_can_be_reckoned(origin: ProblemOrigin) -> None:
    found = view(ENTER, SERVE, link(E.CLEAR, day(9)), deadline=day(10), cleared=day(9))
    found = replace(found, row=replace(found.row, origin=origin), total_days=5)
    steps = course_of(found, CALENDAR, day(20))
    assert steps[0].month_alone
    assert [step.since for step in steps] == [None, None, 4]
    assert "工作日" not in steps[-1].line
