"""到期与异常: what ends, has no date, passed its limit or looks wrong, within the caller's scope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, abort, current_app, render_template, request, url_for

from portal import clock
from portal.access import staff
from portal.backoffice.attention_words import BY_NAME, GROUPS, Listed
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import PER_PAGE, Order, asked_order, here_with, table_page
from portal.domain.permissions import Capability
from portal.extensions import limiter
from portal.institutions.queries.attention.asking import Asked
from portal.institutions.queries.attention.lists import attention_counts, attention_list

DAYS = (30, 90, 180)
MONTHS = (3, 6, 12)


@blueprint.get("/attention")
@staff(Capability.SEE_RECORDS)
def attention() -> str:
    """Show every list with how many rows it has."""
    asked = _asked()
    return render_template(
        "backoffice/attention.html", groups=GROUPS, counts=attention_counts(asked), **_choices(asked)
    )


@blueprint.get("/attention/<name>")
@staff(Capability.SEE_RECORDS)
def attention_rows(name: str) -> str:
    """Show one list, page by page."""
    listed, asked = BY_NAME.get(name) or abort(404), _asked()
    order = _order(listed)
    found = attention_list(name, asked)
    page = table_page(found.count(asked))
    rows = found.read(asked, order.column, order.descending, page.offset, PER_PAGE)
    return render_template(
        "backoffice/attention_list.html",
        listed=listed,
        rows=[(row, mending_place(listed, row["public_id"])) for row in rows],
        page_of=page,
        order=order,
        columns=[("name", "名称"), ("region", "区县"), *((cell.name, cell.heading) for cell in listed.cells)],
        here_with=here_with,
        files={one: _file(listed, asked, one) for one in ("xlsx", "csv")},
        **_choices(asked),
    )


@blueprint.get("/attention/<name>/export.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.EXPORT)
def attention_export(name: str, file_format: str) -> Response:
    """Hand out one whole list as a file."""
    listed, asked = BY_NAME.get(name) or abort(404), _asked()
    base = (Column("机构编号", width=12), Column("名称", width=36), Column("区县"))
    table = Table(
        listed.title,
        (*base, *(cell.column for cell in listed.cells)),
        _rows(listed, asked),
        "本系统登记的情况，按导出那天计算",
        choice_words(listed, asked),
        (listed.words,),
    )
    return export(table, file_format)


def mending_place(listed: Listed, public_id: str) -> str:
    """Return where a row is put right: the record in the back office."""
    if listed.to_home:
        return url_for("backoffice.unregistered_home", public_id=public_id)
    office = "backoffice.institution"
    known = office in current_app.view_functions
    return url_for(office if known else "public.institution", public_id=public_id)


def choice_words(listed: Listed, asked: Asked) -> str:
    """Return the choice of time that shapes a list, in words; empty where none does."""
    if listed.name.endswith("-ending"):
        return f"{asked.days}天内"
    return f"超过{asked.months}个月" if listed.name == "stale" else ""


def _asked() -> Asked:
    days, months = request.args.get("days", type=int), request.args.get("months", type=int)
    return Asked(
        the_caller().scope,
        clock.today(),
        days if days in DAYS else 90,
        months if months in MONTHS else 6,
    )


def _choices(asked: Asked) -> dict[str, Any]:
    return {"asked": asked, "day_choices": DAYS, "month_choices": MONTHS, "choice_words": choice_words}


def _order(listed: Listed) -> Order:
    columns = {"name", "region", *(cell.name for cell in listed.cells)}
    return asked_order(columns, Order(listed.order.removeprefix("-"), listed.order.startswith("-")))


def _file(listed: Listed, asked: Asked, file_format: str) -> str:
    return url_for(
        "backoffice.attention_export",
        name=listed.name,
        file_format=file_format,
        days=asked.days,
        months=asked.months,
        sort=request.args.get("sort") or None,
    )


def _rows(listed: Listed, asked: Asked) -> Iterator[list[object]]:
    order = _order(listed)
    found = attention_list(listed.name, asked)
    for row in found.read(asked, order.column, order.descending):
        yield [row["public_id"], row["name"], row["region"], *(cell.exported(row) for cell in listed.cells)]
