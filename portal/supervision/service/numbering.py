"""Numbers that are given once a year each: of problems, and of notices (文号) by office.

Two that draw the same at once: the unique index lets one in, and the other draws again. Nothing else of the
unit of work is lost, because each attempt is a savepoint.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.exc import IntegrityError

from portal.domain.errors import DomainError
from portal.domain.permissions import Department
from portal.extensions import db
from portal.institutions.service import new_public_id
from portal.reference.directory import region_directory
from portal.reference.regions import RegionDirectory
from portal.reference.spelling import spellings
from portal.supervision.problem_models import Problem, RectificationNotice

_TRIES = 20
"""More at one moment than there are workers; each loser waited for a winner."""
_LAST = 999_999

OFFICE_MARKS = {
    Department.CIVIL_AFFAIRS: "民",
    Department.HOUSING: "建",
    Department.FIRE: "消",
    Department.HEALTH: "卫",
    Department.MARKET: "市监",
}
"""What stands for the department in the number of a notice."""


class NumbersUsedUp(DomainError):
    """No number was to be had; the message says why."""


def add_problem(problem: Problem, year: int) -> None:
    """Give the problem its ids and its number of the year, and flush it."""

    def draw(_tried: int) -> None:
        problem.public_id = new_public_id()
        problem.number = _next_problem_number(year)
        db.session.add(problem)

    def is_taken() -> bool:
        return _exists(Problem.number == problem.number) or _exists(Problem.public_id == problem.public_id)

    _attempt(draw, is_taken)


def number_notice(notice: RectificationNotice, year: int, fill: Callable[[], None]) -> None:
    """Give the notice its number of the year, let ``fill`` write what holds it, and flush."""
    region_code, department = notice.region_code, notice.department
    prefix, number, drawn = number_prefix(region_directory(), region_code, department), "", 0

    def draw(tried: int) -> None:
        nonlocal number, drawn
        # the same again was lost to no colleague but to a namesake of the office: the next one, then
        drawn = max(_next_sequence(region_code, department, year), drawn + 1 if tried > 1 else 0)
        number = f"{prefix}〔{year}〕{drawn}号"
        notice.year, notice.sequence, notice.number = year, drawn, number
        fill()

    _attempt(draw, lambda: _exists(RectificationNotice.number == number))


def number_prefix(regions: RegionDirectory, region_code: str, department: Department) -> str:
    """Return what the numbers of an office begin with: 汀兰民整. Where two regions share a short name, the
    one above goes before it: 福州鼓楼民整."""
    return f"{_short_path(regions, region_code)}{OFFICE_MARKS[department]}整"


def _short_path(regions: RegionDirectory, code: str) -> str:
    name = _short(regions.label(code))
    namesakes = any(
        row.code != code and row.until is None and _short(row.name) == name for row in regions.rows.values()
    )
    above = regions.ancestors(code)
    if not namesakes or not above:
        return name
    return _short(above[-1].name) + name


@cache  # as many names as there are regions, and every one is asked for each time
def _short(name: str) -> str:
    found = [one.text for one in spellings(name) if one.short]
    return min(found, key=len) if found else name


def _next_problem_number(year: int) -> str:
    low, high = f"W{year:04}-000000", f"W{year:04}-{_LAST}"
    latest = db.session.scalar(select(func.max(Problem.number)).where(Problem.number.between(low, high)))
    sequence = 1 if latest is None else int(latest[-6:]) + 1
    if sequence > _LAST:
        raise NumbersUsedUp("今年的问题编号已经用完。")
    return f"W{year:04}-{sequence:06}"


def _next_sequence(region_code: str, department: Department, year: int) -> int:
    latest = db.session.scalar(
        select(func.max(RectificationNotice.sequence)).where(
            RectificationNotice.region_code == region_code,
            RectificationNotice.department == department,
            RectificationNotice.year == year,
        )
    )
    return (latest or 0) + 1


def _exists(condition: ColumnElement[bool]) -> bool:
    return bool(db.session.scalar(select(exists().where(condition))))


def _attempt(draw: Callable[[int], None], is_taken: Callable[[], bool]) -> None:
    db.session.flush()
    for tried in range(_TRIES):
        try:
            with db.session.begin_nested():
                draw(tried)
                db.session.flush()
        except IntegrityError:
            if not is_taken():
                raise
        else:
            return
    raise NumbersUsedUp("编号暂时取不到，请再试一次。")
