"""Rectification notices (整改通知书): drafted, reviewed, numbered, served, extended, taken back (R21).

Flushes, never commits. Every change takes ``actor``, ``scope`` and ``seen``, the version the person had
before them, and raises NotTheirs, ReviewerNeeded, ChangedMeanwhile, WordsMissing, ProblemRefused or
NoticeRefused.
"""

from __future__ import annotations

from portal.supervision.service.binding import extend, issue, serve, withdraw
from portal.supervision.service.drafting import (
    MOST_DAYS,
    MOST_PROBLEMS,
    Draft,
    NoticeRefused,
    discard,
    draft_notice,
    edit_draft,
    issuer_of,
    problems_of,
    return_draft,
    submit_draft,
    text_of,
)

__all__ = [
    "MOST_DAYS", "MOST_PROBLEMS", "Draft", "NoticeRefused", "discard", "draft_notice", "edit_draft", "extend",
    "issue", "issuer_of", "problems_of", "return_draft", "serve", "submit_draft", "text_of", "withdraw",
]  # fmt: skip
