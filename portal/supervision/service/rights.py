"""What every change by staff asks first: is it theirs, may their role do it, is what they saw still so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.accounts.models import StaffMember
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Capability, Department, Role, can
from portal.domain.personal_marks import never_in_the_open
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, ReviewerNeeded, WordsMissing
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.supervision.credit_models import CreditRecord
from portal.supervision.models import Inspection, RandomDraw
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.service.telling import told_at_the_end

TITLE_MOST = 120
"""Characters of a title, a party, a caption."""
BASIS_MOST = 300
"""Characters of a clause."""
WORDS_MOST = 5_000
"""Characters of a description, a measure, a demand."""
REASON_MOST = 1_000
"""Characters of a reason or a note."""

_P = ParamSpec("_P")
_R = TypeVar("_R")

CHANGED = "别人刚刚改动了这条记录。您的操作没有保存，写的内容还在下面；请看过最新情况再决定。"


Kept = Problem | RectificationNotice | Inspection | RandomDraw | CreditRecord
"""A record of supervision: whose it is and which version it has."""


def check_reach(row: Kept, actor: Actor, scope: Scope, seen: int) -> None:
    """Raise NotTheirs or ChangedMeanwhile unless the actor may change what they saw.

    ``seen``: the version of the record that the person had before them.
    """
    if isinstance(row, RectificationNotice):
        # held before its problems are: who clears the last of them takes it first too
        db.session.refresh(row, with_for_update=True)
    check_keeps(row.department, row.region_code, scope)
    if row.version != seen:
        raise ChangedMeanwhile(CHANGED)


def check_keeps(department: Department, region_code: str, scope: Scope) -> None:
    """Raise NotTheirs unless records of this department and region are the holder's to keep."""
    if scope.public_only or scope.department is not department or not scope.covers(region_code):
        raise NotTheirs("这条记录由别的部门或别的地区负责。")


def check_reviewer(row: Kept, actor: Actor, scope: Scope, seen: int) -> None:
    """As ``check_reach``, and ReviewerNeeded unless the account may do what binds or exposes.

    An actor without an account is the portal itself.
    """
    check_reviews(actor)
    check_reach(row, actor, scope, seen)


def check_reviews(actor: Actor) -> None:
    """Raise ReviewerNeeded unless the account may do what binds or exposes."""
    if actor.staff_id is None:
        return
    member = db.session.get(StaffMember, actor.staff_id)
    if member is None or not can(member.role, Capability.REVIEW_SUPERVISION):
        raise ReviewerNeeded("这一步要由审核人员来做。")


def other_reviewer(department: Department, region_code: str, staff_id: int | None) -> bool:
    """True if some other account reviews what this department keeps in this region."""
    over = [region_code, *(one.code for one in region_directory().ancestors(region_code))]
    query = select(StaffMember.id).where(
        StaffMember.active,
        StaffMember.department == department,
        StaffMember.role == Role.REVIEWER,
        StaffMember.id != (staff_id or 0),
        StaffMember.region_code.in_(over) | StaffMember.region_code.is_(None),
    )
    return db.session.scalar(query.limit(1)) is not None


def told_who_was_quicker(work: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a change whose record changed in between raise ChangedMeanwhile, wherever it was noticed.

    What it changes in public is told of at its end.
    """

    @wraps(work)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            with told_at_the_end():
                return work(*args, **kwargs)
        except StaleDataError:
            db.session.rollback()
            raise ChangedMeanwhile(CHANGED) from None

    return guarded


def fit_words(words: str | None, missing: str, most: int = WORDS_MOST) -> str:
    """Return the words without blank ends. Raises WordsMissing (``missing``: what to say then).

    They are kept unsealed, for good: nothing that marks a person may stand in them.
    """
    return _unmarked(fit_length(words, missing, most))


def fit_optional(words: str | None, most: int = WORDS_MOST) -> str | None:
    """As ``fit_words``, of what need not be written: None for nothing. Raises WordsMissing."""
    return fit_words(words, "", most) if (words or "").strip() else None


def fit_length(words: str | None, missing: str, most: int = WORDS_MOST) -> str:
    """As ``fit_words``, where somebody else looks for what marks a person. Raises WordsMissing."""
    words = (words or "").strip()
    if not words:
        raise WordsMissing(missing)
    if len(words) > most:
        raise WordsMissing(f"写得太长了，请不要超过{most}个字。")
    return words


def _unmarked(words: str) -> str:
    found = never_in_the_open(words, clock.today())
    if found:
        where = "、".join(f"“{one.hint}”" for one in found)
        raise WordsMissing(f"这里不能写身份证号、银行卡号、手机号或邮箱：{where}。")
    return words
