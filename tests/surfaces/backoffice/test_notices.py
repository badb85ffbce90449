"""Rectification notices in the back office: drafted, reviewed, issued, served, extended, published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.permissions import Department, Role
from tests.surfaces.backoffice.supervising import (
    NOTICES,
    do,
    done,
    entered,
    hidden,
    make_home,
    offered,
    text_of,
    version,
)
from tests.surfaces.backoffice.test_audit import CODE, said
from tests.surfaces.conftest import CountQueries

Client = Callable[..., FlaskClient]
TODAY = clock.today().isoformat()
DRAFT = {
    "title": "关于消防问题限期整改的通知",
    "demands": "马上清空疏散通道。",
    "legal_basis": "《中华人民共和国消防法》第二十八条",
    "days": "10",
    "counted": "working",
    "contact": "三元区民政局养老服务股 0598-8123456",
}


@pytest.fixture
def home(sqlite_app: Flask) -> str:
    return make_home(sqlite_app)


@pytest.fixture
def clerk(staff_client: Client) -> FlaskClient:
    return staff_client(Role.CLERK)


@pytest.fixture
def reviewer(staff_client: Client) -> FlaskClient:
    return staff_client(Role.REVIEWER)


def problem_key(client: FlaskClient, place: str, title: str) -> str:
    """Return the value of the tick of a problem in the form of a draft."""
    page = client.get(place).text
    before = page[: page.index(f">{title}")]
    return before.rpartition('name="problems" value="')[2].partition('"')[0]


def drafted(client: FlaskClient, problem: str, **changes: str) -> str:
    """Draft a notice on one problem from its page; return the notice's page."""
    place = f"{NOTICES}/new?problem={problem.rpartition('/')[2]}"
    key = problem_key(client, place, "二楼疏散通道堆放床垫")
    data = {**hidden(client.get(place).text), **DRAFT, "problems": key, **changes}
    answer = client.post(f"{NOTICES}/new", data=data)
    assert answer.status_code == 303, text_of(answer)
    return str(answer.location)


def issued(clerk: FlaskClient, reviewer: FlaskClient, problem: str) -> str:
    page = drafted(clerk, problem)
    done(clerk, page, "submit_draft")
    done(reviewer, page, "issue", sure="y")
    return page


def test_a_notice_from_its_draft_to_its_deadline(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    problem = entered(clerk, home)
    begun = clerk.get(f"{NOTICES}/new?problem={problem.rpartition('/')[2]}")
    assert "关于消防问题限期整改的通知" in begun.text
    assert "《养老机构管理办法》" in begun.text
    page = drafted(clerk, problem)
    shown = text_of(clerk.get(page))
    assert "自送达之日起10个工作日内" in shown
    assert "（还没有编号）" in shown
    assert page in clerk.get(problem).text
    assert "issue" not in offered(clerk.get(page).text)
    done(clerk, page, "submit_draft")
    assert "等您审核的整改通知书" in reviewer.get("/staff").text
    done(reviewer, page, "return_draft", words="依据要写到条款")
    assert "依据要写到条款" in clerk.get(page).text
    assert "审核退回的整改通知书" in clerk.get("/staff").text
    edit = f"{page}/edit"
    held = problem_key(clerk, edit, "二楼疏散通道堆放床垫")
    changed = {**DRAFT, "legal_basis": "《消防法》第十六条", "problems": held}
    assert clerk.post(edit, data={**changed, "version": version(clerk, edit)}).status_code == 303
    done(clerk, page, "submit_draft")
    unsure = do(reviewer, page, "issue")
    assert unsure.status_code == 422
    done(reviewer, page, "issue", sure="y")
    shown = text_of(reviewer.get(page))
    assert "民整〔" in shown
    assert "《消防法》第十六条" in shown
    assert clerk.get(edit).status_code == 404
    assert "发出了还没送达的整改通知书" in clerk.get("/staff").text
    early = do(clerk, page, "serve", on="2001-01-01", how="mail")
    assert early.status_code == 422
    assert "送达不能早于发出的那天" in early.text
    done(clerk, page, "serve", on=TODAY, how="in_person")
    served = clerk.get(page)
    assert 'class="day-strip' in served.text
    assert "当面送达" in served.text
    assert "还剩10个工作日" in text_of(served)
    later = (clock.today() + timedelta(days=40)).isoformat()
    done(reviewer, page, "extend", deadline=later, reason="等配件到货")
    assert "等配件到货" in reviewer.get(page).text
    assert reviewer.get(f"{NOTICES}?state=open").text.count(page) == 1
    assert page not in reviewer.get(f"{NOTICES}?state=draft").text
    assert "民整〔" in clerk.get(f"{NOTICES}.csv").text


def test_who_wrote_it_does_not_issue_it(reviewer: FlaskClient, staff_client: Client, home: str) -> None:
    staff_client(Role.REVIEWER)  # somebody else could
    page = drafted(reviewer, entered(reviewer, home))
    done(reviewer, page, "submit_draft")
    refused = do(reviewer, page, "issue", sure="y")
    assert refused.status_code == 409
    assert "请别的审核人员来发出" in refused.text
    assert "等您审核的整改通知书" not in reviewer.get("/staff").text


def test_what_is_wrong_with_a_draft_stands_in_it(clerk: FlaskClient, home: str) -> None:
    problem = entered(clerk, home)
    place = f"{NOTICES}/new?problem={problem.rpartition('/')[2]}"
    key = problem_key(clerk, place, "二楼疏散通道堆放床垫")
    sent = {**hidden(clerk.get(place).text), **DRAFT, "problems": key}
    for change, refusal in (
        ({"problems": ""}, "请至少勾选一个问题"),
        ({"days": "0"}, "请填写1到365之间的整数"),
        ({"title": ""}, "请写标题"),
        ({"contact": "找我13800138000"}, "手机号"),
    ):
        answer = clerk.post(f"{NOTICES}/new", data=sent | change)
        assert answer.status_code in (409, 422)
        assert refusal in text_of(answer)
        assert "马上清空疏散通道。" in answer.text
    assert clerk.post(f"{NOTICES}/new", data=sent).status_code == 303
    taken = clerk.post(f"{NOTICES}/new", data=sent)
    assert taken.status_code == 422
    assert "没有可以写进通知书的问题" in taken.text


def test_several_problems_of_one_home_are_offered_and_no_others(
    sqlite_app: Flask, clerk: FlaskClient, staff_client: Client, home: str
) -> None:
    entered(clerk, home, title="甲问题")
    entered(clerk, home, title="乙问题")
    entered(clerk, make_home(sqlite_app, "另一家养老院"), title="别家的问题")
    entered(staff_client(Role.CLERK, Department.FIRE), home, title="消防的问题")
    found = clerk.get(f"{NOTICES}/new?q=示例")
    assert f"home=i-{home}" in found.text
    shown = clerk.get(f"{NOTICES}/new?home=i-{home}").text
    assert "甲问题" in shown
    assert "乙问题" in shown
    assert "别家的问题" not in shown
    assert "消防的问题" not in shown


def test_a_second_writer_sees_what_the_first_wrote(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    page = drafted(clerk, entered(clerk, home))
    edit = f"{page}/edit"
    seen, held = version(clerk, edit), problem_key(clerk, edit, "二楼疏散通道堆放床垫")
    first = {**DRAFT, "demands": "先写的要求", "problems": held, "version": seen}
    assert reviewer.post(edit, data=first).status_code == 303
    second = clerk.post(edit, data={**first, "demands": "后写的要求"})
    assert second.status_code == 409
    assert "后写的要求" in second.text
    assert "刚刚改动" in text_of(second)
    assert "先写的要求" in second.text


def test_taken_back_and_thrown_away(clerk: FlaskClient, reviewer: FlaskClient, home: str) -> None:
    problem = entered(clerk, home)
    page = drafted(clerk, problem)
    done(clerk, page, "discard", sure="y")
    assert "已作废" in text_of(clerk.get(page))
    page = issued(clerk, reviewer, problem)
    assert do(clerk, page, "withdraw", reason="发错", sure="y").status_code == 403
    done(reviewer, page, "withdraw", reason="写错了机构", sure="y")
    assert "写错了机构" in reviewer.get(page).text
    assert offered(reviewer.get(page).text) == set()
    assert "起草整改通知书" in clerk.get(problem).text


def test_the_paper_to_be_served_is_a_pdf(clerk: FlaskClient, staff_client: Client, home: str) -> None:
    page = drafted(clerk, entered(clerk, home))
    paper = clerk.get(f"{page}.pdf")
    assert paper.content_type == "application/pdf"
    assert paper.data.startswith(b"%PDF-")
    assert staff_client(region_code="110101").get(f"{page}.pdf").status_code == 404


def test_each_part_is_approved_before_the_public_reads_it(
    sqlite_app: Flask, clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    problem = entered(clerk, home, description="护工说，3床的通道被床垫堵住。")
    page = issued(clerk, reviewer, problem)
    place = f"{page}/publication"
    assert clerk.get(place).status_code == 403
    shown = reviewer.get(place)
    assert "<mark>" in shown.text
    words = {
        "part-title": DRAFT["title"],
        "part-problem-1-title": "通道被堵",
        "part-problem-1-text": "找13800138000，通道被堵。",
        "part-demands": DRAFT["demands"],
        "part-legal_basis": DRAFT["legal_basis"],
        "part-contact": DRAFT["contact"],
        "version": version(reviewer, place),
    }
    refused = reviewer.post(place, data=words)
    assert refused.status_code in (409, 422)
    assert "问题1的具体情况" in refused.text
    assert "找13800138000，通道被堵。" in refused.text
    assert sqlite_app.test_client().get(page.replace("/staff", "")).status_code == 404
    words["part-problem-1-text"] = "二楼通道被床垫堵住。"
    assert reviewer.post(place, data=words).status_code == 303
    public = sqlite_app.test_client().get(page.replace("/staff", ""))
    assert public.status_code == 200
    assert "二楼通道被床垫堵住。" in public.text
    assert "3床" not in public.text
    assert "已公开" in text_of(reviewer.get(problem))
    down = {"unpublish-reason": "要重新核对", "unpublish-version": version(reviewer, place)}
    assert reviewer.post(f"{place}/withdraw", data=down).status_code == 303
    assert sqlite_app.test_client().get(page.replace("/staff", "")).status_code == 404


def test_the_audit_tells_of_it_without_a_word_of_the_code(
    clerk: FlaskClient, reviewer: FlaskClient, staff_client: Client, home: str
) -> None:
    problem = entered(clerk, home, severity="major", criterion="4.2")
    page = issued(clerk, reviewer, problem)
    done(clerk, page, "serve", on=TODAY, how="mail")
    done(clerk, problem, "submit", words="搬走了", on=TODAY)
    done(reviewer, problem, "hand_to_enforcement", to="执法大队", words="不改", on=TODAY, sure="y")
    text = said(staff_client(Role.SUPERVISOR))
    for words in (
        "问题登账",
        "发出整改通知书",
        "登记整改通知书送达",
        "提请验收",
        "邮寄送达",
        "重大隐患",
        "执法大队",
    ):
        assert words in text
    assert CODE.findall(text) == []


def test_another_department_looks_and_does_nothing(
    clerk: FlaskClient, staff_client: Client, home: str
) -> None:
    page = drafted(clerk, entered(clerk, home))
    seen = version(clerk, page)
    fire, watcher = staff_client(Role.REVIEWER, Department.FIRE), staff_client(Role.SUPERVISOR)
    for client in (fire, watcher):
        shown = client.get(page)
        assert shown.status_code == 200
        assert offered(shown.text) == set()
    assert fire.get(f"{page}/edit").status_code == 404
    assert do(fire, page, "submit_draft", seen).status_code == 404
    assert do(watcher, page, "submit_draft", seen).status_code == 403
    assert staff_client(region_code="110101").get(page).status_code == 404


def test_pages_cost_the_same_however_much_there_is(
    sqlite_app: Flask, clerk: FlaskClient, reviewer: FlaskClient, home: str, count_queries: CountQueries
) -> None:
    def costs(*pages: str) -> list[int]:
        found = []
        for page in pages:
            clerk.get(page)
            with count_queries(sqlite_app) as statements:
                assert clerk.get(page).status_code == 200
            found.append(len(statements))
        return found

    problem = entered(clerk, home)
    page = issued(clerk, reviewer, problem)
    pages = ("/staff/problems", "/staff/notices", problem, page, f"{NOTICES}/new?home=i-{home}")
    entered(clerk, home, title="另一个问题")
    few = costs(*pages)
    for number in range(6):
        more = entered(clerk, home, title=f"第{number}个问题")
        done(clerk, problem, "note", words=f"第{number}次打电话")
        issued_too = drafted_again(clerk, reviewer, more)
        assert issued_too != page
    assert costs(*pages) == few
    assert max(few) <= 30


def drafted_again(clerk: FlaskClient, reviewer: FlaskClient, problem: str) -> str:
    """Issue a notice on a problem, whatever its title."""
    place = f"{NOTICES}/new?problem={problem.rpartition('/')[2]}"
    key = clerk.get(place).text.partition('name="problems" value="')[2].partition('"')[0]
    data = {**hidden(clerk.get(place).text), **DRAFT, "problems": key}
    page = str(clerk.post(f"{NOTICES}/new", data=data).location)
    done(clerk, page, "submit_draft")
    done(reviewer, page, "issue", sure="y")
    return page
