"""The monthly digests (每月汇总) of the own regions: which are missing, what waits, who runs the column."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.asked import asked_region
from portal.backoffice.context import the_caller
from portal.backoffice.digest_forms import CompileForm, OfficeForm
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import here_with, table_page
from portal.domain.errors import DomainError
from portal.domain.monthly_lists import ListStanding, due_day, read_month
from portal.domain.permissions import Capability, Department
from portal.domain.refusals import NotTheirs, ReviewerNeeded
from portal.extensions import limiter
from portal.reference.directory import region_directory
from portal.topics.kinds import DigestState
from portal.topics.queries.digest_months import DigestMonth, digest_months, offices
from portal.topics.queries.digests import open_digests
from portal.topics.service.digests import compile_digest, run_column
from portal.unit_of_work import unit_of_work

_FIRST = 5

STANDINGS: dict[ListStanding, tuple[str, str]] = {
    ListStanding.AHEAD: ("还没发布", "running"),
    ListStanding.SOON: ("快到期", "soon"),
    ListStanding.LATE: ("过期没发布", "bad"),
    ListStanding.IN_TIME: ("按时发布", "good"),
    ListStanding.SUBMITTED_LATE: ("迟发", "bad"),
}
"""How each standing is called, and which sign it gets."""


@blueprint.get("/digests")
@staff(Capability.SEE_COLUMN)
def digests() -> str:
    """List every month that is owed, the newest first."""
    return _page(OfficeForm(None))


@blueprint.get("/digests.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_COLUMN)
def digests_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file."""
    who = the_caller()
    table = Table(
        "点题每月汇总发布情况",
        ("月份", Column("地区", width=28), "情况", "最晚发布", "首次发布", "晚了几天", "版次", "办到哪一步"),
        (
            (
                f"{one.month:%Y-%m}", one.region_label, STANDINGS[one.standing][0], one.due,
                one.first_published_at.date() if one.first_published_at else None, one.days_late,
                one.edition or None, one.state,
            )
            for one in digest_months(who.scope, asked_region(who))
        ),
        "本平台点题整治栏目",
    )  # fmt: skip
    return export(table, file_format)


@blueprint.post("/digests/compile")
@staff(Capability.KEEP_COLUMN)
def compile_month_digest() -> Response:
    """Compile the digest of a month that is over, where the night has not done it."""
    form, who = CompileForm(), the_caller()
    month, region = read_month(form.month.data or ""), form.region.data or ""
    if not form.validate_on_submit() or month is None or region_directory().get(region) is None:
        abort(404)
    try:
        with unit_of_work():
            made = compile_digest(region, month, who.scope).id
    except NotTheirs:
        abort(404)
    except DomainError as refused:
        flash(str(refused))
        return redirect(url_for("backoffice.digests"), 303)
    flash("数字已经汇总好，请写分析。")
    return redirect(url_for("backoffice.month_digest", digest_id=made), 303)


@blueprint.post("/digests/offices")
@staff(Capability.REVIEW_COLUMN)
def run_the_column() -> Response | tuple[str, int]:
    """Say that a region runs the column, and from which month on."""
    form, who = OfficeForm(), the_caller()
    region, since = form.region.data or "", read_month(form.since.data or "")
    if not form.validate_on_submit():
        return _page(form), 422
    if since is None:
        form.refuse("since", "请写成 2026-10 这样")
        return _page(form), 422
    if region_directory().get(region) is None:
        abort(404)
    try:
        with unit_of_work():
            run_column(region, since, who.actor, who.scope)
    except ReviewerNeeded:
        abort(403)
    except NotTheirs:
        abort(404)
    except DomainError as refused:
        form.refuse("since", refused)
        return _page(form), 422
    flash("已经登记，每个月都要有一份汇总。")
    return redirect(url_for("backoffice.digests"), 303)


@queue(Capability.KEEP_COLUMN)
def _waiting(who: Identity, today: date) -> Queue | None:
    """Bring the digests to be written, or to be published by those who may, to the home page."""
    if not keeps_digests(who):
        return None
    mine = [
        one
        for one in open_digests(who.scope)
        if one.state is not DigestState.SUBMITTED or who.allows(Capability.REVIEW_COLUMN)
    ]
    first = tuple(
        Waiting(
            f"{_TO_DO[one.state]}{one.month.year}年{one.month.month}月的汇总",
            url_for("backoffice.month_digest", digest_id=one.id),
            due_day(one.month) if one.edition == 1 else None,
            region_directory().label(one.region_code),
        )
        for one in mine[:_FIRST]
    )
    late = sum(one.edition == 1 and due_day(one.month) < today for one in mine)
    return Queue("每月汇总", url_for("backoffice.digests"), len(mine), first, late)


_TO_DO = {
    DigestState.COMPILED: "写",
    DigestState.RETURNED: "改",
    DigestState.SUBMITTED: "审核",
}


def keeps_digests(who: Identity) -> bool:
    """True for those who write digests: civil affairs."""
    return who.allows(Capability.KEEP_COLUMN) and who.scope.department is Department.CIVIL_AFFAIRS


def _page(office_form: OfficeForm) -> str:
    who = the_caller()
    rows = digest_months(who.scope, asked_region(who))
    page = table_page(len(rows))
    office_form.region.choices = region_choices(who)
    return render_template(
        "backoffice/digests.html",
        rows=page.of(rows),
        page_of=page,
        late=sum(_is_late(one) for one in rows),
        offices=offices(who.scope),
        region=asked_region(who),
        standings=STANDINGS,
        keeps=keeps_digests(who),
        runs=keeps_digests(who) and who.allows(Capability.REVIEW_COLUMN),
        compiling=CompileForm(None),
        office_form=office_form,
        here_with=_here,
    )


def _is_late(one: DigestMonth) -> bool:
    return one.standing is ListStanding.LATE


def _here(**changes: Any) -> str:
    """Return the present list with some of its choices changed."""
    return here_with(**{"region": asked_region(the_caller()), **changes})
