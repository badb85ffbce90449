"""What every change by staff asks first: is it theirs, may their role do it, is what they saw still so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.accounts.models import StaffMember
from portal.domain.actor import Actor, Scope
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability, Department, can
from portal.domain.personal_marks import never_in_the_open
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, ReviewerNeeded, WordsMissing
from portal.extensions import db
from portal.surveys.models import SurveyLot, SurveyRound

_P = ParamSpec("_P")
_R = TypeVar("_R")

CHANGED = "别人刚刚改动了这一轮回访。您的操作没有保存，写的内容还在下面；请看过最新情况再决定。"


class NotNow(DomainError):
    """What was asked is not done where the round stands now; the message says why."""


def check_keeps(region_code: str, scope: Scope) -> None:
    """Raise NotTheirs unless call-backs of this region are the holder's: civil affairs asks."""
    if scope.public_only or scope.department is not Department.CIVIL_AFFAIRS or not scope.covers(region_code):
        raise NotTheirs("这一轮回访由别的部门或别的地区负责。")


def check_reach(row: SurveyRound | SurveyLot, region_code: str, scope: Scope, seen: int) -> None:
    """As ``check_keeps``; ChangedMeanwhile where ``seen``, the version the person had, is not the latest."""
    check_keeps(region_code, scope)
    if row.version != seen:
        raise ChangedMeanwhile(CHANGED)


def check_reviews(actor: Actor) -> None:
    """Raise ReviewerNeeded unless the account may publish. An actor without one is the portal itself."""
    if actor.staff_id is None:
        return
    member = db.session.get(StaffMember, actor.staff_id)
    if member is None or not can(member.role, Capability.REVIEW_COLUMN):
        raise ReviewerNeeded("这一步要由审核人员来做。")


def told_who_was_quicker(work: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a change whose row changed in between raise ChangedMeanwhile, wherever it was noticed."""

    @wraps(work)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return work(*args, **kwargs)
        except StaleDataError:
            db.session.rollback()
            raise ChangedMeanwhile(CHANGED) from None

    return guarded


def fit_public(words: str | None, missing: str, most: int) -> str:
    """Return words for the public without blank ends. Raises WordsMissing (``missing``: what to say then)."""
    words = (words or "").strip()
    if not words:
        raise WordsMissing(missing)
    if len(words) > most:
        raise WordsMissing(f"写得太长了，请不要超过{most}个字。")
    found = never_in_the_open(words, clock.today())
    if found:
        where = "、".join(f"“{one.hint}”" for one in found)
        raise WordsMissing(f"这里会公开，不能写身份证号、银行卡号、手机号或邮箱：{where}。")
    return words
