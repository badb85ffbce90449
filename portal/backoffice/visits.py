"""Whom to visit next (先去查谁, R26): homes by published points, each explained; as a file."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import render_template, request

from portal.access import staff
from portal.accountability.queries.visits import every_visit, explained, visit_page
from portal.backoffice.asked import asked_region
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import PER_PAGE, asked_page, here_with, table_page
from portal.domain.permissions import Capability
from portal.extensions import limiter
from portal.reference.directory import region_directory

_MOST_ROWS = 50_000


@blueprint.get("/visits")
@staff(Capability.SEE_SUPERVISION)
def visits() -> str:
    """List the homes within reach, those with most points first."""
    who, region = the_caller(), asked_region(the_caller())
    with_points = _with_points()
    offset = (asked_page() - 1) * PER_PAGE
    rows, total = visit_page(region, who.scope, offset, PER_PAGE, with_points)
    page = table_page(total)
    if page.offset != offset:  # past the end
        rows, _ = visit_page(region, who.scope, page.offset, PER_PAGE, with_points)
    return render_template(
        "backoffice/visits.html",
        rows=rows,
        page_of=page,
        region=region,
        regions=[("", "全部地区"), *dict(region_choices(who)).items()],
        with_points=with_points,
        explained=explained,
        keeps=who.allows(Capability.KEEP_SUPERVISION) and who.scope.department is not None,
        here_with=here_with,
    )


@blueprint.get("/visits.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_SUPERVISION)
def visits_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file."""
    who, region = the_caller(), asked_region(the_caller())
    table = Table(
        "先去查谁",
        (
            "名次", Column("机构", width=32), Column("区县", width=24), "分数", Column("为什么", width=80),
            "上次检查", "按哪天算",
        ),
        (
            (
                number, one.name, one.region_label, one.points, "；".join(map(explained, one.reasons)),
                one.last_visit, one.ranked_on,
            )
            for number, one in enumerate(every_visit(region, who.scope, _MOST_ROWS, _with_points()), 1)
        ),
        "本平台的检查、问题台账、投诉件数和信用记录",
        "" if region is None else region_directory().label(region),
        ("计分办法是公开的：/accountability/points", "分数只用来排检查的先后，不对外公布各家的分数。"),
    )  # fmt: skip
    return export(table, file_format)


def _with_points() -> bool:
    return request.args.get("stage") != "all"
