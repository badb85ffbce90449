"""Counters that survive a restart and are forgotten by themselves: voices lately, proofs that are spent.

Whiles are cut at fixed moments, ten minutes or a day (Asia/Shanghai): one look each instead of a count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.clock import SHANGHAI
from portal.domain.voice_limits import SLOT, Load
from portal.extensions import db
from portal.voices.kinds import VoiceKind
from portal.voices.models import VoiceMark
from portal.voices.visitor import Visitor

VERSION = "version"
"""Grows with every change of any count."""
_FOR_EVER = datetime(9999, 1, 1, tzinfo=SHANGHAI)
_KEPT_BEYOND = timedelta(days=1)


def rush_marks(kind: VoiceKind, subject_id: int, now: datetime, new_browser: bool) -> list[str]:
    """Return the counters of what counts within these ten minutes and today, of new browsers or of others."""
    group = f"{'new' if new_browser else 'known'}/{kind.value}/{subject_id}"
    return [f"{group}/{_slot(now)}", f"{group}/{_day(now)}"]


def load_marks(kind: VoiceKind, subject_id: int, visitor: Visitor, now: datetime) -> Sequence[str]:
    """Return the counters that every voice adds to, in the order in which they are locked."""
    return (
        f"all/{kind.value}/{subject_id}/{_slot(now)}",
        f"all/{kind.value}/{subject_id}/{_day(now)}",
        visitor.network_today(now),
        f"all/{_slot(now)}",
    )


def load_now(kind: VoiceKind, subject_id: int, visitor: Visitor, now: datetime) -> Load:
    """Return how busy it is, for this visitor and this subject. One query."""
    marks = load_marks(kind, subject_id, visitor, now)
    numbers = read(marks)
    return Load(*(numbers[mark] for mark in marks))


def read(marks: Sequence[str]) -> Mapping[str, int]:
    """Return the counters' numbers, 0 for one that has not begun."""
    rows = db.session.execute(select(VoiceMark.mark, VoiceMark.number).where(VoiceMark.mark.in_(marks)))
    found = {row.mark: row.number for row in rows}
    return {mark: found.get(mark, 0) for mark in marks}


def count_on(marks: Sequence[str], now: datetime) -> None:
    """Add one to each counter and to the version."""
    until = now + _KEPT_BEYOND
    rows = [{"mark": mark, "number": 1, "until": until} for mark in marks]
    rows.append({"mark": VERSION, "number": 1, "until": _FOR_EVER})
    insert = _insert()(VoiceMark.__table__)
    db.session.connection().execute(
        insert.on_conflict_do_update(
            index_elements=[VoiceMark.mark],
            set_={"number": VoiceMark.number + 1, "until": insert.excluded.until},
        ),
        rows,
    )


def count_off(marks: Sequence[str]) -> None:
    """Take one off each counter that has begun."""
    fewer = update(VoiceMark).where(VoiceMark.mark.in_(marks), VoiceMark.number > 0)
    db.session.execute(
        fewer.values(number=VoiceMark.number - 1), execution_options={"synchronize_session": False}
    )


def spend(mark: str, until: datetime) -> bool:
    """Use up what may be used once, in this unit of work; False if it was used before."""
    spent = _insert()(VoiceMark).values(mark=f"spent/{mark}"[:64], number=1, until=until)
    done = db.session.execute(spent.on_conflict_do_nothing().returning(VoiceMark.mark))
    return done.scalar() is not None


def set_to(mark: str, number: int) -> None:
    """Set a counter that is never forgotten."""
    row = _insert()(VoiceMark).values(mark=mark, number=number, until=_FOR_EVER)
    db.session.execute(row.on_conflict_do_update(index_elements=[VoiceMark.mark], set_={"number": number}))


def version() -> int:
    """Return a number that grows with every change of any count."""
    return db.session.scalar(select(VoiceMark.number).where(VoiceMark.mark == VERSION)) or 0


def forget_marks(now: datetime) -> int:
    """Delete counters whose while is over; return how many."""
    gone = db.session.execute(delete(VoiceMark).where(VoiceMark.until < now))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _insert() -> Any:
    return sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert


def _slot(now: datetime) -> str:
    return f"{int(now.timestamp() // SLOT.total_seconds())}"


def _day(now: datetime) -> str:
    return f"{now.astimezone(SHANGHAI):%Y-%m-%d}"
