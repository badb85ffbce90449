"""One line of a topic's log, and telling search and caches that what the public sees has changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from portal import clock
from portal.audit.capture import concerns
from portal.database import compact_json
from portal.domain.actor import Actor
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.institutions.service import new_public_id
from portal.search.outbox import note_changed
from portal.topics.kinds import TopicEvent
from portal.topics.topic_models import Topic, TopicPool, TopicStep

KIND = "topic"
"""What search calls public topics."""
_TRIES = 5


def add_with_public_id(row: Topic | TopicPool) -> None:
    """Give a new pool or topic its public id and flush it."""
    for tried in range(_TRIES):
        row.public_id = new_public_id()
        try:
            with db.session.begin_nested():
                db.session.add(row)
                db.session.flush()
        except IntegrityError:
            if tried == _TRIES - 1:
                raise
        else:
            return


def step(
    topic: Topic,
    event: TopicEvent,
    actor: Actor,
    *,
    words: str | None = None,
    said: dict[str, Any] | None = None,
    in_public: bool = True,
) -> TopicStep:
    """Write the line, make a new version of the topic and tell of it. Flushes.

    ``said``: JSON of what the line is about; ``in_public``: whether the topic's page shows the line once the
    topic is public itself.
    """
    now = clock.now()
    line = TopicStep(
        topic_id=topic.id,
        event=event,
        at=now,
        actor=actor.name,
        staff_id=actor.staff_id,
        words=words,
        said=None if said is None else compact_json(said),
        in_public=in_public,
    )
    db.session.add(line)
    concerns(topic.subject)
    topic.changed_at = now
    flag_modified(topic, "changed_at")  # a line alone makes a new version too
    db.session.flush()
    if is_public(topic):
        note_changed([f"{KIND}/{topic.id}"])
        touch_data_set()
    return line


def is_public(topic: Topic) -> bool:
    """True once everybody may read it: a candidate, or published without a vote. It stays so for good."""
    return topic.proposed_at is not None or topic.published_at is not None


def pool_changed(pool: TopicPool) -> None:
    """Make a new version of the pool and tell of it. Flushes."""
    pool.changed_at = clock.now()
    flag_modified(pool, "changed_at")
    concerns(pool.subject)
    db.session.flush()
    if pool.published_at is not None:
        touch_data_set()
