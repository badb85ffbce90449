"""Chapter seven: concentrated care for poor disabled elders (R5): designations, places, guides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from portal.extensions import db
from portal.history import keeper
from portal.institutions import service
from portal.institutions.demo import entering
from portal.institutions.demo.cast import City, Home, Story
from portal.institutions.demo.documents import county_number
from portal.institutions.demo.guides import guide_of
from portal.institutions.demo.legal import Dates
from portal.institutions.demo.regions import COUNTIES, County
from portal.institutions.demo.timeline import Timeline
from portal.institutions.models import CareGuide, ConcentratedCare, InstitutionKind

_FEE_TEXTS = (
    "每人每月2200元，含床位、护理、膳食；补助抵扣后家庭承担差额。",
    "按本机构失能照护标准收取，补助直接抵扣，不另收押金。",
    None,
)
_TITLE = "经济困难失能老年人集中照护机构名录"


def schedule(city: City, timeline: Timeline, dates: dict[Home, Dates]) -> None:
    """Plan each county's list of designated homes, its later states, and its guide."""
    ends = timeline.month_ends()
    for number, county in enumerate(COUNTIES):
        chosen = _designated(city, county, dates, ends[4])
        timeline.at(ends[4] + timedelta(days=14 + number), _designation(city, county, chosen, ends[4]))
        for day in (ends[15], timeline.ago(6 + 9 * number)):
            timeline.at(day + timedelta(days=5), _places(city, county, chosen, day), hour=11)
        timeline.at(ends[6] + timedelta(days=9 + number), _guide(county, ends[6]), hour=14)
        if number in (0, 3, 5):
            timeline.at(ends[20] + timedelta(days=9), _new_subsidy(county, ends[20]), hour=14)
        if number in (1, 4):
            over = ends[18] + timedelta(days=11)
            timeline.at(over + timedelta(days=3), _ended(county, chosen[-1], over), hour=14)


def _designated(city: City, county: County, dates: dict[Home, Dates], day: date) -> list[Home]:
    """Return three or four of a county's homes that take in disabled elders."""
    kinds = (InstitutionKind.WELFARE_HOME, InstitutionKind.NURSING_CENTRE, InstitutionKind.NURSING_HOME)
    steady = [
        home
        for home in city.homes
        if home.county is county and home.kind in kinds and home.story in (Story.STEADY, Story.RENAMED)
    ]
    known = [home for home in steady if dates[home].first_listed_on <= day]
    known.sort(key=lambda home: (kinds.index(home.kind), home.key))
    return known[: 4 if county.urban else 3]


def _designation(city: City, county: County, chosen: list[Home], day: date) -> Callable[[], None]:
    def enter() -> None:
        number = county_number(county, day, 26)
        source = entering.paper(
            f"{county.bureau}：{_TITLE}", day, county.bureau, number=number, region_code=county.code
        )
        rows = []
        for home in chosen:
            rng = city.rng("care", home.key)
            quota = 5 * rng.randint(2, 9)
            row = {
                "authority": county.bureau,
                "document_number": number,
                "designated_on": day - timedelta(days=rng.randint(1, 20)),
                "quota": quota,
                "free_places": rng.randint(0, quota // 2),
                "free_as_of": day,
                "fee_text": rng.choice(_FEE_TEXTS),
            }
            rows.append((home, row))
        entering.enter_rows(ConcentratedCare, rows, entering.stated(source))

    return enter


def _places(city: City, county: County, chosen: list[Home], day: date) -> Callable[[], None]:
    def enter() -> None:
        source = entering.paper(f"{county.bureau}：{_TITLE}", day, county.bureau, region_code=county.code)
        told = entering.stated(source)
        for home, care in _cares(chosen):
            rng = city.rng("places", home.key, str(day.toordinal() % 7))
            if care.ended_on is not None or rng.random() < 0.15:
                continue
            free = rng.choice((0, 0, 1, 2, 3, 4, 6))
            service.amend(care, {"free_places": min(free, care.quota or 0), "free_as_of": day}, told)

    return enter


def _cares(chosen: list[Home]) -> list[tuple[Home, ConcentratedCare]]:
    by_id = {home.id: home for home in chosen}
    query = db.select(ConcentratedCare).where(ConcentratedCare.institution_id.in_(by_id))
    cares = db.session.scalars(query.order_by(ConcentratedCare.id))
    return [(by_id[care.institution_id], care) for care in cares]


def _guide(county: County, day: date) -> Callable[[], None]:
    def enter() -> None:
        title = f"{county.bureau}：经济困难失能老年人集中照护服务办事指南"
        source = entering.paper(title, day, county.bureau, number=county_number(county, day, 31))
        keeper.open_record(CareGuide(**guide_of(county)), entering.stated(source))

    return enter


def _new_subsidy(county: County, day: date) -> Callable[[], None]:
    def enter() -> None:
        title = f"{county.bureau}、{county.name}财政局：关于提高集中照护补助标准的通知"
        source = entering.paper(title, day, county.bureau, number=county_number(county, day, 12))
        guide = db.session.scalars(db.select(CareGuide).where(CareGuide.region_code == county.code)).one()
        subsidy = "低保对象中的完全失能老年人每人每月补助1600元；低保边缘家庭成员每人每月800元。"
        service.amend(guide, {"subsidy": subsidy}, entering.stated(source))

    return enter


def _ended(county: County, home: Home, day: date) -> Callable[[], None]:
    def enter() -> None:
        title = f"{county.bureau}：关于取消{home.known_as}集中照护机构资格的通知"
        source = entering.paper(title, day, county.bureau, number=county_number(county, day, 19))
        for _, care in _cares([home]):
            service.amend(
                care, {"ended_on": day, "free_places": 0, "free_as_of": day}, entering.stated(source)
            )

    return enter
