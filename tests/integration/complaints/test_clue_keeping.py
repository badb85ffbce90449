"""A clue's words have a key of their own: what erasing the case leaves of them, and for how long."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEntry
from portal.complaints.jobs import put_cases_right
from portal.complaints.kinds import Finding
from portal.complaints.models import Case, CaseClue
from portal.complaints.queries.clues import clue_view
from portal.complaints.service import clue_keeping, handling, replying, retention, triage
from portal.complaints.service.words import told_of
from portal.domain.case_status import CaseRefused
from portal.domain.retention import SCHEDULE
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.office import NEXT_DAY, Office, lodged

RECEIVED = clock.at(date(2026, 6, 1), 9)
WORDS = "收了家属的红包"


def with_clue(office: Office) -> int:
    number = lodged(office.app)
    office.do("甲小明", handling.accept, number)
    office.do("甲小明", handling.start, number)
    office.do("甲小明", replying.reply, number, "查过了。", Finding.UNCLEAR)
    office.do("甲小明", handling.close, number)
    office.do("甲小明", triage.hand_over_clue, number, WORDS)
    return number


def receive(office: Office, number: int) -> None:
    def work(_case: Case, reach: Any, _seen: int) -> None:
        triage.receive_clue(
            db.session.scalars(select(CaseClue).where(CaseClue.case_id == number)).one(), reach
        )

    office.do("纪小正", work, number, at=RECEIVED)


def read(office: Office, number: int) -> str | None:
    """What discipline inspection reads of a case's only clue."""

    def look(reach: Any) -> str | None:
        found = db.session.scalars(select(CaseClue.id).where(CaseClue.case_id == number)).one()
        view = clue_view(found, reach)
        assert view is not None
        return view.words

    words: str | None = office.ask("纪小正", look)
    return words


def night(app: Flask, at: datetime) -> None:
    with app.app_context(), clock.moved_to(at):
        put_cases_right()


def case_words_left(app: Flask, number: int) -> bool:
    with app.app_context():
        return told_of(db.session.get_one(Case, number)) is not None


def test_a_received_clue_is_read_when_its_case_is_long_erased_and_then_no_more(office: Office) -> None:
    erased, kept = with_clue(office), with_clue(office)
    for number in (erased, kept):
        receive(office, number)
    office.do("审大力", retention.erase, erased)
    assert not case_words_left(office.app, erased)
    assert (read(office, erased), read(office, kept)) == (WORDS, WORDS)
    last = RECEIVED.date().replace(year=RECEIVED.year + SCHEDULE[clue_keeping.KEEP].years)
    with office.app.app_context(), unit_of_work():
        db.session.get_one(Case, kept).hold_reason = "诉讼"
    night(office.app, clock.at(last, 23))
    assert read(office, erased) == WORDS
    night(office.app, clock.at(last.replace(day=2), 0, 10))
    assert read(office, erased) is None
    assert (case_words_left(office.app, kept), read(office, kept)) == (True, WORDS)
    with office.app.app_context():
        whys = list(
            db.session.scalars(select(AuditEntry.content).where(AuditEntry.action == "intake_erased"))
        )
        assert sum("移送的线索保存期满" in str(one) for one in whys) == 1
        assert clue_keeping.with_clues_left() == []


def test_a_clue_that_nobody_received_is_not_erased_nor_its_case(office: Office) -> None:
    number = with_clue(office)
    with pytest.raises(CaseRefused):
        office.do("审大力", retention.erase, number)
    night(office.app, clock.at(date(2040, 1, 2), 1))
    assert case_words_left(office.app, number)
    assert read(office, number) == WORDS


def test_both_databases_find_the_clues_that_are_left(app: Flask) -> None:
    office = Office(app)
    number = with_clue(office)
    receive(office, number)
    with app.app_context():
        assert clue_keeping.with_clues_left() == []
    office.do("审大力", retention.erase, number, at=NEXT_DAY)
    with app.app_context():
        assert clue_keeping.with_clues_left() == [number]
        assert clue_keeping.with_clues_left(after=number) == []
        with clock.moved_to(clock.at(date(2040, 1, 2), 1)), unit_of_work():
            clue_keeping.erase_clues_over(db.session.get_one(Case, number))
        assert clue_keeping.with_clues_left() == []
