"""What the public reads of topics, on both databases; and what search finds of them."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask

from portal import clock
from portal.domain.actor import PUBLIC
from portal.domain.topic_phases import Phase
from portal.extensions import db
from portal.glossary import label
from portal.topics.kinds import Verdict, VerdictReason
from portal.topics.queries.moments import moments_passed
from portal.topics.queries.pools import pool_view
from portal.topics.queries.topic_page import phase_of_topic, topic_view
from portal.topics.queries.topics import (
    count_topics,
    judged_now,
    list_topics,
    pools_now,
    topic_years,
    topics_of,
)
from portal.topics.search_topics import TopicDocuments
from portal.topics.service import choosing, topics, work
from portal.topics.topic_models import Topic, TopicPool
from tests.integration.topics.topic_bureau import (
    AFTER_JUDGING,
    AFTER_VOTE,
    AT_WORK,
    CITY,
    CLOSES,
    COUNTY,
    INSTANT,
    JUDGED_FROM,
    JUDGED_UNTIL,
    OPENS,
    OTHER_COUNTY,
    SPRING,
    WORK,
    Column,
    draft_of,
)


def test_a_year_on_either_database(app: Flask) -> None:
    """From the pool to the verdict: lists, pages and counts say the same on both."""
    column = Column(app)
    pool, ids = column.counted_pool({"护理员持证": 3, "助餐点": 1})
    chosen = ids["护理员持证"]
    column.topic(chosen, AFTER_VOTE, choosing.choose, "票数最多。", WORK)
    column.topic(chosen, AFTER_VOTE, choosing.publish_topic)
    column.topic(chosen, AT_WORK, work.set_judging, JUDGED_FROM, JUDGED_UNTIL, "")
    column.judge(chosen, Verdict.CARRY_ON, VerdictReason.NO_CHANGE, words="没有变化。")
    with app.app_context():
        topic = db.session.get_one(Topic, chosen).public_id
        vote = db.session.get_one(TopicPool, pool).public_id
        view = pool_view(vote, AFTER_VOTE)
        assert view is not None
        assert view.result is not None
        ranked = view.by_votes(view.result.counted)
        assert [(one.rank, one.row.title, one.votes) for one in ranked] == [
            (1, "护理员持证", 3),
            (2, "助餐点", 1),
        ]
        assert view.result.days[OPENS.date()] == 4
        assert topic_years() == [2026]
        assert count_topics(2026, None) == 2
        assert [row.phase for row in list_topics(2026, None, JUDGED_FROM, 0, 20)] == [
            Phase.BEING_JUDGED,
            Phase.COUNTED,
        ]
        assert [row.title for row in judged_now(JUDGED_UNTIL - INSTANT)] == ["护理员持证"]
        assert judged_now(JUDGED_UNTIL) == []
        assert pools_now(AFTER_VOTE) == []
        found = topic_view(topic, AFTER_JUDGING)
        assert found is not None
        assert found.row.phase is Phase.JUDGED
        assert [line.event.value for line in found.log] == ["plan", "publish", "propose"]
        assert phase_of_topic(topic, JUDGED_FROM) is Phase.BEING_JUDGED


def test_moments_of_today(app: Flask) -> None:
    """Grows at the very moment of each beginning and end, and not before."""
    column = Column(app)
    column.open_pool()
    column.being_judged()
    with app.app_context():
        for moment in (OPENS, CLOSES):
            assert moments_passed(moment) == moments_passed(moment - INSTANT) + 1
        for midnight in (WORK, JUDGED_FROM, JUDGED_UNTIL):
            assert moments_passed(midnight) == 1  # the day itself is part of what pages depend on
        assert moments_passed(AT_WORK) == 0


def test_whose_list_it_is_on(sqlite_app: Flask) -> None:
    """A county reads its own and the city's common ones, not its neighbour's; the city all that lie in it."""
    column = Column(sqlite_app)
    column.at_work(title="共性")
    for who, region in (("县审核", COUNTY), ("邻审核", OTHER_COUNTY)):
        with column.acting(who, SPRING) as (actor, scope):
            row = topics.draft_topic(draft_of(None, f"个性{region}", region_code=region), actor, scope)
            choosing.publish_topic(row, actor, scope, row.version, why="本县定的。", work_from=WORK)

    def titles(region: str | None) -> set[str]:
        with sqlite_app.app_context():
            return {row.title for row in list_topics(2026, region, AT_WORK, 0, 20)}

    assert titles(COUNTY) == {"共性", f"个性{COUNTY}"}
    assert titles(CITY) == titles(None) == {"共性", f"个性{COUNTY}", f"个性{OTHER_COUNTY}"}


def test_search_knows_what_is_public(sqlite_app: Flask) -> None:
    """No draft, nothing that was taken down; what it hands over is what the page says."""
    column = Column(sqlite_app)
    pool = column.open_pool()
    shown, gone = column.candidate(pool, "护理员持证"), column.candidate(pool, "重复的")
    with column.acting("市审核", SPRING) as (actor, scope):
        hidden = topics.draft_topic(draft_of(db.session.get_one(TopicPool, pool), "草稿"), actor, scope).id
    column.topic(gone, SPRING, topics.withdraw, "重复。")
    with sqlite_app.app_context():
        source = TopicDocuments(label)
        every = list(source.documents(PUBLIC))
        assert [one.name for one in every] == ["整治项目：护理员持证"]
        assert dict(every[0].details)["topic_why"] == "群众反映多。"
        assert list(source.documents(PUBLIC, [gone, hidden])) == []
        assert [row.id for row in topics_of([shown, gone, hidden], PUBLIC, SPRING)] == [shown]


def test_days_of_the_vote_are_all_there(sqlite_app: Flask) -> None:
    """A day on which nobody voted is told as a zero, not left out."""
    column = Column(sqlite_app)
    pool, _ = column.counted_pool({"护理员": 1})
    with sqlite_app.app_context():
        view = pool_view(db.session.get_one(TopicPool, pool).public_id, AFTER_VOTE)
        assert view is not None
        assert view.result is not None
        days = list(view.result.days.items())
    assert days[0] == (date(2026, 4, 1), 1)
    assert [number for _, number in days[1:]] == [0] * 14
    assert days[-1][0] == CLOSES.date() == (clock.at(days[0][0]) + timedelta(days=14)).date()
