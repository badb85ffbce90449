"""Reading entries from the database: a fixed number of queries, whether for one changed home or for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import func, select

from portal.domain.fees import Fee, monthly_totals
from portal.domain.grading import GradeTerm
from portal.domain.registration import DatedFact
from portal.extensions import db
from portal.history.models import Confirmation, Revision, not_retracted
from portal.institutions.catalogue.entry import (
    Entry,
    Facts,
    GradeRow,
    grade_on,
    search_text,
    state_on,
)
from portal.institutions.models import (
    ConcentratedCare,
    FeeStandard,
    Filing,
    Institution,
    PositionSystem,
    Registration,
    StarGrade,
)
from portal.institutions.uncollected import uncollected
from portal.reference.regions import RegionDirectory

_I = Institution
_COLUMNS = (
    _I.id, _I.public_id, _I.name, _I.former_names, _I.region_code, _I.township, _I.address, _I.phone,
    _I.kind, _I.operation_mode, _I.operating_state, _I.operator, _I.beds_total, _I.beds_free,
    _I.beds_free_as_of, _I.longitude, _I.latitude, _I.position_precision, _I.position_system,
)  # fmt: skip
_ANSWERS = {
    "takes": (
        (_I.takes_self_care, "self_care"),
        (_I.takes_partial, "partial"),
        (_I.takes_full, "full"),
        (_I.takes_dementia, "dementia"),
        (_I.takes_destitute, "destitute"),
    ),
    "medical": (
        (_I.medical_own_clinic, "own_clinic"),
        (_I.medical_signed_hospital, "signed_hospital"),
        (_I.insurance_basic_medical, "basic_medical"),
        (_I.insurance_long_term_care, "long_term_care"),
    ),
}
"""Set of an entry → the columns that say yes, no or nothing, and what a yes puts into the set."""

_TAKES = slice(len(_COLUMNS), len(_COLUMNS) + len(_ANSWERS["takes"]))
_MEDICAL = slice(_TAKES.stop, _TAKES.stop + len(_ANSWERS["medical"]))


def load_entries(regions: RegionDirectory, day: date, ids: Collection[int] | None = None) -> list[Entry]:
    """Return the entries of these institutions (None: all) as of ``day``; withdrawn ones are left out."""
    with uncollected():
        facts = _load_facts(ids)
        columns = (*_COLUMNS, *(column for answers in _ANSWERS.values() for column, _ in answers))
        rows = db.session.execute(_limited(select(*columns).where(_I.withdrawn.is_(False)), _I.id, ids))
        places, nothing = _Places(regions), Facts()
        return [_entry(row, facts.get(row[0], nothing), places, day) for row in rows]


class _Places(dict[str, tuple[str, str]]):
    """Where an institution stands today: the county in force, and its name with the city's."""

    def __init__(self, regions: RegionDirectory) -> None:
        super().__init__()
        self._regions = regions

    def __missing__(self, code: str) -> tuple[str, str]:
        current = self._regions.currents(code)
        now = current[0] if len(current) == 1 else code
        self[code] = (now, self._regions.label(now))
        return self[code]


def _entry(row: Any, facts: Facts, places: _Places, day: date) -> Entry:
    (
        key, public_id, name, former_names, region, township, address, phone, kind, mode, operating, operator,
        beds_total, beds_free, beds_free_as_of, longitude, latitude, precision, system, *_,
    ) = row  # fmt: skip
    region_code, region_label = places[region]
    former = tuple(each["name"] for each in former_names or () if each.get("name"))
    return Entry(
        id=key,
        public_id=public_id,
        name=name,
        former_names=former,
        region_code=region_code,
        region_label=region_label,
        address=address,
        phone=phone,
        kind=kind,
        mode=mode,
        operating=operating,
        registration=state_on(facts, day),
        grade=grade_on(facts.grades, day),
        totals=monthly_totals(facts.fees, day),
        beds_total=beds_total,
        beds_free=beds_free,
        beds_free_as_of=beds_free_as_of,
        takes=_said_yes("takes", row[_TAKES]),
        medical=_said_yes("medical", row[_MEDICAL]),
        concentrated=any(fact.holds_on(day) for fact in facts.concentrated),
        longitude=longitude,
        latitude=latitude,
        precision=precision,
        confirmed_on=facts.confirmed_on,
        text=search_text(name, *former, region_label, township, address, operator),
        changes_on=facts.change_after(day),
        system_known=system not in (None, PositionSystem.UNKNOWN),
    )


@cache
def _said_yes(name: str, answers: tuple[bool | None, ...]) -> frozenset[str]:
    """Return what the answers put into a set; there are few combinations, and equal ones share one set."""
    return frozenset(
        value for (_, value), answer in zip(_ANSWERS[name], answers, strict=True) if answer is True
    )


def _load_facts(ids: Collection[int] | None) -> dict[int, Facts]:
    registrations = _dated(Registration, Registration.registered_on, Registration.deregistered_on, ids)
    filings = _dated(Filing, Filing.filed_on, Filing.cancelled_on, ids)
    care = _dated(ConcentratedCare, ConcentratedCare.designated_on, ConcentratedCare.ended_on, ids)
    grades: dict[int, list[GradeRow]] = defaultdict(list)
    g = StarGrade
    for key, scale, level, written, since, until, revoked in _rows(
        g, (g.scale, g.level, g.as_written, g.valid_from, g.valid_to, g.revoked_on), ids
    ):
        grades[key].append(GradeRow(scale, level, written, GradeTerm(since, until, revoked)))
    fees: dict[int, list[Fee]] = defaultdict(list)
    f = FeeStandard
    for key, *values in _rows(
        f,
        (
            f.item, f.care_level, f.room, f.amount_min_fen, f.amount_max_fen, f.unit,
            f.in_force_from, f.in_force_to,
        ),
        ids,
    ):  # fmt: skip
        fees[key].append(Fee(*values))
    confirmed = _confirmed(ids)
    keys = set[int]().union(registrations, filings, care, grades, fees, confirmed)
    return {
        key: Facts(
            registrations.get(key, ()),
            filings.get(key, ()),
            grades.get(key, ()),
            fees.get(key, ()),
            care.get(key, ()),
            confirmed.get(key),
        )
        for key in keys
    }


def _dated(model: Any, since: Any, until: Any, ids: Collection[int] | None) -> dict[int, list[DatedFact]]:
    found: dict[int, list[DatedFact]] = defaultdict(list)
    for key, start, end in _rows(model, (since, until), ids):
        found[key].append(DatedFact(start, end))
    return found


def _rows(model: Any, columns: Iterable[Any], ids: Collection[int] | None) -> Iterable[Any]:
    query = select(model.institution_id, *columns).where(model.withdrawn.is_(False))
    return db.session.execute(_limited(query, model.institution_id, ids))


def _confirmed(ids: Collection[int] | None) -> dict[int, date]:
    """Return the latest day on which anything was stated about each institution itself."""
    latest: dict[int, date] = {}
    for model in (Revision, Confirmation):
        query = (
            select(model.record_id, func.max(model.as_of))
            .where(model.record_kind == Institution.record_kind, not_retracted(model))
            .group_by(model.record_id)
        )
        for key, day in db.session.execute(_limited(query, model.record_id, ids)):
            latest[key] = max(day, latest.get(key, day))
    return latest


def _limited(query: Any, column: Any, ids: Collection[int] | None) -> Any:
    return query if ids is None else query.where(column.in_(ids))
