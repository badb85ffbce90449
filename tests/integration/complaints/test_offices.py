"""A region's own word on complaints, and the words that replies begin with."""

from __future__ import annotations

from typing import Any

import pytest

from portal import clock
from portal.complaints.models import Case
from portal.complaints.office_models import ComplaintOffice, ReplyTemplate
from portal.complaints.queries.offices import office_of
from portal.complaints.service import handling, replying
from portal.complaints.service import office as offices
from portal.complaints.service.office import OfficeUnfit, fill_template, templates_for, templates_within
from portal.complaints.service.rights import ReviewerNeeded
from portal.complaints.service.steps import NotTheirs, WordsMissing
from portal.complaints.service.words import Told
from portal.domain.permissions import Department
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.cases import COUNTY, enter_home
from tests.integration.complaints.office import (
    CITY,
    CIVIL,
    FIRE,
    NEXT_DAY,
    OTHER_COUNTY,
    Office,
    lodged,
    standing,
)

BODY = "您反映的{机构}一事（{登记编号}），我们于{收到日期}收到，将在{答复期限}前答复。{承办单位}"


def run(office: Office, who: str, work: Any, *arguments: Any) -> Any:
    office.hire(who)
    with office.app.app_context(), clock.moved_to(NEXT_DAY), unit_of_work():
        found = work(*arguments, office.reach(who))
        return found.id if isinstance(found, ReplyTemplate) else found


def add(
    office: Office, who: str, title: str, region: str | None, department: Department | None = CIVIL
) -> Any:
    return run(office, who, offices.add_template, title, BODY, region, department)


def test_a_regions_word_is_kept_by_its_reviewers_and_holds_beneath_it(office: Office) -> None:
    run(office, "国大江", offices.save_office, CITY, " 0598-1234567 ", "市府路1号", False)
    run(office, "审大力", offices.save_office, COUNTY, "0598-7654321", "", False)
    with office.app.app_context():
        assert (office_of(COUNTY).hotline, office_of(COUNTY).post_address) == ("0598-7654321", "市府路1号")
        assert office_of(OTHER_COUNTY).hotline == "0598-1234567"
        assert offices.get_office(COUNTY).post_address == ""
        assert db.session.get_one(ComplaintOffice, CITY).four_eyes is False
    with pytest.raises(ReviewerNeeded):
        run(office, "甲小明", offices.save_office, COUNTY, "1", "", False)
    with pytest.raises(NotTheirs):
        run(office, "审大力", offices.save_office, CITY, "1", "", True)
    for hotline, address in (("1" * 41, ""), ("", "路" * 201), ("12\n34", "")):
        with pytest.raises(OfficeUnfit):
            run(office, "审大力", offices.save_office, COUNTY, hotline, address, False)


def test_a_template_is_filled_in_from_the_case(office: Office) -> None:
    template = add(office, "审大力", "受理", COUNTY)
    number = lodged(office.app, institution_id=enter_home(office.app))
    receipt = standing(office.app, number).case.receipt

    def filled() -> str:
        with office.app.app_context(), clock.moved_to(NEXT_DAY):
            found = fill_template(
                db.session.get_one(ReplyTemplate, template), db.session.get_one(Case, number)
            )
            assert found.unknown == ()
            return found.text

    assert filled() == (
        f"您反映的示例敬老院一事（{receipt}），我们于2026年3月2日（周一）收到，将在2026年3月9日（周一）前答复。"
        "三元区民政部门"
    )
    office.do("甲小明", handling.accept, number)
    office.do("甲小明", replying.first_answer, number, "正在查。")
    assert "将在2026年3月30日（周一）前答复" in filled()


def test_a_place_that_is_not_listed_is_called_as_written(office: Office) -> None:
    template = add(office, "审大力", "受理", COUNTY)
    number = lodged(office.app, told=Told("没有证。", place_name="无名托老所"))
    with office.app.app_context():
        case = db.session.get_one(Case, number)
        assert (
            "您反映的无名托老所一事" in fill_template(db.session.get_one(ReplyTemplate, template), case).text
        )


def test_a_field_that_no_case_can_fill_in_is_said(office: Office) -> None:
    for body in ("您好，{姓名}", "{ 登记编号 }和｛电话｝", "", " "):
        with pytest.raises((OfficeUnfit, WordsMissing), match=r"姓名|电话|填写"):
            run(office, "审大力", offices.add_template, "受理", body, COUNTY, CIVIL)
    template = add(office, "审大力", "受理", COUNTY)
    number = lodged(office.app)
    with office.app.app_context():
        kept = db.session.get_one(ReplyTemplate, template)
        kept.body = "｛ 登记编号 ｝，{姓名}，{姓名}"  # as an older version of the portal may have let it in
        found = fill_template(kept, db.session.get_one(Case, number))
        assert found.unknown == ("姓名",)
        assert found.text == f"{db.session.get_one(Case, number).receipt}，{{姓名}}，{{姓名}}"


def test_who_may_keep_which_template_and_who_is_offered_it(office: Office) -> None:
    country, city = add(office, "国大江", "全国", None, None), add(office, "国大江", "全市", CITY)
    county, other = add(office, "审大力", "本县", COUNTY), add(office, "国大江", "邻县", OTHER_COUNTY)
    fire = add(office, "国大江", "消防", None, FIRE)
    gone = add(office, "审大力", "旧的", COUNTY)
    for who, region, department in (
        ("审大力", None, CIVIL),
        ("审大力", CITY, CIVIL),
        ("甲小明", COUNTY, CIVIL),
    ):
        with pytest.raises(NotTheirs):
            add(office, who, "越权", region, department)

    def change(who: str, template: int, active: bool = True) -> None:
        office.hire(who)
        with office.app.app_context(), unit_of_work():
            kept = db.session.get_one(ReplyTemplate, template)
            offices.change_template(kept, kept.title + "改", kept.body, active, office.reach(who))

    with pytest.raises(NotTheirs):
        change("审大力", city)
    change("审大力", county)
    change("审大力", gone, active=False)

    def kept(who: str) -> list[int]:
        return office.ask(who, lambda reach: [one.id for one in templates_within(reach)])

    assert kept("甲小明") == [country, city, county, gone]
    assert kept("消小防") == [country, fire]
    assert kept("督小平") == []
    number = lodged(office.app)

    def offered(who: str) -> list[int]:
        def titles(reach: Any) -> list[int]:
            return [one.id for one in templates_for(db.session.get_one(Case, number), reach)]

        return office.ask(who, titles)

    assert offered("甲小明") == [county, city, country]
    assert offered("邻小近") == offered("消小防") == []
    assert office.ask("甲小明", lambda reach: offices.find_template(other, reach)) is None
    assert office.ask("甲小明", lambda reach: offices.find_template(city, reach)).title == "全市"
    with office.app.app_context():
        assert not offices.may_change_template(
            db.session.get_one(ReplyTemplate, city), office.reach("审大力")
        )
        assert offices.may_change_template(db.session.get_one(ReplyTemplate, county), office.reach("审大力"))
