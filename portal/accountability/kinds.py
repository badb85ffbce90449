"""The words of the columns of accountability: the four lists (R22), the two-way review (R46)."""

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


REVIEW = "county_review"
"""What search calls a published review."""


class ReviewState(StrEnum):
    """How far the two-way review of a county and quarter has come."""

    DRAFT = "draft"
    """Compiled; remarks and answers are entered."""
    PUBLISHED = "published"
    """Everybody reads it: its figures and remarks change no more, a correction is a new edition."""
