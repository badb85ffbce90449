"""Voices for suggestions: only for what is public; the number that counts is kept beside the suggestion.

Caches of the whole site do not follow each voice: pages that show the number depend on ``voices``' version.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import update

from portal import clock
from portal.domain.suggestion_status import PUBLIC, SuggestionRefused
from portal.extensions import db
from portal.topics.models import Suggestion
from portal.voices import service as voices
from portal.voices.kinds import Proof, VoiceKind
from portal.voices.service import Given
from portal.voices.visitor import Visitor


def support(suggestion: Suggestion, visitor: Visitor, proof: Proof = Proof.UNASKED) -> Given:
    """Add a visitor's voice. Flushes. Raises SuggestionRefused, CountClosed."""
    _check_public(suggestion)
    return voices.give(VoiceKind.SUGGESTION, suggestion.id, "", visitor, clock.now(), proof)


def take_back(suggestion: Suggestion, visitor: Visitor) -> bool:
    """Take a visitor's voice back; False if there is none. Flushes. Raises CountClosed."""
    return voices.take_back(VoiceKind.SUGGESTION, suggestion.id, visitor)


def supported(suggestion_ids: Collection[int], visitor: Visitor) -> set[int]:
    """Return which of these suggestions the visitor's browser supports. One query."""
    return set(voices.has_given(VoiceKind.SUGGESTION, list(suggestion_ids), visitor))


def keep_supports(subject_id: int, persons: int) -> None:
    """Write how many voices count beside the suggestion, for sorting; its version stays as it is."""
    changed = update(Suggestion).where(Suggestion.id == subject_id).values(supports=persons)
    db.session.execute(changed, execution_options={"synchronize_session": False})


def init_supports() -> None:
    """Have the number follow every change of a count, whoever makes it. Idempotent."""
    voices.when_changed(VoiceKind.SUGGESTION, keep_supports)


def _check_public(suggestion: Suggestion) -> None:
    if suggestion.status not in PUBLIC:
        raise SuggestionRefused("这条点题现在不公开，不能支持。")
