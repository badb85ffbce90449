"""What every step by staff asks first: is it theirs, may their role do it, is what they saw still so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.complaints.models import Case, CaseTransfer
from portal.complaints.reach import Reach
from portal.complaints.service.steps import NotTheirs, WordsMissing, check_reach, meanwhile, step
from portal.complaints.service.together import names_somebody
from portal.domain.case_status import CaseEvent, next_status
from portal.domain.personal_marks import never_in_the_open
from portal.extensions import db

WORDS_MOST = 5_000
"""Characters of a reply, a question or a note."""
REASON_MOST = 1_000
"""Characters of a reason."""

_P = ParamSpec("_P")
_R = TypeVar("_R")
_RC = TypeVar("_RC", covariant=True)


class _Step(Protocol[_P, _RC]):
    """A step of a case, which may be named."""

    def __call__(self, case: Case, *args: _P.args, **kwargs: _P.kwargs) -> _RC: ...


class ReviewerNeeded(NotTheirs):
    """What ends or exposes a case is for a reviewer."""


def may_handle(case: Case, reach: Reach, seen: int, event: CaseEvent) -> None:
    """Raise unless they may do this to the case they saw.

    NotTheirs, Excluded, ChangedMeanwhile, CaseRefused (its status doesn't allow it). ``seen``: the version
    of the case that the person had before them.
    """
    if not reach.handles:
        raise NotTheirs("您可以看投诉办到哪一步，不能办理。")
    check_reach(case, reach.actor, reach.scope, seen)
    next_status(case.status, event)


def may_review(case: Case, reach: Reach, seen: int, event: CaseEvent) -> None:
    """As ``may_handle``, and ReviewerNeeded unless they may end or expose a case."""
    if reach.handles and not reach.reviews:
        raise ReviewerNeeded("这一步要由审核人员来做。")
    may_handle(case, reach, seen, event)


def told_who_was_quicker(
    work: Callable[Concatenate[Case, _P], _R],
) -> _Step[_P, _R]:
    """Let a step whose case changed in between raise ChangedMeanwhile, wherever the change was noticed."""

    @wraps(work)
    def guarded(case: Case, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        number = case.id
        try:
            return work(case, *args, **kwargs)
        except StaleDataError:
            db.session.rollback()
            raise meanwhile(db.session.get_one(Case, number)) from None

    return guarded


def take_up(case: Case, reach: Reach, handler_id: int | None = None) -> None:
    """Say that the case has arrived, where it was sent on; whoever works on a case without a handler is it.

    ``handler_id``: who works on it, where somebody else acts for them.
    """
    arrived(case, reach)
    if case.handler_id is None:
        case.handler_id = handler_id or reach.staff_id


def arrived(case: Case, reach: Reach) -> None:
    """Acknowledge a case that was sent here, if nobody did: who works on it has it."""
    if case.acknowledged:
        return
    case.acknowledged = True
    latest = db.session.scalars(
        select(CaseTransfer).where(CaseTransfer.case_id == case.id).order_by(CaseTransfer.id.desc()).limit(1)
    ).first()
    if latest is not None:
        latest.acknowledged_at = clock.now()
    step(case, CaseEvent.ACKNOWLEDGE, reach.actor)


def fit_words(words: str, missing: str, most: int = WORDS_MOST) -> str:
    """Return the words without blank ends. Raises WordsMissing (``missing``: what to say then)."""
    words = words.strip()
    if not words:
        raise WordsMissing(missing)
    if len(words) > most:
        raise WordsMissing(f"写得太长了，请不要超过{most}个字。")
    return words


def fit_open_words(words: str, missing: str, case: Case) -> str:
    """As ``fit_words``, of a reason that is kept unsealed: nothing personal, nor who wrote the case.

    It outlives the case's key, in the audit too.
    """
    words = fit_words(words, missing, REASON_MOST)
    found = never_in_the_open(words, clock.today())
    if found:
        where = "、".join(f"“{one.hint}”" for one in found)
        raise WordsMissing(f"这里不能写身份证号、银行卡号、手机号或邮箱：{where}。")
    if names_somebody(words, [case]):
        raise WordsMissing("这里不能写投诉人的姓名、电话、邮箱或住址：内容删除以后，这句话还在。")
    return words
