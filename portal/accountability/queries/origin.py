"""What a problem came of, for those of the staff who may know it (R32)."""

from __future__ import annotations

from sqlalchemy import select

from portal.accountability.service.proven import PREFIX
from portal.complaints.models import Case
from portal.complaints.queries.reach import known_to, not_excluding
from portal.complaints.reach import Reach
from portal.domain.actor import Actor, Scope
from portal.domain.rectification import ProblemStatus
from portal.domain.suggestion_status import SuggestionStatus
from portal.extensions import db
from portal.supervision.kinds import ProblemOrigin
from portal.supervision.problem_models import Problem
from portal.supervision.queries.visible import problems_for
from portal.topics.models import Suggestion
from portal.topics.service.rights import reads

SUGGESTED = "suggestion/"
"""What the origin of a problem begins with that came of a suggestion; then the suggestion's id."""


def case_behind(origin: ProblemOrigin, origin_ref: str | None, reach: Reach) -> str | None:
    """Return the receipt number of the case that a problem came of; None for whoever may not know of it."""
    number = case_id(origin_ref) if origin is ProblemOrigin.COMPLAINT else None
    if number is None:
        return None
    query = select(Case.receipt).where(Case.id == number, *known_to(reach), not_excluding(reach))
    return db.session.scalar(query)


def case_id(origin_ref: str | None) -> int | None:
    """Return the case that an origin names, None where it names something else."""
    return _id_after(PREFIX, origin_ref)


def may_become_a_problem(suggestion: Suggestion, actor: Actor, scope: Scope) -> bool:
    """True if whoever asks may enter a problem by what a suggestion tells of.

    They have to read it. What accuses an official goes to 12388 and leaves no trace in another record.
    """
    return suggestion.status is not SuggestionStatus.TO_DISCIPLINE and reads(suggestion, actor, scope)


def suggestion_behind(
    origin: ProblemOrigin, origin_ref: str | None, actor: Actor, scope: Scope
) -> str | None:
    """Return the receipt number of the suggestion that a problem came of; None for who may not read it."""
    number = _id_after(SUGGESTED, origin_ref) if origin is ProblemOrigin.SUGGESTION else None
    found = None if number is None else db.session.get(Suggestion, number)
    return found.receipt if found is not None and may_become_a_problem(found, actor, scope) else None


def problem_of(suggestion: Suggestion, scope: Scope) -> str | None:
    """Return the public id of the problem entered by a suggestion; None where there is none to be seen.

    One that was struck out is none.
    """
    query = select(Problem.public_id).where(
        Problem.origin == ProblemOrigin.SUGGESTION,
        Problem.origin_ref == suggestion.subject,
        Problem.status != ProblemStatus.VOID,
        *problems_for(scope),
    )
    return db.session.scalar(query)


def _id_after(prefix: str, origin_ref: str | None) -> int | None:
    kind, _, number = (origin_ref or "").partition("/")
    return int(number) if f"{kind}/" == prefix and number.isascii() and number.isdigit() else None
