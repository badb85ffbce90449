"""Everything that staff do with a complaint, through its page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEntry
from portal.complaints.kinds import Channel, Finding
from portal.complaints.models import Case, CaseClue, CaseExclusion
from portal.complaints.service import citizen
from portal.domain.case_status import CaseStatus
from portal.domain.permissions import Department, Role
from portal.extensions import db
from tests.integration.complaints.cases import CLERK, acting_at, enter_home
from tests.surfaces.backoffice.casework import (
    PHONE,
    TEXT,
    Client,
    address,
    case_of,
    do,
    done,
    events,
    lodged,
    offered,
    version,
)
from tests.surfaces.staff import make_staff, signed_in


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


def test_a_case_from_the_first_look_to_the_end(app: Flask, staff_client: Client) -> None:
    receipt, clerk = lodged(app), staff_client()
    page = clerk.get(address(receipt)).text
    assert "接下来：受理" in page
    assert TEXT in page
    assert {"accept", "transfer", "note"} <= offered(page)
    assert not offered(page) & {"close", "reply", "unmerge", "not_urgent", "redate"}
    done(clerk, receipt, "accept")
    assert "接下来：交给承办人" in clerk.get(address(receipt)).text
    done(clerk, receipt, "start")
    assert "接下来：首次答复" in clerk.get(address(receipt)).text
    done(clerk, receipt, "first_answer", words="已到现场看过，3月20日前告诉您结果。")
    page = clerk.get(address(receipt)).text
    assert "接下来：办理答复" in page
    assert "按时答复" in page
    assert "first_answer" not in offered(page)
    done(clerk, receipt, "interim_reply", words="已调看监控。")
    done(clerk, receipt, "ask", words="是几号夜里？")
    page = clerk.get(address(receipt)).text
    assert "等投诉人回答问题" in page
    assert "投诉人回答以后" in page
    done(clerk, receipt, "extend", days="3", reason="还要等鉴定")
    assert "请选择" in do(clerk, receipt, "hear", words="是三号夜里。").text
    done(clerk, receipt, "hear", words="是三号夜里。", channel="phone")
    page = clerk.get(address(receipt)).text
    assert "投诉人说的（电话），由工作人员代记" in page
    assert "等投诉人回答问题" not in page
    assert "是三号夜里。" in page
    done(clerk, receipt, "note", words="电话问过院长")
    missing = do(clerk, receipt, "reply", words="夜班只有一个人，已责令整改。")
    assert missing.status_code == 422
    assert "请选择查实的情况" in missing.text
    assert "夜班只有一个人，已责令整改。" in missing.text
    done(clerk, receipt, "reply", words="夜班只有一个人，已责令整改。", finding="true")
    assert case_of(app, receipt).finding is Finding.TRUE
    assert "接下来：办结" in clerk.get(address(receipt)).text
    done(clerk, receipt, "close")
    page = clerk.get(address(receipt)).text
    assert "已办结" in page
    for words in ("已调看监控。", "是几号夜里？", "电话问过院长", "还要等鉴定", "延长3个工作日", "属实"):
        assert words in page
    assert case_of(app, receipt).status is CaseStatus.CLOSED
    assert events(app, receipt)[-3:] == ["reply", "find_true", "close"]


def test_refusing_is_for_reviewers_and_clerks_write_it(app: Flask, staff_client: Client) -> None:
    receipt, clerk, reviewer = lodged(app), staff_client(), staff_client(Role.REVIEWER)
    page = clerk.get(address(receipt)).text
    assert "不予受理由审核人员决定" in page
    assert f'action="{address(receipt, "refuse")}"' not in page
    seen = version(clerk, receipt)
    assert do(clerk, receipt, "refuse", words="不归民政管。").status_code == 403
    sent = clerk.post(
        address(receipt, "drafts/refuse"),
        data={"refuse-version": seen, "refuse-words": "不归民政管，请找人社局。", "do": "submit"},
    )
    assert sent.status_code == 303
    assert "等您审核的答复" in reviewer.get("/staff").text
    page = reviewer.get(address(receipt)).text
    assert "请审核：不予受理的决定" in page
    done(reviewer, receipt, "refuse", words="不归民政管，请找人社局。")
    assert case_of(app, receipt).status is CaseStatus.NOT_ACCEPTED


def test_who_came_second_is_told_who_did_what_and_keeps_the_words(app: Flask, staff_client: Client) -> None:
    receipt, first, second = lodged(app), staff_client(), staff_client()
    done(first, receipt, "accept")
    done(first, receipt, "start")
    seen = version(second, receipt)
    done(first, receipt, "first_answer", words="甲写的答复。")
    late = do(second, receipt, "first_answer", seen, words="乙写了半天的答复。")
    assert late.status_code == 409
    for words in ("没有保存", "民政经办", "乙写了半天的答复。", "甲写的答复。", "您写的：首次答复"):
        assert words in late.text
    assert events(app, receipt).count("first_answer") == 1
    again = do(second, receipt, "interim_reply", seen, words="乙的进展。")
    assert again.status_code == 409
    assert f'name="interim_reply-version" type="hidden" value="{case_of(app, receipt).version}"' in again.text
    assert "乙的进展。</textarea>" in again.text
    assert do(second, receipt, "interim_reply", "x", words="乙的进展。").status_code == 409


def test_assigning_shows_who_may_and_leaves_out_who_may_not(app: Flask, staff_client: Client) -> None:
    receipt, clerk = lodged(app), staff_client()
    named = make_staff(app, name="王小二")
    make_staff(app, department=Department.FIRE, name="消防的人")
    page = clerk.get(address(receipt)).text
    assert "王小二" in page
    assert "消防的人" not in page
    done(clerk, receipt, "accept")
    done(clerk, receipt, "assign", handler=str(named.id))
    assert case_of(app, receipt).handler_id == named.id
    done(clerk, receipt, "exclude", handler=str(named.id), why="named")
    assert case_of(app, receipt).handler_id is None
    assert signed_in(app, named).get(address(receipt)).status_code == 404
    page = clerk.get(address(receipt)).text
    assert "王小二：" in page
    refused = do(clerk, receipt, "assign", handler=str(named.id))
    assert refused.status_code == 422
    reviewer = staff_client(Role.REVIEWER)
    assert "readmit" in offered(reviewer.get(address(receipt)).text)
    assert "readmit" not in offered(page)
    done(reviewer, receipt, "readmit", handler=str(named.id), reason="同名，不是他")
    with app.app_context():
        assert db.session.scalars(select(CaseExclusion)).all() == []


def test_an_excluded_reviewer_sees_that_it_is_there_and_no_more(app: Flask, staff_client: Client) -> None:
    receipt = lodged(app)
    shut_out = make_staff(app, Role.REVIEWER, name="审核甲")
    client = signed_in(app, shut_out)
    done(staff_client(), receipt, "exclude", handler=str(shut_out.id), why="named")
    page = client.get(address(receipt))
    assert page.status_code == 200
    assert "您要回避" in page.text
    assert TEXT not in page.text
    assert client.post(address(receipt, "accept"), data={"accept-version": "1"}).status_code == 404


def test_a_transfer_takes_the_words_along_and_leaves_the_trace(app: Flask, staff_client: Client) -> None:
    receipt, civil = lodged(app), staff_client()
    fire = staff_client(Role.CLERK, Department.FIRE)
    assert fire.get(address(receipt)).status_code == 404
    nowhere = do(civil, receipt, "transfer", region="350404", department="civil_affairs", reason="不归我们管")
    assert nowhere.status_code == 422
    assert "已经在这个部门" in nowhere.text
    answer = do(civil, receipt, "transfer", region="350404", department="fire", reason="说的是消防通道")
    assert (answer.status_code, answer.location) == (303, "/staff/cases")
    assert civil.get(address(receipt)).status_code == 404
    sent = civil.get("/staff/cases/sent").text
    assert receipt in sent
    assert "还没有" in sent
    assert TEXT not in sent
    assert "转来的投诉，还没确认收到" in fire.get("/staff").text
    page = fire.get(address(receipt)).text
    assert "接下来：收到转来的投诉" in page
    assert TEXT in page
    done(fire, receipt, "acknowledge")
    assert "已收到" in civil.get("/staff/cases/sent").text


def test_two_about_the_same_home_are_handled_together(app: Flask, staff_client: Client) -> None:
    home = enter_home(app)
    first, second = (lodged(app, institution_id=home) for _ in range(2))
    clerk = staff_client()
    page = clerk.get(address(first)).text
    assert "也许说的是一回事（1件没办完）" in page
    assert second in page
    wrong = do(clerk, first, "merge", into="T2026-2345678X")
    assert wrong.status_code == 422
    assert "登记编号" in wrong.text
    done(clerk, first, "merge", into=second.lower())
    page = clerk.get(address(first)).text
    assert "这件和另一件一起办" in page
    assert "merge" not in offered(page)
    done(clerk, second, "accept")
    done(clerk, second, "start")
    named = do(clerk, second, "first_answer", words="林秋月说的属实。")
    assert named.status_code == 409
    assert "不能有其中任何人的姓名" in named.text
    done(clerk, second, "first_answer", words="正在查。")
    assert "first_answer" in events(app, first)
    with acting_at(app, clock.now()):
        citizen.withdraw(db.session.get_one(Case, case_of(app, second).id))
    page = clerk.get(address(first)).text
    assert "这件和另一件一起办" not in page
    assert "那件已经了结，不会再带上这一件，请单独答复" in page
    done(clerk, first, "unmerge")
    assert case_of(app, first).merged_into_id is None


def test_urgent_held_redated_and_a_clue(app: Flask, staff_client: Client) -> None:
    day = clock.today() - timedelta(days=2)
    receipt = lodged(app, 1, channel=Channel.PHONE, received_at=clock.at(day), by=CLERK)
    clerk, reviewer = staff_client(), staff_client(Role.REVIEWER)
    done(clerk, receipt, "urgent", reason="老人还在里面")
    assert case_of(app, receipt).urgent
    assert "urgent" not in offered(clerk.get(address(receipt)).text)
    done(clerk, receipt, "not_urgent", reason="已接走")
    later = do(clerk, receipt, "redate", received_at=f"{clock.today()}T08:00", reason="记错了")
    assert later.status_code == 422
    assert "只能往前改" in later.text
    earlier = day - timedelta(days=1)
    done(clerk, receipt, "redate", received_at=f"{earlier}T09:30", reason="信封上的邮戳")
    assert case_of(app, receipt).received_on == earlier
    assert "补登" in clerk.get(address(receipt)).text
    assert not offered(clerk.get(address(receipt)).text) & {"hold", "release"}
    assert do(clerk, receipt, "hold", reason="打官司").status_code == 403
    done(reviewer, receipt, "hold", reason="正在打官司")
    assert "正在打官司" in reviewer.get(address(receipt)).text
    done(reviewer, receipt, "release", reason="官司完了")
    done(clerk, receipt, "clue", words="院长给科长送过礼")
    assert "院长给科长送过礼" not in clerk.get(address(receipt)).text
    with app.app_context():
        clue = db.session.scalars(select(CaseClue)).one()
        number = clue.id
    discipline = staff_client(Role.DISCIPLINE)
    assert "移交来的线索" in discipline.get("/staff").text
    assert f"/staff/clues/{number}" in discipline.get("/staff/clues").text
    assert "院长给科长送过礼" in discipline.get(f"/staff/clues/{number}").text
    assert discipline.post(f"/staff/clues/{number}/receive").status_code == 303
    again = discipline.post(f"/staff/clues/{number}/receive", follow_redirects=True)
    assert "已经接收过了" in again.text
    assert "纪检收到了线索" in clerk.get(address(receipt)).text
    assert clerk.get(f"/staff/clues/{number}").status_code == 403
    assert (
        staff_client(Role.DISCIPLINE, region_code="110101").get(f"/staff/clues/{number}").status_code == 404
    )


def test_erasing_asks_for_the_number(app: Flask, staff_client: Client) -> None:
    receipt, clerk, reviewer = lodged(app), staff_client(), staff_client(Role.REVIEWER)
    done(reviewer, receipt, "refuse", words="不归民政管。")
    assert clerk.get(address(receipt, "erase")).status_code == 403
    assert "删除内容" not in clerk.get(address(receipt)).text
    assert "删除内容" in reviewer.get(address(receipt)).text
    page = reviewer.get(address(receipt, "erase"))
    assert "谁也恢复不了" in page.text
    seen = str(case_of(app, receipt).version)
    for typed, said in (("", "请输入登记编号"), ("T2026-7KFM3XQP", "")):
        wrong = reviewer.post(address(receipt, "erase"), data={"version": seen, "receipt": typed})
        assert wrong.status_code == 422
        assert said in wrong.text
    stale = reviewer.post(address(receipt, "erase"), data={"version": "0", "receipt": receipt})
    assert stale.status_code == 409
    assert case_of(app, receipt).erased_at is None
    gone = reviewer.post(address(receipt, "erase"), data={"version": seen, "receipt": receipt.lower()})
    assert gone.status_code == 303
    page = reviewer.get(address(receipt)).text
    assert TEXT not in page
    assert PHONE not in page
    assert "打不开了" in page


def test_what_was_done_is_in_the_audit_without_its_words(app: Flask, staff_client: Client) -> None:
    receipt, clerk = lodged(app), staff_client()
    done(clerk, receipt, "accept")
    done(clerk, receipt, "note", words="绝不外传的一句话")
    with app.app_context():
        entries = list(db.session.scalars(select(AuditEntry)))
    assert {"case_accept", "case_note"} <= {entry.action for entry in entries}
    assert all("绝不外传" not in entry.content and TEXT not in entry.content for entry in entries)
    page = staff_client(Role.SUPERVISOR).get("/staff/audit").text
    assert "受理投诉" in page
    assert "写投诉的内部记录" in page
