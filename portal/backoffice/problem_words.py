"""What is said of a problem in words: what comes next, and what each line of its log tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.backoffice.record_words import day_words
from portal.domain.rectification import ProblemEvent, ProblemStatus
from portal.domain.response_clock import local_day
from portal.glossary import label
from portal.supervision.kinds import TOLD_BY_THE_PUBLIC, NoticeState, PhotoStage, ServiceMethod
from portal.supervision.problem_models import Problem
from portal.supervision.queries import problem_log
from portal.supervision.queries.problem_page import NoticeLink, ProblemView

_STANDS = {
    ProblemStatus.ENTERED: "已登账，还没有发整改通知书",
    ProblemStatus.NOTICE_ISSUED: "整改通知书已经发出",
    ProblemStatus.IN_PROGRESS: "正在整改",
    ProblemStatus.SUBMITTED: "说改好了，等着验收",
    ProblemStatus.CLEARED: "已销号",
    ProblemStatus.ENFORCEMENT: "已移交执法，问题仍要整改",
    ProblemStatus.VOID: "已撤销登账，不计入统计",
}
_CHANGED = {
    "category": "类别", "severity": "轻重", "criterion": "判定标准", "basis": "违反的规定", "title": "标题",
    "description": "详细情况", "responsible": "整改责任单位", "measure": "整改措施",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log as the page shows it."""

    event: ProblemEvent
    at: datetime
    on: date | None
    """The day it happened, where that is another than the day it was entered."""
    actor: str
    said: str
    words: str | None
    link: tuple[str, str] | None
    """Of a notice or a problem that the line is about: the kind, and what its address holds."""


def standing_words(problem: Problem) -> str:
    """Return how the problem stands."""
    return _STANDS[problem.status]


def notice_of(view: ProblemView) -> NoticeLink | None:
    """Return the notice that holds the problem now, or the draft of one."""
    return next((one for one in view.notices if one.public_id == view.row.notice), None)


def next_lines(problem: Problem, view: ProblemView, *, reviews: bool) -> list[str]:
    """Return what has to be known before the next step."""
    found, notice = [], notice_of(view)
    if is_unwritten(view):
        found.append(
            "这是群众反映查实以后自动登的账，只写了是哪方面的事。先写明问题、依据和整改措施，再发通知。"
        )
    if notice is not None and notice.state in (NoticeState.DRAFT, NoticeState.RETURNED):
        found.append("整改通知书正在起草，还没有交审核。")
    elif notice is not None and notice.state is NoticeState.SUBMITTED:
        found.append("整改通知书已交审核，等着发出。")
    elif notice is not None and notice.state is NoticeState.ISSUED and problem.deadline is None:
        found.append("整改通知书已经发出，还没有登记送达：期限从送达那天算。")
    elif problem.status is ProblemStatus.ENTERED:
        found.append("轻微的，直接定期限；要书面通知的，起草整改通知书，同一家的几个问题可以写在一份里。")
    if problem.status is ProblemStatus.SUBMITTED:
        found.append(
            "凭整改后的照片，或者去现场看过，才能销号。提请验收的人不能自己验收。"
            if reviews
            else "等审核人员验收。整改后的照片可以现在添加。"
        )
    if problem.first_entry_id is not None:
        found.append("这个问题以前销过号，又出现了。")
    if problem.listed_on is not None and problem.delisted_on is None:
        until = "" if problem.listed_until is None else f"，限{day_words(problem.listed_until)}以前消除"
        found.append(f"{problem.listed_by}挂牌督办{until}。")
    return found


def is_unwritten(view: ProblemView) -> bool:
    """True while nobody has put into words what the public told of: nothing of that goes into a notice."""
    return view.row.origin in TOLD_BY_THE_PUBLIC and all(
        line.event is ProblemEvent.ENTER for line in view.log
    )


def log_lines(view: ProblemView, names: Mapping[int, str]) -> list[LogLine]:
    """Return the log, newest first. ``names``: of members of staff by id."""
    return [
        LogLine(
            line.event,
            line.at,
            line.on if line.on != local_day(line.at) else None,
            _who(line, names),
            "；".join(
                filter(None, (_SAID[name](value) for name, value in line.said.items() if name in _SAID))
            ),
            line.words,
            _link(line),
        )
        for line in reversed(view.log)
    ]


def said_words(said: Mapping[str, Any]) -> str:
    """Return what a line says beside its event, in words. What another version wrote is left out."""
    return "；".join(_SAID[name](value) for name, value in said.items() if name in _SAID)


def _who(line: problem_log.LogLine, names: Mapping[int, str]) -> str:
    name = None if line.staff_id is None else names.get(line.staff_id)
    return f"{line.actor}（{name}）" if name else line.actor


def _link(line: problem_log.LogLine) -> tuple[str, str] | None:
    if "notice" in line.said:
        return "notice", str(line.said["notice"])
    if line.event is ProblemEvent.RECUR and "problem" in line.said:
        return "problem", str(line.said["problem"])
    return None


def _day(value: Any) -> str:
    return day_words(date.fromisoformat(str(value)))


_SAID: dict[str, Callable[[Any], str]] = {
    "deadline": lambda value: f"最晚{_day(value)}",
    "before": lambda value: f"原来是{_day(value)}",
    "changed": lambda value: "改了公开的内容" if value is True else "改了" + "、".join(
        _CHANGED.get(one, "") for one in value
    ),
    "number": lambda value: str(value),
    "how": lambda value: label(ServiceMethod(value)),
    "to": lambda value: f"移交给{value}",
    "by": lambda value: f"{value}挂牌",
    "until": lambda value: f"限{_day(value)}以前消除",
    "stage": lambda value: f"{label(PhotoStage(value))}的照片",
    "found_again": lambda value: "问题又出现了" if value else "没有再出现",
}  # fmt: skip
