"""The demo's complaints: a year of them, each as far as it would be by today, and gone after a wipe."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.accounts.demo import load_demo_staff, wipe_demo_staff
from portal.complaints.demo import example, load_cases, wipe_cases
from portal.complaints.kinds import Channel
from portal.complaints.models import Case, CaseClue, CasePublication, CaseRound, CaseStep
from portal.complaints.service.finding import find
from portal.database import Base
from portal.domain.case_status import OPEN, CaseStatus
from portal.domain.response_clock import Judgement, judge
from portal.extensions import db
from portal.institutions.demo.load import load_demo
from portal.institutions.demo.regions import CITY_CODE, COUNTIES
from portal.notify.models import Mail
from portal.reference.calendar import working_calendar
from portal.supervision.demo import wipe_supervision
from portal.unit_of_work import unit_of_work
from portal.vault.models import VaultKey
from tests.conftest import fresh_sqlite, make_app

NOW = clock.at(date(2026, 3, 17), 15)


def load(app: Flask) -> int:
    with app.app_context(), clock.moved_to(NOW), unit_of_work():
        load_demo(7)
        load_demo_staff(CITY_CODE, COUNTIES[0].code)
        return load_cases(7)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Flask]:
    with fresh_sqlite(tmp_path_factory.mktemp("cases"), sqlite_template) as app:
        load(app)
        yield app


@pytest.fixture
def in_city(city: Flask) -> Iterator[None]:
    with city.app_context(), clock.moved_to(NOW):
        yield


@pytest.mark.usefixtures("in_city")
def test_every_course_is_there() -> None:
    statuses = Counter(db.session.scalars(select(Case.status)))
    assert set(statuses) >= {
        CaseStatus.LODGED,
        CaseStatus.IN_PROGRESS,
        CaseStatus.WAITING,
        CaseStatus.REPLIED,
        CaseStatus.CLOSED,
        CaseStatus.NOT_ACCEPTED,
        CaseStatus.WITHDRAWN,
    }
    assert set(db.session.scalars(select(Case.channel))) >= {Channel.WEB, Channel.PHONE, Channel.VISIT}
    assert db.session.scalar(select(func.count()).where(Case.round_number == 2))
    assert db.session.scalar(select(func.count()).where(Case.merged_into_id.is_not(None))) == 1
    assert db.session.scalar(select(func.count()).where(Case.urgent)) == 1
    assert db.session.scalar(select(func.count(CaseClue.id))) == 1
    assert db.session.scalar(select(func.count(CasePublication.id)))


@pytest.mark.usefixtures("in_city")
def test_some_are_late_and_most_are_not() -> None:
    calendar = working_calendar()
    judged = Counter(
        judge(calendar, one.first_due, one.first_answered_at, NOW)
        for one in db.session.scalars(select(CaseRound))
    )
    assert judged[Judgement.OVERDUE] >= 1
    assert judged[Judgement.DUE_SOON] >= 2
    assert 3 <= judged[Judgement.LATE] < judged[Judgement.IN_TIME] / 4


@pytest.mark.usefixtures("in_city")
def test_nothing_happens_after_now_or_out_of_order() -> None:
    at: dict[int, list[datetime]] = {}
    for line in db.session.scalars(select(CaseStep).order_by(CaseStep.case_id, CaseStep.id)):
        assert line.at <= NOW
        at.setdefault(line.case_id, []).append(line.at)
    assert all(moments == sorted(moments) for moments in at.values())
    owed = select(func.count()).where(Case.status.in_(OPEN), Case.next_due.is_(None))
    assert db.session.scalar(owed) == 0


@pytest.mark.usefixtures("in_city")
def test_the_example_opens_with_its_code_and_sends_no_mail() -> None:
    shown = example()
    assert shown is not None
    assert find(shown.receipt, shown.code) is not None
    assert find(shown.receipt, "0000-0000-0000") is None
    assert db.session.scalar(select(func.count(Mail.id))) == 0


def test_a_wipe_leaves_nothing_and_the_same_seed_makes_the_same(city: Flask, tmp_path: Path) -> None:
    shutil.copytree(city.config["PORTAL"].data, tmp_path, dirs_exist_ok=True)
    sqlite_app = make_app(tmp_path)
    with sqlite_app.app_context(), unit_of_work():
        numbers = list(db.session.scalars(select(Case.receipt).order_by(Case.id)))
        assert wipe_supervision() > 0, "what proved true is entered as a problem"
        assert wipe_cases() == len(numbers)
        wipe_demo_staff()
        for table in Base.metadata.sorted_tables:
            if table.name.startswith(("complaint_", "intake_", "reply_")):
                assert db.session.scalar(select(func.count()).select_from(table)) == 0, table.name
        for subjects in ("complaint/", "clue/"):
            keys = select(func.count()).where(VaultKey.subject.startswith(subjects))
            assert db.session.scalar(keys) == 0
    with sqlite_app.app_context(), clock.moved_to(NOW), unit_of_work():
        load_demo_staff(CITY_CODE, COUNTIES[0].code)
        assert load_cases(7) == len(numbers)
        assert list(db.session.scalars(select(Case.receipt).order_by(Case.id))) == numbers
        db.session.remove()
        db.engine.dispose()
