"""The kept counts: moved with every step of a suggestion, in its unit of work; counted anew at night."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import case, delete, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite

from portal.domain.suggestion_status import SuggestionStatus
from portal.extensions import db
from portal.topics.kinds import SuggestionKind, SuggestionStage
from portal.topics.models import Suggestion, SuggestionCount

Place = tuple[str, SuggestionKind, SuggestionStage]
"""What is counted: of a region, a kind, at a stage."""


def stage_of(suggestion: Suggestion) -> SuggestionStage:
    """Return how far a suggestion has come."""
    match suggestion.status:
        case SuggestionStatus.RECEIVED:
            return SuggestionStage.TO_LOOK
        case SuggestionStatus.PUBLISHED | SuggestionStatus.ANSWERED if suggestion.done_at is not None:
            return SuggestionStage.DONE
        case SuggestionStatus.PUBLISHED:
            return SuggestionStage.OPEN
        case SuggestionStatus.ANSWERED:
            return SuggestionStage.ANSWERED
    return SuggestionStage.ENDED


def place_of(suggestion: Suggestion) -> Place:
    """Return where a suggestion is counted."""
    return suggestion.region_code, suggestion.kind, stage_of(suggestion)


def moved(before: Place | None, after: Place | None) -> None:
    """Count a suggestion where it stands now and no longer where it stood. Writes at once."""
    deltas = Counter[Place]()
    if before is not None:
        deltas[before] -= 1
    if after is not None:
        deltas[after] += 1
    # always in one order: two who move suggestions at once must not wait for each other
    for (region, kind, stage), delta in sorted(deltas.items()):
        if delta:
            _add(region, kind, stage, delta)


def count_anew() -> None:
    """Throw the counts away and count every suggestion. Writes at once; for the nightly worker."""
    stage = case(
        (Suggestion.status == SuggestionStatus.RECEIVED, SuggestionStage.TO_LOOK.value),
        (Suggestion.published_at.is_(None), SuggestionStage.ENDED.value),
        (Suggestion.done_at.is_not(None), SuggestionStage.DONE.value),
        (Suggestion.status == SuggestionStatus.PUBLISHED, SuggestionStage.OPEN.value),
        else_=SuggestionStage.ANSWERED.value,
    )
    if db.engine.dialect.name == "postgresql":  # whoever is moving one now ends first; SQLite has one writer
        db.session.execute(text("LOCK TABLE suggestion_count IN SHARE ROW EXCLUSIVE MODE"))
    db.session.execute(delete(SuggestionCount))
    query = select(Suggestion.region_code, Suggestion.kind, stage.label("stage"), func.count())
    rows = db.session.execute(query.group_by(Suggestion.region_code, Suggestion.kind, "stage")).all()
    if rows:
        db.session.execute(
            insert(SuggestionCount),
            [
                {"region_code": region, "kind": kind, "stage": SuggestionStage(stage), "number": number}
                for region, kind, stage, number in rows
            ],
        )


def _add(region: str, kind: SuggestionKind, stage: SuggestionStage, delta: int) -> None:
    make: Any = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    row = make(SuggestionCount).values(region_code=region, kind=kind, stage=stage, number=delta)
    key = [SuggestionCount.region_code, SuggestionCount.kind, SuggestionCount.stage]
    db.session.execute(
        row.on_conflict_do_update(index_elements=key, set_={"number": SuggestionCount.number + delta})
    )
