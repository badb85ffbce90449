"""Amendments of the calendar on both databases: the last notice decides, a withdrawn one never did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from portal.domain.actor import Actor
from portal.domain.working_days import Arranged, DayFact, DayKind
from portal.extensions import db
from portal.reference.calendar import every_notice, notices_in_force, working_calendar
from portal.reference.calendar_file import read_days
from portal.reference.calendar_models import CalendarNotice
from portal.reference.calendar_service import (
    AmendmentRefused,
    NoticeDocument,
    amend_calendar,
    preview_amendment,
    withdraw_amendment,
)
from portal.unit_of_work import unit_of_work

CLERK = Actor("经办")
MOVED = NoticeDocument("国务院办公厅关于调整放假安排的通知", "国办发明电〔2026〕9号", "https://example.cn/9")
WHOLE = NoticeDocument("国务院办公厅关于2027年部分节假日安排的通知")
DECEMBER = {
    date(2026, 12, 31): DayFact(Arranged.REST, "元旦"),
    date(2026, 12, 27): DayFact(Arranged.WORK, "元旦"),
}
YEAR_2027 = """日期,安排,节日
2027-01-01至2027-01-03,放假,元旦
2027-02-05至2027-02-13,放假,春节
2027-02-20，上班，春节
2027年4月3日..2027年4月5日,放假,清明节
2027-05-01至2027-05-05,放假,劳动节
2027-10-01~2027-10-07,放假,国庆节
2027-10-09,上班,国庆节
"""


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()


def enter(days: dict[date, DayFact], document: NoticeDocument, whole_year: int | None = None) -> int:
    with unit_of_work():
        return amend_calendar(days, document, CLERK, whole_year=whole_year).notice_id


def test_an_amended_day_counts_as_the_notice_says() -> None:
    before = working_calendar()
    number = enter(DECEMBER, MOVED)
    calendar = working_calendar()
    assert calendar.why(date(2026, 12, 27)).kind is DayKind.MAKE_UP
    assert calendar.why(date(2026, 12, 31)).notice == number
    assert before.due(date(2026, 12, 25), 1).day == date(2026, 12, 28)
    assert calendar.due(date(2026, 12, 25), 1).day == date(2026, 12, 27)


def test_the_notice_is_kept_with_its_paper_and_who_entered_it() -> None:
    number = enter(DECEMBER, MOVED)
    (view,) = notices_in_force()
    assert (view.id, view.title, view.document_number, view.url) == (
        number,
        MOVED.title,
        MOVED.number,
        MOVED.url,
    )
    assert view.entered_by == "经办"
    assert [day for day, _ in view.days] == sorted(DECEMBER)


def test_the_later_notice_decides_and_withdrawing_it_brings_the_earlier_back() -> None:
    first = enter(DECEMBER, MOVED)
    second = enter({date(2026, 12, 31): DayFact(Arranged.WORK, "元旦")}, NoticeDocument("更正"))
    assert working_calendar().why(date(2026, 12, 31)).notice == second
    assert working_calendar().is_working_day(date(2026, 12, 31))
    with unit_of_work():
        changed = withdraw_amendment(second, "录错了", CLERK).changes
    assert [one.day for one in changed] == [date(2026, 12, 31)]
    assert working_calendar().why(date(2026, 12, 31)).notice == first
    assert [one.in_force for one in every_notice()] == [True, False]
    with pytest.raises(AmendmentRefused), unit_of_work():
        withdraw_amendment(second, "再撤一次", CLERK)


def test_a_whole_years_arrangement_publishes_the_year() -> None:
    received = date(2026, 12, 24)
    assert working_calendar().due(received, 20).provisional is True
    number = enter(read_days(YEAR_2027), WHOLE, 2027)
    calendar = working_calendar()
    assert calendar.published_to == date(2027, 12, 31)
    assert calendar.due(received, 20).provisional is False
    assert calendar.why(date(2027, 2, 20)).kind is DayKind.MAKE_UP
    assert calendar.why(date(2027, 6, 9)).kind is DayKind.WORKDAY  # what it does not name is an ordinary day
    with unit_of_work():
        withdraw_amendment(number, "录错了", CLERK)
    assert working_calendar().published_to == date(2026, 12, 31)
    assert working_calendar().why(date(2027, 6, 9)).name == "端午节"


def test_what_was_rolled_back_is_forgotten_even_if_its_number_is_used_again() -> None:
    with pytest.raises(RuntimeError), unit_of_work():
        amend_calendar(DECEMBER, MOVED, CLERK)
        assert working_calendar().is_working_day(date(2026, 12, 27))
        raise RuntimeError
    assert not working_calendar().is_working_day(date(2026, 12, 27))
    enter({date(2026, 12, 26): DayFact(Arranged.WORK, "元旦")}, MOVED)
    assert not working_calendar().is_working_day(date(2026, 12, 27))
    assert working_calendar().is_working_day(date(2026, 12, 26))


def test_a_preview_writes_nothing() -> None:
    assert [one.day for one in preview_amendment(DECEMBER, MOVED)] == sorted(DECEMBER)
    assert db.session.scalar(select(CalendarNotice.id)) is None


def test_asking_again_costs_one_query(app: Flask) -> None:
    enter(DECEMBER, MOVED)
    working_calendar()
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    working_calendar()
    assert len(asked) == 1
    with app.test_request_context():
        for _ in range(3):
            working_calendar()
            notices_in_force()
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("days", "document", "whole_year", "words"),
    [
        ({}, MOVED, None, "没有写一个"),
        (DECEMBER, NoticeDocument(" "), None, "依据的文件"),
        (DECEMBER, NoticeDocument("通知", url="javascript:alert(1)"), None, "https://"),
        (DECEMBER, NoticeDocument("通" * 301), None, "太长"),
        ({date(2026, 12, 31): DayFact(Arranged.REST, " ")}, MOVED, None, "什么节日"),
        ({date(2200, 12, 31): DayFact(Arranged.REST, "元旦")}, MOVED, None, "范围"),
        ({date(2026, 10, 1): DayFact(Arranged.REST, "国庆节")}, MOVED, None, "没有要改"),
        (DECEMBER, MOVED, 2027, "1月1日"),
        (DECEMBER, MOVED, 2030, "不属于"),
    ],
)
def test_a_notice_that_cannot_stand_is_refused_in_words(
    days: dict[date, DayFact], document: NoticeDocument, whole_year: int | None, words: str
) -> None:
    with pytest.raises(AmendmentRefused, match=words), unit_of_work():
        amend_calendar(days, document, CLERK, whole_year=whole_year)
    assert every_notice() == []


def test_the_same_notice_twice_is_refused_until_it_is_withdrawn() -> None:
    number = enter(DECEMBER, MOVED)
    with pytest.raises(AmendmentRefused, match="已经录入"):
        enter(DECEMBER, MOVED)
    with unit_of_work():
        withdraw_amendment(number, "录错了", CLERK)
    assert enter(DECEMBER, MOVED) > number


def test_the_database_refuses_half_a_withdrawal() -> None:
    number = enter(DECEMBER, MOVED)
    with pytest.raises(IntegrityError), unit_of_work():
        notice = db.session.get_one(CalendarNotice, number)
        notice.withdrawn_by = "经办"
