"""Targets beside their true populations, and taking them in from a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.accountability.models import Target
from portal.accountability.queries.targets import targets_page
from portal.accountability.service.targets import (
    SHIPPED,
    Loaded,
    TargetsUnreadable,
    load_shipped_once,
    load_targets,
    read_targets,
)
from portal.domain.actor import PUBLIC
from portal.domain.grading import GradeScale
from portal.domain.targets import Measured, TargetKey, Verdict
from portal.extensions import db
from portal.history.keeper import count_change
from portal.institutions.models import (
    Compliance,
    ComplianceResult,
    Filing,
    Institution,
    InstitutionKind,
    OperatingState,
    OperationMode,
    Registration,
    Standard,
    StarGrade,
)
from portal.supervision.kinds import Severity
from portal.unit_of_work import unit_of_work
from tests.integration.accountability.records import COUNTY, OTHER, TODAY, counted, enter_problem, home, visit
from tests.integration.complaints.office import counted as sent_statements

HEAD = "year,area,key,value,unit,source\n"
ALL_KEYS = HEAD + "".join(f"2026,350400,{key},80,%,某方案（一）\n" for key in TargetKey)


def graded(where: Institution, level: int, to: date = date(2027, 1, 1)) -> None:
    db.session.add(StarGrade(institution_id=where.id, scale=GradeScale.NATIONAL, level=level, valid_to=to))


def filed(where: Institution, also: bool = True) -> None:
    db.session.add(Registration(institution_id=where.id, registered_on=date(2020, 1, 1)))
    if also:
        db.session.add(Filing(institution_id=where.id, filed_on=date(2020, 2, 1)))


def assessed(where: Institution, result: ComplianceResult, on: date = date(2026, 1, 1)) -> None:
    db.session.add(
        Compliance(institution_id=where.id, standard=Standard.SERVICE_SAFETY, result=result, assessed_on=on)
    )


@pytest.fixture
def city(sqlite_app: Flask) -> Iterator[Flask]:
    """Homes of every sort in two counties, and a target for every key."""
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            township, welfare, private, closed, unsaid = (
                home(name) for name in ("乡镇敬老院", "福利院", "民办院", "关了的院", "没写的院")
            )
            elsewhere = home("别处的院", OTHER)
            township.kind, township.mode = InstitutionKind.TOWNSHIP_HOME, None
            township.beds_total, township.beds_nursing = 100, 55
            welfare.kind, welfare.operation_mode = InstitutionKind.WELFARE_HOME, OperationMode.PUBLIC_PUBLIC
            private.kind = InstitutionKind.TOWNSHIP_HOME
            private.operation_mode, private.beds_total = OperationMode.PRIVATE, 50
            closed.operating_state = OperatingState.CLOSED
            graded(township, 1)
            graded(welfare, 1)
            graded(private, 5)
            graded(closed, 3)
            graded(unsaid, 3, date(2026, 7, 14))  # ended yesterday
            filed(township, also=False)
            filed(welfare)
            filed(closed)
            assessed(township, ComplianceResult.FAILED)
            assessed(township, ComplianceResult.PASSED, date(2026, 2, 1))
            assessed(welfare, ComplianceResult.RECTIFYING)
            assessed(closed, ComplianceResult.PASSED)
            assessed(elsewhere, ComplianceResult.PASSED)
            visit(township, date(2026, 1, 5))
            visit(welfare, date(2025, 12, 31))
            major = {"severity": Severity.MAJOR, "criterion": "一（一）"}
            enter_problem(township, date(2026, 2, 1), date(2026, 3, 1), **major)
            enter_problem(welfare, date(2026, 2, 1), **major)
            enter_problem(welfare, date(2025, 2, 1), **major)  # last year's, and there still
            enter_problem(welfare, date(2025, 3, 1), date(2026, 1, 5), **major)  # last year's, removed
            enter_problem(welfare, date(2026, 2, 1))
            load_targets(read_targets(ALL_KEYS))
            count_change()
        counted()
        yield sqlite_app


def measured(region: str | None) -> dict[TargetKey, Measured | None]:
    return {one.key: one.measured for one in targets_page(region, PUBLIC).targets}


def test_each_key_is_measured_on_its_own_population(city: Flask) -> None:
    assert measured(COUNTY) == {
        TargetKey.SERVICE_SAFETY: Measured(1, 4, 2),  # passed last; two were never assessed
        TargetKey.MAJOR_CLEARED: Measured(1, 3),
        TargetKey.GRADED: Measured(3, 4),
        TargetKey.INSPECTED: Measured(1, 4),
        TargetKey.FILED: Measured(1, 4),
        TargetKey.TOWNSHIP_GRADED: Measured(1, 1),  # the private one is no public home
        TargetKey.COUNTY_GRADED: Measured(0, 1),  # level 1 is below 二级
        TargetKey.TOWNSHIP_LEGAL: Measured(1, 2),
        TargetKey.NURSING_BEDS: Measured(55, 100, 0, 1),  # one does not publish its nursing beds
        TargetKey.CONCENTRATED_CARE: None,
        TargetKey.CARERS_TRAINED: None,
    }


def test_a_target_of_the_city_is_measured_on_the_city_and_listed_by_county(city: Flask) -> None:
    page = targets_page(None, PUBLIC)
    assert {one.key: one.measured for one in page.targets}[TargetKey.SERVICE_SAFETY] == Measured(2, 5, 2)
    by_county = {row.code: row.measured[TargetKey.SERVICE_SAFETY] for row in page.counties}
    assert by_county == {COUNTY: Measured(1, 4, 2), OTHER: Measured(1, 1)}
    assert TargetKey.CARERS_TRAINED not in page.keys
    verdicts = {one.key: one.verdict for one in targets_page(OTHER, PUBLIC).targets}
    assert verdicts[TargetKey.SERVICE_SAFETY] is Verdict.REACHED
    assert verdicts[TargetKey.INSPECTED] is Verdict.MISSED
    assert verdicts[TargetKey.MAJOR_CLEARED] is Verdict.UNKNOWN  # there was none
    assert verdicts[TargetKey.CARERS_TRAINED] is Verdict.NOT_MEASURED


def test_targets_of_other_places_are_not_shown_and_the_country_s_are(city: Flask) -> None:
    more = HEAD + "2020,450000,filed,60,%,广西的\n2022,,service_safety,100,%,国家标准\n"
    with unit_of_work():
        load_targets(read_targets(more))
    for region in (None, COUNTY):
        sources = {one.source for one in targets_page(region, PUBLIC).targets}
        assert sources == {"某方案（一）", "国家标准"}
    assert {one.source for one in targets_page("450100", PUBLIC).targets} == {"广西的", "国家标准"}


def test_the_page_costs_the_same_however_many_homes(city: Flask) -> None:
    def cost() -> int:
        targets_page(None, PUBLIC)
        with sent_statements() as sent:
            targets_page(None, PUBLIC)
        return len(sent)

    few = cost()
    with unit_of_work():
        for number in range(20):
            home(f"{number}号院")
        count_change()
    counted()
    assert cost() == few


def test_what_is_shipped_reads_and_is_loaded_once(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        rows = read_targets(SHIPPED.read_text(encoding="utf-8"))
        assert {row.area for row in rows} == {"350400", "450000", "430200", None}
        assert all("《" in row.source for row in rows)
        with unit_of_work():
            load_shipped_once()
        assert len(db.session.scalars(select(Target)).all()) == len(rows)
        with unit_of_work():
            db.session.delete(db.session.scalars(select(Target)).first())
            load_shipped_once()
        assert len(db.session.scalars(select(Target)).all()) == len(rows) - 1


def test_loading_again_replaces_and_says_what_changed(sqlite_app: Flask) -> None:
    one = HEAD + "2026,350400,filed,90,%,某方案\n2026,,filed,100,%,某办法\n"
    with sqlite_app.app_context(), unit_of_work():
        assert load_targets(read_targets(one)) == Loaded(2, 0, 0)
        assert load_targets(read_targets(one)) == Loaded(0, 0, 2)
        assert load_targets(read_targets(one.replace("90", "95"))) == Loaded(0, 1, 1)


WRONG = (
    ("", "第1行"),
    ("year,key\n", "第1行"),
    (HEAD, "没有目标"),
    (HEAD + "20x6,,filed,90,%,某方案\n", "第2行：year"),
    (HEAD + "2026,123456,filed,90,%,某方案\n", "没有这个地区：123456"),
    (HEAD + "2026,,fled,90,%,某方案\n", "key 只能是"),
    (HEAD + "2026,,filed,101,%,某方案\n", "不超过100"),
    (HEAD + "2026,,filed,-1,%,某方案\n", "大于零"),
    (HEAD + "2026,,filed,90,,某方案\n", "unit"),
    (HEAD + "2026,,filed,90,%,\n", "source"),
    (HEAD + "2026,,filed,90,%,甲\n2026,,filed,80,%,乙\n", "写了两次"),
    (HEAD + "2026,,filed\n", "第2行"),
)


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_file_with_one_wrong_row_is_refused_whole(module_app: Flask, text: str, said: str) -> None:
    with module_app.app_context(), pytest.raises(TargetsUnreadable, match=said):
        read_targets(text)


def test_the_command_loads_and_lists(sqlite_app: Flask, tmp_path: Path) -> None:
    runner = sqlite_app.test_cli_runner()
    assert "新增14条" in runner.invoke(args=["targets", "load"]).output
    wrong, right = tmp_path / "wrong.csv", tmp_path / "right.csv"
    wrong.write_text(HEAD + "2026,,fled,90,%,某方案\n", encoding="utf-8")
    right.write_text(HEAD + "2026,,filed,90,%,某方案\n", encoding="utf-8-sig")
    refused = runner.invoke(args=["targets", "load", str(wrong)])
    assert refused.exit_code == 1
    assert "第2行" in refused.output
    assert "新增1条" in runner.invoke(args=["targets", "load", str(right)]).output
    assert "2026  全国  filed  90%  某方案" in runner.invoke(args=["targets", "list"]).output
    (tmp_path / "gbk.csv").write_bytes((HEAD + "2026,,filed,90,%,某方案\n").encode("gbk"))
    assert "UTF-8" in runner.invoke(args=["targets", "load", str(tmp_path / "gbk.csv")]).output
