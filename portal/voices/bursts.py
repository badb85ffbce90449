"""Suspicious bursts: what was set apart; a reviewer puts it back, keeps it apart, or sets more apart.

Reads and flushes, never commits. Voices know no record: titles and regions are the caller's to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.accounts.models import StaffMember
from portal.domain.actor import Actor, Scope
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability, Department, can
from portal.domain.personal_marks import never_in_the_open
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, ReviewerNeeded, WordsMissing
from portal.extensions import db
from portal.voices import sums
from portal.voices.kinds import Apart, BurstState, VoiceKind
from portal.voices.models import Voice, VoiceBurst
from portal.voices.setting_apart import move

REASON_MOST = 1_000
MARK_SHOWN = 12
"""Digits of a mark by which staff tell places apart."""
LONGEST_SPAN = timedelta(days=31)
CHANGED = "这一批刚刚有别人处理过。您的操作没有保存，写的内容还在下面；请看过最新情况再决定。"


@dataclass(frozen=True, slots=True)
class Place:
    """Whose a subject is, as the records know it."""

    kind: VoiceKind
    subject_id: int
    region_code: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which voices that count a reviewer sets apart: of one network, or of a while, or of both."""

    network: str | None = None
    """The first digits of its mark."""
    since: datetime | None = None
    until: datetime | None = None


class NothingChosen(DomainError):
    """No voice that counts is among those chosen."""


def decide(
    place: Place, burst_id: int, counted: bool, words: str | None, actor: Actor, scope: Scope, seen: int
) -> int:
    """Let a burst's voices count, or stay apart, with the reviewer's words; return how many moved.

    Raises NotTheirs, ReviewerNeeded, WordsMissing, ChangedMeanwhile. A decision can be taken back by another.
    """
    words = _may(place, words, actor, scope)
    now = clock.now()
    sums.hold(place.kind, place.subject_id, now, also_closed=True)
    burst = db.session.get(VoiceBurst, burst_id, populate_existing=True)
    if burst is None or (burst.kind, burst.subject_id) != (place.kind, place.subject_id):
        raise NotTheirs("没有这一批。")
    if burst.version != seen:
        raise ChangedMeanwhile(CHANGED)
    return _decide(burst, counted, words, actor, now)


def decide_waiting(
    place: Place, counted: bool, words: str | None, actor: Actor, scope: Scope, seen: int
) -> int:
    """As ``decide``, of all bursts of a subject that wait; return how many voices moved.

    ``seen``: the number of the latest burst that the reviewer saw: later ones wait on.
    """
    words = _may(place, words, actor, scope)
    now = clock.now()
    sums.hold(place.kind, place.subject_id, now, also_closed=True)
    waiting = select(VoiceBurst).where(
        VoiceBurst.kind == place.kind,
        VoiceBurst.subject_id == place.subject_id,
        VoiceBurst.state == BurstState.WAITING,
        VoiceBurst.id <= seen,
    )
    found = db.session.scalars(waiting.execution_options(populate_existing=True)).all()
    if not found:
        raise ChangedMeanwhile(CHANGED)
    return sum(_decide(burst, counted, words, actor, now) for burst in found)


def set_apart(place: Place, chosen: Chosen, words: str | None, actor: Actor, scope: Scope) -> int:
    """Set voices that count apart, with the reviewer's words; return how many.

    Raises NotTheirs, ReviewerNeeded, WordsMissing, NothingChosen.
    """
    words = _may(place, words, actor, scope)
    which = _which(chosen)
    now = clock.now()
    sums.hold(place.kind, place.subject_id, now, also_closed=True)
    burst = VoiceBurst(
        kind=place.kind,
        subject_id=place.subject_id,
        why=Apart.STAFF,
        first_at=now,
        last_at=now,
        state=BurstState.KEPT_APART,
        words=words,
        decided_at=now,
        decided_by=actor.name,
    )
    db.session.add(burst)
    db.session.flush()
    burst.voices = move(place.kind, place.subject_id, which, Apart.STAFF, burst.id, now)
    if not burst.voices:
        raise NothingChosen("选中的范围里没有计入的，请再看一看。")
    burst.first_at, burst.last_at = db.session.execute(
        select(func.min(Voice.given_at), func.max(Voice.given_at)).where(Voice.burst_id == burst.id)
    ).one()
    db.session.flush()
    return burst.voices


def _decide(burst: VoiceBurst, counted: bool, words: str, actor: Actor, now: datetime) -> int:
    burst.state = BurstState.COUNTED if counted else BurstState.KEPT_APART
    burst.words, burst.decided_at, burst.decided_by = words, now, actor.name
    try:
        db.session.flush()
    except StaleDataError:
        db.session.rollback()
        raise ChangedMeanwhile(CHANGED) from None
    return move(
        burst.kind,
        burst.subject_id,
        Voice.burst_id == burst.id,
        None if counted else burst.why,
        burst.id,
        now,
    )


def _may(place: Place, words: str | None, actor: Actor, scope: Scope) -> str:
    """Return the words, fit to be kept. Raises NotTheirs, ReviewerNeeded, WordsMissing."""
    ours = not scope.public_only and scope.department is Department.CIVIL_AFFAIRS
    if not ours or not scope.covers(place.region_code):
        raise NotTheirs("计票由当地民政部门负责。")
    member = None if actor.staff_id is None else db.session.get(StaffMember, actor.staff_id)
    if actor.staff_id is not None and (member is None or not can(member.role, Capability.REVIEW_COLUMN)):
        raise ReviewerNeeded("这一步要由审核人员来做。")
    words = (words or "").strip()
    if not words:
        raise WordsMissing("请写明理由")
    if len(words) > REASON_MOST:
        raise WordsMissing(f"写得太长了，请不要超过{REASON_MOST}个字。")
    found = never_in_the_open(words, clock.today())
    if found:
        raise WordsMissing("理由里不能写身份证号、银行卡号、手机号或邮箱。")
    return words


def _which(chosen: Chosen) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [Voice.apart.is_(None)]
    if chosen.network:
        conditions.append(Voice.network_index.startswith(chosen.network, autoescape=True))
    if chosen.since is not None and chosen.until is not None:
        if not timedelta() < chosen.until - chosen.since <= LONGEST_SPAN:
            raise NothingChosen("时间要从早到晚，最长31天。")
        conditions += [Voice.given_at >= chosen.since, Voice.given_at < chosen.until]
    if len(conditions) == 1:
        raise NothingChosen("请选一个网络，或者写明从几时到几时。")
    return and_(*conditions)


__all__ = [
    "MARK_SHOWN",
    "Chosen",
    "NothingChosen",
    "Place",
    "decide",
    "decide_waiting",
    "set_apart",
]
