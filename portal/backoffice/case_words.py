"""What is said of a complaint in words: how it stands, what comes next, what each line of its log tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal import clock
from portal.backoffice.case_deeds import Deed
from portal.backoffice.record_words import day_words
from portal.complaints.kinds import Channel, DraftKind, Finding, Rating, WhyExcluded
from portal.complaints.queries.case_page import CaseView, LineView
from portal.complaints.queries.clock_view import RoundView
from portal.domain.case_status import CaseEvent, CaseStatus
from portal.glossary import label

_STANDS = {
    CaseStatus.LODGED: "还没有决定是否受理",
    CaseStatus.ACCEPTED: "已受理，等着交给承办人",
    CaseStatus.ASSIGNED: "已交给承办人",
    CaseStatus.IN_PROGRESS: "正在办理",
    CaseStatus.WAITING: "等投诉人回答问题",
    CaseStatus.REPLIED: "已答复，等投诉人评价",
    CaseStatus.CLOSED: "已办结，没有要做的了",
    CaseStatus.NOT_ACCEPTED: "不予受理，没有要做的了",
    CaseStatus.REOPENED: "投诉人要求再办一次",
    CaseStatus.WITHDRAWN: "投诉人已撤回，没有要做的了",
}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log as the page shows it."""

    event: CaseEvent
    at: datetime
    actor: str
    """Place, department and role; with the name, for those who handle the case."""
    by_citizen: bool
    to_citizen: bool
    said: str
    words: str | None


def standing_words(view: CaseView) -> str:
    """Return how the case stands, where nothing is the reader's to do next."""
    return _STANDS[view.status]


def next_lines(view: CaseView, lead: Deed | None, handles: bool) -> list[str]:
    """Return what has to be known before the next step."""
    if not handles:
        return []
    found = []
    last = view.rounds[-1]
    if view.status is CaseStatus.WAITING:
        found.append("投诉人回答以后，或者满10个工作日没有回答，接着办理。不用再等的，可以直接答复。")
    if view.status is CaseStatus.LODGED and lead is not None:
        found.append("不归我们管的，从下面“转给别的部门或地区”转走；不予受理由审核人员决定。")
    if view.rating is Rating.UNSATISFIED and view.status in (CaseStatus.REPLIED, CaseStatus.CLOSED):
        found.append("投诉人不满意，可能会要求再办一次。")
    if view.merged_into is not None and not view.merged_into.open:
        found.append("这件原来和另一件一起办；那件已经了结，不会再带上这一件，请单独答复。")
    elif view.merged_into is not None:
        found.append("这件和另一件一起办：答复主件，这一件也会收到同样的答复，各算各的期限。")
    open_ones = sum(1 for one in view.merged if one.open)
    if open_ones and last.final.answered_at is None:
        found.append(f"答复会同时发给并进来的{open_ones}件，不能写任何一位投诉人的姓名、电话、住址。")
    return found


def final_days(one: RoundView) -> int:
    """Return how many working days the final answer has, without an extension; 0 if that is not told."""
    strip = one.final.strip
    return 0 if strip is None else strip.working_days - strip.extension


def log_lines(view: CaseView) -> list[LogLine]:
    """Return the log, newest first."""
    return [
        LogLine(
            line.event,
            line.at,
            "投诉人" if line.by_citizen else _who(line),
            line.by_citizen,
            line.to_citizen,
            _said(line, view),
            line.words,
        )
        for line in reversed(view.lines)
    ]


def _who(line: LineView) -> str:
    return f"{line.actor}（{line.staff}）" if line.staff else line.actor


def _said(line: LineView, view: CaseView) -> str:
    """Return what is nobody's secret, in words. What another version of the portal wrote is left out."""
    found = (words(value, line.said, view) for name, value in line.said.items() if (words := _SAID.get(name)))
    return "；".join(filter(None, found))


def _moved(value: Any, said: dict[str, Any], _view: CaseView) -> str:
    to = str(said.get("to", ""))
    if not _is_moment(to):
        return f"从{value}转到{to}"
    return f"登记的时间：{_moment(str(value))}；改为：{_moment(to)}"


def _given_to(value: Any, said: dict[str, Any], view: CaseView) -> str:
    """Of an assignment: to whom, by name for those who handle the case. A transfer tells it with ``from``."""
    if "staff_id" not in said:
        return ""
    name = view.names.get(said["staff_id"])
    return f"交给{value}（{name}）" if name else f"交给{value}"


def _named(value: Any, view: CaseView) -> str:
    return view.names.get(value, "一位工作人员")


def _recounted(what: str) -> Callable[[Any, dict[str, Any], CaseView], str]:
    def words(value: Any, _said: dict[str, Any], _view: CaseView) -> str:
        before, after = (date.fromisoformat(one) for one in value)
        return f"{what}的最后一天从{day_words(before)}改为{day_words(after)}"

    return words


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text).astimezone(clock.SHANGHAI)
    return f"{day_words(moment.date())} {moment:%H:%M}"


_SAID: dict[str, Callable[[Any, dict[str, Any], CaseView], str]] = {
    "staff_named": lambda *_: "投诉人说，写的事里提到了经办的人",
    "from": _moved,
    "to": _given_to,
    "paused": lambda value, *_: "等回答的时候办理期限暂停" if value else "办理期限照走",
    "days": lambda value, *_: f"延长{value}个工作日",
    "due": lambda value, *_: f"最晚{day_words(date.fromisoformat(value))}",
    "case": lambda *_: "并到另一件，或从另一件分开",
    "with": lambda *_: "另一件并了进来",
    "excluded": lambda value, _, view: f"{_named(value, view)}回避",
    "why": lambda value, said, _: label(WhyExcluded(value)) if "excluded" in said else str(value),
    "reason": lambda value, _, view: str(value) if view.reads else "",
    "changed": lambda value, *_: "改了公开的内容" if value else "",
    "readmitted": lambda value, _, view: f"取消{_named(value, view)}的回避",
    "clue_received": lambda *_: "纪检收到了线索",
    "kind": lambda value, *_: label(DraftKind(value)),
    "taken_back": lambda value, *_: "写的人自己撤回" if value else "",
    "finding": lambda value, *_: label(Finding(value)),
    "together": lambda value, *_: "和主件一起答复" if value else "",
    "rating": lambda value, *_: label(Rating(value)),
    "files": lambda value, *_: f"附{value}个文件",
    "channel": lambda value, *_: f"投诉人说的（{label(Channel(value))}），由工作人员代记",
    "consent": lambda *_: "投诉人不再同意公开",
    "urgent": lambda value, *_: "紧急" if value else "不紧急",
    "first": _recounted("首次答复"),
    "final": _recounted("办理答复"),
}
