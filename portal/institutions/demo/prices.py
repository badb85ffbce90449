"""Chapter three: fee standards, their shapes, their rises, and the homes that publish none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from portal.domain.fees import CareLevel, FeeBasis, FeeItem, FeeUnit, Room
from portal.extensions import db
from portal.history import bulk
from portal.history.models import SourceKind
from portal.institutions import service
from portal.institutions.demo import entering
from portal.institutions.demo.cast import City, Home
from portal.institutions.demo.legal import Dates
from portal.institutions.demo.regions import COUNTIES, County
from portal.institutions.demo.timeline import Timeline
from portal.institutions.models import FeeStandard, InstitutionKind, OperationMode

_LEVELS = (CareLevel.SELF_CARE, CareLevel.PARTIAL, CareLevel.FULL)
_SHAPES = (
    ("rooms", 30),
    ("parts", 24),
    ("all_in", 12),
    ("ranges", 10),
    ("daily", 7),
    ("yearly", 2),
    ("meals_only", 5),
    ("unpublished", 10),
)
_MOSTLY_DAILY = (("daily", 5), ("all_in", 3), ("rooms", 3), ("unpublished", 1))
_AS_WRITTEN = ("价格面议", "详询机构", "按入住评估结果确定", "面议，具体电话咨询")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a fee list in yuan, before it becomes a row."""

    item: FeeItem
    least: int
    most: int | None
    """None: no upper end is published (「1800元起」)."""
    level: CareLevel | None = None
    room: Room | None = None
    unit: FeeUnit = FeeUnit.MONTH
    item_name: str | None = None


def schedule(city: City, timeline: Timeline, dates: dict[Home, Dates]) -> None:
    """Plan each county's two fee publications and the homes' own notices of a rise."""
    ends = timeline.month_ends()
    for number, county in enumerate(COUNTIES):
        first, second = ends[1] + timedelta(days=12 + number), ends[15] + timedelta(days=12 + number)
        for day in (first, second, timeline.ago(20 - number)):
            timeline.at(day + timedelta(days=3), _publication(city, timeline, dates, county, day), hour=14)
    for home in city.homes:
        rng = city.rng("rise", home.key)
        ended = dates[home].ended_on or timeline.today
        for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
            # Between the county's publications: a notice, in force from the month after the next.
            day = timeline.ago(rng.randint(75, 780))
            if day < ended - timedelta(days=90):
                timeline.at(day + timedelta(days=1), _rise(home, day, rng.choice((4, 5, 6, 8, 10))), hour=15)
    announced = [home for home in city.homes if home.live and shape_of(city, home) in ("rooms", "parts")]
    for home in announced[3::29]:
        timeline.at(timeline.ago(4), _rise(home, timeline.ago(5), 6), hour=15)


def shape_of(city: City, home: Home) -> str:
    """Return the shape of the home's fee list."""
    rng = city.rng("fee shape", home.key)
    shapes = _MOSTLY_DAILY if home.kind is InstitutionKind.NURSING_CENTRE else _SHAPES
    names, weights = zip(*shapes, strict=True)
    return str(rng.choices(names, weights)[0])


def fee_text(city: City, home: Home) -> str | None:
    """Return what a list says instead of amounts."""
    if shape_of(city, home) != "unpublished":
        return None
    return city.rng("fee text", home.key).choice((*_AS_WRITTEN, None))


def _publication(
    city: City, timeline: Timeline, dates: dict[Home, Dates], county: County, day: date
) -> Callable[[], None]:
    def enter() -> None:
        source = entering.paper(
            f"{county.bureau}：养老机构收费标准公示",
            day,
            county.bureau,
            SourceKind.SPREADSHEET,
            region_code=county.code,
        )
        told = entering.stated(source)
        own = [
            home
            for home in city.homes
            if home.county is county
            and home.record_id is not None
            and (opened := dates[home].opened_on) is not None
            and opened <= day
            and dates[home].on_list(day)
        ]
        known = _ids_of(own)
        bulk.confirm_many("fee_standard", {fee: None for home in own for fee in known[home]}, source)
        new = [home for home in own if not known[home]]
        rows = [(home, row) for home in new for row in _rows(city, home, dates[home], timeline)]
        entering.enter_rows(FeeStandard, rows, told)
        for home in new:
            if text := fee_text(city, home):
                service.amend_institution(home.row, {"fees_as_written": text}, told)

    return enter


def _ids_of(homes: list[Home]) -> dict[Home, list[int]]:
    by_id = {home.id: home for home in homes}
    found: dict[Home, list[int]] = {home: [] for home in homes}
    query = db.select(FeeStandard.institution_id, FeeStandard.id).where(
        FeeStandard.institution_id.in_(by_id), FeeStandard.in_force_to.is_(None)
    )
    for institution_id, fee_id in db.session.execute(query.order_by(FeeStandard.id)):
        found[by_id[institution_id]].append(fee_id)
    return found


def _rise(home: Home, day: date, percent: int) -> Callable[[], None]:
    """A notice that monthly fees rise: old lines end, new ones begin on the first of a month."""

    def enter() -> None:
        if home.record_id is None:
            return
        query = db.select(FeeStandard).where(
            FeeStandard.institution_id == home.id, FeeStandard.in_force_to.is_(None)
        )
        monthly = (FeeUnit.MONTH, FeeUnit.DAY)
        old = [fee for fee in db.session.scalars(query.order_by(FeeStandard.id)) if fee.unit in monthly]
        start = (day.replace(day=1) + timedelta(days=70)).replace(day=1)
        old = [fee for fee in old if fee.in_force_from is None or fee.in_force_from < start]
        if not old:
            return
        told = entering.told_by(home, "关于调整收费标准的公示", day)
        rows = [(home, _raised(fee, percent, start)) for fee in old]
        end = {"in_force_to": start - timedelta(days=1)}
        bulk.amend_many(FeeStandard, [(fee.id, home.subject, end) for fee in old], told)
        entering.enter_rows(FeeStandard, rows, told)

    return enter


def _raised(fee: FeeStandard, percent: int, start: date) -> dict[str, Any]:
    step = 500 if fee.unit is FeeUnit.DAY else 1000

    def raised(amount: int) -> int:
        return max(step, round(amount * (100 + percent) / 100 / step) * step)

    amounts = {
        "amount_min_fen": raised(fee.amount_min_fen),
        "amount_max_fen": None if fee.amount_max_fen is None else raised(fee.amount_max_fen),
    }
    kept = {key: getattr(fee, key) for key in ("item", "item_name", "care_level", "room", "unit", "basis")}
    return {**kept, **amounts, "in_force_from": start}


def _rows(city: City, home: Home, dates: Dates, timeline: Timeline) -> Iterator[dict[str, Any]]:
    rng = city.rng("fees", home.key)
    opened = dates.opened_on or timeline.today
    some_years_ago = date(timeline.today.year - rng.randint(3, 5), rng.choice((1, 7)), 1)
    start = max(opened, some_years_ago) if rng.random() > 0.08 else None
    basis = _basis(home, rng)
    for line in _lines(city, home, rng):
        yield {
            "item": line.item,
            "item_name": line.item_name,
            "care_level": line.level,
            "room": line.room,
            "amount_min_fen": line.least * 100,
            "amount_max_fen": None if line.most is None else line.most * 100,
            "unit": line.unit,
            "basis": basis if line.item is not FeeItem.OTHER else FeeBasis.MARKET,
            "in_force_from": start,
            "as_written": _written(line) if rng.random() < 0.3 else None,
        }


def _basis(home: Home, rng: Random) -> FeeBasis | None:
    if rng.random() < 0.1:
        return None
    if home.mode is OperationMode.PUBLIC_PUBLIC:
        return rng.choice((FeeBasis.GOVERNMENT_SET, FeeBasis.GOVERNMENT_GUIDED))
    return FeeBasis.GOVERNMENT_GUIDED if home.mode is OperationMode.PUBLIC_PRIVATE else FeeBasis.MARKET


def _lines(city: City, home: Home, rng: Random) -> Iterator[_Line]:
    shape = shape_of(city, home)
    if shape == "unpublished":
        return
    scale = home.county.price_level * rng.uniform(0.85, 1.2) * (0.55 if home.is_public else 1.0)
    bed, meals = _round(1150 * scale), _round(480 + 160 * scale)
    care = {CareLevel.SELF_CARE: 350, CareLevel.PARTIAL: 900, CareLevel.FULL: 1750, CareLevel.DEMENTIA: 2150}
    levels = (*_LEVELS, CareLevel.DEMENTIA) if rng.random() < 0.3 else _LEVELS
    by_level = {level: _round(care[level] * scale) for level in levels}
    match shape:
        case "meals_only":
            yield _Line(FeeItem.MEALS, meals, meals)
            return
        case "all_in":
            for level, amount in by_level.items():
                yield _Line(FeeItem.ALL_IN, bed + meals + amount, bed + meals + amount, level)
        case "ranges":
            open_ended = rng.random() < 0.35
            for level, amount in by_level.items():
                least = bed + meals + amount
                most = None if open_ended else least + _round(900 * scale)
                yield _Line(FeeItem.ALL_IN, least, most, level)
        case "yearly":
            yield _Line(FeeItem.BED, bed * 11, bed * 11, unit=FeeUnit.YEAR)
        case "daily":
            yield _Line(FeeItem.BED, bed // 30 + 5, bed // 30 + 5, unit=FeeUnit.DAY)
        case "rooms":
            for room, factor in ((Room.SINGLE, 1.7), (Room.DOUBLE, 1.0), (Room.MULTI, 0.7)):
                yield _Line(FeeItem.BED, _round(bed * factor), _round(bed * factor), room=room)
        case _:
            yield _Line(FeeItem.BED, bed, bed)
    if shape in ("rooms", "parts", "daily", "yearly"):
        unit, share = (FeeUnit.DAY, 30) if shape == "daily" else (FeeUnit.MONTH, 1)
        for level, amount in by_level.items():
            yield _Line(FeeItem.CARE, amount // share, amount // share, level, unit=unit)
        if rng.random() > 0.07:
            yield _Line(FeeItem.MEALS, meals // share, meals // share, unit=unit)
    yield from _extras(home, rng)


def _extras(home: Home, rng: Random) -> Iterator[_Line]:
    if rng.random() < 0.6:
        deposit = rng.choice((1000, 2000, 3000, 5000, 5000, 8000))
        yield _Line(FeeItem.DEPOSIT, deposit, deposit, unit=FeeUnit.ONCE)
    if rng.random() < 0.35:
        name, unit, amount = rng.choice(
            (
                ("冬季取暖费（11月至次年3月）", FeeUnit.MONTH, 200),
                ("空调费（6月至9月）", FeeUnit.MONTH, 150),
                ("入住体检费", FeeUnit.ONCE, 260),
                ("床上用品一次性费用", FeeUnit.ONCE, 480),
                ("陪同就医（每次，不含交通）", FeeUnit.ONCE, 120),
            )
        )
        yield _Line(FeeItem.OTHER, amount, amount, unit=unit, item_name=name)


def _round(amount: float) -> int:
    return max(50, round(amount / 10) * 10)


def _written(line: _Line) -> str:
    unit = {FeeUnit.MONTH: "/月", FeeUnit.DAY: "/天", FeeUnit.YEAR: "/年", FeeUnit.ONCE: ""}[line.unit]
    if line.most is None:
        return f"{line.least}元{unit}起"
    amount = f"{line.least}" if line.least == line.most else f"{line.least}-{line.most}"
    return f"{amount}元{unit}"
