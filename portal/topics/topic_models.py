"""Tables of the topics: the yearly pool put to the vote, the topics, their work and the public's reasons."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Moment, enum_column, primary_key
from portal.domain.permissions import Department
from portal.domain.topic_phases import TopicDates
from portal.domain.topic_targets import TopicMetric
from portal.topics.kinds import ReasonState, TopicEvent, TopicScope, Verdict
from portal.topics.models import SECRET


class TopicPool(Base):
    """What one year's vote is about, of the whole area or of one county (R41)."""

    __tablename__ = "topic_pool"

    id: Mapped[int] = primary_key()
    public_id: Mapped[str] = mapped_column(String(8), unique=True)
    year: Mapped[int] = mapped_column(Integer)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    title: Mapped[str] = mapped_column(String(120))
    explanation: Mapped[str] = mapped_column(Text)
    choices_most: Mapped[int] = mapped_column(Integer)
    """How many candidates one ballot may name (1 to 10)."""
    collecting_from: Mapped[date] = mapped_column(Date)
    vote_opens_at: Mapped[datetime] = mapped_column(Moment)
    """From this very moment; every word of the candidates is frozen from here."""
    vote_closes_at: Mapped[datetime] = mapped_column(Moment)
    """A ballot at this very moment is too late."""
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    result: Mapped[str | None] = mapped_column(Text)
    """JSON, frozen when published: ballots that count, apart and why, per candidate, per day."""
    result_published_at: Mapped[datetime | None] = mapped_column(Moment)
    result_words: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint("vote_opens_at < vote_closes_at", name="vote_in_order"),
        CheckConstraint("choices_most BETWEEN 1 AND 10", name="choices_sensible"),
        CheckConstraint("(result IS NULL) = (result_published_at IS NULL)", name="result_whole"),
        Index("uq_topic_pool_year_region_code", "year", "region_code", unique=True),
    )

    @property
    def subject(self) -> str:
        """The name of this pool in the audit."""
        return f"pool/{self.id}"

    @property
    def department(self) -> Department:
        """Whose it is: civil affairs runs the column."""
        return Department.CIVIL_AFFAIRS


class Topic(Base):
    """One thing to be put right (整治项目), from candidate to conclusion. Its phase is computed."""

    __tablename__ = "topic"

    id: Mapped[int] = primary_key()
    public_id: Mapped[str] = mapped_column(String(8), unique=True)
    pool_id: Mapped[int | None] = mapped_column(ForeignKey("topic_pool.id"), index=True)
    """None: set without a vote."""
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Among the pool's candidates."""
    year: Mapped[int] = mapped_column(Integer)
    scope: Mapped[TopicScope] = mapped_column(enum_column(TopicScope, "scope"))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    department: Mapped[Department] = mapped_column(enum_column(Department, "department"))
    """Who leads (牵头)."""
    joint: Mapped[str] = mapped_column(Text, default="[]", server_default="[]")
    """JSON list: who works with it (配合)."""
    title: Mapped[str] = mapped_column(String(120))
    why: Mapped[str] = mapped_column(Text)
    demands: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What is to be put right and how."""
    problem_category: Mapped[str | None] = mapped_column(String(32))
    """Which problems are its own: a category of supervision, opaque here; None: all of its area."""
    entered_at: Mapped[datetime] = mapped_column(Moment)
    proposed_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it became a public candidate; None for a draft."""
    passed_over_at: Mapped[datetime | None] = mapped_column(Moment)
    passed_over_why: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    """Chosen, and public as the year's topic."""
    chosen_why: Mapped[str | None] = mapped_column(Text)
    work_from: Mapped[datetime | None] = mapped_column(Moment)
    judged_from: Mapped[datetime | None] = mapped_column(Moment)
    judged_until: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    conclusion: Mapped[Verdict | None] = mapped_column(enum_column(Verdict, "conclusion"))
    conclusion_words: Mapped[str | None] = mapped_column(Text)
    verdict_result: Mapped[str | None] = mapped_column(Text)
    """JSON, frozen when closed: voices that count, apart and why, reasons."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    pool: Mapped[TopicPool | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint("(passed_over_at IS NULL) = (passed_over_why IS NULL)", name="passed_over_whole"),
        CheckConstraint("published_at IS NULL OR passed_over_at IS NULL", name="chosen_or_not"),
        CheckConstraint("(judged_from IS NULL) = (judged_until IS NULL)", name="judged_whole"),
        CheckConstraint("judged_from IS NULL OR judged_from < judged_until", name="judged_in_order"),
        CheckConstraint("(closed_at IS NULL) = (conclusion IS NULL)", name="closed_whole"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_whole"),
        Index("ix_topic_year_region_code", "year", "region_code", "id"),
        Index("ix_topic_region_code", "region_code", "id"),
        Index("ix_topic_changed_at", "changed_at", "id"),
    )

    @property
    def subject(self) -> str:
        """The name of this topic in the audit, and of the key that seals the reasons written about it."""
        return f"topic/{self.id}"

    def dates(self, pool: TopicPool | None) -> TopicDates:
        """Return what its phase follows from; ``pool``: its own.

        Only a candidate of a pool that is public is voted on: a draft that was never proposed, or one of a
        pool that nobody published, stays in the first phase when the day of the vote comes.
        """
        voted = pool if pool and pool.published_at and self.proposed_at else None
        return TopicDates(
            vote_opens_at=voted.vote_opens_at if voted else None,
            vote_closes_at=voted.vote_closes_at if voted else None,
            passed_over_at=self.passed_over_at,
            published_at=self.published_at,
            work_from=self.work_from,
            judged_from=self.judged_from,
            judged_until=self.judged_until,
            closed_at=self.closed_at,
        )


class TopicStep(Base):
    """One line of a topic's log: never edited. Edits of its wording are public, before and after."""

    __tablename__ = "topic_step"

    id: Mapped[int] = primary_key()
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    event: Mapped[TopicEvent] = mapped_column(enum_column(TopicEvent, "event"))
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(60))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    words: Mapped[str | None] = mapped_column(Text)
    said: Mapped[str | None] = mapped_column(Text)
    """JSON: of an edit, the field and what stood there before and after."""
    in_public: Mapped[bool] = mapped_column(Boolean)
    """True if everybody may read it."""


class TopicTarget(Base):
    """What a topic wants reached; computed from live records, or entered by hand with its day."""

    __tablename__ = "topic_target"

    id: Mapped[int] = primary_key()
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(120))
    metric: Mapped[TopicMetric] = mapped_column(enum_column(TopicMetric, "metric"))
    percent: Mapped[bool] = mapped_column(Boolean)
    """True: the goal is a share in percent; False: a number in ``unit``."""
    goal: Mapped[int] = mapped_column(Integer)
    unit: Mapped[str] = mapped_column(String(10))
    since: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    value: Mapped[int | None] = mapped_column(Integer)
    """Entered by hand, where ``metric`` is by_hand."""
    out_of: Mapped[int | None] = mapped_column(Integer)
    as_of: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str | None] = mapped_column(String(300))

    __table_args__ = (
        CheckConstraint("goal > 0", name="goal_positive"),
        CheckConstraint("NOT percent OR goal <= 100", name="percent_sensible"),
        CheckConstraint("metric = 'by_hand' OR value IS NULL", name="by_hand_alone"),
        CheckConstraint("(value IS NULL) = (as_of IS NULL)", name="value_dated"),
        CheckConstraint("(value IS NULL) = (source IS NULL)", name="value_sourced"),
    )


class TopicMilestone(Base):
    """What is to be done by when; late is computed."""

    __tablename__ = "topic_milestone"

    id: Mapped[int] = primary_key()
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    due_on: Mapped[date] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)
    words: Mapped[str | None] = mapped_column(Text)
    """What was done, for the public."""
    reported_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (CheckConstraint("(done_on IS NULL) = (reported_at IS NULL)", name="done_whole"),)


class TopicDocument(Base):
    """A paper that belongs to a topic: plan, rule, report; where everybody can read it."""

    __tablename__ = "topic_document"

    id: Mapped[int] = primary_key()
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(120))
    issued_on: Mapped[date] = mapped_column(Date)
    url: Mapped[str | None] = mapped_column(String(500))
    text: Mapped[str | None] = mapped_column(Text)
    """The paper itself, where it stands nowhere else."""
    entered_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (CheckConstraint("url IS NOT NULL OR text IS NOT NULL", name="somewhere"),)


class WrittenReason(Base):
    """Why somebody judged a topic as they did, in their words: sealed until an office lets it stand."""

    __tablename__ = "verdict_reason"

    id: Mapped[int] = primary_key()
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    verdict: Mapped[Verdict] = mapped_column(enum_column(Verdict, "verdict"))
    text_sealed: Mapped[str] = mapped_column(Text, info=SECRET)
    """Under ``topic/ID``; nothing says whose voice it came with."""
    received_on: Mapped[date] = mapped_column(Date)
    state: Mapped[ReasonState] = mapped_column(enum_column(ReasonState, "state"))
    public_text: Mapped[str | None] = mapped_column(Text)
    declined_why: Mapped[str | None] = mapped_column(String(120))

    __table_args__ = (
        CheckConstraint("(state = 'published') = (public_text IS NOT NULL)", name="published_whole"),
        Index("ix_verdict_reason_topic_id", "topic_id", "state", "id"),
    )
