"""Rectification notices in public (R21): who was told to put what right, and whether it was done."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, render_template, request, url_for

from portal import clock
from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.domain.permissions import Department
from portal.domain.standing import Standing
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.formatting import absolute, labels
from portal.public.list_choices import enum_choice, query_without, region_choice
from portal.public.page_cache import kept_in_memory
from portal.public.paging import address_of, address_with, page_number, paginate
from portal.public.rectification_feeds import feeds
from portal.public.sections import blueprint
from portal.supervision.kinds import DEPARTMENTS, ProblemCategory, Severity
from portal.supervision.queries.notice_facets import notice_facets
from portal.supervision.queries.notices import (
    MOST,
    NoticeChoice,
    NoticeSort,
    every_notice,
    list_notices,
    notices_on_page,
)

_PER_PAGE = 20
_MOST_ROWS = 20_000
_MOST_TYPED = 60
STATES = {
    Standing.OPEN: "还没改好",
    Standing.OVERDUE: "逾期没改好",
    Standing.CLEARED: "已销号",
    Standing.LATE: "超期才改好",
    Standing.RECURRED: "后来又出现",
}
"""Where a notice stands → what the list calls it, in the order of the page."""
SORTS = {NoticeSort.NEWEST: "最新发出", NoticeSort.DEADLINE: "先到期的"}
_HEADER = (
    "文号", "机构名称", "机构编号", "所在地区", "发出部门", "标题", "几个问题", "什么问题", "类别",
    "最严重的", "发出日期", "送达日期", "整改期限", "现在怎样", "逾期或晚了（工作日）", "销号日期",
    "后来又出现", "网址",
)  # fmt: skip


@blueprint.get("/notices")
@kept_in_memory
@anyone
def notices() -> str:
    """List the notices that match, newest first: whose, about what, and whether it was put right in time."""
    choice, today = _choice(), clock.today()
    offset = min((page_number() - 1) * _PER_PAGE, MOST)
    facets = notice_facets(choice, today)
    if choice.text:
        rows, total = list_notices(choice, PUBLIC, today, offset, _PER_PAGE)
    else:  # counted already, beside the filters
        rows, total = notices_on_page(choice, PUBLIC, today, offset, _PER_PAGE), facets.total
    pager = paginate(min(total, MOST), _PER_PAGE)
    if pager.offset != offset:  # past the end: the last page is what is left of the list
        rows = notices_on_page(choice, PUBLIC, today, pager.offset, _PER_PAGE)
    region = facets.regions.chosen
    return render_template(
        "public/notices.html",
        choice=choice,
        rows=rows,
        pager=pager,
        more=total > MOST,
        most=MOST,
        facets=facets,
        states=STATES,
        sorts=SORTS,
        severities=(Severity.MAJOR, Severity.SERIOUS, Severity.MINOR),
        address_with=address_with,
        csv_url=address_of("public.notices_csv", query_without("page")),
        feeds=feeds(region, facets.regions.chosen_label or ""),
    )


@blueprint.get("/notices.csv")
@anyone
@made_once
def notices_csv() -> Response:
    """Download every notice that matches."""
    return csv_response(f"整改通知书-{clock.today().isoformat()}", _HEADER, _rows(_choice()))


def _choice() -> NoticeChoice:
    department = enum_choice("department", Department)
    return NoticeChoice(
        region=region_choice(),
        department=department if department in DEPARTMENTS else None,
        state=enum_choice("state", Standing),
        category=enum_choice("category", ProblemCategory),
        severity=enum_choice("severity", Severity),
        text=request.args.get("q", "").strip()[:_MOST_TYPED],
        sort=enum_choice("sort", NoticeSort) or NoticeSort.NEWEST,
    )


def _rows(choice: NoticeChoice) -> Iterator[tuple[object, ...]]:
    for row in every_notice(choice, PUBLIC, clock.today(), _MOST_ROWS):
        yield (
            row.number, row.home.name, row.home.institution, row.region_label, row.department, row.title,
            row.problems, "；".join(row.titles), labels(row.categories), row.severity,
            row.issued_on, row.served_on, row.deadline, STATES[row.days.standing], row.days.over or None,
            row.cleared_on, row.recurred, absolute(url_for("public.notice", public_id=row.public_id)),
        )  # fmt: skip
