"""Why a change by staff is refused, whatever the record. Messages are plain Chinese and reach the person."""

from __future__ import annotations

from portal.domain.errors import DomainError


class NotTheirs(DomainError):
    """The record is another department's or another region's."""


class ReviewerNeeded(NotTheirs):
    """What binds or exposes somebody is for a reviewer."""


class ChangedMeanwhile(DomainError):
    """Somebody else changed the record after this person had opened it."""


class WordsMissing(DomainError):
    """Something has to be written, or holds what it must not; the message says what."""
