"""Whom to visit first (R24): homes filed, and unfiled homes with residents, by the last day to go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import render_template, request, url_for

from portal import clock
from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.asked import asked_region
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import here_with, table_page
from portal.domain.permissions import Capability, Department, keeps
from portal.domain.unregistered_home import VISIT_WITHIN_WORKING_DAYS
from portal.extensions import limiter
from portal.institutions.models import UnregisteredHome
from portal.reference.directory import region_directory
from portal.supervision.queries.first_visits import Because, FirstVisit, first_visits

BECAUSE = {Because.FILED: "备案", Because.FOUND: "发现未备案收住老人"}
_GROUPS = {"": "全部", "late": "过了最晚日子的", "free": "还没排上的"}
_FIRST = 5


@blueprint.get("/inspections/first-visits")
@staff(Capability.SEE_SUPERVISION)
def first_visits_due() -> str:
    """List the first visits to be made, the most urgent in front."""
    who = the_caller()
    found, total = _asked(who)
    page = table_page(len(found))
    return render_template(
        "backoffice/inspection_first_visits.html",
        rows=page.of(found),
        page_of=page,
        nothing_at_all=not total,
        because=BECAUSE,
        groups=_GROUPS,
        group=_group(),
        regions=region_choices(who),
        region=asked_region(who) or "",
        days=VISIT_WITHIN_WORKING_DAYS,
        keeps=who.allows(Capability.KEEP_SUPERVISION),
        here=here_with,
        key_of=key_of,
        files={form: _file_address(form) for form in ("xlsx", "csv")},
    )


@blueprint.get("/inspections/first-visits.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_SUPERVISION)
def first_visits_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file."""
    who = the_caller()
    found, _ = _asked(who)
    region = asked_region(who)
    choice = [_GROUPS[_group()]] + ([region_directory().label(region)] if region else [])
    table = Table(
        "首次上门检查",
        (
            Column("机构", width=32), "区县", "为什么要去", "从哪天算", "最晚哪天去", "暂定", "过期",
            "还剩工作日", "超期工作日", "已经排上", "排定最晚哪天去",
        ),
        _exported(found),
        "备案和未登记备案场所的记录",
        "、".join(choice),
        (f"备案或者发现后{VISIT_WITHIN_WORKING_DAYS}个工作日内上门检查。",),
    )  # fmt: skip
    return export(table, file_format)


@queue(Capability.KEEP_SUPERVISION)
def _first_visits(who: Identity, today: date) -> Queue | None:
    """Bring the first visits to be made: civil affairs goes to homes filed, their keepers to the others."""
    found = [one for one in first_visits(who.scope) if _is_for(one, who)]
    waiting = tuple(
        Waiting(
            f"{one.home}（{BECAUSE[one.because]}）",
            _where_to(one),
            one.due,
            one.region,
        )
        for one in found[:_FIRST]
    )
    late = sum(one.overdue for one in found)
    return Queue("要首次上门检查的机构", url_for("backoffice.first_visits_due"), len(found), waiting, late)


def key_of(one: FirstVisit) -> str:
    """Return how a form names the home (``home_choice.HomeOption.key``)."""
    return f"{'u' if one.institution_id is None else 'i'}-{one.home_id}"


def _is_for(one: FirstVisit, who: Identity) -> bool:
    department = who.scope.department
    if one.because is Because.FILED:
        return department is Department.CIVIL_AFFAIRS
    return department is not None and keeps(department, UnregisteredHome.record_kind)


def _where_to(one: FirstVisit) -> str:
    if one.planned is not None:
        return url_for("backoffice.inspection", public_id=one.planned.public_id)
    return url_for("backoffice.new_inspection", home=key_of(one), kind="first_visit")


def _file_address(file_format: str) -> str:
    asked_for: dict[str, Any] = {
        name: request.args[name] for name in ("stage", "region") if request.args.get(name)
    }
    return url_for("backoffice.first_visits_export", file_format=file_format, **asked_for)


def _group() -> str:
    wanted = request.args.get("stage", "")
    return wanted if wanted in _GROUPS else ""


def _asked(who: Identity) -> tuple[list[FirstVisit], int]:
    """Return what the address asks for, and how many there are whatever it asks."""
    every = first_visits(who.scope, asked_region(who), clock.today())
    group = _group()
    if group == "late":
        return [one for one in every if one.overdue], len(every)
    if group == "free":
        return [one for one in every if one.planned is None], len(every)
    return every, len(every)


def _exported(rows: list[FirstVisit]) -> Iterator[tuple[object, ...]]:
    for one in rows:
        yield (
            one.home, one.region, BECAUSE[one.because], one.since, one.due, one.provisional, one.overdue,
            None if one.overdue else one.left, one.late if one.overdue else None, one.planned is not None,
            None if one.planned is None else one.planned.planned_by,
        )  # fmt: skip
