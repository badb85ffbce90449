"""The yearly pool: opened, put right until its vote begins, published, and its result (R41).

Flushes, never commits. Changes take ``actor``, ``scope`` and ``seen`` (the version the person had before
them) and raise NotTheirs, ReviewerNeeded, ChangedMeanwhile, WordsMissing or TopicRefused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.topics.service.topic_rights import (
    TITLE_MOST,
    TopicRefused,
    check_reviews,
    check_seen,
    fit_words,
    may_keep_pool,
    told_who_was_quicker,
)
from portal.topics.service.topic_steps import add_with_public_id, pool_changed
from portal.topics.topic_models import TopicPool

SHORTEST_VOTE = timedelta(days=1)
"""A vote that is over before most have heard of it is none."""
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Pool:
    """What an office settles about a year's vote. Moments are aware; the vote ends at ``vote_closes_at``."""

    year: int
    region_code: str
    title: str
    explanation: str
    choices_most: int
    """How many candidates one ballot may name (1 to 10)."""
    collecting_from: date
    vote_opens_at: datetime
    vote_closes_at: datetime


@told_who_was_quicker
def open_pool(pool: Pool, actor: Actor, scope: Scope) -> TopicPool:
    """Enter the pool of a year and a region; nobody but the staff sees it yet."""
    may_keep_pool(pool.region_code, scope)
    if region_directory().get(pool.region_code) is None:
        raise TopicRefused("没有这个地区。")
    taken = select(TopicPool.id).where(TopicPool.year == pool.year, TopicPool.region_code == pool.region_code)
    if db.session.scalar(taken) is not None:
        raise TopicRefused("这个地区今年的征集已经建好了，请在原来的上面改。")
    row = TopicPool(year=pool.year, region_code=pool.region_code, changed_at=clock.now())
    _fill(row, pool)
    add_with_public_id(row)
    pool_changed(row)
    return row


@told_who_was_quicker
def amend_pool(row: TopicPool, pool: Pool, actor: Actor, scope: Scope, seen: int) -> TopicPool:
    """Change words and dates, until the vote of a published pool opens. Year and region stay."""
    may_keep_pool(row.region_code, scope)
    check_seen(row, seen)
    if (pool.year, pool.region_code) != (row.year, row.region_code):
        raise TopicRefused("年份和地区不能改。")
    if row.published_at is not None:
        if row.vote_opens_at <= clock.now():
            raise TopicRefused("投票已经开始，规则和日期都不能再改。")
        check_reviews(actor)
        _opens_ahead(pool.vote_opens_at)
    _fill(row, pool)
    pool_changed(row)
    return row


@told_who_was_quicker
def publish_pool(row: TopicPool, actor: Actor, scope: Scope, seen: int) -> TopicPool:
    """Show the pool to everybody: from now on its vote opens and closes by itself. A reviewer's deed."""
    may_keep_pool(row.region_code, scope)
    check_reviews(actor)
    check_seen(row, seen)
    if row.published_at is not None:
        raise TopicRefused("已经公开过了。")
    _opens_ahead(row.vote_opens_at)
    row.published_at = clock.now()
    pool_changed(row)
    return row


def _opens_ahead(moment: datetime) -> None:
    if moment <= clock.now():
        raise TopicRefused("投票开始的时间已经过了，请先把日期改到以后。")


def _fill(row: TopicPool, pool: Pool) -> None:
    if not _FIRST_YEAR <= pool.year <= _LAST_YEAR:
        raise TopicRefused("请写四位数的年份。")
    if not 1 <= pool.choices_most <= 10:
        raise TopicRefused("一张票最多选几个，请写1到10。")
    if pool.vote_closes_at - pool.vote_opens_at < SHORTEST_VOTE:
        raise TopicRefused("投票至少要开放一整天。")
    if pool.vote_opens_at.astimezone(clock.SHANGHAI).date() < pool.collecting_from:
        raise TopicRefused("征集开始的日子要早于投票。")
    row.title = fit_words(pool.title, "请写标题。", TITLE_MOST)
    row.explanation = fit_words(pool.explanation, "请写明怎么征集、怎么投票。")
    row.choices_most = pool.choices_most
    row.collecting_from = pool.collecting_from
    row.vote_opens_at, row.vote_closes_at = pool.vote_opens_at, pool.vote_closes_at
