"""The clocks of a complaint at their edges: midnight, zones, rest days, pause, extension, amendments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from portal.domain.response_clock import (
    ClockRefused,
    Judgement,
    Pause,
    check_extension,
    deadline,
    final_answer_due,
    first_answer_due,
    judge,
    local_day,
    may_pause,
    soon_until,
    working_days_left,
    working_days_over,
    working_days_taken,
)
from portal.domain.working_days import Arranged, DayFact, OutsideCalendar, WorkingCalendar, amend

SHANGHAI = ZoneInfo("Asia/Shanghai")
REST, WORK = Arranged.REST, Arranged.WORK
SPRING = {date(2026, 2, day): DayFact(REST, "春节") for day in range(16, 24)} | {
    date(2026, 2, day): DayFact(WORK, "春节") for day in (14, 28)
}
CALENDAR = WorkingCalendar(2025, 2027, SPRING, frozenset({2025, 2026}))
"""2026 with its Spring Festival (off 15 to 23 February, worked on Saturdays 14 and 28); March has none."""


def at(day: int, hour: int = 10, *, month: int = 3, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


def march(day: int) -> date:
    return date(2026, 3, day)


def february(day: int) -> date:
    return date(2026, 2, day)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (at(2), march(9)),  # Monday: the next Monday
        (at(6), march(13)),  # Friday
        (at(7), march(13)),  # Saturday: Monday is day 1
        (at(8, 23), march(13)),  # Sunday, late
        (at(14, month=2), date(2026, 2, 28)),  # a Saturday that is worked is day 0; the next one is day 5
        (at(13, month=2), date(2026, 2, 27)),  # it is day 1 of what came the day before
        (at(18, month=2), date(2026, 2, 28)),  # within the holiday
        (at(30, month=12, year=2025), date(2026, 1, 6)),  # here New Year's Day is worked: over the year's end
    ],
)
def test_the_first_answer_is_due_on_the_fifth_working_day(received: datetime, due: date) -> None:
    assert first_answer_due(CALENDAR, received).day == due


def test_day_zero_is_the_day_in_shanghai_whatever_zone_tells_the_moment() -> None:
    last, first = datetime(2026, 3, 2, 15, 59, 59, 999999, tzinfo=UTC), datetime(2026, 3, 2, 16, tzinfo=UTC)
    assert (local_day(last), local_day(first)) == (march(2), march(3))
    assert first_answer_due(CALENDAR, last).day == march(9)
    assert first_answer_due(CALENDAR, first).day == march(10)
    assert first_answer_due(CALENDAR, first.astimezone(timezone(timedelta(hours=-11)))).day == march(10)
    assert final_answer_due(CALENDAR, first, 5).day == march(10)


def test_a_due_date_past_what_is_published_is_provisional() -> None:
    assert not first_answer_due(CALENDAR, at(14, month=12)).provisional
    assert first_answer_due(CALENDAR, at(28, month=12)).provisional
    # the count itself ends in March, but where the pause ends lies with days that are not settled
    waiting = Pause(date(2026, 12, 21))
    assert final_answer_due(CALENDAR, at(14, month=12), 6, waiting).provisional
    assert not final_answer_due(CALENDAR, at(14, month=12), 6).provisional
    # an end within a published year is no firmer than the days that were passed over before it
    gap = WorkingCalendar(2025, 2027, SPRING, frozenset({2025, 2027, 2028}))
    answered = Pause(date(2026, 12, 28), date(2027, 1, 6))
    assert final_answer_due(gap, at(28, month=12), 5, answered).provisional
    assert not final_answer_due(gap, at(4, month=1, year=2027), 5, Pause(date(2027, 1, 6))).provisional


@pytest.mark.parametrize("zone", [UTC, SHANGHAI, ZoneInfo("America/Los_Angeles")])
def test_the_last_instant_of_the_due_day_is_in_time_and_the_next_is_late(zone: ZoneInfo) -> None:
    due = march(9)
    last = datetime(2026, 3, 9, 23, 59, 59, 999999, tzinfo=SHANGHAI).astimezone(zone)
    over = datetime(2026, 3, 10, tzinfo=SHANGHAI).astimezone(zone)
    assert deadline(due) == over
    assert judge(CALENDAR, due, last, over) is Judgement.IN_TIME
    assert judge(CALENDAR, due, over, over) is Judgement.LATE
    assert judge(CALENDAR, due, None, last) is Judgement.DUE_SOON
    assert judge(CALENDAR, due, None, over) is Judgement.OVERDUE


def test_an_answer_is_judged_alike_however_late_one_asks() -> None:
    for now in (at(9), at(10), at(1, year=2027)):
        assert judge(CALENDAR, march(9), at(9), now) is Judgement.IN_TIME
        assert judge(CALENDAR, march(9), at(11), now) is Judgement.LATE


@pytest.mark.parametrize(
    ("now", "judgement", "left", "over"),
    [
        (at(2), Judgement.RUNNING, 5, 0),
        (at(4, 23), Judgement.RUNNING, 3, 0),
        (at(5, 0), Judgement.DUE_SOON, 2, 0),
        (at(6), Judgement.DUE_SOON, 1, 0),
        (at(8), Judgement.DUE_SOON, 1, 0),  # Sunday
        (at(9), Judgement.DUE_SOON, 0, 0),
        (at(10), Judgement.OVERDUE, 0, 1),
        (at(14), Judgement.OVERDUE, 0, 4),  # Saturday
        (at(16), Judgement.OVERDUE, 0, 5),
    ],
)
def test_an_open_clock_tells_how_much_is_left_or_how_long_it_is_over(
    now: datetime, judgement: Judgement, left: int, over: int
) -> None:
    assert judge(CALENDAR, march(9), None, now) is judgement
    assert working_days_left(CALENDAR, march(9), now) == left
    assert working_days_over(CALENDAR, march(9), now) == over
    assert (march(9) <= soon_until(CALENDAR, local_day(now))) is (judgement is not Judgement.RUNNING)
    assert not judgement.answered


def test_on_the_rest_days_after_the_last_day_it_is_late_by_no_working_day() -> None:
    saturday = at(14)
    assert judge(CALENDAR, march(13), saturday, saturday) is Judgement.LATE
    assert working_days_over(CALENDAR, march(13), saturday) == 0
    assert working_days_taken(CALENDAR, at(6), saturday) == 5


def test_how_long_an_answer_took() -> None:
    assert working_days_taken(CALENDAR, at(2, 9), at(2, 17)) == 0
    assert working_days_taken(CALENDAR, at(7), at(8)) == 0
    assert working_days_taken(CALENDAR, at(7), at(9)) == 1
    assert working_days_taken(CALENDAR, at(13, month=2), at(24, month=2)) == 2  # the worked Saturday counts
    asked_and_answered = Pause(march(4), march(10))  # 5, 6 and 9 March are passed over
    assert working_days_taken(CALENDAR, at(2), at(11), asked_and_answered) == 4
    assert working_days_taken(CALENDAR, at(2), at(6), Pause(march(4))) == 2  # answered while it still paused
    assert working_days_taken(CALENDAR, at(2), at(3), Pause(march(4))) == 1
    with pytest.raises(OutsideCalendar):
        working_days_taken(CALENDAR, at(3), at(2))


@pytest.mark.parametrize(
    ("pause", "due"),
    [
        (None, march(16)),
        (Pause(march(4), march(4)), march(16)),  # asked and answered on one day
        (Pause(march(4), march(5)), march(16)),  # both days count: nothing lies between
        (Pause(march(4), march(6)), march(17)),  # the 5th does not count
        (Pause(march(6), march(9)), march(16)),  # only a weekend lies between
        (Pause(march(6), march(8)), march(16)),  # answered on a Sunday: Monday counts
        (Pause(march(7), march(10)), march(17)),  # asked on a Saturday: Monday is passed over
        (Pause(march(2), march(5)), march(18)),  # asked on the day of receipt
        (Pause(march(4), march(18)), march(27)),  # the tenth working day, by answer
        (Pause(march(4)), march(27)),  # and by itself
        (Pause(march(4), march(19)), march(27)),  # answered after it ended by itself: no later
        (Pause(march(4), march(31)), march(27)),
        (Pause(march(13), march(17)), march(17)),  # nine counted, one left: the day of the answer is the last
        (Pause(march(13)), march(27)),
        (Pause(march(16), march(20)), march(16)),  # asked on the last day: all have been counted
        (Pause(march(18)), march(16)),  # asked when the limit was over
    ],
)
def test_days_strictly_between_question_and_answer_do_not_count(pause: Pause | None, due: date) -> None:
    assert final_answer_due(CALENDAR, at(2), 10, pause).day == due


def test_asked_on_the_last_day_before_a_holiday() -> None:
    """Saturday 14 February is worked; 24 to 28 are the five working days after it."""
    received = at(13, month=2)
    assert final_answer_due(CALENDAR, received, 5).day == february(27)
    assert final_answer_due(CALENDAR, received, 5, Pause(february(14), february(24))).day == february(27)
    assert final_answer_due(CALENDAR, received, 5, Pause(february(14), february(20))).day == february(27)
    assert final_answer_due(CALENDAR, received, 5, Pause(february(14), february(26))).day == march(2)
    never = Pause(february(14))
    assert never.ends(CALENDAR) == march(6)  # 24, 25, 26, 27, 28 February, 2, 3, 4, 5, 6 March
    assert final_answer_due(CALENDAR, received, 5, never).day == march(11)


def test_while_it_pauses_the_day_to_show_moves_and_the_day_to_store_does_not() -> None:
    waiting, shown = Pause(march(4)), []
    for day in range(1, 31):
        assert final_answer_due(CALENDAR, at(2), 10, waiting).day == march(27)
        assert waiting.runs(CALENDAR, march(day)) is (day < 18)
        shown.append(final_answer_due(CALENDAR, at(2), 10, waiting, today=march(day)).day.day)
    assert shown[:5] == [16, 16, 16, 16, 16]  # the 5th would be the day of the answer, and count
    assert shown[5:12] == [17, 18, 18, 18, 19, 20, 23]
    assert shown[17:] == [27] * 13
    answered = Pause(march(4), march(6))
    assert final_answer_due(CALENDAR, at(2), 10, answered, today=march(30)).day == march(17)
    assert not answered.runs(CALENDAR, march(5))


def test_an_extension_adds_working_days_and_goes_with_a_pause() -> None:
    assert final_answer_due(CALENDAR, at(2), 10, extension=3).day == march(19)
    assert final_answer_due(CALENDAR, at(2), 10, Pause(march(4), march(6)), 3).day == march(20)
    # asked after the first due day, within the extension
    assert final_answer_due(CALENDAR, at(2), 10, Pause(march(17), march(20)), 3).day == march(23)


def test_an_extension_is_granted_once_within_the_cap_and_before_the_end() -> None:
    due, last, over = march(16), at(16, 23), datetime(2026, 3, 17, tzinfo=SHANGHAI)
    for extension in (1, 10):
        check_extension(extension, 10, 0, due, last)
    for extension, most, already, now in ((11, 10, 0, last), (0, 10, 0, last), (-1, 10, 0, last)):
        with pytest.raises(ClockRefused, match="延长1到10个"):
            check_extension(extension, most, already, due, now)
    with pytest.raises(ClockRefused, match="延长过一次"):
        check_extension(1, 10, 5, due, last)
    with pytest.raises(ClockRefused, match="已经过了"):
        check_extension(1, 10, 0, due, over)
    with pytest.raises(ClockRefused, match="不能延长"):
        check_extension(1, 0, 0, due, last)


def test_one_question_pauses_and_none_on_the_last_day() -> None:
    assert may_pause(None, march(16), at(13))
    assert not may_pause(None, march(16), at(16, 0))
    assert not may_pause(Pause(march(4), march(4)), march(16), at(13))


def test_a_pause_is_made_of_moments_by_their_days_in_shanghai() -> None:
    asked = datetime(2026, 3, 3, 16, 30, tzinfo=UTC)
    assert Pause.between(asked) == Pause(march(4))
    assert Pause.between(asked, asked + timedelta(hours=24)) == Pause(march(4), march(5))
    with pytest.raises(ClockRefused):
        Pause.between(asked, asked - timedelta(seconds=1))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Pause(march(4), march(3)),
        lambda: final_answer_due(CALENDAR, at(5), 10, Pause(march(4))),
    ],
)
def test_what_cannot_have_happened_is_refused_in_words(wrong: object) -> None:
    with pytest.raises(ClockRefused) as refused:
        wrong()  # type: ignore[operator]
    assert str(refused.value).endswith("。")


NAIVE = datetime(2026, 3, 2, 10)  # noqa: DTZ001


@pytest.mark.parametrize(
    "ask",
    [
        lambda: local_day(NAIVE),
        lambda: first_answer_due(CALENDAR, NAIVE),
        lambda: final_answer_due(CALENDAR, NAIVE),
        lambda: judge(CALENDAR, march(9), NAIVE, at(9)),
        lambda: judge(CALENDAR, march(9), None, NAIVE),
        lambda: judge(CALENDAR, march(9), at(9), NAIVE),
        lambda: working_days_left(CALENDAR, march(9), NAIVE),
        lambda: working_days_over(CALENDAR, march(9), NAIVE),
        lambda: working_days_taken(CALENDAR, NAIVE, at(9)),
        lambda: may_pause(None, march(9), NAIVE),
        lambda: check_extension(1, 5, 0, march(9), NAIVE),
    ],
)
def test_a_moment_without_a_zone_is_an_error(ask: object) -> None:
    with pytest.raises(ValueError, match="zone"):
        ask()  # type: ignore[operator]


@pytest.mark.parametrize(("days", "extension"), [(0, 0), (0, 5), (10, -1)])
def test_a_senseless_limit_is_an_error(days: int, extension: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        final_answer_due(CALENDAR, at(2), days, None, extension)


@pytest.mark.parametrize(
    "ask", [lambda: deadline(at(9)), lambda: Pause(at(4)), lambda: Pause(march(4), at(5))]
)
def test_a_moment_is_not_taken_for_a_day(ask: object) -> None:
    with pytest.raises(TypeError):
        ask()  # type: ignore[operator]


def test_an_amendment_can_shorten_a_pause_too() -> None:
    """The tenth working day comes earlier when a weekend is worked."""
    worked = amend(CALENDAR, {march(14): DayFact(WORK, "调整")})
    assert Pause(march(4)).ends(CALENDAR) == march(18)
    assert Pause(march(4)).ends(worked) == march(17)


def test_calendars_that_count_alike_have_one_version() -> None:
    renamed = amend(CALENDAR, {february(17): DayFact(REST, "除夕", 9), march(7): DayFact(REST, "周末")})
    assert renamed.version == CALENDAR.version
    assert amend(CALENDAR, dict(SPRING), whole_year=2026).version == CALENDAR.version


def test_the_version_tells_calendars_apart_that_count_differently() -> None:
    different = [
        CALENDAR,
        amend(CALENDAR, {march(7): DayFact(WORK, "")}),
        amend(CALENDAR, {march(6): DayFact(REST, "")}),
        amend(CALENDAR, {march(6): DayFact(REST, ""), march(7): DayFact(WORK, "")}),
        amend(CALENDAR, {}, whole_year=2027),
        amend(CALENDAR, {}, whole_year=2028),
        WorkingCalendar(2025, 2028, SPRING, frozenset({2025, 2026})),
    ]
    versions = [one.version for one in different]
    assert len(set(versions)) == len(different)
    assert max(len(one) for one in versions) <= 32
    assert [one[:5] for one in versions[3:5]] == ["2026-", "2027-"]
