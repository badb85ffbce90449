"""Every test workbook gives the report that its expectation describes, in a dry run and when committed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.institutions.importer.mapping import read_mapping
from portal.institutions.importer.run import Order, import_file
from portal.institutions.models import FeeStandard, Institution, QuarantinedRow, StarGrade

WORKBOOKS = Path(__file__).parents[1] / "workbooks"
EXPECTATIONS = sorted(WORKBOOKS.glob("*.expected.json"))
NOW = clock.at(date(2026, 7, 15))


def _load(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _book(expectation: Path) -> Path:
    stem = expectation.name.removesuffix(".expected.json")
    return next(path for path in WORKBOOKS.glob(f"{stem}.*") if path != expectation)


def _order(path: Path, options: dict[str, Any]) -> Order:
    return Order(
        path,
        options["source"],
        date.fromisoformat(options["as_of"]),
        options["region"],
        options["sheet"],
        read_mapping(options["mapping"] or {}),
    )


def _report(path: Path, options: dict[str, Any], *, commit: bool) -> dict[str, Any]:
    with clock.moved_to(NOW):
        return import_file(_order(path, options), commit=commit).as_json()


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=lambda path: path.name.split(".")[0])
def test_workbook_is_read_as_expected(app: Flask, expectation: Path) -> None:
    told = _load(expectation)
    path = _book(expectation)
    with app.app_context():
        if before := told.get("after"):
            earlier = WORKBOOKS / before
            options = _load(earlier.with_suffix(".expected.json"))["options"]
            _report(earlier, options, commit=True)
        dry = _report(path, told["options"], commit=False)
        _check(dry, told["expect"])
        committed = _report(path, told["options"], commit=True)
        _check(committed, told["expect"])
        assert all(entry["public_id"] for entry in committed["new"])
        again = _report(path, told["options"], commit=True)
        assert (again["new"], again["changed"]) == ([], [])
        stored = _everything_stored()
        for text in told["expect"].get("must_not_contain", []):
            assert text not in json.dumps([dry, committed], ensure_ascii=False)
            assert text not in stored


def _check(report: dict[str, Any], expect: dict[str, Any]) -> None:
    quarantined = {entry["row"] for entry in report["quarantined"]}
    counts = {
        "read": report["read"],
        **{f"n_{name}": len(report[name]) for name in ("new", "changed", "unchanged", "missing")},
        "n_quarantined_rows": len(quarantined),
    }
    problems = [(entry["row"], entry["column"], entry["reason"]) for entry in report["quarantined"]]
    assert counts == {name: expect[name] for name in counts}, problems
    assert report["read"] == counts["n_new"] + counts["n_changed"] + counts["n_unchanged"] + len(quarantined)
    free = set(expect.get("headings_not_asserted", []))
    assert set(report["unknown_headings"]) - free == set(expect["unknown_headings"]) - free
    ignored = {entry["heading"] for entry in report["ignored_headings"]}
    assert ignored - free == set(expect["ignored_headings"]) - free
    _check_quarantine(report, expect)
    new = {entry["row"]: entry for entry in report["new"]}
    for want in expect["new"]:
        got = new[want["row"]]
        assert (got["name"], got["region_code"]) == (want["name"], want["region_code"])
        for field, value in want["values"].items():
            if field == "fees":
                assert sorted(map(_fee, got["values"]["fees"])) == sorted(map(_fee, value)), want["name"]
            else:
                assert got["values"].get(field) == value, (want["name"], field)
    for name in ("changed", "unchanged", "missing"):
        _check_matched(report[name], expect.get(name, []))
    for want in expect["kept_as_written"]:
        assert any(_agrees(got, want) for got in report["kept_as_written"]), want
    for want in expect["duplicates"]:
        assert any(
            (got["row"], got["kind"], got["other"].get("row"))
            == (want["row"], want["kind"], want["other_row"])
            for got in report["duplicates"]
        ), (want, report["duplicates"])
    if "n_duplicates" in expect:
        assert len(report["duplicates"]) == expect["n_duplicates"]


def _check_quarantine(report: dict[str, Any], expect: dict[str, Any]) -> None:
    for want in expect["quarantined"]:
        found = [got for got in report["quarantined"] if _agrees(got, want)]
        assert found, (want, report["quarantined"])
        assert want["reason_contains"] in found[0]["reason"], (want, found)


def _check_matched(got: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> None:
    for want in wanted:
        fits = [
            entry
            for entry in got
            if all(entry.get(key) == want[key] for key in ("row", "name") if key in want)
        ]
        assert fits, (want, got)
        for field, change in want.get("fields", {}).items():
            assert fits[0]["fields"].get(field) == change, (want, fits)


def _agrees(got: dict[str, Any], want: dict[str, Any]) -> bool:
    return all(got[key] == want[key] for key in ("row", "column", "value") if key in want)


def _fee(fee: dict[str, Any]) -> str:
    names = ("item", "care_level", "room", "amount_min_fen", "amount_max_fen", "unit")
    return json.dumps([fee.get(name) for name in names])


def _everything_stored() -> str:
    """Return all text of the tables that an import writes, for searching it."""
    rows: list[str] = []
    for table in reversed(db.metadata.sorted_tables):
        if table.name not in ("region", "region_succession"):
            rows.extend(str(tuple(row)) for row in db.session.execute(table.select()))
    return "\n".join(rows)


def test_fees_and_grades_become_records_of_their_own(app: Flask) -> None:
    with app.app_context():
        options = _load(WORKBOOKS / "24_fee_texts.expected.json")["options"]
        _report(WORKBOOKS / "24_fee_texts.xlsx", options, commit=True)
        query = select(FeeStandard).join(Institution, FeeStandard.institution_id == Institution.id)
        fees = list(db.session.scalars(query.where(Institution.name == "测试翠江敬老院")))
        assert [(fee.care_level, fee.amount_min_fen, fee.in_force_from) for fee in fees] == [
            ("self_care", 120_000, None),
            ("partial", 180_000, None),
            ("full", 260_000, None),
        ]
        assert {fee.as_written for fee in fees} == {"自理1200、半自理1800、全护理2600"}
        options = _load(WORKBOOKS / "14_nasty_values.expected.json")["options"]
        _report(WORKBOOKS / "14_nasty_values.xlsx", options, commit=True)
        grades = {
            (grade.scale, grade.level, grade.as_written) for grade in db.session.scalars(select(StarGrade))
        }
        assert ("local", None, "四叶级") in grades
        assert ("local", None, "三星级") in grades
        quarantined = list(db.session.scalars(select(QuarantinedRow)))
        assert len(quarantined) == 10
        assert all(row.problems and row.cells for row in quarantined)
