"""What every change of a pool or a topic by staff asks first.

Is it theirs, may their role do it, is what they saw still so, does the phase allow it?
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
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
from portal.domain.topic_phases import Deed, Phase, check, phase_at
from portal.extensions import db
from portal.topics.topic_models import Topic, TopicPool

TITLE_MOST = 60
"""Characters of a title: it has to fit on a ballot."""
WORDS_MOST = 3_000
"""Characters of reasons, demands, reports."""
REASON_MOST = 1_000

CHANGED = "别人刚刚改动了这条记录。您的操作没有保存，写的内容还在下面；请看过最新情况再决定。"

_P = ParamSpec("_P")
_R = TypeVar("_R")


class TopicRefused(DomainError):
    """This can't be done with this topic or pool; the message says why."""


def joint_of(topic: Topic) -> tuple[Department, ...]:
    """Return who works with the lead."""
    return tuple(Department(one) for one in json.loads(topic.joint))


def pool_of(topic: Topic) -> TopicPool | None:
    """Return the pool a topic stands in; the session keeps it, a second look costs nothing."""
    return None if topic.pool_id is None else db.session.get_one(TopicPool, topic.pool_id)


def phase_of(topic: Topic, now: datetime | None = None) -> Phase:
    """Return how far a topic has come, now or at another moment."""
    return phase_at(topic.dates(pool_of(topic)), now or clock.now())


def may_keep_pool(pool_region: str, scope: Scope) -> None:
    """Raise NotTheirs unless the holder runs the column of this region: its civil affairs bureau."""
    _in_reach(pool_region, scope)
    if scope.department is not Department.CIVIL_AFFAIRS:
        raise NotTheirs("点题整治的投票由民政部门组织。")


def may_keep(topic: Topic, scope: Scope) -> None:
    """Raise NotTheirs unless the holder leads the topic or runs the column in its region."""
    _in_reach(topic.region_code, scope)
    if scope.department not in (topic.department, Department.CIVIL_AFFAIRS):
        raise NotTheirs("这个项目由别的部门牵头。")


def may_report(topic: Topic, scope: Scope) -> None:
    """As ``may_keep``; a department that works with the lead may report as well."""
    _in_reach(topic.region_code, scope)
    if scope.department not in (topic.department, Department.CIVIL_AFFAIRS, *joint_of(topic)):
        raise NotTheirs("您的部门不在这个项目的责任部门里。")


def check_reviews(actor: Actor) -> None:
    """Raise ReviewerNeeded unless the account may speak for the office. No account: the portal itself."""
    if actor.staff_id is None:
        return
    member = db.session.get(StaffMember, actor.staff_id)
    if member is None or not can(member.role, Capability.REVIEW_COLUMN):
        raise ReviewerNeeded("这一步要由审核人员来做。")


def check_seen(row: Topic | TopicPool, seen: int) -> None:
    """Raise ChangedMeanwhile unless the row is still as the person saw it."""
    if row.version != seen:
        raise ChangedMeanwhile(CHANGED)


def check_deed(topic: Topic, deed: Deed) -> Phase:
    """Return the phase. Raises NotNow where it does not allow the deed, TopicRefused for one taken down."""
    if topic.withdrawn_at is not None:
        raise TopicRefused("这个项目已经撤下，不能再改动。")
    phase = phase_of(topic)
    check(phase, deed)
    return phase


def told_who_was_quicker(work: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a change whose record changed in between raise ChangedMeanwhile, wherever it was noticed."""

    @wraps(work)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return work(*args, **kwargs)
        except StaleDataError:
            db.session.rollback()
            raise ChangedMeanwhile(CHANGED) from None

    return guarded


def fit_words(words: str | None, missing: str, most: int = WORDS_MOST) -> str:
    """Return the words without blank ends. Raises WordsMissing (``missing``: what to say then).

    They are public for good: nothing that marks a person may stand in them.
    """
    words = (words or "").strip()
    if not words:
        raise WordsMissing(missing)
    if len(words) > most:
        raise WordsMissing(f"写得太长了，请不要超过{most}个字。")
    found = never_in_the_open(words, clock.today())
    if found:
        where = "、".join(f"“{one.hint}”" for one in found)
        raise WordsMissing(f"这里不能写身份证号、银行卡号、手机号或邮箱：{where}。")
    return words


def fit_optional(words: str | None, most: int = WORDS_MOST) -> str | None:
    """As ``fit_words``, of what need not be written: None for nothing."""
    return fit_words(words, "", most) if (words or "").strip() else None


def _in_reach(region_code: str, scope: Scope) -> None:
    if scope.public_only or scope.department is None or not scope.covers(region_code):
        raise NotTheirs("这条记录由别的部门或别的地区负责。")
