"""Lodging: one case for one form, whatever happens; what is kept open and what sealed; who is excluded."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal import clock
from portal.accounts.models import StaffMember
from portal.audit.models import AuditEntry
from portal.complaints.kinds import Appearance, Category, Channel, WhyExcluded
from portal.complaints.models import Case, CaseExclusion, CaseRound, CaseStep
from portal.complaints.office_models import CaseMonth
from portal.complaints.service import lodging
from portal.complaints.service.lodging import ReceiptTimeRefused
from portal.complaints.service.steps import WordsMissing
from portal.complaints.service.words import Person, Told, person_of, told_of
from portal.domain.case_status import CaseEvent, CaseStatus
from portal.domain.permissions import Department, Role
from portal.domain.receipts import COMPLAINT, parse_receipt
from portal.extensions import db
from portal.intake.attachments import Prepared, files_of, open_file
from portal.intake.models import FileBy, FileKind
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.cases import (
    CLERK,
    COUNTY,
    LODGEMENT,
    NOON,
    acting_at,
    case_of,
    enter_home,
    lodge_case,
)
from tests.surfaces.staff import make_staff

PLANTED = ("林秋月", "13800138000", "lin@example.cn", "幸福路", "护工", "夜班")


def test_what_was_written_is_sealed_and_opens_again(app: Flask) -> None:
    number, lodged = lodge_case(app)
    assert lodged.fresh
    with app.app_context():
        case = case_of(number)
        assert parse_receipt(case.receipt, COMPLAINT) == case.receipt
        assert case.receipt.startswith("T2026-")
        assert (case.status, case.version > 0, case.entered_by) == (CaseStatus.LODGED, True, "群众")
        assert told_of(case) == LODGEMENT.told
        assert person_of(case) == LODGEMENT.person
        assert lodged.code is not None
        kept = "\n".join(
            repr(row)
            for table in db.metadata.tables
            for row in db.session.execute(text(f"SELECT * FROM {table}"))
        )
    assert case.receipt in kept
    for word in (*PLANTED, lodged.code, lodged.code.replace("-", "")):
        assert word not in kept


def test_both_clocks_begin_at_the_receipt(app: Flask) -> None:
    number, _ = lodge_case(app, at=clock.at(date(2026, 3, 2), 23, 59))
    with app.app_context():
        (opened,) = db.session.scalars(select(CaseRound).where(CaseRound.case_id == number))
        assert (opened.received_on, opened.first_due, opened.final_due) == (
            date(2026, 3, 2),
            date(2026, 3, 9),
            date(2026, 3, 30),
        )
        assert (opened.first_provisional, opened.final_provisional) == (False, False)
        assert opened.first_calendar == opened.final_calendar
        assert (opened.number, opened.final_days) == (1, 20)
        assert case_of(number).next_due == date(2026, 3, 9)
        (line,) = db.session.scalars(select(CaseStep).where(CaseStep.case_id == number))
        assert (line.event, line.status_before, line.status, line.to_citizen) == (
            CaseEvent.LODGE,
            None,
            CaseStatus.LODGED,
            True,
        )


def test_the_same_form_twice_is_one_case_and_shows_its_code_for_15_minutes(app: Flask) -> None:
    token = "a" * 32
    number, first = lodge_case(app, token=token)
    for minutes, shown in ((0, first.code), (15, first.code), (16, None)):
        again, second = lodge_case(app, NOON + timedelta(minutes=minutes), token, told=Told("别的"))
        assert (again, second.code, second.fresh) == (number, shown, False)
    other, third = lodge_case(app)
    assert other != number
    assert third.code != first.code
    with app.app_context():
        assert told_of(case_of(number)) == LODGEMENT.told


def test_two_sendings_at_one_moment_are_one_case(app: Flask) -> None:
    lodge_case(app)  # so that the portal's own secrets exist
    start, found = threading.Barrier(2), []

    def send() -> None:
        start.wait()
        number, lodged = lodge_case(app, token="c" * 32)
        found.append((number, lodged.code))

    senders = [threading.Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    with app.app_context():
        assert len(db.session.scalars(select(CaseRound).where(CaseRound.case_id == found[0][0])).all()) == 1


def test_a_receipt_number_that_is_taken_is_drawn_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter([7, 7, 7, 8])
    monkeypatch.setattr(lodging.secrets, "randbelow", lambda _most: next(draws))
    first, one = lodge_case(app)
    second, two = lodge_case(app)
    assert (next(draws, None), first != second) == (None, True)
    with app.app_context():
        receipts = set(db.session.scalars(select(Case.receipt)))
    assert len(receipts) == 2
    assert one.code != two.code


def test_a_home_decides_the_region_and_the_category_the_department(sqlite_app: Flask) -> None:
    home = enter_home(sqlite_app, region_code="110101")
    number, _ = lodge_case(sqlite_app, institution_id=home, category=Category.FIRE)
    with sqlite_app.app_context():
        case = case_of(number)
        assert (case.region_code, case.department) == ("110101", Department.FIRE)


def test_nobodys_name_is_kept_of_whom_we_promise_that_none_is(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app, appearance=Appearance.ANONYMOUS)
    silent, _ = lodge_case(sqlite_app, appearance=Appearance.ANONYMOUS, person=Person("林秋月"))
    with sqlite_app.app_context():
        assert person_of(case_of(number)) == Person("", "13800138000", "lin@example.cn", "幸福路8号")
        assert case_of(silent).person_sealed is None
        assert (case_of(number).has_mail, case_of(silent).has_mail) == (True, False)


def test_a_complaint_says_something(sqlite_app: Flask) -> None:
    with pytest.raises(WordsMissing):
        lodge_case(sqlite_app, told=Told(" \n"))
    with sqlite_app.app_context():
        assert db.session.scalars(select(Case)).all() == []


def test_a_call_typed_in_later_counts_from_its_receipt_and_is_marked(sqlite_app: Flask) -> None:
    called = clock.at(date(2026, 2, 27), 16)
    number, _ = lodge_case(sqlite_app, channel=Channel.PHONE, received_at=called, by=CLERK)
    with sqlite_app.app_context():
        case = case_of(number)
        assert (case.received_at, case.entered_at, case.entered_by) == (called, NOON, CLERK.name)
        assert case.next_due == date(2026, 3, 5)  # Saturday the 28th was worked for the Spring Festival
        events = [(line.event, line.to_citizen) for line in db.session.scalars(select(CaseStep))]
        assert events == [(CaseEvent.LODGE, True), (CaseEvent.REDATE, True)]
        (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "case_received_earlier"))
        assert (entry.subject, "2026-02-27" in entry.content) == (case.subject, True)


def test_the_same_day_needs_no_mark_and_the_future_is_refused(sqlite_app: Flask) -> None:
    morning = clock.at(date(2026, 3, 2), 8)
    lodge_case(sqlite_app, channel=Channel.VISIT, received_at=morning, by=CLERK)
    for channel, received in ((Channel.PHONE, NOON + timedelta(seconds=1)), (Channel.WEB, morning)):
        with pytest.raises(ReceiptTimeRefused):
            lodge_case(sqlite_app, channel=channel, received_at=received, by=CLERK)
    with sqlite_app.app_context():
        assert [line.event for line in db.session.scalars(select(CaseStep))] == [CaseEvent.LODGE]


def test_whom_the_words_name_cannot_handle_it(sqlite_app: Flask) -> None:
    named = [
        make_staff(sqlite_app, name="王小明"),
        make_staff(sqlite_app, Role.REVIEWER, region_code="350400", name="王 小明"),
        make_staff(sqlite_app, region_code=None, name="陈一"),
    ]
    make_staff(sqlite_app, department=Department.FIRE, name="王小明")
    make_staff(sqlite_app, region_code="110101", name="王小明")
    make_staff(sqlite_app, Role.SUPERVISOR, name="王小明")
    make_staff(sqlite_app, name="李四海")
    gone = make_staff(sqlite_app, name="王小明")
    with acting_at(sqlite_app, NOON):
        db.session.get_one(StaffMember, gone.id).active = False
    make_staff(sqlite_app, name="王")
    number, _ = lodge_case(sqlite_app, told=Told("王小\n明收了红包。", "请陈一不要再管这件事。"))
    with sqlite_app.app_context():
        found = db.session.execute(select(CaseExclusion.staff_id, CaseExclusion.why)).all()
        assert {tuple(row) for row in found} == {(one.id, WhyExcluded.NAMED) for one in named}
        assert case_of(number).status is CaseStatus.LODGED


def test_files_are_the_writers_or_the_clerks(sqlite_app: Flask) -> None:
    photo = Prepared(FileKind.PHOTO, b"\xff\xd8\xff rebuilt")
    number, _ = lodge_case(sqlite_app, files=[photo, photo])
    typed, _ = lodge_case(sqlite_app, channel=Channel.LETTER, by=CLERK, files=[photo])
    with sqlite_app.app_context():
        kept = files_of(case_of(number).subject)
        assert [(one.by, open_file(one)) for one in kept] == [(FileBy.CITIZEN, photo.data)] * 2
        assert [one.by for one in files_of(case_of(typed).subject)] == [FileBy.STAFF]


def test_the_month_is_counted_anew_only_if_the_case_stands(app: Flask) -> None:
    with app.app_context(), clock.moved_to(NOON), pytest.raises(ZeroDivisionError), unit_of_work():
        lodging.lodge(LODGEMENT, "d" * 32)
        raise ZeroDivisionError
    with app.app_context():
        assert db.session.scalars(select(CaseMonth)).all() == []
    lodge_case(app)
    with acting_at(app, NOON):
        (month,) = db.session.scalars(select(CaseMonth))
        assert (month.region_code, month.month, month.stale) == (COUNTY, date(2026, 3, 1), True)
        month.stale = False
    lodge_case(app, NOON + timedelta(days=1))
    with app.app_context():
        assert db.session.scalars(select(CaseMonth.stale)).all() == [True]
