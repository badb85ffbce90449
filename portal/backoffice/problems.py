"""Problems (问题台账): the list by what is due first, as a file, and what of them waits for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import render_template, url_for

from portal import clock
from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.problem_list import (
    GROUPS,
    TICKS,
    Asked,
    address_of,
    asked,
    in_words,
    origin_words,
    selects,
)
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import PER_PAGE, table_page
from portal.domain.permissions import Capability
from portal.domain.rectification import ProblemStatus
from portal.domain.standing import Standing
from portal.extensions import limiter
from portal.reference.directory import region_directory
from portal.supervision.kinds import Severity
from portal.supervision.queries.problems import (
    MOST,
    ProblemChoice,
    ProblemRow,
    ProblemSort,
    list_problems,
)

_FIRST = 5


@blueprint.get("/problems")
@staff(Capability.SEE_SUPERVISION)
def problems() -> str:
    """List the problems within reach, those due first in front."""
    who, today = the_caller(), clock.today()
    now = asked(who)
    found, total = list_problems(now.choice, who.scope, today, now.offset, PER_PAGE)
    page = table_page(min(total, MOST))
    if page.offset != now.offset:  # past the end
        found, _ = list_problems(now.choice, who.scope, today, page.offset, PER_PAGE)
    return render_template(
        "backoffice/problems.html",
        rows=found,
        page_of=page,
        total_words=f"{MOST:,}多" if total > MOST else f"{total:,}",
        capped=total > MOST,
        group=now.group,
        groups={name: title for name, (title, _, _) in GROUPS.items()},
        ticks={name: (title, name in now.query) for name, title in TICKS.items()},
        narrowed=now.narrowed,
        kept=now.kept,
        selects=selects(now, who),
        text=now.choice.text,
        here=_here(now),
        home=now.home,
        region=region_directory().label,
        keeps=who.allows(Capability.KEEP_SUPERVISION),
    )


@blueprint.get("/problems.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_SUPERVISION)
def problems_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file."""
    who = the_caller()
    now = asked(who)
    found, total = list_problems(now.choice, who.scope, clock.today(), 0, MOST)
    table = Table(
        "问题台账",
        (
            "编号", Column("问题", width=36), Column("机构", width=32), "区县", "部门", "类别", "轻重",
            "怎么发现的", "发现日期", "状态", "整改期限", "逾期", "还剩工作日", "超期工作日", "销号日期",
            "以前销过号", "后来又出现", "挂牌督办", "整改通知书", "已公开",
        ),
        _exported(found),
        "各部门登账的问题",
        in_words(now),
        (
            f"最多{MOST}个；更多时请先筛选。" + (f"这一次符合条件的超过{MOST}个。" if total > MOST else ""),
        ),
    )  # fmt: skip
    return export(table, file_format)


@queue(Capability.SEE_SUPERVISION)
def _overdue(who: Identity, today: date) -> Queue | None:
    """Bring what should have been put right by now."""
    found = _queue("逾期没改好的问题", who, today, {"state": "overdue"}, state=Standing.OVERDUE)
    return replace(found, overdue=found.count)


@queue(Capability.REVIEW_SUPERVISION)
def _to_accept(who: Identity, today: date) -> Queue | None:
    """Bring what is said to be put right and waits to be looked at."""
    return _queue("等您验收的问题", who, today, {"state": "submitted"}, status=ProblemStatus.SUBMITTED)


@queue(Capability.SEE_SUPERVISION)
def _major(who: Identity, today: date) -> Queue | None:
    """Bring the major hazards that are still there: their number has to come to nought (R25)."""
    return _queue(
        "没消除的重大隐患", who, today, {"severity": "major"}, state=Standing.OPEN, severity=Severity.MAJOR
    )


@queue(Capability.KEEP_SUPERVISION)
def _without_notice(who: Identity, today: date) -> Queue | None:
    """Bring what was entered and is in no notice, nor in a draft of one."""
    return _queue(
        "登了账、还没发通知的问题", who, today, {"state": "entered", "free": "1"},
        status=ProblemStatus.ENTERED, without_notice=True,
    )  # fmt: skip


def _queue(title: str, who: Identity, today: date, query: dict[str, str], **choice: Any) -> Queue:
    """Return a queue of what the caller keeps; whoever only watches watches every department's."""
    department = who.scope.department
    asked_for = ProblemChoice(department=department, sort=ProblemSort.DEADLINE, **choice)
    found, total = list_problems(asked_for, who.scope, today, 0, _FIRST)
    parts: dict[str, Any] = query if department is None else {**query, "department": department.value}
    first = tuple(
        Waiting(
            f"{one.title}：{one.home.name}",
            url_for("backoffice.problem", public_id=one.public_id),
            one.deadline,
            region_directory().label(one.region_code),
        )
        for one in found
    )
    address = url_for("backoffice.problems", **parts)
    return Queue(title, address, min(total, MOST), first, sum(one.overdue for one in found))


def _here(now: Asked) -> Any:
    return lambda endpoint="backoffice.problems", **changes: address_of(now, endpoint, **changes)


def _exported(found: Sequence[ProblemRow]) -> Iterator[tuple[object, ...]]:
    for one in found:
        owed = one.open and one.deadline is not None
        yield (
            one.number, one.title, one.home.name, one.region_label, one.department, one.category,
            one.severity, origin_words(one.origin), one.found_on, one.status, one.deadline, one.overdue,
            one.days.left if owed else None, one.days.over if owed else None, one.cleared_on, one.again,
            one.recurred, one.listed, one.notice_number, one.published,
        )  # fmt: skip
