"""Visits in the back office: planned, recorded at the door, published; nothing that was typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.institutions import service
from portal.institutions.models import Filing, Institution
from portal.unit_of_work import unit_of_work
from tests.integration.supervision.bureau import source
from tests.surfaces.backoffice.supervising import done, hidden, make_home, offered, version
from tests.surfaces.backoffice.visiting import INSPECTIONS, field, planned, recorded, row, visit_form
from tests.surfaces.staff import make_staff, signed_in

TODAY = clock.today()


@pytest.fixture
def clerk(sqlite_app: Flask) -> FlaskClient:
    return signed_in(sqlite_app, make_staff(sqlite_app))


@pytest.fixture
def reviewer(sqlite_app: Flask) -> FlaskClient:
    return signed_in(sqlite_app, make_staff(sqlite_app, Role.REVIEWER))


@pytest.fixture
def home(sqlite_app: Flask) -> str:
    return make_home(sqlite_app)


def test_a_visit_is_planned_recorded_and_published(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    page = planned(clerk, home)
    assert "冬季用火用电" in clerk.get(INSPECTIONS).text
    said = {"item_E13": "not_met", "remark_E13": "二楼东侧", "item_E14": "met"}
    recorded(clerk, page, result="problems", summary="二楼通道堆物，李大爷住206房。", **said, **row())
    shown = clerk.get(page).text
    assert "二楼通道堆放床垫" in shown
    assert "二楼东侧" in shown
    assert "没有查15项" in shown  # of the seventeen about safety
    form = reviewer.get(f"{page}/publication").text
    assert "206房" not in field(form, "text")  # masked, for the reviewer to read
    words = {**hidden(form), "text": "二楼通道堆物。"}
    assert reviewer.post(f"{page}/publication", data=words).status_code == 303
    public = clerk.get(f"/inspections/{page.rsplit('/', 1)[1]}").text
    assert "二楼通道堆物。" in public
    assert "二楼东侧" not in public
    answer = reviewer.post(
        f"{page}/withdraw",
        data={"withdraw-reason": "写错了", "withdraw-version": version(reviewer, page)},
    )
    assert answer.status_code == 303
    assert clerk.get(f"/inspections/{page.rsplit('/', 1)[1]}").status_code == 404


def test_another_row_keeps_what_was_typed(clerk: FlaskClient, home: str) -> None:
    page = planned(clerk, home)
    form = visit_form(clerk, page, result="problems", summary="写到一半", **row(), do="row")
    answer = clerk.post(f"{page}/visit", data={**form, "item_A1": "not_met", "remark_A1": "证照过期"})
    assert answer.status_code == 200
    assert field(answer.text, "summary") == "写到一半"
    assert field(answer.text, "remark_A1") == "证照过期"
    assert field(answer.text, "p1-title") == "二楼通道堆放床垫"
    assert field(answer.text, "p2-responsible") == "示例敬老院"
    assert re.search(r'name="item_A1" value="not_met" checked', answer.text)
    assert "还没有去" in clerk.get(page).text  # nothing was saved by it


def test_what_is_wrong_with_a_row_stands_at_the_row(clerk: FlaskClient, home: str) -> None:
    page = planned(clerk, home)
    said = {**row(1), **row(2, title="", severity="major"), "rows": "3"}
    answer = clerk.post(f"{page}/visit", data=visit_form(clerk, page, result="problems", **said))
    assert answer.status_code == 422
    assert '<a href="#p2-title">' in answer.text
    assert '<a href="#p2-criterion">' in answer.text
    assert '<a href="#p3-' not in answer.text  # the third was left blank
    assert field(answer.text, "p2-description") == "二楼东侧疏散通道堆放床垫十张。"


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"result": "clean", "item_E13": "not_met"}, "result"),
        ({"result": "clean", **row()}, "result"),
        ({"visited_on": (TODAY + timedelta(days=1)).isoformat()}, "visited_on"),
        ({"result": "refused", "item_E13": "met"}, None),
        ({"summary": "院长手机13900139000"}, None),
    ],
)
def test_a_visit_that_cannot_be_is_refused_and_kept(
    clerk: FlaskClient, home: str, said: dict[str, str], where: str | None
) -> None:
    page = planned(clerk, home)
    answer = clerk.post(f"{page}/visit", data=visit_form(clerk, page, **said))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert where is None or f'<a href="#{where}">' in answer.text
    assert field(answer.text, "summary") == said.get("summary", "逐项查看，未见问题。")
    assert "还没有去" in clerk.get(page).text


def test_where_nobody_was_let_in_no_item_is_recorded(clerk: FlaskClient, home: str) -> None:
    page = planned(clerk, home)
    recorded(clerk, page, result="refused", summary="没有让进门。")
    assert "逐项的结果" not in clerk.get(page).text


def test_who_comes_second_sees_what_the_first_wrote(sqlite_app: Flask, clerk: FlaskClient, home: str) -> None:
    second = signed_in(sqlite_app, make_staff(sqlite_app))
    page = planned(clerk, home)
    mine = visit_form(second, page, summary="第二个人写的", **row(), result="problems")
    recorded(clerk, page, summary="第一个人写的")
    answer = second.post(f"{page}/visit", data=mine)
    assert answer.status_code == 409
    assert "第一个人写的" in answer.text
    assert field(answer.text, "summary") == "第二个人写的"
    assert field(answer.text, "p1-title") == "二楼通道堆放床垫"
    # having seen it, they may still put it right
    again = {**mine, **hidden(answer.text)}
    assert second.post(f"{page}/visit", data=again).status_code == 303
    shown = clerk.get(page).text
    assert "第二个人写的" in shown
    assert "二楼通道堆放床垫" in shown


def test_what_is_public_is_put_right_by_a_reviewer_alone(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    page = planned(clerk, home)
    recorded(clerk, page)
    form = hidden(reviewer.get(f"{page}/publication").text)
    assert reviewer.post(f"{page}/publication", data={**form, "text": "未见问题。"}).status_code == 303
    assert clerk.get(f"{page}/visit").status_code == 403
    assert "更正登记的结果" not in clerk.get(page).text
    recorded(reviewer, page, summary="更正过的情况")
    assert "更正过的情况" in clerk.get(page).text


def test_words_that_must_not_be_public_are_refused_at_their_field(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    page = planned(clerk, home)
    recorded(clerk, page)
    form = hidden(reviewer.get(f"{page}/publication").text)
    typed = "有问题打电话13900139000。"
    answer = reviewer.post(f"{page}/publication", data={**form, "text": typed})
    assert answer.status_code == 422
    assert '<a href="#text">' in answer.text
    assert field(answer.text, "text") == typed


def test_a_visit_without_its_problems_is_not_published(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    page = planned(clerk, home)
    recorded(clerk, page, result="problems")
    assert "还没有登记问题" in reviewer.get(page).text
    said = {name.removeprefix("p1-"): text for name, text in row().items()}
    assert clerk.post(f"{page}/problems/new", data=said).status_code == 303
    assert "准备公开" in reviewer.get(page).text


def test_a_return_visit_that_finds_its_problem_again_enters_it(
    sqlite_app: Flask, clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    first = planned(clerk, home)
    recorded(clerk, first, result="problems", **row())
    problem = re.findall(r'href="(/staff/problems/[^/"]+)"', clerk.get(first).text)[0]
    with clock.moved_to(clock.now() - timedelta(hours=1)):
        done(clerk, problem, "start")
        done(clerk, problem, "submit", words="搬走了", on=TODAY.isoformat())
        done(reviewer, problem, "clear", words="看过", on=TODAY.isoformat(), sure="y")
    planning = clerk.get(f"{INSPECTIONS}/new?problem={problem.rsplit('/', 1)[1]}").text
    answer = clerk.post(f"{INSPECTIONS}/new", data=hidden(planning))
    assert answer.status_code == 303, answer.text
    back = answer.location
    refused = clerk.post(f"{back}/visit", data=visit_form(clerk, back))
    assert refused.status_code == 422  # whether it was there again has to be said
    recorded(clerk, back, found_again="yes", result="problems", summary="又堆上了。")
    assert "又出现了" in clerk.get(back).text
    assert "后来又出现" in clerk.get(problem).text


def test_the_first_visits_lead_to_planning_one(sqlite_app: Flask, clerk: FlaskClient, home: str) -> None:
    with sqlite_app.app_context(), unit_of_work():
        key = db.session.query(Institution).filter_by(public_id=home).one().id
        service.enter(Filing(institution_id=key, filed_on=TODAY - timedelta(days=3)), source())
    shown = clerk.get(f"{INSPECTIONS}/first-visits").text
    assert "示例敬老院" in shown
    link = re.findall(r'href="(/staff/inspections/new\?[^"]+)"', shown)[0].replace("&amp;", "&")
    assert "示例敬老院" in clerk.get("/staff").text
    form = clerk.get(link).text
    assert re.search(r'value="first_visit" checked', form)
    answer = clerk.post(link, data={"home": f"i-{home}", "kind": "first_visit"})
    assert answer.status_code == 303
    assert "已排上" in clerk.get(f"{INSPECTIONS}/first-visits").text
    twice = clerk.post(link, data={"home": f"i-{home}", "kind": "first_visit"})
    assert twice.status_code == 422
    recorded(clerk, answer.location)
    assert "示例敬老院" not in clerk.get(f"{INSPECTIONS}/first-visits").text
    assert "机构名称" not in clerk.get(f"{INSPECTIONS}/first-visits.csv").text


def test_planning_says_what_is_missing(clerk: FlaskClient, home: str) -> None:
    answer = clerk.post(f"{INSPECTIONS}/new", data={"kind": "thematic", "theme": "", "home": f"i-{home}"})
    assert answer.status_code == 422
    assert '<a href="#theme">' in answer.text
    answer = clerk.post(f"{INSPECTIONS}/new", data={"kind": "joint", "home": f"i-{home}"})
    assert '<a href="#others">' in answer.text
    answer = clerk.post(f"{INSPECTIONS}/new", data={"kind": "thematic", "theme": "用火", "q": "没有这家"})
    assert answer.status_code == 422
    assert 'value="用火"' in answer.text
    assert clerk.post(f"{INSPECTIONS}/new", data={"kind": "random", "home": f"i-{home}"}).status_code == 422


def test_a_plan_is_given_up_with_a_reason(clerk: FlaskClient, home: str) -> None:
    page = planned(clerk, home)
    assert "cancel" in set(re.findall(r'action="/staff/inspections/[^/"]+/([a-z-]+)"', clerk.get(page).text))
    form = {"cancel-version": version(clerk, page), "cancel-sure": "y"}
    answer = clerk.post(f"{page}/cancel", data=form)
    assert answer.status_code == 422
    answer = clerk.post(f"{page}/cancel", data={**form, "cancel-reason": "停办了"})
    assert answer.status_code == 303
    assert clerk.get(page).status_code == 404


def test_the_list_is_narrowed_turned_and_taken_along(
    sqlite_app: Flask, clerk: FlaskClient, home: str
) -> None:
    fire = signed_in(sqlite_app, make_staff(sqlite_app, Role.CLERK, Department.FIRE))
    recorded(
        clerk, planned(clerk, home, theme="甲字专项"), visited_on=(TODAY - timedelta(days=9)).isoformat()
    )
    recorded(clerk, planned(clerk, home, theme="乙字专项"))
    planned(fire, home, theme="丙字专项")
    made = clerk.get(f"{INSPECTIONS}?state=made").text
    assert made.index("乙字专项") < made.index("甲字专项")
    assert "丙字专项" not in made
    turned = clerk.get(f"{INSPECTIONS}?state=made&sort=oldest").text
    assert turned.index("甲字专项") < turned.index("乙字专项")
    assert "丙字专项" in clerk.get(f"{INSPECTIONS}?department=fire").text
    assert "丙字专项" not in clerk.get(f"{INSPECTIONS}?department=civil_affairs").text
    assert "甲字专项" not in clerk.get(f"{INSPECTIONS}?state=made&q=乙字").text
    assert clerk.get(f"{INSPECTIONS}?state=nonsense&year=x&page=99&kind=x").status_code == 200
    taken = clerk.get(f"{INSPECTIONS}.csv?state=made&q=乙字").get_data(as_text=True)
    assert "乙字专项" in taken
    assert "甲字专项" not in taken
    assert offered(made) == set()
