"""The four lists (四张清单): county by county, which were sent in time; compiling, and the public switch."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.access import staff
from portal.accountability.kinds import ListKind
from portal.accountability.queries.lists import (
    CountyLists,
    county_lists,
    drafts_of_corrections,
    lists_due,
    months_of_lists,
)
from portal.accountability.service.lists import compile_lists, set_publishing
from portal.accounts.identity import Identity
from portal.backoffice.asked import asked_region
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.lists_forms import CompileForm, PublishingForm
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import here_with, table_page
from portal.domain.errors import DomainError
from portal.domain.monthly_lists import ListStanding, due_day, month_before, read_month
from portal.domain.permissions import Capability, Department
from portal.domain.refusals import NotTheirs, ReviewerNeeded
from portal.extensions import limiter
from portal.reference.directory import region_directory
from portal.unit_of_work import unit_of_work

_FIRST = 5

STANDINGS: dict[ListStanding, tuple[str, str]] = {
    ListStanding.AHEAD: ("还没报送", "running"),
    ListStanding.SOON: ("快到期", "soon"),
    ListStanding.LATE: ("过期没报送", "bad"),
    ListStanding.IN_TIME: ("按时报送", "good"),
    ListStanding.SUBMITTED_LATE: ("迟报", "bad"),
}
"""How each standing is called, and which sign it gets."""


@blueprint.get("/lists")
@staff(Capability.SEE_SUPERVISION)
def lists() -> str:
    """Show every county's lists of a month, those late first."""
    who, month = the_caller(), _month()
    rows = _sorted(county_lists(month, who.scope, asked_region(who)))
    page = table_page(len(rows))
    return render_template(
        "backoffice/lists.html",
        rows=page.of(rows),
        page_of=page,
        month=month,
        months=_months(who),
        due=due_day(month),
        region=asked_region(who),
        regions=[("", "全部地区"), *dict(region_choices(who)).items()],
        kinds=ListKind,
        standings=STANDINGS,
        totals={standing: sum(one.standing is standing for one in rows) for standing in ListStanding},
        keeps=keeps_lists(who),
        compiling=CompileForm(None),
        publishing=PublishingForm(None),
        here_with=_here,
    )


@blueprint.get("/lists.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_SUPERVISION)
def lists_export(file_format: str) -> FlaskResponse:
    """Hand out the overview as a file."""
    who, month = the_caller(), _month()
    rows = _sorted(county_lists(month, who.scope, asked_region(who)))
    table = Table(
        f"四张清单报送情况{month:%Y-%m}",
        (Column("区县", width=28), "月份", "情况", "最晚报送", "首次报送", "版次",
         *(f"{title}（条）" for title in ("问题", "整改", "制度", "成果")), "是否公开"),
        (
            (
                one.region_label, f"{one.month:%Y-%m}", STANDINGS[one.standing][0], one.due,
                one.submitted_at.date() if one.submitted_at else None, one.edition or None,
                *(one.counts[kind] for kind in ListKind), one.publishes,
            )
            for one in rows
        ),
        "本平台四张清单",
        f"{month.year}年{month.month}月",
    )  # fmt: skip
    return export(table, file_format)


@blueprint.post("/lists/compile")
@staff(Capability.REVIEW_SUPERVISION)
def compile_month() -> Response:
    """Compile a county's lists of a month that is over."""
    form, who = CompileForm(), the_caller()
    month, region = read_month(form.month.data or ""), form.region.data or ""
    if not form.validate_on_submit() or month is None or region_directory().get(region) is None:
        abort(404)
    try:
        with unit_of_work():
            made = compile_lists(region, month, who.scope).id
    except NotTheirs:
        abort(404)
    except DomainError as refused:
        flash(str(refused))
        return redirect(url_for("backoffice.lists"), 303)
    flash("已经编好，请逐条核对。")
    return redirect(url_for("backoffice.month_lists", lists_id=made), 303)


@blueprint.post("/lists/publishing")
@staff(Capability.REVIEW_SUPERVISION)
def publish_lists() -> Response:
    """Decide whether everybody may read what a county submits."""
    form, who = PublishingForm(), the_caller()
    region, on = form.region.data or "", form.on.data == "1"
    if not form.validate_on_submit() or region_directory().get(region) is None:
        abort(404)
    try:
        with unit_of_work():
            set_publishing(region, on, who.actor, who.scope)
    except ReviewerNeeded:
        abort(403)
    except NotTheirs:
        abort(404)
    flash("报送以后对公众公开。" if on else "不再对公众公开。")
    return redirect(url_for("backoffice.lists", region=region), 303)


@queue(Capability.REVIEW_SUPERVISION)
def _waiting(who: Identity, today: date) -> Queue | None:
    """Bring the lists that are to be sent to the home page."""
    if not keeps_lists(who):
        return None
    owed, corrections = lists_due(who.scope, today), drafts_of_corrections(who.scope)
    labels = region_directory()
    begun = [
        Waiting(f"更正{month.year}年{month.month}月的清单", _url(number), None, labels.label(code))
        for number, code, month in corrections
    ]
    first = [_owed(one) for one in owed[:_FIRST]] + begun
    late = sum(one.standing is ListStanding.LATE for one in owed)
    return Queue("四张清单", url_for("backoffice.lists"), len(owed) + len(begun), tuple(first[:_FIRST]), late)


def keeps_lists(who: Identity) -> bool:
    """True for those who look the lists through and send them: reviewers of civil affairs."""
    return who.allows(Capability.REVIEW_SUPERVISION) and who.scope.department is Department.CIVIL_AFFAIRS


def _owed(one: CountyLists) -> Waiting:
    url = url_for("backoffice.lists") if one.lists_id is None else _url(one.lists_id)
    return Waiting(f"报送{one.month.year}年{one.month.month}月的清单", url, one.due, one.region_label)


def _url(lists_id: int) -> str:
    return url_for("backoffice.month_lists", lists_id=lists_id)


def _sorted(rows: list[CountyLists]) -> list[CountyLists]:
    order = (
        ListStanding.LATE, ListStanding.SOON, ListStanding.AHEAD,
        ListStanding.SUBMITTED_LATE, ListStanding.IN_TIME,
    )  # fmt: skip
    return sorted(rows, key=lambda one: (order.index(one.standing), one.region_code))


def _month() -> date:
    asked, last = read_month(request.args.get("month", "")), month_before(clock.today())
    return asked if asked is not None and asked <= last else last


def _months(who: Identity) -> list[date]:
    return sorted({*months_of_lists(who.scope), _month()}, reverse=True)


def _here(**changes: Any) -> str:
    """Return the present list with some of its choices changed."""
    month = request.args.get("month") and f"{_month():%Y-%m}"
    return here_with(**{"month": month, "region": asked_region(the_caller()), **changes})
