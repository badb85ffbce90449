"""What an import does over time: again, later, earlier, half-way, into the wrong database, at size."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal import clock
from portal.extensions import db
from portal.history import keeper, queries
from portal.history.models import Confirmation, DataSet, DataSetKind, Revision, SourceDocument
from portal.institutions.importer import commit as commit_module
from portal.institutions.importer.errors import ImportRefused
from portal.institutions.importer.report import Report
from portal.institutions.importer.run import Order, import_file
from portal.institutions.models import (
    FeeStandard,
    Filing,
    Institution,
    QuarantinedRow,
    Registration,
    StarGrade,
)

HEADINGS = ["机构名称", "县市区", "地址", "床位数", "收费标准", "机构等级", "备案编号", "联系人"]
HOMES = [
    ["测试甲敬老院", "明溪县", "测试路1号", "100", "1200-1800", "三级", "备1", "张测试"],
    ["测试乙敬老院", "明溪县", "测试路2号", "80", "自理1000、失能2000", "", "", "李测试"],
]
JANUARY, FEBRUARY, MARCH = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context(), clock.moved_to(clock.at(date(2026, 7, 1))):
        yield


def _file(
    folder: Path, rows: list[list[str]], name: str = "名册.csv", headings: list[str] = HEADINGS
) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([headings, *rows])
    return path


def _take_in(path: Path, as_of: date, source: str = "测试名册") -> Report:
    return import_file(Order(path, source, as_of), commit=True)


def _with(row: int, column: str, value: str) -> list[list[str]]:
    rows = [list(home) for home in HOMES]
    rows[row][HEADINGS.index(column)] = value
    return rows


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _named(name: str) -> Institution:
    return db.session.scalars(select(Institution).where(Institution.name == name)).one()


def _fees(institution: Institution) -> list[FeeStandard]:
    query = select(FeeStandard).where(FeeStandard.institution_id == institution.id).order_by(FeeStandard.id)
    return list(db.session.scalars(query))


@pytest.mark.usefixtures("inside")
def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    report = import_file(Order(_file(tmp_path, HOMES), "测试名册", JANUARY), commit=False)
    assert (report.read, len(report.new), report.committed, report.public_ids) == (2, 2, False, {})
    assert [_count(model) for model in (Institution, Revision, SourceDocument)] == [0, 0, 0]


@pytest.mark.usefixtures("inside")
def test_the_first_import_enters_facts_with_their_source_and_makes_the_data_real(tmp_path: Path) -> None:
    _take_in(_file(tmp_path, HOMES), JANUARY)
    home = _named("测试甲敬老院")
    line = queries.trail_of([home.subject()])[home.subject()].of(home)
    assert line is not None
    assert (line.title, line.as_of) == ("测试名册", JANUARY)
    assert db.session.scalar(select(DataSet.kind)) is DataSetKind.REAL
    assert db.session.scalars(select(StarGrade)).one().level == 3
    assert db.session.scalars(select(Filing)).one().number == "备1"
    assert _count(Registration) == 0
    assert [(fee.in_force_from, fee.in_force_to) for fee in _fees(home)] == [(None, None)]
    assert home.fees_as_written == "1200-1800"


@pytest.mark.usefixtures("inside")
def test_the_same_file_again_changes_nothing_and_writes_nothing(tmp_path: Path) -> None:
    path = _file(tmp_path, HOMES)
    _take_in(path, JANUARY)
    before = [_count(model) for model in (Revision, Confirmation, SourceDocument, QuarantinedRow)]
    again = _take_in(path, JANUARY)
    assert (len(again.new), len(again.changed), len(again.unchanged)) == (0, 0, 2)
    assert [_count(model) for model in (Revision, Confirmation, SourceDocument, QuarantinedRow)] == before


@pytest.mark.usefixtures("inside")
def test_a_later_list_that_says_the_same_moves_the_last_confirmation(tmp_path: Path) -> None:
    path = _file(tmp_path, HOMES)
    _take_in(path, JANUARY)
    later = _take_in(path, FEBRUARY)
    assert (len(later.changed), len(later.unchanged)) == (0, 2)
    home = _named("测试甲敬老院")
    trail = queries.trail_of([home.subject()])[home.subject()]
    line = trail.of(home)
    assert line is not None
    assert (line.as_of, line.last_confirmed) == (JANUARY, FEBRUARY)
    fee = trail.of(_fees(home)[0])
    assert fee is not None
    assert fee.last_confirmed == FEBRUARY


@pytest.mark.usefixtures("inside")
def test_a_changed_fee_closes_the_old_standard_and_opens_a_new_one(tmp_path: Path) -> None:
    _take_in(_file(tmp_path, HOMES), JANUARY)
    report = _take_in(_file(tmp_path, _with(1, "收费标准", "自理1000、失能2300")), FEBRUARY)
    assert [home.name for home, _, _ in report.changed] == ["测试乙敬老院"]
    fees = [
        (f.care_level, f.amount_min_fen, f.in_force_from, f.in_force_to)
        for f in _fees(_named("测试乙敬老院"))
    ]
    assert fees == [
        ("self_care", 100_000, None, None),
        ("full", 200_000, None, date(2026, 2, 27)),
        ("full", 230_000, FEBRUARY, None),
    ]
    again = _take_in(_file(tmp_path, _with(1, "收费标准", "自理1000、失能2300")), MARCH)
    assert again.changed == []


@pytest.mark.usefixtures("inside")
def test_a_price_no_longer_published_ends_and_an_empty_cell_ends_nothing(tmp_path: Path) -> None:
    _take_in(_file(tmp_path, HOMES), JANUARY)
    blank = _take_in(_file(tmp_path, _with(0, "收费标准", "暂无")), FEBRUARY)
    assert blank.changed == []
    assert _fees(_named("测试甲敬老院"))[0].in_force_to is None
    _take_in(_file(tmp_path, _with(0, "收费标准", "面议")), MARCH)
    assert [fee.in_force_to for fee in _fees(_named("测试甲敬老院"))] == [date(2026, 3, 30)]


@pytest.mark.usefixtures("inside")
def test_an_earlier_list_enters_the_history_and_leaves_the_present(tmp_path: Path) -> None:
    _take_in(_file(tmp_path, HOMES), MARCH)
    earlier = _file(
        tmp_path, [["测试甲敬老院", "明溪县", "测试路1号", "60", "900", "二级", "备1", ""]], "旧.csv"
    )
    report = _take_in(earlier, JANUARY)
    assert report.history_only == 1
    db.session.expire_all()
    home = _named("测试甲敬老院")
    assert home.beds_total == 100
    assert db.session.scalars(select(StarGrade)).one().level == 3
    assert queries.state_at(home, true_on=FEBRUARY)["beds_total"] == 60
    assert queries.state_at(home)["beds_total"] == 100
    fees = {(fee.amount_min_fen, fee.in_force_to) for fee in _fees(home)}
    assert fees == {(120_000, None), (90_000, date(2026, 3, 30))}
    again = _take_in(earlier, JANUARY)
    assert (len(again.changed), len(again.unchanged)) == (0, 1)


@pytest.mark.usefixtures("inside")
def test_a_renamed_home_keeps_its_id_and_its_former_name(tmp_path: Path) -> None:
    headings = ["机构名称", "统一社会信用代码", "县市区", "地址"]
    code = "52350421MJTE19013B"
    first = _take_in(
        _file(tmp_path, [["测试旧名院", code, "明溪县", "测试路9号"]], headings=headings), JANUARY
    )
    _take_in(_file(tmp_path, [["测试新名院", code, "明溪县", "测试路9号"]], headings=headings), FEBRUARY)
    home = _named("测试新名院")
    assert home.public_id == first.public_ids[2]
    assert home.former_names == [{"name": "测试旧名院", "until": "2026-02-28"}]
    assert home.name_key == "测试新名院"
    back = _take_in(_file(tmp_path, [["测试旧名院", "", "明溪县", "测试路9号"]], headings=headings), MARCH)
    assert back.new == []
    assert _count(Institution) == 1


@pytest.mark.usefixtures("inside")
def test_a_failure_in_the_middle_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(commit_module, "_keep_quarantined", fail)
    with pytest.raises(RuntimeError):
        _take_in(_file(tmp_path, HOMES), JANUARY)
    assert [_count(m) for m in (Institution, FeeStandard, Revision, SourceDocument)] == [0, 0, 0, 0]
    assert db.session.scalar(select(DataSet.kind)) is DataSetKind.EMPTY


@pytest.mark.usefixtures("inside")
def test_a_demo_database_takes_no_real_homes(tmp_path: Path) -> None:
    db.session.execute(update(DataSet).values(kind=DataSetKind.DEMO))
    db.session.commit()
    with pytest.raises(ImportRefused, match=r"演示数据[\s\S]*PORTAL_DATA=新文件夹"):
        _take_in(_file(tmp_path, HOMES), JANUARY)


@pytest.mark.usefixtures("inside")
def test_a_bad_row_is_kept_apart_without_personal_data_and_blocks_nobody(tmp_path: Path) -> None:
    rows = [*HOMES, ["测试丙敬老院", "明溪县", "测试路3号", "很多", "", "", "", "王测试"]]
    report = _take_in(_file(tmp_path, rows), JANUARY)
    assert (len(report.new), len(report.quarantined)) == (2, 1)
    kept = db.session.scalars(select(QuarantinedRow)).one()
    assert kept.row == 4
    assert kept.problems[0]["column"] == "床位数"
    assert "联系人" not in kept.cells
    assert "王测试" not in str(kept.cells)
    mended = [*HOMES, ["测试丙敬老院", "明溪县", "测试路3号", "30", "", "", "", "王测试"]]
    second = _take_in(_file(tmp_path, mended), JANUARY)
    assert (len(second.new), len(second.unchanged)) == (1, 2)


@pytest.mark.usefixtures("inside")
def test_a_home_left_out_is_named_and_an_unreadable_one_is_not_called_missing(tmp_path: Path) -> None:
    _take_in(_file(tmp_path, HOMES), JANUARY)
    report = _take_in(_file(tmp_path, HOMES[:1]), FEBRUARY)
    assert [home.name for home in report.missing] == ["测试乙敬老院"]
    report = _take_in(_file(tmp_path, _with(1, "床位数", "约80")), MARCH)
    assert report.missing == []
    other = _take_in(_file(tmp_path, HOMES[:1], "别.csv"), MARCH, source="另一名册")
    assert other.missing == []


@pytest.mark.usefixtures("inside")
def test_two_thousand_generated_rows_come_back_as_they_were(tmp_path: Path) -> None:
    chance = random.Random(20260701)
    counties = ["明溪县", "清流县", "宁化县", "大田县", "尤溪县", "将乐县", "泰宁县", "建宁县", "永安市"]
    rows = [
        [
            f"测试{number:04d}号院",
            chance.choice(counties),
            f"测试路{number}号",
            str(chance.randint(10, 900)),
            f"{chance.randint(5, 20) * 100}-{chance.randint(21, 60) * 100}",
            chance.choice(["一级", "二级", "三级", "", "四叶级"]),
            chance.choice(["", f"备{number}"]),
            "赵测试",
        ]
        for number in range(2_000)
    ]
    path = _file(tmp_path, rows)
    report = _take_in(path, JANUARY)
    assert (len(report.new), len(report.quarantined), report.duplicates) == (2_000, 0, [])
    stored = {home.name: home for home in db.session.scalars(select(Institution))}
    for row in rows:
        assert (stored[row[0]].address, stored[row[0]].beds_total) == (row[2], int(row[3]))
    assert _count(FeeStandard) == 2_000
    for home in chance.sample(list(stored.values()), 20):
        told = queries.state_at(home)
        assert (told["name"], told["beds_total"]) == (home.name, home.beds_total)
        assert keeper.statements("institution", home.id)
    assert len(_take_in(path, FEBRUARY).unchanged) == 2_000
    for row in rows:
        row[3] = str(int(row[3]) + 1)
    assert len(_take_in(_file(tmp_path, rows), MARCH).changed) == 2_000
    db.session.expire_all()
    assert _named("测试0007号院").beds_total == int(rows[7][3])
