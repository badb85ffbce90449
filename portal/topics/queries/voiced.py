"""What voices are given for, by the numbers that voices know: titles and whose they are, for staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, select

from portal.extensions import db
from portal.topics.models import Suggestion
from portal.topics.topic_models import Topic, TopicPool
from portal.voices.kinds import VoiceKind


@dataclass(frozen=True, slots=True)
class Voiced:
    """A suggestion, pool or topic."""

    title: str
    region_code: str
    public_id: str


def voiced(asked: Iterable[tuple[VoiceKind, int]]) -> dict[tuple[VoiceKind, int], Voiced]:
    """Return what these numbers stand for, if for anything. Three queries at most."""
    ids: dict[VoiceKind, set[int]] = {}
    for kind, number in asked:
        ids.setdefault(kind, set()).add(number)
    found = {}
    for kind, numbers in ids.items():
        model: type[Suggestion | TopicPool | Topic] = _MODELS[kind]
        title: Any = model.title
        if model is Suggestion:  # it keeps its title where it was taken out of sight; not for all the staff
            title = case((Suggestion.published_at.is_not(None), Suggestion.title))
        columns = (model.id, title.label("title"), model.region_code, model.public_id)
        rows = select(*columns).where(model.id.in_(numbers))
        for row in db.session.execute(rows):
            found[kind, row.id] = Voiced(row.title or "（没有公开的点题）", row.region_code, row.public_id)
    return found


_MODELS: dict[VoiceKind, type[Suggestion | TopicPool | Topic]] = {
    VoiceKind.SUGGESTION: Suggestion,
    VoiceKind.POOL: TopicPool,
    VoiceKind.VERDICT: Topic,
}
