"""One step of a suggestion: the change and its line in the log, in one transaction, by the table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from portal import clock
from portal.audit.capture import concerns
from portal.domain.actor import Actor
from portal.domain.suggestion_status import ENDED, PUBLIC, SuggestionEvent, SuggestionStatus, next_status
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.search.outbox import note_changed
from portal.topics.models import Suggestion, SuggestionStep
from portal.topics.service.kept_counts import moved, place_of
from portal.topics.service.likeness import keep_terms
from portal.topics.service.notices import notify
from portal.topics.service.words import seal_words

CITIZEN = Actor("群众")
KIND = "suggestion"
"""What search calls public suggestions."""

_E = SuggestionEvent
_LOOKED = frozenset({_E.PUBLISH, _E.DECLINE, _E.MERGE, _E.SEND_TO_COMPLAINTS, _E.SEND_TO_DISCIPLINE})
"""By these somebody decided what becomes of it."""
_SHOWN = frozenset({_E.PUBLISH, _E.AMEND, _E.ANSWER, _E.ADOPT, _E.RELEASE, _E.REPORT_DONE, _E.REASSIGN})
"""What changes what the public reads, of a public one."""
_NOTHING_OWED = ENDED | {SuggestionStatus.ANSWERED}


def step(
    suggestion: Suggestion,
    event: SuggestionEvent,
    actor: Actor,
    *,
    words: str | None = None,
    said: Mapping[str, Any] | None = None,
    to_writer: bool = False,
    more_to_come: bool = False,
    **columns: Any,
) -> SuggestionStep:
    """Move the suggestion by the table, write the line, tell the writer and whoever keeps copies. Flushes.

    ``words`` are sealed; ``said`` holds what is nobody's secret, as JSON; ``columns`` are what the event sets
    of the suggestion: all at once, for half of it the database refuses. ``more_to_come``: another step of the
    same suggestion follows at once and tells of both; who tells holds a row that everybody waits for, and
    must not want another after it. Raises SuggestionRefused.
    """
    before, counted = suggestion.status, place_of(suggestion)
    after = next_status(before, event)
    now = clock.now()
    sealed = None if words is None else seal_words(suggestion, words)
    suggestion.status = after
    for name, value in columns.items():
        setattr(suggestion, name, value)
    if event in _LOOKED and suggestion.looked_at is None:
        suggestion.looked_at = now
    if after not in PUBLIC:
        suggestion.published_at = None
    suggestion.ended_at = (suggestion.ended_at or now) if after in _NOTHING_OWED else None
    shows = (before in PUBLIC) != (after in PUBLIC) or (after in PUBLIC and event in _SHOWN)
    if shows:
        suggestion.changed_at = now
    line = _line(suggestion, before, event, actor, sealed, said, to_writer)
    flag_modified(suggestion, "status")  # a line alone, a note, makes a new version too
    concerns(suggestion.subject)
    db.session.flush()
    if to_writer:
        notify(suggestion, event)
    moved(counted, place_of(suggestion))
    if shows and not more_to_come:
        tell(suggestion)
    return line


def first_step(suggestion: Suggestion, actor: Actor, said: Mapping[str, Any] | None = None) -> SuggestionStep:
    """Write the first line of a new suggestion's log. Flushes."""
    line = _line(suggestion, None, SuggestionEvent.RECEIVE, actor, None, said, True)
    concerns(suggestion.subject)
    db.session.flush()
    notify(suggestion, SuggestionEvent.RECEIVE)
    moved(None, place_of(suggestion))
    return line


def tell(suggestion: Suggestion) -> None:
    """Have look-alikes, search and every kept page follow what the public reads of a suggestion. Flushes."""
    keep_terms(suggestion)
    note_changed([f"{KIND}/{suggestion.id}"])
    touch_data_set()


def _line(
    suggestion: Suggestion,
    before: SuggestionStatus | None,
    event: SuggestionEvent,
    actor: Actor,
    sealed: str | None,
    said: Mapping[str, Any] | None,
    to_writer: bool,
) -> SuggestionStep:
    line = SuggestionStep(
        suggestion_id=suggestion.id,
        event=event,
        status_before=before,
        status=suggestion.status,
        at=clock.now(),
        actor=actor.name,
        staff_id=actor.staff_id,
        words_sealed=sealed,
        said=None if not said else json.dumps(said, ensure_ascii=False),
        to_writer=to_writer,
    )
    db.session.add(line)
    return line
