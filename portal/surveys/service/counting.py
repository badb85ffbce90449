"""Making the figures of a round, once, after its last day. Flushes, never commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import func, insert, select

from portal import clock
from portal.domain.questionnaires import Audience, questionnaire
from portal.domain.survey_figures import HomeAnswers, analysed
from portal.domain.survey_round import RoundPhase
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.institutions.models import Institution
from portal.surveys.models import SurveyAnswer, SurveyFigures, SurveyLot, SurveyRound, codes_subject
from portal.surveys.service.mixing import mix_round
from portal.vault.sealing import erase


def rounds_to_count() -> list[int]:
    """Return the rounds that are over and not counted yet."""
    query = select(SurveyRound.id).where(
        SurveyRound.counted_at.is_(None), SurveyRound.closes_on < clock.today()
    )
    return list(db.session.scalars(query.order_by(SurveyRound.id)))


def count_round(round_id: int) -> None:
    """Mix what is left, make the figures, and throw away the key of the codes: nothing is printed now."""
    found = db.session.get_one(SurveyRound, round_id)
    if found.counted_at is not None or found.phase(clock.today()) is not RoundPhase.CLOSED:
        return
    while mix_round(round_id):
        pass
    handed_out = _handed_out(round_id)
    answers = _answers(round_id)
    homes = {home for home, _ in handed_out}
    places = _places(round_id)
    for audience in Audience:
        given = [
            HomeAnswers(home, places[home], handed_out[home, audience], answers.get((home, audience), ()))
            for home in sorted(homes)
            if (home, audience) in handed_out
        ]
        rows = analysed(questionnaire(found.questionnaire, audience), given)
        db.session.execute(
            insert(SurveyFigures),
            [
                {
                    "round_id": round_id,
                    "audience": audience,
                    "level": row.level,
                    "region_code": row.county,
                    "institution_id": row.home,
                    "homes": len(row.members),
                    "handed_out": row.handed_out,
                    "answered": row.answered,
                    "shown": row.shown,
                }
                for row in rows
            ],
        )
    found.counted_at = clock.now()
    erase(codes_subject(round_id))
    db.session.flush()
    touch_data_set()


def _handed_out(round_id: int) -> dict[tuple[int, Audience], int]:
    query = (
        select(SurveyLot.institution_id, SurveyLot.audience, func.sum(SurveyLot.handed_out))
        .where(SurveyLot.round_id == round_id, SurveyLot.void.is_(False))
        .group_by(SurveyLot.institution_id, SurveyLot.audience)
    )
    return {(home, audience): int(count) for home, audience, count in db.session.execute(query)}


def _places(round_id: int) -> dict[int, str]:
    asked = select(SurveyLot.institution_id).where(SurveyLot.round_id == round_id)
    query = select(Institution.id, Institution.region_code).where(Institution.id.in_(asked))
    return dict(db.session.execute(query).all())


def _answers(round_id: int) -> Mapping[tuple[int, Audience], list[dict[str, str]]]:
    query = select(SurveyAnswer.institution_id, SurveyAnswer.audience, SurveyAnswer.answers).where(
        SurveyAnswer.round_id == round_id
    )
    found: dict[tuple[int, Audience], list[dict[str, str]]] = defaultdict(list)
    for home, audience, answers in db.session.execute(query):
        found[home, audience].append(answers)
    return found
