"""How long the words of a clue are kept: under a key of their own, for discipline inspection to work with.

A clue that nobody has received keeps its whole case (``retention``). One that was received outlives it:
erasing the case leaves the clue's words, until the longest term of the schedule since then has run out.
"""

from __future__ import annotations

from sqlalchemy import String, cast, exists, literal, select

from portal import clock
from portal.audit.capture import note
from portal.complaints.models import CLUE_KEYS, Case, CaseClue
from portal.domain.response_clock import local_day
from portal.domain.retention import Keep, due_for_erasure
from portal.extensions import db
from portal.vault import sealing
from portal.vault.models import VaultKey

KEEP = Keep.HARM
"""The longest term there is: an inquiry goes on when the office has long been done."""


def with_clues_left(after: int = 0, at_most: int = 200) -> list[int]:
    """Return the keys beyond ``after`` of erased cases with a clue that can still be read, in order."""
    left = (
        exists()
        .where(
            CaseClue.case_id == Case.id,
            VaultKey.subject == literal(CLUE_KEYS) + cast(CaseClue.id, String),
            VaultKey.wrapped.is_not(None),
        )
        .correlate(Case)
    )
    query = select(Case.id).where(Case.id > after, Case.erased_at.is_not(None), left)
    return list(db.session.scalars(query.order_by(Case.id).limit(at_most)))


def erase_clues_over(case: Case) -> None:
    """Erase the words of an erased case's clues that were received too long ago. By the worker."""
    if case.erased_at is None:
        return
    for clue in db.session.scalars(select(CaseClue).where(CaseClue.case_id == case.id)).all():
        received_on = None if clue.received_at is None else local_day(clue.received_at)
        if due_for_erasure(received_on, KEEP, False, clock.today()) and sealing.erase(clue.subject):
            # about the case: whoever may know of that may know of this
            note("intake_erased", case.subject, why="移送的线索保存期满", files=0)
