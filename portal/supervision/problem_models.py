"""Tables of what has to be put right: problems with log and photos, notices with deadlines (R20-R25)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    TextClause,
    and_,
    false,
    select,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Moment, enum_column, few, primary_key
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemEvent, ProblemStatus
from portal.supervision.kinds import (
    NoticeState,
    PhotoStage,
    ProblemCategory,
    ProblemOrigin,
    ServiceMethod,
    Severity,
)


def _where(condition: ColumnElement[bool] | TextClause) -> dict[str, Any]:
    """Return what makes an index hold only some rows, on either database."""
    return {"sqlite_where": condition, "postgresql_where": condition}


class Problem(Base):
    """One problem (问题): who has to put it right, how and by when. Overdue or recurred is computed."""

    __tablename__ = "problem"

    id: Mapped[int] = primary_key()
    public_id: Mapped[str] = mapped_column(String(8), unique=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    """问题编号, e.g. ``W2026-000123``: the year and a running number."""
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    unregistered_home_id: Mapped[int | None] = mapped_column(ForeignKey("unregistered_home.id"))
    """At most one of the two; neither: a place that stands in ``place``."""
    place: Mapped[str | None] = mapped_column(String(120))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    department: Mapped[Department] = mapped_column(enum_column(Department, "department"))
    origin: Mapped[ProblemOrigin] = mapped_column(enum_column(ProblemOrigin, "origin"))
    origin_ref: Mapped[str | None] = mapped_column(String(60), index=True)
    """What it came of, opaque here: ``complaint/12``, ``inspection/5``; never shown."""
    category: Mapped[ProblemCategory] = mapped_column(enum_column(ProblemCategory, "category"))
    severity: Mapped[Severity] = mapped_column(enum_column(Severity, "severity"))
    criterion: Mapped[str | None] = mapped_column(String(20))
    """Which published criterion makes it a major hazard (``domain.hazards``)."""
    basis: Mapped[str | None] = mapped_column(String(300))
    """Clause of the standard or law that it breaks."""
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text)
    """For the staff."""
    public_text: Mapped[str | None] = mapped_column(Text)
    """What the public reads: redacted and approved."""
    responsible: Mapped[str] = mapped_column(String(120))
    """Who has to put it right: an organisation or an office, no private person."""
    measure: Mapped[str | None] = mapped_column(Text)
    found_on: Mapped[date] = mapped_column(Date)
    entered_at: Mapped[datetime] = mapped_column(Moment)
    entered_by: Mapped[str] = mapped_column(String(60))
    entered_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    status: Mapped[ProblemStatus] = mapped_column(enum_column(ProblemStatus, "status"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("rectification_notice.id"), index=True)
    deadline: Mapped[date | None] = mapped_column(Date)
    """The last day, as the notice's deadline or set by hand; ends at 24:00 Asia/Shanghai."""
    submitted_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    """Who submitted it for acceptance: somebody else accepts."""
    cleared_on: Mapped[date | None] = mapped_column(Date)
    handed_on: Mapped[date | None] = mapped_column(Date)
    handed_to: Mapped[str | None] = mapped_column(String(120))
    first_entry_id: Mapped[int | None] = mapped_column(ForeignKey("problem.id"))
    """Of a problem that came back: its first entry, never a later one in between."""
    listed_on: Mapped[date | None] = mapped_column(Date)
    listed_by: Mapped[str | None] = mapped_column(String(120))
    """Which government listed it (挂牌督办)."""
    listed_until: Mapped[date | None] = mapped_column(Date)
    delisted_on: Mapped[date | None] = mapped_column(Date)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    steps: Mapped[list[ProblemStep]] = relationship(order_by="ProblemStep.id", lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint("institution_id IS NULL OR unregistered_home_id IS NULL", name="one_home"),
        CheckConstraint(
            "institution_id IS NOT NULL OR unregistered_home_id IS NOT NULL OR place IS NOT NULL",
            name="somewhere",
        ),
        CheckConstraint("severity <> 'major' OR criterion IS NOT NULL", name="major_by_criterion"),
        CheckConstraint("(status = 'cleared') = (cleared_on IS NOT NULL)", name="cleared_whole"),
        CheckConstraint("(handed_on IS NULL) = (handed_to IS NULL)", name="handed_whole"),
        CheckConstraint("(listed_on IS NULL) = (listed_by IS NULL)", name="listed_whole"),
        CheckConstraint("delisted_on IS NULL OR listed_on IS NOT NULL", name="delisted_after"),
        CheckConstraint("published_at IS NULL OR public_text IS NOT NULL", name="published_whole"),
        Index("ix_problem_institution_id_status", "institution_id", "status"),
        Index("ix_problem_region_code_status_deadline", "region_code", "status", "deadline", "id"),
        Index("ix_problem_status_deadline", "status", "deadline", "id"),
        Index("ix_problem_region_code_found_on", "region_code", "found_on", "id"),
        Index("ix_problem_region_code_cleared_on", "region_code", "cleared_on"),
        Index("ix_problem_found_on", "found_on", "id"),
        Index("ix_problem_published_at", "published_at", "id", **_where(published_at.is_not(None))),
        Index(
            "ix_problem_public_category",
            "category",
            "severity",
            "notice_id",
            **_where(published_at.is_not(None)),
        ),
        Index(
            "ix_problem_public_severity",
            "severity",
            "category",
            "notice_id",
            **_where(published_at.is_not(None)),
        ),
        # what the public told is one problem, however many at once enter it
        Index(
            "uq_problem_told",
            "origin",
            "origin_ref",
            unique=True,
            **_where(text("origin IN ('complaint', 'suggestion') AND status <> 'void'")),
        ),
        few("ix_problem_unregistered_home_id", "unregistered_home_id"),
        few("ix_problem_first_entry_id", "first_entry_id"),
        Index("ix_problem_listed", "region_code", "id", **_where(listed_on.is_not(None))),
        Index("ix_problem_recurred", "entered_at", "id", **_where(first_entry_id.is_not(None))),
        Index(
            "ix_problem_region_recurred",
            "region_code",
            "entered_at",
            "id",
            **_where(first_entry_id.is_not(None)),
        ),
    )

    @property
    def subject(self) -> str:
        """The name of this problem in the audit, and of its photos' key in the vault."""
        return f"problem/{self.id}"


class ProblemStep(Base):
    """One line of a problem's log: never edited, written in the transaction of what it tells of."""

    __tablename__ = "problem_step"

    id: Mapped[int] = primary_key()
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), index=True)
    event: Mapped[ProblemEvent] = mapped_column(enum_column(ProblemEvent, "event"))
    status_before: Mapped[ProblemStatus | None] = mapped_column(enum_column(ProblemStatus, "status_before"))
    status: Mapped[ProblemStatus] = mapped_column(enum_column(ProblemStatus, "status"))
    at: Mapped[datetime] = mapped_column(Moment)
    """When it was entered."""
    on: Mapped[date] = mapped_column("happened_on", Date)
    """The day it happened: of service or a visit it can be earlier than ``at``."""
    actor: Mapped[str] = mapped_column(String(60))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    words: Mapped[str | None] = mapped_column(Text)
    """What was written with it, for the staff."""
    said: Mapped[str | None] = mapped_column(Text)
    """JSON of what is nobody's secret: days, numbers, public ids."""


class ProblemPhoto(Base):
    """A photo before or after, sealed as ``intake_file`` under the problem's key; shown once approved."""

    __tablename__ = "problem_photo"

    id: Mapped[int] = primary_key()
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("intake_file.id"), unique=True)
    stage: Mapped[PhotoStage] = mapped_column(enum_column(PhotoStage, "stage"))
    taken_on: Mapped[date | None] = mapped_column(Date)
    caption: Mapped[str] = mapped_column(String(120))
    """What it shows: the text for those who can't see it."""
    public: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """A reviewer looked: no faces, no names, no door numbers."""


class RectificationNotice(Base):
    """A rectification notice (整改通知书): one home, its problems, one deadline from service (R21)."""

    __tablename__ = "rectification_notice"

    id: Mapped[int] = primary_key()
    public_id: Mapped[str] = mapped_column(String(8), unique=True)
    year: Mapped[int | None] = mapped_column(Integer)
    sequence: Mapped[int | None] = mapped_column(Integer)
    number: Mapped[str | None] = mapped_column(String(60), unique=True)
    """文号, e.g. 汀兰民整〔2026〕12号: given when it is issued, never before."""
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    unregistered_home_id: Mapped[int | None] = mapped_column(ForeignKey("unregistered_home.id"))
    addressee: Mapped[str] = mapped_column(String(120))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    department: Mapped[Department] = mapped_column(enum_column(Department, "department"))
    state: Mapped[NoticeState] = mapped_column(enum_column(NoticeState, "state"))
    title: Mapped[str] = mapped_column(String(120))
    demands: Mapped[str] = mapped_column(Text)
    """What is to be done, beyond what each problem's measure says."""
    legal_basis: Mapped[str] = mapped_column(String(300))
    days: Mapped[int] = mapped_column(Integer)
    """Length of the deadline from service, in working days or days of the calendar."""
    working_days: Mapped[bool] = mapped_column(Boolean)
    contact: Mapped[str | None] = mapped_column(String(120))
    """Whom to ask: an office and its number."""
    body: Mapped[str | None] = mapped_column(Text)
    """The notice as it was issued, JSON of its parts: later edits of a problem do not change it."""
    public_body: Mapped[str | None] = mapped_column(Text)
    """The same as the public reads it, redacted and approved."""
    drafted_by: Mapped[str] = mapped_column(String(60))
    drafted_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    drafted_at: Mapped[datetime] = mapped_column(Moment)
    remark: Mapped[str | None] = mapped_column(Text)
    """Why the reviewer returned it."""
    issued_on: Mapped[date | None] = mapped_column(Date)
    issued_at: Mapped[datetime | None] = mapped_column(Moment)
    issued_by: Mapped[str | None] = mapped_column(String(60))
    served_on: Mapped[date | None] = mapped_column(Date)
    served_how: Mapped[ServiceMethod | None] = mapped_column(enum_column(ServiceMethod, "served_how"))
    deadline: Mapped[date | None] = mapped_column(Date)
    """Of the latest version; None until it is served."""
    deadline_version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    cleared_on: Mapped[date | None] = mapped_column(Date)
    """The day its last problem was cleared."""
    cleared_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    deadlines: Mapped[list[NoticeDeadline]] = relationship(order_by="NoticeDeadline.number", lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
    __table_args__ = (
        CheckConstraint("(institution_id IS NULL) <> (unregistered_home_id IS NULL)", name="one_home"),
        CheckConstraint("(number IS NULL) = (issued_on IS NULL)", name="issued_whole"),
        CheckConstraint("(served_on IS NULL) = (served_how IS NULL)", name="served_whole"),
        CheckConstraint("(served_on IS NULL) = (deadline IS NULL)", name="deadline_from_service"),
        CheckConstraint("(cleared_on IS NULL) = (cleared_at IS NULL)", name="cleared_whole"),
        CheckConstraint("published_at IS NULL OR public_body IS NOT NULL", name="published_whole"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_whole"),
        Index(
            "uq_rectification_notice_sequence", "region_code", "department", "year", "sequence", unique=True
        ),
        Index("ix_rectification_notice_institution_id", "institution_id", "issued_at"),
        Index("ix_rectification_notice_region_code_state", "region_code", "state"),
        Index("ix_rectification_notice_published", "issued_at", "id", **_where(published_at.is_not(None))),
        Index(
            "ix_rectification_notice_region_published",
            "region_code",
            "issued_at",
            "id",
            **_where(published_at.is_not(None)),
        ),
        Index(
            "ix_rectification_notice_open",
            "deadline",
            "id",
            **_where(cleared_on.is_(None)),
        ),
        Index(
            "ix_rectification_notice_region_open",
            "region_code",
            "deadline",
            "id",
            **_where(cleared_on.is_(None)),
        ),
        Index(
            "ix_rectification_notice_open_published",
            "issued_at",
            "id",
            **_where(and_(published_at.is_not(None), cleared_on.is_(None))),
        ),
        Index("ix_rectification_notice_cleared", "cleared_at", "id", **_where(cleared_at.is_not(None))),
        Index(
            "ix_rectification_notice_region_cleared",
            "region_code",
            "cleared_at",
            "id",
            **_where(cleared_at.is_not(None)),
        ),
        Index("ix_rectification_notice_published_at", "published_at"),
        Index("ix_rectification_notice_changed_at", "changed_at"),
        few("ix_rectification_notice_unregistered_home_id", "unregistered_home_id"),
    )

    @property
    def subject(self) -> str:
        """The name of this notice in the audit."""
        return f"notice/{self.id}"


def _region_of_notice(context: Any) -> Any:
    """Return where the notice lies that a deadline is about to be entered for."""
    number = context.get_current_parameters()["notice_id"]
    query = select(RectificationNotice.region_code).where(RectificationNotice.id == number)
    return context.connection.scalar(query)


class NoticeDeadline(Base):
    """One version of a notice's deadline: 1 from service, later ones by extension. None is ever changed."""

    __tablename__ = "notice_deadline"

    notice_id: Mapped[int] = mapped_column(ForeignKey("rectification_notice.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), default=_region_of_notice)
    """The notice's, taken from it: what was missed in a county is found in its order of time."""
    deadline: Mapped[date] = mapped_column(Date)
    calendar: Mapped[str | None] = mapped_column(String(64))
    """Which calendar it was counted by; None where it was set as a date."""
    provisional: Mapped[bool] = mapped_column(Boolean)
    set_at: Mapped[datetime] = mapped_column(Moment)
    set_by: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it was extended; None of the first."""
    missed: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    """False once the notice was cleared, withdrawn or extended while this version ran: then it never was
    overdue. True says nothing yet: overdue is this, and a deadline before today."""

    __table_args__ = (
        Index("ix_notice_deadline_missed", "deadline", "notice_id", **_where(missed.is_(True))),
        Index(
            "ix_notice_deadline_region_missed",
            "region_code",
            "deadline",
            "notice_id",
            **_where(missed.is_(True)),
        ),
    )
