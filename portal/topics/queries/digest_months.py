"""The months that owe a digest, and which of them have one (R40)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.domain.actor import PUBLIC, Scope
from portal.domain.monthly_lists import ListStanding, due_day, month_before, standing
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.topics.digest_models import ColumnOffice, Digest
from portal.topics.kinds import DigestState


@dataclass(frozen=True, slots=True)
class Office:
    """A region that runs the column, and its first month."""

    region_code: str
    region_label: str
    since: date


@dataclass(frozen=True, slots=True)
class DigestMonth:
    """One region's month. ``digest_id``, ``edition``, ``state``: of the newest edition, if there is one."""

    region_code: str
    region_label: str
    month: date
    due: date
    standing: ListStanding
    """By the first edition."""
    first_published_at: datetime | None
    days_late: int
    """Days between the last day and its publication, or today; 0: in time."""
    digest_id: int | None
    edition: int
    state: DigestState | None
    published_edition: int | None
    """The newest that everybody reads."""


def offices(scope: Scope = PUBLIC) -> list[Office]:
    """Return the regions that run the column, in order of code."""
    labels = region_directory()
    rows = db.session.execute(select(ColumnOffice.region_code, ColumnOffice.since))
    return sorted(
        (Office(code, labels.label(code), since) for code, since in rows if scope.covers(code)),
        key=lambda one: one.region_code,
    )


def digest_months(scope: Scope = PUBLIC, region: str | None = None) -> list[DigestMonth]:
    """Return every month that is owed, the newest first; three queries, however many offices."""
    today, found = clock.today(), offices(scope)
    if region is not None:
        within = region_directory().within(region)
        found = [one for one in found if one.region_code in within]
    editions = _editions(one.region_code for one in found)
    rows = []
    for office in found:
        month = month_before(today)
        while month >= office.since:
            rows.append(_month(office, month, editions.get((office.region_code, month), []), today))
            month = month_before(month)
    return sorted(rows, key=lambda one: (-one.month.toordinal(), one.region_code))


def _editions(regions: Iterable[str]) -> dict[tuple[str, date], list[Any]]:
    """Return every edition by region and month, the newest first, without its figures and words."""
    columns = (
        Digest.region_code, Digest.month, Digest.id, Digest.edition, Digest.state, Digest.published_at,
    )  # fmt: skip
    query = select(*columns).where(Digest.region_code.in_(list(regions))).order_by(Digest.edition.desc())
    found: dict[tuple[str, date], list[Any]] = {}
    for row in db.session.execute(query):
        found.setdefault((row[0], row[1]), []).append(row)
    return found


def _month(office: Office, month: date, editions: Sequence[Any], today: date) -> DigestMonth:
    newest, first = (editions[0], editions[-1]) if editions else (None, None)
    sent = None if first is None else first.published_at
    due = due_day(month)
    end = today if sent is None else sent.date()
    return DigestMonth(
        office.region_code,
        office.region_label,
        month,
        due,
        standing(month, None if sent is None else sent.date(), today),
        sent,
        max(0, (end - due).days),
        None if newest is None else newest.id,
        0 if newest is None else newest.edition,
        None if newest is None else newest.state,
        next((one.edition for one in editions if one.published_at is not None), None),
    )
