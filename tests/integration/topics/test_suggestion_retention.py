"""Erasing: when, what goes, what stays, and that one which can't be done does not keep the others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.domain.actor import PUBLIC
from portal.domain.permissions import Role
from portal.domain.refusals import ReviewerNeeded
from portal.domain.suggestion_status import SuggestionEvent, SuggestionRefused
from portal.extensions import db
from portal.intake.attachments import Prepared, files_of
from portal.intake.models import FileKind
from portal.topics import jobs
from portal.topics.kinds import WhyNotPublic
from portal.topics.models import Suggestion, SuggestionCount
from portal.topics.queries.suggestion_page import public_suggestion
from portal.topics.service import answering, moderating, retention
from portal.topics.service.words import contact_of, words_of
from tests.integration.topics.suggesting import NEXT_DAY, Staff, do, lodged, published, standing

PHOTO = Prepared(FileKind.PHOTO, b"\xff\xd8\xff rebuilt")


def _night(app: Flask, day: date) -> None:
    with app.app_context(), clock.moved_to(clock.at(day, 1)):
        jobs.put_suggestions_right()


def test_what_was_written_goes_and_what_was_published_stays(app: Flask) -> None:
    answered, refused = published(app, files=[PHOTO]), lodged(app)[0]
    waiting = lodged(app)[0]
    do(app, answering.answer, answered, "同意。")
    do(app, moderating.decline, refused, WhyNotPublic.UNCLEAR, "请写清楚。")
    _night(app, date(2027, 3, 3))
    assert standing(app, refused)[0].erased_at is None
    _night(app, date(2027, 3, 4))
    assert standing(app, refused)[0].erased_at is not None
    assert standing(app, answered)[0].erased_at is None
    _night(app, date(2028, 3, 4))
    one, steps = standing(app, answered)
    assert (one.erased_at is not None, one.has_mail) == (True, False)
    assert (steps[-1].event, steps[-1].actor) == (SuggestionEvent.ERASE, "系统")
    with app.app_context():
        for number in (answered, refused):
            row = db.session.get_one(Suggestion, number)
            assert (words_of(row), contact_of(row), list(files_of(row.subject))) == (None, None, [])
        page = public_suggestion(one.public_id, PUBLIC)
        assert page is not None
        assert page.row.answer == "同意。"
        assert words_of(db.session.get_one(Suggestion, waiting)) is not None


def test_what_is_held_stays_and_a_reviewer_erases_earlier(sqlite_app: Flask) -> None:
    staff, (number, _) = Staff(sqlite_app), lodged(sqlite_app)
    reviewer = staff.hire(Role.REVIEWER)
    with pytest.raises(SuggestionRefused):
        staff.do(reviewer, retention.erase, number)
    do(sqlite_app, moderating.decline, number, WhyNotPublic.UNCLEAR, "")
    staff.do(reviewer, moderating.hold, number, "有诉讼。")
    _night(sqlite_app, date(2029, 1, 1))
    with pytest.raises(SuggestionRefused):
        staff.do(reviewer, retention.erase, number)
    staff.do(reviewer, moderating.release_hold, number, "")
    with pytest.raises(ReviewerNeeded):
        staff.do(staff.hire(), retention.erase, number)
    staff.do(reviewer, retention.erase, number)
    with sqlite_app.app_context():
        assert words_of(db.session.get_one(Suggestion, number)) is None
    with pytest.raises(SuggestionRefused):
        staff.do(reviewer, retention.erase, number)


def test_one_that_cannot_be_erased_does_not_keep_the_others(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [lodged(sqlite_app)[0] for _ in range(3)]
    for number in numbers:
        do(sqlite_app, moderating.decline, number, WhyNotPublic.UNCLEAR, "")
    erase = jobs.erase_over

    def one_fails(one: Suggestion) -> bool:
        if one.id == numbers[1]:
            raise ZeroDivisionError
        return erase(one)

    monkeypatch.setattr(jobs, "erase_over", one_fails)
    monkeypatch.setattr(jobs, "over_now", lambda after: retention.over_now(after, 1))
    _night(sqlite_app, date(2028, 1, 1))
    erased = [standing(sqlite_app, number)[0].erased_at is not None for number in numbers]
    assert erased == [True, False, True]


def test_the_night_counts_anew(sqlite_app: Flask) -> None:
    published(sqlite_app)
    with sqlite_app.app_context():
        db.session.query(SuggestionCount).update({"number": 99})
        db.session.commit()
    _night(sqlite_app, (NEXT_DAY + timedelta(days=1)).date())
    with sqlite_app.app_context():
        assert db.session.scalars(select(SuggestionCount.number)).all() == [1]
