"""Rewriting answers in batches, so that where a row lies tells nothing of when it came.

PostgreSQL lays rows down in the order in which they come and notes on each which transaction wrote it last.
Written anew together with others, in no order and under new keys, the same note stands on all of them.
Flushes, never commits.
"""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import delete, func, insert, select

from portal import clock
from portal.domain.survey_round import RoundPhase
from portal.extensions import db
from portal.surveys.models import SurveyAnswer, SurveyRound, SurveyWords, random_key

BATCH = 20
"""Answers of a round that are rewritten together; fewer only once the round is over."""

_AT_ONCE = 5_000
"""Rows that one transaction rewrites at most."""

_shuffled = random.SystemRandom().shuffle


def mix_answers() -> int:
    """Rewrite what is due of every round; return how many rows."""
    query = select(SurveyAnswer.round_id, func.count()).where(SurveyAnswer.mixed.is_(False))
    waiting = db.session.execute(query.group_by(SurveyAnswer.round_id)).all()
    total = 0
    for round_id, count in waiting:
        found = db.session.get_one(SurveyRound, round_id)
        over = found.phase(clock.today()) in (RoundPhase.CLOSED, RoundPhase.PUBLISHED)
        if count >= BATCH or over:
            total += mix_round(round_id)
    return total


def mix_round(round_id: int) -> int:
    """Rewrite what was answered in a round since the last time; return how many rows."""
    total = 0
    for model in (SurveyAnswer, SurveyWords):
        table = model.__table__
        fresh = select(table).where(table.c.round_id == round_id, table.c.mixed.is_(False)).limit(_AT_ONCE)
        rows: list[dict[str, Any]] = [dict(row) for row in db.session.execute(fresh).mappings()]
        if not rows:
            continue
        db.session.execute(delete(model).where(model.id.in_([row["id"] for row in rows])))
        for row in rows:
            row["id"], row["mixed"] = random_key(), True
        _shuffled(rows)
        db.session.execute(insert(model), rows)
        total += len(rows)
    return total
