"""What the worker does for voices: every minute, and every night."""

from __future__ import annotations

from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.unit_of_work import unit_of_work
from portal.voices import marks
from portal.voices.forgetting import forget
from portal.voices.models import VoiceMark
from portal.voices.patterns import look

_TOLD = "told"


def tend_voices() -> None:
    """Look for patterns; let pages that do not follow the counts show them, once a minute at most."""
    look(clock.now())
    version = marks.version()
    told = db.session.scalar(select(VoiceMark.number).where(VoiceMark.mark == _TOLD)) or 0
    db.session.rollback()
    if version != told:
        with unit_of_work():
            marks.set_to(_TOLD, version)
            touch_data_set()


def forget_voices() -> None:
    """Forget who spoke and from where, as soon as it is due."""
    forget(clock.now())
