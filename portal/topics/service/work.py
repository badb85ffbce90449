"""The work on a topic: who does it, from when on, what was done, and when it is judged (R41).

Flushes, never commits. Changes take ``actor``, ``scope`` and ``seen`` (the topic's version that the person
had before them) and raise NotTheirs, ReviewerNeeded, ChangedMeanwhile, WordsMissing, NotNow or TopicRefused.
Whatever is changed after the topic is public stands in its log, before and after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.database import compact_json
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department
from portal.domain.topic_phases import Deed, NotNow, Phase
from portal.topics.kinds import TopicEvent
from portal.topics.service.topic_rights import (
    REASON_MOST,
    TopicRefused,
    check_deed,
    check_reviews,
    check_seen,
    fit_words,
    joint_of,
    may_keep,
    may_report,
    phase_of,
    pool_of,
    told_who_was_quicker,
)
from portal.topics.service.topic_steps import is_public, step
from portal.topics.service.topics import check_departments
from portal.topics.service.work_items import (
    Paper,
    Target,
    add_document,
    add_milestone,
    add_target,
    change_target,
    enter_value,
    milestone_done,
)
from portal.topics.topic_models import Topic

__all__ = [
    "SHORTEST_JUDGING", "Paper", "Plan", "Target", "add_document", "add_milestone", "add_target",
    "change_target", "departments_of", "enter_value", "milestone_done", "phase_of", "plan", "pool_of",
    "report", "set_judging",
]  # fmt: skip

SHORTEST_JUDGING = timedelta(days=3)
"""Less, and the public hears of it when it is over."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who works on a topic, which problems are its own, and from when on. ``work_from``: not set if None."""

    department: Department
    joint: Sequence[Department]
    problem_category: str | None
    work_from: datetime | None


@told_who_was_quicker
def plan(topic: Topic, plan: Plan, reason: str, actor: Actor, scope: Scope, seen: int) -> Topic:
    """Settle departments and dates; ``reason`` is needed once the topic is public."""
    may_keep(topic, scope)
    check_seen(topic, seen)
    phase = check_deed(topic, Deed.PLAN)
    check_departments(plan.department, plan.joint)
    _check_beginning(topic, phase, plan.work_from)
    fresh: dict[str, Any] = {
        "department": plan.department,
        "joint": compact_json([one.value for one in plan.joint]),
        "problem_category": plan.problem_category or None,
        "work_from": plan.work_from,
    }
    changes = [
        {"field": field, "before": _plain(getattr(topic, field)), "after": _plain(after)}
        for field, after in fresh.items()
        if getattr(topic, field) != after
    ]
    if not changes:
        return topic
    words = (
        fit_words(reason, "请写明为什么调整。", REASON_MOST) if is_public(topic) else reason.strip() or None
    )
    for field, after in fresh.items():
        setattr(topic, field, after)
    step(topic, TopicEvent.PLAN, actor, words=words, said={"changes": changes}, in_public=is_public(topic))
    return topic


@told_who_was_quicker
def report(topic: Topic, words: str, actor: Actor, scope: Scope, seen: int) -> Topic:
    """Tell the public how the work goes. Every department that works on it may."""
    may_report(topic, scope)
    check_seen(topic, seen)
    check_deed(topic, Deed.REPORT)
    step(topic, TopicEvent.REPORT, actor, words=fit_words(words, "请写明做了什么。"))
    return topic


@told_who_was_quicker
def set_judging(
    topic: Topic, judged_from: datetime, judged_until: datetime, reason: str, actor: Actor, scope: Scope,
    seen: int,
) -> Topic:  # fmt: skip
    """Say when the public judges the topic. A reviewer's deed; until the judging begins it may be moved."""
    may_keep(topic, scope)
    check_reviews(actor)
    check_seen(topic, seen)
    if check_deed(topic, Deed.PLAN) is not Phase.UNDER_WAY:
        raise NotNow("整治开始以后，才能安排群众评价。")
    if judged_from <= clock.now():
        raise TopicRefused("群众评价开始的时间要在以后。")
    if judged_until - judged_from < SHORTEST_JUDGING:
        raise TopicRefused(f"群众评价至少要开放{SHORTEST_JUDGING.days}天。")
    before = (topic.judged_from, topic.judged_until)
    words = fit_words(reason, "请写明为什么改期。", REASON_MOST) if before[0] else reason.strip() or None
    topic.judged_from, topic.judged_until = judged_from, judged_until
    changes = [
        {"field": field, "before": _plain(old), "after": _plain(getattr(topic, field))}
        for field, old in zip(("judged_from", "judged_until"), before, strict=True)
    ]
    step(topic, TopicEvent.PLAN, actor, words=words, said={"changes": changes})
    return topic


def departments_of(topic: Topic) -> tuple[Department, ...]:
    """Return who works on it, the lead first."""
    return (topic.department, *joint_of(topic))


def _check_beginning(topic: Topic, phase: Phase, work_from: datetime | None) -> None:
    if work_from == topic.work_from:
        return
    if phase is Phase.UNDER_WAY:
        raise TopicRefused("整治已经开始，开始的日子不能再改。")
    if work_from is None and topic.published_at is not None:
        raise TopicRefused("已经公布的项目要有开始整治的日子。")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value
