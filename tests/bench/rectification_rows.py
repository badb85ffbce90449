"""Synthetic notices with all that belongs to them, the same ones each time, in an empty portal.

``python -m tests.bench.rectification_rows FOLDER COUNT [DATABASE_URL]``: three years up to today, 4 000 homes
in 120 counties. Of a hundred notices 80 were put right in time, 12 late, 3 are overdue, of 3 the problem came
back, 2 still run; one in fifty is not public. A notice is the same one whatever the count: the first of them
are in one home and one county, so that what is asked of these is the same with few and with many.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.accountability import figures
from portal.accounts.staff import create_staff
from portal.database import Base
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.institutions.models import Institution
from portal.reference.directory import region_directory
from portal.reference.gb2260 import RegionLevel
from portal.supervision.credit_models import CreditRecord
from portal.supervision.models import Inspection, InspectionItem
from portal.supervision.problem_models import NoticeDeadline, Problem, ProblemStep, RectificationNotice
from portal.unit_of_work import unit_of_work
from tests.bench import bulk
from tests.bench.rectifications import Made, Place, rectification
from tests.bench.synthetic import fill as fill_homes
from tests.bench.synthetic import portal_on

HOMES = 4_000
PROVINCE = "35"
"""Most counties lie in it, and the clerk who asks for the staff's pages."""

_COUNTIES = 120
_PROVINCES = (PROVINCE, "36")
_OF_ONE_HOME = 12
_OF_ONE_COUNTY = 72
_AT_A_TIME = 2_000
_OVER = 60
"""Days after which all is over that is not overdue."""
_TABLES = tuple(
    Base.metadata.tables[kind.__tablename__]
    for kind in (
        RectificationNotice, NoticeDeadline, Problem, ProblemStep, Inspection, InspectionItem, CreditRecord,
    )
)  # fmt: skip


def fill(app: Flask, count: int) -> None:
    """Enter the homes and ``count`` notices, count the months, and make a clerk of the province."""
    with app.app_context():
        counties = _counties()
    fill_homes(app, HOMES, counties)
    with app.app_context():
        homes = db.session.execute(
            select(Institution.id, Institution.name, Institution.region_code).order_by(Institution.id)
        )
        made = _notices(count, [Place(*home) for home in homes], clock.today())
        while batch := list(islice(made, _AT_A_TIME)):
            for table, rows in zip(_TABLES, zip(*batch, strict=True), strict=True):
                bulk.write(table, [row for some in rows for row in some])
        bulk.number_on(_TABLES)
        with unit_of_work():
            region = f"{PROVINCE}0000"
            create_staff("测试人员", "bench@example.cn", Role.CLERK, Department.CIVIL_AFFAIRS, region)
            figures.recount()
        while figures.refresh_stale():
            pass
        bulk.analyze()


def _counties() -> list[str]:
    rows = region_directory().rows
    codes = [
        code
        for code, row in sorted(rows.items())
        if code[:2] in _PROVINCES and row.level is RegionLevel.COUNTY and row.until is None
    ]
    return codes[:_COUNTIES]


def _notices(count: int, homes: Sequence[Place], today: date) -> Iterator[Made]:
    first = homes[0]
    near = [home for home in homes if home.region_code == first.region_code]
    for number in range(1, count + 1):
        if number <= _OF_ONE_HOME:
            home = first
        elif number <= _OF_ONE_COUNTY:
            home = near[number % len(near)]
        else:
            home = homes[number * 7919 % len(homes)]
        yield rectification(number, home, today - timedelta(days=_OVER + number * 104_729 % 1_000))


if __name__ == "__main__":
    fill(portal_on(Path(sys.argv[1]), sys.argv[3] if sys.argv[3:] else None), int(sys.argv[2]))
