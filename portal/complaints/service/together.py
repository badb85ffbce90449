"""Cases handled together: what is answered to one is answered to each, by its own clock and log."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from portal import clock
from portal.complaints.models import Case, CaseExclusion
from portal.complaints.reach import Reach
from portal.complaints.service.steps import Excluded, round_of, step
from portal.complaints.service.words import person_of
from portal.domain.case_status import CaseEvent, CaseRefused, CaseStatus
from portal.domain.errors import DomainError
from portal.domain.personal_marks import never_in_the_open
from portal.extensions import db

_SHORTEST = 2
"""Characters of a name or address that is looked for: one alone stands in every other text."""


class NamesSomebody(DomainError):
    """An answer to several people holds what one of them is called or reached by."""


def companions(case: Case) -> Sequence[Case]:
    """Return the cases merged into this one that still owe an answer, oldest first."""
    query = select(Case).where(Case.merged_into_id == case.id, Case.next_due.is_not(None)).order_by(Case.id)
    return db.session.scalars(query).all()


def excludes(case: Case, staff_id: int) -> bool:
    """True if this member of staff can't handle the case."""
    return db.session.get(CaseExclusion, (case.id, staff_id)) is not None


def check_for_all(case: Case, together: Sequence[Case], words: str, reach: Reach) -> None:
    """Raise NamesSomebody if the words tell one writer of another, Excluded, CaseRefused if one isn't theirs.

    The message never repeats what was found: of a confidential case nobody here may know it.
    """
    if not together:
        return
    if not all(reach.reads(one) for one in together):  # merged by somebody who reaches further
        raise CaseRefused(
            "并进来的投诉里有一件不归您的部门、地区办理，不能由您一起答复。请管那一件的人先把它分开，或者请上一级答复。"
        )
    if reach.staff_id is not None and any(excludes(one, reach.staff_id) for one in together):
        raise Excluded("并案的投诉里有一件您应当回避，请由别人答复，或者先取消并案。")
    if names_somebody(words, [case, *together]) or _numbers_one(words, [case, *together]):
        raise NamesSomebody(
            "几件投诉并案办理，答复会分别发给每一位投诉人，里面不能有其中任何人的姓名、电话、邮箱、住址、"
            "登记编号，也不能有身份证号、银行卡号。请改写，或者先取消并案。"
        )


def names_somebody(words: str, cases: Iterable[Case]) -> bool:
    """True if the words hold a name or contact of whoever wrote one of the cases, or a private number."""
    if never_in_the_open(words, clock.today()):
        return True
    bare = _bare(words)
    people = [person for case in cases if (person := person_of(case)) is not None]
    known = [_bare(each) for one in people for each in (one.name, one.phone, one.mail, one.address)]
    return any(len(each) >= _SHORTEST and each in bare for each in known)


def _numbers_one(words: str, cases: Iterable[Case]) -> bool:
    """True if the words hold a case's number, as a template fills it in: it is its own writer's alone."""
    bare = _bare(words)
    return any(_bare(one.receipt) in bare for one in cases)


def answer_each(
    together: Sequence[Case], event: CaseEvent, words: str, reach: Reach, said: dict[str, str] | None = None
) -> None:
    """Give the merged cases the same answer, each marked as such, after the steps that lead up to it.

    Of a first answer: those that had theirs already get the words as news on the way.
    """
    for case in together:
        bring_along(case, reach)
        sent = event
        if event is CaseEvent.FIRST_ANSWER and round_of(case).first_answered_at is not None:
            sent = CaseEvent.INTERIM_REPLY
        step(case, sent, reach.actor, words=words, said={**(said or {}), "together": True}, to_citizen=True)


def bring_along(case: Case, reach: Reach) -> None:
    """Lead a merged case to where it can be answered: accepted, and somebody's."""
    if case.status is CaseStatus.LODGED:
        step(case, CaseEvent.ACCEPT, reach.actor, to_citizen=True)
    if case.handler_id is None:  # who handles the main one, also where a reviewer sends what they wrote
        main = db.session.get(Case, case.merged_into_id)
        handler_id = None if main is None else main.handler_id
        if handler_id is None or excludes(case, handler_id):
            handler_id = reach.staff_id
        case.handler_id = handler_id
    if case.status in (CaseStatus.ACCEPTED, CaseStatus.REOPENED):
        step(case, CaseEvent.START, reach.actor, to_citizen=True)


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())
