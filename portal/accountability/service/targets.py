"""Targets of the policy papers (part E): read from a file, checked whole, entered. Flushes, never commits."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from portal.accountability.models import Target
from portal.domain.errors import DomainError
from portal.domain.targets import TargetKey
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.reference.directory import region_directory

SHIPPED = Path(__file__).resolve().parent.parent / "targets.csv"
"""What the policy papers at hand set, with their clauses."""
COLUMNS = ("year", "area", "key", "value", "unit", "source")
_PERCENT = "%"
_SOURCE_MOST, _UNIT_MOST = 300, 10
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_MOST_ROWS = 10_000


class TargetsUnreadable(DomainError):
    """The file can't be taken in; the message names the row and what is wrong. Nothing of it was entered."""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target as a file gives it. ``area`` None: the whole country."""

    year: int
    area: str | None
    key: TargetKey
    value: int
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a file."""

    new: int
    changed: int
    unchanged: int


def read_targets(text: str) -> list[TargetRow]:
    """Return the rows of a CSV file. Raises TargetsUnreadable on the first that is wrong."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise TargetsUnreadable(f"第1行要写列名：{','.join(COLUMNS)}")
    rows = list(_rows(reader))
    if not rows:
        raise TargetsUnreadable("文件里没有目标。")
    keys = [(row.year, row.area, row.key) for row in rows]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise TargetsUnreadable(
            f"同一年、同一地区、同一项写了两次：{twice[0]}，{twice[1] or '全国'}，{twice[2]}"
        )
    return rows


def load_targets(rows: list[TargetRow]) -> Loaded:
    """Enter the targets: those of the same year, area and key are replaced, others stay."""
    known = {(one.year, one.area, one.key): one for one in db.session.scalars(select(Target))}
    new = changed = 0
    for row in rows:
        kept = known.get((row.year, row.area, row.key.value))
        if kept is None:
            db.session.add(
                Target(
                    year=row.year,
                    area=row.area,
                    key=row.key.value,
                    value=row.value,
                    unit=row.unit,
                    source=row.source,
                )
            )
            new += 1
        elif (kept.value, kept.unit, kept.source) != (row.value, row.unit, row.source):
            kept.value, kept.unit, kept.source = row.value, row.unit, row.source
            changed += 1
    db.session.flush()
    if new or changed:
        touch_data_set()
    return Loaded(new, changed, len(rows) - new - changed)


def load_shipped_once() -> None:
    """Enter what is shipped where there is no target at all: what an operator loaded stays as it is."""
    if db.session.scalar(select(Target.id).limit(1)) is None:
        load_targets(read_targets(SHIPPED.read_text(encoding="utf-8")))


def _rows(reader: csv.DictReader[str]) -> Iterator[TargetRow]:
    directory = region_directory()
    for number, row in enumerate(reader, 2):
        if number > _MOST_ROWS:
            raise TargetsUnreadable(f"太长了，最多{_MOST_ROWS}行。")
        said = {name: (value or "").strip() for name, value in row.items() if isinstance(value, str)}
        year, value = _whole(said.get("year", "")), _whole(said.get("value", ""))
        key = next((one for one in TargetKey if one.value == said.get("key")), None)
        area, unit, source = said.get("area", ""), said.get("unit", ""), said.get("source", "")
        wrong = None
        if year is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
            wrong = "year 要写年份"
        elif area and directory.get(area) is None:
            wrong = f"没有这个地区：{area}"
        elif key is None:
            wrong = f"key 只能是：{'、'.join(TargetKey)}"
        elif value is None or value < 1 or (unit == _PERCENT and value > 100):
            wrong = "value 要写大于零的整数，百分比不超过100"
        elif not unit or len(unit) > _UNIT_MOST:
            wrong = "unit 要写单位"
        elif not source or len(source) > _SOURCE_MOST:
            wrong = f"source 要写文件名称和条款，不超过{_SOURCE_MOST}个字"
        if wrong is not None or year is None or key is None or value is None:
            raise TargetsUnreadable(f"第{number}行：{wrong}")
        yield TargetRow(year, area or None, key, value, unit, source)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
