"""What must hold between the fields of a record."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portal.domain.fees import FeeItem
from portal.domain.grading import GradeScale
from portal.institutions.models import ClosureKind, OperatingState
from portal.institutions.rules import problems_of

TODAY = date(2026, 2, 24)
EARLY, LATE, AHEAD = date(2025, 1, 1), date(2026, 1, 1), date(2026, 3, 1)
NATIONAL = {"scale": GradeScale.NATIONAL, "level": 3}
GONE = {"deregistered_on": EARLY}
FREE = {"free_places": 2}
CLOSURE = {"kind": ClosureKind.CLOSURE, "announced_on": EARLY, "effective_on": LATE}


@pytest.mark.parametrize(
    ("kind", "values", "fields"),
    [
        ("institution", {"beds_total": 10, "beds_nursing": 11}, ["beds_nursing"]),
        ("institution", {"beds_total": 10, "beds_free": 11, "beds_free_as_of": EARLY}, ["beds_free"]),
        ("institution", {"beds_free": 1}, ["beds_free_as_of"]),
        ("institution", {"beds_free": 1, "beds_free_as_of": AHEAD}, ["beds_free_as_of"]),
        ("institution", {"carers_total": 1, "carers_certified": 2}, ["carers_certified"]),
        ("institution", {"contract_from": LATE, "contract_to": EARLY}, ["contract_to"]),
        ("institution", {"longitude": 117.0, "latitude": 26.0}, ["position_precision"]),
        ("institution", {"opened_on": "2026-03"}, ["opened_on"]),
        ("institution", {"opened_on": "2027", "operating_state": OperatingState.NOT_OPENED}, []),
        ("institution", {"opened_on": "2026"}, []),
        ("registration", {"number": "1", "registered_on": LATE} | GONE, ["deregistered_on"]),
        ("registration", {"registered_on": AHEAD}, ["registered_on"]),
        ("registration", {}, ["authority"]),
        ("filing", {"number": "1", "filed_on": EARLY, "cancelled_on": LATE}, ["cancelled_reason"]),
        ("filing", {"number": "1", "cancelled_reason": "停办"}, ["cancelled_on"]),
        ("star_grade", {"scale": GradeScale.NATIONAL}, ["level"]),
        ("star_grade", {"scale": GradeScale.LOCAL, "level": 3}, ["level", "as_written"]),
        ("star_grade", {"scale": GradeScale.LOCAL, "as_written": "四叶级"}, []),
        ("star_grade", NATIONAL | {"valid_from": LATE, "valid_to": EARLY}, ["valid_to"]),
        ("star_grade", NATIONAL | {"valid_from": EARLY, "revoked_on": LATE}, ["revoked_reason"]),
        ("star_grade", NATIONAL | {"valid_from": EARLY, "valid_to": AHEAD}, []),
        ("fee_standard", {"item": FeeItem.BED, "amount_min_fen": 0}, ["amount_min_fen"]),
        ("fee_standard", {"item": FeeItem.BED, "amount_min_fen": 2, "amount_max_fen": 1}, ["amount_min_fen"]),
        ("fee_standard", {"item": FeeItem.OTHER, "amount_min_fen": 2}, ["item_name"]),
        ("fee_standard", {"amount_min_fen": 2, "in_force_from": LATE, "in_force_to": EARLY}, ["in_force_to"]),
        ("concentrated_care", {"designated_on": EARLY, "quota": 1} | FREE, ["free_places", "free_as_of"]),
        ("concentrated_care", {"designated_on": LATE, "ended_on": EARLY}, ["ended_on"]),
        ("closure_notice", CLOSURE, []),
        ("closure_notice", CLOSURE | {"resumes_on": AHEAD}, ["resumes_on"]),
        ("closure_notice", CLOSURE | {"kind": ClosureKind.MERGER}, ["successor_id"]),
        ("closure_notice", CLOSURE | {"successor_id": 7, "institution_id": 7}, ["successor_id"]),
        ("closure_notice", CLOSURE | {"kind": ClosureKind.SUSPENSION, "resumes_on": LATE}, ["resumes_on"]),
        ("closure_notice", CLOSURE | {"residents_moved": 5}, ["residents_went"]),
        ("compliance", {"assessed_on": AHEAD}, ["assessed_on"]),
        ("commitment_letter", {"signed_on": AHEAD}, ["signed_on"]),
    ],
)  # fmt: skip
def test_rules(kind: str, values: dict[str, Any], fields: list[str]) -> None:
    assert [problem.field for problem in problems_of(kind, values, TODAY)] == fields
