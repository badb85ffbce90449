"""Staff whom a complaint names: they can't handle it."""

from __future__ import annotations

import unicodedata

from sqlalchemy import select

from portal.accounts.models import StaffMember
from portal.accounts.staff import name_of
from portal.complaints.kinds import WhyExcluded
from portal.complaints.models import Case, CaseExclusion, CaseStep
from portal.complaints.service.drafts import forget_drafts_of
from portal.complaints.service.earlier import handled_before
from portal.complaints.service.publication import ABOUT_STAFF, take_down_of
from portal.complaints.service.steps import step
from portal.complaints.service.words import step_words, told_of
from portal.domain.actor import SYSTEM
from portal.domain.case_status import CaseEvent
from portal.domain.permissions import Role
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.vault.models import VaultKey

_MORE = (CaseEvent.ADD, CaseEvent.ANSWER_QUESTION, CaseEvent.ASK_AGAIN)
_SHORTEST = 2
"""Characters of a name that is looked for: one alone stands in every other text."""


def exclude_named(case: Case, said: str | None = None) -> list[int]:
    """Exclude those of the case's region and department whom its words name; return who is new.

    ``said``: what its writer says just now; without it all that they ever said, for every case that comes in,
    and again where it goes to another department or region. What was published of it is taken down. Flushes.
    """
    told = told_of(case)
    if told is None:
        return []
    staff = _may_handle(case)
    if not staff:
        return []
    words = _bare("\n".join([told.text, told.asked, *_said_since(case)]) if said is None else said)
    known = set(db.session.scalars(select(CaseExclusion.staff_id).where(CaseExclusion.case_id == case.id)))
    # one look for all their keys, held while names are opened: each would ask for its own otherwise
    keys = list(
        db.session.scalars(select(VaultKey).where(VaultKey.subject.in_([one.subject for one in staff])))
    )
    named = [one for one in staff if one.id not in known and _is_named(name_of(one), words)]
    del keys
    for one in named:
        db.session.add(CaseExclusion(case_id=case.id, staff_id=one.id, why=WhyExcluded.NAMED))
        forget_drafts_of(case, one.id)
    db.session.flush()
    if named:
        take_down_of(case, SYSTEM, ABOUT_STAFF)
    return [one.id for one in named]


def exclude_named_in(case: Case, said: str) -> None:
    """As ``exclude_named``, of what was said later: each has a line in the log, and handles it no longer.

    Only of these words: whom a reviewer readmitted is not shut out again by what stood there before.
    """
    for staff_id in exclude_named(case, said):
        if case.handler_id == staff_id:
            case.handler_id = None
        step(case, CaseEvent.NOTE, SYSTEM, said={"excluded": staff_id, "why": WhyExcluded.NAMED.value})


def _said_since(case: Case) -> list[str]:
    query = select(CaseStep).where(CaseStep.case_id == case.id, CaseStep.event.in_(_MORE))
    return [words for line in db.session.scalars(query) if (words := step_words(line))]


def exclude_earlier(case: Case) -> None:
    """Exclude whoever handled the case, or answered or refused it: others handle it once more. Flushes."""
    known = set(db.session.scalars(select(CaseExclusion.staff_id).where(CaseExclusion.case_id == case.id)))
    for staff_id in sorted(handled_before(case) - known):
        db.session.add(CaseExclusion(case_id=case.id, staff_id=staff_id, why=WhyExcluded.EARLIER))
    db.session.flush()


def _may_handle(case: Case) -> list[StaffMember]:
    over = [case.region_code, *(one.code for one in region_directory().ancestors(case.region_code))]
    query = select(StaffMember).where(
        StaffMember.active,
        StaffMember.department == case.department,
        StaffMember.role.in_([Role.CLERK, Role.REVIEWER]),
        StaffMember.region_code.in_(over) | StaffMember.region_code.is_(None),
    )
    return list(db.session.scalars(query.order_by(StaffMember.id)))


def _is_named(name: str, words: str) -> bool:
    bare = _bare(name)
    return len(bare) >= _SHORTEST and bare in words


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
