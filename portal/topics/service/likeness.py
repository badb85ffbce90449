"""The terms by which look-alikes of a public suggestion are found: kept in step with its public words."""

from __future__ import annotations

from sqlalchemy import delete, insert

from portal.domain.likeness import terms_of
from portal.domain.suggestion_status import PUBLIC
from portal.extensions import db
from portal.topics.models import Suggestion, SuggestionTerm


def keep_terms(suggestion: Suggestion) -> None:
    """Make the terms anew from what the public reads; none while it is not public. Writes at once."""
    db.session.execute(delete(SuggestionTerm).where(SuggestionTerm.suggestion_id == suggestion.id))
    if suggestion.status not in PUBLIC or suggestion.title is None or suggestion.text is None:
        return
    terms = terms_of(f"{suggestion.title}\n{suggestion.text}")
    if terms:
        db.session.execute(
            insert(SuggestionTerm), [{"term": term, "suggestion_id": suggestion.id} for term in terms]
        )
