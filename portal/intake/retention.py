"""Erasing a case: its key is thrown away and its files are deleted. Rows without words, and figures, stay.

Which cases are due is the domain's to say (``domain.retention``) and their package's to look up.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.audit.capture import note
from portal.intake.attachments import erase_files
from portal.vault import sealing


@dataclass(frozen=True, slots=True)
class Erased:
    """What there was to erase."""

    key: bool
    """False if nothing was ever sealed, or all of it had been erased before."""
    files: int


def erase_subject(subject: str, why: str) -> Erased:
    """Make everything sealed for ``subject``, e.g. ``case/12``, unreadable for good: here and in every backup
    made from now on. Flushes; files are deleted once that is committed.

    ``why``: for the audit, without a word of the case itself, e.g. ``保存期满``.
    """
    done = Erased(sealing.erase(subject), erase_files(subject))
    if done.key or done.files:
        note("intake_erased", subject, why=why, files=done.files)
    return done
