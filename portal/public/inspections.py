"""Inspections (R7): who was visited, by whom, why, what was found; the list, its file, and each by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response, abort, render_template, request, url_for

from portal import clock, glossary
from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.formatting import absolute
from portal.public.list_choices import enum_choice, number_choice, query_without, region_choice
from portal.public.page_cache import kept_in_memory
from portal.public.paging import address_of, address_with, paginate
from portal.public.sections import blueprint
from portal.public.supervision_words import home_choice, kind_words, regions_offered, text_choice
from portal.supervision.kinds import (
    DEPARTMENTS,
    InspectionArea,
    InspectionKind,
    InspectionResult,
    ItemFinding,
)
from portal.supervision.queries.inspection_finds import NOTHING_FOUND, found_counts, visit_years
from portal.supervision.queries.inspection_page import InspectionView, ItemRow, inspection_view
from portal.supervision.queries.inspections import (
    MOST,
    InspectionChoice,
    InspectionRow,
    inspection_page,
    inspections_following,
)
from portal.supervision.queries.problems import problem_rows

_PER_PAGE = 20
_HEADER = (
    "检查编号", "检查日期", "为什么去", "专项内容", "对象", "机构编号", "所在地区", "牵头部门", "参加部门",
    "结果", "公开的问题", "其中还没改好", "问题有没有反弹", "公开日期", "网址",
)  # fmt: skip


@blueprint.get("/inspections")
@kept_in_memory
@anyone
def inspections() -> str:
    """List the inspections that were made, newest first."""
    choice = _choice()
    asked = paginate(MOST, _PER_PAGE)
    rows, total = inspection_page(choice, PUBLIC, asked.offset, asked.per_page)
    pager = paginate(min(total, MOST), _PER_PAGE)
    if pager.number != asked.number:  # past the end of a list that shrank
        rows, _ = inspection_page(choice, PUBLIC, pager.offset, pager.per_page)
    return render_template(
        "public/inspections.html",
        choice=choice,
        home=home_choice(),
        rows=rows,
        found=found_counts([row.id for row in rows], PUBLIC),
        nothing=NOTHING_FOUND,
        pager=pager,
        more=total > MOST,
        regions=regions_offered(choice.region),
        years=visit_years(PUBLIC),
        kinds=InspectionKind,
        kind_words=kind_words,
        results=InspectionResult,
        departments=DEPARTMENTS,
        address_with=address_with,
        csv_url=address_of("public.inspections_csv", query_without("page", "sort")),
    )


@blueprint.get("/inspections.csv")
@anyone
@made_once
def inspections_csv() -> Response:
    """Download every inspection that matches."""
    rows, _ = inspection_page(_choice(), PUBLIC, limit=None)
    return csv_response("养老机构检查结果", _HEADER, _rows(rows))


@blueprint.get("/inspections/<public_id>")
@kept_in_memory
@anyone
def inspection(public_id: str) -> str:
    """Show one inspection: the five areas, the problems found and what became of them."""
    view = inspection_view(public_id[:20], PUBLIC)
    if view is None:
        abort(404)
    found = [problem.id for problem in view.problems]
    return render_template(
        "public/inspection.html",
        view=view,
        row=view.row,
        looked_at=[(area, _worst_first(items)) for area in InspectionArea if (items := view.items_in(area))],
        passed_over=[area for area in InspectionArea if not view.items_in(area)],
        findings=_findings(view),
        problems=problem_rows(found, PUBLIC, clock.today()),
        visits=inspections_following(found, PUBLIC),
        kind_words=kind_words,
        all_url=_all_of(view.row),
    )


def _choice() -> InspectionChoice:
    home = home_choice()
    return InspectionChoice(
        region=region_choice(),
        kind=enum_choice("kind", InspectionKind),
        result=enum_choice("result", InspectionResult),
        department=next((one for one in DEPARTMENTS if one.value == request.args.get("department")), None),
        year=number_choice("year", least=1949, most=2999),
        text=text_choice(),
        oldest_first=request.args.get("sort") == "oldest",
        institution_id=None if home is None else home.id,
    )


def _findings(view: InspectionView) -> list[tuple[ItemFinding, int]]:
    """Return how many items came to what; what none came to is left out."""
    counted = [(one, sum(item.finding is one for item in view.items)) for one in ItemFinding]
    return [(one, count) for one, count in counted if count]


def _worst_first(items: Sequence[ItemRow]) -> list[ItemRow]:
    return sorted(items, key=lambda item: item.finding is not ItemFinding.NOT_MET)


def _all_of(row: InspectionRow) -> str | None:
    """Return where all inspections of the same listed home are."""
    return address_of("public.inspections", {"home": row.home.institution}) if row.home.institution else None


def _rows(rows: Sequence[InspectionRow]) -> Iterator[tuple[object, ...]]:
    found = found_counts(None, PUBLIC)
    for row in rows:
        count = found.get(row.id, NOTHING_FOUND)
        yield (
            row.public_id, row.visited_on, kind_words(row.kind), row.theme, row.home.name,
            row.home.institution or row.home.unregistered, row.region, row.department,
            "、".join(glossary.label(one) for one in row.departments), row.result, count.total, count.open,
            row.found_again, row.published_at.date() if row.published_at else None,
            absolute(url_for("public.inspection", public_id=row.public_id)),
        )  # fmt: skip
