"""Lodging: one suggestion for one form, whatever happens; what is kept open and what sealed; its days."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal import clock
from portal.domain.mail_address import NotAnAddress
from portal.domain.permissions import Department
from portal.domain.receipts import SUGGESTION, parse_receipt
from portal.domain.refusals import WordsMissing
from portal.domain.suggestion_status import SuggestionEvent, SuggestionStatus
from portal.extensions import db
from portal.intake import access_codes
from portal.intake.attachments import Prepared, files_of, open_file
from portal.intake.models import FileBy, FileKind
from portal.notify.models import Mail
from portal.topics.kinds import SuggestionChannel, SuggestionKind, SuggestionStage
from portal.topics.models import Suggestion, SuggestionCount
from portal.topics.service.lodging import ReceiptTimeRefused
from portal.topics.service.words import Contact, contact_of, words_of
from tests.integration.topics.suggesting import CLERK, COUNTY, NOON, WISH, lodged, standing

PLANTED = ("13800138000", "lin@example.cn", "长者食堂", "助餐点", "半个钟头")


def test_what_was_written_is_sealed_and_opens_again(app: Flask) -> None:
    number, done = lodged(app)
    assert done.fresh
    with app.app_context():
        one = db.session.get_one(Suggestion, number)
        assert parse_receipt(one.receipt, SUGGESTION) == one.receipt
        assert (one.status, one.entered_by, one.department) == (
            SuggestionStatus.RECEIVED,
            "群众",
            Department.CIVIL_AFFAIRS,
        )
        assert (words_of(one), contact_of(one)) == (WISH.text, WISH.person)
        assert done.code is not None
        assert access_codes.check(one.access_hash, one.receipt, done.code)
        kept = "\n".join(
            repr(row)
            for table in db.metadata.tables
            for row in db.session.execute(text(f"SELECT * FROM {table}"))
        )
    assert one.receipt in kept
    for word in (*PLANTED, done.code, done.code.replace("-", "")):
        assert word not in kept


def test_it_is_looked_through_within_five_working_days_and_counted(sqlite_app: Flask) -> None:
    number, _ = lodged(sqlite_app, clock.at(date(2026, 3, 6), 23, 59))
    one, steps = standing(sqlite_app, number)
    assert (one.received_on, one.look_due, one.answer_due) == (date(2026, 3, 6), date(2026, 3, 13), None)
    assert [(line.event, line.status_before, line.to_writer) for line in steps] == [
        (SuggestionEvent.RECEIVE, None, True)
    ]
    with sqlite_app.app_context():
        rows = db.session.execute(
            select(SuggestionCount.region_code, SuggestionCount.stage, SuggestionCount.number)
        )
        assert [tuple(row) for row in rows] == [(COUNTY, SuggestionStage.TO_LOOK, 1)]


def test_the_same_form_twice_is_one_suggestion_and_shows_its_code_for_15_minutes(sqlite_app: Flask) -> None:
    token = "a" * 32
    number, first = lodged(sqlite_app, token=token)
    for minutes, shown in ((0, first.code), (15, first.code), (16, None)):
        again, second = lodged(sqlite_app, NOON + timedelta(minutes=minutes), token, text="别的别的别的")
        assert (again, second.code, second.fresh) == (number, shown, False)
    other, third = lodged(sqlite_app)
    assert other != number
    assert third.code != first.code


def test_two_sendings_at_one_moment_are_one_suggestion(app: Flask) -> None:
    lodged(app)  # so that the portal's own secrets exist
    start, found = threading.Barrier(2), []

    def send() -> None:
        start.wait()
        number, done = lodged(app, token="c" * 32)
        found.append((number, done.code))

    senders = [threading.Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    with app.app_context():
        assert sum(db.session.scalars(select(SuggestionCount.number))) == 2


@pytest.mark.parametrize("written", ["太远了", "　 \n", "远" * 501])
def test_a_suggestion_says_something_and_is_short(sqlite_app: Flask, written: str) -> None:
    with pytest.raises(WordsMissing):
        lodged(sqlite_app, text=written)
    with sqlite_app.app_context():
        assert db.session.scalars(select(Suggestion)).all() == []


def test_a_suggestion_is_about_a_place_there_is(sqlite_app: Flask) -> None:
    with pytest.raises(WordsMissing):
        lodged(sqlite_app, region_code="999999")


def test_a_contact_is_read_and_none_is_none(sqlite_app: Flask) -> None:
    with pytest.raises(NotAnAddress):
        lodged(sqlite_app, person=Contact(mail="没有邮箱"))
    number, _ = lodged(sqlite_app, person=Contact(" ", ""))
    one, _ = standing(sqlite_app, number)
    assert (one.person_sealed, one.has_mail) == (None, False)
    with sqlite_app.app_context():
        assert db.session.scalars(select(Mail)).all() == []


def test_who_left_an_address_is_written_to_without_a_word_of_it(sqlite_app: Flask) -> None:
    number, _ = lodged(sqlite_app)
    with sqlite_app.app_context():
        (mail,) = db.session.scalars(select(Mail))
        assert mail.title is not None
        assert "点题" not in mail.title
        assert mail.title.endswith(f"{db.session.get_one(Suggestion, number).receipt[-4:]}）")


def test_a_call_typed_in_later_counts_from_its_receipt(sqlite_app: Flask) -> None:
    called = clock.at(date(2026, 2, 27), 16)
    number, _ = lodged(sqlite_app, channel=SuggestionChannel.PHONE, received_at=called, by=CLERK)
    one, steps = standing(sqlite_app, number)
    assert (one.received_at, one.entered_by) == (called, CLERK.name)
    assert one.look_due == date(2026, 3, 5)  # Saturday the 28th was worked for the Spring Festival
    assert "entered" in (steps[0].said or "")
    for channel, received in (
        (SuggestionChannel.PHONE, NOON + timedelta(seconds=1)),
        (SuggestionChannel.WEB, called),
    ):
        with pytest.raises(ReceiptTimeRefused):
            lodged(sqlite_app, channel=channel, received_at=received, by=CLERK)


def test_files_are_the_writers_or_the_clerks_and_the_kind_decides_who_answers(sqlite_app: Flask) -> None:
    photo = Prepared(FileKind.PHOTO, b"\xff\xd8\xff rebuilt")
    number, _ = lodged(sqlite_app, files=[photo], kind=SuggestionKind.SAFETY)
    with sqlite_app.app_context():
        one = db.session.get_one(Suggestion, number)
        assert one.department is Department.FIRE
        (kept,) = files_of(one.subject)
        assert (kept.by, open_file(kept)) == (FileBy.CITIZEN, photo.data)
