"""Rectification notices: the list by what is due first, as a file, and what of them waits for whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import render_template, url_for

from portal import clock
from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.notice_list import GROUPS, Asked, address_of, asked, in_words, selects
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import PER_PAGE, table_page
from portal.domain.permissions import Capability
from portal.extensions import limiter
from portal.reference.directory import region_directory
from portal.supervision.kinds import NoticeState
from portal.supervision.queries.notices import MOST, NoticeChoice, NoticeRow, every_notice, list_notices
from portal.supervision.service.rights import other_reviewer

_FIRST = 5
_MOST_EXPORTED = 20_000


@blueprint.get("/notices")
@staff(Capability.SEE_SUPERVISION)
def notices() -> str:
    """List the notices within reach, those due first in front."""
    who, today = the_caller(), clock.today()
    now = asked(who)
    found, total = list_notices(now.choice, who.scope, today, now.offset, PER_PAGE)
    page = table_page(min(total, MOST))
    if page.offset != now.offset:  # past the end
        found, _ = list_notices(now.choice, who.scope, today, page.offset, PER_PAGE)
    return render_template(
        "backoffice/notices.html",
        rows=found,
        page_of=page,
        total_words=f"{MOST:,}多" if total > MOST else f"{total:,}",
        capped=total > MOST,
        group=now.group,
        groups={name: title for name, (title, _) in GROUPS.items()},
        narrowed=now.narrowed,
        kept=now.kept,
        selects=selects(now, who),
        text=now.choice.text,
        here=_here(now),
        region=region_directory().label,
        keeps=who.allows(Capability.KEEP_SUPERVISION),
    )


@blueprint.get("/notices.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_SUPERVISION)
def notices_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file."""
    who = the_caller()
    now = asked(who)
    table = Table(
        "整改通知书",
        (
            "文号", Column("标题", width=36), Column("发给谁", width=32), "区县", "部门", "状态", "问题个数",
            "没改好的个数", "最重的", "发出日期", "送达日期", "整改期限", "延长过", "逾期", "超期工作日",
            "都改好的日期", "后来又出现", "已公开", "起草",
        ),
        _exported(every_notice(now.choice, who.scope, clock.today(), _MOST_EXPORTED)),
        "各部门发出的整改通知书",
        in_words(now),
        (f"最多{_MOST_EXPORTED}份；更多时请先筛选。",),
    )  # fmt: skip
    return export(table, file_format)


@queue(Capability.REVIEW_SUPERVISION)
def _to_review(who: Identity, today: date) -> Queue | None:
    """Bring the drafts that wait for a second pair of eyes."""
    found, total = _some(who, today, notice_state=NoticeState.SUBMITTED)
    theirs = [one for one in found if not _is_for_another(one, who)]
    return _queue("等您审核的整改通知书", "submitted", theirs, total - len(found) + len(theirs))


@queue(Capability.KEEP_SUPERVISION)
def _to_mend(who: Identity, today: date) -> Queue | None:
    """Bring the drafts that a reviewer gave back."""
    found, total = _some(who, today, notice_state=NoticeState.RETURNED)
    return _queue("审核退回的整改通知书", "returned", found, total)


@queue(Capability.KEEP_SUPERVISION)
def _to_serve(who: Identity, today: date) -> Queue | None:
    """Bring what was issued and has not reached anybody: no deadline runs."""
    found, total = _some(who, today, unserved=True)
    return _queue("发出了还没送达的整改通知书", "unserved", found, total)


@queue(Capability.REVIEW_SUPERVISION)
def _to_publish(who: Identity, today: date) -> Queue | None:
    """Bring what was issued and is not public (R21)."""
    found, total = _some(who, today, notice_state=NoticeState.ISSUED, published=False)
    return _queue("发出了还没公开的整改通知书", "unpublished", found, total)


def _some(who: Identity, today: date, **choice: Any) -> tuple[list[NoticeRow], int]:
    return list_notices(NoticeChoice(department=who.scope.department, **choice), who.scope, today, 0, _FIRST)


def _queue(title: str, group: str, found: list[NoticeRow], total: int) -> Queue:
    first = tuple(
        Waiting(
            f"{one.home.name}：{one.number or one.title}",
            url_for("backoffice.notice", public_id=one.public_id),
            None,
            region_directory().label(one.region_code),
        )
        for one in found
    )
    return Queue(title, url_for("backoffice.notices", state=group), min(total, MOST), first)


def _is_for_another(one: NoticeRow, who: Identity) -> bool:
    """True for a draft of one's own, which somebody else is to issue."""
    return one.drafted_staff_id == who.staff_id and other_reviewer(
        one.department, one.region_code, who.staff_id
    )


def _here(now: Asked) -> Any:
    return lambda endpoint="backoffice.notices", **changes: address_of(now, endpoint, **changes)


def _exported(found: Iterator[NoticeRow]) -> Iterator[tuple[object, ...]]:
    for one in found:
        yield (
            one.number, one.title, one.home.name, one.region_label, one.department, one.state, one.problems,
            one.still_open, one.severity, one.issued_on, one.served_on, one.deadline,
            one.deadline_version > 1, one.overdue, one.days.over or None, one.cleared_on, one.recurred,
            one.published, one.drafted_by,
        )  # fmt: skip
