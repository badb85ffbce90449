"""Why a file as a whole is refused. The message is plain Chinese: it reaches the operator."""

from __future__ import annotations

from portal.domain.errors import DomainError


class ImportRefused(DomainError):
    """Nothing was read or written; the message says what is wrong, where, and what to do."""
