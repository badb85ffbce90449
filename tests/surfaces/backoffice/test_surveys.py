"""The call-back in the office: opening, handing out, printing, calls, words, publishing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock
from portal.domain.permissions import Department, Role
from portal.domain.questionnaires import Audience
from portal.extensions import db
from portal.surveys.models import SurveyAnswer, SurveyCode, SurveyLot, SurveyRound
from tests.integration.surveys.calling import CITY, FIRST, LAST, Office
from tests.surfaces.staff import make_staff, signed_in


@pytest.fixture
def office(sqlite_app: Flask) -> Iterator[Office]:
    found = Office(sqlite_app)
    found.enter("甲养老院", "乙养老院")
    with clock.moved_to(clock.at(FIRST, 10)):
        yield found


@pytest.fixture
def reviewer(office: Office) -> FlaskClient:
    return someone(office)


def someone(office: Office) -> FlaskClient:
    return signed_in(office.app, make_staff(office.app, Role.REVIEWER, region_code=CITY))


def version(page: str, prefix: str) -> dict[str, str]:
    found = re.search(rf'name="{prefix}-version"[^>]*value="(\d+)"', page)
    assert found is not None, page
    return {f"{prefix}-version": found[1]}


def hidden_in(page: str, form: str) -> str:
    return page.split(f'action="{form}"')[1].split("</form>")[0]


def test_a_whole_round_in_the_office(office: Office, reviewer: FlaskClient) -> None:
    wrong = {"region": CITY, "half": "2026-1", "opens_on": f"{LAST}", "closes_on": f"{FIRST}"}
    refused = reviewer.post("/staff/surveys/new", data=wrong)
    assert refused.status_code == 422
    assert "最后一天比第一天还早" in refused.text
    days = {**wrong, "opens_on": f"{FIRST}", "closes_on": f"{LAST}"}
    made = reviewer.post("/staff/surveys/new", data=days)
    place = made.location
    assert "回访已经开了" in reviewer.post("/staff/surveys/new", data=days).text
    assert "还有<strong>2家</strong>" in reviewer.get(place).text
    assert "还没发回访单的机构" in reviewer.get("/staff").text

    public = re.search(r'name="home" value="([^"]+)"', _found(reviewer, place, "甲"))
    assert public is not None
    given = {"q": "甲", "home": public[1], "residents": "6", "family_calls": "2"}
    assert reviewer.post(f"{place}/hand-out", data=given).status_code == 303
    everywhere = {"everywhere-residents": "3", "everywhere-families": "1"}
    assert reviewer.post(f"{place}/hand-out-everywhere", data=everywhere).status_code == 303
    with office.app.app_context():
        lots = db.session.scalars(select(SurveyLot).order_by(SurveyLot.id)).all()
        assert [(one.handed_out, one.audience.value, one.channel.value) for one in lots] == [
            (6, "residents", "sheet"), (2, "families", "telephone"),
            (3, "residents", "sheet"), (1, "families", "sheet"),
        ]  # fmt: skip

    sheets = reviewer.get(f"{place}/sheets/{lots[0].id}").text
    codes = re.findall(r'class="sheet__code">([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})<', sheets)
    assert len(set(codes)) == 6
    assert sheets.count("<svg") >= 6
    citizen = office.app.test_client()
    for code in codes[:5]:
        answered = {"code": code, "q-overall": "good", "step": "send", "words": "菜咸，找13800000000"}
        assert "收到了" in citizen.post("/survey", data=answered).text

    calls = reviewer.get(f"{place}/calls").text
    assert "录一个" in calls
    call = f"{place}/calls/{lots[1].id}"
    assert "还没有选" in reviewer.post(call, data={}).text
    assert reviewer.post(call, data={"q-care": "fair"}).status_code == 303

    void = f"{place}/sheets/{lots[2].id}"
    assert reviewer.post(f"{void}/void", data=version(reviewer.get(void).text, "void")).status_code == 422
    sure = {**version(reviewer.get(void).text, "void"), "void-sure": "y"}
    assert reviewer.post(f"{void}/void", data=sure).status_code == 303
    assert reviewer.get(f"{place}/words").status_code == 404, "nobody reads along while it goes on"

    office.over()
    with clock.moved_to(clock.at(LAST + timedelta(days=3), 9)):
        reviewer = someone(office)  # a session does not last a month
        page = reviewer.get(place).text
        assert "写分析，公布" in page
        assert "等公布" in reviewer.get("/staff").text
        form = f"{place}/publish"
        half = {**version(hidden_in(page, form), "publish"), "publish-remarks": "打13900000000问"}
        assert reviewer.post(form, data=half).status_code == 422
        told = reviewer.post(form, data={**half, "publish-sure": "y"})
        assert told.status_code == 422
        assert "这里会公开" in told.text
        done = {**half, "publish-sure": "y", "publish-remarks": "菜要淡一点。"}
        assert reviewer.post(form, data=done).status_code == 303
        assert reviewer.post(form, data=done).status_code == 409
        assert "菜要淡一点。" in citizen.get(f"/surveys/{CITY}-2026-1").text
        assert reviewer.get(f"{place}/figures.csv").status_code == 200
        assert "满意" in reviewer.get(f"{place}/figures.csv").text


def _found(client: FlaskClient, place: str, words: str) -> str:
    page = client.post(f"{place}/hand-out", data={"q": words, "find": "1"})
    assert page.status_code == 200
    return page.text


def test_what_people_wrote_is_cleared_one_by_one(office: Office) -> None:
    office.open()
    codes = office.sheets("甲养老院", 6)
    office.answers((code, "菜咸，找13800000000", {"overall": "good"}) for code in codes)
    office.over()
    with clock.moved_to(clock.at(LAST + timedelta(days=3), 9)):
        place, reviewer = f"/staff/surveys/{office.round_id}/words", someone(office)
        page = reviewer.get(place).text
        assert page.count("13800000000") == 6, "as it was written, marked; never in the field"
        assert "写的话还没看" in reviewer.get("/staff").text
        key = re.findall(rf'action="{place}/([0-9a-f]{{32}})"', page)[0]
        decided = {f"{key}-was": "waiting", f"{key}-became": "cleared"}
        wrong = reviewer.post(f"{place}/{key}", data={**decided, f"{key}-text": "菜咸，找13800000000"})
        assert wrong.status_code == 422
        assert "不能" in wrong.text
        right = {**decided, f"{key}-text": "菜咸。"}
        assert reviewer.post(f"{place}/{key}", data=right).status_code == 303
        late = reviewer.post(f"{place}/{key}", data=right)
        assert late.status_code == 409
        assert "别人刚刚处理了" in late.text


def test_who_came_second_sees_that_the_days_were_moved(office: Office, reviewer: FlaskClient) -> None:
    office.open()
    place = f"/staff/surveys/{office.round_id}"
    form = version(reviewer.get(place).text, "days")
    moved = {**form, "days-opens_on": f"{FIRST}", "days-closes_on": f"{LAST + timedelta(days=5)}"}
    assert reviewer.post(f"{place}/days", data=moved).status_code == 303
    second = reviewer.post(f"{place}/days", data=moved)
    assert second.status_code == 409
    assert "别人刚刚改动了" in second.text
    begun = {**version(reviewer.get(place).text, "days"), "days-opens_on": f"{FIRST - timedelta(days=2)}"}
    refused = reviewer.post(f"{place}/days", data={**begun, "days-closes_on": f"{LAST}"})
    assert refused.status_code == 422
    assert "不能再改" in refused.text


def test_the_office_sees_how_many_came_back_and_not_what_they_say(
    office: Office, reviewer: FlaskClient
) -> None:
    office.open()
    office.answers((code, "", {"overall": "very_bad"}) for code in office.sheets("甲养老院", 8)[:6])
    place = f"/staff/surveys/{office.round_id}"
    page = reviewer.get(place).text
    assert "已经答了6份（75%）" in page
    assert "很不满意" not in page
    assert reviewer.get(f"{place}/figures.csv").status_code == 404


def test_fire_keeps_no_call_back(office: Office) -> None:
    office.open()
    office.sheets("甲养老院", 3, Audience.RESIDENTS)
    fire = signed_in(office.app, make_staff(office.app, Role.REVIEWER, Department.FIRE, CITY))
    place = f"/staff/surveys/{office.round_id}"
    with office.app.app_context():
        lot = db.session.scalar(select(SurveyLot.id))
    assert fire.get(place).status_code == 200
    for path in (f"{place}/sheets/{lot}", f"{place}/words"):
        assert fire.get(path).status_code == 404
    with office.app.app_context():
        before = db.session.scalar(select(func.count()).select_from(SurveyCode))
    assert fire.post(f"{place}/hand-out-everywhere", data={"everywhere-residents": "3"}).status_code == 404
    with office.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SurveyCode)) == before
        assert db.session.scalar(select(func.count()).select_from(SurveyRound)) == 1
        assert db.session.scalar(select(func.count()).select_from(SurveyAnswer)) == 0


def test_files_are_for_those_who_may_see_the_lists(office: Office) -> None:
    """Figures that nobody has published yet are among them."""
    administrator = signed_in(office.app, make_staff(office.app, Role.ADMINISTRATOR, region_code=CITY))
    for page in ("/staff/surveys", "/staff/surveys.csv", "/staff/surveys/1/figures.csv"):
        assert administrator.get(page).status_code == 403
