"""Among how many a published case stands: which region may stand beside it (R32).

What gives a person away is not the text alone but place, time and subject together. The day of receipt is
never published; the place becomes as wide as it has to be for the case to be one of many.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from portal.complaints.models import Case
from portal.extensions import db
from portal.reference.directory import region_directory

AMONG = 10
"""Complaints that a region must have had in the quarter of receipt to be named beside one of them …"""
ALIKE = 3
"""… and those of the same category among them. All count, whoever consented: none can be told apart."""


def region_shown(case: Case) -> str:
    """Return the narrowest region that hides the case among others: county, city, province at the widest."""
    regions = region_directory()
    wider = [case.region_code, *(one.code for one in reversed(regions.ancestors(case.region_code)))]
    begins, ends = quarter_of(case.received_on)
    query = (
        select(Case.region_code, Case.category, func.count())
        .where(Case.region_code.in_(regions.within(wider[-1])), Case.received_on.between(begins, ends))
        .group_by(Case.region_code, Case.category)
    )
    counted = db.session.execute(query).all()
    for code in wider:
        within = regions.within(code)
        here = [(category, count) for place, category, count in counted if place in within]
        alike = sum(count for category, count in here if category is case.category)
        if sum(count for _, count in here) >= AMONG and alike >= ALIKE:
            return code
    return wider[-1]


def quarter_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of a day's quarter."""
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    following = date(first.year + (first.month == 10), (first.month + 2) % 12 + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)
