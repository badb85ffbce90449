"""Suspension, closure, merger and conversion notices (关停公告, R12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response, abort, render_template

from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.institutions.models import ClosureKind
from portal.institutions.queries.closures import (
    NoticeChoice,
    NoticeView,
    closure_notice,
    closure_notices,
    notice_sources,
)
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.list_choices import enum_choice, number_choice, query_without, region_choice
from portal.public.paging import address_of, address_with, paginate
from portal.public.sections import blueprint

_PER_PAGE = 20
_HEADER = [
    "公告编号",
    "类型",
    "机构名称",
    "机构编号",
    "所在地区",
    "公告日期",
    "生效日期",
    "公告的恢复日期",
    "原因",
    "转移安置老人数",
    "老人去向",
    "接收机构",
    "接收机构编号",
    "咨询单位及电话",
    "来源",
    "数据日期",
]


@blueprint.get("/closures")
@anyone
def closures() -> str:
    """List the notices, newest first."""
    choice = _choice()
    found = closure_notices(choice, PUBLIC)
    pager = paginate(len(found.notices), _PER_PAGE)
    notices = pager.of(found.notices)
    return render_template(
        "public/closures.html",
        choice=choice,
        found=found,
        pager=pager,
        notices=notices,
        sources=notice_sources(notices),
        address_with=address_with,
        csv_url=address_of("public.closures_csv", query_without("page")),
    )


@blueprint.get("/closures.csv")
@anyone
@made_once
def closures_csv() -> Response:
    """Download every notice that matches."""
    found = closure_notices(_choice(), PUBLIC)
    return csv_response("养老机构关停公告", _HEADER, _rows(found.notices))


@blueprint.get("/closures/<public_id>")
@anyone
def closure(public_id: str) -> str:
    """Show one notice: why, from when, where the residents went, whom to ask."""
    notice = closure_notice(public_id, PUBLIC)
    if notice is None:
        abort(404)
    source = notice_sources([notice]).get(notice.id)
    return render_template("public/closure.html", notice=notice, source=source)


def _choice() -> NoticeChoice:
    return NoticeChoice(
        enum_choice("kind", ClosureKind), region_choice(), number_choice("year", least=1949, most=2999)
    )


def _rows(notices: Sequence[NoticeView]) -> Iterator[tuple[object, ...]]:
    sources = notice_sources(notices)
    for notice in notices:
        source = sources.get(notice.id)
        yield (
            notice.public_id,
            notice.kind,
            notice.home.name,
            notice.home.public_id,
            notice.home.region_label,
            notice.announced_on,
            notice.effective_on,
            notice.resumes_on,
            notice.reason,
            notice.residents_moved,
            notice.residents_went,
            notice.successor.name if notice.successor else None,
            notice.successor.public_id if notice.successor else None,
            notice.contact,
            source.title if source else None,
            source.as_of if source else None,
        )
