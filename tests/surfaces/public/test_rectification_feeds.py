"""Feeds of rectification notices: valid, stable over edits, whole over their pages, quick when unchanged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.institutions.models import Institution, UnregisteredHome
from portal.opendata.notice_words import read_mark
from portal.opendata.rectifications import MOST
from portal.supervision.kinds import NoticeEvent
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.unit_of_work import unit_of_work
from tests.contracts.feeds.checking import checked
from tests.integration.supervision.event_rows import COUNTY, OTHER, Made, at, extend, home, notice, problem

TODAY = clock.at(date(2026, 4, 30))
FORMS = ("xml", "atom")


@contextmanager
def changing(app: Flask) -> Iterator[None]:
    """Change what is published, as the services do: the data has a new version afterwards."""
    with app.app_context(), unit_of_work():
        yield
        touch_data_set()


def get(app: Flask, path: str, **headers: str) -> Any:
    with clock.moved_to(TODAY):
        return app.test_client().get(path, headers={name.replace("_", "-"): v for name, v in headers.items()})


def story(app: Flask) -> str:
    """Enter one notice that went through everything; return the public id of its home."""
    with changing(app):
        where = home()
        made = notice(where, at(2), [(date(2026, 3, 10), at(3), True)], cleared=at(25, 15))
        problem(where, at(28), first_entry_id=made.problem.id, title="通道又堵了")
        return where.public_id


def dates_of(data: bytes, form: str) -> list[tuple[str, ...]]:
    """Return the ids and days of a feed byte for byte as written."""
    text = data.decode()
    entries = re.findall(r"<(?:item|entry)>(.*?)</(?:item|entry)>", text, re.S)
    names = ("guid", "pubDate") if form == "xml" else ("id", "published", "updated")
    return [
        tuple(found for name in names for found in re.findall(rf"<{name}[^>]*>([^<]*)</{name}>", entry))
        for entry in entries
    ]


@pytest.mark.parametrize("form", FORMS)
def test_each_event_is_an_entry_of_its_own(sqlite_app: Flask, form: str) -> None:
    public_id = story(sqlite_app)
    answer = get(sqlite_app, f"/feeds/rectifications.{form}")
    kind = "rss" if form == "xml" else "atom"
    assert answer.content_type == f"application/{kind}+xml; charset=utf-8"
    feed = checked(answer.data, form)
    ids = [re.sub(r"(notice|v\d):[np]\d{7}", r"\1:#", entry.id) for entry in feed.entries]
    assert ids == [
        "urn:portal:notice:#:recurred:v1:#",
        "urn:portal:notice:#:cleared:v1",
        "urn:portal:notice:#:overdue:v1",
        "urn:portal:notice:#:issued:v0",
    ]
    assert [entry.published for entry in feed.entries] == (
        ["Sat, 28 Mar 2026 09:00:00 +0800", "Wed, 25 Mar 2026 15:00:00 +0800",
         "Wed, 11 Mar 2026 00:00:00 +0800", "Mon, 02 Mar 2026 09:00:00 +0800"]
        if form == "xml"
        else ["2026-03-28T09:00:00+08:00", "2026-03-25T15:00:00+08:00",
              "2026-03-11T00:00:00+08:00", "2026-03-02T09:00:00+08:00"]
    )  # fmt: skip
    recurred, cleared, overdue, issued = feed.entries
    assert issued.title == "发出：示例敬老院，疏散通道堆放杂物"
    assert "改好以后又出了同样的问题：通道又堵了" in recurred.summary
    assert "2026年3月25日，示例敬老院的问题全部验收合格，销号，比期限晚" in cleared.summary
    assert "没有在2026年3月10日的期限以前改完" in overdue.summary
    for entry in feed.entries:  # the full text stands in each
        for words in ("三楼东侧疏散通道堆放轮椅和纸箱", "清空通道", "消防法", "0598-8000000"):
            assert words in entry.summary
        assert re.fullmatch(r"http://127\.0\.0\.1:8000/notices/n\d{7}", entry.link)
        assert {"三元区", "消防"} < {tag.term for tag in entry.tags}
        assert "经办写的标题" not in entry.title + entry.summary
    own = checked(get(sqlite_app, f"/feeds/institutions/{public_id}/rectifications.{form}").data, form)
    assert [entry.id for entry in own.entries] == [entry.id for entry in feed.entries]
    assert own.feed.link.endswith(f"/institutions/{public_id}")


def test_of_a_county_with_what_is_beneath(sqlite_app: Flask) -> None:
    with changing(sqlite_app):
        notice(home(), at(2))
        notice(home("明溪敬老院", OTHER), at(3))

    def titles(region: str) -> list[str]:
        feed = checked(get(sqlite_app, f"/feeds/rectifications/{region}.atom").data, "atom")
        return [entry.title.partition("：")[2].partition("，")[0] for entry in feed.entries]

    assert titles(COUNTY) == ["示例敬老院"]
    assert titles("350400") == ["明溪敬老院", "示例敬老院"]
    assert titles("110101") == []
    moved = get(sqlite_app, "/feeds/rectifications/350402.xml")  # merged into 三元区 in 2021
    assert (moved.status_code, moved.location) == (301, f"/feeds/rectifications/{COUNTY}.xml")
    for path in (
        "rectifications/999999.xml",
        "rectifications/x.atom",
        "institutions/nobody/rectifications.xml",
    ):
        assert get(sqlite_app, f"/feeds/{path}").status_code == 404


def _edit(made: Made) -> None:
    made.notice.public_body = (made.notice.public_body or "").replace("轮椅", "病床")
    made.notice.changed_at = at(20, month=4)


def _extend(made: Made) -> None:
    extend(made.notice, 2, date(2026, 6, 30), at(20, month=4), missed=True)


def _publish_anew(made: Made) -> None:
    made.notice.published_at = made.problem.published_at = at(29, month=4)


def _rename(made: Made) -> None:
    db.session.get_one(Institution, made.notice.institution_id).name = "改名敬老院"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("change", [_edit, _extend, _publish_anew, _rename])
def test_ids_and_days_stay_over_every_edit(
    sqlite_app: Flask, form: str, change: Callable[[Made], None]
) -> None:
    with changing(sqlite_app):
        where = home()
        made = notice(where, at(2), [(date(2026, 3, 10), at(3), True)])
        again = notice(where, at(4), cleared=at(8))
        problem(where, at(28), first_entry_id=again.problem.id)
        ids = (made.notice.id, made.problem.id)
    path = f"/feeds/rectifications.{form}"
    before = get(sqlite_app, path)
    assert len(dates_of(before.data, form)) == 5
    with changing(sqlite_app):
        change(Made(db.session.get_one(RectificationNotice, ids[0]), db.session.get_one(Problem, ids[1])))
    after = get(sqlite_app, path, If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert dates_of(after.data, form) == dates_of(before.data, form)
    if change in (_edit, _rename):
        assert after.data != before.data


@pytest.mark.parametrize("form", FORMS)
def test_what_is_unpublished_goes_and_nothing_else_moves(sqlite_app: Flask, form: str) -> None:
    with changing(sqlite_app):
        notice(home(), at(2), [(date(2026, 3, 10), at(3), True)])
        other = notice(home(), at(4), cleared=at(8)).notice.id
    path = f"/feeds/rectifications.{form}"
    before = dates_of(get(sqlite_app, path).data, form)
    with changing(sqlite_app):
        db.session.get_one(RectificationNotice, other).published_at = None
    with sqlite_app.app_context():
        public_id = db.session.get_one(RectificationNotice, other).public_id
    after = dates_of(get(sqlite_app, path).data, form)
    assert after == [line for line in before if public_id not in line[0]]
    assert len(after) == 2
    with changing(sqlite_app):
        db.session.get_one(RectificationNotice, other).published_at = at(29, month=4)
    assert dates_of(get(sqlite_app, path).data, form) == before


@pytest.mark.parametrize("form", FORMS)
def test_unchanged_is_answered_without_a_body_until_the_day_turns(
    sqlite_app: Flask, form: str, count_queries: Any
) -> None:
    with changing(sqlite_app):
        notice(home(), at(2), [(date(2026, 4, 30), at(3), True)])
    path = f"/feeds/rectifications.{form}"
    first = get(sqlite_app, path)
    assert first.headers["Cache-Control"] == "no-cache"
    with count_queries(sqlite_app) as asked:
        again = get(sqlite_app, path, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data, len(asked)) == (304, b"", 1)
    assert len(checked(first.data, form).entries) == 1
    with clock.moved_to(TODAY + timedelta(days=1)):  # overdue at midnight, without any change of the data
        later = sqlite_app.test_client().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    assert [":overdue:" in entry.id for entry in checked(later.data, form).entries] == [True, False]


@pytest.mark.parametrize("form", FORMS)
def test_pages_of_older_entries_have_each_event_once(sqlite_app: Flask, form: str) -> None:
    with changing(sqlite_app):
        where = home()
        for _ in range(MOST):
            notice(where, at(2), [(date(2026, 3, 10), at(3), True)])
    seen: list[str] = []
    path: str | None = f"/feeds/rectifications.{form}"
    pages = 0
    while path:
        feed = checked(get(sqlite_app, path).data, form)
        links = {link.rel: link.href.removeprefix("http://127.0.0.1:8000") for link in feed.feed.links}
        assert links["self"] == path
        assert links.get("first") == (f"/feeds/rectifications.{form}" if pages else None)
        seen += [entry.id for entry in feed.entries]
        path, pages = links.get("next"), pages + 1
    assert (pages, len(seen), len(set(seen))) == (2, 2 * MOST, 2 * MOST)
    for nonsense in ("x", "n0000001.issued.v99999", "nobody.issued.v0", "n.sent.v0", ""):
        assert get(sqlite_app, f"/feeds/rectifications.{form}?before={nonsense}").status_code == 404


def test_what_an_address_may_name() -> None:
    assert read_mark("n0000001.recurred.v2.p0000002") == (NoticeEvent.RECURRED, "n0000001", 2, "p0000002")
    assert read_mark("n0000001.issued.v0") == (NoticeEvent.ISSUED, "n0000001", 0, None)
    for nonsense in ("", "n1", "n1.issued", "n1.issued.v", "n1.issued.v1.", "n1.ISSUED.v1", "a b.issued.v1"):
        assert read_mark(nonsense) is None


@pytest.mark.parametrize("form", FORMS)
def test_characters_that_xml_does_not_know_and_markup(sqlite_app: Flask, form: str) -> None:
    words = "三楼\\u000b东侧\\u0000 & <script>alert(1)</script> ]]> \\ufffe\\ud83d\\ude00\\ud800 结束"
    with changing(sqlite_app):
        row = notice(home("示例 & <b>敬老院</b>"), at(2), words="这里").notice
        row.public_body = (row.public_body or "").replace('"这里"', f'"{words}"')
    data = get(sqlite_app, f"/feeds/rectifications.{form}").data
    (entry,) = checked(data, form).entries
    assert "示例 & <b>敬老院</b>" in entry.title.replace("&lt;", "<").replace("&amp;", "&")
    assert "<script" not in entry.summary, "shown as text, never run"
    assert b"&amp;lt;script" in data
    assert "]]" in entry.summary
    assert "\U0001f600 结束" in entry.summary


def test_an_unregistered_home_is_named_only_where_its_page_is(sqlite_app: Flask) -> None:
    with changing(sqlite_app):
        made = notice(home(), at(2), [(date(2026, 3, 10), at(3), True)]).notice
        hidden = UnregisteredHome(
            public_id="u0000001", name="王家大院", region_code=COUNTY, withdrawn=False,
            found_on=date(2026, 1, 5), found_how="inspection", private_dwelling=True, address="某路1号",
        )  # fmt: skip
        db.session.add(hidden)
        db.session.flush()
        made.institution_id, made.unregistered_home_id = None, hidden.id
    for form in FORMS:
        feed = checked(get(sqlite_app, f"/feeds/rectifications.{form}").data, form)
        for entry in feed.entries:
            assert "王家大院" not in entry.title + entry.summary
            assert "一处未登记备案的场所" in entry.title


def test_a_feed_costs_the_same_however_many_there_are(sqlite_app: Flask, count_queries: Any) -> None:
    def cost(path: str) -> int:
        get(sqlite_app, path)  # whatever is kept in memory is there now
        with count_queries(sqlite_app) as asked:
            assert get(sqlite_app, path).status_code == 200
        return len(asked)

    public_id = story(sqlite_app)
    paths = ["/feeds/rectifications.xml", "/feeds/rectifications/350400.atom",
             f"/feeds/institutions/{public_id}/rectifications.xml"]  # fmt: skip
    few = [cost(path) for path in paths]
    with changing(sqlite_app):
        for number in range(12):
            where = home(f"敬老院{number}", OTHER if number % 2 else COUNTY)
            made = notice(where, at(2), [(date(2026, 3, 10), at(3), True)], cleared=at(25))
            problem(where, at(28), first_entry_id=made.problem.id)
    assert [cost(path) for path in paths] == few
    assert max(few) < 16


def test_empty_feeds_are_feeds(sqlite_app: Flask) -> None:
    for form in FORMS:
        for path in ("/feeds/rectifications", f"/feeds/rectifications/{COUNTY}"):
            assert checked(get(sqlite_app, f"{path}.{form}").data, form).entries == []
