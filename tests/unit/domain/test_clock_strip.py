"""A complaint's count day by day: what a question passed over, where it went on, what was answered when."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from portal.domain.clock_strip import final_answer_strip, first_answer_strip
from portal.domain.day_strip import DayStrip, StripCell, StripGap, StripPause, day_strip
from portal.domain.response_clock import Pause
from portal.domain.working_days import Arranged, DayFact, Due, WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
SPRING = {date(2026, 2, day): DayFact(Arranged.REST, "春节") for day in range(16, 24)} | {
    date(2026, 2, day): DayFact(Arranged.WORK, "春节") for day in (14, 28)
}
CALENDAR = WorkingCalendar(2025, 2027, SPRING, frozenset({2025, 2026}))
MONDAY = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)


def march(day: int) -> date:
    return date(2026, 3, day)


def numbers(strip: DayStrip) -> list[int | str | None]:
    """Return what stands on each cell; a paused working day is "…"."""
    cells = [cell for cell in strip.cells if isinstance(cell, StripCell)]
    return ["…" if cell.paused else cell.number for cell in cells]


def test_the_first_answer_is_the_plain_strip_with_the_day_of_the_answer() -> None:
    plain = day_strip(CALENDAR, march(2), 5, march(4))
    assert first_answer_strip(CALENDAR, MONDAY, march(4)) == plain
    answered = first_answer_strip(
        CALENDAR, MONDAY, march(12), datetime(2026, 3, 5, 17, tzinfo=ZoneInfo("UTC"))
    )
    marked = [cell.day for cell in answered.cells if isinstance(cell, StripCell) and cell.is_answered]
    assert marked == [march(6)]  # the next day already, in Shanghai
    late = first_answer_strip(CALENDAR, MONDAY, march(12), datetime(2026, 3, 10, 9, tzinfo=SHANGHAI))
    assert not any(isinstance(cell, StripCell) and cell.is_answered for cell in late.cells)


def test_days_between_question_and_answer_are_marked_and_the_numbers_go_on_after_them() -> None:
    pause = Pause(march(3), march(10))
    strip = final_answer_strip(CALENDAR, MONDAY, march(11), days=5, pause=pause)
    assert numbers(strip) == [0, 1, "…", "…", "…", None, None, "…", 2, 3, 4, 5]
    assert strip.due == Due(march(13), False)
    assert strip.pause == StripPause(march(3), march(10), 4, False, False, None)


def test_a_running_pause_says_what_an_answer_today_would_make_of_it() -> None:
    strip = final_answer_strip(CALENDAR, MONDAY, march(5), days=5, pause=Pause(march(3)))
    assert strip.due.day == march(20)  # as stored: it ends by itself on the 17th
    assert strip.pause == StripPause(march(3), march(17), 9, False, True, Due(march(10), False))


def test_a_pause_that_ended_by_itself_says_so_also_when_an_answer_came_after() -> None:
    for pause in (Pause(march(3)), Pause(march(3), march(18))):
        strip = final_answer_strip(CALENDAR, MONDAY, march(19), days=5, pause=pause)
        assert strip.pause == StripPause(march(3), march(17), 9, True, False, None)
    on_the_day = final_answer_strip(CALENDAR, MONDAY, march(19), days=5, pause=Pause(march(3), march(17)))
    assert on_the_day.pause is not None
    assert not on_the_day.pause.by_itself


def test_a_question_that_passed_nothing_over_is_no_pause() -> None:
    for pause in (Pause(march(3), march(3)), Pause(march(3), march(4)), Pause(march(9), march(20))):
        strip = final_answer_strip(CALENDAR, MONDAY, march(4), days=5, pause=pause)
        assert (strip.pause, strip.due.day) == (None, march(9))
        assert "…" not in numbers(strip)


def test_rest_days_within_a_pause_keep_their_reason_and_a_worked_weekend_in_it_does_not_count() -> None:
    received = datetime(2026, 2, 12, 9, tzinfo=SHANGHAI)
    pause = Pause(date(2026, 2, 13), date(2026, 2, 25))
    strip = final_answer_strip(CALENDAR, received, date(2026, 2, 25), days=4, pause=pause)
    assert numbers(strip) == [0, 1, "…", *[None] * 9, "…", 2, 3, 4]
    assert strip.made_up == ()
    assert (strip.holidays, strip.weekends) == (("春节",), True)


def test_a_case_shows_each_of_its_days_however_long_it_took() -> None:
    strip = final_answer_strip(CALENDAR, MONDAY, march(20), days=20, pause=Pause(march(10)), extension=20)
    assert strip.whole
    assert (strip.working_days, strip.extension) == (40, 20)
    assert len(strip.cells) > 60
    longest = final_answer_strip(CALENDAR, MONDAY, march(20), days=150)
    assert any(isinstance(cell, StripGap) for cell in longest.cells)
