"""The audit as supervisors read it: in words, within their reach, whatever the address says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.access import ACCESS_ATTRIBUTE, ANYONE
from portal.backoffice.audit_words import ACTIONS, KINDS, action_choices
from portal.database import Base
from portal.domain.permissions import Department, Role
from portal.topics.service import moderating
from portal.topics.service.lodging import lodge
from portal.unit_of_work import unit_of_work
from tests.integration.topics.suggesting import NOON, WISH, Staff
from tests.surfaces.backoffice.records import BEDS, opened
from tests.surfaces.staff import make_staff, signed_in

Home = Callable[..., str]
CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|\b(?:clerk|reviewer|fire|active|role|kind|operating)\b")
"""Names of the code: columns, endpoints, members of enums."""


def said(client: FlaskClient, query: str = "") -> str:
    """Return the text of the entries."""
    page = client.get(f"/staff/audit{query}")
    assert page.status_code == 200
    found = re.search(r'<ol class="audit".*</ol>', page.text, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", found[0])) if found else ""


@pytest.fixture
def supervisor(sqlite_app: Flask) -> FlaskClient:
    return signed_in(sqlite_app, make_staff(sqlite_app, Role.SUPERVISOR))


def test_every_deed_has_words(sqlite_app: Flask) -> None:
    posted = {
        rule.endpoint.removeprefix("backoffice.")
        for rule in sqlite_app.url_map.iter_rules()
        if rule.endpoint.startswith("backoffice.") and "POST" in (rule.methods or ())
    }
    assert posted - ACTIONS.keys() == set()


def test_every_table_that_staff_write_has_words() -> None:
    by_others = {"region", "region_succession", "boundary"}  # loaded by commands from files, no staff behind
    audited = {
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if getattr(mapper.class_, "__audited__", True)
    }
    assert audited - KINDS.keys() - by_others == {"search_outbox"}


def test_what_was_done_is_told_without_a_word_of_the_code(app: Flask, enter_home: Home) -> None:
    public_id = enter_home(beds_total=80)
    clerk = signed_in(app, make_staff(app))
    place, today = BEDS.format(public_id), clock.today().isoformat()
    sent = opened(clerk, place) | {"f_beds_total": "66", "as_of": today, "reason": "录错了"}
    assert clerk.post(place, data=sent).status_code == 303
    administrator = signed_in(app, make_staff(app, Role.ADMINISTRATOR))
    invited = {"name": "戊", "email": "wu@example.cn", "role": "clerk", "department": "fire"}
    answer = administrator.post("/staff/people/new", data=invited | {"region": "350404"})
    assert answer.status_code == 303
    text = said(signed_in(app, make_staff(app, Role.SUPERVISOR)))
    assert "修改机构信息" in text
    assert "80张" in text
    assert "66张" in text
    assert "经办" in text
    assert "邀请同事" in text
    assert "消防" in text
    assert "戊" not in text
    assert CODE.findall(text) == []


def test_what_accused_an_official_is_told_to_those_alone_who_keep_it(sqlite_app: Flask) -> None:
    """Once public by mistake, then taken back: the audit must not tell it on, least of all to the accused."""
    wish = replace(WISH, text="民政局的钱不清开食堂要收好处费，谁去说都没有用。")
    with sqlite_app.app_context(), clock.moved_to(NOON), unit_of_work():
        lodged = lodge(wish, "t" * 32).suggestion
        number, receipt = lodged.id, lodged.receipt
    staff = Staff(sqlite_app)
    clerk, reviewer = staff.hire(), staff.hire(Role.REVIEWER)
    staff.do(clerk, moderating.publish, number, "开食堂要收好处费", "钱局长收好处费。")
    staff.do(clerk, moderating.amend, number, "有人收好处费", "开食堂要收好处费。")
    staff.do(reviewer, moderating.send_to_discipline, number, "请拨打12388。")
    clients = {
        name: signed_in(sqlite_app, make_staff(sqlite_app, role, department, name=name))
        for name, role, department in (
            ("审大力", Role.REVIEWER, Department.CIVIL_AFFAIRS),
            ("钱不清", Role.REVIEWER, Department.CIVIL_AFFAIRS),
            ("火小审", Role.REVIEWER, Department.FIRE),
            ("督小平", Role.SUPERVISOR, Department.CIVIL_AFFAIRS),
            ("管小家", Role.ADMINISTRATOR, Department.CIVIL_AFFAIRS),
        )
    }
    told = {name: said(client) for name, client in clients.items()}
    assert {name for name, text in told.items() if "好处费" in text} == {"审大力"}
    assert {name for name, text in told.items() if "点题的办理记录" in text} == {"审大力", "火小审", "督小平"}
    assert "不显示" in told["督小平"]
    for name, shown in (("审大力", True), ("钱不清", False)):
        client = clients[name]
        for page in ("/staff/suggestions?state=not_public", "/staff/suggestions.csv?state=not_public"):
            assert (receipt in client.get(page).text) is shown
        assert client.get(f"/staff/suggestions/{receipt}").status_code == (200 if shown else 404)
    watches = signed_in(sqlite_app, make_staff(sqlite_app, Role.SUPERVISOR, name="钱不清"))
    page = watches.get(f"/staff/suggestions/{receipt}")
    assert page.status_code == 200, "a page that is missing from a list would tell"
    assert "提到了您" not in page.text


def test_a_deed_is_found_by_all_its_names(sqlite_app: Flask, supervisor: FlaskClient) -> None:
    clerk = signed_in(sqlite_app, make_staff(sqlite_app))
    clerk.post("/staff/me/sessions/end-others")
    choices = action_choices()
    assert len(set(choices.values())) == len(choices)
    code = next(one for one, words in choices.items() if words == "退出其他设备")
    assert "退出其他设备" in said(supervisor, f"?action={code}")
    assert said(supervisor, "?action=sign_in") == ""


@pytest.mark.parametrize(
    "query",
    ["?before=9" + "9" * 30, "?staff=9" + "9" * 30, "?before=-1", "?before=1&endpoint=x&_scheme=y&_method=z"],
)
def test_no_number_and_no_name_in_the_address_breaks_the_page(app: Flask, query: str) -> None:
    client = signed_in(app, make_staff(app, Role.SUPERVISOR))
    assert client.get(f"/staff/audit{query}").status_code == 200


@pytest.mark.parametrize("number", [2**31, 10**30])
def test_a_number_that_nothing_can_have_is_no_page(app: Flask, number: int) -> None:
    """Every address with a number in it, for the one role of the two that may call it."""
    clients = [signed_in(app, make_staff(app, role)) for role in (Role.REVIEWER, Role.ADMINISTRATOR)]
    wrong = []
    for rule in app.url_map.iter_rules():
        numbered = [name for name, part in rule._converters.items() if type(part).__name__ == "Number"]
        if not numbered or getattr(app.view_functions[rule.endpoint], ACCESS_ATTRIBUTE, ANYONE) == ANYONE:
            continue
        values = dict.fromkeys(rule.arguments, "star_grade") | dict.fromkeys(numbered, 5)
        with app.test_request_context():
            address = app.url_for(rule.endpoint, **values).replace("/5", f"/{number}")
        method = "POST" if "GET" not in (rule.methods or ()) else "GET"
        found = {client.open(address, method=method).status_code for client in clients}
        if found != {404}:
            wrong.append((address, found))
    assert wrong == []


def test_a_page_past_the_end_is_the_last(app: Flask) -> None:
    client = signed_in(app, make_staff(app, Role.ADMINISTRATOR))
    assert client.get(f"/staff/people?page={10**30}").status_code == 200
