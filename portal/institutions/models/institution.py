"""The institution itself (养老机构): what it is, where, for whom, with how many beds and carers."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, enum_column
from portal.history.recorded import Recorded


class InstitutionKind(StrEnum):
    """What sort of home it is, in the words of the field."""

    WELFARE_HOME = "welfare_home"
    TOWNSHIP_HOME = "township_home"
    NURSING_HOME = "nursing_home"
    APARTMENT = "apartment"
    NURSING_CENTRE = "nursing_centre"
    COMMUNITY_CENTRE = "community_centre"
    OTHER = "other"


class LegalForm(StrEnum):
    """The legal person behind it, which also says who registered it."""

    PUBLIC_INSTITUTION = "public_institution"
    SOCIAL_SERVICE = "social_service"
    COMPANY = "company"
    INDIVIDUAL = "individual"
    OTHER = "other"


class OperationMode(StrEnum):
    """Who built it and who runs it (公建公营 · 公建民营 · 民办公助 · 民办)."""

    PUBLIC_PUBLIC = "public_public"
    PUBLIC_PRIVATE = "public_private"
    PRIVATE_SUBSIDISED = "private_subsidised"
    PRIVATE = "private"


class OperatingState(StrEnum):
    """Whether residents live there now."""

    OPERATING = "operating"
    NOT_OPENED = "not_opened"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    MERGED = "merged"


class PositionSystem(StrEnum):
    """The coordinate system a position was given in, before conversion to WGS84."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    UNKNOWN = "unknown"


class PositionPrecision(StrEnum):
    """How near the point is to the door; anything but ``exact`` is never drawn as a pin."""

    EXACT = "exact"
    STREET = "street"
    TOWNSHIP = "township"
    COUNTY = "county"
    CITY = "city"


class Institution(Recorded, Base):
    """One home. ``public_id`` is permanent: it survives renaming; a new owner's record points back.

    Booleans are three-valued: None means that nothing is published, which is not "no".
    """

    __tablename__ = "institution"
    record_kind: ClassVar[str] = "institution"
    identity_columns: ClassVar[frozenset[str]] = frozenset({"id", "public_id", "name_key"})

    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    """``domain.names.name_key`` of the name: what rows of a list are matched by."""
    former_names: Mapped[list[dict[str, str | None]] | None] = mapped_column(JSON)
    """[{"name": …, "until": ISO date or None}], oldest first."""
    credit_code: Mapped[str | None] = mapped_column(String(18), index=True)
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)

    kind: Mapped[InstitutionKind | None] = mapped_column(enum_column(InstitutionKind, "kind"))
    legal_form: Mapped[LegalForm | None] = mapped_column(enum_column(LegalForm, "legal_form"))
    operation_mode: Mapped[OperationMode | None] = mapped_column(enum_column(OperationMode, "operation_mode"))
    nature_as_written: Mapped[str | None] = mapped_column(String(200))
    """The bureau's own word for kind, form or mode, where a list gave one."""
    owner: Mapped[str | None] = mapped_column(String(200))
    operator: Mapped[str | None] = mapped_column(String(200))
    contract_from: Mapped[date | None]
    contract_to: Mapped[date | None]
    contract_evaluation: Mapped[str | None] = mapped_column(Text)
    exit_rule: Mapped[str | None] = mapped_column(Text)

    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    township: Mapped[str | None] = mapped_column(String(100))
    address: Mapped[str | None] = mapped_column(String(300))
    longitude: Mapped[float | None]
    """WGS84 degrees east."""
    latitude: Mapped[float | None]
    """WGS84 degrees north."""
    position_as_written: Mapped[str | None] = mapped_column(String(80))
    position_system: Mapped[PositionSystem | None] = mapped_column(
        enum_column(PositionSystem, "position_system")
    )
    position_precision: Mapped[PositionPrecision | None] = mapped_column(
        enum_column(PositionPrecision, "position_precision")
    )
    phone: Mapped[str | None] = mapped_column(String(100))

    opened_on: Mapped[str | None] = mapped_column(String(10))
    """ISO date, or only its year or year and month where no more is known: ``2003``, ``2003-05``."""
    operating_state: Mapped[OperatingState | None] = mapped_column(
        enum_column(OperatingState, "operating_state")
    )

    beds_total: Mapped[int | None]
    beds_nursing: Mapped[int | None]
    beds_free: Mapped[int | None]
    beds_free_as_of: Mapped[date | None]
    residents: Mapped[int | None]
    carers_total: Mapped[int | None]
    carers_certified: Mapped[int | None]

    takes_self_care: Mapped[bool | None]
    takes_partial: Mapped[bool | None]
    takes_full: Mapped[bool | None]
    takes_dementia: Mapped[bool | None]
    takes_destitute: Mapped[bool | None]
    """特困人员."""

    medical_own_clinic: Mapped[bool | None]
    medical_signed_hospital: Mapped[bool | None]
    medical_partner: Mapped[str | None] = mapped_column(String(200))
    medical_note: Mapped[str | None] = mapped_column(Text)
    insurance_basic_medical: Mapped[bool | None]
    insurance_long_term_care: Mapped[bool | None]
    insurance_liability: Mapped[bool | None]

    services: Mapped[str | None] = mapped_column(Text)
    rules: Mapped[str | None] = mapped_column(Text)
    prepayment_rule: Mapped[str | None] = mapped_column(Text)
    refund_rule: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    fees_as_written: Mapped[str | None] = mapped_column(Text)
    """The fee text of a list, beside the fee standards that were read from it."""
    grade_as_written: Mapped[str | None] = mapped_column(String(100))
    """A grade on a list that is on no known scale: shown as written, never as stars."""
    other_as_written: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Heading → text of a list's columns that a mapping file asks to keep as written."""

    __table_args__ = (
        Index("ix_institution_region_name", "region_code", "name_key"),
        CheckConstraint("beds_total >= 0 AND beds_nursing >= 0 AND beds_free >= 0", name="beds_not_negative"),
        CheckConstraint("longitude BETWEEN -180 AND 180 AND latitude BETWEEN -90 AND 90", name="degrees"),
    )
