"""Mails to the writer: that there is news, and nothing of the person, the home or the case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.complaints.kinds import Category
from portal.complaints.service.clocks import begin_pause
from portal.complaints.service.steps import CITIZEN, step
from portal.complaints.service.words import Person
from portal.domain.case_status import BY_CITIZEN, TRANSITIONS, CaseEvent, CaseStatus
from portal.extensions import db
from portal.glossary import label
from portal.notify.models import Mail
from portal.unit_of_work import trial_run
from portal.vault import sealing
from tests.integration.complaints.cases import (
    CLERK,
    LODGEMENT,
    NOON,
    acting_at,
    case_of,
    enter_home,
    lodge_case,
)

TOLD = {
    CaseEvent.ACCEPT,
    CaseEvent.REFUSE,
    CaseEvent.TRANSFER,
    CaseEvent.FIRST_ANSWER,
    CaseEvent.INTERIM_REPLY,
    CaseEvent.ASK,
    CaseEvent.END_PAUSE,
    CaseEvent.EXTEND,
    CaseEvent.REPLY,
    CaseEvent.ASK_AGAIN,
}
"""Besides the receipt. Whatever staff do among themselves is no news."""

NEVER = (
    "林秋月",
    "138001",
    "幸福路",
    "护工",
    "夜班",
    "示例敬老院",
    "三元",
    "投诉",
    "养老院",
    CLERK.name,
    *(label(category) for category in Category),
)


def mails() -> list[tuple[str, str, str]]:
    """Return title, recipient and body of every mail, within an application context."""
    return [
        (
            mail.title or "",
            sealing.unseal(mail.recipient_sealed or "") or "",
            sealing.unseal(mail.body_sealed or "") or "",
        )
        for mail in db.session.scalars(select(Mail).order_by(Mail.id))
    ]


@pytest.mark.parametrize("event", [each for each in CaseEvent if each is not CaseEvent.LODGE])
def test_news_is_told_and_says_nothing(sqlite_app: Flask, event: CaseEvent) -> None:
    number, _ = lodge_case(sqlite_app, institution_id=enter_home(sqlite_app))
    status = next(status for status in CaseStatus if (status, event) in TRANSITIONS)
    with sqlite_app.app_context(), clock.moved_to(NOON + timedelta(days=1)), trial_run():
        case = case_of(number)
        case.status = status
        step(case, event, CITIZEN if event in BY_CITIZEN else CLERK, words="护工说夜班只有一个人。")
        sent = mails()[1:]
        assert len(sent) == (event in TOLD)
        for title, to, body in sent:
            assert to == LODGEMENT.person.mail
            assert title == f"您登记的事项有新进展（编号尾号{case.receipt[-4:]}）"
            assert f"{sqlite_app.config['PORTAL'].base_url}/complaints/track" in body
            assert case.receipt not in body
            for word in NEVER:
                assert word not in title + body.replace("/complaints/track", "")


def test_the_receipt_tells_the_last_day_and_each_answer_the_next(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    with acting_at(sqlite_app, clock.at(date(2026, 3, 4))):
        case_of(number).status = CaseStatus.ASSIGNED
        step(case_of(number), CaseEvent.FIRST_ANSWER, CLERK, words="查了一部分。")
    with acting_at(sqlite_app, clock.at(date(2026, 3, 9))):
        begin_pause(case_of(number))
        step(case_of(number), CaseEvent.ASK, CLERK, words="夜班几个人？")
        step(case_of(number), CaseEvent.REPLY, CLERK, words="查完了。")
    with sqlite_app.app_context():
        lodged, first, asked, replied = (body for _, _, body in mails())
    assert "最晚2026年3月9日答复您。" in lodged
    assert "最晚2026年3月30日办完并答复您。" in first
    assert "最晚2026年4月13日办完并答复您。" in asked
    assert "最晚" not in replied


def test_who_gave_no_address_gets_no_mail(sqlite_app: Flask) -> None:
    lodge_case(sqlite_app, person=Person("林秋月", "13800138000"))
    with sqlite_app.app_context():
        assert mails() == []


def test_a_mail_goes_out_with_its_step_or_not_at_all(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    with pytest.raises(ZeroDivisionError), acting_at(sqlite_app, NOON):
        step(case_of(number), CaseEvent.ACCEPT, CLERK)
        raise ZeroDivisionError
    with sqlite_app.app_context():
        assert len(mails()) == 1


def test_a_mail_that_waits_is_lost_with_the_cases_key(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    with acting_at(sqlite_app, NOON):
        sealing.erase(case_of(number).subject)
    with sqlite_app.app_context():
        assert [(to, body) for _, to, body in mails()] == [("", "")]
