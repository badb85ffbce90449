"""Tables of the suggestions. What a person wrote or is stands sealed under ``suggestion/ID`` alone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Moment, enum_column, few, primary_key
from portal.domain.permissions import Department
from portal.domain.suggestion_status import SuggestionEvent, SuggestionStatus
from portal.topics.kinds import SuggestionChannel, SuggestionKind, SuggestionStage, WhyNotPublic

SECRET = {"secret": True}
"""Marks columns whose values the audit leaves out."""


def _public() -> dict[str, Any]:
    """Return what makes an index hold only what everybody may read."""
    return _with("published_at")


def _with(column: str) -> dict[str, Any]:
    """Return what makes an index hold only rows that have a value there."""
    held = text(f"{column} IS NOT NULL")
    return {"sqlite_where": held, "postgresql_where": held}


_NARROWED = (
    ("region", ("region_code",)),
    ("kind", ("kind",)),
    ("region_kind", ("region_code", "kind")),
)


class Suggestion(Base):
    """One thing the public wants put right (群众点题). Late or not is computed, never stored."""

    __tablename__ = "suggestion"

    id: Mapped[int] = primary_key()
    public_id: Mapped[str] = mapped_column(String(8), unique=True)
    """Of its public page; the receipt number is the writer's."""
    receipt: Mapped[str] = mapped_column(String(20), unique=True)
    """登记编号, e.g. ``D2026-7KFM3XQP``."""
    access_hash: Mapped[str] = mapped_column(String(64), info=SECRET)
    submission: Mapped[str] = mapped_column(String(64), unique=True, info=SECRET)
    """Blind index of what the form was sent with: sending it twice makes one suggestion."""
    channel: Mapped[SuggestionChannel] = mapped_column(enum_column(SuggestionChannel, "channel"))
    received_at: Mapped[datetime] = mapped_column(Moment)
    received_on: Mapped[date] = mapped_column(Date)
    """In Asia/Shanghai."""
    entered_by: Mapped[str] = mapped_column(String(60))
    """群众, or place, department and role of who typed it in."""
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    """The county (or the city as a whole) that it is about."""
    department: Mapped[Department] = mapped_column(enum_column(Department, "department"))
    """Who answers."""
    kind: Mapped[SuggestionKind] = mapped_column(enum_column(SuggestionKind, "kind"))
    words_sealed: Mapped[str] = mapped_column(Text)
    """What was written, as it was written."""
    person_sealed: Mapped[str | None] = mapped_column(Text)
    """Telephone or mail, as JSON; None where nothing was given."""
    has_mail: Mapped[bool] = mapped_column(Boolean)
    privacy_version: Mapped[str] = mapped_column(String(20))
    status: Mapped[SuggestionStatus] = mapped_column(enum_column(SuggestionStatus, "status"))
    look_due: Mapped[date] = mapped_column(Date)
    """The last day on which it should have been looked through."""
    looked_at: Mapped[datetime | None] = mapped_column(Moment)
    """When somebody first decided what becomes of it."""
    title: Mapped[str | None] = mapped_column(String(120))
    """As the public reads it."""
    text: Mapped[str | None] = mapped_column(Text)
    """As the public reads it: redacted, approved by a person."""
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    """None while it is not public; the first day stays when it is put right."""
    changed_at: Mapped[datetime] = mapped_column(Moment)
    supports: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Voices that count, kept in step with ``portal.voices``: for sorting."""
    not_public_why: Mapped[WhyNotPublic | None] = mapped_column(enum_column(WhyNotPublic, "not_public_why"))
    told_why: Mapped[str | None] = mapped_column(Text, info=SECRET)
    """Sealed: what the writer was told."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("suggestion.id"))
    answer_due: Mapped[date | None] = mapped_column(Date)
    """The last day of the first answer, counted in working days from its publication."""
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    """The first answer's moment."""
    answered_by: Mapped[str | None] = mapped_column(String(60))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    """What came of it."""
    done: Mapped[str | None] = mapped_column(Text)
    """What was done about it: 您点题，我们做了什么."""
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    """From here the term of keeping what was written and who wrote it runs."""
    hold_reason: Mapped[str | None] = mapped_column(Text)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    steps: Mapped[list[SuggestionStep]] = relationship(
        back_populates="suggestion", order_by="SuggestionStep.id", lazy="raise"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint(
            "published_at IS NULL OR (title IS NOT NULL AND text IS NOT NULL)", name="public_whole"
        ),
        CheckConstraint(
            "(status IN ('published', 'answered')) = (published_at IS NOT NULL)", name="published_whole"
        ),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_whole"),
        CheckConstraint("(done IS NULL) = (done_at IS NULL)", name="done_whole"),
        CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name="merged_whole"),
        Index("ix_suggestion_published_at", "published_at", "id"),
        Index("ix_suggestion_changed_at", "changed_at", "id"),
        Index("ix_suggestion_region_code_published_at", "region_code", "published_at", "id"),
        Index("ix_suggestion_kind_published_at", "kind", "published_at", "id"),
        Index("ix_suggestion_region_code_kind_published_at", "region_code", "kind", "published_at", "id"),
        Index("ix_suggestion_public_supports", "supports", "id", **_public()),
        Index("ix_suggestion_region_supports", "region_code", "supports", "id", **_public()),
        Index("ix_suggestion_kind_supports", "kind", "supports", "id", **_public()),
        Index("ix_suggestion_region_code_status_look_due", "region_code", "status", "look_due", "id"),
        Index("ix_suggestion_region_code_status_answer_due", "region_code", "status", "answer_due", "id"),
        Index("ix_suggestion_region_code_received_on", "region_code", "received_on", "kind"),
        Index("ix_suggestion_region_kind_supports", "region_code", "kind", "supports", "id", **_public()),
        # what was answered and done, the latest first, of a region, of a kind, of both
        *(
            Index(f"ix_suggestion_{name}_{moment}", *columns, f"{moment}_at", "id", **_with(f"{moment}_at"))
            for moment in ("answered", "done")
            for name, columns in _NARROWED
        ),
        Index("ix_suggestion_region_code_ended_at", "region_code", "ended_at", "id", **_with("ended_at")),
        Index("ix_suggestion_department_look_due", "region_code", "department", "status", "look_due", "id"),
        Index(
            "ix_suggestion_department_answer_due", "region_code", "department", "status", "answer_due", "id"
        ),
        # of these rows only, as the narrower ones: else SQLite takes one of those for the whole, and sorts
        Index("ix_suggestion_answered_at", "answered_at", "id", **_with("answered_at")),
        Index("ix_suggestion_done_at", "done_at", "id", **_with("done_at")),
        Index("ix_suggestion_status_ended_at", "status", "ended_at"),
        few("ix_suggestion_merged_into_id", "merged_into_id"),
        few("ix_suggestion_topic_id", "topic_id"),
    )

    @property
    def subject(self) -> str:
        """The name of this suggestion's key in the vault, and of the suggestion in the audit."""
        return f"suggestion/{self.id}"


class SuggestionStep(Base):
    """One line of a suggestion's log: never edited, written in the transaction of what it tells of."""

    __tablename__ = "suggestion_step"

    id: Mapped[int] = primary_key()
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"), index=True)
    event: Mapped[SuggestionEvent] = mapped_column(enum_column(SuggestionEvent, "event"))
    status_before: Mapped[SuggestionStatus | None] = mapped_column(
        enum_column(SuggestionStatus, "status_before")
    )
    status: Mapped[SuggestionStatus] = mapped_column(enum_column(SuggestionStatus, "status"))
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(60))
    """群众, 系统, or place, department and role; never a name."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    words_sealed: Mapped[str | None] = mapped_column(Text, info=SECRET)
    said: Mapped[str | None] = mapped_column(Text)
    """JSON of what is nobody's secret: departments, the public id it was merged into."""
    to_writer: Mapped[bool] = mapped_column(Boolean)
    """True if the writer's page shows it."""

    suggestion: Mapped[Suggestion] = relationship(back_populates="steps", lazy="raise")


class SuggestionTerm(Base):
    """A term of a public suggestion by which look-alikes are found: its number in place of its letters."""

    __tablename__ = "suggestion_term"
    __audited__: ClassVar[bool] = False
    """Made from the public text; made anew whenever that changes."""

    term: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    suggestion_id: Mapped[int] = mapped_column(
        ForeignKey("suggestion.id", ondelete="CASCADE"), primary_key=True
    )

    __table_args__ = (
        Index("ix_suggestion_term_suggestion_id", "suggestion_id"),
        {"sqlite_with_rowid": False},
    )


class SuggestionCount(Base):
    """How many suggestions a region has of a kind at a stage: in step with them, so that nothing is counted.

    Changed in the transaction of what it counts, and counted anew every night.
    """

    __tablename__ = "suggestion_count"
    __audited__: ClassVar[bool] = False

    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    kind: Mapped[SuggestionKind] = mapped_column(enum_column(SuggestionKind, "kind"), primary_key=True)
    stage: Mapped[SuggestionStage] = mapped_column(enum_column(SuggestionStage, "stage"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
