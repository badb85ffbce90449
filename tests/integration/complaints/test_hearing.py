"""What a writer without the web says later: entered by staff, marked as such, read by the writer."""

from __future__ import annotations

import json

import pytest

from portal import clock
from portal.complaints.kinds import Channel
from portal.complaints.models import CaseExclusion
from portal.complaints.queries.case_page import case_view
from portal.complaints.queries.track import track_view
from portal.complaints.service import handling, hearing, replying
from portal.complaints.service.steps import NotTheirs, WordsMissing
from portal.domain.case_status import CaseEvent, CaseRefused, CaseStatus
from portal.extensions import db
from tests.integration.complaints.cases import case_of
from tests.integration.complaints.office import NEXT_DAY, Office, in_progress, lodged, replied, standing


def test_an_answer_by_telephone_ends_the_pause_as_the_writers_own_does(office: Office) -> None:
    number = in_progress(office)
    office.do("甲小明", replying.ask, number, "是哪一天？")
    waiting = standing(office.app, number).current.final_due
    office.do("乙小红", hearing.hear, number, "上周三夜里。", Channel.PHONE)
    found = standing(office.app, number)
    assert found.case.status is CaseStatus.IN_PROGRESS
    assert (found.current.asked_on, found.current.answered_on) == (NEXT_DAY.date(), NEXT_DAY.date())
    assert found.current.final_due < waiting
    line = found.steps[-1]
    assert (line.event, line.staff_id) == (CaseEvent.ANSWER_QUESTION, office.ids["乙小红"])
    assert json.loads(line.said or "") == {"by": "staff", "channel": "phone"}
    assert "上周三" not in (line.words_sealed or "")


def test_the_writer_reads_what_was_entered_and_that_it_was_not_typed_by_them(office: Office) -> None:
    number = lodged(office.app)
    office.do("甲小明", hearing.hear, number, "还少收了一次药。", Channel.VISIT)
    with office.app.app_context(), clock.moved_to(NEXT_DAY):
        line = track_view(case_of(number)).lines[-1]
    assert (line.event, line.words, line.by_citizen) == (CaseEvent.ADD, "还少收了一次药。", False)
    assert "民政" in line.actor
    assert line.said["channel"] == "visit"
    view = office.ask("甲小明", case_view, standing(office.app, number).case.receipt)
    assert (view.lines[-1].by_citizen, view.lines[-1].words) == (False, "还少收了一次药。")
    assert standing(office.app, number).case.status is CaseStatus.LODGED


def test_whom_the_caller_names_is_excluded(office: Office) -> None:
    office.hire("甲小明", "乙小红")
    number = lodged(office.app)
    office.do("甲小明", hearing.hear, number, "乙小红收过院里的东西。", Channel.LETTER)
    with office.app.app_context():
        assert db.session.get(CaseExclusion, (number, office.ids["乙小红"])) is not None


def test_what_can_not_be_entered(office: Office) -> None:
    number = lodged(office.app)
    with pytest.raises(WordsMissing):
        office.do("甲小明", hearing.hear, number, "  ", Channel.PHONE)
    with pytest.raises(CaseRefused):
        office.do("甲小明", hearing.hear, number, "网上说的", Channel.WEB)
    for who in ("消小防", "邻小近", "督小平"):
        with pytest.raises(NotTheirs):
            office.do(who, hearing.hear, number, "来电", Channel.PHONE)
    assert standing(office.app, number).events == ["lodge"]
    ended = replied(office)
    office.do("甲小明", hearing.hear, ended, "还有一句。", Channel.PHONE)
    office.do("甲小明", handling.close, ended)
    with pytest.raises(CaseRefused):
        office.do("甲小明", hearing.hear, ended, "再来电", Channel.PHONE)
