"""Search over notices and problems: found by what was published, and by nothing that was not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.domain.actor import PUBLIC
from portal.extensions import db
from portal.institutions.models import FoundHow, Institution, UnregisteredHome
from portal.search import indexing
from portal.search.outbox import SearchOutbox, take
from portal.search.registry import search_of
from portal.supervision.kinds import ProblemOrigin, Severity
from portal.supervision.search_documents import NoticeDocuments, ProblemDocuments
from tests.surfaces.public.rectifying import REGION, Office, unregistered_id
from tests.surfaces.public.test_search import index, names, search

FOUND, SERVED = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


def everything_told(app: Flask, today: date) -> str:
    """Return all text that search would be given on a day."""
    with app.app_context(), clock.moved_to(clock.at(today, 9)):
        sources = (NoticeDocuments(str), ProblemDocuments(str))
        return "\n".join(str(one) for source in sources for one in source.documents(PUBLIC))


def test_both_are_found_and_say_where_they_stand(
    app: Flask, office: Office, enter_home: Callable[..., str]
) -> None:
    home = enter_home("示例松鹤敬老院", on=date(2026, 1, 5))
    problem = office.enter(home, FOUND, title="疏散门上了锁", severity=Severity.MAJOR)
    notice = office.issue([problem], FOUND, SERVED)
    office.publish_notice(notice, SERVED, **{"problem/1/measure": "换成推杆锁。"})
    index(app)
    with clock.moved_to(clock.at(date(2026, 3, 10), 9)):
        client = app.test_client()
        page = search(client, "疏散门上了锁")
        assert names(page) == ["疏散门上了锁", "示例松鹤敬老院整改通知书"]
        assert f'href="/problems/{problem}"' in page
        assert f'href="/notices/{notice}"' in page
        assert "还剩5个工作日" in page
        assert "推杆锁" in search(client, "推杆锁")
        assert names(search(client, "松鹤")) == ["示例松鹤敬老院", "示例松鹤敬老院整改通知书", "疏散门上了锁"]
        assert names(search(client, "松鹤", kind="rectification_notice")) == ["示例松鹤敬老院整改通知书"]
        found = client.get("/search/suggest?q=松鹤").get_json()["suggestions"]
        assert [one["kind"] for one in found][:2] == ["养老机构", "整改通知"]


def test_only_published_words_are_told(app: Flask, office: Office, enter_home: Callable[..., str]) -> None:
    home = enter_home("示例松鹤敬老院", on=date(2026, 1, 5))
    told = {"origin": ProblemOrigin.COMPLAINT, "origin_ref": "complaint/4711"}
    problem = office.enter(home, FOUND, description="张大爷被锁在里面", measure="给张大爷道歉", **told)
    hidden = office.enter(home, FOUND, title="没有公开的问题")
    notice = office.issue([problem], FOUND, SERVED, public=False)
    assert everything_told(app, SERVED) == ""
    words = {"problem/1/text": "老人被锁在里面", "problem/1/measure": "向老人道歉"}
    office.publish_notice(notice, SERVED, **words)
    said = everything_told(app, SERVED)
    assert "老人被锁在里面" in said
    assert "向老人道歉" in said
    for word in ("张大爷", "4711", "complaint", "没有公开", hidden):
        assert word not in said, word
    office.withdraw(notice, date(2026, 3, 4))
    office.unpublish(problem, date(2026, 3, 4))
    assert everything_told(app, SERVED) == ""


def test_an_unregistered_home_is_named_from_its_day_on(
    app: Flask, office: Office, enter_record: Callable[..., int]
) -> None:
    enter_record(
        UnregisteredHome, None, date(2026, 1, 5), public_id="abcd2345", name="老王家托老点",
        region_code=REGION, address="解放路5号", found_on=date(2026, 1, 1), found_how=FoundHow.SURVEY,
        verified_on=date(2026, 1, 2), operator_told_on=date(2026, 1, 3), objection_ended_on=date(2026, 3, 9),
    )  # fmt: skip
    key = unregistered_id(app, "abcd2345")
    office.issue([office.enter(None, FOUND, unregistered_home_id=key)], FOUND, SERVED)
    before, after = (everything_told(app, date(2026, 3, day)) for day in (8, 9))
    assert "一处未登记备案的场所整改通知书" in before
    assert "老王" not in before
    assert "解放路" not in before + after
    assert "老王家托老点整改通知书" in after


def test_every_change_of_what_is_public_reaches_the_index(
    app: Flask, office: Office, enter_home: Callable[..., str], amend_record: Callable[..., None]
) -> None:
    home = enter_home("示例松鹤敬老院", on=date(2026, 1, 5))
    problem = office.enter(home, FOUND, title="疏散门上了锁")
    index(app)

    def refreshed() -> list[str]:
        with app.app_context():
            noted = {(one.kind, one.record_id) for one in take()}
            indexing.keep_up(search_of(app))
            assert db.session.scalar(select(SearchOutbox.id).limit(1)) is None
        assert noted
        return names(search(app.test_client(), "疏散门"))

    notice = office.issue([problem], FOUND, SERVED)
    assert refreshed() == ["疏散门上了锁", "示例松鹤敬老院整改通知书"]
    office.unpublish(problem, SERVED)
    assert refreshed() == ["示例松鹤敬老院整改通知书"]
    office.withdraw(notice, SERVED)
    assert refreshed() == []
    office.publish(problem, SERVED)
    assert refreshed() == ["疏散门上了锁"]
    amend_record(Institution, office.home_id(home), withdrawn=True)
    assert refreshed() == []
