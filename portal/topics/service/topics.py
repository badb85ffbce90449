"""Topics as candidates: drafted, put right while suggestions come in, proposed, taken down (R41).

Flushes, never commits. Changes take ``actor``, ``scope`` and ``seen`` (the version the person had before
them) and raise NotTheirs, ReviewerNeeded, ChangedMeanwhile, WordsMissing, NotNow or TopicRefused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from portal import clock
from portal.database import compact_json
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department
from portal.domain.topic_phases import Deed, NotNow, Phase
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.reference.gb2260 import RegionLevel
from portal.topics.kinds import TopicEvent, TopicScope
from portal.topics.service.topic_rights import (
    REASON_MOST,
    TITLE_MOST,
    TopicRefused,
    check_deed,
    check_reviews,
    check_seen,
    fit_words,
    may_keep,
    phase_of,
    pool_of,
    told_who_was_quicker,
)
from portal.topics.service.topic_steps import add_with_public_id, is_public, step
from portal.topics.topic_models import Topic, TopicPool

MOST_CANDIDATES = 30
"""More on one ballot nobody reads through."""
_CATEGORY_MOST = 32


@dataclass(frozen=True, slots=True)
class Draft:
    """What an office writes for a topic.

    ``pool``: None for one that is set without a vote; ``problem_category``: which problems are its own, a
    value of supervision's, None for all of its area.
    """

    pool: TopicPool | None
    year: int
    scope: TopicScope
    region_code: str
    department: Department
    title: str
    why: str
    demands: str = ""
    joint: Sequence[Department] = ()
    problem_category: str | None = None


@told_who_was_quicker
def draft_topic(draft: Draft, actor: Actor, scope: Scope) -> Topic:
    """Enter a draft: nobody but the staff sees it before it is proposed or published."""
    row = Topic(
        year=draft.year,
        scope=draft.scope,
        region_code=draft.region_code,
        department=draft.department,
        joint=compact_json([one.value for one in draft.joint]),
        title=fit_words(draft.title, "请写标题。", TITLE_MOST),
        why=fit_words(draft.why, "请写明为什么要整治。"),
        demands=fit_words(draft.demands, "请写明要整治什么、怎么整治。"),
        problem_category=_fit_category(draft.problem_category),
        entered_at=clock.now(),
        changed_at=clock.now(),
    )
    may_keep(row, scope)
    check_departments(draft.department, draft.joint)
    _check_place(draft)
    if draft.pool is not None:
        _put_into(row, draft.pool)
    add_with_public_id(row)
    step(row, TopicEvent.DRAFT, actor, in_public=False)
    return row


@told_who_was_quicker
def move_to_pool(topic: Topic, pool: TopicPool | None, actor: Actor, scope: Scope, seen: int) -> Topic:
    """Put a draft into another pool, or into none; what was proposed stays where it is."""
    may_keep(topic, scope)
    check_seen(topic, seen)
    check_deed(topic, Deed.PLAN)
    if is_public(topic):
        raise TopicRefused("已经公开的项目不能换。")
    if pool is None:
        topic.pool_id = None
    else:
        _put_into(topic, pool)
    step(topic, TopicEvent.NOTE, actor, in_public=False)
    return topic


@told_who_was_quicker
def propose(topic: Topic, actor: Actor, scope: Scope, seen: int) -> Topic:
    """Make a draft a public candidate of its pool's vote. A reviewer's deed, before the vote opens."""
    may_keep(topic, scope)
    check_reviews(actor)
    check_seen(topic, seen)
    check_deed(topic, Deed.AMEND_WORDING)
    pool = pool_of(topic)
    if topic.proposed_at is not None:
        raise TopicRefused("已经列为候选了。")
    if pool is None or pool.published_at is None:
        raise TopicRefused("要先公开今年的征集，才能列为候选。")
    # a candidate of the last second would be read by nobody before the vote
    if pool.vote_opens_at <= clock.now():
        raise TopicRefused("投票已经开始，候选项目不能再增加。")
    query = select(func.count()).where(
        Topic.pool_id == pool.id, Topic.proposed_at.is_not(None), Topic.withdrawn_at.is_(None)
    )
    if (db.session.scalar(query) or 0) >= MOST_CANDIDATES:
        raise TopicRefused(f"候选项目最多{MOST_CANDIDATES}个。")
    topic.proposed_at = clock.now()
    step(topic, TopicEvent.PROPOSE, actor)
    return topic


@told_who_was_quicker
def amend_wording(
    topic: Topic, title: str, why: str, demands: str, reason: str, actor: Actor, scope: Scope, seen: int
) -> Topic:
    """Change what is to be voted on, until the vote opens. Of a candidate everybody sees before and after."""
    may_keep(topic, scope)
    check_seen(topic, seen)
    check_deed(topic, Deed.AMEND_WORDING)
    if is_public(topic):
        check_reviews(actor)
    fresh = {
        "title": fit_words(title, "请写标题。", TITLE_MOST),
        "why": fit_words(why, "请写明为什么要整治。"),
        "demands": fit_words(demands, "请写明要整治什么、怎么整治。"),
    }
    changes = [
        {"field": field, "before": getattr(topic, field), "after": after}
        for field, after in fresh.items()
        if getattr(topic, field) != after
    ]
    if not changes:
        return topic
    said = fit_words(reason, "请写明为什么改。", REASON_MOST)
    for field, after in fresh.items():
        setattr(topic, field, after)
    step(
        topic, TopicEvent.AMEND_WORDING, actor, words=said, said={"changes": changes},
        in_public=is_public(topic),
    )  # fmt: skip
    return topic


@told_who_was_quicker
def withdraw(topic: Topic, reason: str, actor: Actor, scope: Scope, seen: int) -> Topic:
    """Take a topic down: a draft, a candidate before the vote, or one published whose work has not begun.

    Of what was public the page stays, with the reason. A reviewer's deed once it is public.
    """
    may_keep(topic, scope)
    check_seen(topic, seen)
    if topic.withdrawn_at is not None:
        raise TopicRefused("已经撤下了。")
    if phase_of(topic) not in (Phase.COLLECTING, Phase.PUBLISHED):
        raise NotNow("投票开始以后、整治开始以后，项目都不能撤下。")
    if is_public(topic):
        check_reviews(actor)
    topic.withdrawn_reason = fit_words(reason, "请写明为什么撤下。", REASON_MOST)
    topic.withdrawn_at = clock.now()
    step(topic, TopicEvent.WITHDRAW, actor, words=topic.withdrawn_reason, in_public=is_public(topic))
    return topic


def check_departments(lead: Department, joint: Sequence[Department]) -> None:
    """Raise TopicRefused where one is named twice, or discipline inspection, which watches, is to work."""
    named = (lead, *joint)
    if Department.DISCIPLINE in named:
        raise TopicRefused("纪检监察机关负责监督，不作责任部门。")
    if len(set(named)) < len(named):
        raise TopicRefused("同一个部门写了两次。")


def _put_into(topic: Topic, pool: TopicPool) -> None:
    if (pool.year, pool.region_code) != (topic.year, topic.region_code):
        raise TopicRefused("项目和征集的年份、地区要一致。")
    if pool.vote_opens_at <= clock.now():
        raise TopicRefused("投票已经开始，候选项目不能再增加。")
    db.session.refresh(pool, with_for_update=True)  # ballots name candidates by their places: no two alike
    last = db.session.scalar(select(func.max(Topic.position)).where(Topic.pool_id == pool.id))
    topic.pool_id, topic.position = pool.id, (last or 0) + 1


def _check_place(draft: Draft) -> None:
    region = region_directory().get(draft.region_code)
    if region is None:
        raise TopicRefused("没有这个地区。")
    own = region.level is RegionLevel.COUNTY
    if own != (draft.scope is TopicScope.OWN):
        raise TopicRefused("共性项目是全市或全省的，个性项目是一个县（区）自己的：请把地区选对。")


def _fit_category(category: str | None) -> str | None:
    if category and len(category) > _CATEGORY_MOST:
        raise TopicRefused("没有这一类问题。")
    return category or None
