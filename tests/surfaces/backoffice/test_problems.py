"""Problems in the back office: entered, worked on, accepted; the list; who may do what."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from portal import clock
from portal.domain.permissions import Department, Role
from tests.surfaces.backoffice.supervising import (
    PROBLEMS,
    do,
    done,
    entered,
    entry,
    make_home,
    offered,
    text_of,
    version,
)
from tests.surfaces.backoffice.uploads import post_form
from tests.surfaces.staff import make_staff, signed_in

Client = Callable[..., FlaskClient]
TODAY = clock.today().isoformat()


@pytest.fixture
def home(sqlite_app: Flask) -> str:
    return make_home(sqlite_app)


@pytest.fixture
def clerk(staff_client: Client) -> FlaskClient:
    return staff_client(Role.CLERK)


@pytest.fixture
def reviewer(staff_client: Client) -> FlaskClient:
    return staff_client(Role.REVIEWER)


def photographed(client: FlaskClient, page: str, stage: str = "after") -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (90, 120, 30)).save(out, "JPEG")
    data: dict[str, object] = {
        "photo-photo": (io.BytesIO(out.getvalue()), "通道.jpg"),
        "photo-stage": stage,
        "photo-caption": "二楼通道，床垫已经搬走",
        "photo-version": version(client, page),
    }
    answer = post_form(client, f"{page}/photos", data)
    assert answer.status_code == 303, text_of(answer)


def test_a_problem_from_its_entry_to_its_clearing(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    due = (clock.today() + timedelta(days=10)).isoformat()
    page = entered(clerk, home, deadline=due)
    assert "示例敬老院" in clerk.get(page).text
    done(clerk, page, "start")
    done(clerk, page, "submit", words="床垫已经搬走", on=TODAY)
    assert "clear" not in offered(clerk.get(page).text)
    refused = do(reviewer, page, "clear", words="去看过", on=TODAY, sure="y")
    assert refused.status_code == 409
    assert "凭据" in text_of(refused)
    assert "去看过" in refused.text
    photographed(clerk, page)
    unsure = do(reviewer, page, "clear", words="去看过", on=TODAY)
    assert unsure.status_code == 422
    assert "请先勾选" in text_of(unsure)
    done(reviewer, page, "clear", words="去看过，畅通", on=TODAY, sure="y")
    shown = text_of(reviewer.get(page))
    assert "已销号" in shown
    assert "去看过，畅通" in shown
    assert "clear" not in offered(reviewer.get(page).text)


def test_a_home_is_found_by_its_name_and_chosen(clerk: FlaskClient, home: str) -> None:
    found = clerk.post(f"{PROBLEMS}/new", data={"q": "示例", "do": "find", "title": "写了一半的话"})
    assert f'value="i-{home}"' in found.text
    assert "写了一半的话" in found.text
    nowhere = clerk.post(f"{PROBLEMS}/new", data={**entry(home), "home": ""})
    assert nowhere.status_code == 422
    assert "请先查找并选中一家" in nowhere.text
    elsewhere = clerk.post(f"{PROBLEMS}/new", data={**entry(home), "home": "other", "place": "河边木屋"})
    assert elsewhere.status_code == 303
    assert "河边木屋" in clerk.get(elsewhere.location).text


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"severity": "major"}, "请选按哪一条判定"),
        ({"criterion": "4.1"}, "轻重请选“重大隐患”"),
        ({"found_on": "2999-01-01"}, "这一天还没有到"),
        ({"title": ""}, "请用一句话说清问题"),
        ({"deadline": "2001-01-01"}, "期限早于发现的日子"),
        ({"description": "找13800138000"}, "手机号"),
    ],
)
def test_what_can_not_be_entered_stands_at_its_field(
    clerk: FlaskClient, home: str, changes: dict[str, str], problem: str
) -> None:
    answer = clerk.post(f"{PROBLEMS}/new", data=entry(home, measure="马上搬走", **changes))
    assert answer.status_code == 422
    assert problem in text_of(answer)
    assert "马上搬走" in answer.text


def test_a_major_hazard_names_its_criterion_and_its_clause(clerk: FlaskClient, home: str) -> None:
    page = entered(clerk, home, severity="major", criterion="4.3")
    shown = text_of(clerk.get(page))
    assert "彩钢板" in shown
    assert "第四条第三项" in shown


def test_what_was_cleared_before_is_offered_as_come_back(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    first = entered(clerk, home)
    photographed(clerk, first)
    done(clerk, first, "submit", words="搬走了", on=TODAY)
    done(reviewer, first, "clear", words="看过", on=TODAY, sure="y")
    number = text_of(clerk.get(first)).split("W")[1][:11]
    asked = clerk.post(f"{PROBLEMS}/new", data=entry(home, do="earlier"))
    assert f'value="W{number}"' in asked.text
    other = clerk.post(f"{PROBLEMS}/new", data=entry(home, do="earlier", category="food"))
    assert "没有销过号的同类问题" in other.text
    unasked = clerk.post(f"{PROBLEMS}/new", data=entry(home))
    assert unasked.status_code == 422
    assert "是不是同一个问题又出现了" in unasked.text
    assert f'value="W{number}"' in unasked.text
    assert clerk.post(f"{PROBLEMS}/new", data=entry(home, first_entry="")).status_code == 303
    again = entered(clerk, home, first_entry=f"W{number}")
    assert "以前销过号" in text_of(clerk.get(again))
    assert "后来又出现" in text_of(clerk.get(first))
    assert first in clerk.get(again).text
    assert again in clerk.get(first).text
    wrong = clerk.post(f"{PROBLEMS}/new", data=entry(home, first_entry="W2026-999999"))
    assert wrong.status_code == 422
    assert "没有找到选中的那个以前的问题" in text_of(wrong)


def test_who_comes_second_loses_no_word(clerk: FlaskClient, reviewer: FlaskClient, home: str) -> None:
    page = entered(clerk, home)
    seen = version(clerk, page)
    done(reviewer, page, "note", words="已经打过电话")
    late = do(clerk, page, "submit", seen, words="我写的整改情况", on=TODAY)
    assert late.status_code == 409
    assert "刚刚改动" in text_of(late)
    assert "我写的整改情况" in late.text
    assert "已经打过电话" in late.text
    edit = f"{page}/edit"
    before = version(clerk, edit)
    done(reviewer, page, "note", words="又打过一次")
    said = {**entry(home, title="我改的标题"), "version": before}
    conflict = clerk.post(edit, data=said)
    assert conflict.status_code == 409
    assert "我改的标题" in conflict.text
    assert "二楼疏散通道堆放床垫" in conflict.text
    assert clerk.post(edit, data=said | {"version": version(clerk, edit)}).status_code == 303
    assert "我改的标题" in clerk.get(page).text


def test_what_was_written_for_a_step_that_is_gone_is_shown(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    page = entered(clerk, home)
    seen = version(clerk, page)
    done(reviewer, page, "void", reason="登重了", sure="y")
    for fields in ({"on": TODAY}, {"on": ""}):  # fit to be saved, and not even that
        late = do(clerk, page, "submit", seen, words="我写的整改情况", **fields)
        assert late.status_code in (409, 422)
        assert "我写的整改情况" in late.text


def test_another_department_looks_and_does_nothing(
    clerk: FlaskClient, staff_client: Client, home: str
) -> None:
    page = entered(clerk, home)
    fire, far = staff_client(Role.REVIEWER, Department.FIRE), staff_client(region_code="110101")
    watcher = staff_client(Role.SUPERVISOR)
    for client in (fire, watcher):
        shown = client.get(page)
        assert shown.status_code == 200
        assert offered(shown.text) == set()
    assert do(fire, page, "start", version(clerk, page)).status_code == 404
    assert do(watcher, page, "start", version(clerk, page)).status_code == 403
    assert far.get(page).status_code == 404
    assert clerk.get(f"{page}/publication").status_code == 403


def test_photos_are_for_the_staff_until_a_reviewer_has_looked(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    page = entered(clerk, home)
    photographed(clerk, page, "before")
    photo = f"{page}/photos/1"
    answer = clerk.get(photo)
    assert answer.content_type == "image/jpeg"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.data.startswith(b"\xff\xd8\xff")
    assert clerk.post(f"{photo}/show", data={"version": version(clerk, page)}).status_code == 403
    seen = {"version": version(reviewer, page)}
    assert reviewer.post(f"{photo}/show", data=seen).status_code == 303
    assert "可以公开" in text_of(reviewer.get(page))
    assert reviewer.post(f"{photo}/hide", data=seen).status_code == 409
    paper = post_form(
        clerk,
        f"{page}/photos",
        {
            "photo-photo": (io.BytesIO(b"GIF89a"), "图.gif"), "photo-stage": "after",
            "photo-caption": "写好的说明", "photo-version": version(clerk, page),
        },
    )  # fmt: skip
    assert paper.status_code == 422
    assert "GIF" in paper.text
    assert "写好的说明" in paper.text


def test_what_the_public_reads_is_approved_beside_what_was_written(
    sqlite_app: Flask, clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    page = entered(clerk, home, description="护工王小芳说，3床张桂英老人的通道被堵。电话0598-8123456。")
    place = f"{page}/publication"
    shown = reviewer.get(place)
    assert "<mark>张桂英</mark>" in shown.text or "<mark>" in shown.text
    data = {"title": "通道被堵", "text": "身份证350402194001011234", "version": version(reviewer, place)}
    refused = reviewer.post(place, data=data)
    assert refused.status_code == 409 or refused.status_code == 422
    assert "350402194001011234" in refused.text
    data |= {"text": "二楼通道被床垫堵住。", "version": version(reviewer, place)}
    assert reviewer.post(place, data=data).status_code == 303
    assert "已公开" in text_of(reviewer.get(page))
    down = {"unpublish-reason": "写错了地点", "unpublish-version": version(reviewer, place)}
    assert reviewer.post(f"{place}/withdraw", data={}).status_code == 422
    assert reviewer.post(f"{place}/withdraw", data=down).status_code == 303
    assert "写错了地点" in reviewer.get(page).text


def test_the_list_by_what_is_asked_and_as_a_file(
    sqlite_app: Flask, clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    soon, later = ((clock.today() + timedelta(days=days)).isoformat() for days in (3, 30))
    entered(clerk, home, title="后到期的事", deadline=later)
    entered(clerk, home, title="先到期的事", deadline=soon, category="food")
    entered(clerk, home, title="没有期限的事", severity="major", criterion="4.1")
    text = text_of(clerk.get(PROBLEMS))
    assert text.index("先到期的事") < text.index("后到期的事") < text.index("没有期限的事")
    for query, shown in (
        ("?category=food", {"先到期的事"}),
        ("?severity=major", {"没有期限的事"}),
        ("?q=后到期", {"后到期的事"}),
        ("?state=cleared", set()),
        ("?state=nonsense&category=x&region=999999&department=discipline", {"先到期的事", "后到期的事"}),
    ):
        page = text_of(clerk.get(PROBLEMS + query))
        found = {one for one in ("先到期的事", "后到期的事", "没有期限的事") if one in page}
        assert found >= shown
        assert found == shown or query.startswith("?state=n")
    entered(clerk, make_home(sqlite_app, "另一家养老院"), title="别家的事")
    own = clerk.get(f"{PROBLEMS}?home=i-{home}")
    assert "先到期的事" in own.text
    assert "别家的事" not in own.text
    assert "只看示例敬老院" in own.text
    assert f"{PROBLEMS}?home=i-{home}" in clerk.get(f"/staff/institutions/{home}").text
    csv = clerk.get(f"{PROBLEMS}.csv?category=food")
    assert "先到期的事" in csv.text
    assert "后到期的事" not in csv.text
    with clock.moved_to(clock.now() + timedelta(days=5)):
        late = signed_in(sqlite_app, make_staff(sqlite_app, Role.CLERK))
        assert "逾期" in text_of(late.get(f"{PROBLEMS}?state=overdue"))
        assert "逾期没改好的问题" in text_of(late.get("/staff"))


def test_what_waits_comes_to_whom_it_is_for(
    clerk: FlaskClient, reviewer: FlaskClient, staff_client: Client, home: str
) -> None:
    page = entered(clerk, home, severity="major", criterion="4.1")
    assert "没消除的重大隐患" in clerk.get("/staff").text
    assert "还没发通知的问题" in clerk.get("/staff").text
    done(clerk, page, "submit", words="加固了", on=TODAY)
    assert "等您验收的问题" in reviewer.get("/staff").text
    assert "等您验收的问题" not in clerk.get("/staff").text
    fire = staff_client(Role.REVIEWER, Department.FIRE)
    assert "等您验收的问题" not in fire.get("/staff").text


def test_listing_is_offered_for_major_fire_hazards_alone(
    reviewer: FlaskClient, clerk: FlaskClient, home: str
) -> None:
    plain = entered(clerk, home)
    assert "list_for_supervision" not in offered(reviewer.get(plain).text)
    page = entered(clerk, home, severity="major", criterion="fire", basis="GB 35181")
    until = (clock.today() + timedelta(days=60)).isoformat()
    done(reviewer, page, "list_for_supervision", by="某某县人民政府", until=until, on=TODAY)
    shown = text_of(reviewer.get(page))
    assert "某某县人民政府" in shown
    assert "挂牌督办" in shown
    assert "delist" in offered(reviewer.get(page).text)
    assert page in reviewer.get(f"{PROBLEMS}?listed=1").text
    assert plain not in reviewer.get(f"{PROBLEMS}?listed=1").text
