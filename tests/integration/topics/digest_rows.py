"""Suggestions as rows, for the tests of what counts and shows them: quick, and exact in time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from portal import clock
from portal.domain.suggestion_status import PUBLIC, SuggestionEvent, SuggestionStatus
from portal.extensions import db
from portal.topics.kinds import SuggestionChannel, SuggestionKind, first_department
from portal.topics.models import Suggestion, SuggestionStep

CITY, COUNTY, OTHER = "350400", "350404", "350421"
"""三明市 with 三元区 and 明溪县."""

_numbers = count(1)


def suggestion(
    on: datetime, status: SuggestionStatus = SuggestionStatus.PUBLISHED, **given: Any
) -> Suggestion:
    """Enter a suggestion that came at a moment; what is public was made so two hours later."""
    number = next(_numbers)
    kind = given.get("kind", SuggestionKind.SAFETY)
    looked = status is not SuggestionStatus.RECEIVED
    values: dict[str, Any] = {
        "public_id": f"d{number:07d}",
        "receipt": f"D2026-{number:08d}",
        "access_hash": "0" * 64,
        "submission": f"{number:064d}",
        "channel": SuggestionChannel.WEB,
        "received_at": on,
        "received_on": on.date(),
        "entered_by": "群众",
        "region_code": COUNTY,
        "department": first_department(kind),
        "kind": SuggestionKind.SAFETY,
        "words_sealed": "-",
        "has_mail": False,
        "privacy_version": "2026-12",
        "status": status,
        "look_due": on.date() + timedelta(days=7),
        "looked_at": on + timedelta(hours=2) if looked else None,
        "changed_at": on,
    }
    if status in PUBLIC:
        values |= {
            "title": f"第{number}条点题",
            "text": "楼道里没有扶手。",
            "published_at": on + timedelta(hours=2),
            "answer_due": on.date() + timedelta(days=28),
        }
    if status is SuggestionStatus.ANSWERED:
        values |= {"answer": "已经安排。", "answered_at": on + timedelta(days=3), "answered_by": "民政"}
    row = Suggestion(**{**values, **given})
    db.session.add(row)
    db.session.flush()
    return row


def adopt(row: Suggestion, at: datetime) -> None:
    """Enter that a topic came of it at a moment; its ``topic_id`` is given when it is made."""
    db.session.add(
        SuggestionStep(
            suggestion_id=row.id,
            event=SuggestionEvent.ADOPT,
            status_before=row.status,
            status=row.status,
            at=at,
            actor="民政",
            to_writer=True,
        )
    )
    db.session.flush()


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment in Asia/Shanghai."""
    return clock.at(date(year, month, day), hour, minute)
