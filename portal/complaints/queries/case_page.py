"""Everything of one case on one page, as far as whoever asks may see it (R32)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.complaints.kinds import Appearance, Category, Channel, DraftState, Finding, Rating, WhyExcluded
from portal.complaints.models import Case, CaseExclusion, CasePublication, CaseStep
from portal.complaints.office_models import CaseDraft, CaseOpening
from portal.complaints.queries.clock_view import RoundView, rounds_of
from portal.complaints.queries.people import staff_names
from portal.complaints.queries.reach import Reach, case_record, case_records, known_to
from portal.complaints.service.drafts import DraftView, view_of
from portal.complaints.service.office import four_eyes
from portal.complaints.service.steps import CITIZEN
from portal.complaints.service.words import Person, Told, person_of, step_words, told_of
from portal.domain.case_status import BY_CITIZEN, CaseEvent, CaseStatus
from portal.domain.permissions import Department
from portal.extensions import db
from portal.institutions.models import Institution
from portal.intake import attachments
from portal.intake.models import IntakeFile
from portal.reference.directory import region_directory
from portal.vault import sealing

__all__ = ["CaseView", "LineView", "Related", "case_record", "case_records", "case_view"]


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the log. ``words``: None where nothing was written, or for those who read no words."""

    event: CaseEvent
    at: datetime
    actor: str
    by_citizen: bool
    staff_id: int | None
    staff: str | None
    """The name of who did it, for those who handle the case."""
    status: CaseStatus
    round_number: int
    words: str | None
    said: dict[str, Any]
    """What is nobody's secret: days, departments."""
    to_citizen: bool
    """True if the citizen's page shows it."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another case that is handled together with this one. ``receipt``: None where it is not theirs."""

    receipt: str | None
    status: CaseStatus
    open: bool


@dataclass(frozen=True, slots=True, repr=False)
class CaseView:
    """A case as one member of staff may see it."""

    id: int
    receipt: str
    version: int
    """To be sent back with whatever is done next (``seen``)."""
    reads: bool
    """True if words and files are theirs to read."""
    excluded: bool
    """True for a reviewer who can't handle this case, and sees no more than that it is there."""
    status: CaseStatus
    urgent: bool
    channel: Channel
    category: Category
    appearance: Appearance
    department: Department
    region_code: str
    region: str
    """Full name of the county and what is above it."""
    received_at: datetime
    received_on: date
    entered_at: datetime
    entered_by: str
    set_back: bool
    """True if it was typed in on a later day than it came in."""
    institution_id: int | None
    home: str | None
    """Name of the home; of one that is not listed, as written, for those who read words."""
    home_id: str | None
    """Public id of the home."""
    told: Told | None
    person: Person | None
    """Who wrote, if they gave their name openly; else ``handling.open_person``."""
    has_person: bool
    """True if a name or contact was given."""
    person_first: bool
    """True: a named person that this viewer has not been noted to have seen. Call ``handling.note_opening``
    in a unit of work and ask again; until then ``person`` stays None."""
    consent_health: bool
    consent_publish: bool
    handler_id: int | None
    handler: str | None
    mine: bool
    acknowledged: bool
    round_number: int
    rounds: tuple[RoundView, ...]
    """With both clocks each; the last is the one that counts."""
    due: date | None
    finding: Finding | None
    rating: Rating | None
    rating_reason: str | None
    rated_at: datetime | None
    ended_at: datetime | None
    hold_reason: str | None
    erased_at: datetime | None
    merged_into: Related | None
    merged: tuple[Related, ...]
    """The cases merged into this one."""
    lines: tuple[LineView, ...]
    """The log, oldest first."""
    files: Sequence[IntakeFile]
    exclusions: tuple[tuple[int, str, WhyExcluded], ...]
    """Account, name and why, of those who can't handle it."""
    submitted: tuple[DraftView, ...]
    """Drafts that wait for a reviewer."""
    names: dict[int, str]
    """Names of all staff that the page speaks of, by account."""
    four_eyes: bool
    """True if a reply has to be seen by a reviewer first."""
    published_id: str | None
    """Of the redacted text in public."""


def case_view(receipt: str, reach: Reach) -> CaseView | None:
    """Return the case of this number as far as they may see it; None where they may not know of it.

    A constant number of queries.
    """
    query = select(Case).where(Case.receipt == receipt, *known_to(reach))
    case = db.session.scalars(query).one_or_none()
    if case is None:
        return None
    with sealing.keys_at_hand(case.subject):
        return _view(case, reach)


def _view(case: Case, reach: Reach) -> CaseView:
    shut_out = _exclusions(case)
    excluded = reach.handles and any(one.staff_id == reach.staff_id for one in shut_out)
    reads = reach.reads(case) and not excluded
    steps = [] if excluded else _steps(case)
    drafts = _submitted(case) if reads else []
    names = _names(case, steps, shut_out, drafts) if reads else {}
    home = None if case.institution_id is None else db.session.get(Institution, case.institution_id)
    told = told_of(case) if reads else None
    seen = reads and _has_seen(case, reach)
    openly = case.appearance is Appearance.NAMED and case.person_sealed is not None and case.erased_at is None
    rating_reason = case.rating_reason_sealed if reads else None
    return CaseView(
        id=case.id,
        receipt=case.receipt,
        version=case.version,
        reads=reads,
        excluded=excluded,
        status=case.status,
        urgent=case.urgent,
        channel=case.channel,
        category=case.category,
        appearance=case.appearance,
        department=case.department,
        region_code=case.region_code,
        region=region_directory().path_label(case.region_code, ""),
        received_at=case.received_at,
        received_on=case.received_on,
        entered_at=case.entered_at,
        entered_by=case.entered_by,
        set_back=case.received_on != case.entered_at.date(),
        institution_id=case.institution_id,
        home=home.name if home is not None else (told.place_name if told is not None else None),
        home_id=home.public_id if home is not None else None,
        told=told,
        person=person_of(case) if openly and seen else None,
        has_person=case.person_sealed is not None and case.erased_at is None,
        person_first=openly and reads and not seen,
        consent_health=case.consent_health,
        consent_publish=case.consent_publish,
        handler_id=case.handler_id,
        handler=names.get(case.handler_id or 0),
        mine=case.handler_id is not None and case.handler_id == reach.staff_id,
        acknowledged=case.acknowledged,
        round_number=case.round_number,
        rounds=rounds_of(case),
        due=case.next_due,
        finding=case.finding,
        rating=case.rating,
        rating_reason=None if rating_reason is None else sealing.unseal(rating_reason),
        rated_at=case.rated_at,
        ended_at=case.ended_at,
        hold_reason=case.hold_reason if reads else None,
        erased_at=case.erased_at,
        merged_into=_into(case, reach),
        merged=_merged(case, reach),
        lines=tuple(_line(one, reads, names) for one in steps),
        files=attachments.files_of(case.subject) if reads else (),
        exclusions=tuple((one.staff_id, names.get(one.staff_id, ""), one.why) for one in shut_out)
        if reads
        else (),
        submitted=tuple(view_of(one) for one in drafts),
        names=names,
        four_eyes=reads and four_eyes(case.region_code),
        published_id=db.session.scalar(
            select(CasePublication.public_id).where(
                CasePublication.case_id == case.id, CasePublication.withdrawn_at.is_(None)
            )
        ),
    )


def _steps(case: Case) -> list[CaseStep]:
    query = select(CaseStep).where(CaseStep.case_id == case.id).order_by(CaseStep.id)
    return list(db.session.scalars(query))


def _line(one: CaseStep, reads: bool, names: dict[int, str]) -> LineView:
    return LineView(
        one.event,
        one.at,
        one.actor,
        one.staff_id is None and (one.event in BY_CITIZEN or one.actor == CITIZEN.name),
        one.staff_id,
        names.get(one.staff_id or 0),
        one.status,
        one.round_number,
        step_words(one) if reads else None,
        json.loads(one.said) if one.said else {},
        one.to_citizen,
    )


def _exclusions(case: Case) -> list[CaseExclusion]:
    query = select(CaseExclusion).where(CaseExclusion.case_id == case.id).order_by(CaseExclusion.staff_id)
    return list(db.session.scalars(query))


def _submitted(case: Case) -> list[CaseDraft]:
    query = select(CaseDraft).where(CaseDraft.case_id == case.id, CaseDraft.state == DraftState.SUBMITTED)
    return list(db.session.scalars(query.order_by(CaseDraft.id)))


def _names(
    case: Case, steps: list[CaseStep], shut_out: list[CaseExclusion], drafts: list[CaseDraft]
) -> dict[int, str]:
    return staff_names(
        {
            case.handler_id,
            *(one.staff_id for one in steps),
            *(one.staff_id for one in shut_out),
            *(one.staff_id for one in drafts),
        }
    )


def _has_seen(case: Case, reach: Reach) -> bool:
    key = (case.id, reach.staff_id or 0)
    return db.session.get(CaseOpening, key) is not None


def _into(case: Case, reach: Reach) -> Related | None:
    if case.merged_into_id is None:
        return None
    return _related([db.session.get_one(Case, case.merged_into_id)], reach)[0]


def _merged(case: Case, reach: Reach) -> tuple[Related, ...]:
    query = select(Case).where(Case.merged_into_id == case.id).order_by(Case.id)
    return _related(db.session.scalars(query).all(), reach)


def _related(cases: Sequence[Case], reach: Reach) -> tuple[Related, ...]:
    """Return the cases, with the numbers of those that are theirs and don't exclude them."""
    theirs = case_records([one.receipt for one in cases], reach) if cases else {}
    return tuple(
        Related(one.receipt if one.receipt in theirs else None, one.status, one.next_due is not None)
        for one in cases
    )
