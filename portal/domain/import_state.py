"""The life of an import made in the browser: its states, and which may follow which."""

from __future__ import annotations

from enum import StrEnum


class ImportState(StrEnum):
    """Where an uploaded list stands."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    REFUSED = "refused"
    DISCARDED = "discarded"
    COMMITTING = "committing"
    COMMITTED = "committed"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


class ImportSection(StrEnum):
    """The lists of which a report consists."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    QUARANTINED = "quarantined"
    MISSING = "missing"
    DUPLICATES = "duplicates"
    KEPT_AS_WRITTEN = "kept_as_written"
    NOTES = "notes"


_NEXT: dict[ImportState, frozenset[ImportState]] = {
    ImportState.UPLOADED: frozenset({ImportState.CHECKING, ImportState.FAILED}),
    ImportState.CHECKING: frozenset({ImportState.CHECKED, ImportState.REFUSED, ImportState.FAILED}),
    ImportState.CHECKED: frozenset({ImportState.UPLOADED, ImportState.COMMITTING, ImportState.DISCARDED}),
    ImportState.REFUSED: frozenset(),
    ImportState.DISCARDED: frozenset(),
    ImportState.COMMITTING: frozenset({ImportState.COMMITTED, ImportState.CHECKED, ImportState.FAILED}),
    ImportState.COMMITTED: frozenset({ImportState.UNDOING}),
    ImportState.FAILED: frozenset({ImportState.UPLOADED, ImportState.DISCARDED}),
    ImportState.UNDOING: frozenset({ImportState.UNDONE, ImportState.COMMITTED}),
    ImportState.UNDONE: frozenset(),
}

AT_WORK = frozenset({ImportState.UPLOADED, ImportState.CHECKING, ImportState.COMMITTING, ImportState.UNDOING})
"""While one of these lasts, the worker has something to do."""

SELECTABLE = frozenset({ImportSection.NEW, ImportSection.CHANGED})
"""Lists whose rows may be left out one by one."""


def may_follow(now: ImportState, then: ImportState) -> bool:
    """True if an import in state ``now`` may go over to ``then``."""
    return then in _NEXT[now]
