"""The course of a problem as its page tells it: each step with its day, and the days in between (R20)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from portal.domain.day_words import cn_date
from portal.domain.rectification import ProblemEvent
from portal.domain.standing import working_days
from portal.domain.working_days import WorkingCalendar
from portal.glossary import label
from portal.supervision.kinds import TOLD_BY_THE_PUBLIC
from portal.supervision.queries.problem_page import ChainLink, ProblemView
from portal.supervision.queries.problems import ProblemRow

_E = ProblemEvent
_DUE = frozenset({_E.SERVE, _E.SET_DEADLINE, _E.EXTEND})
_ENDS = _DUE | {_E.CLEAR, _E.WITHDRAW_NOTICE}
"""What ends the running of a last day."""
_TITLES = {
    _E.ISSUE_NOTICE: ("order", "发出整改通知书"),
    _E.SERVE: ("order", "通知书送到"),
    _E.WITHDRAW_NOTICE: ("late", "通知书撤回"),
    _E.AMEND: ("order", "改了问题的程度"),
    _E.SET_DEADLINE: ("order", "定下期限"),
    _E.EXTEND: ("order", "期限延长"),
    _E.START: ("", "开始整改"),
    _E.SUBMIT: ("", "说改好了，等验收"),
    _E.REJECT: ("late", "验收不合格，接着改"),
    _E.CLEAR: ("good", "验收合格，销号"),
    _E.HAND_TO_ENFORCEMENT: ("late", "移交执法"),
    _E.LIST: ("late", "挂牌督办"),
    _E.DELIST: ("good", "摘牌"),
    _E.RECUR: ("again", "又出现了，重新登账"),
}


@dataclass(frozen=True, slots=True)
class CourseStep:
    """One step. ``sign``: empty, order, late, good, again, next: how it is drawn, beside what it says.

    ``since``: working days since the step before; None for the first, and where the calendar can't tell.
    """

    sign: str
    title: str
    on: date | None
    since: int | None = None
    line: str = ""
    notice: tuple[str, str] | None = None
    """Public id and number of the notice it is about."""
    problem: str | None = None
    """Public id of another entry that it leads to."""
    visit: str | None = None
    """Public id of the inspection."""
    strip: bool = False
    """True where the days to the last day are to be drawn."""
    month_alone: bool = False
    """True where the day may not be told: of what the public told of, the month of finding is enough."""


def course_of(view: ProblemView, calendar: WorkingCalendar, today: date) -> list[CourseStep]:
    """Return the course, oldest first: what happened, each last day that was missed, and what comes next.

    Of what the public told of, the day of finding is kept back, and with it every count from there: day,
    county and category together might tell who told (R32).
    """
    steps = _with_missed(view.chain, [_step(link, view) for link in view.chain], today)
    counted: list[CourseStep] = []
    before: date | None = None
    for step in steps:
        assert step.on is not None
        since = None if before is None else working_days(calendar, before, step.on)
        counted.append(replace(step, since=since))
        before = None if step.month_alone else step.on
    return [*counted, *_next(view, today)]


def keeps_day_back(row: ProblemRow) -> bool:
    """True of a problem whose day of finding is for the staff alone."""
    return row.origin in TOLD_BY_THE_PUBLIC


def _step(link: ChainLink, view: ProblemView) -> CourseStep:
    match link.event:
        case _E.ENTER:
            told = f"{label(view.row.origin)}，{label(view.row.department)}部门登账"
            line = told if link.deadline is None else f"{told}，最晚{cn_date(link.deadline)}改好"
            return CourseStep("", "查出问题", link.on, line=line, month_alone=keeps_day_back(view.row))
        case _E.RETURN_VISIT:
            again = bool(link.found_again)
            title = "回头看：问题又出现了" if again else "回头看：没有反弹"
            return CourseStep("again" if again else "good", title, link.on, visit=link.visit)
    sign, title = _TITLES[link.event]
    notice = (link.notice, link.notice_number or "") if link.notice else None
    served = link.event is _E.SERVE and view.row.deadline is not None
    return CourseStep(
        sign, title, link.on, line=_line(link, view), notice=notice, problem=link.problem, strip=served
    )


def _line(link: ChainLink, view: ProblemView) -> str:
    if link.severity is not None:
        return f"原来是{label(link.severity[0])}，改成{label(link.severity[1])}"
    if link.event is _E.WITHDRAW_NOTICE:
        return "这份通知书不再算数，原来的期限也不算了"
    if link.event is _E.EXTEND and link.before and link.deadline:
        return f"原来是{cn_date(link.before)}，改到{cn_date(link.deadline)}"
    if link.event in _DUE and link.deadline:
        return f"最晚{cn_date(link.deadline)}改好"
    if link.event is _E.LIST and link.to:
        until = f"，最晚{cn_date(view.listed_until)}改好" if view.listed_until else ""
        return f"{link.to}挂牌{until}"
    if link.event is _E.HAND_TO_ENFORCEMENT and link.to:
        return f"交给{link.to}处理，问题仍要改好"
    if link.event is _E.CLEAR and view.total_days is not None and not keeps_day_back(view.row):
        return f"从查出到销号，用了{view.total_days}个工作日"
    return ""


def _with_missed(
    chain: Sequence[ChainLink], steps: Sequence[CourseStep], today: date
) -> Sequence[CourseStep]:
    """Return the steps with one more for each last day that ran out while nothing had been put right."""
    missed = sorted(_missed(chain, today))
    if not missed:
        return steps
    found: list[CourseStep] = []
    for step in steps:
        while missed and step.on is not None and missed[0] < step.on:
            found.append(_over(missed.pop(0)))
        found.append(step)
    return [*found, *map(_over, missed)]


def _over(deadline: date) -> CourseStep:
    line = f"{cn_date(deadline)}是最后一天"
    return CourseStep("late", "期限过了，没有改好", deadline + timedelta(days=1), line=line)


def _missed(chain: Sequence[ChainLink], today: date) -> Iterator[date]:
    """Yield the last days that passed before they were changed and before the problem was cleared."""
    current: date | None = None
    for link in chain:
        if current is not None and link.event in _ENDS and link.on > current:
            yield current
            current = None
        if link.deadline is not None and (link.event in _DUE or link.event is _E.ENTER):
            current = link.deadline
        if link.event in (_E.CLEAR, _E.WITHDRAW_NOTICE):
            current = None
    if current is not None and current < today:
        yield current


def _next(view: ProblemView, today: date) -> Iterator[CourseStep]:
    row = view.row
    if not row.open:
        return
    if view.chain and view.chain[-1].event is _E.SUBMIT:
        yield CourseStep("next", "等验收", None, line="另一个人看过照片或者现场，合格了才销号")
    elif row.deadline is not None and row.deadline >= today:
        yield CourseStep("next", "等改好", None, line=f"最后一天是{cn_date(row.deadline)}")
    else:
        said = "还没有定期限" if row.deadline is None else "期限过了，仍然要改好"
        yield CourseStep("next", "等改好", None, line=said)
