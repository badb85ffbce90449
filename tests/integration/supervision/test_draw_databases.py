"""A whole draw, a visit put right and credit that ends, on either database."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from portal.domain.actor import PUBLIC
from portal.supervision.kinds import InspectionResult, ItemFinding
from portal.supervision.queries.draws import draw_page, draw_view, homes_to_draw
from portal.supervision.queries.first_visits import first_visits
from portal.supervision.queries.inspections import InspectionChoice, InspectionGroup, inspection_page
from portal.supervision.service import inspections
from portal.supervision.service.inspections import ItemSeen
from tests.integration.supervision import test_credit as credit
from tests.integration.supervision.bureau import COUNTY, MONDAY, Bureau
from tests.integration.supervision.drawing import DUE_DAY, STAFF, Drawing
from tests.integration.supervision.visits import FRIDAY, do, plan, record, view, visit


def test_a_draw_is_announced_drawn_revealed_and_checked(app: Flask) -> None:
    bureau = Bureau(app)
    drawing = Drawing(bureau)
    number = drawing.whole()
    assert drawing.flaws(number) == set()
    assert bureau.ask(draw_page, COUNTY, PUBLIC, on=DUE_DAY)[1] == 1
    assert len(bureau.ask(draw_view, drawing.row(number).public_id, PUBLIC, on=DUE_DAY).drawn) == 2
    assert len(bureau.ask(homes_to_draw, COUNTY, STAFF, on=DUE_DAY)) == 4


def test_a_visit_is_planned_made_put_right_and_listed(app: Flask) -> None:
    bureau = Bureau(app)
    bureau.enter_unregistered()
    number = plan(bureau, planned_by=MONDAY + timedelta(1))
    for group in (InspectionGroup.PLANNED, InspectionGroup.OVERDUE):
        assert bureau.ask(inspection_page, InspectionChoice(group), STAFF, on=FRIDAY)[1] == 1
    record(bureau, number, items=[ItemSeen("A1", ItemFinding.MET), ItemSeen("E13", ItemFinding.MET)])
    corrected = visit(result=InspectionResult.CORRECTED_ON_SITE, items=[ItemSeen("E13", ItemFinding.NOT_MET)])
    do(bureau, "甲小明", inspections.amend_visit, number, corrected)
    do(bureau, "审大力", inspections.publish_inspection, number, "通道有杂物，当场清走。")
    page = view(bureau, number)
    assert page is not None
    assert [one.code for one in page.items] == ["E13"]
    choice = InspectionChoice(text="示例", year=2026, region="350400")
    assert bureau.ask(inspection_page, choice, PUBLIC, on=FRIDAY)[1] == 1
    assert len(bureau.ask(first_visits, STAFF, on=FRIDAY)) == 1


def test_credit_ends_in_the_night(app: Flask) -> None:
    bureau = Bureau(app)
    number = credit.published(bureau)
    public_id = credit.public_id_of(bureau, number)
    assert credit.everywhere(bureau, public_id, credit.LAST_DAY) == [True] * 5
    assert credit.everywhere(bureau, public_id, credit.AFTER) == [False] * 5
    bureau.ask(credit.delete_expired_credit, on=credit.AFTER)
    assert credit.row_of(bureau, number) is None
    assert [one.action for one in credit.notes(bureau, number)] == ["credit_expired"]
