"""Where else to turn to with a complaint: a region's own hotline and post address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.complaints.office_models import ComplaintOffice
from portal.extensions import db
from portal.reference.directory import region_directory


@dataclass(frozen=True, slots=True)
class Office:
    """Where a region takes complaints. None: the region, and all above it, say nothing."""

    hotline: str | None = None
    post_address: str | None = None


def office_of(region_code: str | None) -> Office:
    """Return what is said for a region: its own word, else that of the nearest region above it."""
    if region_code is None:
        return Office()
    codes = [region_code, *(row.code for row in reversed(region_directory().ancestors(region_code)))]
    query = select(ComplaintOffice).where(ComplaintOffice.region_code.in_(codes))
    said = {office.region_code: office for office in db.session.scalars(query)}
    nearest = [said[code] for code in codes if code in said]
    return Office(
        next((office.hotline for office in nearest if office.hotline), None),
        next((office.post_address for office in nearest if office.post_address), None),
    )


def own_words(region_codes: Sequence[str]) -> dict[str, ComplaintOffice]:
    """Return what these regions themselves say, by code; one query."""
    query = select(ComplaintOffice).where(ComplaintOffice.region_code.in_(region_codes))
    return {office.region_code: office for office in db.session.scalars(query)}
