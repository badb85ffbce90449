"""Who wrote a complaint: shown to those who handle it, opened for a reason, and every first look noted."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.complaints.kinds import Appearance
from portal.complaints.service.words import Person
from portal.domain.permissions import Role
from portal.extensions import db
from portal.intake import attachments
from portal.intake.models import FileBy
from portal.intake.preparing import prepare
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.cases import enter_home
from tests.surfaces.backoffice.casework import PERSON, PHONE, Client, address, case_of, do, done, lodged
from tests.surfaces.conftest import CountQueries


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


def noted(app: Flask, action: str) -> list[AuditEntry]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_a_named_person_is_shown_and_the_first_look_noted_once(app: Flask, staff_client: Client) -> None:
    receipt, clerk = lodged(app), staff_client()
    assert noted(app, "case_person_first_seen") == []
    for _ in range(2):
        page = clerk.get(address(receipt)).text
        assert PERSON in page
        assert PHONE in page
    (entry,) = noted(app, "case_person_first_seen")
    assert PERSON not in entry.content
    staff_client().get(address(receipt))
    assert len(noted(app, "case_person_first_seen")) == 2


@pytest.mark.parametrize("appearance", [Appearance.CONFIDENTIAL, Appearance.ANONYMOUS])
def test_who_wants_to_be_kept_is_opened_for_a_reason_and_not_twice(
    app: Flask, staff_client: Client, appearance: Appearance
) -> None:
    person = Person("" if appearance is Appearance.ANONYMOUS else PERSON, PHONE)
    receipt, clerk = lodged(app, appearance=appearance, person=person), staff_client()
    assert PHONE not in clerk.get(address(receipt)).text
    for reason, said in (("", "请写明为什么要看"), (f"打{PHONE}约时间", "手机号")):
        refused = do(clerk, receipt, "contact", reason=reason)
        assert refused.status_code == 422
        assert said in refused.text
        assert "没有留姓名" not in refused.text
    assert noted(app, "case_person_opened") == []
    opened = do(clerk, receipt, "contact", reason="要约时间到现场")
    assert opened.status_code == 200
    assert PHONE in opened.text
    assert opened.headers["Cache-Control"] == "no-store"
    (entry,) = noted(app, "case_person_opened")
    assert "要约时间到现场" in entry.content
    assert PHONE not in entry.content
    assert PHONE not in clerk.get(address(receipt)).text
    supervisor = staff_client(Role.SUPERVISOR)
    assert supervisor.post(address(receipt, "contact"), data={"contact-reason": "想看"}).status_code == 403


def test_nobody_to_open_where_nothing_was_given(app: Flask, staff_client: Client) -> None:
    receipt = lodged(app, appearance=Appearance.ANONYMOUS, person=Person())
    page = staff_client().get(address(receipt)).text
    assert "没有留姓名和联系方式" in page
    assert "打开联系方式" not in page


def test_files_are_looked_at_in_a_sandbox_by_those_who_handle_the_case(
    app: Flask, staff_client: Client
) -> None:
    receipt = lodged(app)
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    picture.seek(0)
    with app.app_context(), unit_of_work():
        name = attachments.attach(
            case_of(app, receipt).subject, prepare(picture, "床.jpg"), FileBy.CITIZEN
        ).name
    clerk, place = staff_client(), address(receipt, f"files/{name}")
    assert f'<img src="{place}"' in clerk.get(address(receipt)).text
    answer = clerk.get(place)
    assert answer.status_code == 200
    assert answer.content_type == "image/jpeg"
    assert answer.data.startswith(b"\xff\xd8\xff")
    for header, value in {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Disposition": f'inline; filename="{receipt}-1.jpg"',
    }.items():
        assert answer.headers[header] == value
    assert clerk.get(address(receipt, "files/" + "0" * 32)).status_code == 404
    assert clerk.get(address(lodged(app), f"files/{name}")).status_code == 404
    assert staff_client(Role.CLERK, region_code="110101").get(place).status_code == 404
    assert staff_client(Role.SUPERVISOR).get(place).status_code == 403


@pytest.mark.parametrize("number", ["T2026-7KFM3XQP", "nonsense", "12"])
def test_a_number_that_is_none(app: Flask, staff_client: Client, number: str) -> None:
    clerk = staff_client(Role.REVIEWER)
    assert clerk.get(address(number)).status_code == 404
    assert clerk.post(address(number, "accept")).status_code == 404
    assert clerk.get(address(number, "erase")).status_code == 404
    assert clerk.get(address(number, "publication")).status_code == 404


def test_the_page_costs_the_same_for_a_long_log_and_many_others_alike(
    app: Flask, staff_client: Client, count_queries: CountQueries
) -> None:
    home, clerk = enter_home(app), staff_client()
    receipt = lodged(app, institution_id=home)
    lodged(app, institution_id=home)
    done(clerk, receipt, "note", words="一")
    clerk.get(address(receipt))
    with count_queries(app) as short:
        clerk.get(address(receipt))
    for number in range(6):
        lodged(app, institution_id=home)
        done(clerk, receipt, "note", words=f"第{number}次")
    with count_queries(app) as long:
        clerk.get(address(receipt))
    assert len(long) == len(short)
