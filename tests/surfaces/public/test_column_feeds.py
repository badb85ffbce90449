"""Feeds of the column: valid, stable over edits, whole over their pages, true to the second."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.frozen_count import FrozenCount
from portal.domain.permissions import Department
from portal.domain.suggestion_status import SuggestionStatus
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.opendata.column import MOST, mark_of, read_mark
from portal.topics.digest_models import Digest
from portal.topics.kinds import TopicScope, Verdict
from portal.topics.models import Suggestion
from portal.topics.queries.column_events import EventKey
from portal.topics.service import digests as service
from portal.topics.topic_models import Topic, TopicMilestone, TopicPool
from portal.unit_of_work import unit_of_work
from tests.contracts.feeds.checking import checked
from tests.integration.topics.digest_rows import CITY, COUNTY, OTHER, at, suggestion
from tests.surfaces.conftest import CountQueries
from tests.surfaces.public.digesting import PUBLISHER, SCOPE, WRITER, published

FORMS = ("xml", "atom")
TODAY = at(2026, 12, 2)


@contextmanager
def changing(app: Flask) -> Iterator[None]:
    """Change what is published, as the services do: the data has a new version afterwards."""
    with app.app_context(), unit_of_work():
        yield
        touch_data_set()


def get(app: Flask, path: str, now: datetime = TODAY, **headers: str) -> Any:
    with clock.moved_to(now):
        return app.test_client().get(path, headers={name.replace("_", "-"): v for name, v in headers.items()})


def dates_of(data: bytes, form: str) -> list[tuple[str, ...]]:
    """Return the ids and days of a feed byte for byte as written."""
    entries = re.findall(r"<(?:item|entry)>(.*?)</(?:item|entry)>", data.decode(), re.S)
    names = ("guid", "pubDate") if form == "xml" else ("id", "published", "updated")
    return [
        tuple(found for name in names for found in re.findall(rf"<{name}[^>]*>([^<]*)</{name}>", entry))
        for entry in entries
    ]


def done_with() -> None:
    """Enter a suggestion that was answered and done, and what nobody else may read."""
    suggestion(
        at(2026, 10, 8), SuggestionStatus.ANSWERED, public_id="d1234567", title="门口要有坡道",
        text="门口有三级台阶。\n\n轮椅上不去。", done="坡道修好了。", done_at=at(2026, 11, 20),
    )  # fmt: skip
    suggestion(at(2026, 10, 9), SuggestionStatus.RECEIVED)
    suggestion(at(2026, 10, 9), SuggestionStatus.DECLINED, answer="不公开", answered_at=at(2026, 10, 12))
    suggestion(at(2026, 10, 10), public_id="d7654321", title="食堂菜太咸", region_code=OTHER)


def story() -> None:
    """Enter a pool with two candidates, one of which becomes a topic and goes all the way."""
    pool = TopicPool(
        public_id="v0000001", year=2026, region_code=CITY, title="2026年整治什么", explanation="选两个。",
        choices_most=2, collecting_from=date(2026, 1, 1), vote_opens_at=at(2026, 3, 1, 8),
        vote_closes_at=at(2026, 3, 8, 20), published_at=at(2026, 2, 20), changed_at=at(2026, 2, 20),
        result=FrozenCount(at(2026, 3, 9), 321, {"1": 300}, {}, 200, 0, 0, {}).to_json(),
        result_published_at=at(2026, 3, 9), result_words="电动车得票最多。",
    )  # fmt: skip
    db.session.add(pool)
    db.session.flush()
    both = {
        "pool_id": pool.id, "year": 2026, "scope": TopicScope.COMMON, "region_code": CITY,
        "why": "楼道里充电会着火。",
        "department": Department.FIRE, "entered_at": at(2026, 2, 1), "proposed_at": at(2026, 2, 20),
        "changed_at": at(2026, 2, 20),
    }  # fmt: skip
    chosen = Topic(
        public_id="t0000001", position=1, title="电动车进楼道", demands="建充电棚。",
        published_at=at(2026, 3, 15), chosen_why="得票最多。", work_from=at(2026, 4, 1),
        judged_from=at(2026, 11, 1),
        judged_until=at(2026, 11, 15), closed_at=at(2026, 11, 20), conclusion=Verdict.CARRY_ON,
        conclusion_words="还有两个小区没有建，明年接着办。", **both,
    )  # fmt: skip
    left = Topic(
        public_id="t0000002", position=2, title="食堂饭菜", passed_over_at=at(2026, 3, 15),
        passed_over_why="明年再办。", **both,
    )  # fmt: skip
    draft = Topic(public_id="t0000003", position=3, title="草稿", **{**both, "proposed_at": None})
    db.session.add_all((chosen, left, draft))
    db.session.flush()
    for number, reported in ((1, at(2026, 6, 1)), (2, None)):
        done_on = None if reported is None else reported.date()
        step = TopicMilestone(
            topic_id=chosen.id, title=f"建好第{number}批充电棚", due_on=date(2026, 6, 30),
            done_on=done_on, words="建了八座。" if reported else None, reported_at=reported,
        )  # fmt: skip
        db.session.add(step)
    db.session.flush()


def ids(app: Flask, path: str, form: str = "atom", now: datetime = TODAY) -> list[str]:
    return [entry.id for entry in checked(get(app, f"{path}.{form}", now).data, form).entries]


@pytest.mark.parametrize("form", FORMS)
def test_what_becomes_of_a_suggestion_is_an_entry_each(sqlite_app: Flask, form: str) -> None:
    with changing(sqlite_app):
        done_with()
    answer = get(sqlite_app, f"/feeds/suggestions.{form}")
    assert answer.content_type == f"application/{'rss' if form == 'xml' else 'atom'}+xml; charset=utf-8"
    feed = checked(answer.data, form)
    assert [entry.id.removeprefix("urn:portal:suggestion:") for entry in feed.entries] == [
        "d1234567:done", "d1234567:answered", "d7654321:published", "d1234567:published",
    ]  # fmt: skip
    done, answered, other, public = feed.entries
    assert (done.title, public.title) == ("做成：门口要有坡道", "公开：门口要有坡道")
    assert "坡道修好了。" in done.summary
    assert "民政答复：已经安排。" in answered.summary
    assert "轮椅上不去。" in public.summary
    assert "坡道修好了" not in public.summary
    assert {"明溪县", "场所安全"} < {tag.term for tag in other.tags}
    assert done.link == "http://127.0.0.1:8000/suggestions/d1234567"
    assert feed.feed.link == "http://127.0.0.1:8000/suggestions"
    found = checked(get(sqlite_app, f"/feeds/suggestions/{COUNTY}.{form}").data, form)
    assert {entry.id.split(":")[3] for entry in found.entries} == {"d1234567"}
    assert len(ids(sqlite_app, f"/feeds/suggestions/{CITY}", form)) == 4
    moved = get(sqlite_app, f"/feeds/suggestions/350402.{form}")  # merged into 三元区 in 2021
    assert (moved.status_code, moved.location) == (301, f"/feeds/suggestions/{COUNTY}.{form}")
    assert get(sqlite_app, f"/feeds/suggestions/999999.{form}").status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_a_topic_is_told_of_from_candidate_to_conclusion(sqlite_app: Flask, form: str) -> None:
    with changing(sqlite_app):
        story()
        milestone = db.session.scalars(select(TopicMilestone.id).order_by(TopicMilestone.id)).first()
    feed = checked(get(sqlite_app, f"/feeds/topics.{form}").data, form)
    assert [entry.id.removeprefix("urn:portal:") for entry in feed.entries] == [
        "topic:t0000001:closed",
        "topic:t0000001:judgingclosed",
        "topic:t0000001:judgingopened",
        f"topic:t0000001:milestone:{milestone}",
        "topic:t0000001:published",
        "topic:t0000002:passedover",
        "pool:v0000001:result",
        "pool:v0000001:voteclosed",
        "pool:v0000001:voteopened",
        "topic:t0000002:proposed",
        "topic:t0000001:proposed",
    ]
    said = {entry.id.removeprefix("urn:portal:"): entry for entry in feed.entries}
    assert said["topic:t0000001:closed"].title == "结题：电动车进楼道"
    assert "结论：深化推进。" in said["topic:t0000001:closed"].summary
    assert "1. 电动车进楼道" in said["pool:v0000001:voteopened"].summary
    assert "草稿" not in said["pool:v0000001:voteopened"].summary
    assert "321人的投票计入结果" in said["pool:v0000001:result"].summary
    assert "明年再办。" in said["topic:t0000002:passedover"].summary
    assert "建了八座。" in said[f"topic:t0000001:milestone:{milestone}"].summary
    assert said["pool:v0000001:result"].link == "http://127.0.0.1:8000/topics/vote/v0000001"
    assert "消防" in {tag.term for tag in said["topic:t0000001:published"].tags}


def test_a_vote_is_told_of_at_its_second_and_not_before(sqlite_app: Flask) -> None:
    with changing(sqlite_app):
        story()
    opens = at(2026, 3, 1, 8)
    early = get(sqlite_app, "/feeds/topics.atom", opens - timedelta(microseconds=1))
    etag = early.headers["ETag"]
    assert b"voteopened" not in early.data
    a_second_before = opens - timedelta(seconds=1)
    assert get(sqlite_app, "/feeds/topics.atom", a_second_before, If_None_Match=etag).status_code == 304
    now = get(sqlite_app, "/feeds/topics.atom", opens, If_None_Match=etag)
    assert now.status_code == 200
    assert b"voteopened" in now.data


def test_what_is_taken_down_is_told_of_and_nothing_else_of_it(sqlite_app: Flask) -> None:
    with changing(sqlite_app):
        story()
        topic = db.session.scalars(select(Topic).where(Topic.public_id == "t0000002")).one()
        topic.withdrawn_at, topic.withdrawn_reason = at(2026, 4, 2), "和别的项目重复"
    found = [one for one in ids(sqlite_app, "/feeds/topics") if "t0000002" in one]
    assert found == ["urn:portal:topic:t0000002:withdrawn"]
    assert "和别的项目重复" in get(sqlite_app, "/feeds/topics.xml").text


@pytest.mark.parametrize("form", FORMS)
def test_each_edition_of_a_digest_is_an_entry(sqlite_app: Flask, form: str) -> None:
    with clock.moved_to(TODAY), changing(sqlite_app):
        done_with()
        service.run_column(CITY, date(2026, 9, 1), WRITER, SCOPE)
        number = published().id
        service.compile_digest(CITY, date(2026, 9, 1))
    before = get(sqlite_app, f"/feeds/digests.{form}")
    feed = checked(before.data, form)
    assert [entry.id for entry in feed.entries] == [f"urn:portal:digest:{CITY}:202610:v1"]
    assert feed.entries[0].title == "三明市2026年10月点题汇总"
    assert "怎么看，怎么办：群众最担心电动车进楼道。" in feed.entries[0].summary
    assert feed.entries[0].link == f"http://127.0.0.1:8000/suggestions/digests/{CITY}/2026-10"
    with clock.moved_to(TODAY), changing(sqlite_app):
        first = db.session.get_one(Digest, number)
        again = service.correct_digest(first, "漏了来信", WRITER, SCOPE, first.version)
        service.submit_digest(again, WRITER, SCOPE, again.version)
        service.publish_digest(again, PUBLISHER, SCOPE, again.version)
    after = checked(get(sqlite_app, f"/feeds/digests.{form}").data, form)
    assert [entry.id[-2:] for entry in after.entries] == ["v2", "v1"]
    assert "更正的理由：漏了来信" in after.entries[0].summary
    assert after.entries[1].link.endswith("/2026-10?edition=1")
    assert dates_of(get(sqlite_app, f"/feeds/digests.{form}").data, form)[1:] == dates_of(before.data, form)


def _reword(row: Suggestion) -> None:
    row.title, row.text, row.changed_at = "改过的标题", "改过的文字。", at(2026, 12, 1)


def _answer_again(row: Suggestion) -> None:
    row.answer = "后来的答复。"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("change", [_reword, _answer_again])
def test_ids_and_days_stay_over_every_edit(
    sqlite_app: Flask, form: str, change: Callable[[Suggestion], None]
) -> None:
    with changing(sqlite_app):
        done_with()
    path = f"/feeds/suggestions.{form}"
    before = get(sqlite_app, path)
    assert get(sqlite_app, path, If_None_Match=before.headers["ETag"]).status_code == 304
    with changing(sqlite_app):
        change(db.session.scalars(select(Suggestion).where(Suggestion.public_id == "d1234567")).one())
    after = get(sqlite_app, path, If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert dates_of(after.data, form) == dates_of(before.data, form)
    assert after.data != before.data


def test_pages_hold_everything_once_also_where_moments_are_the_same(sqlite_app: Flask) -> None:
    with changing(sqlite_app):
        for number in range(MOST + 20):
            answered = SuggestionStatus.ANSWERED if number % 3 else SuggestionStatus.PUBLISHED
            moment = at(2026, 10, 1 + number // 40)
            suggestion(
                moment, answered, **({"answered_at": moment + timedelta(hours=2)} if number % 3 else {})
            )
    path, seen = "/feeds/suggestions.atom", list[str]()
    while path:
        feed = checked(get(sqlite_app, path).data, "atom")
        seen += [entry.id for entry in feed.entries]
        older = [link.href for link in feed.feed.links if link.rel == "next"]
        path = older[0].removeprefix("http://127.0.0.1:8000") if older else ""
    assert len(seen) == len(set(seen)) == (MOST + 20) + sum(number % 3 > 0 for number in range(MOST + 20))


def test_a_mark_is_read_as_it_was_written_and_nonsense_is_no_page(sqlite_app: Flask) -> None:
    for key in (EventKey(at(2026, 3, 1, 8), 10, "t0000001"), EventKey(at(2026, 3, 1), 0, "0000000007")):
        assert read_mark(mark_of(key)) == key
    for mark in ("", "x", "1.2", "99999999999999999999.1.t1", "1772323200000000.1.'--"):
        assert get(sqlite_app, f"/feeds/topics.xml?before={mark}").status_code == 404


def test_a_mark_made_by_hand_is_no_fault_of_the_database(postgres_app: Flask) -> None:
    """PostgreSQL compares no number with letters; a public id may be made of digits alone."""
    moment, milestone = "1772323200000000", 6
    for path, status in (
        (f"suggestions.xml?before={moment}.0.12345678", 200),
        (f"topics.xml?before={moment}.{milestone}.abc", 200),
        (f"digests.xml?before={moment}.0.abc", 404),
    ):
        assert get(postgres_app, f"/feeds/{path}").status_code == status


def test_an_empty_column_has_valid_feeds(sqlite_app: Flask) -> None:
    for name in ("suggestions", "topics", "digests"):
        for form in FORMS:
            assert checked(get(sqlite_app, f"/feeds/{name}.{form}").data, form).entries == []


def test_pages_of_the_column_tell_machines_and_people_of_its_feeds(sqlite_app: Flask) -> None:
    for page in ("/suggestions/digests", "/topics"):
        links = re.findall(
            r'rel="alternate" type="[^"]*" title="[^"]*" href="([^"]*)"', get(sqlite_app, page).text
        )
        assert {"/feeds/suggestions.xml", "/feeds/topics.atom", "/feeds/digests.xml"} < set(links)
    assert "/feeds/suggestions.xml" not in get(sqlite_app, "/notices").text
    with clock.moved_to(TODAY), changing(sqlite_app):
        everywhere = Scope(False, None, Department.CIVIL_AFFAIRS)
        service.run_column(COUNTY, date(2026, 9, 1), Actor("系统"), everywhere)
    html = get(sqlite_app, "/feeds").text
    for path in ("suggestions.xml", "topics.atom", "digests.xml", f"suggestions/{COUNTY}.atom"):
        assert f'href="/feeds/{path}"' in html


def test_more_entries_cost_no_more_queries(sqlite_app: Flask, count_queries: CountQueries) -> None:
    def costs() -> list[int]:
        found = []
        for name in ("suggestions", "topics", "digests"):
            with count_queries(sqlite_app) as statements:
                assert get(sqlite_app, f"/feeds/{name}.xml").status_code == 200
            found.append(len(statements))
        return found

    with clock.moved_to(TODAY), changing(sqlite_app):
        done_with()
        story()
        service.run_column(CITY, date(2026, 1, 1), WRITER, SCOPE)
        published()
    before = costs()
    with changing(sqlite_app):
        for day in range(1, 20):
            suggestion(at(2026, 9, day), SuggestionStatus.ANSWERED)
        for month in range(1, 9):
            published(date(2026, month, 1))
    assert costs() == before
