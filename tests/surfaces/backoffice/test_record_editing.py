"""Entering, editing and withdrawing records with forms: what is kept, what is refused, what is never lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.domain.grading import GradeScale
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.history.models import Revision, SourceDocument
from portal.institutions.editable import RECORD_KINDS
from portal.institutions.models import FeeStandard, Institution, StarGrade
from portal.institutions.queries.trail import MODELS
from tests.surfaces.backoffice.records import BASICS, BEDS, SOURCE, inputs, opened
from tests.surfaces.staff import make_staff, signed_in

DAY = date(2026, 1, 1)
Enter = Callable[..., str]

FILLED: dict[str, dict[str, str]] = {
    "registration": {"f_register_kind": "social_organisations", "f_authority": "示例县民政局"},
    "filing": {"f_authority": "示例县民政局", "f_filed_on": "2025-03-01"},
    "commitment_letter": {"f_title": "备案承诺书", "f_body": "一、守法\n二、安全"},
    "star_grade": {"f_scale": "national", "f_level": "3", "f_valid_from": "2025-01-01"},
    "fee_standard": {"f_item": "bed", "f_amount_min_fen": "1800.50", "f_unit": "month"},
    "concentrated_care": {"f_designated_on": "2025-01-01", "f_quota": "20"},
    "closure_notice": {
        "f_kind": "suspension", "f_announced_on": "2026-01-05", "f_effective_on": "2026-02-20",
        "f_reason": "消防改造",
    },
    "compliance": {
        "f_standard": "service_safety", "f_result": "passed", "f_assessed_on": "2025-06-01",
    },
}  # fmt: skip


def value(app: Flask, public_id: str, name: str) -> object:
    with app.app_context():
        return db.session.scalars(
            select(getattr(Institution, name)).where(Institution.public_id == public_id)
        ).one()


def test_a_change_is_public_at_once_with_its_source(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY, beds_total=50)
    clerk = signed_in(app, make_staff(app))
    sent = opened(clerk, BEDS.format(home)) | {"f_beds_total": "60", "reason": "以前少登记了一层"}
    answer = clerk.post(BEDS.format(home), data=sent)
    assert answer.status_code == 303
    assert answer.location.endswith(f"/staff/institutions/{home}#beds")
    assert "已保存" in clerk.get(answer.location).text
    public = app.test_client().get(f"/institutions/{home}").text
    assert "60张" in public
    assert "2026年月报" in public
    with app.app_context():
        last = db.session.scalars(select(Revision).order_by(Revision.id.desc())).first()
        assert last is not None
        assert last.stated == {"beds_total": 60}
        assert last.reason == "以前少登记了一层"
        assert last.actor.endswith("民政经办")
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "edit_institution_block")
        ).one()
        assert entry.subject == last.subject


def test_nothing_changed_is_said_and_enters_nothing(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY, beds_total=50, services="一\n\n二", address="一号  楼")
    clerk = signed_in(app, make_staff(app))
    address = f"/staff/institutions/{home}/edit"
    answer = clerk.post(address, data=opened(clerk, address))
    assert answer.status_code == 422
    assert "没有改动" in answer.text
    with app.app_context():
        assert [s.title for s in db.session.scalars(select(SourceDocument))] == ["养老机构月报"]


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY, beds_total=50)
    clerk = signed_in(app, make_staff(app))
    wrong = {"f_beds_total": "五十", "f_residents": "40", "source_title": "", "source_number": "示民8号"}
    answer = clerk.post(BEDS.format(home), data=opened(clerk, BEDS.format(home)) | wrong)
    assert answer.status_code == 422
    assert "请只填数字" in answer.text
    assert 'href="#f_beds_total"' in answer.text
    assert 'href="#source_title"' in answer.text
    kept = inputs(answer.text)
    assert {name: kept[name] for name in wrong} == wrong


def test_rules_between_fields_are_said_at_the_field(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY, beds_total=50)
    clerk = signed_in(app, make_staff(app))
    sent = opened(clerk, BEDS.format(home)) | {"f_beds_nursing": "80"}
    answer = clerk.post(BEDS.format(home), data=sent)
    assert answer.status_code == 422
    assert "护理型床位比床位总数还多" in answer.text
    assert value(app, home, "beds_nursing") is None


def test_a_day_in_the_past_changes_history_and_says_so(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY, beds_total=50)
    clerk = signed_in(app, make_staff(app))
    sent = opened(clerk, BEDS.format(home)) | {"f_beds_total": "45", "as_of": "2025-01-01"}
    answer = clerk.post(BEDS.format(home), data=sent)
    assert answer.status_code == 303
    assert "已记入历史" in clerk.get(answer.location).text
    assert value(app, home, "beds_total") == 50


@pytest.mark.parametrize("day", ["2999-01-01", "x", ""])
def test_a_day_that_has_not_come_is_refused(app: Flask, enter_home: Enter, day: str) -> None:
    home = enter_home(on=DAY, beds_total=50)
    clerk = signed_in(app, make_staff(app))
    sent = opened(clerk, BEDS.format(home)) | {"f_beds_total": "45", "as_of": day}
    assert clerk.post(BEDS.format(home), data=sent).status_code == 422
    assert value(app, home, "beds_total") == 50


def test_a_new_institution_is_listed_and_public(app: Flask, enter_home: Enter) -> None:
    enter_home(on=DAY)
    clerk = signed_in(app, make_staff(app))
    sent = opened(clerk, "/staff/institutions/new") | {"f_name": "新开敬老院", "f_beds_total": "30"}
    assert sent["f_region_code"] == "350404"  # the only one there is to choose
    answer = clerk.post("/staff/institutions/new", data=sent)
    assert answer.status_code == 303
    assert "新开敬老院" in clerk.get("/staff/institutions").text
    assert "新开敬老院" in app.test_client().get("/institutions").text


def test_one_home_is_not_entered_twice(app: Flask, enter_home: Enter) -> None:
    home = enter_home("示例敬老院", on=DAY)
    clerk = signed_in(app, make_staff(app))
    sent = opened(clerk, "/staff/institutions/new") | {"f_name": "示例 敬老院"}
    answer = clerk.post("/staff/institutions/new", data=sent)
    assert answer.status_code == 422
    assert home in answer.text
    assert clerk.post("/staff/institutions/new", data=sent | {"do": "preview"}).status_code == 422


def test_another_region_is_not_offered_and_not_taken(app: Flask, enter_home: Enter) -> None:
    enter_home(on=DAY)
    clerk = signed_in(app, make_staff(app))
    sent = opened(clerk, "/staff/institutions/new") | {"f_name": "别处", "f_region_code": "350481"}
    assert clerk.post("/staff/institutions/new", data=sent).status_code == 422


@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_every_kind_of_record_is_entered_edited_withdrawn_and_restored(
    app: Flask, enter_home: Enter, kind: str
) -> None:
    home = enter_home(on=DAY)
    reviewer = signed_in(app, make_staff(app, Role.REVIEWER))
    address = f"/staff/institutions/{home}/records/{kind}"
    empty = reviewer.post(f"{address}/new", data=opened(reviewer, f"{address}/new"))
    assert empty.status_code == 422
    entered = reviewer.post(f"{address}/new", data=opened(reviewer, f"{address}/new") | FILLED[kind])
    assert entered.status_code == 303, inputs(entered.text)
    with app.app_context():
        record_id = db.session.scalars(select(MODELS[kind].id)).one()
    one = f"{address}/{record_id}"
    unchanged = reviewer.post(one, data=opened(reviewer, one))
    assert "没有改动" in unchanged.text
    held = opened(reviewer, one)
    assert {name: held[name].replace("\r", "") for name in FILLED[kind]} == FILLED[kind]
    why = {"reason": "登记到别家去了"}
    withdrawal = opened(reviewer, f"{one}/withdraw") | why
    assert reviewer.post(f"{one}/withdraw", data=SOURCE).status_code == 422
    assert reviewer.post(f"{one}/withdraw", data=withdrawal).status_code == 303
    page = reviewer.get(f"/staff/institutions/{home}").text
    assert "已撤下" in page
    restoring = opened(reviewer, f"{one}/withdraw") | why
    assert reviewer.post(f"{one}/withdraw", data=restoring).status_code == 303
    assert "已撤下" not in reviewer.get(f"/staff/institutions/{home}").text


def test_money_is_typed_in_yuan_and_kept_in_fen(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY)
    clerk = signed_in(app, make_staff(app))
    address = f"/staff/institutions/{home}/records/fee_standard/new"
    clerk.post(address, data=opened(clerk, address) | FILLED["fee_standard"])
    with app.app_context():
        assert db.session.scalars(select(FeeStandard.amount_min_fen)).one() == 180_050
    assert "¥1,800.50" in clerk.get(f"/staff/institutions/{home}").text


def test_a_clerk_neither_withdraws_nor_revokes(app: Flask, enter_home: Enter, enter_records: Enter) -> None:
    home = enter_home(on=DAY)
    enter_records(home, [StarGrade(scale=GradeScale.NATIONAL, level=3, valid_from=DAY)], on=DAY)
    clerk = signed_in(app, make_staff(app))
    one = f"/staff/institutions/{home}/records/star_grade/1"
    revoked = {"f_revoked_on": "2026-01-20", "f_revoked_reason": "复核不合格"}
    answer = clerk.post(one, data=opened(clerk, one) | revoked)
    assert answer.status_code == 422
    assert "审核人员" in answer.text
    for address in (f"{one}/withdraw", f"/staff/institutions/{home}/withdraw"):
        assert clerk.get(address).status_code == 403
        assert clerk.post(address, data=SOURCE | {"reason": "x"}).status_code == 403
    page = clerk.get(f"/staff/institutions/{home}").text
    assert "撤下" not in page
    reviewer = signed_in(app, make_staff(app, Role.REVIEWER))
    assert reviewer.post(one, data=opened(reviewer, one) | revoked).status_code == 303


def test_other_departments_and_regions_change_nothing(
    app: Flask, enter_home: Enter, enter_records: Enter
) -> None:
    home = enter_home(on=DAY)
    enter_records(home, [StarGrade(scale=GradeScale.NATIONAL, level=3)], on=DAY)
    grade = f"/staff/institutions/{home}/records/star_grade"
    writes = [BASICS.format(home), f"{grade}/1", f"{grade}/new"]
    fire = signed_in(app, make_staff(app, department=Department.FIRE))
    assert fire.get(f"/staff/institutions/{home}").status_code == 200
    for address in writes:
        assert fire.get(address).status_code == 403
        assert fire.post(address, data=SOURCE).status_code == 403
    assert fire.get(f"/staff/institutions/{home}/records/compliance/new").status_code == 200
    away = signed_in(app, make_staff(app, region_code="350481"))
    for address in (f"/staff/institutions/{home}", *writes):
        assert away.get(address).status_code == 404
    for address in writes:
        assert away.post(address, data=SOURCE).status_code == 404
    looks = signed_in(app, make_staff(app, Role.SUPERVISOR))
    assert looks.get(f"/staff/institutions/{home}").status_code == 200
    for address in writes:
        assert looks.post(address, data=SOURCE).status_code == 403


@pytest.mark.parametrize(
    "tail", ["edit/closures", "edit/x", "records/institution/new", "records/x/new", "records/filing/99"]
)
def test_what_there_is_not_is_not_found(app: Flask, enter_home: Enter, tail: str) -> None:
    home = enter_home(on=DAY)
    clerk = signed_in(app, make_staff(app))
    assert clerk.get(f"/staff/institutions/{home}/{tail}").status_code == 404


def test_a_record_of_another_home_is_not_reached_through_this_one(
    app: Flask, enter_home: Enter, enter_records: Enter
) -> None:
    here, other = enter_home(on=DAY), enter_home("另一家", on=DAY)
    enter_records(other, [StarGrade(scale=GradeScale.NATIONAL, level=3)], on=DAY)
    clerk = signed_in(app, make_staff(app))
    assert clerk.get(f"/staff/institutions/{here}/records/star_grade/1").status_code == 404
