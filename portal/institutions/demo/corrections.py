"""Chapter ten: mistakes found later, and an old list that came late. This is what history pages are for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from portal.domain.fees import FeeItem, FeeUnit
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.institutions import service
from portal.institutions.demo import entering, identity
from portal.institutions.demo.cast import City, Home, Story
from portal.institutions.demo.timeline import Timeline
from portal.institutions.models import FeeStandard, Filing, Institution, InstitutionKind, StarGrade

_LATE_TITLE = "养老机构年度统计表（补录）"


def schedule(city: City, timeline: Timeline) -> None:
    """Plan corrections of beds, dates, codes and grades, two withdrawals, and the late list."""
    ends = timeline.month_ends()
    steady = [
        home
        for home in city.of(Story.STEADY)
        if home.key[-1] != "7" and home.kind is not InstitutionKind.COMMUNITY_CENTRE
    ]
    large = [home for home in steady if home.beds >= 120]
    for number, home in enumerate(large[1::5][:9]):
        timeline.at(ends[10 + 2 * number] + timedelta(days=16), _beds(home, ends[3 + number]), hour=16)
    for number, home in enumerate(steady[9::31]):
        timeline.at(ends[20 + number] + timedelta(days=13), _filing(home, ends[12]), hour=16)
    for number, home in enumerate(steady[13::37]):
        day = ends[22 + number]
        timeline.at(day + timedelta(days=12), _telephone(home, day, int(home.key[-3:])), hour=16)
    timeline.at(ends[19] + timedelta(days=11), _credit_code(steady[21], ends[19]), hour=16)
    timeline.at(ends[23] + timedelta(days=10), _grades(steady, ends[23]), hour=16)
    timeline.at(ends[25] + timedelta(days=10), _double_fee(steady, ends[25]), hour=16)
    timeline.at(ends[12] + timedelta(days=9), _double_entry(steady[30], ends[12]), hour=9)
    timeline.at(ends[14] + timedelta(days=15), _double_entry_withdrawn(ends[14]), hour=9)
    late = steady[2::11]
    timeline.at(ends[17] + timedelta(days=20), _late_list(city, late, ends[11]), hour=9)


def _correction(title: str, day: date, reason: str) -> Provenance:
    return entering.stated(
        entering.paper(f"{entering.CITY_BUREAU}：{title}", day, entering.CITY_BUREAU), reason
    )


def _beds(home: Home, day: date) -> Callable[[], None]:
    """The bed count was wrong all along: true from an earlier day, known from the correction."""

    def enter() -> None:
        told = _correction("床位数更正说明", day, "现场核对实际床位，此前上报时把规划床位一并计入。")
        beds = max(10, home.beds - 2 * (4 + home.beds % 5))
        nursing = min(home.row.beds_nursing or 0, beds)
        service.amend_institution(home.row, {"beds_total": beds, "beds_nursing": nursing}, told)

    return enter


def _filing(home: Home, day: date) -> Callable[[], None]:
    def enter() -> None:
        if home.filing_id is None:
            return
        filing = db.session.get(Filing, home.filing_id)
        assert filing is not None
        if filing.filed_on is not None:
            told = _correction("备案日期更正说明", day, "名录误录为受理日期，按备案回执更正。")
            service.amend(filing, {"filed_on": filing.filed_on + timedelta(days=6)}, told)

    return enter


def _telephone(home: Home, day: date, serial: int) -> Callable[[], None]:
    def enter() -> None:
        told = entering.told_by(home, "联系电话变更", day)
        service.amend_institution(home.row, {"phone": identity.telephone(500 + serial)}, told)

    return enter


def _credit_code(home: Home, day: date) -> Callable[[], None]:
    def enter() -> None:
        told = _correction("统一社会信用代码更正说明", day, "原表误录为举办单位的代码，按登记证书更正。")
        code = identity.credit_code(home.form, home.county.code, 55099001)
        service.amend_institution(home.row, {"credit_code": code}, told)

    return enter


def _grades(steady: list[Home], day: date) -> Callable[[], None]:
    """One grade was written down a level too high; one certificate was entered twice."""

    def enter() -> None:
        ids = [home.id for home in steady]
        query = db.select(StarGrade).where(StarGrade.institution_id.in_(ids), StarGrade.level >= 2)
        grades = list(db.session.scalars(query.order_by(StarGrade.id)))
        wrong, doubled = grades[4], grades[9]
        told = _correction("等级评定结果更正公告", day, "公告附表错行，按评定委员会会议纪要更正。")
        assert wrong.level is not None
        lower = wrong.level - 1
        service.amend(wrong, {"level": lower, "as_written": f"{'一二三四五'[lower - 1]}级"}, told)
        columns = ("institution_id", "scale", "level", "as_written", "body", "certificate_number")
        copy = StarGrade(**{name: getattr(doubled, name) for name in columns})
        service.enter(copy, entering.stated(told.source))
        service.withdraw(copy, _correction("等级评定结果更正公告", day, "同一证书重复录入，撤回一条。"))

    return enter


def _double_fee(steady: list[Home], day: date) -> Callable[[], None]:
    def enter() -> None:
        home = steady[17]
        told = entering.told_by(home, "收费标准更正", day)
        fee = FeeStandard(
            institution_id=home.id,
            item=FeeItem.OTHER,
            item_name="护理用品费",
            amount_min_fen=30000,
            amount_max_fen=30000,
            unit=FeeUnit.MONTH,
        )
        service.enter(fee, told)
        reason = "护理用品按实际使用另购，不作为固定收费，误录撤回。"
        service.withdraw(fee, Provenance(told.source, day, told.actor, reason))

    return enter


def _double_entry(home: Home, day: date) -> Callable[[], None]:
    """A clerk enters a home a second time, as a branch of its own."""

    def enter() -> None:
        source = entering.paper(f"{home.county.bureau}：养老机构台账", day, home.county.bureau)
        values: dict[str, Any] = {
            "name": f"{home.known_as}（分部）",
            "region_code": home.county.code,
            "address": home.address,
            "kind": home.kind,
        }
        service.register_institution(values, entering.stated(source), public_id=_DOUBLE_ID)

    return enter


_DOUBLE_ID = "dbl2dbl2"


def _double_entry_withdrawn(day: date) -> Callable[[], None]:
    def enter() -> None:
        query = db.select(Institution).where(Institution.public_id == _DOUBLE_ID)
        double = db.session.scalars(query).one()
        told = _correction("养老机构台账更正说明", day, "与总部是同一法人、同一院落，重复录入，撤回。")
        service.withdraw(double, told)

    return enter


def _late_list(city: City, homes: list[Home], day: date) -> Callable[[], None]:
    """A list about the past that arrives late changes the past and leaves what was confirmed since."""

    def enter() -> None:
        covers = ("residents", "beds_nursing")
        told = entering.stated(entering.city_list(_LATE_TITLE, day, covers))
        for home in homes:
            rng = city.rng("late", home.key)
            residents = max(1, int(home.beds * rng.uniform(0.3, 0.8)))
            service.amend_institution(home.row, {"residents": residents}, told)

    return enter
