"""What a person wrote and how they can be reached: sealed under the suggestion's key, opened here alone."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from portal.domain.mail_address import read_address
from portal.topics.models import Suggestion, SuggestionStep
from portal.vault import sealing

TELEPHONE_MOST = 40
"""Characters of a telephone number, however it is written."""


@dataclass(frozen=True, slots=True, repr=False)
class Contact:
    """How the writer can be reached, as far as they said so. No name is asked for."""

    telephone: str = ""
    mail: str = ""

    @property
    def is_empty(self) -> bool:
        """True if nothing was given."""
        return not (self.telephone.strip() or self.mail.strip())


def seal_words(suggestion: Suggestion, text: str) -> str:
    """Return any text of a suggestion, sealed under its key. It must have its id. Raises KeyErased."""
    return sealing.seal(suggestion.subject, text)


def seal_contact(suggestion: Suggestion, contact: Contact) -> str | None:
    """Return the contact, sealed; None where nothing was given. Raises NotAnAddress."""
    if contact.is_empty:
        return None
    mail = read_address(contact.mail) if contact.mail.strip() else ""
    told = asdict(Contact(contact.telephone.strip()[:TELEPHONE_MOST], mail))
    return seal_words(suggestion, json.dumps(told, ensure_ascii=False))


def words_of(suggestion: Suggestion) -> str | None:
    """Return what was written, None once it was erased."""
    return sealing.unseal(suggestion.words_sealed)


def contact_of(suggestion: Suggestion) -> Contact | None:
    """Return how the writer can be reached; None where nobody said so, or once it was erased."""
    opened = None if suggestion.person_sealed is None else sealing.unseal(suggestion.person_sealed)
    if opened is None:
        return None
    said: dict[str, Any] = json.loads(opened)
    return Contact(str(said.get("telephone", "")), str(said.get("mail", "")))


def told_why(suggestion: Suggestion) -> str | None:
    """Return what the writer was told where their suggestion did not become public."""
    return None if suggestion.told_why is None else sealing.unseal(suggestion.told_why)


def step_words(line: SuggestionStep) -> str | None:
    """Return what was written at a step; None where nothing was, or once it was erased."""
    return None if line.words_sealed is None else sealing.unseal(line.words_sealed)
