"""Who wrote a case is seen with a note of it; clues of misconduct by discipline inspection alone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.audit.models import AuditEntry
from portal.complaints.kinds import Appearance
from portal.complaints.models import Case
from portal.complaints.queries.case_page import case_view
from portal.complaints.service import handling, triage
from portal.complaints.service.steps import NotTheirs, WordsMissing
from portal.domain.case_status import CaseRefused
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.office import NEXT_DAY, Office, in_progress, lodged, standing


def test_clues_are_for_discipline_alone_and_the_log_says_that_they_arrived(office: Office) -> None:
    from portal.complaints.queries.clues import clue_page, clues_waiting, find_clue

    number = in_progress(office)
    office.do("甲小明", triage.hand_over_clue, number, "科长收了机构的红包")
    assert standing(office.app, number).steps[-1].words_sealed is None
    for who in ("甲小明", "审大力", "督小平", "管小家"):
        assert office.ask(who, lambda reach: clue_page(reach)) == ([], 0)
    found, total = office.ask("纪小正", lambda reach: clue_page(reach))
    assert (total, found[0].words, found[0].received_at) == (1, "科长收了机构的红包", None)
    assert office.ask("纪小正", lambda reach: clues_waiting(reach)) == 1
    assert office.ask("甲小明", find_clue, found[0].id) is None

    def receive(who: str) -> None:
        with office.app.app_context(), clock.moved_to(NEXT_DAY), unit_of_work():
            reach = office.reach("纪小正")
            clue = find_clue(found[0].id, reach)
            assert clue is not None
            triage.receive_clue(clue, office.reach(who))

    with pytest.raises(NotTheirs):
        receive("甲小明")
    receive("纪小正")
    with pytest.raises(CaseRefused):
        receive("纪小正")
    assert standing(office.app, number).events[-2:] == ["hand_over_clue", "note"]
    assert office.ask("纪小正", lambda reach: clues_waiting(reach)) == 0


def test_a_confidential_writer_is_opened_with_a_reason_that_the_audit_keeps(office: Office) -> None:
    number = lodged(office.app, appearance=Appearance.CONFIDENTIAL)

    def look(who: str, reason: str) -> Any:
        with office.app.app_context(), clock.moved_to(NEXT_DAY), unit_of_work():
            return handling.open_person(db.session.get_one(Case, number), office.reach(who), reason)

    with pytest.raises(WordsMissing):
        look("甲小明", " ")
    with pytest.raises(WordsMissing):
        look("甲小明", "打13800138000")
    for who in ("消小防", "邻小近", "督小平", "纪小正", "管小家"):
        with pytest.raises(NotTheirs):
            look(who, "想看看")
    assert look("甲小明", "要约时间现场核实").name == "林秋月"
    assert look("甲小明", "再核实一次").phone == "13800138000"
    with office.app.app_context():
        query = select(AuditEntry).where(AuditEntry.action == "case_person_opened")
        entries = db.session.scalars(query.order_by(AuditEntry.sequence)).all()
        assert [("要约时间" in one.content, one.subject) for one in entries] == [
            (True, f"complaint/{number}"),
            (False, f"complaint/{number}"),
        ]
        assert all("林秋月" not in one.content for one in entries)


def test_an_open_writer_is_seen_after_it_was_noted_once(office: Office) -> None:
    number = lodged(office.app)
    receipt = standing(office.app, number).case.receipt
    view = office.ask("甲小明", case_view, receipt)
    assert (view.person, view.person_first, view.has_person) == (None, True, True)

    def note_it(who: str) -> bool:
        with office.app.app_context(), clock.moved_to(NEXT_DAY), unit_of_work():
            return handling.note_opening(db.session.get_one(Case, number), office.reach(who))

    assert [note_it("甲小明"), note_it("甲小明"), note_it("乙小红")] == [True, False, True]
    view = office.ask("甲小明", case_view, receipt)
    assert view.person.name == "林秋月"
    assert not view.person_first
    assert office.ask("审大力", case_view, receipt).person is None
    with pytest.raises(NotTheirs):
        note_it("督小平")
    with office.app.app_context():
        noted = select(func.count()).where(AuditEntry.action == "case_person_first_seen")
        assert db.session.scalar(noted) == 2
