"""Visits (检查): the list by what is due first, as a file, and what of them waits for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import render_template, url_for

from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.inspection_list import GROUPS, Asked, address_of, asked, in_words, selects
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import PER_PAGE, table_page
from portal.domain.permissions import Capability
from portal.extensions import limiter
from portal.glossary import label
from portal.supervision.queries.inspection_finds import NOTHING_FOUND, found_counts
from portal.supervision.queries.inspections import (
    MOST,
    InspectionChoice,
    InspectionGroup,
    InspectionRow,
    inspection_page,
)

_FIRST = 5


@blueprint.get("/inspections")
@staff(Capability.SEE_SUPERVISION)
def inspections() -> str:
    """List the visits within reach: those to be made by their last day, those made the latest first."""
    who = the_caller()
    now = asked(who)
    found, total = inspection_page(now.choice, who.scope, now.offset, PER_PAGE)
    page = table_page(min(total, MOST))
    if page.offset != now.offset:  # past the end
        found, _ = inspection_page(now.choice, who.scope, page.offset, PER_PAGE)
    return render_template(
        "backoffice/inspections.html",
        rows=found,
        finds=found_counts([one.id for one in found], who.scope),
        nothing=NOTHING_FOUND,
        page_of=page,
        total_words=f"{MOST:,}多" if total > MOST else f"{total:,}",
        capped=total > MOST,
        group=now.group,
        groups={name: title for name, (title, _) in GROUPS.items()},
        narrowed=now.narrowed,
        kept=now.kept,
        turnable=now.turnable,
        oldest_first=now.choice.oldest_first,
        selects=selects(now, who, who.scope),
        text=now.choice.text,
        here=_here(now),
        keeps=who.allows(Capability.KEEP_SUPERVISION),
    )


@blueprint.get("/inspections.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_SUPERVISION)
def inspections_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file."""
    who = the_caller()
    now = asked(who)
    found, total = inspection_page(now.choice, who.scope, 0, MOST)
    table = Table(
        "检查",
        (
            "编号", "种类", Column("查什么事", width=24), Column("机构", width=32), "区县", "牵头部门",
            Column("参加的部门", width=24), "最晚哪天去", "过期没去", "哪天去的", "结果", "登记的问题",
            "还没改好的问题", "问题又出现", Column("检查情况", width=60), "已公开",
        ),
        _exported(found, who),
        "各部门登记的检查",
        in_words(now),
        (
            f"最多{MOST}次；更多时请先筛选。" + (f"这一次符合条件的超过{MOST}次。" if total > MOST else ""),
        ),
    )  # fmt: skip
    return export(table, file_format)


@queue(Capability.SEE_SUPERVISION)
def _planned(who: Identity, today: date) -> Queue | None:
    """Bring the visits that are planned and not made, by their last day."""
    found = _queue("排好了、还没去的检查", who, {}, InspectionGroup.PLANNED)
    _, late = inspection_page(
        InspectionChoice(group=InspectionGroup.OVERDUE, department=who.scope.department), who.scope, 0, 1
    )
    return replace(found, overdue=min(late, MOST))


@queue(Capability.REVIEW_SUPERVISION)
def _to_publish(who: Identity, today: date) -> Queue | None:
    """Bring the visits that were made and that nobody reads of yet."""
    return _queue("等您公开的检查", who, {"state": "to_publish"}, InspectionGroup.TO_PUBLISH)


def _queue(title: str, who: Identity, query: dict[str, Any], group: InspectionGroup) -> Queue:
    """Return a queue of what the caller's department keeps."""
    department = who.scope.department
    choice = InspectionChoice(group=group, department=department)
    found, total = inspection_page(choice, who.scope, 0, _FIRST)
    own: dict[str, Any] = {} if department is None else {"department": department.value}
    first = tuple(
        Waiting(
            f"{label(one.kind)}：{one.home.name}",
            url_for("backoffice.inspection", public_id=one.public_id),
            one.planned_by if one.visited_on is None else None,
            one.region,
        )
        for one in found
    )
    return Queue(title, url_for("backoffice.inspections", **query, **own), min(total, MOST), first)


def _here(now: Asked) -> Any:
    return lambda endpoint="backoffice.inspections", **changes: address_of(now, endpoint, **changes)


def _exported(rows: Sequence[InspectionRow], who: Identity) -> Iterator[tuple[object, ...]]:
    finds = found_counts([one.id for one in rows], who.scope)
    for one in rows:
        count = finds.get(one.id, NOTHING_FOUND)
        yield (
            one.public_id, one.kind, one.theme, one.home.name, one.region, one.department,
            "、".join(label(each) for each in one.departments), one.planned_by, one.overdue, one.visited_on,
            one.result, count.total, count.open, one.found_again, one.summary, one.public,
        )  # fmt: skip
