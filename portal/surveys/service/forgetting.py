"""When a round has told what it had to tell, its single answers go. Flushes, never commits."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from portal import clock
from portal.extensions import db
from portal.surveys.models import (
    SurveyAnswer,
    SurveyCode,
    SurveyLot,
    SurveyRound,
    words_subject,
)
from portal.vault.sealing import erase

KEEP = timedelta(days=180)
"""From the last day of a round until its single answers, codes and sealed words are deleted: long enough to
look into what the figures say. The figures and the words made public stay.
"""


def rounds_to_forget() -> list[int]:
    """Return the counted rounds whose single answers have been kept long enough."""
    query = select(SurveyRound.id).where(
        SurveyRound.counted_at.is_not(None),
        SurveyRound.forgotten_at.is_(None),
        SurveyRound.closes_on < clock.today() - KEEP,
    )
    return list(db.session.scalars(query.order_by(SurveyRound.id)))


def forget_answers(round_id: int) -> None:
    """Delete the answers and codes of a round, and make what was written unreadable for good.

    The rows of what was written stay: what was made public rests on how many wrote.
    """
    found = db.session.get_one(SurveyRound, round_id)
    lots = select(SurveyLot.id).where(SurveyLot.round_id == round_id)
    for gone in (
        delete(SurveyAnswer).where(SurveyAnswer.round_id == round_id),
        delete(SurveyCode).where(SurveyCode.lot_id.in_(lots)),
    ):
        db.session.execute(gone.execution_options(synchronize_session=False))
    erase(words_subject(round_id))
    found.forgotten_at = clock.now()
    db.session.flush()
