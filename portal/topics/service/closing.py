"""What the office concludes once the public has judged a topic (R42), and the end of what was written.

The count is frozen with the conclusion, so that everybody can lay one beside the other for good. Flushes,
never commits. Raises as ``work`` does.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import String, cast, literal, select

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.topic_phases import Deed
from portal.extensions import db
from portal.topics.kinds import TopicEvent, Verdict
from portal.topics.service.counting import close_and_freeze
from portal.topics.service.topic_rights import (
    TopicRefused,
    check_deed,
    check_reviews,
    check_seen,
    fit_words,
    may_keep,
    may_keep_pool,
    told_who_was_quicker,
)
from portal.topics.service.topic_steps import pool_changed, step
from portal.topics.topic_models import Topic, TopicPool
from portal.vault.models import VaultKey
from portal.vault.sealing import erase
from portal.voices.kinds import VoiceKind

REASONS_KEPT = timedelta(days=180)
"""After the conclusion, what people wrote is erased; what was let stand in public stays."""


@told_who_was_quicker
def publish_result(pool: TopicPool, words: str, actor: Actor, scope: Scope, seen: int) -> TopicPool:
    """Publish how the vote ended: frozen, with turnout and what was counted apart. A reviewer's deed."""
    may_keep_pool(pool.region_code, scope)
    check_reviews(actor)
    check_seen(pool, seen)
    if pool.published_at is None or clock.now() < pool.vote_closes_at:
        raise TopicRefused("投票截止以后，才能公布结果。")
    if pool.result_published_at is not None:
        raise TopicRefused("结果已经公布了。")
    pool.result_words = fit_words(words, "请写一段话，说明投票的情况。")
    frozen = close_and_freeze(VoiceKind.POOL, pool.id, pool.vote_opens_at, pool.vote_closes_at)
    pool.result, pool.result_published_at = frozen.to_json(), frozen.at
    pool_changed(pool)
    return pool


@told_who_was_quicker
def close_topic(
    topic: Topic, conclusion: Verdict, words: str, actor: Actor, scope: Scope, seen: int
) -> Topic:
    """Conclude a topic: carry it on, or done. A reviewer's deed, after the judging.

    The public's verdict does not bind the office, and its page says where the two differ.
    """
    may_keep(topic, scope)
    check_reviews(actor)
    check_seen(topic, seen)
    check_deed(topic, Deed.CLOSE)
    assert topic.judged_from is not None
    assert topic.judged_until is not None
    topic.conclusion_words = fit_words(words, "请写明结论的理由。")
    frozen = close_and_freeze(VoiceKind.VERDICT, topic.id, topic.judged_from, topic.judged_until)
    topic.verdict_result, topic.closed_at, topic.conclusion = frozen.to_json(), frozen.at, conclusion
    step(topic, TopicEvent.CLOSE, actor, words=topic.conclusion_words, said={"conclusion": conclusion.value})
    return topic


def forget_written() -> int:
    """Erase what people wrote of topics concluded ``REASONS_KEPT`` ago; return of how many topics.

    The worker's. Topics whose key is gone already are not looked at again.
    """
    subject = literal("topic/") + cast(Topic.id, String)
    query = (
        select(Topic)
        .join(VaultKey, VaultKey.subject == subject)
        .where(Topic.closed_at < clock.now() - REASONS_KEPT, VaultKey.wrapped.is_not(None))
    )
    return sum(erase(topic.subject) for topic in db.session.scalars(query).all())
