"""Synthetic complaints, the same ones each time, written table by table into an empty portal.

``python -m tests.bench.complaint_rows FOLDER COUNT [DATABASE_URL]``: two years up to today in twelve
counties; one in twenty-five is open; each has its handling and four lines of its log. By COPY on PostgreSQL.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from flask import Flask

from portal import clock
from portal.accounts.staff import create_staff
from portal.complaints import figures
from portal.complaints.kinds import Appearance, Category, Channel, Rating
from portal.complaints.models import Case, CasePublication, CaseRound, CaseStep
from portal.database import Base
from portal.domain.case_status import CaseEvent, CaseStatus
from portal.domain.permissions import Department, Role
from portal.domain.receipts import COMPLAINT, POSSIBILITIES, receipt_number
from portal.unit_of_work import unit_of_work
from tests.bench import bulk
from tests.bench.bulk import Row
from tests.bench.synthetic import portal_on

COUNTIES = (
    "350404", "350403", "350421", "350423", "350424", "350425",
    "350426", "350427", "350428", "350429", "350430", "350481",
)  # fmt: skip
PUBLISHED = "22222222"
"""Public id of one published case."""

_AT_A_TIME = 10_000
_DAYS = 730
_OPEN = 25
"""One in so many is open."""
_PUBLISHED = 50
_SEALED = "v1.0." + "A" * 400
_TABLES = tuple(
    Base.metadata.tables[kind.__tablename__] for kind in (Case, CaseRound, CaseStep, CasePublication)
)


def fill(app: Flask, count: int) -> None:
    """Enter ``count`` cases, count the months and make a clerk of the first county."""
    with app.app_context():
        made = _cases(count, clock.today())
        while batch := list(islice(made, _AT_A_TIME)):
            for table, rows in zip(_TABLES, zip(*batch, strict=True), strict=True):
                bulk.write(table, [row for some in rows for row in some])
        bulk.number_on(_TABLES)
        with unit_of_work():
            create_staff("测试人员", "bench@example.cn", Role.CLERK, Department.CIVIL_AFFAIRS, COUNTIES[0])
            figures.recount()
        while figures.refresh_stale():
            pass
        bulk.analyze()


def _cases(count: int, today: date) -> Iterator[tuple[list[Row], ...]]:
    rng = Random(count)
    drawn = rng.sample(range(POSSIBILITIES), count)
    for number in range(1, count + 1):
        opened = not number % _OPEN
        ago = rng.randrange(0, 25) if opened else rng.randrange(26, _DAYS)
        received = datetime.combine(today - timedelta(days=ago), datetime.min.time(), UTC)
        received += timedelta(minutes=rng.randrange(8 * 60))
        yield _one(rng, number, drawn[number - 1], received, opened)


def _one(rng: Random, number: int, drawn: int, received: datetime, opened: bool) -> tuple[list[Row], ...]:
    day, region, category = received.date(), rng.choice(COUNTIES), rng.choice(list(Category))
    first_due, final_due = day + timedelta(days=7), day + timedelta(days=28)
    answered = None if opened and rng.random() < 0.5 else received + timedelta(days=rng.randrange(1, 9))
    ended = None if opened else received + timedelta(days=rng.randrange(9, 26))
    status = CaseStatus.IN_PROGRESS if opened else rng.choice((CaseStatus.CLOSED, CaseStatus.REPLIED))
    rating = None if opened or rng.random() < 0.5 else rng.choice(list(Rating))
    case = {
        "id": number, "receipt": receipt_number(COMPLAINT, day.year, drawn), "access_hash": f"{number:064x}",
        "submission": f"{number * 7919:064x}", "channel": Channel.WEB, "received_at": received,
        "received_on": day, "entered_at": received, "entered_by": "群众", "institution_id": None,
        "region_code": region, "department": Department.CIVIL_AFFAIRS, "category": category,
        "appearance": Appearance.NAMED, "words_sealed": _SEALED, "person_sealed": _SEALED, "has_mail": False,
        "consent_health": True, "consent_publish": True, "privacy_version": "2026-11", "status": status,
        "urgent": False, "handler_id": None, "acknowledged": True, "round_number": 1,
        "next_due": (final_due if answered else first_due) if opened else None, "merged_into_id": None,
        "finding": None, "rating": rating, "rating_reason_sealed": None,
        "rated_at": ended if rating else None,
        "ended_at": ended if status is CaseStatus.CLOSED else None, "hold_reason": None, "erased_at": None,
        "version": 1,
    }  # fmt: skip
    handling = {
        "id": number, "case_id": number, "number": 1, "region_code": region, "received_at": received,
        "received_on": day, "first_due": first_due, "first_provisional": False, "first_answered_at": answered,
        "final_due": final_due, "final_provisional": False, "final_answered_at": ended,
        "first_calendar": "bench", "final_calendar": "bench", "final_days": 20, "extension_days": 0,
        "extension_reason": None, "asked_on": None, "answered_on": None, "withdrawn_at": None,
    }  # fmt: skip
    events = (CaseEvent.LODGE, CaseEvent.ACCEPT, CaseEvent.FIRST_ANSWER, CaseEvent.REPLY)
    steps = [
        {
            "id": number * 4 + place, "case_id": number, "round_number": 1, "event": event,
            "status_before": None, "status": status, "at": received, "actor": "群众", "staff_id": None,
            "words_sealed": _SEALED if place > 1 else None, "said": None, "to_citizen": True,
        }
        for place, event in enumerate(events)
    ]  # fmt: skip
    return [case], [handling], steps, list(_publication(number, region, category, received, opened))


def _publication(
    number: int, region: str, category: Category, received: datetime, opened: bool
) -> Iterator[Row]:
    if opened or number % _PUBLISHED != 1:
        return
    alphabet = "23456789abcdefghjkmnpqrstvwx"
    letters, left = "", number - 1
    for _ in range(8):
        left, letter = divmod(left, len(alphabet))
        letters += alphabet[letter]
    course = {"steps": [{"round": 1, "event": "lodge", "day": 0}], "rounds": [], "finding": None}
    moment = received + timedelta(days=30)
    yield {
        "id": number, "case_id": number, "public_id": letters, "region_code": region, "category": category,
        "institution_id": None, "title": "夜里没有护工", "text": "老人夜里摔倒，护工不在。" * 8,
        "reply": "经查夜班只有一人，已责令整改。" * 6, "timeline": json.dumps(course),
        "approved_by": "民政审核",
        "published_at": moment, "changed_at": moment, "withdrawn_at": None, "withdrawn_reason": None,
    }  # fmt: skip


if __name__ == "__main__":
    fill(portal_on(Path(sys.argv[1]), sys.argv[3] if sys.argv[3:] else None), int(sys.argv[2]))
