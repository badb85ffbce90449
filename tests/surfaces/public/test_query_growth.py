"""One institution and four thousand cost the same number of queries, on every page that shows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Flask

from portal.domain.fees import CareLevel, FeeItem, FeeUnit
from portal.domain.grading import GradeScale
from portal.domain.names import name_key
from portal.history import bulk
from portal.history.keeper import Provenance
from portal.institutions.models import (
    ConcentratedCare,
    FeeStandard,
    Filing,
    Institution,
    OperatingState,
    Registration,
    StarGrade,
)
from portal.unit_of_work import unit_of_work
from tests.surfaces.conftest import CountQueries

DAY = date(2026, 1, 1)
MANY = 4_000


def enter_homes(app: Flask, provenance: Callable[..., Provenance], first: int, count: int) -> list[str]:
    """Enter ``count`` homes with a registration, a filing, a grade, two fees and a designation each."""
    public_ids = [f"home{first + number:04d}" for number in range(count)]
    with app.app_context(), unit_of_work():
        told = provenance(DAY)
        ids = bulk.open_many(Institution, [_home(public_id) for public_id in public_ids], None, told)
        subjects = [f"institution/{home}" for home in ids]
        records = {
            Registration: {"registered_on": DAY},
            Filing: {"filed_on": DAY},
            StarGrade: {"scale": GradeScale.NATIONAL, "level": 3, "valid_from": DAY, "valid_to": None},
            ConcentratedCare: {"designated_on": DAY, "quota": 5},
        }
        for model, values in records.items():
            bulk.open_many(model, [{"institution_id": home, **values} for home in ids], subjects, told)
        for level in (CareLevel.SELF_CARE, CareLevel.FULL):
            fee = {"item": FeeItem.ALL_IN, "care_level": level, "unit": FeeUnit.MONTH}
            amounts = {"amount_min_fen": 200_000, "amount_max_fen": 250_000}
            rows = [{"institution_id": home, **fee, **amounts} for home in ids]
            bulk.open_many(FeeStandard, rows, subjects, told)
    return public_ids


def _home(public_id: str) -> dict[str, object]:
    name = f"示例{public_id}敬老院"
    return {
        "public_id": public_id,
        "name": name,
        "name_key": name_key(name),
        "region_code": "350404",
        "operating_state": OperatingState.OPERATING,
        "beds_total": 50,
    }


def test_pages_cost_the_same_for_one_and_for_thousands(
    app: Flask, provenance: Callable[..., Provenance], count_queries: CountQueries
) -> None:
    client = app.test_client()

    def costs(homes: list[str]) -> dict[str, int]:
        compared = "&".join(f"id={home}" for home in homes[:4])
        pages = {
            "home": "/",
            "list": "/institutions",
            "table": "/institutions?view=table&sort=price&state=filed",
            "csv": "/institutions.csv",
            "detail": f"/institutions/{homes[0]}",
            "history": f"/institutions/{homes[0]}/history",
            "compare": f"/institutions/compare?{compared}",
            "grades": "/grades",
            "fees": "/fees",
            "care": "/concentrated-care",
            "unregistered": "/institutions/unregistered",
        }
        counted = {}
        for name, page in pages.items():
            client.get(page)  # the list is read once for a version of the data; that is not the page's cost
            with count_queries(app) as statements:
                assert client.get(page).status_code == 200, page
            counted[name] = len(statements)
        return counted

    one = enter_homes(app, provenance, 0, 1)
    few = costs(one)
    many = costs(one + enter_homes(app, provenance, 1, MANY - 1))
    assert few == many
    assert max(many.values()) <= 20
