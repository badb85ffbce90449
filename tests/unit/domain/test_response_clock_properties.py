"""What holds of the clocks of a complaint whatever the calendar, the question and the answer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.clock_strip import final_answer_strip, first_answer_strip
from portal.domain.day_strip import StripCell
from portal.domain.response_clock import (
    PAUSE_MOST,
    Judgement,
    Pause,
    deadline,
    final_answer_due,
    first_answer_due,
    judge,
    local_day,
    soon_until,
    working_days_left,
    working_days_over,
    working_days_taken,
)
from portal.domain.working_days import Arranged, DayFact, WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = date(2026, 1, 1)
_offsets = st.integers(0, 150)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """A calendar with any days of half a year off or worked, and 2027 published or not."""
    facts = draw(st.dictionaries(_offsets, st.sampled_from(Arranged), max_size=40))
    named = {START + timedelta(n): DayFact(arranged, "某节") for n, arranged in facts.items()}
    return WorkingCalendar(2026, 2028, named, frozenset(draw(st.sampled_from([(2026,), (2026, 2027)]))))


received_at = st.builds(
    lambda minutes: datetime(2026, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=minutes),
    st.integers(0, 120 * 24 * 60),
)
totals = st.tuples(st.integers(1, 25), st.integers(0, 10))
waits = st.tuples(st.integers(0, 40), st.none() | st.integers(0, 30))


def pause_from(received: datetime, wait: tuple[int, int | None]) -> Pause:
    asked = local_day(received) + timedelta(wait[0])
    return Pause(asked, None if wait[1] is None else asked + timedelta(wait[1]))


def end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59, 999999), SHANGHAI)


@given(calendars(), received_at)
def test_the_first_answer_has_five_whole_working_days(calendar: WorkingCalendar, received: datetime) -> None:
    start, due = local_day(received), first_answer_due(calendar, received).day
    days = [start + timedelta(n) for n in range(1, (due - start).days + 1)]
    assert sum(calendar.is_working_day(day) for day in days) == 5
    assert calendar.is_working_day(due)
    assert due >= start + timedelta(5)
    assert first_answer_due(calendar, received.astimezone(ZoneInfo("America/New_York"))).day == due


@given(calendars(), received_at, received_at, totals)
def test_received_later_is_never_due_earlier(
    calendar: WorkingCalendar, one: datetime, other: datetime, total: tuple[int, int]
) -> None:
    sooner, later = sorted((one, other))
    assert first_answer_due(calendar, sooner).day <= first_answer_due(calendar, later).day
    dues = [final_answer_due(calendar, moment, total[0], None, total[1]).day for moment in (sooner, later)]
    assert dues == sorted(dues)


@given(calendars(), received_at, totals, waits)
def test_a_pause_gives_at_most_nine_working_days_and_never_takes_any(
    calendar: WorkingCalendar, received: datetime, total: tuple[int, int], wait: tuple[int, int | None]
) -> None:
    pause, (days, extension) = pause_from(received, wait), total
    due = final_answer_due(calendar, received, days, pause, extension).day
    plain = final_answer_due(calendar, received, days, None, extension).day
    most = calendar.due(local_day(received), days + extension + PAUSE_MOST - 1).day
    assert plain <= due <= most
    if pause.asked >= plain:
        assert due == plain
    elif pause.asked < plain:
        assert due >= pause.ends(calendar)  # the limit never ends while it pauses


@given(calendars(), received_at, totals, st.integers(0, 40))
def test_an_answer_later_never_brings_the_end_earlier_and_none_brings_the_latest(
    calendar: WorkingCalendar, received: datetime, total: tuple[int, int], asked_after: int
) -> None:
    days, extension = total
    open_pause = pause_from(received, (asked_after, None))
    stored = final_answer_due(calendar, received, days, open_pause, extension).day
    before = date.min
    for wait in range(0, 40, 3):
        answered = pause_from(received, (asked_after, wait))
        due = final_answer_due(calendar, received, days, answered, extension)
        today = open_pause.asked + timedelta(wait)
        assert final_answer_due(calendar, received, days, open_pause, extension, today) == due
        assert before <= due.day <= stored
        if not open_pause.runs(calendar, today):
            assert due.day == stored
        before = due.day


@given(calendars(), received_at, totals, waits, st.integers(0, 70))
def test_in_time_means_no_more_working_days_than_the_limit_has(
    calendar: WorkingCalendar,
    received: datetime,
    total: tuple[int, int],
    wait: tuple[int, int | None],
    after: int,
) -> None:
    pause, (days, extension) = pause_from(received, wait), total
    answered = end_of(local_day(received) + timedelta(after))
    due = final_answer_due(calendar, received, days, pause, extension).day
    taken = working_days_taken(calendar, received, answered, pause)
    judgement = judge(calendar, due, answered, answered)
    assert judgement.answered
    if judgement is Judgement.IN_TIME:
        assert taken <= days + extension
        assert working_days_over(calendar, due, answered) == 0
    elif pause.asked < due:  # a question after the end has passed nothing over
        assert taken == days + extension + working_days_over(calendar, due, answered)


@given(calendars(), st.integers(20, 150), st.integers(-14, 3))
def test_an_open_clock_is_soon_two_working_days_before_it_is_due(
    calendar: WorkingCalendar, due_after: int, today_after: int
) -> None:
    """Also where a later calendar made the due day a rest day."""
    due = START + timedelta(due_after)
    now = end_of(due + timedelta(today_after))
    judgement, left = judge(calendar, due, None, now), working_days_left(calendar, due, now)
    if now >= deadline(due):
        assert judgement is Judgement.OVERDUE
        assert left == 0
    else:
        assert judgement is (Judgement.DUE_SOON if left <= 2 else Judgement.RUNNING)
        assert (due <= soon_until(calendar, local_day(now))) is (left <= 2)


@given(calendars(), calendars())
def test_one_version_means_the_same_due_days(one: WorkingCalendar, other: WorkingCalendar) -> None:
    days = [START + timedelta(n) for n in range(160)]
    alike = all(one.is_working_day(day) is other.is_working_day(day) for day in days)
    assert (one.version == other.version) is (alike and one.published == other.published)


@settings(max_examples=60)
@given(calendars(), received_at, totals, waits, st.integers(0, 60))
def test_the_strip_counts_each_day_as_the_clock_does(
    calendar: WorkingCalendar,
    received: datetime,
    total: tuple[int, int],
    wait: tuple[int, int | None],
    today_after: int,
) -> None:
    pause, (days, extension) = pause_from(received, wait), total
    today = local_day(received) + timedelta(today_after)
    due = final_answer_due(calendar, received, days, pause, extension)
    strip = final_answer_strip(calendar, received, today, days=days, pause=pause, extension=extension)
    cells = [cell for cell in strip.cells if isinstance(cell, StripCell)]
    assert strip.whole
    assert strip.due == due
    assert [cell.number for cell in cells if cell.number is not None] == list(range(days + extension + 1))
    assert (cells[-1].day, cells[-1].number, cells[-1].is_due) == (due.day, days + extension, True)
    within = [cell for cell in cells[1:] if pause.asked < cell.day < pause.ends(calendar)]
    assert [cell for cell in cells if cell.paused] == [cell for cell in within if cell.why.works]
    assert (strip.pause is not None) is any(cell.paused for cell in cells)
    first = first_answer_strip(calendar, received, today)
    assert (first.due, first.working_days) == (first_answer_due(calendar, received), 5)
