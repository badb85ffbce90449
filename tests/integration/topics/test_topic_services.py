"""Pools and topics by the table of phases: who may do what, until when, and what the log keeps."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.permissions import Department
from portal.domain.topic_phases import NotNow, Phase
from portal.domain.topic_targets import TopicMetric
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.topics.kinds import TopicEvent, TopicScope
from portal.topics.service import choosing, pools, topics, work
from portal.topics.service.topic_rights import (
    ChangedMeanwhile,
    NotTheirs,
    ReviewerNeeded,
    TopicRefused,
    WordsMissing,
    phase_of,
)
from portal.topics.service.work import Paper, Plan, Target
from portal.topics.topic_models import Topic, TopicMilestone, TopicPool, TopicStep, TopicTarget
from tests.integration.topics.topic_bureau import (
    AFTER_JUDGING,
    AFTER_VOTE,
    AT_WORK,
    CIVIL,
    CLOSES,
    COUNTY,
    FIRE,
    HOUSING,
    INSTANT,
    JUDGED_FROM,
    JUDGED_UNTIL,
    OPENS,
    SPRING,
    WORK,
    Column,
    draft_of,
    pool_of_2026,
)


@pytest.fixture
def column(sqlite_app: Flask) -> Column:
    """A city that runs the column."""
    return Column(sqlite_app)


def steps_of(column: Column, topic_id: int) -> list[TopicStep]:
    """Return a topic's log."""
    with column.app.app_context():
        return list(
            db.session.scalars(select(TopicStep).where(TopicStep.topic_id == topic_id).order_by(TopicStep.id))
        )


def phase(column: Column, topic_id: int, at: datetime) -> Phase:
    """Return how far a topic has come at a moment."""
    with column.app.app_context():
        return phase_of(db.session.get_one(Topic, topic_id), at)


def test_course_of_a_topic(column: Column) -> None:
    """From candidate to the judging: each phase begins when its moment comes, not when somebody looks."""
    _, ids = column.counted_pool({"护理员持证": 3, "助餐点": 1})
    chosen, left = ids["护理员持证"], ids["助餐点"]
    assert phase(column, chosen, OPENS - INSTANT) is Phase.COLLECTING
    assert phase(column, chosen, OPENS) is Phase.VOTE
    assert phase(column, chosen, CLOSES - INSTANT) is Phase.VOTE
    assert phase(column, chosen, CLOSES) is Phase.COUNTED
    column.topic(chosen, AFTER_VOTE, choosing.choose, "票数最多。", WORK)
    column.topic(left, AFTER_VOTE, choosing.leave_out, "已列入别的计划。")
    column.topic(chosen, AFTER_VOTE, choosing.publish_topic)
    assert phase(column, left, AFTER_VOTE) is Phase.NOT_CHOSEN
    assert phase(column, chosen, AFTER_VOTE) is Phase.PUBLISHED
    assert phase(column, chosen, WORK) is Phase.UNDER_WAY
    column.topic(chosen, AT_WORK, work.set_judging, JUDGED_FROM, JUDGED_UNTIL, "")
    assert phase(column, chosen, JUDGED_FROM) is Phase.BEING_JUDGED
    assert phase(column, chosen, JUDGED_UNTIL - INSTANT) is Phase.BEING_JUDGED
    assert phase(column, chosen, JUDGED_UNTIL) is Phase.JUDGED
    events = [(one.event, one.in_public) for one in steps_of(column, chosen)]
    assert events == [
        (TopicEvent.DRAFT, False),
        (TopicEvent.PROPOSE, True),
        (TopicEvent.CHOOSE, False),
        (TopicEvent.PUBLISH, True),
        (TopicEvent.PLAN, True),
    ]


def test_wording_is_frozen_to_the_second(column: Column) -> None:
    """The last moment before the vote an edit goes in; at its first moment none does, of any kind."""
    pool_id = column.open_pool()
    number = column.candidate(pool_id, "护理员持证")
    words = ("护理员持证上岗", "群众反映多。", "年内全部改好。", "说得更清楚。")
    column.topic(number, OPENS - INSTANT, topics.amend_wording, *words)
    line = steps_of(column, number)[-1]
    assert (line.event, line.words, line.in_public) == (TopicEvent.AMEND_WORDING, "说得更清楚。", True)
    assert json.loads(line.said or "") == {
        "changes": [{"field": "title", "before": "护理员持证", "after": "护理员持证上岗"}]
    }
    fresh = ("又改", "群众反映多。", "年内全部改好。", "再改。")
    for moment in (OPENS, CLOSES - INSTANT, CLOSES, AFTER_VOTE):
        with pytest.raises(NotNow):
            column.topic(number, moment, topics.amend_wording, *fresh)
    plan = Plan(FIRE, (), None, None)
    with pytest.raises(NotNow):
        column.topic(number, OPENS, work.plan, plan, "换部门。")
    with pytest.raises(NotNow):
        column.topic(number, OPENS, topics.withdraw, "不做了。")
    with pytest.raises(TopicRefused):
        column.do(
            "市审核", OPENS, pools.amend_pool, (TopicPool, pool_id),
            pool_of_2026(vote_closes_at=CLOSES + timedelta(days=9)),
        )  # fmt: skip
    with column.acting("市审核", OPENS) as (actor, scope), pytest.raises(TopicRefused):
        topics.draft_topic(draft_of(db.session.get_one(TopicPool, pool_id), "新的"), actor, scope)


def test_amending_nothing_is_no_edit(column: Column) -> None:
    """The same words again leave no line and need no reason."""
    number = column.candidate(column.open_pool(), "护理员持证")
    same = ("护理员持证", "群众反映多。", "年内全部改好。", "")
    column.topic(number, SPRING, topics.amend_wording, *same)
    assert steps_of(column, number)[-1].event is TopicEvent.PROPOSE
    with pytest.raises(WordsMissing, match="为什么改"):
        column.topic(number, SPRING, topics.amend_wording, "别的", *same[1:])


def test_draft_left_behind_is_in_no_vote(column: Column) -> None:
    """Drafts that nobody proposed, and pools that nobody published, do not come into a vote by themselves."""
    pool_id = column.open_pool()
    with column.acting("市经办", SPRING) as (actor, scope):
        late = topics.draft_topic(
            draft_of(db.session.get_one(TopicPool, pool_id), "没提名的"), actor, scope
        ).id
    assert phase(column, late, OPENS) is Phase.COLLECTING
    with pytest.raises(TopicRefused, match="投票已经开始"):
        column.topic(late, OPENS, topics.propose)
    column.topic(late, OPENS, topics.move_to_pool, None)
    column.topic(late, OPENS, choosing.publish_topic, why="紧急事项。", work_from=WORK)
    assert phase(column, late, WORK) is Phase.UNDER_WAY


def test_nothing_is_published_before_its_time(column: Column) -> None:
    """No candidate of an unpublished pool, no result while the vote runs, no choice before the result."""
    pool_id = column.open_pool(publish=False)
    with column.acting("市审核", SPRING) as (actor, scope):
        row = topics.draft_topic(draft_of(db.session.get_one(TopicPool, pool_id), "护理员"), actor, scope)
        number = row.id
    with pytest.raises(TopicRefused, match="公开今年的征集"):
        column.topic(number, SPRING, topics.propose)
    column.do("市审核", SPRING, pools.publish_pool, (TopicPool, pool_id))
    column.topic(number, SPRING, topics.propose)
    with pytest.raises(NotNow):
        column.topic(number, CLOSES - INSTANT, choosing.choose, "好。", WORK)
    with pytest.raises(TopicRefused, match="先公布投票结果"):
        column.topic(number, CLOSES, choosing.choose, "好。", WORK)
    with pytest.raises(TopicRefused, match="先等投票结束"):
        column.topic(number, CLOSES, choosing.publish_topic)
    with pytest.raises(TopicRefused, match="已经过了"):
        column.do(
            "市审核", OPENS, pools.publish_pool, (TopicPool, column.open_pool(year=2025, publish=False))
        )


REVIEWED: dict[str, tuple[Any, ...]] = {
    "propose": (topics.propose,),
    "wording": (topics.amend_wording, "新题目", "理由", "要求", "改清楚。"),
    "withdraw": (topics.withdraw, "不做了。"),
}


@pytest.mark.parametrize("deed", REVIEWED)
def test_what_is_public_is_the_reviewers(column: Column, deed: str) -> None:
    """A clerk drafts; what everybody reads as the office's word is the reviewer's."""
    pool_id = column.open_pool()
    if deed == "propose":
        with column.acting("市经办", SPRING) as (actor, scope):
            pool = db.session.get_one(TopicPool, pool_id)
            number = topics.draft_topic(draft_of(pool, "护理员"), actor, scope).id
    else:
        number = column.candidate(pool_id, "护理员")
    work_on, *given = REVIEWED[deed]
    with pytest.raises(ReviewerNeeded):
        column.do("市经办", SPRING, work_on, (Topic, number), *given)
    column.do("市审核", SPRING, work_on, (Topic, number), *given)


def test_whose_topic_it_is(column: Column) -> None:
    """The lead, who runs the column, and nobody of another place; who only works with them reports."""
    number = column.at_work(department=FIRE, joint=(HOUSING,))
    column.do("市消防", AT_WORK, work.report, (Topic, number), "查了三十家。")
    column.do("市住建", AT_WORK, work.report, (Topic, number), "改了五处。")
    with pytest.raises(NotTheirs):
        column.do("市住建", AT_WORK, work.add_milestone, (Topic, number), "验收", date(2026, 9, 1))
    for who in ("县审核", "邻审核", "市监督"):
        with pytest.raises(NotTheirs):
            column.do(who, AT_WORK, work.report, (Topic, number), "不是我的。")
    with column.acting("市消防", SPRING) as (actor, scope), pytest.raises(NotTheirs):
        pools.open_pool(pool_of_2026(year=2027), actor, scope)


def test_county_has_its_own(column: Column) -> None:
    """A county's topic is its own; a common one is not for a county, nor an own one for a city."""
    with column.acting("县审核", SPRING) as (actor, scope):
        own = topics.draft_topic(draft_of(None, "食堂", region_code=COUNTY), actor, scope)
        assert own.scope is TopicScope.OWN
        with pytest.raises(NotTheirs):
            topics.draft_topic(draft_of(None, "全市的"), actor, scope)
        with pytest.raises(TopicRefused, match="把地区选对"):
            topics.draft_topic(
                draft_of(None, "错的", region_code=COUNTY, scope=TopicScope.COMMON), actor, scope
            )


def test_two_at_once(column: Column) -> None:
    """Who saw an older version is told, and nothing of theirs is kept."""
    number = column.at_work()
    with column.acting("市审核", AT_WORK) as (actor, scope):
        row = db.session.get_one(Topic, number)
        seen = row.version
        work.report(row, "第一次。", actor, scope, seen)
    with column.acting("市审核", AT_WORK) as (actor, scope), pytest.raises(ChangedMeanwhile):
        work.report(db.session.get_one(Topic, number), "第二次。", actor, scope, seen)
    assert [one.words for one in steps_of(column, number) if one.event is TopicEvent.REPORT] == ["第一次。"]


def test_targets_and_milestones(column: Column) -> None:
    """Targets change in the open; a figure by hand has its day and its source; milestones are done once."""
    number = column.at_work()
    goal = Target("持证率", TopicMetric.BY_HAND, True, 90, "", date(2026, 5, 6), date(2026, 10, 31))
    target = column.topic(number, AT_WORK, work.add_target, goal)
    bare = Target(
        "销号", TopicMetric.PROBLEMS_CLEARED, False, 100, "件", date(2026, 5, 6), date(2026, 10, 31)
    )
    live = column.topic(number, AT_WORK, work.add_target, bare)
    with column.app.app_context():
        assert db.session.get_one(TopicTarget, live).unit == "个"  # as it is counted, whatever was typed

    def enter(row: int, *given: Any) -> None:
        with column.acting("市经办", AT_WORK) as (actor, scope):
            topic = db.session.get_one(Topic, number)
            work.enter_value(topic, db.session.get_one(TopicTarget, row), *given, actor, scope, topic.version)

    enter(target, 45, 60, date(2026, 6, 30), "季度统计表")
    with pytest.raises(TopicRefused, match="不能填报"):
        enter(live, 45, None, date(2026, 6, 30), "季度统计表")
    with pytest.raises(TopicRefused, match="不大于总数"):
        enter(target, 61, 60, date(2026, 6, 30), "季度统计表")
    with pytest.raises(TopicRefused, match="晚于今天"):
        enter(target, 45, 60, date(2026, 7, 2), "季度统计表")
    with column.acting("市经办", AT_WORK) as (actor, scope):
        topic = db.session.get_one(Topic, number)
        row = db.session.get_one(TopicTarget, target)
        lower = Target("持证率", TopicMetric.BY_HAND, True, 80, "", date(2026, 5, 6), date(2026, 10, 31))
        with pytest.raises(WordsMissing, match="为什么改目标"):
            work.change_target(topic, row, lower, " ", actor, scope, topic.version)
        work.change_target(topic, row, lower, "考试推迟。", actor, scope, topic.version)
        assert (row.goal, row.value) == (80, 45)  # the figure stays: it is of the same thing
    line = steps_of(column, number)[-1]
    assert json.loads(line.said or "")["changes"] == [
        {"field": "target_goal", "before": "90%", "after": "80%"}
    ]
    with column.acting("市经办", AT_WORK) as (actor, scope):
        topic, row = db.session.get_one(Topic, number), db.session.get_one(TopicTarget, target)
        graded = Target(
            "持证率", TopicMetric.HOMES_GRADED, True, 80, "", date(2026, 5, 6), date(2026, 10, 31)
        )
        work.change_target(topic, row, graded, "换个算法。", actor, scope, topic.version)
        assert row.value is None
    line = steps_of(column, number)[-1]
    assert json.loads(line.said or "")["changes"] == [
        {"field": "target_metric", "before": "by_hand", "after": "homes_graded"}
    ]
    step = column.topic(number, AT_WORK, work.add_milestone, "全部培训一遍", date(2026, 9, 30))
    with column.acting("市经办", AT_WORK) as (actor, scope):
        topic, row = db.session.get_one(Topic, number), db.session.get_one(TopicMilestone, step)
        work.milestone_done(topic, row, date(2026, 6, 30), "训了三百人。", actor, scope, topic.version)
        with pytest.raises(TopicRefused, match="已经报过"):
            work.milestone_done(topic, row, date(2026, 6, 30), "又训。", actor, scope, topic.version)


def test_documents(column: Column) -> None:
    """A paper stands somewhere everybody can read it; no other kind of address goes in."""
    number = column.at_work()
    paper = Paper("实施方案", "市民政局", date(2026, 5, 1), url="javascript:alert(1)")
    with pytest.raises(TopicRefused, match="网址"):
        column.topic(number, AT_WORK, work.add_document, paper)
    with pytest.raises(TopicRefused, match="写网址"):
        column.topic(number, AT_WORK, work.add_document, Paper("实施方案", "市民政局", date(2026, 5, 1)))
    good = Paper("实施方案", "市民政局", date(2026, 5, 1), text="一、总体要求")
    column.topic(number, AT_WORK, work.add_document, good)


def test_judging_dates(column: Column) -> None:
    """Ahead, long enough, only of what is at work; moved with a reason until it begins, then never."""
    number = column.at_work()
    with pytest.raises(NotNow):
        column.topic(number, SPRING, work.set_judging, JUDGED_FROM, JUDGED_UNTIL, "")
    with pytest.raises(TopicRefused, match="至少"):
        column.topic(number, AT_WORK, work.set_judging, JUDGED_FROM, JUDGED_FROM + timedelta(days=2), "")
    with pytest.raises(TopicRefused, match="以后"):
        column.topic(number, AT_WORK, work.set_judging, AT_WORK, JUDGED_UNTIL, "")
    column.topic(number, AT_WORK, work.set_judging, JUDGED_FROM, JUDGED_UNTIL, "")
    later = JUDGED_UNTIL + timedelta(days=7)
    with pytest.raises(WordsMissing, match="为什么改期"):
        column.topic(number, AT_WORK, work.set_judging, JUDGED_FROM, later, "")
    column.topic(
        number, JUDGED_FROM - INSTANT, work.set_judging, JUDGED_FROM + timedelta(days=1), later, "改期。"
    )
    with pytest.raises(NotNow):
        column.topic(
            number, JUDGED_FROM + timedelta(days=1), work.set_judging, later, AFTER_JUDGING, "再改。"
        )


def test_departments(column: Column) -> None:
    """Discipline inspection watches and does not work; nobody is named twice; changes stand in the log."""
    number = column.at_work()
    with pytest.raises(TopicRefused, match="纪检"):
        column.topic(number, AT_WORK, work.plan, Plan(Department.DISCIPLINE, (), None, WORK), "换。")
    with pytest.raises(TopicRefused, match="两次"):
        column.topic(number, AT_WORK, work.plan, Plan(CIVIL, (FIRE, FIRE), None, WORK), "换。")
    with pytest.raises(TopicRefused, match="不能再改"):
        column.topic(number, AT_WORK, work.plan, Plan(CIVIL, (), None, WORK + timedelta(days=1)), "换。")
    column.topic(number, AT_WORK, work.plan, Plan(CIVIL, (FIRE,), "fire", WORK), "加上消防。")
    changes = json.loads(steps_of(column, number)[-1].said or "")["changes"]
    assert [one["field"] for one in changes] == ["joint", "problem_category"]


def test_words_hold_no_personal_numbers(column: Column) -> None:
    """What is public for good names nobody's telephone."""
    number = column.at_work()
    with pytest.raises(WordsMissing, match="手机号"):
        column.topic(number, AT_WORK, work.report, "联系王科长13805981234。")


def test_one_pool_a_year(column: Column) -> None:
    """A second pool of the same year and place is refused, a short vote too."""
    column.open_pool()
    with column.acting("市审核", SPRING) as (actor, scope):
        with pytest.raises(TopicRefused, match="已经建好"):
            pools.open_pool(pool_of_2026(), actor, scope)
        with pytest.raises(TopicRefused, match="一整天"):
            pools.open_pool(pool_of_2026(year=2027, vote_closes_at=OPENS + timedelta(hours=23)), actor, scope)


def test_pages_are_made_anew_when_the_public_sees_it(column: Column) -> None:
    """A draft touches nothing; a candidate does."""

    def touches() -> int:
        with column.app.app_context():
            return data_set_state().touches

    pool_id = column.open_pool()
    with column.acting("市审核", SPRING) as (actor, scope):
        before = touches()
        row = topics.draft_topic(draft_of(db.session.get_one(TopicPool, pool_id), "护理员"), actor, scope)
        number = row.id
    assert touches() == before
    column.topic(number, SPRING, topics.propose)
    assert touches() > before
