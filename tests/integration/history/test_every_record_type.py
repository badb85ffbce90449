"""R14 for each record type: after a backdated correction, what was true on day D and what was shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.domain.actor import SYSTEM
from portal.domain.fees import FeeItem, FeeUnit
from portal.domain.grading import GradeScale
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.queries import state_at
from portal.history.recorded import Recorded
from portal.history.sources import enter_source
from portal.institutions import models, service
from portal.unit_of_work import unit_of_work

D1, D2, D3, D4 = (date(2026, month, 10) for month in (1, 2, 3, 4))

Case = tuple[Callable[[int], Recorded], str, Any, Any]

CASES: dict[str, Case] = {
    "registration": (
        lambda home: models.Registration(institution_id=home, number="A1", registered_on=D1),
        "deregistered_on", None, D2,
    ),
    "filing": (lambda home: models.Filing(institution_id=home, filed_on=D1), "filed_on", D1, D2),
    "commitment_letter": (
        lambda home: models.CommitmentLetter(
            institution_id=home, public_id="letter22", title="承诺书", body="一、", signed_on=D1
        ),
        "body", "一、", "一、二、",
    ),
    "star_grade": (
        lambda home: models.StarGrade(institution_id=home, scale=GradeScale.NATIONAL, level=2, valid_from=D1),
        "level", 2, 3,
    ),
    "fee_standard": (
        lambda home: models.FeeStandard(
            institution_id=home, item=FeeItem.BED, amount_min_fen=100_000, amount_max_fen=100_000,
            unit=FeeUnit.MONTH,
        ),
        "amount_max_fen", 100_000, 120_000,
    ),
    "concentrated_care": (
        lambda home: models.ConcentratedCare(institution_id=home, designated_on=D1, quota=10),
        "quota", 10, 12,
    ),
    "care_guide": (
        lambda home: models.CareGuide(
            region_code="350404", who_may_apply="低保失能", steps="申请", papers="户口簿", office="民政局",
            time_limit_working_days=20,
        ),
        "time_limit_working_days", 20, 15,
    ),
    "compliance": (
        lambda home: models.Compliance(
            institution_id=home, standard=models.Standard.FIRE_SAFETY,
            result=models.ComplianceResult.PASSED, assessed_on=D1,
        ),
        "result", models.ComplianceResult.PASSED, models.ComplianceResult.RECTIFYING,
    ),
    "closure_notice": (
        lambda home: models.ClosureNotice(
            institution_id=home, public_id="closure2", kind=models.ClosureKind.SUSPENSION,
            announced_on=D1, effective_on=D2, residents_moved=7,
        ),
        "residents_moved", 7, 9,
    ),
    "unregistered_home": (
        lambda home: models.UnregisteredHome(
            public_id="unreg222", name="示例村某托老点", region_code="350404", private_dwelling=True,
            found_on=D1, found_how=models.FoundHow.SURVEY,
        ),
        "verified_on", None, D2,
    ),
}  # fmt: skip


def provenance(day: date, reason: str | None = None) -> Provenance:
    return Provenance(enter_source("示例来源", day, SourceKind.DOCUMENT), day, SYSTEM, reason)


def test_the_cases_are_all_record_types() -> None:
    kinds = {model.record_kind for model in _concrete(Recorded)} - {"institution"}
    assert set(CASES) == kinds, "institution itself: test_keeper.py"


def _concrete(base: type[Recorded]) -> list[type[Recorded]]:
    found = [model for model in base.__subclasses__() if hasattr(model, "__table__")]
    return found + [deeper for model in base.__subclasses__() for deeper in _concrete(model)]


@pytest.mark.parametrize("kind", CASES)
def test_truth_and_knowledge_differ_after_a_backdated_correction(app: Flask, kind: str) -> None:
    build, field, before, after = CASES[kind]
    with app.app_context():
        with clock.moved_to(clock.at(D1)), unit_of_work():
            home = service.register_institution(
                {"name": "示例敬老院", "region_code": "350404"}, provenance(D1)
            )
            record = service.enter(build(home.id), provenance(D1))
        with clock.moved_to(clock.at(D4)), unit_of_work():
            assert service.amend(record, {field: after}, provenance(D2, "原件写错，现更正"))

        assert getattr(record, field) == after
        assert state_at(record, true_on=D1).get(field) == before
        assert state_at(record, true_on=D3).get(field) == after, "true on D3, as known today"
        shown = state_at(record, true_on=D3, known_at=clock.at(D3))
        assert shown.get(field) == before, "what the portal showed on D3"
