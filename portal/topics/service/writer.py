"""What the writer of a suggestion does after lodging it: with receipt number and access code, no account.

Each raises ChangedMeanwhile if somebody of the office changed it at the same moment. Flushes.
"""

from __future__ import annotations

from portal.domain.actor import SYSTEM
from portal.domain.suggestion_status import SuggestionEvent, SuggestionRefused, next_status
from portal.topics.models import Suggestion
from portal.topics.service.moderating import forget_public_words, let_go
from portal.topics.service.rights import told_who_was_quicker
from portal.topics.service.steps import CITIZEN, step
from portal.topics.service.words import Contact, seal_contact


@told_who_was_quicker
def withdraw(suggestion: Suggestion) -> None:
    """Take it back for good: nobody reads it in public any more. Raises SuggestionRefused."""
    next_status(suggestion.status, SuggestionEvent.WITHDRAW)
    let_go(suggestion, SYSTEM)
    forget_public_words(suggestion)
    step(
        suggestion,
        SuggestionEvent.WITHDRAW,
        CITIZEN,
        to_writer=True,
        title=None,
        text=None,
        merged_into_id=None,
    )


@told_who_was_quicker
def set_contact(suggestion: Suggestion, contact: Contact) -> None:
    """Leave, change or take away how the writer can be reached. Raises NotAnAddress, SuggestionRefused."""
    if suggestion.erased_at is not None:
        raise SuggestionRefused("这条点题的内容已经按期删除，不能再留联系方式。")
    sealed = seal_contact(suggestion, contact)
    step(
        suggestion,
        SuggestionEvent.NOTE,
        CITIZEN,
        said={"contact": sealed is not None},
        to_writer=True,
        person_sealed=sealed,
        has_mail=bool(contact.mail.strip()),
    )
