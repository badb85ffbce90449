"""Entering a problem and working on it until it is accepted (登账 … 销号). Flushes, never commits.

Every change takes ``actor``, ``scope`` and ``seen``, the version the person had before them, and raises
NotTheirs, ReviewerNeeded, ChangedMeanwhile, WordsMissing or ProblemRefused. What binds or exposes is for a
reviewer; accepting is for another person than who submitted, and needs proof.
"""

from __future__ import annotations

from portal.supervision.service.beyond import delist, hand_to_enforcement, list_for_supervision
from portal.supervision.service.course import clear, note, reject, set_deadline, start, submit
from portal.supervision.service.entering import (
    Changes,
    Entry,
    amend,
    enter_problem,
    recurrences_like,
    return_visit,
    void,
)

__all__ = [
    "Changes", "Entry", "amend", "clear", "delist", "enter_problem", "hand_to_enforcement",
    "list_for_supervision", "note", "recurrences_like", "reject", "return_visit", "set_deadline", "start",
    "submit", "void",
]  # fmt: skip
