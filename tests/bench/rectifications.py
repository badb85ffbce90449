"""One synthetic notice: its rows, from the visit that found its problems to what stands to its credit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from portal import clock
from portal.domain.hazards import CRITERIA
from portal.domain.identifiers import PUBLIC_ID_ALPHABET
from portal.domain.inspection_items import ITEMS
from portal.domain.notice_text import NoticeProblem, NoticeText, to_json
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemEvent, ProblemStatus
from portal.supervision.kinds import (
    DEPARTMENTS,
    CreditKind,
    InspectionArea,
    InspectionKind,
    InspectionResult,
    ItemFinding,
    NoticeState,
    ProblemCategory,
    ProblemOrigin,
    ServiceMethod,
    Severity,
)
from tests.bench.bulk import Row

Made = tuple[list[Row], list[Row], list[Row], list[Row], list[Row], list[Row], list[Row]]
"""Rows of notice, deadlines, problems, steps, inspections, items, credit."""

_PUBLIC_EXCEPT = 50
_CREDIT_EVERY = 20
_TERM = 14
_MOST_PROBLEMS = 5
_VISITS = (InspectionKind.RANDOM, InspectionKind.JOINT, InspectionKind.THEMATIC, InspectionKind.COMPLAINT)
_IN_TIME, _LATE, _OVERDUE, _BACK, _RUNNING = "in time", "late", "overdue", "came back", "running"
_FATES = ((_IN_TIME, 0.80), (_LATE, 0.92), (_OVERDUE, 0.95), (_BACK, 0.98), (_RUNNING, 1.0))


@dataclass(frozen=True, slots=True)
class Place:
    """A home: whom a notice is for."""

    id: int
    name: str
    region_code: str


@dataclass(slots=True)
class _Course:
    """What became of one notice, and when."""

    number: int
    home: Place
    rng: Random
    issued: date
    fate: str
    department: Department
    problems: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)

    @property
    def public(self) -> bool:
        return self.number % _PUBLIC_EXCEPT != 0

    @property
    def deadline(self) -> date:
        return self.issued + timedelta(days=_TERM)

    @property
    def cleared(self) -> date | None:
        within = self.number % 10
        if self.fate in (_IN_TIME, _BACK):
            return self.issued + timedelta(days=2 + within)
        return self.deadline + timedelta(days=1 + within) if self.fate == _LATE else None


def rectification(number: int, home: Place, issued: date) -> Made:
    """Return all the rows of a notice. ``issued``: weeks ago; what runs or is overdue is of a later day."""
    rng = Random(f"notice {number}")
    drawn = rng.random()
    fate = _BACK if number == 1 else next(name for name, until in _FATES if drawn < until)
    today = clock.today()
    days = {_RUNNING: number % 10, _OVERDUE: 20 + number % 300}
    begun = today - timedelta(days=days[fate]) if fate in days else issued
    course = _Course(number, home, rng, begun, fate, rng.choice(DEPARTMENTS))
    _add_problems(course)
    return (
        [_notice(course)],
        list(_deadlines(course)),
        course.problems,
        course.steps,
        list(_visits(course)),
        list(_items(course)),
        list(_credit(course)),
    )


def _letters(number: int, kind: str) -> str:
    """Return a public id, another one for each number of a kind."""
    letters, left = "", number * 7919 % len(PUBLIC_ID_ALPHABET) ** 7
    for _ in range(7):
        left, letter = divmod(left, len(PUBLIC_ID_ALPHABET))
        letters += PUBLIC_ID_ALPHABET[letter]
    return kind + letters


def _add_problems(course: _Course) -> None:
    count = 1 + (course.rng.random() < 0.4) + (course.rng.random() < 0.1)
    if course.number == 1:
        count = 2
    first = course.number * _MOST_PROBLEMS
    for key in range(first, first + count):
        course.problems.append(_problem(course, key))
        course.steps += _steps(course, key)
    if course.fate == _BACK:
        key = first + _MOST_PROBLEMS - 1
        assert course.cleared is not None
        found = course.cleared + timedelta(days=20)
        again = {"notice_id": None, "deadline": clock.today() + timedelta(days=10), "first_entry_id": first}
        again |= {"status": ProblemStatus.IN_PROGRESS, "cleared_on": None}
        again |= {"found_on": found, "entered_at": clock.at(found, 9)}
        course.problems.append(_problem(course, key) | again)
        happened = (ProblemEvent.ENTER, ProblemEvent.START, ProblemEvent.PUBLISH)
        course.steps += [_step(key, place, event, found) for place, event in enumerate(happened)]


def _problem(course: _Course, key: int) -> Row:
    rng, home = course.rng, course.home
    severity = rng.choices((Severity.MINOR, Severity.SERIOUS, Severity.MAJOR), (70, 25, 5))[0]
    found = course.issued - timedelta(days=2)
    published = clock.at(course.issued + timedelta(days=1), 9) if course.public else None
    status = ProblemStatus.CLEARED if course.cleared else ProblemStatus.IN_PROGRESS
    return {
        "id": key, "public_id": _letters(key, "p"), "number": f"W{found.year}-{key:06}",
        "institution_id": home.id, "region_code": home.region_code, "department": course.department,
        "origin": ProblemOrigin.INSPECTION, "origin_ref": f"inspection/{course.number * 2}",
        "category": rng.choice(list(ProblemCategory)), "severity": severity,
        "criterion": CRITERIA[0].code if severity is Severity.MAJOR else None,
        "basis": "GB 38600-2019 5.1", "title": "疏散通道堆放杂物",
        "description": "三楼东侧疏散通道堆放轮椅和纸箱，当面要求清走。" * 2,
        "public_text": "三楼东侧疏散通道堆放轮椅和纸箱。" * 2 if published else None,
        "responsible": home.name, "measure": "清空通道，并保持畅通", "found_on": found,
        "entered_at": clock.at(found, 15), "entered_by": "经办", "status": status,
        "notice_id": course.number, "deadline": course.deadline, "cleared_on": course.cleared,
        "first_entry_id": None, "published_at": published,
        "changed_at": published or clock.at(found, 15), "version": 3,
    }  # fmt: skip


def _steps(course: _Course, key: int) -> Iterator[Row]:
    issued = course.issued
    happened = [
        (ProblemEvent.ENTER, issued - timedelta(days=2)),
        (ProblemEvent.ISSUE_NOTICE, issued),
        (ProblemEvent.SERVE, issued),
        (ProblemEvent.START, issued + timedelta(days=1)),
    ]
    if course.public:
        happened.append((ProblemEvent.PUBLISH, issued + timedelta(days=1)))
    if course.cleared:
        happened += [(ProblemEvent.SUBMIT, course.cleared), (ProblemEvent.CLEAR, course.cleared)]
    for place, (event, on) in enumerate(happened):
        yield _step(key, place, event, on)


def _step(key: int, place: int, event: ProblemEvent, on: date) -> Row:
    cleared = event is ProblemEvent.CLEAR
    return {
        "id": key * 10 + place, "problem_id": key, "event": event,
        "status_before": None if place == 0 else ProblemStatus.IN_PROGRESS,
        "status": ProblemStatus.CLEARED if cleared else ProblemStatus.IN_PROGRESS,
        "at": clock.at(on, 10), "happened_on": on, "actor": "经办", "staff_id": None,
        "words": "已经看过现场。" if cleared else None, "said": None,
    }  # fmt: skip


def _notice(course: _Course) -> Row:
    home, issued, number = course.home, clock.at(course.issued, 9), course.number
    held = [row for row in course.problems if row["notice_id"] == number]
    text = NoticeText(
        f"测{home.region_code}整〔{course.issued.year}〕{number}号", "关于疏散通道的整改通知", home.name,
        tuple(
            NoticeProblem(
                place, one["title"], one["description"], one["basis"], one["measure"], one["number"]
            )
            for place, one in enumerate(held, 1)
        ),
        "立即清空，并保持畅通；整改完成后书面报告。", "《中华人民共和国消防法》第六十条", _TERM, False,
        "测试消防救援大队 0591-8000000", "测试消防救援大队", course.issued,
    )  # fmt: skip
    body, cleared = to_json(text), course.cleared
    return {
        "id": number, "public_id": _letters(number, "n"), "year": course.issued.year, "sequence": number,
        "number": text.number, "institution_id": home.id, "addressee": home.name,
        "region_code": home.region_code, "department": course.department, "state": NoticeState.ISSUED,
        "title": text.title, "demands": text.demands, "legal_basis": text.legal_basis, "days": _TERM,
        "working_days": False, "contact": text.contact, "body": body,
        "public_body": body if course.public else None, "drafted_by": "经办", "drafted_at": issued,
        "issued_on": course.issued, "issued_at": issued, "issued_by": "审核", "served_on": course.issued,
        "served_how": ServiceMethod.IN_PERSON, "deadline": course.deadline, "deadline_version": 1,
        "cleared_on": cleared, "cleared_at": clock.at(cleared, 16) if cleared else None,
        "published_at": clock.at(course.issued + timedelta(days=1), 9) if course.public else None,
        "changed_at": issued, "version": 3,
    }  # fmt: skip


def _deadlines(course: _Course) -> Iterator[Row]:
    yield {
        "notice_id": course.number, "number": 1, "region_code": course.home.region_code,
        "deadline": course.deadline, "calendar": None, "provisional": False,
        "set_at": clock.at(course.issued, 10), "set_by": "经办", "reason": None,
        "missed": course.fate not in (_IN_TIME, _BACK),
    }  # fmt: skip


def _visits(course: _Course) -> Iterator[Row]:
    """Yield the visit that found the problems and, of half the notices, another at which all was well."""
    day = course.issued - timedelta(days=2)
    yield _visit(course, course.number * 2, day, InspectionResult.PROBLEMS)
    if course.number % 2:
        yield _visit(course, course.number * 2 + 1, day - timedelta(days=90), InspectionResult.CLEAN)


def _visit(course: _Course, key: int, day: date, result: InspectionResult) -> Row:
    return {
        "id": key, "public_id": _letters(key, "v"), "kind": course.rng.choice(_VISITS), "theme": None,
        "institution_id": course.home.id, "region_code": course.home.region_code,
        "department": course.department, "departments": json.dumps([course.department.value]),
        "visited_on": day, "result": result, "summary": "看了消防、食堂和护理记录。",
        "public_summary": "看了消防、食堂和护理记录。", "origin": None,
        "entered_at": clock.at(day, 17), "entered_by": "经办",
        "published_at": clock.at(day + timedelta(days=3), 9), "version": 2,
    }  # fmt: skip


def _items(course: _Course) -> Iterator[Row]:
    for position, item in enumerate(ITEMS[:4], 1):
        found = ItemFinding.NOT_MET if position == 1 else ItemFinding.MET
        yield {
            "inspection_id": course.number * 2, "position": position, "area": InspectionArea(item.area.value),
            "code": item.code, "text": item.text[:200], "basis": item.basis[:120], "finding": found,
            "remark": None,
        }  # fmt: skip


def _credit(course: _Course) -> Iterator[Row]:
    if course.number % _CREDIT_EVERY != 1:
        return
    decided = course.issued + timedelta(days=1)
    until = clock.today() + timedelta(days=1 + course.number % 700)
    yield {
        "id": course.number, "public_id": _letters(course.number, "c"),
        "kind": course.rng.choice(list(CreditKind)), "institution_id": course.home.id,
        "region_code": course.home.region_code, "department": course.department,
        "title": "疏散通道堆放杂物", "reason": "逾期没有清空疏散通道。",
        "legal_basis": "《中华人民共和国消防法》第六十条", "authority": "测试消防救援大队",
        "document_number": f"测罚〔{decided.year}〕{course.number}号", "content": None, "amount_fen": 500_000,
        "decided_on": decided, "until": until, "problem_id": None, "entered_at": clock.at(decided, 9),
        "entered_by": "经办", "published_at": clock.at(decided, 10), "changed_at": clock.at(decided, 10),
        "version": 2,
    }  # fmt: skip
