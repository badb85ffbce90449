"""Answering: a code is spent and an answer laid down, and nothing is kept that leads from one to the other.

Flushes, never commits. Nobody acts in whose name the audit could tell it: what the public answers is entered
nowhere, and of a call typed in by staff only that there was one, for which round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import insert, select, update

from portal import clock
from portal.audit.capture import note
from portal.domain.access_code import InvalidCode, parse_code
from portal.domain.actor import Actor, Scope
from portal.domain.questionnaires import Audience, Questionnaire, questionnaire, read_answers
from portal.domain.refusals import WordsMissing
from portal.domain.survey_round import RoundPhase
from portal.extensions import db
from portal.institutions.models import Institution
from portal.surveys.kinds import SURVEY_ROUND, WORDS_MOST, SheetChannel, WordsState
from portal.surveys.models import (
    SurveyAnswer,
    SurveyCode,
    SurveyLot,
    SurveyRound,
    SurveyWords,
    random_key,
    words_subject,
)
from portal.surveys.service.rights import NotNow, check_keeps
from portal.surveys.service.sheets import code_index
from portal.vault.sealing import seal


class Fit(StrEnum):
    """Whether a code opens a questionnaire now."""

    OPENS = "opens"
    UNREADABLE = "unreadable"
    """What was typed can be no code."""
    UNKNOWN = "unknown"
    """No such code, or one of a lot that was made void."""
    USED = "used"
    TOO_EARLY = "too_early"
    OVER = "over"


class CodeSpent(NotNow):
    """The code was used, or its round ended, between our look and this word."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a code opens. ``code``: as it is written; the rest is there where ``fit`` says that it opens."""

    fit: Fit
    code: str
    code_id: int | None = None
    lot: SurveyLot | None = None
    round: SurveyRound | None = None
    home: Institution | None = None

    @property
    def asked(self) -> Questionnaire:
        """The questionnaire to fill in."""
        assert self.round is not None
        assert self.lot is not None
        return questionnaire(self.round.questionnaire, self.lot.audience)


def opened(typed: str) -> Opened:
    """Return what a typed or scanned code opens today. Costs one query; changes nothing."""
    try:
        code = parse_code(typed)
    except InvalidCode:
        return Opened(Fit.UNREADABLE, typed[:40])
    query = (
        select(SurveyCode.id, SurveyCode.used, SurveyLot, SurveyRound, Institution)
        .join(SurveyLot, SurveyLot.id == SurveyCode.lot_id)
        .join(SurveyRound, SurveyRound.id == SurveyLot.round_id)
        .join(Institution, Institution.id == SurveyLot.institution_id)
        .where(SurveyCode.code_index == code_index(code))
    )
    row = db.session.execute(query).one_or_none()
    if row is None or row[2].void:
        return Opened(Fit.UNKNOWN, code)
    code_id, used, lot, found, home = row
    fit = Fit.OPENS
    if used:
        fit = Fit.USED
    elif clock.today() < found.opens_on:
        fit = Fit.TOO_EARLY
    elif found.phase(clock.today()) is not RoundPhase.OPEN:
        fit = Fit.OVER
    return Opened(fit, code, code_id, lot, found, home)


def answer(what: Opened, given: Mapping[str, str], words: str) -> None:
    """Spend the code and lay the answer down.

    Of two who send the same code at once one gets CodeSpent. Raises NothingAnswered and WordsMissing too.
    """
    if what.fit is not Fit.OPENS:
        raise CodeSpent("这个码现在不能用了。")
    assert what.lot is not None
    assert what.round is not None
    answers, words = read_answers(what.asked, given), fit_words(words)
    if not _spend(what.lot.id, what.code_id):
        raise CodeSpent("这个码刚刚已经用过了。")
    _lay_down(what.round, what.lot.institution_id, what.lot.audience, answers, words)


def answer_by_telephone(
    lot: SurveyLot, found: SurveyRound, given: Mapping[str, str], words: str, actor: Actor, scope: Scope
) -> None:
    """Type in what somebody said on the telephone: one of the calls planned to a home.

    Raises NotTheirs, NotNow, CodeSpent where all planned calls are entered, and as ``answer``.
    """
    check_keeps(found.region_code, scope)
    if lot.channel is not SheetChannel.TELEPHONE or lot.void:
        raise NotNow("这不是电话回访。")
    if found.phase(clock.today()) is not RoundPhase.OPEN:
        raise NotNow("这一轮现在不收回答。")
    asked = questionnaire(found.questionnaire, lot.audience)
    answers, words = read_answers(asked, given), fit_words(words)
    if not _spend(lot.id, None):
        raise CodeSpent("这家机构计划的电话回访都录完了。要多打几个，请先增加。")
    _lay_down(found, lot.institution_id, lot.audience, answers, words)
    # neither the home nor whose call it was: the audit has times
    note("survey_call", f"{SURVEY_ROUND}/{found.id}")


def fit_words(words: str | None) -> str:
    """Return the one free text without blank ends, empty for nothing. Raises WordsMissing."""
    words = (words or "").strip()
    if len(words) > WORDS_MOST:
        raise WordsMissing(f"想说的话请不要超过{WORDS_MOST}个字，现在是{len(words)}个字。")
    return words


def _spend(lot_id: int, code_id: int | None) -> bool:
    """Mark a code of a lot as used (None: any that is left); False if there was none to mark.

    Every code of the lot is written again with it: PostgreSQL notes on each row which transaction wrote it,
    and the answer's note must lead to the lot, which it names anyway, and no further.
    """
    db.session.execute(select(SurveyLot.id).where(SurveyLot.id == lot_id).with_for_update())
    free = select(SurveyCode.id).where(SurveyCode.lot_id == lot_id, SurveyCode.used.is_(False))
    wanted = free.limit(1) if code_id is None else free.where(SurveyCode.id == code_id)
    found = db.session.scalar(wanted)
    if found is None:
        return False
    spent = update(SurveyCode).where(SurveyCode.id == found, SurveyCode.used.is_(False)).values(used=True)
    if db.session.execute(spent).rowcount != 1:  # type: ignore[attr-defined]
        return False
    db.session.execute(update(SurveyCode).where(SurveyCode.lot_id == lot_id).values(used=SurveyCode.used))
    return True


def _lay_down(
    found: SurveyRound, institution_id: int, audience: Audience, answers: dict[str, str], words: str
) -> None:
    about = {"round_id": found.id, "institution_id": institution_id, "audience": audience}
    # past the session, which would remember them together
    db.session.execute(insert(SurveyAnswer).values(id=random_key(), answers=answers, **about))
    if words:
        sealed = seal(words_subject(found.id), words)
        waiting = {"id": random_key(), "words_sealed": sealed, "state": WordsState.WAITING}
        db.session.execute(insert(SurveyWords).values(**waiting, **about))
