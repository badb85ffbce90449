"""Chapter five: what the homes say of themselves, and who runs the public ones (R6, R11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from portal.extensions import db
from portal.history import bulk
from portal.history.models import SourceKind
from portal.institutions import service
from portal.institutions.demo import entering, words
from portal.institutions.demo.cast import City, Home, Story
from portal.institutions.demo.legal import Dates
from portal.institutions.demo.lists import DESCRIPTIONS
from portal.institutions.demo.names import OPERATORS, hospital_near
from portal.institutions.demo.regions import County
from portal.institutions.demo.timeline import Timeline
from portal.institutions.models import Institution, InstitutionKind, OperationMode

_FORM = "信息公开表"
_FREE_BEDS_AGE = (1, 2, 3, 5, 8, 13, 21, 30, 45, 60, 90, 150, 260, 400)
"""How many days ago homes last said how many beds are free: fresh ones, old ones, very old ones."""


def schedule(city: City, timeline: Timeline, dates: dict[Home, Dates]) -> None:
    """Plan each home's disclosure form, its reports of free beds, and the list of contracts."""
    for home in city.homes:
        rng = city.rng("disclosure", home.key)
        opened = dates[home].opened_on
        if opened is None:
            continue
        listed = max(dates[home].first_listed_on, opened) + timedelta(days=45)
        first = listed + timedelta(days=rng.randint(0, 200))
        if rng.random() > 0.12 and first < (dates[home].ended_on or timeline.ago(2)):
            timeline.at(first + timedelta(days=2), _form(city, home, first), hour=13)
            if rng.random() < 0.5:
                again = first + timedelta(days=rng.randint(150, 400))
                if again < (dates[home].ended_on or timeline.ago(8)):
                    timeline.at(again + timedelta(days=1), _staff_update(city, home, again), hour=13)
    for (county, days), homes in _free_beds(city, timeline, dates).items():
        timeline.at(timeline.ago(days), _free_beds_entry(city, county, timeline.ago(days), homes), hour=17)
    contracts, told = timeline.month_ends()[9], set[Home]()
    for day in (contracts, timeline.month_ends()[21]):
        timeline.at(day + timedelta(days=10), _contracts(city, timeline, dates, day, told), hour=15)


def _free_beds(
    city: City, timeline: Timeline, dates: dict[Home, Dates]
) -> dict[tuple[County, int], list[Home]]:
    """Return who reports how many free beds, by county and by how many days ago."""
    reports: defaultdict[tuple[County, int], list[Home]] = defaultdict(list)
    for home in city.homes:
        rng = city.rng("free beds", home.key)
        opened = dates[home].opened_on
        if not home.live or home.story is Story.JUST_OPENED or opened is None or rng.random() < 0.14:
            continue
        listed = max(dates[home].first_listed_on, opened) + timedelta(days=45)
        age = rng.choice(_FREE_BEDS_AGE)
        for days in (age + 188, age + 97, age):
            day = timeline.ago(days)
            if day > listed and dates[home].takes_residents(day):
                reports[home.county, days].append(home)
    return reports


def _free_beds_entry(city: City, county: County, day: date, homes: list[Home]) -> Callable[[], None]:
    def enter() -> None:
        title = f"{county.name}：养老机构空余床位自报汇总"
        source = entering.paper(title, day, county.bureau, SourceKind.INSTITUTION_STATEMENT)
        columns = Institution.id, Institution.beds_total, Institution.residents
        query = db.select(*columns).where(Institution.id.in_([home.id for home in homes]))
        empty = {
            home_id: max(0, beds - residents) if residents is not None else beds // 4
            for home_id, beds, residents in db.session.execute(query)
        }
        since = {"beds_free_as_of": day}
        rows = [
            (home.id, home.subject, {"beds_free": _offered(city, home, day, empty[home.id]), **since})
            for home in homes
        ]
        bulk.amend_many(Institution, rows, entering.stated(source))

    return enter


def _offered(city: City, home: Home, day: date, empty: int) -> int:
    """Return how many of its empty beds a home offers: not all of them, and sometimes none."""
    rng = city.rng("free beds", home.key, str(day.toordinal() % 11))
    return 0 if rng.random() < 0.18 else int(empty * rng.uniform(0.15, 0.9))


def _form(city: City, home: Home, day: date) -> Callable[[], None]:
    def enter() -> None:
        told = entering.told_by(home, _FORM, day)
        bulk.amend_many(Institution, [(home.id, home.subject, _disclosed(city, home))], told)

    return enter


def _disclosed(city: City, home: Home) -> dict[str, Any]:
    rng = city.rng("form", home.key)
    carers = max(2, round(home.beds * rng.uniform(0.06, 0.22)))
    takes_full = home.kind is not InstitutionKind.APARTMENT or rng.random() < 0.4
    clinic = rng.random() < (0.95 if home.kind is InstitutionKind.NURSING_CENTRE else 0.22)
    signed = rng.random() < 0.7
    values: dict[str, Any] = {
        "carers_total": carers,
        "carers_certified": round(carers * rng.uniform(0.2, 1.0)),
        "takes_self_care": home.kind is not InstitutionKind.NURSING_CENTRE or rng.random() < 0.3,
        "takes_partial": True,
        "takes_full": takes_full,
        "takes_dementia": takes_full and rng.random() < 0.4,
        "takes_destitute": home.is_public or rng.random() < 0.15,
        "medical_own_clinic": clinic,
        "medical_signed_hospital": signed,
        "medical_partner": hospital_near(home.county, home.township, rng) if signed else None,
        "medical_note": _medical_note(clinic, signed, rng),
        "insurance_basic_medical": clinic and rng.random() < 0.6,
        "insurance_long_term_care": takes_full and rng.random() < 0.35,
        "insurance_liability": rng.random() < 0.75,
        "services": words.joined(rng, words.SERVICES, 4, 8),
        "rules": rng.choice(words.RULES),
        "prepayment_rule": rng.choice(words.PREPAYMENT_RULES),
        "refund_rule": words.joined(rng, words.REFUND_RULES, 2, 3),
        "description": None if home.story in DESCRIPTIONS else rng.choice(words.DESCRIPTIONS),
    }
    # Forms come back with gaps: what is not stated stays unpublished, which is not "no".
    return {field: value for field, value in values.items() if value is not None and rng.random() > 0.13}


def _medical_note(clinic: bool, signed: bool, rng: Random) -> str | None:
    if clinic:
        return rng.choice(
            (
                "内设医务室，执业医师每日坐诊，可开具常用药，夜间由值班护士处置并联系120。",
                "内设护理站，提供鼻饲、导尿、压疮换药等护理服务。",
            )
        )
    if signed:
        return rng.choice(
            ("签约医院每周派医生来院巡诊一次，急症走绿色通道。", "家庭医生每月上门，住院优先安排床位。")
        )
    return None


def _staff_update(city: City, home: Home, day: date) -> Callable[[], None]:
    def enter() -> None:
        rng = city.rng("update", home.key)
        carers = (home.row.carers_total or max(2, home.beds // 8)) + rng.randint(-2, 4)
        carers = max(2, carers)
        certified = min(carers, (home.row.carers_certified or 1) + rng.randint(0, 3))
        values: dict[str, Any] = {"carers_total": carers, "carers_certified": certified}
        if rng.random() < 0.4:
            values["refund_rule"] = words.joined(rng, words.REFUND_RULES, 3, 4)
        service.amend_institution(home.row, values, entering.told_by(home, _FORM, day))

    return enter


def _contracts(
    city: City, timeline: Timeline, dates: dict[Home, Dates], day: date, told: set[Home]
) -> Callable[[], None]:
    def enter() -> None:
        source = entering.paper(
            "示例省民政厅：公建民营养老机构委托运营情况表", day, "示例省民政厅", SourceKind.SPREADSHEET
        )
        rows = []
        for home in city.homes:
            listed = home.record_id is not None and dates[home].on_list(day)
            if listed and home.mode is OperationMode.PUBLIC_PRIVATE and home not in told:
                told.add(home)
                rows.append((home.id, home.subject, _contract(city, timeline, home)))
        bulk.amend_many(Institution, rows, entering.stated(source))

    return enter


def _contract(city: City, timeline: Timeline, home: Home) -> dict[str, Any]:
    rng = city.rng("contract", home.key)
    start = timeline.ago(rng.randint(300, 2600)).replace(day=1)
    years = rng.choice((3, 5, 5, 8, 10, 15, 20))
    evaluation = rng.choice(words.EVALUATIONS).format(
        year=timeline.today.year - 2 + (home.beds % 4 == 0), score=rng.randint(62, 96)
    )
    values: dict[str, Any] = {
        "operator": rng.choice(OPERATORS),
        "contract_from": start,
        "contract_to": start.replace(year=start.year + years) - timedelta(days=1),
        "contract_evaluation": evaluation if rng.random() > 0.2 else None,
        "exit_rule": rng.choice(words.EXIT_RULES) if rng.random() > 0.2 else None,
    }
    return {field: value for field, value in values.items() if value is not None}
