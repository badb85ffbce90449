"""The words of the columns of accountability: the four lists and how far one has come (R22)."""

from __future__ import annotations

from enum import StrEnum


class ListKind(StrEnum):
    """The four lists of a month (SM 4(2))."""

    PROBLEMS = "problems"
    """问题清单: what was found in the month."""
    RECTIFICATIONS = "rectifications"
    """整改清单: what was still to be put right when the month ended, whenever it was found."""
    RULES = "rules"
    """制度清单: rules that were made so that it does not happen again; entered by hand."""
    RESULTS = "results"
    """成果清单: what was accepted and struck from the account in the month."""


class ListState(StrEnum):
    """How far the lists of a month have come."""

    DRAFT = "draft"
    """Compiled; a reviewer looks through them."""
    SUBMITTED = "submitted"
    """Sent upward: nothing of them changes any more, a correction is a new edition."""
