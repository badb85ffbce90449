"""Draws by lot in the back office: announced, drawn by a number typed twice, revealed after the visits."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.permissions import Role
from tests.surfaces.backoffice.records import inputs
from tests.surfaces.backoffice.supervising import hidden, make_home, version
from tests.surfaces.backoffice.visiting import DRAWS, field, recorded
from tests.surfaces.staff import make_staff, signed_in

NUMBER = "03 08 12 19 22 30 + 07"
Homes = list[str]


@pytest.fixture
def homes(sqlite_app: Flask) -> Homes:
    return [make_home(sqlite_app, f"第{number}敬老院") for number in "一二三四"]


@pytest.fixture
def clerk(sqlite_app: Flask) -> FlaskClient:
    return signed_in(sqlite_app, make_staff(sqlite_app))


@pytest.fixture
def reviewer(sqlite_app: Flask) -> FlaskClient:
    return signed_in(sqlite_app, make_staff(sqlite_app, Role.REVIEWER))


def form_of(client: FlaskClient, **changes: str | list[str]) -> dict[str, str | list[str]]:
    """Return the announcement as its page shows it, filled in; the number is due tomorrow evening."""
    shown = client.get(f"{DRAWS}/new").text
    due = clock.now() + timedelta(days=1)
    said = {
        "title": "下半年抽查", "inspectors": "350404001\n\n350404002 \n350404003", "homes_drawn": "2",
        "inspectors_each": "2", "number_name": "福利彩票双色球第2026141期", "number_where": "中国福彩网",
        "number_due_at": f"{due:%Y-%m-%d}T21:15",
    }  # fmt: skip
    kept = {name: text for name, text in inputs(shown).items() if name != "left_out"}
    return {**hidden(shown), **kept, **said, **changes}


def announced(client: FlaskClient, **changes: str | list[str]) -> str:
    """Announce a draw; return its page."""
    answer = client.post(f"{DRAWS}/new", data=form_of(client, **changes))
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_draw_from_its_announcement_to_its_list(
    clerk: FlaskClient, reviewer: FlaskClient, homes: Homes
) -> None:
    with clock.moved_to(clock.now() - timedelta(days=3)):
        page = announced(clerk)
        shown = clerk.get(page).text
        assert "等号码公布" in shown
        assert "4家机构，3位检查人员" in shown
        early = {"number-number": NUMBER, "number-again": NUMBER, "number-version": version(reviewer, page)}
        answer = clerk.post(f"{page}/number", data=early)
        assert answer.status_code == 422
        assert NUMBER in answer.text  # what was typed is not lost
    assert "号码该录入了" in clerk.get(DRAWS).text
    assert "号码该录入的抽签" in clerk.get("/staff").text
    seen = version(clerk, page)
    twice = {"number-number": NUMBER, "number-again": "03 08", "number-version": seen}
    answer = clerk.post(f"{page}/number", data=twice)
    assert answer.status_code == 422
    assert "两遍填的不一样" in answer.text
    assert field(answer.text, "number-number") == NUMBER
    answer = clerk.post(f"{page}/number", data={**twice, "number-again": NUMBER})
    assert answer.status_code == 303
    visits = re.findall(r'href="(/staff/inspections/[2-9a-z]{8})"', clerk.get(page).text)
    assert len(visits) == 2
    assert "去以前不要告诉" in clerk.get(page).text
    refused = reviewer.post(f"{page}/reveal", data={"reveal-sure": "y", "reveal-version": "2"})
    assert "全部查完" in refused.text
    assert refused.status_code == 409  # nobody was visited yet
    for visit in visits:
        assert "cancel" not in re.findall(rf'action="{visit}/([a-z]+)"', clerk.get(visit).text)
        recorded(clerk, visit)
    assert "名单可以公开的抽签" in reviewer.get("/staff").text
    done = reviewer.post(
        f"{page}/reveal", data={"reveal-sure": "y", "reveal-version": version(reviewer, page)}
    )
    assert done.status_code == 303
    assert "350404002" in clerk.get(f"/inspections/draws/{page.rsplit('/', 1)[1]}").text


def test_a_home_left_out_is_told_of(clerk: FlaskClient, homes: Homes) -> None:
    page = announced(clerk, left_out=[homes[2]])
    shown = clerk.get(page).text
    assert "没有上名单的1家" in shown
    assert "第三敬老院" in shown


def test_a_list_that_changed_meanwhile_is_shown_again(
    sqlite_app: Flask, clerk: FlaskClient, homes: Homes
) -> None:
    form = form_of(clerk)
    make_home(sqlite_app, "第五敬老院")
    answer = clerk.post(f"{DRAWS}/new", data=form)
    assert answer.status_code == 422
    assert "名单和您看到的不一样了" in answer.text
    assert "第五敬老院" in answer.text
    assert field(answer.text, "inspectors").startswith("350404001")


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"inspectors": "甲\n甲"}, "inspectors"),
        ({"inspectors_each": "4"}, "inspectors_each"),
        ({"homes_drawn": "5"}, "homes_drawn"),
        ({"number_due_at": f"{clock.today():%Y-%m-%d}T23:59"}, "number_due_at"),
        ({"number_name": ""}, "number_name"),
    ],
)
def test_what_cannot_be_announced(clerk: FlaskClient, homes: Homes, said: dict[str, str], where: str) -> None:
    answer = clerk.post(f"{DRAWS}/new", data=form_of(clerk, **said))
    assert answer.status_code == 422
    assert f'<a href="#{where}">' in answer.text
    assert field(answer.text, "title") == "下半年抽查"


def test_a_number_serves_one_list(clerk: FlaskClient, homes: Homes) -> None:
    announced(clerk)
    answer = clerk.post(f"{DRAWS}/new", data=form_of(clerk, title="又一次"))
    assert answer.status_code == 422
    assert "一个号码只能用一次" in answer.text
    assert field(answer.text, "title") == "又一次"


def test_listing_homes_announces_nothing(clerk: FlaskClient, homes: Homes) -> None:
    answer = clerk.post(f"{DRAWS}/new", data=form_of(clerk, do="list", since="365"))
    assert answer.status_code == 200
    assert field(answer.text, "title") == "下半年抽查"
    assert "还没有抽过签" in clerk.get(DRAWS).text


def test_a_draw_is_given_up_by_a_reviewer_with_a_reason(
    clerk: FlaskClient, reviewer: FlaskClient, homes: Homes
) -> None:
    page = announced(clerk)
    form = {"abandon-version": version(reviewer, page), "abandon-sure": "y"}
    assert clerk.post(f"{page}/abandon", data={**form, "abandon-reason": "名单有误"}).status_code == 403
    assert reviewer.post(f"{page}/abandon", data=form).status_code == 422
    assert reviewer.post(f"{page}/abandon", data={**form, "abandon-reason": "名单有误"}).status_code == 303
    assert "名单有误" in clerk.get(f"/inspections/draws/{page.rsplit('/', 1)[1]}").text
    taken = clerk.get(f"{DRAWS}.csv").get_data(as_text=True)
    assert "名单有误" in taken
