"""Filling a real portal database with synthetic homes, through the portal's own bulk keeper.

``python -m tests.bench.synthetic FOLDER COUNT [DATABASE_URL]`` migrates and fills a database that holds
nothing yet. It is marked as fictional: should one ever be served by mistake, every page says so.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask

from portal import create_app
from portal.config import load_settings
from portal.domain.actor import SYSTEM
from portal.domain.fees import CareLevel, FeeItem, FeeUnit
from portal.domain.grading import GradeScale
from portal.domain.names import name_key
from portal.history import bulk
from portal.history.data_set import mark_data_set
from portal.history.keeper import Provenance
from portal.history.models import DataSetKind, SourceKind
from portal.history.recorded import Recorded
from portal.history.sources import enter_source
from portal.institutions.models import (
    ConcentratedCare,
    FeeStandard,
    Filing,
    Institution,
    InstitutionKind,
    OperatingState,
    OperationMode,
    PositionPrecision,
    PositionSystem,
    Registration,
    StarGrade,
)
from portal.unit_of_work import unit_of_work
from tests.bench.homes import LISTED_ON, Home, homes

_AT_A_TIME = 20_000
"""Homes a statement: 400 000 in one list of dictionaries would take gigabytes."""

_LEVELS = (CareLevel.SELF_CARE, CareLevel.PARTIAL, CareLevel.FULL)

Row = dict[str, Any]


def portal_on(folder: Path, database_url: str | None = None) -> Flask:
    """Return the portal on the data folder and database of a benchmark, migrated."""
    app = create_app(load_settings(data=folder, database_url=database_url, log_level="ERROR"))
    with app.app_context():
        flask_migrate.upgrade()
    return app


def fill(app: Flask, count: int, counties: Sequence[str] = ()) -> None:
    """Enter ``count`` synthetic homes with all their records, in one transaction.

    ``counties``: they are said to lie in these, in turn; none: in all the counties there are.
    """
    with app.app_context(), unit_of_work():
        source = enter_source("基准测试名单（虚构）", LISTED_ON, SourceKind.SPREADSHEET)
        provenance = Provenance(source, LISTED_ON, SYSTEM)
        everything = homes(count)
        if counties:
            places = cycle(counties)
            everything = (replace(home, region_code=next(places)) for home in everything)
        while batch := list(islice(everything, _AT_A_TIME)):
            _enter(batch, provenance)
        mark_data_set(DataSetKind.DEMO, LISTED_ON)


def _enter(batch: Sequence[Home], provenance: Provenance) -> None:
    ids = bulk.open_many(Institution, [_institution(home) for home in batch], None, provenance)
    numbered = list(zip(ids, batch, strict=True))
    kinds: tuple[tuple[type[Recorded], Iterable[Row]], ...] = (
        (Registration, _registrations(numbered)),
        (Filing, _filings(numbered)),
        (StarGrade, _grades(numbered)),
        (FeeStandard, _fees(numbered)),
        (ConcentratedCare, _designations(numbered)),
    )
    for model, found in kinds:
        rows = list(found)
        bulk.open_many(model, rows, [f"institution/{row['institution_id']}" for row in rows], provenance)


def _institution(home: Home) -> Row:
    takes = ("self_care", "partial", "full", "dementia", "destitute")
    medical = (
        "medical_own_clinic",
        "medical_signed_hospital",
        "insurance_basic_medical",
        "insurance_long_term_care",
    )
    placed = home.longitude is not None
    return {
        "public_id": home.public_id,
        "name": home.name,
        "name_key": name_key(home.name),
        "former_names": [{"name": home.former_name, "until": "2019-01-01"}] if home.former_name else None,
        "kind": InstitutionKind(home.kind),
        "operation_mode": OperationMode(home.mode),
        "operating_state": OperatingState(home.operating),
        "operator": home.operator,
        "region_code": home.region_code,
        "township": home.township,
        "address": home.address,
        "phone": home.phone,
        "longitude": home.longitude,
        "latitude": home.latitude,
        "position_system": PositionSystem.WGS84 if placed else None,
        "position_precision": (PositionPrecision.EXACT if home.exact else PositionPrecision.TOWNSHIP)
        if placed
        else None,
        "opened_on": home.opened_on,
        "beds_total": home.beds,
        "beds_nursing": home.beds // 2,
        "beds_free": home.beds_free,
        "beds_free_as_of": LISTED_ON if home.beds_free is not None else None,
        "residents": home.residents,
        "services": home.services,
        **{f"takes_{name}": value for name, value in zip(takes, home.takes, strict=True)},
        **dict(zip(medical, home.medical, strict=True)),
    }


def _registrations(numbered: Sequence[tuple[int, Home]]) -> Iterator[Row]:
    for key, home in numbered:
        if home.registered_on is not None:
            yield {
                "institution_id": key,
                "number": f"登{home.number}",
                "registered_on": home.registered_on,
                "deregistered_on": home.deregistered_on,
            }


def _filings(numbered: Sequence[tuple[int, Home]]) -> Iterator[Row]:
    for key, home in numbered:
        if home.filed_on is not None:
            yield {"institution_id": key, "number": f"备{home.number}", "filed_on": home.filed_on}


def _grades(numbered: Sequence[tuple[int, Home]]) -> Iterator[Row]:
    for key, home in numbered:
        if home.grade is not None and home.grade_from is not None:
            yield {
                "institution_id": key,
                "scale": GradeScale.NATIONAL,
                "level": home.grade,
                "valid_from": home.grade_from,
                "valid_to": home.grade_from.replace(year=home.grade_from.year + 5, day=1),
            }


def _fees(numbered: Sequence[tuple[int, Home]]) -> Iterator[Row]:
    for key, home in numbered:
        if home.bed_yuan is not None:
            yield _fee(key, FeeItem.BED, None, home.bed_yuan, home.bed_yuan + 500)
        for level, yuan in zip(_LEVELS, home.care_yuan or (), strict=False):
            yield _fee(key, FeeItem.CARE, level, yuan, yuan)
        if home.meals_yuan is not None:
            yield _fee(key, FeeItem.MEALS, None, home.meals_yuan, home.meals_yuan)


def _fee(key: int, item: FeeItem, level: CareLevel | None, least: int, most: int) -> Row:
    return {
        "institution_id": key,
        "item": item,
        "care_level": level,
        "amount_min_fen": least * 100,
        "amount_max_fen": most * 100,
        "unit": FeeUnit.MONTH,
    }


def _designations(numbered: Sequence[tuple[int, Home]]) -> Iterator[Row]:
    for key, home in numbered:
        if home.concentrated:
            yield {"institution_id": key, "designated_on": LISTED_ON}


def main(folder: str, count: str, database_url: str | None = None) -> None:
    """Migrate and fill the database."""
    fill(portal_on(Path(folder), database_url), int(count))


if __name__ == "__main__":
    main(*sys.argv[1:])
