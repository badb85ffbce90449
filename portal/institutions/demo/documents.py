"""Document numbers of a bureau that does not exist, e.g. 云汀民示〔2025〕12号."""

from __future__ import annotations

from datetime import date

from portal.institutions.demo.regions import County


def city_number(day: date, serial: int) -> str:
    """Return a document number of the city's bureau."""
    return f"云汀民示〔{day.year}〕{serial}号"


def county_number(county: County, day: date, serial: int) -> str:
    """Return a document number of a county's bureau."""
    return f"{county.stem}民示〔{day.year}〕{serial}号"


def filing_number(county: County, day: date, serial: int) -> str:
    """Return the number on a filing receipt (备案回执)."""
    return f"云汀{county.stem}养备示〔{day.year}〕第{serial:03d}号"


def certificate_number(level: int, serial: int) -> str:
    """Return the number of a grade certificate."""
    return f"示YLJG-{level}-{serial:04d}"
