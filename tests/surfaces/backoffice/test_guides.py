"""Guides to concentrated care: kept by the county's civil affairs bureau, seen by the public at once."""

from __future__ import annotations

from flask import Flask

from portal import clock
from portal.domain.permissions import Department, Role
from tests.surfaces.staff import make_staff, signed_in

GUIDE = {
    "source_kind": "document",
    "source_title": "办事指南",
    "as_of": clock.today().isoformat(),
    "who_may_apply": "经济困难的失能老人",
    "steps": "第一步\n第二步",
    "papers": "身份证",
    "office": "区民政局",
    "time_limit_working_days": "20",
}


def test_a_guide_is_entered_amended_and_read(app: Flask) -> None:
    clerk = signed_in(app, make_staff(app))
    listed = clerk.get("/staff/guides").text
    assert "1个区县还没有" in listed
    assert clerk.post("/staff/guides/350404", data=GUIDE).status_code == 303
    assert "每个区县都有" in clerk.get("/staff/guides").text
    assert "第二步" in app.test_client().get("/concentrated-care/350404").text

    form = clerk.get("/staff/guides/350404").text
    seen = form.split('name="seen"')[1].split('value="')[1].split('"')[0]
    changed = {**GUIDE, "steps": "只有一步", "seen": seen, "reason": "原来写错了"}
    assert clerk.post("/staff/guides/350404", data=changed).status_code == 303
    page = app.test_client().get("/concentrated-care/350404").text
    assert "只有一步" in page
    assert "第二步" not in page

    second = clerk.post("/staff/guides/350404", data={**changed, "steps": "另一位的"})
    assert second.status_code == 422
    assert "别人改过这份指南" in second.text
    assert "另一位的" in second.text


def test_what_is_missing_is_said_at_its_field(app: Flask) -> None:
    clerk = signed_in(app, make_staff(app))
    answer = clerk.post("/staff/guides/350404", data={**GUIDE, "office": "", "time_limit_working_days": "-3"})
    assert answer.status_code == 422
    assert "请写明到哪里办" in answer.text
    assert "请填写1到365之间的整数" in answer.text
    assert "经济困难的失能老人" in answer.text


def test_a_foreign_county_and_what_is_no_county_are_not_there(app: Flask) -> None:
    clerk = signed_in(app, make_staff(app))
    for code in ("350423", "350400", "999999", "x"):
        assert clerk.get(f"/staff/guides/{code}").status_code == 404
        assert clerk.post(f"/staff/guides/{code}", data=GUIDE).status_code == 404


def test_who_does_not_keep_guides_reads_only(app: Flask) -> None:
    for role, department in ((Role.CLERK, Department.FIRE), (Role.SUPERVISOR, Department.CIVIL_AFFAIRS)):
        client = signed_in(app, make_staff(app, role, department))
        page = client.get("/staff/guides/350404")
        assert page.status_code == 200
        assert "保存并公布" not in page.text
        assert client.post("/staff/guides/350404", data=GUIDE).status_code == 403


def test_the_list_goes_out_with_the_counties_that_have_none(app: Flask) -> None:
    city = signed_in(app, make_staff(app, region_code="350400"))
    rows = city.get("/staff/guides.csv").get_data().decode("utf-8-sig").splitlines()
    assert len(rows) > 5
    assert all(",否," in row for row in rows[1:])
