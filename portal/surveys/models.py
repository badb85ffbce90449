"""Tables of the call-back: rounds, questionnaires handed out, and answers that know nothing of those.

No column of ``survey_answer`` or ``survey_words`` leads to the code that opened the questionnaire, to a time
or to an order, and their keys are random (docs/decisions/0034-call-back.md).
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Moment, enum_column, primary_key
from portal.domain.survey_round import Half, RoundPhase, phase
from portal.surveys.kinds import Audience, Level, SheetChannel, WordsState


def random_key() -> str:
    """Return the key of an answer or of words: it tells neither when nor after whom they came."""
    return secrets.token_hex(16)


def _where(condition: ColumnElement[bool]) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}


class SurveyRound(Base):
    """One round of one office: a half-year, the days on which answers are taken, what came of it."""

    __tablename__ = "survey_round"

    id: Mapped[int] = primary_key()
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    """Region and half-year, as addresses have it: ``350400-2026-1``."""
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    """City or county of the office; its homes and all beneath are asked."""
    year: Mapped[int] = mapped_column(Integer)
    half: Mapped[int] = mapped_column(Integer)
    questionnaire: Mapped[str] = mapped_column(String(20))
    """Version of ``domain.questionnaires``."""
    opens_on: Mapped[date] = mapped_column(Date)
    closes_on: Mapped[date] = mapped_column(Date)
    """The last day on which answers are taken."""
    opened_by: Mapped[str] = mapped_column(String(60))
    """Place, department and role; never a name."""
    counted_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the figures were made, after the last day; they are never made again."""
    remarks: Mapped[str | None] = mapped_column(Text)
    """The reviewer's analysis. Public."""
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    published_by: Mapped[str | None] = mapped_column(String(60))
    forgotten_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the single answers were deleted."""
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        UniqueConstraint("region_code", "year", "half"),
        CheckConstraint("half IN (1, 2) AND opens_on <= closes_on", name="days_in_order"),
        CheckConstraint(
            "(published_at IS NULL) = (published_by IS NULL) AND (published_at IS NULL) = (remarks IS NULL)"
            " AND (published_at IS NULL OR counted_at IS NOT NULL)",
            name="published_whole",
        ),
    )

    @property
    def which(self) -> Half:
        """The half-year it is about."""
        return Half(self.year, self.half)

    def phase(self, today: date) -> RoundPhase:
        """Where it stands on a day."""
        return phase(self.opens_on, self.closes_on, self.published_at is not None, today)


class SurveyLot(Base):
    """Questionnaires handed out to one home for one audience at one time, or calls planned to it."""

    __tablename__ = "survey_lot"

    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    audience: Mapped[Audience] = mapped_column(enum_column(Audience, "audience"))
    channel: Mapped[SheetChannel] = mapped_column(enum_column(SheetChannel, "channel"))
    handed_out: Mapped[int] = mapped_column(Integer)
    handed_out_on: Mapped[date] = mapped_column(Date)
    handed_out_by: Mapped[str] = mapped_column(String(60))
    codes_sealed: Mapped[str | None] = mapped_column(Text, info={"secret": True})
    """JSON of the codes, for printing; None once the round is over. What a code opened stands nowhere."""
    void: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Lost or misprinted: its codes open nothing, and it counts as never handed out."""
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint("handed_out > 0", name="some_handed_out"),
        Index("ix_survey_lot_round_id_institution_id", "round_id", "institution_id"),
    )


class SurveyCode(Base):
    """One questionnaire handed out. Known is whether it was used: not when, not for what."""

    __tablename__ = "survey_code"
    __audited__: ClassVar[bool] = False
    """The audit has times: whose call was typed in when must not lead to a code."""

    id: Mapped[int] = primary_key()
    lot_id: Mapped[int] = mapped_column(ForeignKey("survey_lot.id"), index=True)
    code_index: Mapped[str | None] = mapped_column(String(64), unique=True, info={"secret": True})
    """By which a typed code is found: a keyed hash. None for a planned call, which needs no code."""
    used: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class SurveyAnswer(Base):
    """What one person answered, and of which home. It leads to nobody and to no code.

    Kept in the order of its random key where the database can (SQLite); elsewhere the worker rewrites it in
    batches, since rows lie in the order in which they were written.
    """

    __tablename__ = "survey_answer"
    __audited__: ClassVar[bool] = False
    """The audit has times and an order."""

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_key)
    round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"), index=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    audience: Mapped[Audience] = mapped_column(enum_column(Audience, "audience"))
    answers: Mapped[dict[str, str]] = mapped_column(JSON)
    """Question → choice (``domain.questionnaires``)."""
    mixed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """True once it was rewritten together with others."""

    __table_args__ = (
        Index("ix_survey_answer_unmixed", "round_id", **_where(mixed.is_(False))),
        {"sqlite_with_rowid": False},
    )


class SurveyWords(Base):
    """What somebody wrote in their own words, apart from their choices: words can tell who it was."""

    __tablename__ = "survey_words"
    __audited__: ClassVar[bool] = False
    """As ``SurveyAnswer``; what staff decide about them is noted."""

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_key)
    round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"), index=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    audience: Mapped[Audience] = mapped_column(enum_column(Audience, "audience"))
    words_sealed: Mapped[str] = mapped_column(Text, info={"secret": True})
    """Sealed under the round's key, which is erased with the single answers."""
    state: Mapped[WordsState] = mapped_column(enum_column(WordsState, "state"))
    public_text: Mapped[str | None] = mapped_column(Text)
    """Redacted, as a person approved it."""
    mixed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

    __table_args__ = (
        CheckConstraint("(state = 'cleared') = (public_text IS NOT NULL)", name="cleared_with_text"),
        Index("ix_survey_words_unmixed", "round_id", **_where(mixed.is_(False))),
        {"sqlite_with_rowid": False},
    )


class SurveyFigures(Base):
    """Publishable figures of a place in a round: made once, small numbers left out before they are kept."""

    __tablename__ = "survey_figures"
    __audited__: ClassVar[bool] = False
    """Made by the worker from the answers."""

    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"))
    audience: Mapped[Audience] = mapped_column(enum_column(Audience, "audience"))
    level: Mapped[Level] = mapped_column(enum_column(Level, "level"))
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)
    homes: Mapped[int] = mapped_column(Integer)
    handed_out: Mapped[int] = mapped_column(Integer)
    answered: Mapped[int | None] = mapped_column(Integer)
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Question → choice → how many, None where left out."""

    __table_args__ = (Index("ix_survey_figures_round_id_audience_level", "round_id", "audience", "level"),)


def words_subject(round_id: int) -> str:
    """Return under which key the words of a round are sealed."""
    return f"survey-words/{round_id}"


def codes_subject(round_id: int) -> str:
    """Return under which key the codes of a round are sealed, as long as they may be printed."""
    return f"survey-codes/{round_id}"
