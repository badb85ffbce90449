"""The two-way review (双点评, R46): each county's quarter in numbers, what is remarked, what it answers."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, abort, current_app, render_template, request

from portal.access import anyone
from portal.accountability.queries.public_reviews import (
    PublicReview,
    public_quarter,
    public_review,
    published_reviews,
)
from portal.accountability.review_lines import GROUPS, Value, change, why_untold
from portal.domain.case_figures import LEAST_FOR_A_SHARE
from portal.domain.county_review import ProblemFigures, ReviewFigures
from portal.domain.quarters import ReviewStanding, read_quarter
from portal.domain.small_numbers import FEW
from portal.public.charts import Stack, StackChart, stack_chart
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.list_choices import number_choice
from portal.public.page_cache import kept_in_memory
from portal.public.paging import address_with
from portal.public.sections import blueprint

STANDINGS: dict[ReviewStanding, tuple[str, str]] = {
    ReviewStanding.AHEAD: ("还没到期", "running"),
    ReviewStanding.SOON: ("快到期", "soon"),
    ReviewStanding.MISSING: ("缺", "bad"),
    ReviewStanding.IN_TIME: ("按时公布", "good"),
    ReviewStanding.PUBLISHED_LATE: ("迟公布", "bad"),
}
"""How each standing is called, and which sign it gets."""
DOORS = {
    "problems": ("public.accountability", "现在改到哪一步了"),
    "complaints": ("public.complaint_figures", "现在谁答得及时"),
    "work": ("public.notices", "一份一份看整改通知"),
    "column": ("public.topics", "各地的整治项目"),
}
"""Where the live figures of a group stand, and what the link says."""
_COLUMNS = [(group, line) for group in GROUPS for line in group.lines]
_WITH_WHOLE = frozenset({"in_time", "major", "first", "final", "rated", "lists", "answered", "targets"})


@blueprint.get("/reviews")
@kept_in_memory
@anyone
def reviews() -> str:
    """Show how each county stood in a quarter, and which reviews are missing."""
    found = public_quarter(read_quarter(request.args.get("quarter", "")))
    return render_template(
        "public/reviews.html",
        found=found,
        standings=STANDINGS,
        missing=ReviewStanding.MISSING,
        least=LEAST_FOR_A_SHARE,
        few=FEW,
        address_with=address_with,
    )


@blueprint.get("/reviews.csv")
@anyone
@made_once
def reviews_csv() -> Response:
    """Download the figures of every review that is published."""
    header = ["季度", "地区", "首次公布", *_headings(), "点评（条）", "已回复（条）"]
    rows = (
        (quarter.label, label, moment.date(), *_cells(figures), remarks, answered)
        for label, quarter, moment, figures, remarks, answered in published_reviews()
    )
    return csv_response("双点评各地各季度数字", header, rows)


@blueprint.get("/reviews/<region>/<quarter>")
@kept_in_memory
@anyone
def county_review(region: str, quarter: str) -> str:
    """Show a county's review of a quarter (``2026-q3``)."""
    found = _found(region, quarter, number_choice("edition", 1, 999))
    return render_template(
        "public/review.html",
        found=found,
        groups=GROUPS,
        doors={key: door for key, door in DOORS.items() if door[0] in current_app.view_functions},
        change=change,
        why_untold=why_untold,
        standings=STANDINGS,
        missing=ReviewStanding.MISSING,
        chart=_chart(found),
        least=LEAST_FOR_A_SHARE,
        few=FEW,
    )


@blueprint.get("/reviews/<region>/<quarter>.csv")
@anyone
@made_once
def county_review_csv(region: str, quarter: str) -> Response:
    """Download a county's review, figure by figure, beside the quarter before."""
    found = _found(region, quarter)
    header = ("类别", "项目", "单位", "本季度", "本季度总数", "上季度", "上季度总数", "来源")
    return csv_response(f"{found.region_label}{found.quarter.label}双点评", header, _long(found))


def _found(region: str, quarter: str, edition: int | None = None) -> PublicReview:
    asked = read_quarter(quarter)
    if asked is None or not (len(region) == 6 and region.isascii() and region.isdigit()):
        abort(404)
    return public_review(region, asked, edition) or abort(404)


def _chart(found: PublicReview) -> StackChart:
    """The problems found in the quarter, by how they stand to their last day; and in the one before."""
    rows = [(found.quarter.label, found.figures.problems)]
    if found.before is not None:
        rows.insert(0, (found.quarter.before.label, found.before.problems))
    return stack_chart(
        [
            Stack(
                label,
                _stack_words(one),
                (
                    ("in-time", one.in_time),
                    ("late", one.late + one.overdue),
                    ("running", one.running + one.undated),
                ),
            )
            for label, one in rows
            if one.found
        ]
    )


def _stack_words(one: ProblemFigures) -> str:
    told = [f"登账{one.found}", f"按期{one.in_time}"]
    if one.late + one.overdue:
        told.append(f"逾期{one.late + one.overdue}")
    return "，".join(told)


def _headings() -> Iterator[str]:
    for _, line in _COLUMNS:
        yield f"{line.title}（{line.unit}）"
        if line.key in _WITH_WHOLE:
            yield f"{line.title}：总数"


def _cells(figures: ReviewFigures) -> Iterator[object]:
    for _, line in _COLUMNS:
        value = line.read(figures)
        yield why_untold(line, figures) if value.part is None else value.part
        if line.key in _WITH_WHOLE:
            yield value.whole


def _long(found: PublicReview) -> Iterator[tuple[object, ...]]:
    for group, line in _COLUMNS:
        now = line.read(found.figures)
        before = Value(None) if found.before is None else line.read(found.before)
        told = why_untold(line, found.figures) if now.part is None else now.part
        yield group.title, line.title, line.unit, told, now.whole, before.part, before.whole, group.source
