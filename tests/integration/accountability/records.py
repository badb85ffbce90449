"""Rows of supervision for the tests of what counts them: quick, and exact in time."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from portal import clock
from portal.accountability import figures, ranking
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemStatus
from portal.extensions import db
from portal.institutions.models import Institution
from portal.supervision.credit_models import CreditRecord
from portal.supervision.kinds import CreditKind, InspectionKind, InspectionResult
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem
from tests.integration.supervision.event_rows import home, problem

TODAY = date(2026, 7, 15)
"""A Wednesday."""
COUNTY, OTHER = "350404", "350421"

_numbers = count(1)


def enter_problem(
    where: Institution, found_on: date, cleared_on: date | None = None, **given: Any
) -> Problem:
    """Enter a problem found on a day, and perhaps cleared on another."""
    cleared = {} if cleared_on is None else {"status": ProblemStatus.CLEARED, "cleared_on": cleared_on}
    return problem(where, clock.at(found_on), **cleared, **given)


def visit(
    where: Institution, on: date, result: InspectionResult = InspectionResult.CLEAN, **given: Any
) -> Inspection:
    """Enter a visit that was made."""
    number = next(_numbers)
    row = Inspection(
        **{
            "public_id": f"v{number:07d}",
            "kind": InspectionKind.THEMATIC,
            "institution_id": where.id,
            "region_code": where.region_code,
            "department": Department.CIVIL_AFFAIRS,
            "departments": '["civil_affairs"]',
            "visited_on": on,
            "result": result,
            "entered_at": clock.at(on),
            "entered_by": "经办",
            **given,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def credit(where: Institution, kind: CreditKind, decided_on: date, until: date, **given: Any) -> CreditRecord:
    """Enter a credit entry."""
    number = next(_numbers)
    row = CreditRecord(
        **{
            "public_id": f"c{number:07d}",
            "kind": kind,
            "institution_id": where.id,
            "region_code": where.region_code,
            "department": Department.CIVIL_AFFAIRS,
            "title": "罚款",
            "reason": "未按期整改",
            "legal_basis": "《养老机构管理办法》第四十六条",
            "authority": "三元区民政局",
            "decided_on": decided_on,
            "until": until,
            "entered_at": clock.at(decided_on),
            "entered_by": "经办",
            "changed_at": clock.at(decided_on),
            **given,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def counted() -> None:
    """Have the worker count whatever changed, and rank every home."""
    while figures.refresh_stale():
        pass
    ranking.rank_all()


__all__ = [
    "COUNTY", "OTHER", "TODAY", "counted", "credit", "enter_problem", "home", "visit",
]  # fmt: skip
