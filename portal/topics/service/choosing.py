"""After the vote: what is taken up this year, what is not and why, and the year's topics made public (R41).

Flushes, never commits. Raises as ``topics`` does.
"""

from __future__ import annotations

from datetime import datetime

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.topic_phases import Deed, Phase
from portal.topics.kinds import TopicEvent
from portal.topics.service.topic_rights import (
    TopicRefused,
    check_deed,
    check_reviews,
    check_seen,
    fit_words,
    may_keep,
    pool_of,
    told_who_was_quicker,
)
from portal.topics.service.topic_steps import step
from portal.topics.topic_models import Topic


@told_who_was_quicker
def choose(topic: Topic, why: str, work_from: datetime, actor: Actor, scope: Scope, seen: int) -> Topic:
    """Take a candidate up once its vote is counted and the result is public; ``publish_topic`` says so.

    ``why``: for the public, also where the vote says something else.
    """
    may_keep(topic, scope)
    check_seen(topic, seen)
    check_deed(topic, Deed.CHOOSE)
    _result_is_public(topic)
    topic.chosen_why = fit_words(why, "请写明为什么选这一项。")
    topic.work_from = work_from
    # not said to the public twice: publishing tells it, with the reason
    step(topic, TopicEvent.CHOOSE, actor, words=topic.chosen_why, in_public=False)
    return topic


@told_who_was_quicker
def leave_out(topic: Topic, why: str, actor: Actor, scope: Scope, seen: int) -> Topic:
    """Say in public that a candidate is not taken up this year, and why. A reviewer's deed."""
    may_keep(topic, scope)
    check_reviews(actor)
    check_seen(topic, seen)
    check_deed(topic, Deed.CHOOSE)
    _result_is_public(topic)
    topic.passed_over_why = fit_words(why, "请写明为什么今年没有列入。")
    topic.passed_over_at = clock.now()
    topic.chosen_why = topic.work_from = None
    step(topic, TopicEvent.LEAVE_OUT, actor, words=topic.passed_over_why)
    return topic


@told_who_was_quicker
def publish_topic(
    topic: Topic,
    actor: Actor,
    scope: Scope,
    seen: int,
    *,
    why: str | None = None,
    work_from: datetime | None = None,
) -> Topic:
    """Make a topic one of the year's. A reviewer's deed.

    Of a pool: once chosen. Without a vote (``why`` and ``work_from`` are needed then): what the province set,
    or the law demands.
    """
    may_keep(topic, scope)
    check_reviews(actor)
    check_seen(topic, seen)
    phase = check_deed(topic, Deed.PLAN)
    if topic.published_at is not None:
        raise TopicRefused("这个项目已经公布了。")
    if pool_of(topic) is None:
        topic.chosen_why = fit_words(why, "没有投票的项目，请写明是谁定的、依据什么。")
        if work_from is None:
            raise TopicRefused("请写明从哪天开始整治。")
        topic.work_from = work_from
    elif phase is not Phase.COUNTED or topic.chosen_why is None:
        raise TopicRefused("先等投票结束、公布结果、选定，再公布项目。")
    topic.published_at = clock.now()
    step(topic, TopicEvent.PUBLISH, actor, words=topic.chosen_why)
    return topic


def _result_is_public(topic: Topic) -> None:
    pool = pool_of(topic)
    if pool is None or pool.result_published_at is None:
        raise TopicRefused("请先公布投票结果，再选定项目。")
