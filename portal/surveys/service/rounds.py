"""Opening a round, moving its days, publishing what came of it. Flushes, never commits."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.audit.capture import concerns
from portal.domain.actor import Actor, Scope
from portal.domain.questionnaires import CURRENT
from portal.domain.survey_round import LONGEST, Half, RoundPhase
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.reference.directory import region_directory
from portal.search.outbox import note_changed
from portal.surveys.kinds import REMARKS_MOST, SURVEY_ROUND
from portal.surveys.models import SurveyRound
from portal.surveys.service.rights import (
    NotNow,
    check_keeps,
    check_reach,
    check_reviews,
    fit_public,
    told_who_was_quicker,
)


class DaysUnfit(NotNow):
    """The days of a round make no sense; the message says why."""


def open_round(
    region_code: str, which: Half, opens_on: date, closes_on: date, actor: Actor, scope: Scope
) -> SurveyRound:
    """Enter a round with its days. Raises NotTheirs, DaysUnfit, and NotNow where there is one already."""
    check_keeps(region_code, scope)
    _check_days(which, opens_on, closes_on)
    held = select(SurveyRound.id).where(
        SurveyRound.region_code == region_code,
        SurveyRound.year == which.year,
        SurveyRound.half == which.number,
    )
    begun = NotNow(f"{region_directory().label(region_code)}{which.label}的回访已经开了。")
    if db.session.scalar(held) is not None:
        raise begun
    made = SurveyRound(
        public_id=f"{region_code}-{which.slug}",
        region_code=region_code,
        year=which.year,
        half=which.number,
        questionnaire=CURRENT,
        opens_on=opens_on,
        closes_on=closes_on,
        opened_by=actor.name,
    )
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError:  # somebody was quicker
        db.session.rollback()
        raise begun from None
    _tell(made)
    return made


@told_who_was_quicker
def move_days(
    found: SurveyRound, opens_on: date, closes_on: date, actor: Actor, scope: Scope, seen: int
) -> None:
    """Give a round other days, as long as it is not over. Raises as ``open_round``, and ChangedMeanwhile."""
    check_reach(found, found.region_code, scope, seen)
    now, today = found.phase(clock.today()), clock.today()
    if now not in (RoundPhase.AHEAD, RoundPhase.OPEN):
        raise NotNow("这一轮已经结束，不能再改日期。")
    if now is RoundPhase.OPEN and opens_on != found.opens_on:
        raise DaysUnfit("已经开始了，开始的那一天不能再改。")
    if closes_on < today:
        raise DaysUnfit("最后一天已经过去了。")
    _check_days(found.which, opens_on, closes_on)
    found.opens_on, found.closes_on = opens_on, closes_on
    _tell(found)


@told_who_was_quicker
def publish(found: SurveyRound, remarks: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Let everybody read the figures with the reviewer's remarks.

    Raises NotTheirs, ReviewerNeeded, ChangedMeanwhile, NotNow (not counted yet, or published), WordsMissing.
    """
    check_reviews(actor)
    check_reach(found, found.region_code, scope, seen)
    if found.published_at is not None:
        raise NotNow("这一轮的分析已经公布了。")
    if found.counted_at is None:
        raise NotNow("这一轮还没有结束，或者还没有统计好：最后一天过了，几分钟内自动统计。")
    found.remarks = fit_public(remarks, "请写分析：哪里好，哪里差，准备怎么办。", REMARKS_MOST)
    found.published_at, found.published_by = clock.now(), actor.name
    _tell(found)


def _check_days(which: Half, opens_on: date, closes_on: date) -> None:
    if closes_on < opens_on:
        raise DaysUnfit("最后一天比第一天还早，请再看一遍。")
    if closes_on - opens_on > LONGEST:
        raise DaysUnfit(f"最长{LONGEST.days}天，再长就说不清是哪半年的了。")
    # asked in its half-year, or in the month after
    if opens_on < which.first_day or closes_on > which.following.first_day + LONGEST:
        raise DaysUnfit(f"这些天不在{which.label}，请再看一遍。")


def _tell(found: SurveyRound) -> None:
    """Say that public pages and search show another thing now."""
    db.session.flush()
    concerns(f"{SURVEY_ROUND}/{found.id}")
    note_changed([f"{SURVEY_ROUND}/{found.id}"])
    touch_data_set()
