"""What stands beside a topic's plan: targets, milestones, documents. Each change is a line of its log.

Flushes, never commits. ``seen``: the topic's version; raises as ``work`` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.topic_phases import Deed
from portal.domain.topic_targets import MEASURES, TopicMetric
from portal.extensions import db
from portal.topics.kinds import TopicEvent
from portal.topics.service.topic_rights import (
    REASON_MOST,
    TopicRefused,
    check_deed,
    check_seen,
    fit_optional,
    fit_words,
    may_keep,
    may_report,
    told_who_was_quicker,
)
from portal.topics.service.topic_steps import is_public, step
from portal.topics.topic_models import Topic, TopicDocument, TopicMilestone, TopicTarget

MOST_TARGETS, MOST_MILESTONES, MOST_DOCUMENTS = 12, 40, 60
_TITLE_MOST, _DOCUMENT_MOST, _ISSUER_MOST, _URL_MOST, _SOURCE_MOST = 120, 200, 120, 500, 300
_UNIT_MOST = 10
_TEXT_MOST = 20_000
_NUMBER_MOST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached. ``percent``: the goal is a share; ``unit`` counts only where it is not known."""

    title: str
    metric: TopicMetric
    percent: bool
    goal: int
    unit: str
    since: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Paper:
    """A document: ``url`` where everybody can read it, or its ``text``."""

    title: str
    issuer: str
    issued_on: date
    url: str | None = None
    text: str | None = None


@told_who_was_quicker
def add_target(topic: Topic, target: Target, actor: Actor, scope: Scope, seen: int) -> TopicTarget:
    """Set a target."""
    _may_plan(topic, scope, seen)
    position = _next(TopicTarget, topic, MOST_TARGETS, "目标")
    row = TopicTarget(topic_id=topic.id, position=position)
    _fill_target(row, target)
    db.session.add(row)
    step(
        topic, TopicEvent.PLAN, actor, said={"target": row.title, "goal": _goal(row)},
        in_public=is_public(topic),
    )  # fmt: skip
    return row


@told_who_was_quicker
def change_target(
    topic: Topic, row: TopicTarget, target: Target, reason: str, actor: Actor, scope: Scope, seen: int
) -> TopicTarget:
    """Change a target; of a public topic everybody sees before, after and the reason."""
    _may_plan(topic, scope, seen)
    _own(topic, row)
    before = _said_of(row)
    said_why = (
        fit_words(reason, "请写明为什么改目标。", REASON_MOST) if is_public(topic) else fit_optional(reason)
    )
    if (target.metric, target.percent) != (row.metric, row.percent):
        row.value = row.out_of = row.as_of = row.source = None
    _fill_target(row, target)
    after = _said_of(row)
    changes = [
        {"field": f"target_{name}", "before": before[name], "after": after[name]}
        for name in before
        if before[name] != after[name]
    ]
    step(
        topic, TopicEvent.PLAN, actor, words=said_why, said={"target": row.title, "changes": changes},
        in_public=is_public(topic),
    )  # fmt: skip
    return row


@told_who_was_quicker
def enter_value(
    topic: Topic, row: TopicTarget, value: int, out_of: int | None, as_of: date, source: str, actor: Actor,
    scope: Scope, seen: int,
) -> TopicTarget:  # fmt: skip
    """Enter how far a target has come that no record tells, with its day and where the figure is from."""
    may_report(topic, scope)
    check_seen(topic, seen)
    check_deed(topic, Deed.REPORT)
    _own(topic, row)
    if row.metric is not TopicMetric.BY_HAND:
        raise TopicRefused("这个目标的进度由系统按台账计算，不能填报。")
    if as_of > clock.today():
        raise TopicRefused("截止日期不能晚于今天。")
    if not 0 <= value <= _NUMBER_MOST or (out_of is not None and not 0 < out_of <= _NUMBER_MOST):
        raise TopicRefused("数字要写大于等于零的整数。")
    if row.percent and (out_of is None or value > out_of):
        raise TopicRefused("按百分比的目标，要写完成数和总数，完成数不大于总数。")
    row.value, row.out_of, row.as_of = value, out_of if row.percent else None, as_of
    row.source = fit_words(source, "请写明数字的来源。", _SOURCE_MOST)
    said = {"target": row.title, "value": value, "out_of": row.out_of, "unit": row.unit, "as_of": f"{as_of}"}
    step(topic, TopicEvent.REPORT, actor, said=said)
    return row


@told_who_was_quicker
def add_milestone(
    topic: Topic, title: str, due_on: date, actor: Actor, scope: Scope, seen: int
) -> TopicMilestone:
    """Say what is to be done by when."""
    _may_plan(topic, scope, seen)
    _next(TopicMilestone, topic, MOST_MILESTONES, "节点")
    row = TopicMilestone(
        topic_id=topic.id, title=fit_words(title, "请写明这一步做什么。", _TITLE_MOST), due_on=due_on
    )
    db.session.add(row)
    said = {"milestone": row.title, "due_on": f"{due_on}"}
    step(topic, TopicEvent.PLAN, actor, said=said, in_public=is_public(topic))
    return row


@told_who_was_quicker
def milestone_done(
    topic: Topic, row: TopicMilestone, done_on: date, words: str, actor: Actor, scope: Scope, seen: int
) -> TopicMilestone:
    """Say that a milestone was reached, when, and what was done."""
    may_report(topic, scope)
    check_seen(topic, seen)
    check_deed(topic, Deed.REPORT)
    _own(topic, row)
    if row.done_on is not None:
        raise TopicRefused("这一步已经报过完成。")
    if done_on > clock.today():
        raise TopicRefused("完成的日子不能晚于今天。")
    row.words = fit_words(words, "请写明做成了什么。", REASON_MOST)
    row.done_on, row.reported_at = done_on, clock.now()
    said = {"milestone": row.title, "done_on": f"{done_on}"}
    step(topic, TopicEvent.REPORT, actor, words=row.words, said=said)
    return row


@told_who_was_quicker
def add_document(topic: Topic, paper: Paper, actor: Actor, scope: Scope, seen: int) -> TopicDocument:
    """Put a paper beside the topic: where everybody can read it, or its text."""
    may_report(topic, scope)
    check_seen(topic, seen)
    if not is_public(topic):
        raise TopicRefused("项目公开以后才能放文件。")
    check_deed(topic, Deed.REPORT)
    _next(TopicDocument, topic, MOST_DOCUMENTS, "文件")
    url, text = (paper.url or "").strip() or None, fit_optional(paper.text, _TEXT_MOST)
    if url is not None and not _is_address(url):
        raise TopicRefused("网址要以 http:// 或 https:// 开头。")
    if url is None and text is None:
        raise TopicRefused("请写网址，或者把文件的内容贴进来。")
    if paper.issued_on > clock.today():
        raise TopicRefused("发文的日子不能晚于今天。")
    row = TopicDocument(
        topic_id=topic.id,
        title=fit_words(paper.title, "请写文件名。", _DOCUMENT_MOST),
        issuer=fit_words(paper.issuer, "请写发文单位。", _ISSUER_MOST),
        issued_on=paper.issued_on,
        url=url,
        text=text,
        entered_at=clock.now(),
    )
    db.session.add(row)
    step(topic, TopicEvent.REPORT, actor, said={"document": row.title})
    return row


def _may_plan(topic: Topic, scope: Scope, seen: int) -> None:
    may_keep(topic, scope)
    check_seen(topic, seen)
    check_deed(topic, Deed.PLAN)


def _own(topic: Topic, row: TopicTarget | TopicMilestone) -> None:
    if row.topic_id != topic.id:
        raise TopicRefused("这不是这个项目的内容。")


def _next(model: Any, topic: Topic, most: int, what: str) -> int:
    number = db.session.scalar(select(func.count()).where(model.topic_id == topic.id)) or 0
    if number >= most:
        raise TopicRefused(f"{what}最多{most}个。")
    return int(number) + 1


def _fill_target(row: TopicTarget, target: Target) -> None:
    measure = MEASURES[target.metric]
    if not 0 < target.goal <= (100 if target.percent else _NUMBER_MOST):
        raise TopicRefused("目标要写大于零的整数，百分比不超过100。")
    unit = "%" if target.percent else (measure.unit or target.unit.strip())
    if not unit or len(unit) > _UNIT_MOST:
        raise TopicRefused("请写单位，比如“家”。")
    if target.due_on < target.since:
        raise TopicRefused("完成的期限不能早于起算日。")
    row.title = fit_words(target.title, "请写明要达到什么。", _TITLE_MOST)
    row.metric, row.percent, row.goal, row.unit = target.metric, target.percent, target.goal, unit
    row.since, row.due_on = target.since, target.due_on


def _said_of(row: TopicTarget) -> dict[str, str]:
    """Return all that a target is, for its log: nothing of it changes unseen."""
    return {
        "title": row.title,
        "metric": row.metric.value,
        "goal": _goal(row),
        "since": f"{row.since}",
        "due_on": f"{row.due_on}",
    }


def _goal(row: TopicTarget) -> str:
    return f"{row.goal}{row.unit}"


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= _URL_MOST
