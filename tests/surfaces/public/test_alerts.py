"""Subscribing by mail as people and mail programs do it: pages, a real mail server, one press to leave."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from portal import clock, glossary
from portal.alerts.jobs import sweep_alerts
from portal.alerts.models import Alert, AlertAddress
from portal.extensions import db, limiter
from portal.history.data_set import touch_data_set
from portal.notify.delivery import deliver_due
from portal.notify.models import Mail
from portal.notify.senders import SmtpSender
from portal.search.indexing import keep_up
from portal.search.registry import current_search
from portal.unit_of_work import unit_of_work
from tests.integration.alerts.reading import ASKED, NEXT, WHO
from tests.integration.notify.conftest import Postbox, postbox, sender, server  # noqa: F401 -- fixtures
from tests.integration.supervision.event_rows import COUNTY, home, notice
from tests.surfaces.public.complaining import hidden

COUNTY_FORM = f"/alerts/new?about=county&region={COUNTY}"


@pytest.fixture(autouse=True)
def unhurried(sqlite_template: Path) -> Iterator[None]:
    """Let tests press buttons as often as they like; the one about haste turns it on."""
    limiter.enabled = False
    yield
    limiter.enabled = True


def send(client: FlaskClient, path: str = COUNTY_FORM, **typed: str) -> TestResponse:
    """Open a form and send it."""
    page = client.get(path).text
    data = {"csrf_token": hidden(page, "csrf_token"), "mail": WHO, "website": "", **typed}
    return client.post(path, data=data)


def enter_home(app: Flask, name: str = "示例敬老院") -> str:
    """Enter a home; return its public id."""
    with app.app_context(), unit_of_work():
        made = home(name)
        touch_data_set()
        return made.public_id


def link(message: EmailMessage, what: str) -> str:
    """Return the path of a link in a mail."""
    (found,) = re.findall(rf"http://127\.0\.0\.1:8000(/alerts/{what}/\S+)", message.get_content())
    return str(found)


def rows(app: Flask) -> int:
    with app.app_context():
        return int(db.session.scalar(select(func.count(AlertAddress.id))) or 0)


def test_from_the_page_of_a_home_to_the_mail_and_out_again(
    app: Flask,
    postbox: Postbox,  # noqa: F811 -- fixtures
    sender: SmtpSender,  # noqa: F811
) -> None:
    public_id = enter_home(app)
    client = app.test_client()
    (form,) = re.findall(r'href="(/alerts/new[^"]*)"', client.get(f"/institutions/{public_id}").text)
    with clock.moved_to(ASKED):
        answer = send(client, html.unescape(form))
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert "还差一步" in answer.text
        assert WHO not in answer.text, "no address on a page that others may see"
        with app.app_context():
            deliver_due(sender)
        confirm = link(postbox.got[0], "confirm")
        asked = client.get(confirm)
        assert "确认订阅吗" in asked.text
        assert "示例敬老院" in asked.text
        with app.app_context():
            assert db.session.scalars(select(Alert.confirmed_at)).one() is None, "looking confirms nothing"
        done = client.post(confirm)
        assert done.status_code == 303
        own = done.headers["Location"]
        assert WHO not in own
        assert "订阅好了" in client.get(own).text
        assert "已经确认过了" in client.get(confirm).text
        assert "已经确认过了" in client.post(confirm).text, "pressing twice does no harm"
        assert "/alerts/mine/" not in client.get(confirm).text
    with app.app_context(), unit_of_work():
        notice(db.session.get_one(*_first_home()), ASKED + timedelta(hours=2))
    with app.app_context(), clock.moved_to(NEXT):
        sweep_alerts(glossary.label)
        deliver_due(sender)
    digest = postbox.got[1]
    assert postbox.recipients == [WHO, WHO]
    assert digest["Subject"] == "您订阅的消息：1条新的"
    assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (leave,) = re.findall(r"^<http://127\.0\.0\.1:8000(/alerts/stop/\S+)>$", digest["List-Unsubscribe"])
    assert leave == link(digest, "stop")
    assert "List-Unsubscribe" not in postbox.got[0], "nothing to leave yet"
    # a mail program presses for its user: no cookie, no page seen before, no token of a form (RFC 8058)
    program = app.test_client()
    pressed = program.post(leave, data={"List-Unsubscribe": "One-Click"})
    assert pressed.status_code == 200
    assert "Set-Cookie" not in pressed.headers
    assert rows(app) == 0
    assert program.post(leave, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM alert")) == 0
    assert client.get(leave).status_code == client.get(own).status_code == 404


def _first_home() -> tuple[Any, int]:
    from portal.institutions.models import Institution

    return Institution, db.session.scalars(select(Institution.id)).one()


def subscribed(app: Flask, client: FlaskClient, *forms: str, who: str = WHO) -> str:
    """Subscribe through the pages; return the own page's path."""
    from portal.alerts import service
    from tests.integration.alerts.reading import bodies, link_in

    own = ""
    for form in forms:
        assert send(client, form, mail=who).status_code == 200
        with app.app_context():
            token = link_in(bodies(service.CONFIRM)[-1], "confirm")
        own = client.post(f"/alerts/confirm/{token}").headers["Location"]
    return own.partition("?")[0]


def test_stopping_one_by_one_and_all_by_a_button(sqlite_app: Flask) -> None:
    public_id = enter_home(sqlite_app)
    client = sqlite_app.test_client()
    own = subscribed(sqlite_app, client, COUNTY_FORM, f"/alerts/new?about=home&home={public_id}")
    page = client.get(own).text
    assert "三元区的整改、检查、表扬和处罚" in page
    assert f'href="/institutions/{public_id}"' in page
    first, second = re.findall(r'name="stop" value="(\d+)"', page)
    stopped = client.post(own, data={"stop": first})
    assert "已经停止这一项" in stopped.text
    assert client.post(own, data={"stop": first}).status_code == 200
    for nonsense in ("", "x", "99999999", "9" * 30, "-1"):
        assert client.post(own, data={"stop": nonsense}).status_code == 200
    assert rows(sqlite_app) == 1
    assert "已经全部停止" in client.post(own, data={"stop": second}).text
    assert rows(sqlite_app) == 0
    again = subscribed(sqlite_app, client, COUNTY_FORM)
    leave = again.replace("/mine/", "/stop/")
    assert "您订阅了1项" in client.get(leave).text
    assert rows(sqlite_app) == 1, "following a link stops nothing: programs follow links"
    assert "已经全部停止" in client.post(again, data={"stop": "all"}).text
    assert rows(sqlite_app) == 0


def test_the_answer_does_not_tell_who_is_subscribed(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    subscribed(sqlite_app, client, COUNTY_FORM)

    def without_token(page: str) -> str:
        return re.sub(r'name="csrf_token"[^>]*>', "", page)

    known, unknown = send(client), send(client, mail="li@example.cn")
    assert known.text == unknown.text
    for _ in range(4):  # more than are sent to one address
        assert send(client).text == known.text
    known, unknown = send(client, "/alerts"), send(client, "/alerts", mail="nobody@example.cn")
    assert (known.status_code, without_token(known.text)) == (200, without_token(unknown.text))
    assert "正在寄去" in known.text


@pytest.mark.parametrize("path", [COUNTY_FORM, "/alerts"])
def test_what_is_typed_wrong_is_said_at_the_field(sqlite_app: Flask, path: str) -> None:
    client = sqlite_app.test_client()
    for typed, said in (
        ({"mail": ""}, "请写邮箱"),
        ({"mail": "zhang@"}, "请再看一遍"),
        ({"mail": "a@example.cn,b@example.cn"}, "请再看一遍"),
        ({"mail": f"{WHO}\r\nBcc: li@example.cn"}, "请再看一遍"),
        ({"website": "http://x"}, "这一格请空着"),
        ({"csrf_token": "x"}, "开得太久了"),
    ):
        answer = send(client, path, **typed)
        assert answer.status_code == 422
        assert said in answer.text
        assert 'role="alert"' in answer.text
    with sqlite_app.app_context():
        assert db.session.scalar(select(func.count(Mail.id))) == 0


@pytest.mark.usefixtures("within_a_minute")
def test_haste_is_slowed_down(sqlite_app: Flask) -> None:
    limiter.enabled = True
    limiter.reset()
    client = sqlite_app.test_client()
    answers = [send(client, mail=f"r{number}@example.cn").status_code for number in range(8)]
    assert answers == [200] * 6 + [429] * 2
    assert rows(sqlite_app) == 6
    assert send(client, "/alerts").status_code == 429, "one count for every form that takes an address"
    limiter.reset()


@pytest.mark.parametrize(
    ("path", "title"),
    [
        (f"/alerts/new?about=county&region={COUNTY}", "福建省三明市三元区的整改、检查、表扬和处罚"),
        ("/alerts/new?about=county&region=350402", "福建省三明市三元区的整改、检查、表扬和处罚"),
        (f"/alerts/new?about=institutions&region={COUNTY}&state=filed&page=3&view=table",
         "找机构：三元区、已登记备案"),
        ("/alerts/new?about=institutions&q=敬老&grade=5&nonsense=1", "找机构：五级，“敬老”"),
        ("/alerts/new?about=search&q=消防&kind=rectification_notice", "搜索“消防”（整改通知）"),
        (f"/alerts/new?about=notices&region={COUNTY}&category=fire&severity=major&state=overdue&q=敬老",
         "整改通知：三元区、消防、重大隐患，“敬老”"),
        ("/alerts/new?about=notices", "整改通知：全部"),
    ],
)  # fmt: skip
def test_what_a_page_shows_can_be_subscribed_to(sqlite_app: Flask, path: str, title: str) -> None:
    enter_home(sqlite_app)
    with sqlite_app.app_context():
        keep_up(current_search())
    client = sqlite_app.test_client()
    own = subscribed(sqlite_app, client, path)
    shown = html.unescape(client.get(own).text)
    assert title in shown
    (back,) = re.findall(r'class="alert-title"><a href="([^"]+)"', shown)
    assert client.get(back).status_code == 200
    assert "about=" not in back
    assert "page=" not in back


def test_links_lead_from_the_lists(sqlite_app: Flask) -> None:
    enter_home(sqlite_app)
    with sqlite_app.app_context():
        keep_up(current_search())
        with unit_of_work():
            notice(db.session.get_one(*_first_home()), ASKED)
            touch_data_set()
    client = sqlite_app.test_client()
    for page in (
        "/institutions?q=示例&state=unregistered&page=1",
        "/search?q=示例",
        f"/notices?region={COUNTY}",
    ):
        (form,) = re.findall(r'href="(/alerts/new[^"]*)"', client.get(page).text)
        assert send(client, html.unescape(form)).status_code == 200, form
    assert "/alerts/new?about=county" in html.unescape(client.get("/feeds").text)


@pytest.mark.parametrize(
    "path",
    ["/alerts/new", "/alerts/new?about=x", "/alerts/new?about=home&home=nobody", "/alerts/new?about=county",
     "/alerts/new?about=county&region=999999", "/alerts/confirm/x", "/alerts/mine/" + "A" * 43,
     "/alerts/stop/" + "A" * 43, "/alerts/mine/" + "A" * 4000, "/alerts/mine/%00",
     "/alerts/new?about=notices&x=" + "x" * 2000],
)  # fmt: skip
def test_what_is_not_there_is_not_there(sqlite_app: Flask, path: str) -> None:
    assert sqlite_app.test_client().get(path).status_code == 404


def test_too_much_and_nothing_can_not_be_subscribed_to(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter_home(sqlite_app)
    enter_home(sqlite_app, "乙敬老院")
    monkeypatch.setattr("portal.alerts.topics.MOST_HOMES", 1)
    client = sqlite_app.test_client()
    refused = client.get("/alerts/new?about=institutions")
    assert refused.status_code == 200
    assert "有2家，太多了" in refused.text
    assert 'name="mail"' not in refused.text
    assert "请先输入要搜索的词" in client.get("/alerts/new?about=search").text
    assert client.post("/alerts/new?about=search", data={"mail": WHO}).status_code == 200
    assert rows(sqlite_app) == 0


def test_secret_links_are_kept_nowhere_and_lead_nowhere_else(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    own = subscribed(sqlite_app, client, COUNTY_FORM)
    for path in (own, own.replace("/mine/", "/stop/")):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "noindex" in answer.text
        assert not re.search(r'(?:src|href)="https?://(?!127\.0\.0\.1|beian)', answer.text)


@pytest.mark.parametrize(
    "query", ["endpoint=1", "_external=1", "_scheme=x", "self=1", "token=x", "about=home"]
)
@pytest.mark.parametrize("about", ["institutions", "search&q=x", "notices"])
def test_no_query_reaches_the_making_of_addresses(sqlite_app: Flask, about: str, query: str) -> None:
    with sqlite_app.app_context():
        keep_up(current_search())
    answer = sqlite_app.test_client().get(f"/alerts/new?about={about}&{query}")
    assert answer.status_code == 200
    assert 'href="http://localhost' not in answer.text
