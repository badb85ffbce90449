"""What the public says: its ballot in the yearly vote, its verdict on a topic, and reasons in its own words.

Voices are kept by ``portal.voices``; here it is checked, to the second, whether the vote is open and the
choice stands for election. Flushes, never commits. Raises NotNow, TopicRefused, WordsMissing, CountClosed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.personal_marks import never_in_the_open
from portal.domain.refusals import ChangedMeanwhile, WordsMissing
from portal.domain.topic_phases import Deed, NotNow
from portal.domain.voice_limits import Proof
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.topics.kinds import ReasonState, Verdict, VerdictReason
from portal.topics.service.publication_words import check_words
from portal.topics.service.topic_rights import REASON_MOST, TopicRefused, check_deed, fit_words, may_keep
from portal.topics.topic_models import Topic, TopicPool, WrittenReason
from portal.topics.voice_choices import ballot_code, verdict_code
from portal.vault.sealing import seal
from portal.voices.kinds import VoiceKind
from portal.voices.service import Given, give
from portal.voices.visitor import Visitor

WRITTEN_MOST = 300
"""Characters of a reason in one's own words."""
_DECLINED_MOST = 120


def check_vote_open(pool: TopicPool) -> None:
    """Raise NotNow unless the pool's vote is open at this very moment."""
    now = clock.now()
    if pool.published_at is None or now < pool.vote_opens_at:
        raise NotNow("投票还没有开始。")
    if now >= pool.vote_closes_at:
        raise NotNow("投票已经截止，不能再投。")


def ballot_choice(pool: TopicPool, candidates: Collection[str]) -> str:
    """Return the voice's choice of a ballot for these candidates (public ids), if it is valid now.

    Raises NotNow, and TopicRefused for none, too many, or one that does not stand for election.
    """
    check_vote_open(pool)
    wanted = set(candidates)
    if not wanted:
        raise TopicRefused("请至少选一个项目。")
    if len(wanted) > pool.choices_most:
        raise TopicRefused(f"最多选{pool.choices_most}个，您选了{len(wanted)}个，请去掉几个。")
    rows = db.session.scalars(
        select(Topic.position).where(
            Topic.pool_id == pool.id,
            Topic.proposed_at.is_not(None),
            Topic.withdrawn_at.is_(None),
            Topic.public_id.in_(wanted),
        )
    ).all()
    if len(rows) != len(wanted):
        raise TopicRefused("选的项目里有一个不在候选名单上，请重新选。")
    return ballot_code(rows)


def cast_ballot(
    pool: TopicPool, candidates: Collection[str], visitor: Visitor, proof: Proof = Proof.UNASKED
) -> Given:
    """Take a visitor's ballot; a second one replaces the first."""
    return give(VoiceKind.POOL, pool.id, ballot_choice(pool, candidates), visitor, clock.now(), proof)


def check_being_judged(topic: Topic) -> None:
    """Raise NotNow unless the public judges the topic at this very moment."""
    check_deed(topic, Deed.JUDGE)


def verdict_choice(topic: Topic, verdict: Verdict, reasons: Iterable[VerdictReason]) -> str:
    """Return the voice's choice of a verdict, if the topic is being judged at this very moment."""
    check_being_judged(topic)
    return verdict_code(verdict, reasons)


def give_verdict(
    topic: Topic,
    verdict: Verdict,
    reasons: Iterable[VerdictReason],
    words: str | None,
    visitor: Visitor,
    proof: Proof = Proof.UNASKED,
) -> Given:
    """Take a visitor's verdict; a second one replaces the first. ``words``: sealed until looked through."""
    choice = verdict_choice(topic, verdict, reasons)
    written = fit_written(words)
    given = give(VoiceKind.VERDICT, topic.id, choice, visitor, clock.now(), proof)
    if written is not None:
        keep_written(topic.id, verdict, written)
    return given


def fit_written(words: str | None) -> str | None:
    """Return a reason in one's own words, None for nothing. Raises WordsMissing for what is too long."""
    words = (words or "").strip()
    if len(words) > WRITTEN_MOST:
        raise WordsMissing(f"写得太长了，请不要超过{WRITTEN_MOST}个字。")
    if never_in_the_open(words, clock.today()):
        raise WordsMissing("请不要写身份证号、银行卡号、手机号或邮箱，说明理由用不着它。")
    return words or None


def keep_written(topic_id: int, verdict: Verdict, written: str) -> WrittenReason:
    """Seal a reason; nothing says whose voice it came with, only the day it came on."""
    topic = db.session.get_one(Topic, topic_id)
    row = WrittenReason(
        topic_id=topic.id,
        verdict=verdict,
        text_sealed=seal(topic.subject, written),
        received_on=clock.today(),
        state=ReasonState.RECEIVED,
    )
    db.session.add(row)
    db.session.flush()
    return row


def publish_reason(reason: WrittenReason, text: str, actor: Actor, scope: Scope, seen: ReasonState) -> None:
    """Let a reason stand in public, in the words that a member of staff looked through and redacted."""
    topic = _may_moderate(reason, scope, seen)
    public = fit_words(text, "请写公开的文字。", REASON_MOST)
    check_words({"公开的文字": public})
    reason.public_text = public
    reason.state, reason.declined_why = ReasonState.PUBLISHED, None
    topic.changed_at = clock.now()
    db.session.flush()
    touch_data_set()


def decline_reason(reason: WrittenReason, why: str, actor: Actor, scope: Scope, seen: ReasonState) -> None:
    """Do not let a reason stand in public, or no longer; ``why`` is for the staff and the audit."""
    _may_moderate(reason, scope, seen)
    was_public = reason.state is ReasonState.PUBLISHED
    reason.declined_why = fit_words(why, "请写明为什么不公开。", _DECLINED_MOST)
    reason.state, reason.public_text = ReasonState.DECLINED, None
    db.session.flush()
    if was_public:
        touch_data_set()


def _may_moderate(reason: WrittenReason, scope: Scope, seen: ReasonState) -> Topic:
    """Return the topic. ``seen``: the state in which the person saw the reason."""
    topic = db.session.get_one(Topic, reason.topic_id)
    may_keep(topic, scope)
    check_deed(topic, Deed.MODERATE)
    db.session.refresh(reason, with_for_update=True)
    if reason.state is not seen:
        raise ChangedMeanwhile("别人刚刚看过这一条，请再看一遍。")
    return topic
