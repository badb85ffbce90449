"""A run that begins shortly before midnight believes to have begun earlier: its today stays one day.

Many a test file asks for today when it is read, and for what has become of it when it runs.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from portal import clock

_LATE = 23
"""The hour of Shanghai within which a run may come to midnight."""
_EARLIER = timedelta(hours=3)


def stay_within_a_day(started: datetime | None = None) -> None:
    """Put the clock of this process back if it is late in the evening; ``started``: now, unless given."""
    real_now = clock.now
    if (started or real_now()).astimezone(clock.SHANGHAI).hour < _LATE:
        return

    def now() -> datetime:
        return clock._moved_to.get() or real_now() - _EARLIER

    for module in list(sys.modules.values()):  # some have taken it by its name
        if vars(module).get("now") is real_now:
            module.now = now  # type: ignore[attr-defined]
