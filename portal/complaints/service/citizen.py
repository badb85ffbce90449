"""What the writer of a case does after lodging it: with receipt number and access code, never an account.

Each raises ChangedMeanwhile if somebody of the office changed the case at the same moment.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal import clock
from portal.complaints.kinds import Rating
from portal.complaints.models import Case
from portal.complaints.service.clocks import end_pause, open_round
from portal.complaints.service.naming import exclude_earlier, exclude_named_in
from portal.complaints.service.rights import told_who_was_quicker
from portal.complaints.service.steps import CITIZEN, WordsMissing, step
from portal.complaints.service.words import seal_words
from portal.domain.case_status import CaseEvent, CaseRefused, next_status
from portal.intake.attachments import Prepared, attach
from portal.intake.models import FileBy


@told_who_was_quicker
def add(case: Case, text: str, files: Sequence[Prepared] = ()) -> None:
    """Add words or files to what was lodged. Raises WordsMissing, and CaseRefused once it is closed."""
    _say(case, CaseEvent.ADD, text, files, "请写一写要补充什么，或者选照片、文件。")


@told_who_was_quicker
def answer_question(case: Case, text: str, files: Sequence[Prepared] = ()) -> None:
    """Answer the question that the case waits for: its pause ends today. Raises WordsMissing, CaseRefused."""
    next_status(case.status, CaseEvent.ANSWER_QUESTION)
    end_pause(case)
    _say(case, CaseEvent.ANSWER_QUESTION, text, files, "请写一写您的回答，或者选照片、文件。")


@told_who_was_quicker
def withdraw(case: Case, reason: str = "") -> None:
    """Take the complaint back for good. It stays in the figures. Raises CaseRefused."""
    step(case, CaseEvent.WITHDRAW, CITIZEN, words=reason.strip() or None)


@told_who_was_quicker
def rate(case: Case, rating: Rating, reason: str = "") -> None:
    """Say how satisfying the answer is; the last word counts, each leaves its line. Raises CaseRefused."""
    next_status(case.status, CaseEvent.RATE)
    case.rating, case.rated_at = rating, clock.now()
    case.rating_reason_sealed = seal_words(case, reason.strip()) if reason.strip() else None
    step(case, CaseEvent.RATE, CITIZEN, words=reason.strip() or None, said={"rating": rating.value})


@told_who_was_quicker
def ask_again(case: Case, reason: str) -> None:
    """Ask, once, for a second handling: new clocks from now, and whoever handled the first is excluded.

    Raises WordsMissing, CaseRefused.
    """
    next_status(case.status, CaseEvent.ASK_AGAIN)
    if case.round_number != 1:
        raise CaseRefused("这件投诉已经重新办理过一次，不能再要求重新办理。")
    if not reason.strip():
        raise WordsMissing("请写一写哪里不满意，为什么要重新办理。")
    exclude_earlier(case)
    case.handler_id = case.merged_into_id = None  # what it was handled with is over, or has its own handler
    case.round_number = 2
    open_round(case, 2, clock.now())
    step(case, CaseEvent.ASK_AGAIN, CITIZEN, words=reason.strip())
    exclude_named_in(case, reason)


def _say(case: Case, event: CaseEvent, text: str, files: Sequence[Prepared], missing: str) -> None:
    if not text.strip() and not files:
        raise WordsMissing(missing)
    said = {"files": len(files)} if files else None
    step(case, event, CITIZEN, words=text.strip() or None, said=said)
    for prepared in files:
        attach(case.subject, prepared, FileBy.CITIZEN)
    exclude_named_in(case, text)
