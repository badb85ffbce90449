"""Tables of voices: each voice, the kept sums, where voices came from, and suspicious bursts.

No name, no address: who gave a voice and from where are keyed hashes, made anew for each subject, so that the
tables do not tell what else the same person supported. They are erased once the count is closed.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Moment, enum_column, few, primary_key
from portal.voices.kinds import Apart, BurstState, OriginKind, Proof, VoiceKind

SECRET = {"secret": True}
"""Marks columns whose values the audit leaves out."""
CHOICE_MOST = 40


class Voice(Base):
    """One voice of one browser on one subject. Taken back, its row is gone."""

    __tablename__ = "voice"
    __audited__: ClassVar[bool] = False
    """What a citizen supports is nobody's business; what staff do to voices stands in the bursts."""

    id: Mapped[int] = primary_key()
    kind: Mapped[VoiceKind] = mapped_column(enum_column(VoiceKind, "kind"))
    subject_id: Mapped[int] = mapped_column(Integer)
    choice: Mapped[str] = mapped_column(String(CHOICE_MOST), default="", server_default="")
    """Empty for support; else one or more choices with commas between."""
    person_index: Mapped[str | None] = mapped_column(String(64), info=SECRET)
    """Keyed hash of the browser's random number and the subject; None once erased."""
    address_index: Mapped[str | None] = mapped_column(String(64), info=SECRET)
    network_index: Mapped[str | None] = mapped_column(String(64), info=SECRET)
    given_at: Mapped[datetime] = mapped_column(Moment)
    """Once the indexes are erased: the beginning of that day."""
    proof: Mapped[Proof] = mapped_column(enum_column(Proof, "proof"))
    new_browser: Mapped[bool] = mapped_column(Boolean)
    """The browser had not given any voice an hour earlier."""
    apart: Mapped[Apart | None] = mapped_column(enum_column(Apart, "apart"))
    """Why it is counted apart; None: it counts."""
    burst_id: Mapped[int | None] = mapped_column(ForeignKey("voice_burst.id"))
    """The burst it was set apart with, also after a reviewer put it back."""

    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "person_index"),
        CheckConstraint("apart IS NULL OR burst_id IS NOT NULL", name="apart_in_a_burst"),
        Index("ix_voice_kind_subject_id_given_at", "kind", "subject_id", "given_at"),
        Index("ix_voice_given_at", "given_at"),
        few("ix_voice_burst_id", "burst_id"),
    )


class VoiceCount(Base):
    """How one subject's count stands: the row that whoever changes the count holds first."""

    __tablename__ = "voice_count"
    __audited__: ClassVar[bool] = False

    kind: Mapped[VoiceKind] = mapped_column(enum_column(VoiceKind, "kind"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    counted: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Persons whose voice counts."""
    solved: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    waited: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Of those that count; the rest was not asked for any proof."""
    networks: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Networks that those that count came from."""
    last_at: Mapped[datetime] = mapped_column(Moment)
    looked_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the worker last looked for patterns."""
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    forgotten_at: Mapped[datetime | None] = mapped_column(Moment)
    """When who and where were erased."""

    __table_args__ = (
        CheckConstraint("counted >= 0 AND solved >= 0 AND waited >= 0 AND networks >= 0", name="no_debts"),
        Index("ix_voice_count_last_at", "last_at"),
        few("ix_voice_count_closed_at", "closed_at"),
    )


class VoiceSum(Base):
    """How many chose what, kept in step with the voices: a page reads these and counts nothing."""

    __tablename__ = "voice_sum"
    __audited__: ClassVar[bool] = False

    kind: Mapped[VoiceKind] = mapped_column(enum_column(VoiceKind, "kind"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    choice: Mapped[str] = mapped_column(String(CHOICE_MOST), primary_key=True)
    """One choice; empty: persons, whatever they chose."""
    why: Mapped[str] = mapped_column(String(16), primary_key=True)
    """Why set apart (``Apart``); empty: they count."""
    number: Mapped[int] = mapped_column(Integer)

    __table_args__ = (CheckConstraint("number >= 0", name="no_debts"),)


class VoiceOrigin(Base):
    """What one address or network gave to one subject, so that its limit costs one look."""

    __tablename__ = "voice_origin"
    __audited__: ClassVar[bool] = False

    kind: Mapped[VoiceKind] = mapped_column(enum_column(VoiceKind, "kind"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True, info=SECRET)
    """The address's or network's keyed hash."""
    wide: Mapped[OriginKind] = mapped_column("wide", enum_column(OriginKind, "wide"))
    counted: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    waited: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Of those that count."""
    apart: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    last_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("counted >= 0 AND waited >= 0 AND apart >= 0", name="no_debts"),
        Index("ix_voice_origin_last_at", "last_at"),
    )


class VoiceMark(Base):
    """A counter that is forgotten by itself: voices of a while, and proofs that were used up."""

    __tablename__ = "voice_mark"
    __audited__: ClassVar[bool] = False

    mark: Mapped[str] = mapped_column(String(64), primary_key=True, info=SECRET)
    """A keyed hash of what is counted and of which while."""
    number: Mapped[int] = mapped_column(Integer)
    until: Mapped[datetime] = mapped_column(Moment, index=True)


class VoiceBurst(Base):
    """Voices on one subject that were set apart for one reason, for staff to look at."""

    __tablename__ = "voice_burst"

    id: Mapped[int] = primary_key()
    kind: Mapped[VoiceKind] = mapped_column(enum_column(VoiceKind, "kind"))
    subject_id: Mapped[int] = mapped_column(Integer)
    why: Mapped[Apart] = mapped_column(enum_column(Apart, "why"))
    origin: Mapped[str | None] = mapped_column(String(64), info=SECRET)
    """The address's or network's mark where it is about one; None once erased."""
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)
    voices: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    state: Mapped[BurstState] = mapped_column(enum_column(BurstState, "state"))
    words: Mapped[str | None] = mapped_column(Text)
    """Why a reviewer set it apart, kept it apart or put it back."""
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(String(60))
    """Place, department and role."""
    version: Mapped[int] = mapped_column(Integer)
    """Grows with every decision: of two who decide at once the second is told."""

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint("voices >= 0", name="no_debts"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_whole"),
        Index("ix_voice_burst_kind_subject_id", "kind", "subject_id", "state", "why"),
        Index("ix_voice_burst_state_last_at", "state", "last_at"),
    )
