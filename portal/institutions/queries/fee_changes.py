"""What months cost before and after a change of fees: computed from fee lines and their history (R4, R14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import String, cast, func, select

from portal.domain.actor import Scope
from portal.domain.bitemporal import Statement, values_at
from portal.domain.fees import CareLevel, Fee, MonthlyTotal, monthly_total
from portal.extensions import db
from portal.history.models import Revision, not_retracted
from portal.history.recorded import decode
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import FeeStandard
from portal.institutions.queries.derived import derived, entries_by_id
from portal.institutions.queries.places import covered, known_region

RECENT = timedelta(days=366)
"""How far back a change of fees is still news."""

_AMOUNTS = ("amount_min_fen", "amount_max_fen")


@dataclass(frozen=True, slots=True)
class FeeChange:
    """One home's monthly total at one care level before ``on`` and from ``on``."""

    home: Entry
    care: CareLevel
    on: date
    before: MonthlyTotal
    after: MonthlyTotal
    to_come: bool

    @property
    def rise_fen(self) -> int:
        """By how much the lowest total went up (negative: down)."""
        return self.after.least_fen - self.before.least_fen


def fee_changes(care: CareLevel, region: str | None, scope: Scope) -> list[FeeChange]:
    """Return the changes of the past year and those announced, newest first."""
    shown = catalogue(scope)
    chosen = known_region(shown, region)
    every = derived(shown, "fee_changes", _changes)
    return [
        each for each in every if each.care is care and covered(shown, scope, chosen, each.home.region_code)
    ]


def _changes(shown: Catalogue) -> tuple[FeeChange, ...]:
    """Return every change at every care level: in three queries, however many there are."""
    oldest = shown.day - RECENT
    amended = _amended()
    f = FeeStandard
    moved = select(f.institution_id).where(
        f.withdrawn.is_(False), (f.in_force_to >= oldest) | (f.in_force_from >= oldest)
    )
    touched = select(f.institution_id).where(f.id.in_(list(amended)))
    query = select(f).where(f.withdrawn.is_(False), f.institution_id.in_(moved.union(touched)))
    by_home: dict[int, list[FeeStandard]] = defaultdict(list)
    for line in db.session.scalars(query):
        by_home[line.institution_id].append(line)
    homes = entries_by_id(shown)
    found: list[FeeChange] = []
    for key, lines in by_home.items():
        home = homes.get(key)
        if home is not None and home.open_now:
            for day in _days_of_change(lines, amended, oldest):
                found += _between(home, lines, amended, day, shown.day)
    found.sort(key=lambda each: (each.on, each.home.id), reverse=True)
    return tuple(found)


def _days_of_change(
    lines: Sequence[FeeStandard], amended: Mapping[int, Sequence[Revision]], oldest: date
) -> list[date]:
    days = {line.in_force_from for line in lines if line.in_force_from is not None}
    for line in lines:
        later = amended.get(line.id, ())[1:]
        # a correction says that the earlier amount had been wrong: nobody ever paid it
        days.update(revision.as_of for revision in later if revision.reason is None)
    return sorted(day for day in days if day >= oldest)


def _between(
    home: Entry,
    lines: Sequence[FeeStandard],
    amended: Mapping[int, Sequence[Revision]],
    day: date,
    today: date,
) -> list[FeeChange]:
    eve = day - timedelta(days=1)
    before, after = _fees_on(lines, amended, eve), _fees_on(lines, amended, day)
    changes = []
    for care in CareLevel:
        old, new = monthly_total(before, care, eve), monthly_total(after, care, day)
        if old is None or new is None or old.contains != new.contains:
            continue  # something was published or left out: no change of price
        if (old.least_fen, old.most_fen) != (new.least_fen, new.most_fen):
            changes.append(FeeChange(home, care, day, old, new, day > today))
    return changes


def _fees_on(lines: Sequence[FeeStandard], amended: Mapping[int, Sequence[Revision]], day: date) -> list[Fee]:
    """Return the fee lines with the amounts that were true on ``day``."""
    fees = []
    for line in lines:
        fee = line.as_fee()
        revisions = amended.get(line.id)
        if revisions:
            statements = [Statement(r.id, r.as_of, r.entered_at, r.stated) for r in revisions]
            values = values_at(statements, true_on=day) or values_at(statements[:1])
            least, most = (decode(FeeStandard, name, values.get(name)) for name in _AMOUNTS)
            fee = replace(fee, amount_min_fen=least, amount_max_fen=most)
        fees.append(fee)
    return fees


def _amended() -> dict[int, list[Revision]]:
    """Return the revisions of those fee lines whose amount was stated more than once, oldest first."""
    own = (
        Revision.record_kind == FeeStandard.record_kind,
        cast(Revision.stated, String).contains('"amount_m', autoescape=True),
        not_retracted(Revision),
    )
    several = select(Revision.record_id).where(*own).group_by(Revision.record_id).having(func.count() > 1)
    query = (
        select(Revision).where(*own, Revision.record_id.in_(several)).order_by(Revision.as_of, Revision.id)
    )
    found: dict[int, list[Revision]] = defaultdict(list)
    for revision in db.session.scalars(query):
        found[revision.record_id].append(revision)
    return found
