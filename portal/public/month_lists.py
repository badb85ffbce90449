"""The four lists of a county and month (R22), where the county lets everybody read them."""

from __future__ import annotations

from flask import Response, abort, render_template

from portal.access import anyone
from portal.accountability.kinds import ListKind
from portal.accountability.list_columns import COLUMNS, Column, cell
from portal.accountability.queries.public_lists import PublicLists, public_lists, published_months
from portal.accountability.workbook import Sheet
from portal.domain.day_words import cn_day
from portal.domain.monthly_lists import due_day, read_month
from portal.glossary import label
from portal.public.csv_cache import made_once
from portal.public.page_cache import kept_in_memory
from portal.public.paging import paginate
from portal.public.sections import blueprint
from portal.public.xlsx_download import xlsx_response

_PER_PAGE = 50
_STAFFS_OWN = frozenset({"home", "responsible", "measure", "notice"})
_SHOWN: dict[ListKind, tuple[Column, ...]] = {
    kind: tuple(column for column in columns if column.key not in _STAFFS_OWN)
    for kind, columns in COLUMNS.items()
}


@blueprint.get("/accountability/lists")
@kept_in_memory
@anyone
def published_lists() -> str:
    """List the months and counties that everybody may read."""
    months = published_months()
    pager = paginate(len(months), _PER_PAGE)
    return render_template(
        "public/month_lists.html",
        months=months[pager.offset : pager.offset + pager.per_page],
        pager=pager,
        kinds=ListKind,
    )


@blueprint.get("/accountability/lists/<region>/<month>")
@kept_in_memory
@anyone
def month_lists(region: str, month: str) -> str:
    """Show a county's lists of a month (``2026-03``)."""
    found = _found(region, month)
    return render_template(
        "public/month_list.html",
        found=found,
        kinds=ListKind,
        columns=_SHOWN,
        cell=lambda column, facts: cell(column, facts, label),
        due=due_day(found.month),
    )


@blueprint.get("/accountability/lists/<region>/<month>.xlsx")
@anyone
@made_once
def month_lists_xlsx(region: str, month: str) -> Response:
    """Download the same as a workbook, a sheet for each list."""
    found = _found(region, month)
    sheets = [
        Sheet(
            label(kind),
            ("序号", "标题", "机构或场所", *(column.heading for column in _SHOWN[kind]), "是否反弹", "说明"),
            [
                (
                    number,
                    line.title,
                    None if line.home is None else line.home.name,
                    *(cell(column, line.facts, label) for column in _SHOWN[kind]),
                    "反弹" if line.facts.get("recurred") else None,
                    line.remark,
                )
                for number, line in enumerate(found.lines[kind], 1)
            ],
        )
        for kind in ListKind
    ]
    name = f"{found.region_label}{found.month:%Y-%m}四张清单"
    left = sum(found.left.values())
    about = [
        ("名称", name),
        ("版次", f"第{found.edition}版"),
        ("报送", cn_day(found.submitted_at.date())),
        ("没有列出", f"{left}条，问题还没有公开"),
    ]
    return xlsx_response(name, sheets, about)


def _found(region: str, month: str) -> PublicLists:
    day = read_month(month)
    if day is None or not (len(region) == 6 and region.isascii() and region.isdigit()):
        abort(404)
    return public_lists(region, day) or abort(404)
