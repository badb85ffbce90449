"""Chapter four: star grades in every state, and the two assessments of safety."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from portal.domain.grading import GradeScale
from portal.extensions import db
from portal.history.models import SourceKind
from portal.institutions import service
from portal.institutions.demo import entering
from portal.institutions.demo.cast import City, Home
from portal.institutions.demo.documents import certificate_number, city_number
from portal.institutions.demo.legal import Dates
from portal.institutions.demo.timeline import Timeline
from portal.institutions.models import Compliance, ComplianceResult, InstitutionKind, Standard, StarGrade

_BODY = "云汀市养老机构等级评定委员会"
_WORDS = "一二三四五"
_TERM_YEARS = 3
_SAFETY_NOTES = {
    (Standard.SERVICE_SAFETY, ComplianceResult.RECTIFYING): (
        "老年人能力评估未做到入住前评估、每年至少一次复评，已列入整改清单。",
        "部分居室未设置紧急呼叫装置，已订购，限期安装。",
        "噎食风险的床头提示牌不全，护理员对应急流程不熟，正在补训。",
    ),
    (Standard.SERVICE_SAFETY, ComplianceResult.FAILED): (
        "卫生间、走廊扶手缺失，未建立风险防范制度，未通过评估。",
        "夜间无人值守，服务协议缺少风险告知，未通过评估。",
    ),
    (Standard.FIRE_SAFETY, ComplianceResult.RECTIFYING): (
        "二层安全出口标识损坏3处，灭火器压力不足5具，限期更换。",
        "电动自行车充电区与居室未做防火分隔，正在移出。",
        "喷淋系统末端试水压力不足，维保单位正在检修。",
    ),
    (Standard.FIRE_SAFETY, ComplianceResult.FAILED): (
        "使用易燃夹芯彩钢板搭建厨房，责令立即停止使用。",
        "建筑仅有一部疏散楼梯，不符合消防技术标准，须改造后复查。",
    ),
}


def schedule(city: City, timeline: Timeline, dates: dict[Home, Dates]) -> None:
    """Plan the grade announcements, the corrections that follow, and the yearly assessments."""
    ends = timeline.month_ends()
    graded = _certificates(city, timeline, dates)
    for number, day in enumerate((ends[0], ends[7], ends[14], ends[21], ends[26], timeline.ago(12))):
        entered_on = day + timedelta(days=8)
        timeline.at(entered_on, _announcement(graded[number], day, 11 + 3 * number), hour=16)
    for number, day in enumerate((ends[3], ends[13], ends[24])):
        for standard in Standard:
            when = day - timedelta(days=8 if standard is Standard.FIRE_SAFETY else 3)
            timeline.at(
                when + timedelta(days=12), _assessment(city, timeline, dates, standard, when, number), hour=10
            )


Certificates = list[tuple[Home, dict[str, Any]]]


def _certificates(city: City, timeline: Timeline, dates: dict[Home, Dates]) -> list[Certificates]:
    """Return the certificates of each of six announcements."""
    rounds: list[Certificates] = [[] for _ in range(6)]
    ends = timeline.month_ends()
    announced = (ends[0], ends[7], ends[14], ends[21], ends[26], timeline.ago(12))
    for home in city.homes:
        rng = city.rng("grade", home.key)
        if dates[home].opened_on is None or rng.random() > 0.58 or home.kind is InstitutionKind.OTHER:
            continue
        number = rng.choices(range(6), (40, 18, 16, 14, 8, 5))[0]
        first, ended = dates[home].first_listed_on, dates[home].ended_on
        opened = dates[home].opened_on or timeline.today
        if max(first, opened) > announced[0]:
            number = max(number, 1)
        while number and number < 6 and max(first, opened) + timedelta(days=50) > announced[number]:
            number += 1
        if number == 6 or (ended is not None and ended < announced[number]):
            continue
        issued = announced[number] - timedelta(days=rng.randint(5, 25))
        if number == 0:
            # The first list gathers certificates of several years: some expired, some about to.
            issued = timeline.ago(rng.choice((1150, 1240, 1330, 1420, 1030, 1060, 960)))
        rounds[number].append((home, _certificate(city, home, issued, last_round=number == 5)))
        if number == 0 and home.live and issued < timeline.ago(1096) and rng.random() < 0.4:
            renewed = announced[3] - timedelta(days=9)
            rounds[3].append((home, _certificate(city, home, renewed, last_round=False)))
    return rounds


def _certificate(city: City, home: Home, issued: date, *, last_round: bool) -> dict[str, Any]:
    rng = city.rng("certificate", home.key, str(last_round))
    if rng.random() < 0.07:
        words = rng.choice(("三星级", "四叶级", "二星级", "三叶级"))
        body = f"{home.county.name}养老服务行业协会"
        local: dict[str, Any] = {"scale": GradeScale.LOCAL, "as_written": words, "body": body}
        if rng.random() < 0.5:
            return local
        return local | {"issued_on": issued, "valid_from": issued, "valid_to": _years_later(issued, 2)}
    level = _level(home, rng.random())
    row: dict[str, Any] = {
        "scale": GradeScale.NATIONAL,
        "level": level,
        "as_written": f"{_WORDS[level - 1]}级",
        "body": _BODY,
        "certificate_number": certificate_number(level, int(home.key[-3:])),
    }
    if rng.random() < 0.07:
        return row
    start = issued
    if last_round and rng.random() < 0.6:
        start = (issued.replace(day=1) + timedelta(days=75)).replace(day=1)
    return row | {"issued_on": issued, "valid_from": start, "valid_to": _years_later(start, _TERM_YEARS)}


def _level(home: Home, chance: float) -> int:
    table = {
        InstitutionKind.TOWNSHIP_HOME: (0.45, 0.9, 1.0, 1.0),
        InstitutionKind.WELFARE_HOME: (0.0, 0.15, 0.55, 0.9),
        InstitutionKind.NURSING_CENTRE: (0.05, 0.25, 0.6, 0.9),
    }.get(home.kind, (0.2, 0.5, 0.82, 0.96))
    return 1 + sum(chance >= share for share in table)


def _years_later(day: date, years: int) -> date:
    """Return the last day of a term that begins on ``day``."""
    end = day - timedelta(days=1)
    return end.replace(year=end.year + years, day=min(end.day, 28) if end.month == 2 else end.day)


def _announcement(certificates: Certificates, day: date, serial: int) -> Callable[[], None]:
    def enter() -> None:
        rows = [(home, row) for home, row in certificates if home.record_id is not None]
        title = f"{entering.CITY_BUREAU}：关于公布养老机构等级评定结果的公告"
        source = entering.paper(title, day, entering.CITY_BUREAU, number=city_number(day, serial))
        entering.enter_rows(StarGrade, rows, entering.stated(source))

    return enter


def revocation(home: Home, day: date) -> Callable[[], None]:
    """Return the entry that revokes the home's newest grade."""

    def enter() -> None:
        query = db.select(StarGrade).where(StarGrade.institution_id == home.id).order_by(StarGrade.id.desc())
        grade = db.session.scalars(query).first()
        if grade is None:
            return
        title = f"{entering.CITY_BUREAU}：关于撤销部分养老机构等级的公告"
        source = entering.paper(title, day, entering.CITY_BUREAU, number=city_number(day, 40))
        reason = "复核时发现护理型床位和持证护理员数量已不符合所评等级的条件，整改期满仍未达到，予以撤销。"
        service.amend(grade, {"revoked_on": day, "revoked_reason": reason}, entering.stated(source))

    return enter


def _assessment(
    city: City, timeline: Timeline, dates: dict[Home, Dates], standard: Standard, day: date, number: int
) -> Callable[[], None]:
    fire = standard is Standard.FIRE_SAFETY
    title = "养老机构消防安全排查情况表" if fire else "《养老机构服务安全基本规范》达标情况通报"

    def enter() -> None:
        source = entering.paper(
            f"{entering.CITY_BUREAU}：{title}", day, entering.CITY_BUREAU, SourceKind.INSPECTION
        )
        rows = []
        for home in city.homes:
            rng = city.rng("safety", standard, home.key)
            opened = dates[home].opened_on
            if rng.random() < 0.07 or home.record_id is None or not dates[home].on_list(day):
                continue
            if opened is None or opened + timedelta(days=60) > day:
                continue
            rows.append((home, _finding(city, home, standard, day, number)))
        entering.enter_rows(Compliance, rows, entering.stated(source))

    return enter


def _finding(city: City, home: Home, standard: Standard, day: date, number: int) -> dict[str, Any]:
    rng = city.rng("finding", standard, home.key)
    weakness = rng.random() - 0.06 * number
    result = ComplianceResult.PASSED
    if weakness > 0.93:
        result = ComplianceResult.FAILED
    elif weakness > 0.74:
        result = ComplianceResult.RECTIFYING
    notes = _SAFETY_NOTES.get((standard, result), (None, "现场查看未发现不符合项。", None))
    fire = standard is Standard.FIRE_SAFETY
    return {
        "standard": standard,
        "result": result,
        "assessed_on": day - timedelta(days=rng.randint(2, 40)),
        "assessor": f"{home.county.name}{'消防救援大队' if fire else '民政局（第三方评估）'}",
        "note": rng.choice(notes),
    }
