"""Who has to be visited first, by when, and what counts as the visit (R24)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from portal.domain.actor import PUBLIC, Scope
from portal.extensions import db
from portal.institutions import service
from portal.institutions.models import (
    Compliance,
    Disposition,
    Filing,
    Institution,
    OperatingState,
    UnregisteredHome,
)
from portal.institutions.models.compliance import ComplianceResult, Standard
from portal.supervision.kinds import InspectionKind, InspectionResult
from portal.supervision.queries.first_visits import Because, FirstVisit, first_visits, first_visits_due
from portal.supervision.service.inspections import InspectionRefused
from portal.unit_of_work import unit_of_work
from tests.integration.supervision.bureau import CIVIL, COUNTY, MONDAY, Bureau, counted, source, staff_scope
from tests.integration.supervision.visits import plan, record, row_of

STAFF = staff_scope()
FILED = date(2026, 2, 2)
"""A Monday. Ten working days with the Saturday of 14 February, then Spring Festival until the 23rd, four days
of that week with the Saturday of the 28th, and the first week of March: the twentieth is Friday 6 March.
"""
LAST_DAY = date(2026, 3, 6)


def file_home(bureau: Bureau, filed_on: date = FILED, name: str = "新备案敬老院", **home: Any) -> int:
    """Enter a home that was filed on a day."""
    with bureau.app.app_context(), unit_of_work():
        values = {"name": name, "region_code": COUNTY, **home}
        made = service.register_institution(values, source())
        service.enter(Filing(institution_id=made.id, filed_on=filed_on), source())
        return made.id


def due(
    bureau: Bureau, on: date = MONDAY, scope: Scope = STAFF, region: str | None = None
) -> list[FirstVisit]:
    """Return the first visits to be made."""
    return list(bureau.ask(first_visits, scope, region, on=on))


def test_a_filed_home_is_due_twenty_working_days_after(bureau: Bureau) -> None:
    home = file_home(bureau)
    (visit,) = due(bureau)
    assert (visit.because, visit.institution_id, visit.since) == (Because.FILED, home, FILED)
    assert (visit.due, visit.provisional, visit.overdue) == (LAST_DAY, False, False)
    assert (visit.left, visit.late, visit.planned) == (4, 0, None)
    (visit,) = due(bureau, on=date(2026, 3, 12))
    assert (visit.overdue, visit.left, visit.late) == (True, 0, 4)


def test_a_last_day_in_a_year_without_a_calendar_is_provisional(bureau: Bureau) -> None:
    file_home(bureau, date(2027, 12, 20))
    (visit,) = due(bureau, on=date(2027, 12, 21))
    assert visit.provisional


def test_an_unfiled_home_with_residents_is_due_from_its_finding(bureau: Bureau) -> None:
    known = bureau.enter_unregistered("有老人", residents=6)
    unknown = bureau.enter_unregistered("不知道几个老人")
    bureau.enter_unregistered("没有老人", residents=0)
    bureau.enter_unregistered(
        "不是养老的", disposition=Disposition.NOT_A_HOME, disposition_on=date(2026, 1, 9)
    )
    bureau.enter_unregistered("去过了", inspected_on=date(2026, 1, 7))
    found = due(bureau)
    assert {one.unregistered_home_id for one in found} == {known, unknown}
    assert {one.because for one in found} == {Because.FOUND}
    assert {one.due for one in found} == {date(2026, 2, 2)}
    assert all(one.overdue for one in found)


def test_any_visit_since_counts_and_none_before(bureau: Bureau) -> None:
    home = file_home(bureau)
    record(bureau, plan(bureau, institution_id=home), visited_on=FILED - timedelta(1))
    assert len(due(bureau)) == 1
    record(bureau, plan(bureau, institution_id=home), visited_on=FILED)
    assert due(bureau) == []


def test_a_visit_to_an_unfiled_home_counts_whoever_made_it(bureau: Bureau) -> None:
    home = bureau.enter_unregistered()
    record(bureau, plan(bureau, unregistered_home_id=home))
    assert due(bureau) == []


def test_who_was_not_let_in_has_to_come_again(bureau: Bureau) -> None:
    filed, unfiled = file_home(bureau), bureau.enter_unregistered()
    for home in ({"institution_id": filed}, {"unregistered_home_id": unfiled}):
        number = plan(bureau, kind=InspectionKind.FIRST_VISIT, **home)
        record(bureau, number, result=InspectionResult.REFUSED)
    assert len(due(bureau)) == 2
    with bureau.app.app_context():
        assert db.session.get_one(UnregisteredHome, unfiled).inspected_on is None
    for home in ({"institution_id": filed}, {"unregistered_home_id": unfiled}):
        record(bureau, plan(bureau, kind=InspectionKind.FIRST_VISIT, **home))
    assert due(bureau) == []


def test_an_assessment_on_the_spot_counts(bureau: Bureau) -> None:
    home = file_home(bureau)
    with bureau.app.app_context(), unit_of_work():
        service.enter(
            Compliance(
                institution_id=home,
                standard=Standard.SERVICE_SAFETY,
                result=ComplianceResult.PASSED,
                assessed_on=FILED,
            ),
            source(),
        )
    assert due(bureau) == []


def test_homes_that_closed_or_were_withdrawn_and_old_filings_are_left_out(bureau: Bureau) -> None:
    file_home(bureau, name="关了的", operating_state=OperatingState.CLOSED)
    bureau.withdraw(Institution, file_home(bureau, name="撤下的"))
    bureau.withdraw(UnregisteredHome, bureau.enter_unregistered())
    file_home(bureau, MONDAY - timedelta(366), name="早就备案的")
    assert due(bureau) == []


def test_a_planned_visit_is_told_with_its_last_day_and_planned_once(bureau: Bureau) -> None:
    home = file_home(bureau)
    number = plan(bureau, kind=InspectionKind.FIRST_VISIT, institution_id=home)
    (visit,) = due(bureau)
    assert visit.planned is not None
    assert visit.planned.public_id == row_of(bureau, number).public_id
    assert visit.planned.planned_by == LAST_DAY
    with pytest.raises(InspectionRefused):
        plan(bureau, kind=InspectionKind.FIRST_VISIT, institution_id=home)
    record(bureau, number)
    assert due(bureau) == []


def test_the_most_urgent_comes_first_and_each_sees_their_own(bureau: Bureau) -> None:
    later = file_home(bureau, FILED + timedelta(2), name="后备案的")
    sooner = file_home(bureau, name="先备案的")
    elsewhere = file_home(bureau, name="邻县的", region_code="350421")
    assert [one.institution_id for one in due(bureau)] == [sooner, later]
    assert {one.institution_id for one in due(bureau, scope=Scope(False))} == {sooner, later, elsewhere}
    assert [one.institution_id for one in due(bureau, scope=Scope(False), region="350421")] == [elsewhere]
    assert due(bureau, scope=PUBLIC) == []
    assert due(bureau, scope=Scope(False, frozenset({"110101"}), CIVIL)) == []
    soon = bureau.ask(first_visits_due, STAFF, 4, on=MONDAY)
    assert [one.institution_id for one in soon] == [sooner]


def test_the_list_costs_the_same_however_many_there_are(bureau: Bureau) -> None:
    sent = []
    for number in range(3):
        file_home(bureau, name=f"第{number}家")
        with bureau.app.app_context(), counted() as statements:
            first_visits(STAFF, today=MONDAY)
        sent.append(len(statements))
    assert sent[0] == sent[-1]
