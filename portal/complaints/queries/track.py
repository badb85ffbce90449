"""What the writer of a case sees of it, once receipt number and access code have opened it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.complaints.kinds import Appearance, Category, Channel, Rating
from portal.complaints.models import Case, CasePublication, CaseStep
from portal.complaints.queries.clock_view import RoundView, rounds_of
from portal.complaints.service.steps import CITIZEN
from portal.complaints.service.words import Told, step_words, told_of
from portal.domain.case_status import BY_CITIZEN, CaseEvent, CaseStatus, allows
from portal.domain.permissions import Department
from portal.extensions import db
from portal.institutions.models import Institution
from portal.intake import attachments
from portal.intake.models import FileBy, FileKind
from portal.reference.directory import region_directory
from portal.vault.models import VaultKey

_OFFERED = (
    CaseEvent.ANSWER_QUESTION,
    CaseEvent.ADD,
    CaseEvent.RATE,
    CaseEvent.ASK_AGAIN,
    CaseEvent.UNPUBLISH,
    CaseEvent.WITHDRAW,
)
"""What the writer may be offered, in the order in which it matters."""


@dataclass(frozen=True, slots=True, repr=False)
class TrackLine:
    """One line of the log that the writer sees. ``said``: days, departments and the like, as written."""

    at: datetime
    event: CaseEvent
    by_citizen: bool
    actor: str
    """群众, 系统, or place, department and role."""
    round_number: int
    words: str | None
    said: dict[str, Any]

    @property
    def days_moved(self) -> dict[str, tuple[date, date]]:
        """After the calendar changed: ``first`` and ``final``, which last day became which."""
        if self.event is not CaseEvent.RECOMPUTE:
            return {}
        return {
            name: (date.fromisoformat(before), date.fromisoformat(after))
            for name, (before, after) in self.said.items()
        }

    @property
    def counted_from(self) -> datetime | None:
        """After the receipt was set back: the moment from which the clocks count now."""
        to = self.said.get("to") if self.event is CaseEvent.REDATE else None
        return None if to is None else datetime.fromisoformat(to)


@dataclass(frozen=True, slots=True)
class FileLine:
    """A photo or PDF of the case. ``name``: what it is asked for by; it tells nothing."""

    name: str
    kind: FileKind
    size: int
    """In bytes."""
    entered_at: datetime
    by: FileBy


@dataclass(frozen=True, slots=True, repr=False)
class TrackView:
    """A case as its writer sees it."""

    receipt: str
    status: CaseStatus
    version: int
    channel: Channel
    category: Category
    appearance: Appearance
    department: Department
    region: str
    """Full name of the county and what is above it."""
    received_at: datetime
    entered_at: datetime
    home_id: str | None
    """Public id, where the home is listed and its page can be seen."""
    home: str | None
    """Name of the home, listed or not."""
    told: Told | None
    rounds: tuple[RoundView, ...]
    """One, or two once a second handling was asked for; the last is the one that counts."""
    lines: tuple[TrackLine, ...]
    """Oldest first."""
    files: tuple[FileLine, ...]
    question: str | None
    """What the case waits for an answer to."""
    answer: str | None
    """The newest final answer, or the reason for not accepting it."""
    rating: Rating | None
    may: tuple[CaseEvent, ...]
    """What can be done now, what matters most first."""
    published_id: str | None
    """Of the redacted text in public."""


def track_view(case: Case) -> TrackView:
    """Return what the writer sees of their case, as it stands now."""
    # one look for its key, held while its words are opened: each would ask for it again otherwise
    key = db.session.scalar(select(VaultKey).where(VaultKey.subject == case.subject))
    view = _view(case)
    del key
    return view


def _view(case: Case) -> TrackView:
    lines = _lines(case)
    home_id, home = _home(case)
    told = told_of(case)
    return TrackView(
        receipt=case.receipt,
        status=case.status,
        version=case.version,
        channel=case.channel,
        category=case.category,
        appearance=case.appearance,
        department=case.department,
        region=region_directory().path_label(case.region_code, ""),
        received_at=case.received_at,
        entered_at=case.entered_at,
        home_id=home_id,
        home=home or (told.place_name if told else None),
        told=told,
        rounds=rounds_of(case),
        lines=lines,
        files=files_of(case),
        question=_newest(lines, CaseEvent.ASK) if case.status is CaseStatus.WAITING else None,
        answer=_newest(lines, CaseEvent.REPLY, CaseEvent.REFUSE),
        rating=case.rating,
        may=may_do(case),
        published_id=_published(case),
    )


def may_do(case: Case) -> tuple[CaseEvent, ...]:
    """Return what the writer can do with the case now, what matters most first."""
    return tuple(
        event
        for event in _OFFERED
        if allows(case.status, event)
        and not (event is CaseEvent.ASK_AGAIN and case.round_number > 1)
        and (event is not CaseEvent.UNPUBLISH or case.consent_publish)
    )


def files_of(case: Case) -> tuple[FileLine, ...]:
    """Return the files of a case in the order in which they came, but for those erased."""
    return tuple(
        FileLine(one.name, one.kind, one.size, one.entered_at, one.by)
        for one in attachments.files_of(case.subject)
    )


def _lines(case: Case) -> tuple[TrackLine, ...]:
    query = select(CaseStep).where(CaseStep.case_id == case.id, CaseStep.to_citizen)
    return tuple(
        TrackLine(
            one.at,
            one.event,
            one.staff_id is None and (one.event in BY_CITIZEN or one.actor == CITIZEN.name),
            one.actor,
            one.round_number,
            step_words(one),
            json.loads(one.said) if one.said else {},
        )
        for one in db.session.scalars(query.order_by(CaseStep.id))
    )


def _newest(lines: tuple[TrackLine, ...], *events: CaseEvent) -> str | None:
    return next((line.words for line in reversed(lines) if line.event in events), None)


def _home(case: Case) -> tuple[str | None, str | None]:
    if case.institution_id is None:
        return None, None
    home = db.session.get_one(Institution, case.institution_id)
    return (None if home.withdrawn else home.public_id), home.name


def _published(case: Case) -> str | None:
    query = select(CasePublication.public_id).where(
        CasePublication.case_id == case.id, CasePublication.withdrawn_at.is_(None)
    )
    return db.session.scalar(query)
