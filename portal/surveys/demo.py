"""The call-back of the demo city: three rounds published, one open, all made through the services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from sqlalchemy import delete, func, select

from portal import clock
from portal.accounts.demo_desks import Desk, demo_desks
from portal.domain.permissions import Department, Role
from portal.domain.questionnaires import Audience, Question, questionnaire
from portal.domain.survey_round import Half, half_of
from portal.extensions import db
from portal.institutions.demo.regions import CITY_CODE, COUNTIES
from portal.institutions.demo.seeded import seeded
from portal.institutions.models import Institution, OperatingState
from portal.surveys.kinds import SheetChannel, WordsState
from portal.surveys.models import (
    SurveyAnswer,
    SurveyCode,
    SurveyFigures,
    SurveyLot,
    SurveyRound,
    SurveyWords,
)
from portal.surveys.service.answering import answer, answer_by_telephone, opened
from portal.surveys.service.counting import count_round
from portal.surveys.service.rounds import open_round, publish
from portal.surveys.service.sheets import codes_to_print, hand_out
from portal.surveys.service.words import clear_words, leave_out, written
from portal.vault.models import VaultKey

_PAST = 3
"""Rounds that are over."""
_COUNTIES, _HOMES = 3, 4
"""In how many counties homes are asked, and in each how many."""
_SHEETS = {Audience.RESIDENTS: (30, 46), Audience.FAMILIES: (26, 36)}
_CALLS = 6
_OPEN_FOR = 30
_REMARKS = (
    "这是第一次回访。已经把各题的数字转给各区县民政局，请他们逐家去看，三个月内回看一遍。"
    "收费说不清楚的机构，每月账单要贴在门口，一项一项写明。",
    "收费清不清楚、意见有没有人管，是这一轮最要看的两题。下半年的重点是“提了意见有人管”："
    "每家机构要有一本意见簿，办没办好都写上。",
    "夜里叫人来得慢的机构，已经列入夜间检查计划。饭菜的意见，请市场监管部门一起看食堂。"
    "回答太少的机构，下次由民政局派人把回访单送上门。",
)
_SAID = (
    "晚饭五点就吃，夜里饿，能不能晚一点，或者给点心。",
    "护工小赵照顾得很好，就是人手太少，忙不过来。",
    "洗澡水有时候不热，冬天不敢洗。",
    "希望多组织出去走走，天天在屋里闷得慌。",
    "账单上写的“其他服务费”不知道是什么。",
    "有事打我电话13800000000，家里人都放心。",
    "走廊扶手松了，说了两次没有修。",
    "都挺好的，谢谢来问。",
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A home that is asked. ``liking``: how well people speak of it, about -1 to 1."""

    home: Institution
    liking: float
    quiet: bool
    """Hardly anybody answers there."""


def load_surveys(seed: int) -> int:
    """Hold the rounds of the last years after the city's own story; return how many answers came in."""
    rng = seeded(seed, "call-back")
    desks = demo_desks()
    clerk = desks.of(CITY_CODE, Department.CIVIL_AFFAIRS, Role.CLERK)
    reviewer = desks.of(CITY_CODE, Department.CIVIL_AFFAIRS, Role.REVIEWER)
    asked = _asked(rng)
    which = half_of(clock.today())
    for _ in range(_PAST):
        which = which.before
    for number in range(_PAST):
        _past_round(rng, which, asked, clerk, reviewer, number)
        which = which.following
    _open_round(rng, which, asked, clerk)
    return db.session.scalar(select(func.count()).select_from(SurveyAnswer)) or 0


def wipe_surveys() -> int:
    """Take all rounds out again, before the homes they ask about; return how many answers there were."""
    count = db.session.scalar(select(func.count()).select_from(SurveyAnswer)) or 0
    for model in (SurveyFigures, SurveyWords, SurveyAnswer, SurveyCode, SurveyLot, SurveyRound):
        db.session.execute(delete(model))
    db.session.execute(delete(VaultKey).where(VaultKey.subject.startswith("survey-")))
    return count


def _asked(rng: Random) -> Sequence[_Asked]:
    found = []
    for county in COUNTIES[:_COUNTIES]:
        query = select(Institution).where(
            Institution.withdrawn.is_(False),
            Institution.operating_state == OperatingState.OPERATING,
            Institution.region_code == county.code,
        )
        homes = list(db.session.scalars(query.order_by(Institution.id)))
        for number, home in enumerate(rng.sample(homes, min(_HOMES, len(homes)))):
            found.append(_Asked(home, rng.uniform(-0.6, 0.9), number == 0))
    return found


def _past_round(
    rng: Random, which: Half, asked: Sequence[_Asked], clerk: Desk, reviewer: Desk, number: int
) -> None:
    first = which.last_day - timedelta(days=47)
    last = first + timedelta(days=_OPEN_FOR)
    found = _begin(rng, which, first, last, asked, clerk)
    with clock.moved_to(clock.at(first + timedelta(days=9), 15, 20)):
        _answers(rng, found, asked, clerk, 0.62, 0.12 * number)
    with clock.moved_to(clock.at(last + timedelta(days=1), 0, 5)):
        count_round(found.id)
    with clock.moved_to(clock.at(last + timedelta(days=5), 10, 12)):
        _read_words(found, clerk)
    with clock.moved_to(clock.at(last + timedelta(days=12), 16, 40)):
        publish(found, _REMARKS[number], reviewer.actor, reviewer.scope, found.version)


def _open_round(rng: Random, which: Half, asked: Sequence[_Asked], clerk: Desk) -> None:
    """The one that is going on."""
    today = clock.today()
    first = max(which.first_day, today - timedelta(days=8))
    found = _begin(rng, which, first, first + timedelta(days=_OPEN_FOR), asked[: 2 * _HOMES], clerk)
    _answers(rng, found, asked[: 2 * _HOMES], clerk, 0.2, 0.3)


def _begin(
    rng: Random, which: Half, first: date, last: date, asked: Sequence[_Asked], clerk: Desk
) -> SurveyRound:
    with clock.moved_to(clock.at(first, 8, 40)):
        found = open_round(CITY_CODE, which, first, last, clerk.actor, clerk.scope)
        for one in asked:
            for audience, (least, most) in _SHEETS.items():
                count = rng.randint(least, most)
                hand_out(found, one.home.id, audience, SheetChannel.SHEET, count, clerk.actor, clerk.scope)
        for one in asked[::_HOMES]:
            calls = (one.home.id, Audience.FAMILIES, SheetChannel.TELEPHONE, _CALLS)
            hand_out(found, *calls, clerk.actor, clerk.scope)
    return found


def _answers(
    rng: Random, found: SurveyRound, asked: Sequence[_Asked], clerk: Desk, share: float, better: float
) -> None:
    """Let people answer at homes and on the telephone. ``share``: of the sheets that come back."""
    by_home = {one.home.id: one for one in asked}
    said = iter(rng.sample(_SAID, len(_SAID)))
    lots = select(SurveyLot).where(SurveyLot.round_id == found.id).order_by(SurveyLot.id)
    for lot in db.session.scalars(lots).all():
        one = by_home[lot.institution_id]
        liking = one.liking + better
        if lot.channel is SheetChannel.TELEPHONE:
            asked_of = questionnaire(found.questionnaire, lot.audience).questions
            for _ in range(_CALLS - 2):
                given = _given(rng, asked_of, liking)
                answer_by_telephone(lot, found, given, "", clerk.actor, clerk.scope)
            continue
        codes = codes_to_print(lot, found, clerk.scope)
        first = opened(codes[0])
        kept = select(SurveyCode.id).where(SurveyCode.lot_id == lot.id).order_by(SurveyCode.id)
        count = rng.randint(1, 3) if one.quiet else round(len(codes) * share * rng.uniform(0.8, 1.2))
        for code, code_id in zip(codes[:count], db.session.scalars(kept).all(), strict=False):
            what = replace(first, code=code, code_id=code_id)
            words = next(said, "") if rng.random() < 0.06 else ""
            answer(what, _given(rng, what.asked.questions, liking), words)


def _given(rng: Random, questions: Sequence[Question], liking: float) -> dict[str, str]:
    given = {}
    for question in questions:
        if rng.random() < 0.04:
            continue  # nobody has to answer every question
        number = len(question.choices)
        good = [choice.key in question.good for choice in question.choices]
        weights = [
            (6.0 if fine else 2.6 - 2.2 * place / number) * (1 + (liking if fine else -liking) * 0.7)
            for place, fine in enumerate(good)
        ]
        keys = [choice.key for choice in question.choices]
        (given[question.key],) = rng.choices(keys, [max(weight, 0.2) for weight in weights])
    return given


def _read_words(found: SurveyRound, clerk: Desk) -> None:
    """Clear what may be read as it stands; leave out what holds a number."""
    rows = select(SurveyWords).where(SurveyWords.round_id == found.id).order_by(SurveyWords.id)
    for words in db.session.scalars(rows).all():
        text = written(words) or ""
        if any(ch.isdigit() for ch in text):
            leave_out(words, found, clerk.actor, clerk.scope, WordsState.WAITING)
        else:
            text = text.replace("护工小赵", "一位护工")
            clear_words(words, found, text, clerk.actor, clerk.scope, WordsState.WAITING)
