"""Inspections as tests plan, make and publish them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from portal.domain.actor import PUBLIC, Scope
from portal.extensions import db
from portal.supervision.kinds import (
    InspectionKind,
    InspectionResult,
    ProblemCategory,
    Severity,
)
from portal.supervision.models import Inspection
from portal.supervision.queries.inspection_page import InspectionView, inspection_view
from portal.supervision.service import inspections
from portal.supervision.service.inspections import (
    FoundProblem,
    Plan,
    Visit,
)
from tests.integration.supervision.bureau import CIVIL, MONDAY, Bureau, staff_scope

TUESDAY, FRIDAY = MONDAY + timedelta(1), MONDAY + timedelta(4)
FOUND = FoundProblem(
    category=ProblemCategory.FIRE,
    severity=Severity.SERIOUS,
    title="疏散通道堆放杂物",
    description="三楼东侧疏散通道堆放轮椅和纸箱。",
    responsible="示例敬老院",
)
STAFF = staff_scope()


def visit(**given: Any) -> Visit:
    """Return a visit on Tuesday that found nothing, or what is given."""
    values = {"visited_on": TUESDAY, "result": InspectionResult.CLEAN, "summary": "逐项查看，未见问题。"}
    return Visit(**{**values, **given})


def plan(bureau: Bureau, who: str = "甲小明", on: date = MONDAY, **given: Any) -> int:
    """Plan a thematic inspection of the home, or what is given."""
    named = {"unregistered_home_id", "institution_id", "follows_problem_id"} & set(given)
    home = {} if named else {"institution_id": bureau.home}
    values = {"kind": InspectionKind.THEMATIC, "departments": [CIVIL], "theme": "冬季取暖用火用电"}
    with bureau.acting(who, on) as (actor, scope):
        wanted = {**values, **home, **given}
        return inspections.plan_inspection(Plan(**wanted), actor, scope).id


def do(
    bureau: Bureau, who: str, work: Callable[..., Any], number: int, *given: Any, on: date = TUESDAY
) -> Any:
    """Let somebody do something to an inspection as they see it now; returns keys of what it returns."""
    with bureau.acting(who, on) as (actor, scope):
        row = db.session.get_one(Inspection, number)
        made = work(row, *given, actor=actor, scope=scope, seen=row.version)
        return [one.id for one in made] if isinstance(made, list) else made


def record(
    bureau: Bureau, number: int, found: Sequence[FoundProblem] = (), who: str = "甲小明", **given: Any
) -> list[int]:
    """Record a visit; return the problems that it entered."""
    on = max(given.get("visited_on", TUESDAY), TUESDAY)
    with bureau.acting(who, on) as (actor, scope):
        row = db.session.get_one(Inspection, number)
        made = inspections.record_visit(row, visit(**given), actor, scope, row.version, found)
        return [one.id for one in made]


def made_one(bureau: Bureau, **given: Any) -> int:
    """Plan an inspection, make it, and publish it."""
    number = plan(bureau)
    record(bureau, number, **given)
    do(bureau, "审大力", inspections.publish_inspection, number, "查看了用火用电，未见问题。")
    return number


def row_of(bureau: Bureau, number: int) -> Inspection:
    """Return an inspection as it stands."""
    with bureau.app.app_context():
        found = db.session.get_one(Inspection, number)
        db.session.expunge_all()
        return found


def view(bureau: Bureau, number: int, scope: Scope = PUBLIC, on: date = FRIDAY) -> InspectionView | None:
    """Return the page of an inspection."""
    found: InspectionView | None = bureau.ask(inspection_view, row_of(bureau, number).public_id, scope, on=on)
    return found
