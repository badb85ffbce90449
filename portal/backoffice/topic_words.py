"""A topic's log in words: what changed, before and after."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.domain.day_words import cn_date
from portal.domain.permissions import Department
from portal.domain.topic_targets import TopicMetric
from portal.glossary import label
from portal.supervision.kinds import ProblemCategory
from portal.topics.kinds import TopicEvent, Verdict
from portal.topics.topic_models import TopicStep

_FIELDS = {
    "title": "整治什么",
    "why": "为什么",
    "demands": "要做到什么",
    "department": "牵头部门",
    "joint": "配合部门",
    "problem_category": "问题类别",
    "work_from": "开始整治",
    "judged_from": "评价开始",
    "judged_until": "评价截止",
    "target_title": "目标",
    "target_metric": "按什么算",
    "target_goal": "目标值",
    "target_since": "起算日",
    "target_due_on": "期限",
}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line. ``changes``: (what, before, after); ``said``: other facts in words."""

    event: TopicEvent
    at: datetime
    actor: str
    words: str | None
    said: tuple[str, ...]
    changes: tuple[tuple[str, str, str], ...]
    in_public: bool


def log_lines(steps: Sequence[TopicStep]) -> list[LogLine]:
    """Return the log, in the order given."""
    return [_line(one) for one in steps]


def _line(one: TopicStep) -> LogLine:
    said: dict[str, Any] = json.loads(one.said) if one.said else {}
    changes = tuple(
        (_FIELDS.get(each["field"], each["field"]), *_both(each)) for each in said.get("changes", ())
    )
    return LogLine(one.event, one.at, one.actor, one.words, tuple(_facts(said)), changes, one.in_public)


def _both(change: dict[str, Any]) -> tuple[str, str]:
    field = change["field"]
    return _shown(field, change["before"]), _shown(field, change["after"])


def _shown(field: str, value: Any) -> str:
    if value in (None, "", "[]"):
        return "（没有）"
    if field == "department":
        return label(Department(value))
    if field == "joint":
        return "、".join(label(Department(each)) for each in json.loads(value))
    if field == "problem_category":
        return label(ProblemCategory(value))
    if field == "target_metric":
        return label(TopicMetric(value))
    if field in ("work_from", "judged_from", "judged_until"):
        moment = datetime.fromisoformat(value)
        return f"{cn_date(moment.date())}{moment:%H:%M:%S}"
    if field in ("target_since", "target_due_on"):
        return cn_date(date.fromisoformat(value))
    return str(value)


def _facts(said: dict[str, Any]) -> Iterator[str]:
    yield from _named(said, (("target", "目标"), ("milestone", "节点"), ("document", "文件")))
    if "goal" in said:
        yield f"目标值：{said['goal']}"
    if "value" in said:
        out_of = f"，总数{said['out_of']}" if said.get("out_of") else ""
        unit = "" if said.get("unit") == "%" else said.get("unit", "")
        yield f"完成{said['value']}{unit}{out_of}，截至{cn_date(date.fromisoformat(said['as_of']))}"
    for name, words in (("due_on", "最晚"), ("done_on", "完成于")):
        if name in said:
            yield f"{words}{cn_date(date.fromisoformat(said[name]))}"
    if "conclusion" in said:
        yield f"结论：{label(Verdict(said['conclusion']))}"


def _named(said: dict[str, Any], names: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield from (f"{words}：{said[name]}" for name, words in names if name in said)
