"""Reading what people want put right: the list, one suggestion, its voices, and nothing of a person."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock
from portal.extensions import limiter
from portal.topics.kinds import PRIVACY_VERSION, SuggestionKind, WhyNotPublic
from portal.topics.service import answering, moderating
from portal.topics.service.words import Contact
from tests.integration.topics.suggesting import COUNTY, TEXT, TITLE, Ref, do, lodged, published
from tests.surfaces.conftest import CountQueries
from tests.surfaces.public.wishing import public_id_of

LIST = "/suggestions"
READING = clock.at(date(2026, 3, 10), 9)
MARKS = {
    "words": "我叫漆园梦蝶，住在濠梁村，希望办一个助餐点",
    "telephone": "13955000137",
    "mail": "mengdie@planted.example",
}
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    limiter.enabled = False
    yield
    limiter.enabled = True


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with clock.moved_to(READING):
        yield app.test_client()


def titles(page: TestResponse) -> list[str]:
    return re.findall(r'<h3><a href="/suggestions/[2-9a-z]{8}">([^<]+)</a>', page.text)


def test_an_empty_column_says_what_to_do_next(client: FlaskClient) -> None:
    page = client.get(LIST)
    assert page.status_code == 200
    assert "还没有公开的点题" in page.text
    assert 'href="/suggestions/new"' in page.text
    assert 'href="/suggestions" aria-current="page"' in client.get(LIST).text


def test_the_list_tells_where_each_stands(app: Flask, client: FlaskClient) -> None:
    waiting = published(app)
    answered, done = published(app, title="公开食堂菜单"), published(app, title="多开一个窗口")
    for number in (answered, done):
        do(app, answering.answer, number, "照办。")
    do(app, answering.report_done, done, "窗口开了。")
    lodged(app)
    page = client.get(LIST)
    assert sorted(titles(page)) == sorted([TITLE, "公开食堂菜单", "多开一个窗口"])
    assert "最晚2026年3月30日（周一），还有14个工作日" in page.text
    assert "按时答复" in page.text
    assert "做到了" in page.text
    assert titles(client.get(f"{LIST}?state=open")) == [TITLE]
    assert titles(client.get(f"{LIST}?state=done")) == ["多开一个窗口"]
    assert titles(client.get(f"{LIST}?state=to_look")) == titles(page), "what is not public is no choice"
    with clock.moved_to(clock.at(date(2026, 4, 1), 9)):
        late = client.get(f"{LIST}?state=open")
    assert "过期没有答复" in late.text
    assert "过了2个工作日" in late.text
    public_id = public_id_of(app, waiting)
    assert f'href="/suggestions/{public_id}"' in late.text


def test_pages_follow_each_other_and_come_back(app: Flask, client: FlaskClient) -> None:
    for place in range(21):
        published(app, clock.at(date(2026, 3, 2), 8) + timedelta(minutes=place), title=f"第{place}条点题")
    first = client.get(f"{LIST}?region={COUNTY}")
    after = re.search(r'<a href="([^"]+)" rel="next">', first.text)
    assert after is not None
    second = client.get(after[1].replace("&amp;", "&"))
    assert titles(second) == ["第0条点题"]
    assert f"region={COUNTY}" in after[1]
    before = re.search(r'<a href="([^"]+)" rel="prev">', second.text)
    assert before is not None
    assert titles(client.get(before[1].replace("&amp;", "&"))) == titles(first)
    assert "from=" not in re.findall(r'<a href="([^"]+)"[^>]*>支持最多', second.text)[0]
    assert client.get(f"{LIST}?from=n9-9%27&region=x").status_code == 200


def test_a_page_costs_the_same_however_many_there_are(
    app: Flask, client: FlaskClient, count_queries: CountQueries
) -> None:
    costs = []
    for many in (2, 9):
        for place in range(many):
            published(app, title=f"第{many}批第{place}条")
        client.get(f"{LIST}?sort=supported")  # what is read once
        with count_queries(app) as statements:
            client.get(f"{LIST}?sort=supported&many={many}")
        costs.append(len(statements))
    assert costs[0] == costs[1]
    assert costs[0] < 25


def test_one_suggestion_shows_its_answer_and_the_days_it_took(app: Flask, client: FlaskClient) -> None:
    number = published(app)
    path = f"{LIST}/{public_id_of(app, number)}"
    page = client.get(path)
    assert f"<h1>{TITLE}</h1>" in page.text
    assert TEXT in page.text
    assert "等答复" in page.text
    do(app, answering.answer, number, "今年九月开。", at=clock.at(date(2026, 3, 9), 9))
    do(app, answering.answer, number, "提前到六月开。", at=clock.at(date(2026, 3, 9), 15))
    do(app, answering.report_done, number, "六月一日开了。", at=clock.at(date(2026, 3, 10), 8))
    page = client.get(path)
    assert "用了5个工作日" in page.text
    assert page.text.index("提前到六月开。") < page.text.index("今年九月开。"), "what holds comes first"
    assert "您点题，我们做了什么" in page.text
    assert "六月一日开了。" in page.text
    assert client.get(f"{LIST}/zzzzzzzz").status_code == 404


def test_what_was_merged_leads_to_what_it_stands_with(app: Flask, client: FlaskClient) -> None:
    kept, merged = published(app), published(app, title="食堂太远了")
    here, there = public_id_of(app, merged), public_id_of(app, kept)
    do(app, moderating.merge, merged, Ref(kept))
    gone = client.get(f"{LIST}/{here}")
    assert (gone.status_code, gone.location) == (302, f"{LIST}/{there}?merged=1")
    page = client.get(gone.location).text
    assert "已经合在一起" in page
    assert "还有1条说的是一回事" in page


def test_a_voice_is_given_shown_and_taken_back(app: Flask, client: FlaskClient) -> None:
    path = f"{LIST}/{public_id_of(app, published(app))}"
    assert "Set-Cookie" not in client.get(path).headers, "reading leaves nothing behind"
    elsewhere = app.test_client().post(f"{path}/support", headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 200, "another site's page presses for nobody"
    given = client.post(f"{path}/support", headers=OWN_PAGE)
    assert (given.status_code, given.location) == (303, f"{path}?said=counted#voice")
    page = client.get(path)
    assert "<strong>1</strong>人支持" in page.text
    assert "已支持" in page.text
    assert client.post(f"{path}/support", headers=OWN_PAGE).location == f"{path}?said=again#voice"
    assert "<strong>1</strong>人支持" in app.test_client().get(path).text
    assert re.search(r'number">1</strong><span>人支持', client.get(f"{LIST}?sort=supported").text)
    back = client.post(f"{path}/unsupport", headers=OWN_PAGE)
    assert back.location == f"{path}?said=back#voice"
    assert "<strong>0</strong>人支持" in client.get(path).text
    for end in ("support", "unsupport"):
        assert client.post(f"{LIST}/zzzzzzzz/{end}", headers=OWN_PAGE).status_code == 404


def test_a_page_asked_for_again_is_not_the_one_before_a_voice(app: Flask, client: FlaskClient) -> None:
    path = f"{LIST}/{public_id_of(app, published(app))}"
    for page in (path, LIST):
        tag = client.get(page).headers["ETag"]
        assert client.get(page, headers={"If-None-Match": tag}).status_code == 304
        other = app.test_client()
        other.post(f"{path}/support", headers=OWN_PAGE, environ_base={"REMOTE_ADDR": f"10.{len(page)}.0.1"})
        assert client.get(page, headers={"If-None-Match": tag}).status_code == 200


def test_the_file_has_them_all_and_says_so_in_its_last_line(app: Flask, client: FlaskClient) -> None:
    published(app, title="=1+1的点题")
    published(app, kind=SuggestionKind.FEES, title="收费要公开")
    lodged(app)
    answer = client.get("/suggestions.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0][:4] == ["编号", "标题", "内容", "哪方面"]
    assert [row[1] for row in rows[1:-1]] == ["收费要公开", "'=1+1的点题"]
    assert rows[-1][0].endswith("共2条")
    only = client.get("/suggestions.csv?kind=fees").text
    assert "收费要公开" in only
    assert "1+1" not in only


def test_nothing_of_a_person_is_anywhere_in_public(app: Flask, client: FlaskClient) -> None:
    person = Contact(MARKS["telephone"], MARKS["mail"])
    shown = published(app, text=TEXT, person=person)
    hidden_one, _ = lodged(app, text=MARKS["words"], person=person)
    declined, _ = lodged(app, text=MARKS["words"] + "！", person=person)
    accused, _ = lodged(app, text=MARKS["words"] + "。", person=person)
    do(app, moderating.decline, declined, WhyNotPublic.PERSONAL, "漆园梦蝶，您写的是自己的事。")
    do(app, moderating.send_to_discipline, accused, "漆园梦蝶，请打12388。")
    page = client.get(f"{LIST}/{public_id_of(app, shown)}")
    assert page.status_code == 200
    pages = [page, client.get(LIST), client.get("/suggestions.csv"), client.get("/")]
    pages.append(client.post("/suggestions/alike", data={"text": MARKS["words"]}))
    pages += [client.get(f"{LIST}/{public_id_of(app, one)}") for one in (hidden_one, declined, accused)]
    assert [one.status_code for one in pages[-3:]] == [404] * 3
    for one in pages:
        for mark in ("漆园梦蝶", "濠梁", MARKS["telephone"], MARKS["mail"]):
            assert mark not in one.text, one.request.path


def test_words_are_shown_as_words(app: Flask, client: FlaskClient) -> None:
    number = published(app, title="开<b>助餐点</b>", text="希望开一个<script>alert(1)</script>助餐点。")
    for path in (LIST, f"{LIST}/{public_id_of(app, number)}"):
        page = client.get(path)
        assert "开&lt;b&gt;助餐点" in page.text
        assert "<b>" not in page.text
        assert "<script>alert" not in page.text


def test_without_an_index_the_list_is_there_all_the_same(app: Flask, client: FlaskClient) -> None:
    published(app)
    page = client.get(f"{LIST}?q=食堂")
    assert page.status_code == 200
    assert "暂时不能按文字找" in page.text
    assert titles(page) == [TITLE]
    assert client.get("/suggestions.csv?q=食堂").status_code == 503, (
        "a file of everything would be taken for less"
    )


def test_the_first_page_names_the_latest_and_what_was_done(app: Flask, client: FlaskClient) -> None:
    assert "大家点的题" not in client.get("/").text
    waiting, done = published(app), published(app, title="多开一个窗口")
    do(app, answering.answer, done, "照办。")
    do(app, answering.report_done, done, "窗口开了。")
    page = client.get("/").text.split('id="wishes"')[1].split("</section>")[0]
    latest, finished = page.split("<h3")[1:]
    assert f'href="/suggestions/{public_id_of(app, waiting)}"' in latest
    assert f'href="/suggestions/{public_id_of(app, done)}"' in finished
    assert public_id_of(app, waiting) not in finished


def test_the_privacy_notice_is_the_one_that_the_form_names(client: FlaskClient) -> None:
    page = client.get("/privacy").text.split('id="suggestions"')[1].split("<h2")[0]
    assert f"{PRIVACY_VERSION}版" in page
    assert "答复了的保存2年，没有公开或者撤回的保存1年" in page
    assert '/privacy#suggestions"' in client.get("/suggestions/new").text
