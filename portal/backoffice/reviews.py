"""The two-way reviews (双点评): county by county, which are published, which wait for whom; compiling."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import staff
from portal.accountability.kinds import ReviewState
from portal.accountability.queries.reviews import (
    CountyQuarter,
    county_quarters,
    quarters_of_reviews,
    reviews_begun,
    reviews_due,
)
from portal.accountability.reviewing import compile_county
from portal.accounts.identity import Identity
from portal.backoffice.asked import asked_region
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.regions import region_choices
from portal.backoffice.review_forms import CompileReviewForm
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import here_with, table_page
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability, Department
from portal.domain.quarters import Quarter, ReviewStanding, read_quarter
from portal.domain.refusals import NotTheirs
from portal.extensions import limiter
from portal.reference.directory import region_directory
from portal.unit_of_work import unit_of_work

_FIRST = 5

STANDINGS: dict[ReviewStanding, tuple[str, str]] = {
    ReviewStanding.AHEAD: ("还没公布", "running"),
    ReviewStanding.SOON: ("快到期", "soon"),
    ReviewStanding.MISSING: ("过期没公布", "bad"),
    ReviewStanding.IN_TIME: ("按时公布", "good"),
    ReviewStanding.PUBLISHED_LATE: ("迟公布", "bad"),
}
"""How each standing is called, and which sign it gets."""
_ORDER = (
    ReviewStanding.MISSING, ReviewStanding.SOON, ReviewStanding.AHEAD,
    ReviewStanding.PUBLISHED_LATE, ReviewStanding.IN_TIME,
)  # fmt: skip


@blueprint.get("/reviews")
@staff(Capability.SEE_COLUMN)
def reviews() -> str:
    """Show every county's review of a quarter, those late first."""
    who, quarter = the_caller(), _quarter()
    rows = _sorted(county_quarters(quarter, who.scope, asked_region(who)))
    page = table_page(len(rows))
    return render_template(
        "backoffice/reviews.html",
        rows=page.of(rows),
        page_of=page,
        quarter=quarter,
        quarters=quarters_of_reviews(),
        region=asked_region(who),
        regions=[("", "全部地区"), *dict(region_choices(who)).items()],
        standings=STANDINGS,
        totals={one: sum(row.standing is one for row in rows) for one in ReviewStanding},
        keeps=keeps_reviews(who),
        compiling=CompileReviewForm(None),
        here_with=_here,
    )


@blueprint.get("/reviews.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_COLUMN)
def reviews_export(file_format: str) -> FlaskResponse:
    """Hand out the overview as a file."""
    who, quarter = the_caller(), _quarter()
    rows = _sorted(county_quarters(quarter, who.scope, asked_region(who)))
    table = Table(
        f"双点评{quarter.code}",
        (Column("区县", width=28), "季度", "情况", "最晚公布", "首次公布", "版次",
         "登账问题", "到期", "按期改好", "逾期没改好", "反弹", "整改通知书", "检查", "清单按时（个月）",
         "点评（条）", "没有回复（条）"),
        (_cells(one) for one in rows),
        "本平台双点评",
        quarter.label,
    )  # fmt: skip
    return export(table, file_format)


@blueprint.post("/reviews/compile")
@staff(Capability.KEEP_COLUMN)
def compile_review() -> Response:
    """Compile a county's review of a quarter that is over."""
    form, who = CompileReviewForm(), the_caller()
    quarter, region = read_quarter(form.quarter.data or ""), form.region.data or ""
    if not form.validate_on_submit() or quarter is None or region_directory().get(region) is None:
        abort(404)
    try:
        with unit_of_work():
            made = compile_county(region, quarter, who.scope).id
    except NotTheirs:
        abort(404)
    except DomainError as refused:
        flash(str(refused))
        return redirect(url_for("backoffice.reviews"), 303)
    flash("已经统计好，请录入点评。")
    return redirect(_url(made), 303)


@queue(Capability.KEEP_COLUMN)
def _waiting(who: Identity, today: date) -> Queue | None:
    """Bring the reviews that wait for remarks, answers or publishing to the home page."""
    if not keeps_reviews(who):
        return None
    labels = region_directory()
    found = [_owed(one) for one in reviews_due(who.scope)]
    found += [
        Waiting(
            f"{'更正' if correction else '公布'}{quarter.label}的双点评",
            _url(number),
            None if correction else quarter.due,
            labels.label(code),
        )
        for number, code, quarter, correction in reviews_begun(who.scope)
    ]
    found.sort(key=lambda one: (one.due or date.max, one.place))
    late = sum(one.due is not None and one.due < today for one in found)
    return Queue("双点评", url_for("backoffice.reviews"), len(found), tuple(found[:_FIRST]), late)


def keeps_reviews(who: Identity) -> bool:
    """True for those who work on them: clerks and reviewers of civil affairs."""
    return who.allows(Capability.KEEP_COLUMN) and who.scope.department is Department.CIVIL_AFFAIRS


def _owed(one: CountyQuarter) -> Waiting:
    quarter = one.quarter.label
    if one.review_id is None:
        said, url = f"统计{quarter}的双点评", url_for("backoffice.reviews")
    else:
        url = _url(one.review_id)
        what = "录入点评" if not one.remarks else "回复点评" if one.unanswered else "公布双点评"
        said = f"{quarter}：{what}"
    return Waiting(said, url, one.quarter.due, one.region_label)


def _cells(one: CountyQuarter) -> tuple[object, ...]:
    begun = (
        one.region_label, one.quarter.code, STANDINGS[one.standing][0], one.quarter.due,
        one.published_at.date() if one.published_at else None, one.edition or None,
    )  # fmt: skip
    if one.figures is None:
        return (*begun, *[None] * 8, one.remarks, one.unanswered)
    problems, work = one.figures.problems, one.figures.work
    return (
        *begun, problems.found, problems.judged, problems.in_time, problems.overdue, problems.recurred,
        work.notices, work.visits, work.lists_in_time, one.remarks, one.unanswered,
    )  # fmt: skip


def _url(review_id: int) -> str:
    return url_for("backoffice.review", review_id=review_id)


def _sorted(rows: list[CountyQuarter]) -> list[CountyQuarter]:
    """Those late first; of one standing, drafts with something to do before the others."""
    published = ReviewState.PUBLISHED
    return sorted(rows, key=lambda one: (_ORDER.index(one.standing), one.state is published, one.region_code))


def _quarter() -> Quarter:
    asked, known = read_quarter(request.args.get("quarter", "")), quarters_of_reviews()
    return asked if asked in known else known[0]


def _here(**changes: Any) -> str:
    """Return the present list with some of its choices changed."""
    quarter = request.args.get("quarter") and _quarter().code
    return here_with(**{"quarter": quarter, "region": asked_region(the_caller()), **changes})
