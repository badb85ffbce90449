"""Notices with problems and deadlines as rows, for tests of what reads them: quick, and exact in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from portal import clock
from portal.domain.actor import IMPORTER
from portal.domain.notice_text import NoticeProblem, NoticeText, to_json
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemStatus
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.models import Institution
from portal.supervision.kinds import NoticeState, ProblemCategory, ProblemOrigin, ServiceMethod, Severity
from portal.supervision.problem_models import NoticeDeadline, Problem, RectificationNotice

DAY = date(2026, 3, 2)
"""A Monday: the day most of it happens."""
COUNTY, OTHER = "350404", "350421"

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Made:
    """A notice with its one problem."""

    notice: RectificationNotice
    problem: Problem


def home(name: str = "示例敬老院", region: str = COUNTY, on: date = DAY) -> Institution:
    """Enter an institution."""
    source = enter_source(f"月报{next(_numbers)}", on, SourceKind.SPREADSHEET)
    made: Institution = service.register_institution(
        {"name": name, "region_code": region}, Provenance(source, on, IMPORTER, None)
    )
    return made


def problem(where: Institution, on: datetime, **given: Any) -> Problem:
    """Enter a published problem of an institution."""
    number = next(_numbers)
    row = Problem(
        **{
            "public_id": f"p{number:07d}",
            "number": f"W2026-{number:06d}",
            "institution_id": where.id,
            "region_code": where.region_code,
            "department": Department.FIRE,
            "origin": ProblemOrigin.BY_HAND,
            "category": ProblemCategory.FIRE,
            "severity": Severity.SERIOUS,
            "title": "疏散通道堆放杂物",
            "description": "三楼东侧通道，经办人记录。",
            "public_text": "三楼东侧疏散通道堆放轮椅和纸箱。",
            "responsible": where.name,
            "found_on": on.date(),
            "entered_at": on,
            "entered_by": "经办",
            "status": ProblemStatus.NOTICE_ISSUED,
            "published_at": on,
            "changed_at": on,
            **given,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def notice(
    where: Institution,
    issued: datetime,
    deadlines: Sequence[tuple[date, datetime, bool]] = (),
    cleared: datetime | None = None,
    words: str = "三楼东侧疏散通道堆放轮椅和纸箱。",
    **given: Any,
) -> Made:
    """Enter a published notice. ``deadlines``: each version's last day, when it was set, whether missed."""
    number = next(_numbers)
    text = NoticeText(
        f"三元消整〔2026〕{number}号",
        "关于疏散通道的整改通知",
        where.name,
        (NoticeProblem(1, "疏散通道堆放杂物", words, "GB 38600-2019 5.1", "清空通道"),),
        "立即清空，并保持畅通。",
        "《中华人民共和国消防法》第六十条",
        10,
        True,
        "三元区消防救援大队 0598-8000000",
        "三元区消防救援大队",
        issued.date(),
    )
    row = RectificationNotice(
        **{
            "public_id": f"n{number:07d}",
            "year": 2026,
            "sequence": number,
            "number": text.number,
            "institution_id": where.id,
            "addressee": where.name,
            "region_code": where.region_code,
            "department": Department.FIRE,
            "state": NoticeState.ISSUED,
            "title": "经办写的标题",
            "demands": text.demands,
            "legal_basis": text.legal_basis,
            "days": 10,
            "working_days": True,
            "body": to_json(text),
            "public_body": to_json(text),
            "drafted_by": "经办",
            "drafted_at": issued,
            "issued_on": issued.date(),
            "issued_at": issued,
            "issued_by": "审核",
            "published_at": issued,
            "changed_at": issued,
            **given,
        }
    )
    if deadlines:
        row.served_on, row.served_how = deadlines[0][1].date(), ServiceMethod.IN_PERSON
        row.deadline, row.deadline_version = deadlines[-1][0], len(deadlines)
    if cleared is not None:
        row.cleared_at, row.cleared_on = cleared, cleared.date()
    db.session.add(row)
    db.session.flush()
    for version, (day, set_at, missed) in enumerate(deadlines, 1):
        extend(row, version, day, set_at, missed)
    done = {"status": ProblemStatus.CLEARED, "cleared_on": cleared.date()} if cleared else {}
    return Made(row, problem(where, issued - timedelta(hours=1), notice_id=row.id, **done))


def extend(row: RectificationNotice, version: int, day: date, set_at: datetime, missed: bool) -> None:
    """Enter one version of a deadline."""
    line = NoticeDeadline(
        notice_id=row.id,
        number=version,
        deadline=day,
        provisional=False,
        set_at=set_at,
        set_by="经办",
        missed=missed,
    )
    row.deadline, row.deadline_version = day, version
    db.session.add(line)
    db.session.flush()


def at(day: int, hour: int = 9, month: int = 3) -> datetime:
    """Return a moment of 2026."""
    return clock.at(date(2026, month, day), hour)
