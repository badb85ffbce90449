"""Closure notices: where the residents went, whether a suspended home resumed, and nothing withdrawn."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.domain.actor import PUBLIC
from portal.domain.closures import SuspensionState, suspension_state
from portal.extensions import db
from portal.institutions.models import ClosureKind, ClosureNotice, Institution, OperatingState
from portal.institutions.queries.closures import NoticeChoice, closure_notices

TODAY = clock.today()


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def enter_notice(enter_record: Callable[..., int], home: str, ident: str, **columns: object) -> int:
    values: dict[str, object] = {
        "kind": ClosureKind.CLOSURE,
        "announced_on": days(-40),
        "effective_on": days(-10),
        **columns,
    }
    return enter_record(ClosureNotice, home, public_id=ident, **values)


def test_an_empty_list_says_what_to_do_next(app: Flask) -> None:
    page = app.test_client().get("/closures").get_data(as_text=True)
    assert "还没有公布过关停公告" in page
    assert "12345" in page


def test_the_notice_says_why_where_to_and_whom_to_ask(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    closed, heir = enter_home("关停的敬老院"), enter_home("接收的敬老院")
    with app.app_context():
        heir_id = db.session.scalars(select(Institution.id).where(Institution.public_id == heir)).one()
    enter_notice(
        enter_record,
        closed,
        "cdfg2345",
        reason="房屋到期",
        residents_moved=12,
        residents_went="12位老人转入接收的敬老院",
        successor_id=heir_id,
        contact="三元区民政局 0598-0000000",
    )
    page = app.test_client().get("/closures/cdfg2345").get_data(as_text=True)
    for words in (
        "房屋到期",
        "12位老人转入",
        "接收的敬老院",
        f"/institutions/{heir}",
        "0598-0000000",
        "来源",
    ):
        assert words in page
    assert app.test_client().get("/closures/zzzz2345").status_code == 404


def test_what_was_not_published_is_said(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    enter_notice(enter_record, enter_home(), "cdfg2345")
    page = app.test_client().get("/closures/cdfg2345").get_data(as_text=True)
    assert "人数未公布" in page
    assert "公告没有写。请拨打" in page


def test_newest_first_filtered_and_kept_through_paging(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    home, elsewhere = enter_home("甲敬老院"), enter_home("乙敬老院", region_code="350421")
    for number in range(25):
        enter_notice(enter_record, home, f"cdfg{number:04d}", announced_on=days(-100 - number))
    enter_notice(enter_record, elsewhere, "bbbb2345", kind=ClosureKind.MERGER, announced_on=days(-500))
    with app.test_request_context("/"):
        found = closure_notices(NoticeChoice(), PUBLIC)
        assert [notice.announced_on for notice in found.notices] == sorted(
            (notice.announced_on for notice in found.notices), reverse=True
        )
        assert found.kinds == {
            ClosureKind.SUSPENSION: 0,
            ClosureKind.CLOSURE: 25,
            ClosureKind.MERGER: 1,
            ClosureKind.CONVERSION: 0,
        }
    client = app.test_client()
    page = client.get("/closures?kind=closure&page=2").get_data(as_text=True)
    assert "第21至25条，共25条" in page
    assert "/closures?kind=closure" in page
    assert "乙敬老院" not in page
    assert "第21至25条" in client.get("/closures?kind=closure&page=99").get_data(as_text=True)
    assert client.get("/closures?page=99999999").status_code == 404
    merged = client.get(f"/closures?year={days(-500).year}&kind=merger").get_data(as_text=True)
    assert "乙敬老院" in merged
    assert "没有符合这些条件的公告" in client.get("/closures?kind=conversion").get_data(as_text=True)
    assert client.get("/closures?kind=nonsense&region=xx&year=abc").status_code == 200


def test_a_withdrawn_notice_is_nowhere(
    app: Flask,
    enter_home: Callable[..., str],
    enter_record: Callable[..., int],
    amend_record: Callable[..., None],
) -> None:
    number = enter_notice(enter_record, enter_home(), "cdfg2345", reason="登错了")
    amend_record(ClosureNotice, number, withdrawn=True)
    client = app.test_client()
    assert client.get("/closures/cdfg2345").status_code == 404
    assert "cdfg2345" not in client.get("/closures").get_data(as_text=True)
    assert "登错了" not in client.get("/closures.csv").get_data(as_text=True)


def test_the_file_holds_the_whole_filtered_list(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    home = enter_home()
    for number in range(23):
        enter_notice(enter_record, home, f"cdfg{number:04d}")
    answer = app.test_client().get("/closures.csv?kind=closure")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 23
    assert rows[0]["类型"] == "关停"
    assert rows[0]["来源"] == "养老机构月报"
    assert rows[0]["数据日期"] == TODAY.isoformat()


@pytest.mark.parametrize(
    ("effective", "resumes", "operates", "state"),
    [
        (5, None, True, SuspensionState.ANNOUNCED),
        (-30, None, False, SuspensionState.SUSPENDED),
        (-30, 20, None, SuspensionState.SUSPENDED),
        (-30, 0, True, SuspensionState.RESUMED),
        (-30, -1, None, SuspensionState.RESUMED),
        (-30, -1, False, SuspensionState.UNCLEAR),
        (-30, 20, True, SuspensionState.UNCLEAR),
        (-30, None, True, SuspensionState.UNCLEAR),
    ],
)
def test_a_suspension_has_resumed_only_if_notice_and_list_agree(
    effective: int, resumes: int | None, operates: bool | None, state: SuspensionState
) -> None:
    again = None if resumes is None else days(resumes)
    assert suspension_state(days(effective), again, operates, TODAY) is state


def test_the_page_of_a_suspension_past_its_day_asks_to_call_first(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    home = enter_home(operating_state=OperatingState.SUSPENDED)
    enter_notice(enter_record, home, "cdfg2345", kind=ClosureKind.SUSPENSION, resumes_on=days(-1))
    page = app.test_client().get("/closures/cdfg2345").get_data(as_text=True)
    assert "恢复日期已经过了" in page
    assert "已恢复服务" not in page


def test_many_notices_cost_as_many_queries_as_one(
    app: Flask,
    enter_home: Callable[..., str],
    enter_record: Callable[..., int],
    count_queries: Any,
) -> None:
    home = enter_home()
    enter_notice(enter_record, home, "cdfg2345")
    client = app.test_client()
    client.get("/closures")
    with count_queries(app) as one:
        client.get("/closures")
    for number in range(15):
        enter_notice(enter_record, home, f"cdfg{number:04d}")
    client.get("/closures")
    with count_queries(app) as many:
        client.get("/closures")
    assert len(many) == len(one) <= 6
