"""The days from the service of a notice to its last day, as a strip: what counted, what did not, and why."""

from __future__ import annotations

from datetime import date

from portal.domain.day_strip import DayStrip, StripCell, strip_of
from portal.domain.working_days import Due, OutsideCalendar, WorkingCalendar

MOST_DAYS = 400
"""Days of the calendar beyond which a strip says nothing any more."""


def deadline_strip(
    calendar: WorkingCalendar,
    served: date,
    deadline: date,
    today: date,
    *,
    provisional: bool = False,
    cleared: date | None = None,
) -> DayStrip | None:
    """Return the strip from the day of service (day 0) through the last day as it stands now.

    ``cleared``: the day on which it was put right, marked where the strip has it. None where there is no
    strip to draw: the calendar can't tell, the last day comes before service, or lies too far off.
    """
    if not served <= deadline or (deadline - served).days > MOST_DAYS:
        return None
    try:
        days = list(calendar.walk(served, deadline))
    except OutsideCalendar:
        return None
    cells = [
        StripCell(
            one.day, one.number, one.why, one.settled, one.day == today, one.day == deadline,
            is_answered=one.day == cleared,
        )
        for one in days
    ]  # fmt: skip
    counted = max(one.number or 0 for one in days)
    return strip_of(cells, counted, Due(deadline, provisional), today)
