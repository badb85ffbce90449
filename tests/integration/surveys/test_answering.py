"""Answering with a code: once, in its days, and by nobody else's."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.audit.models import AuditEntry
from portal.domain.errors import DomainError
from portal.domain.questionnaires import Audience, NothingAnswered
from portal.domain.refusals import NotTheirs, WordsMissing
from portal.extensions import db
from portal.surveys.models import SurveyAnswer, SurveyCode, SurveyWords
from portal.surveys.queries.office import totals
from portal.surveys.service.answering import CodeSpent, Fit, answer, answer_by_telephone, opened
from portal.surveys.service.rights import NotNow
from portal.surveys.service.sheets import void_lot
from portal.unit_of_work import unit_of_work
from tests.integration.surveys.calling import CLERK, FIRST, LAST, OTHER, Office, scope


def test_a_code_opens_its_questionnaire_once(office: Office) -> None:
    code, other = office.sheets("甲养老院", 2, Audience.FAMILIES)
    with office.on(FIRST):
        what = opened(f" {code.lower().replace('-', ' ')} ")
        assert (what.fit, what.code) == (Fit.OPENS, code)
        assert what.home is not None
        assert what.home.name == "甲养老院"
        assert what.asked.audience is Audience.FAMILIES
    office.answer(code, meals="bad", overall="good", nonsense="good")
    with office.on(FIRST):
        assert opened(code).fit is Fit.USED
        assert opened(other).fit is Fit.OPENS
        kept = db.session.scalars(select(SurveyAnswer)).one()
        assert kept.answers == {"meals": "bad", "overall": "good"}
        with pytest.raises(CodeSpent):
            answer(opened(code), {"overall": "good"}, "")
        found = totals(office.round_id)[Audience.FAMILIES]
        assert (found.homes, found.handed_out, found.used) == (1, 2, 1)


def test_what_opens_nothing_says_why(office: Office) -> None:
    (code,) = office.sheets("甲养老院", 1)
    with office.on(FIRST - timedelta(days=1)):
        assert opened(code).fit is Fit.TOO_EARLY
    with office.on(LAST):
        assert opened(code).fit is Fit.OPENS
    with office.on(LAST + timedelta(days=1)):
        assert opened(code).fit is Fit.OVER
        assert opened("0000-0000-0000").fit is Fit.UNKNOWN
        assert opened("二维码").fit is Fit.UNREADABLE


def test_a_void_lot_opens_nothing_and_a_used_one_is_not_voided(office: Office) -> None:
    lost, kept = office.sheets("甲养老院", 1), office.sheets("乙养老院", 1)
    office.answer(kept[0])
    with office.on(FIRST):
        found = office.round()
        lot = opened(lost[0]).lot
        assert lot is not None
        void_lot(lot, found, CLERK, scope(), lot.version)
        assert opened(lost[0]).fit is Fit.UNKNOWN
        assert Audience.RESIDENTS in totals(office.round_id)
        assert totals(office.round_id)[Audience.RESIDENTS].handed_out == 1
        used = opened(kept[0]).lot or db.session.get_one(type(lot), lot.id + 1)
        with pytest.raises(NotNow):
            void_lot(used, found, CLERK, scope(), used.version)


def test_nothing_and_too_much_are_refused_and_spend_nothing(office: Office) -> None:
    (code,) = office.sheets("甲养老院", 1)
    for given, words, refusal in (
        ({"overall": "superb"}, "", NothingAnswered),
        ({"overall": "good"}, "话" * 501, WordsMissing),
    ):
        with pytest.raises(refusal), office.on(FIRST):
            answer(opened(code), given, words)
    with office.on(FIRST):
        assert opened(code).fit is Fit.OPENS
        assert db.session.scalar(select(func.count()).select_from(SurveyAnswer)) == 0


def test_of_two_who_send_one_code_at_once_one_is_taken(any_office: Office) -> None:
    """Both have looked before either sends."""
    office = any_office
    (code,) = office.sheets("甲养老院", 1)
    looked, outcomes = threading.Barrier(2), []

    def send() -> None:
        with office.app.app_context(), clock.moved_to(clock.at(FIRST, 11)):
            try:
                what = opened(code)
                db.session.rollback()
                looked.wait(timeout=10)
                with unit_of_work():
                    answer(what, {"overall": "good"}, "好。")
                outcomes.append("taken")
            except DomainError:
                outcomes.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["refused", "taken"]
    with office.on(FIRST):
        for model in (SurveyAnswer, SurveyWords):
            assert db.session.scalar(select(func.count()).select_from(model)) == 1
        assert db.session.scalars(select(SurveyCode.used)).all() == [True]


def test_planned_calls_are_typed_in_and_no_more(office: Office) -> None:
    lot_id = office.calls("甲养老院", 2)
    for _ in range(2):
        with office.on(FIRST):
            answer_by_telephone(office.lot(lot_id), office.round(), {"care": "fair"}, "", CLERK, scope())
    with office.on(FIRST):
        with pytest.raises(CodeSpent):
            answer_by_telephone(office.lot(lot_id), office.round(), {"care": "fair"}, "", CLERK, scope())
        with pytest.raises(NotTheirs):
            answer_by_telephone(office.lot(lot_id), office.round(), {"care": "fair"}, "", CLERK, scope(OTHER))
        said = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "survey_call").order_by(AuditEntry.sequence)
        ).all()
        assert [one.subject for one in said] == [f"survey_round/{office.round_id}"] * 2
