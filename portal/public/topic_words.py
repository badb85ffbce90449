"""What the pages of topics have in common: the phases as a line of time, words for what was changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from portal import clock, glossary
from portal.domain.day_words import cn_date
from portal.domain.permissions import Department
from portal.domain.topic_phases import Phase
from portal.domain.topic_targets import TopicMetric
from portal.supervision.kinds import ProblemCategory
from portal.topics.queries.topic_page import TopicView
from portal.voices.kinds import Apart

FIELDS = {
    "title": "题目",
    "why": "为什么整治",
    "demands": "要改成什么样",
    "department": "牵头部门",
    "joint": "配合部门",
    "problem_category": "对应的问题类别",
    "work_from": "开始整治",
    "judged_from": "群众评价开始",
    "judged_until": "群众评价截止",
    "target_title": "目标",
    "target_metric": "按什么算",
    "target_goal": "目标值",
    "target_since": "起算日",
    "target_due_on": "期限",
}
"""What stands in a log → what it is called."""
STEP_NAMES = {
    Phase.COLLECTING: "征集",
    Phase.VOTE: "投票",
    Phase.NOT_CHOSEN: "未入选",
    Phase.PUBLISHED: "公布",
    Phase.UNDER_WAY: "整治",
    Phase.BEING_JUDGED: "群众评价",
    Phase.CLOSED: "结题",
}
"""What the steps on the line of time are called, whether they have come or not."""
_MOMENTS = {"work_from", "judged_from", "judged_until"}
_DAYS = {"target_since", "target_due_on"}


def apart_label(why: str) -> str:
    """Return why voices stand apart, in words, also of a count frozen long ago."""
    return glossary.label(Apart(why))


class StepState(StrEnum):
    """Where a phase stands on the line of time."""

    PAST = "past"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Step:
    """One phase. ``first``, ``last``: moments; None where they are not set."""

    phase: Phase
    state: StepState
    name: str
    first: datetime | None
    last: datetime | None = None


def steps_of(view: TopicView) -> tuple[Step, ...]:
    """Return the phases a topic passes, with their moments: those of a vote only where there is one."""
    topic, now = view.record, clock.now()
    found: list[tuple[Phase, datetime | None, datetime | None]] = []
    if view.pool is not None:
        found += [
            (Phase.COLLECTING, clock.at(view.pool.collecting_from, 0), view.pool.vote_opens_at),
            (Phase.VOTE, view.pool.vote_opens_at, view.pool.vote_closes_at),
        ]
    if topic.passed_over_at is not None:
        found.append((Phase.NOT_CHOSEN, topic.passed_over_at, None))
    else:
        found += [
            (Phase.PUBLISHED, topic.published_at, None),
            (Phase.UNDER_WAY, topic.work_from, topic.judged_from),
            (Phase.BEING_JUDGED, topic.judged_from, topic.judged_until),
            (Phase.CLOSED, topic.closed_at, None),
        ]
    return tuple(
        Step(phase, _state(phase, first, view.row.phase, now), STEP_NAMES[phase], first, last)
        for phase, first, last in found
    )


def said_value(field: str, value: Any) -> str:
    """Return in words what a log says stood in a field."""
    if value is None or value == "":
        return "没有写"
    if field in _MOMENTS:
        return moment_words(datetime.fromisoformat(value))
    if field in _DAYS:
        return cn_date(date.fromisoformat(value))
    if field == "department":
        return glossary.label(Department(value))
    if field == "problem_category":
        return glossary.label(ProblemCategory(value))
    if field == "target_metric":
        return glossary.label(TopicMetric(value))
    if field == "joint":
        return "、".join(glossary.label(Department(one)) for one in json.loads(value)) or "没有"
    return str(value)


def moment_words(moment: datetime) -> str:
    """Return 2026年4月1日（周三）9:00; the second where it is not the full minute's first."""
    local = moment.astimezone(clock.SHANGHAI)
    seconds = f":{local.second:02d}" if local.second else ""
    return f"{cn_date(local.date())}{local.hour}:{local.minute:02d}{seconds}"


def end_words(moment: datetime) -> str:
    """As ``moment_words``; the end of a day is its 24:00, which nobody takes for the morning."""
    local = moment.astimezone(clock.SHANGHAI)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{cn_date(date.fromordinal(local.toordinal() - 1))}24:00"
    return moment_words(moment)


def _state(phase: Phase, first: datetime | None, present: Phase, now: datetime) -> StepState:
    if phase is present:
        return StepState.NOW
    return StepState.PAST if first is not None and first <= now else StepState.AHEAD
