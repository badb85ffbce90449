"""The door to supervision: what is still to be put right, and the ways to notices, inspections and credit."""

from __future__ import annotations

from flask import current_app, render_template

from portal import clock
from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.institutions.catalogue.holder import catalogue
from portal.public.addresses import address
from portal.public.home import HomeDoor
from portal.public.page_cache import kept_in_memory
from portal.public.sections import blueprint
from portal.supervision.queries.problems import MOST, problem_counts

_DOORS = (
    ("整改通知", "限哪家哪天改好什么，改好没有，过期没有", "public.notices"),
    ("检查结果", "哪家什么时候查过，五个方面查得怎样", "public.inspections"),
    ("双随机抽签", "查哪家是抽出来的，抽签过程人人可以核对", "public.inspection_draws"),
    ("处罚、表扬和失信名单", "依据什么、谁定的、公开到哪天", "public.credit"),
    ("整改成效", "谁查得多、改得快，谁还欠着，按县按月看", "public.accountability"),
)


@blueprint.get("/supervision")
@kept_in_memory
@anyone
def supervision() -> str:
    """Show what is open now, and the ways on."""
    counts = catalogue(PUBLIC).derived("supervision figures", lambda _: problem_counts(PUBLIC, clock.today()))
    return render_template(
        "public/supervision.html",
        counts=counts,
        most=MOST,
        doors=[
            HomeDoor(label, text, address(endpoint))
            for label, text, endpoint in _DOORS
            if endpoint in current_app.view_functions
        ],
    )
