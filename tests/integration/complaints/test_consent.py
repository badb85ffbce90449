"""Consent to publish is taken back by its writer, and what stood in public is gone at once."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from portal.complaints.kinds import Finding
from portal.complaints.models import CasePublication
from portal.complaints.queries.track import track_view
from portal.complaints.service import handling, publication, replying
from portal.complaints.service.consent import take_back_consent
from portal.complaints.service.publication import NotForPublic
from portal.domain.case_status import CaseEvent, CaseRefused
from portal.extensions import db
from tests.integration.complaints.cases import acting_at, case_of
from tests.integration.complaints.office import NEXT_DAY, Office, lodged, standing

TEXT, REPLY = "夜里没有人照看，老人摔倒。", "已经核实，责令增加夜班人员。"


def consented(office: Office) -> int:
    number = lodged(office.app, consent_publish=True)
    office.do("甲小明", handling.accept, number)
    office.do("甲小明", handling.start, number)
    office.do("甲小明", replying.reply, number, "查过了，已整改。", Finding.NOT_TRUE)
    return number


def take_back(office: Office, number: int) -> None:
    with acting_at(office.app, NEXT_DAY):
        take_back_consent(case_of(number))


def test_taking_consent_back_takes_the_text_down_for_good(office: Office) -> None:
    number = consented(office)
    office.do("审大力", publication.publish, number, "夜间照看不到位", TEXT, REPLY, False)
    before = standing(office.app, number)
    take_back(office, number)
    after = standing(office.app, number)
    assert after.case.consent_publish is False
    assert (after.case.status, after.current.final_due) == (before.case.status, before.current.final_due)
    with office.app.app_context():
        found = db.session.scalars(select(CasePublication)).one()
        assert (found.withdrawn_at, found.withdrawn_reason) == (NEXT_DAY, "投诉人不再同意公开")
        view = track_view(case_of(number))
        assert view.published_id is None
        assert CaseEvent.UNPUBLISH not in view.may
        line = view.lines[-1]
        assert (line.event, line.by_citizen, line.said) == (CaseEvent.UNPUBLISH, True, {"consent": False})
    assert json.loads(after.steps[-1].said or "") == {"consent": False}
    with pytest.raises(NotForPublic):
        office.do("审大力", publication.publish, number, "夜间照看不到位", TEXT, REPLY, False)


def test_it_is_offered_and_possible_once_and_only_where_there_is_consent(office: Office) -> None:
    number, without = lodged(office.app, consent_publish=True), lodged(office.app)
    with office.app.app_context():
        assert CaseEvent.UNPUBLISH in track_view(case_of(number)).may
        assert CaseEvent.UNPUBLISH not in track_view(case_of(without)).may
    take_back(office, number)
    for one in (number, without):
        with pytest.raises(CaseRefused):
            take_back(office, one)
    assert standing(office.app, number).events == ["lodge", "unpublish"]
