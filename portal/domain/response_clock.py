"""The two clocks of a complaint (R31): the first answer, which nothing moves, and the final answer.

The day of receipt, in Asia/Shanghai, is day 0; a limit of N working days ends at 24:00 on day N. The final
answer's clock may be extended once and may pause once, from a question to the person until they answer: the
day of the question and the day of the answer count, the days strictly between them do not. Left without an
answer, the pause ends by itself on its tenth working day, which counts again. So whether a pause runs, and
where the limit ends, follows from the dates alone; nobody has to stop or restart anything.

Stored are due days; whether an answer was late is always computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.domain.errors import DomainError
from portal.domain.working_days import Due, WorkingCalendar

FIRST_ANSWER_DAYS = 5
"""Working days within which a complaint must first be answered (R31)."""
FINAL_ANSWER_DAYS = 20
"""Working days within which a complaint is settled, unless the county's configuration says otherwise."""
PAUSE_MOST = 10
"""Working days after a question; on the last of them the final answer's clock runs again by itself."""
SOON_DAYS = 2
"""Working days before the last from which on a case is due soon."""

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_ONE = timedelta(days=1)


class ClockRefused(DomainError):
    """A pause or an extension that the rules do not allow; the message says why."""


class Judgement(StrEnum):
    """How an answer, or its absence, stands to its due day."""

    RUNNING = "running"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    """Not answered, and the limit is over."""
    IN_TIME = "in_time"
    LATE = "late"
    """Answered after the limit."""

    @property
    def answered(self) -> bool:
        """True once there is an answer: the judgement depends on the present moment no more."""
        return self in (Judgement.IN_TIME, Judgement.LATE)


@dataclass(frozen=True, slots=True)
class Pause:
    """The one pause of a final answer's clock, as days in Asia/Shanghai. Raises ClockRefused."""

    asked: date
    answered: date | None = None
    """The day of the person's answer; None: there is none yet."""

    def __post_init__(self) -> None:
        _check_day(self.asked)
        if self.answered is not None:
            _check_day(self.answered)
            if self.answered < self.asked:
                raise ClockRefused("答复不能早于提问。")

    @classmethod
    def between(cls, asked: datetime, answered: datetime | None = None) -> Pause:
        """Return the pause between two aware moments. Raises ClockRefused; ValueError if one is naive."""
        if answered is not None and answered < asked:
            raise ClockRefused("答复不能早于提问。")
        return cls(local_day(asked), None if answered is None else local_day(answered))

    def ends(self, calendar: WorkingCalendar) -> date:
        """Return the day from which on days count again: the answer's, or an earlier tenth working day."""
        by_itself = calendar.due(self.asked, PAUSE_MOST).day
        return by_itself if self.answered is None else min(self.answered, by_itself)

    def runs(self, calendar: WorkingCalendar, today: date) -> bool:
        """True while the answer is awaited and the pause has not ended by itself."""
        return self.answered is None and today < self.ends(calendar)


def local_day(moment: datetime) -> date:
    """Return the day in Asia/Shanghai that an aware moment lies in. Raises ValueError if it is naive."""
    return _aware(moment).astimezone(_SHANGHAI).date()


def deadline(due: date) -> datetime:
    """Return the first moment that is too late: 24:00 on the due day, as 00:00 of the next."""
    _check_day(due)
    return datetime.combine(due + _ONE, time(), _SHANGHAI)


def first_answer_due(calendar: WorkingCalendar, received: datetime) -> Due:
    """Return the day on which the first answer is due. It depends on the moment of receipt and nothing else.

    Raises OutsideCalendar; ValueError if ``received`` is naive.
    """
    return calendar.due(local_day(received), FIRST_ANSWER_DAYS)


def final_answer_due(
    calendar: WorkingCalendar,
    received: datetime,
    days: int = FINAL_ANSWER_DAYS,
    pause: Pause | None = None,
    extension: int = 0,
    today: date | None = None,
) -> Due:
    """Return the day on which the final answer is due. ``days`` and ``extension`` are working days.

    Without ``today`` a pause that nobody has ended yet is taken to end by itself: that is the latest day the
    limit can come to, and the one to store when the question is asked. It never passes while the pause runs,
    and needs rewriting only when the person answers. With ``today`` it is the day that the limit would come
    to if they answered today. A pause that begins when all days have been counted changes nothing.

    Raises OutsideCalendar; ClockRefused if the question is older than the complaint; ValueError if
    ``received`` is naive or a number of days makes no sense.
    """
    if days < 1 or extension < 0:
        raise ValueError("a limit has at least one working day, and an extension never shortens it")
    start, total = local_day(received), days + extension
    if pause is None:
        return calendar.due(start, total)
    if pause.asked < start:
        raise ClockRefused("提问不能早于收到投诉的那天。")
    if today is not None and pause.answered is None:
        pause = Pause(pause.asked, max(today, pause.asked))
    left = total - calendar.working_days_between(start, pause.asked)
    ends = pause.ends(calendar)
    if left <= 0 or ends == pause.asked:
        return calendar.due(start, total)
    due = calendar.due(ends - _ONE, left).day
    return Due(due, not calendar.all_settled(start + _ONE, due))


def may_pause(pause: Pause | None, due: date, now: datetime) -> bool:
    """Tell whether a question asked now pauses the clock of the final answer, due on ``due``.

    It may be asked at any time; but only one pauses, and on the last day there is nothing left to pause.
    """
    return pause is None and local_day(now) < due


def check_extension(extension: int, most: int, already: int, due: date, now: datetime) -> None:
    """Refuse an extension by ``extension`` working days that may not be granted now. Raises ClockRefused.

    ``most``: the most the configuration allows; ``already``: what was granted before; ``due``: the final
    answer's due day so far.
    """
    if already:
        raise ClockRefused("这件投诉已经延长过一次，不能再延长。")
    if not 1 <= extension <= most:
        raise ClockRefused(f"可以延长1到{most}个工作日。" if most > 0 else "这里不能延长办理期限。")
    if _aware(now) >= deadline(due):
        raise ClockRefused("办理期限已经过了，不能再延长。")


def judge(calendar: WorkingCalendar, due: date, answered_at: datetime | None, now: datetime) -> Judgement:
    """Return how a clock stands. Moments are aware, in any zone; the last instant of ``due`` is in time.

    Raises ValueError if a moment is naive.
    """
    end, today = deadline(due), local_day(now)
    if answered_at is not None:
        return Judgement.IN_TIME if _aware(answered_at) < end else Judgement.LATE
    if now >= end:
        return Judgement.OVERDUE
    return Judgement.DUE_SOON if due <= soon_until(calendar, today) else Judgement.RUNNING


def soon_until(calendar: WorkingCalendar, today: date) -> date:
    """Return the last due day that is soon: for queries, which cannot ask ``judge`` of each case."""
    return calendar.due(today, SOON_DAYS + 1).day - _ONE


def working_days_taken(
    calendar: WorkingCalendar, received: datetime, answered_at: datetime, pause: Pause | None = None
) -> int:
    """Return how many working days an answer took; those that a pause passed over do not count.

    0: answered on the day of receipt, or before the next working day. Raises OutsideCalendar if the answer is
    older than the complaint. An answer on a rest day after the last day took no more working days than the
    limit has, and is late all the same: only ``judge`` decides.
    """
    start, end = local_day(received), local_day(answered_at)
    taken = calendar.working_days_between(start, end)
    return taken if pause is None else taken - _passed_over(calendar, pause, end)


def working_days_left(calendar: WorkingCalendar, due: date, now: datetime) -> int:
    """Return how many working days lie after today, through the due day; 0 on that day and after it."""
    return calendar.working_days_between(min(local_day(now), due), due)


def working_days_over(calendar: WorkingCalendar, due: date, moment: datetime) -> int:
    """Return how many working days lie after the due day, through ``moment``: now, or the late answer.

    0 until the due day ends, and on the rest days right after it, when the limit is over already.
    """
    return calendar.working_days_between(due, max(local_day(moment), due))


def _passed_over(calendar: WorkingCalendar, pause: Pause, through: date) -> int:
    """Return how many working days before or on ``through`` lie strictly within a pause."""
    last = min(pause.ends(calendar) - _ONE, through)
    return 0 if last <= pause.asked else calendar.working_days_between(pause.asked, last)


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment without a zone lies in no certain day")
    return moment


def _check_day(day: date) -> None:
    if isinstance(day, datetime):
        raise TypeError("a day is a date: which day a moment lies in depends on the zone")
