"""A topic's log for the public: what was done, by whom, and every edit before and after."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.domain.day_words import cn_date
from portal.extensions import db
from portal.topics.kinds import TopicEvent
from portal.topics.models import Suggestion
from portal.topics.topic_models import TopicStep

MOST_LINES = 200
_LONG = 60
"""From so many characters on, before and after stand one beneath the other."""


@dataclass(frozen=True, slots=True)
class Change:
    """What stood there before and after. ``field``: a name that the page has words for."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log."""

    event: TopicEvent
    at: datetime
    actor: str
    words: str | None
    about: str
    """What it is about, such as a milestone's title; empty where the event says all."""
    suggestion: str | None
    """Public id of the suggestion it is about, while everybody may read that."""
    changes: tuple[Change, ...]


def public_log(topic_id: int) -> tuple[Line, ...]:
    """Return the lines that everybody may read, the newest first."""
    query = select(TopicStep).where(TopicStep.topic_id == topic_id, TopicStep.in_public.is_(True))
    rows = db.session.scalars(query.order_by(TopicStep.id.desc()).limit(MOST_LINES)).all()
    facts: list[dict[str, Any]] = [{} if row.said is None else json.loads(row.said) for row in rows]
    titles = _titles({said["suggestion"] for said in facts if "suggestion" in said})
    return tuple(_line(row, said, titles) for row, said in zip(rows, facts, strict=True))


def _titles(public_ids: Collection[str]) -> dict[str, str]:
    """Return what suggestions are called that everybody may read now: a log must not outlive that."""
    if not public_ids:
        return {}
    query = select(Suggestion.public_id, Suggestion.title).where(
        Suggestion.public_id.in_(public_ids), Suggestion.published_at.is_not(None)
    )
    return {public_id: title or "" for public_id, title in db.session.execute(query)}


def _line(row: TopicStep, said: dict[str, Any], titles: Mapping[str, str]) -> Line:
    suggestion = said.get("suggestion")
    title = titles.get(suggestion or "")
    if suggestion is not None:
        about = "一条点题，现在不公开" if title is None else f"“{title}”"
    else:
        about = "，".join(_about(said))
    return Line(
        row.event,
        row.at,
        row.actor,
        row.words,
        about,
        None if title is None else suggestion,
        tuple(Change(one["field"], one["before"], one["after"]) for one in said.get("changes", ())),
    )


def _about(said: dict[str, Any]) -> Iterator[str]:
    """Say in words what a line tells of beside its event."""
    if "target" in said:
        yield f"目标“{said['target']}”"
        if "goal" in said:
            yield f"定为{said['goal']}"
        if "value" in said:
            number = (
                f"{said['value']}／{said['out_of']}"
                if said.get("out_of")
                else f"{said['value']}{said['unit']}"
            )
            yield f"截至{cn_date(date.fromisoformat(said['as_of']))}为{number}"
    elif "milestone" in said:
        yield f"节点“{said['milestone']}”"
        if "due_on" in said:
            yield f"定在{cn_date(date.fromisoformat(said['due_on']))}前完成"
        if "done_on" in said:
            yield f"{cn_date(date.fromisoformat(said['done_on']))}完成"
    elif "document" in said:
        yield f"公布文件《{said['document']}》"
