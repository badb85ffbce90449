"""Imports as a clerk of one county makes them, without the pages before them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department
from portal.extensions import db
from portal.imports import service
from portal.imports.models import ImportRun
from portal.imports.service import NewImport
from portal.imports.work import work_at_all
from portal.unit_of_work import unit_of_work

HEADINGS = ("机构名称", "县市区", "地址", "床位数", "收费标准", "机构等级", "联系人")
COUNTY = "350421"
"""明溪县."""
CLERK = Actor("明溪县民政经办")
SCOPE = Scope(False, frozenset({COUNTY}), Department.CIVIL_AFFAIRS)
TODAY = date(2026, 7, 1)
JANUARY, FEBRUARY, MARCH = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)

Row = Sequence[str]


def home(number: str, beds: str = "100", fee: str = "1200-1800", county: str = "明溪县") -> Row:
    """Return a row of the list."""
    return (f"测试{number}敬老院", county, f"测试路{number}号", beds, fee, "三级", "王测试")


def table(*rows: Row, headings: Row = HEADINGS) -> bytes:
    """Return a list as a file."""
    stream = io.StringIO()
    csv.writer(stream).writerows([headings, *rows])
    return stream.getvalue().encode()


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context(), clock.moved_to(clock.at(TODAY)):
        yield


Upload = Callable[..., ImportRun]


def upload(content: bytes, as_of: date = JANUARY, source: str = "测试名册", **given: Any) -> ImportRun:
    """Take a file in; the worker has not seen it yet."""
    with unit_of_work():
        asked = NewImport(source, as_of, given.pop("region", COUNTY), given.pop("name", "名册.csv"), **given)
        return service.upload(asked, io.BytesIO(content), CLERK, SCOPE)


def checked(content: bytes, as_of: date = JANUARY, **given: Any) -> ImportRun:
    """Take a file in and let the worker check it."""
    run = upload(content, as_of, **given)
    work_at_all()
    return again(run)


def committed(content: bytes, as_of: date = JANUARY, **given: Any) -> ImportRun:
    """Take a file in, check it and enter it."""
    run = checked(content, as_of, **given)
    with unit_of_work():
        service.commit(run, CLERK)
    work_at_all()
    return again(run)


def undone(run: ImportRun, actor: Actor = CLERK) -> ImportRun:
    """Have an import taken back."""
    with unit_of_work():
        service.undo(run, actor)
    work_at_all()
    return again(run)


def again(run: ImportRun) -> ImportRun:
    """Return the run as the database has it now."""
    return db.session.get_one(ImportRun, run.id, populate_existing=True)


def uploads(folder: Path) -> list[str]:
    """Return what lies in the folder of uploads, without notes of progress."""
    found = folder / "uploads"
    return sorted(p.name for p in found.iterdir() if not p.suffix) if found.exists() else []
