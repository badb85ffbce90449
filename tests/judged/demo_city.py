"""The demo city as the brute force reads it: straight from the tables, knowing nothing of the search."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from portal.extensions import db
from portal.institutions.models import ConcentratedCare, Filing, Institution, Registration, StarGrade
from portal.reference.models import Region
from tests.judged.judged_set import Home, Record

_STATED = {
    "takes_dementia": "失智",
    "takes_destitute": "特困",
    "medical_own_clinic": "医养结合",
    "insurance_long_term_care": "长期护理保险",
}
_NUMBERED: tuple[tuple[Any, Any], ...] = (
    (Registration, Registration.number),
    (Filing, Filing.number),
    (StarGrade, StarGrade.certificate_number),
    (ConcentratedCare, ConcentratedCare.document_number),
)


def records() -> list[Record]:
    """Return every home that is public, in the order of the table, with the texts of ``judged_set.FIELDS``.

    Needs an application context. The county in a record's home is its region code.
    """
    numbers = _numbers()
    county_names = {region.code: region.name for region in db.session.scalars(select(Region))}
    homes = db.session.scalars(
        select(Institution).where(Institution.withdrawn.is_(False)).order_by(Institution.id)
    )
    return [_record(home, county_names[home.region_code], numbers[home.id]) for home in homes]


def _numbers() -> dict[int, list[str]]:
    numbers: dict[int, list[str]] = defaultdict(list)
    for model, column in _NUMBERED:
        there = select(model.institution_id, column).where(model.withdrawn.is_(False), column.is_not(None))
        for institution_id, number in db.session.execute(there):
            numbers[institution_id].append(number)
    return numbers


def _record(home: Institution, county_name: str, numbers: list[str]) -> Record:
    texts = {
        "name": (home.name,),
        "former_names": tuple(str(former["name"]) for former in home.former_names or ()),
        "address": (home.address or "", home.township or ""),
        "operator": (home.operator or "",),
        "county": (county_name,),
        "services": (home.services or "",),
        "numbers": (home.credit_code or "", *numbers),
        "stated": tuple(word for column, word in _STATED.items() if getattr(home, column)),
    }
    return Record(Home(home.name, home.region_code), texts)
