"""Entering a complaint: from the public form, or by staff from a call, a letter or a visit (R30)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.audit.capture import note
from portal.complaints.kinds import Appearance, Category, Channel, first_department
from portal.complaints.models import Case
from portal.complaints.service.clocks import open_round
from portal.complaints.service.naming import exclude_named
from portal.complaints.service.steps import CITIZEN, WordsMissing, first_step, step
from portal.complaints.service.words import Person, Told, seal_person, seal_told
from portal.domain.actor import Actor
from portal.domain.case_status import CaseEvent, CaseStatus
from portal.domain.errors import DomainError
from portal.domain.receipts import COMPLAINT, POSSIBILITIES, receipt_number
from portal.domain.response_clock import local_day
from portal.extensions import db
from portal.institutions.models import Institution
from portal.intake import access_codes
from portal.intake.attachments import Prepared, attach
from portal.intake.models import FileBy
from portal.intake.submissions import shown_again, submission_index

_TRIES = 5
"""Receipt numbers drawn before giving up: of a million cases some twenty draw one that is taken."""


class ReceiptTimeRefused(DomainError):
    """When a call, letter or visit is said to have come in can't be; the message says why."""


@dataclass(frozen=True, slots=True, repr=False)
class Lodgement:
    """What a complaint says. ``region_code``: where it goes unless a home is named, whose region it is then.

    ``consent_health``: to using what is said of somebody's health; ``consent_publish``: to a redacted text in
    public; ``privacy_version``: which notice was shown; ``staff_named``: the writer says that it is about
    somebody who works here.
    """

    told: Told
    person: Person
    institution_id: int | None
    region_code: str
    category: Category
    appearance: Appearance
    consent_health: bool
    consent_publish: bool
    privacy_version: str
    files: Sequence[Prepared] = ()
    staff_named: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Lodged:
    """The case, and its access code while it may be shown: at once, and to the same form for 15 minutes."""

    case: Case
    code: str | None
    fresh: bool
    """False if the form had been sent before."""


def lodge(
    lodgement: Lodgement,
    token: str,
    *,
    channel: Channel = Channel.WEB,
    received_at: datetime | None = None,
    by: Actor | None = None,
    drawn: int | None = None,
) -> Lodged:
    """Enter a complaint; the same ``token`` (``intake.submissions``) twice is one case. Flushes.

    ``received_at`` and ``by``: of a call, letter or visit, when it came in and who types it in; a day set
    back is marked in the log and noted in the audit. ``drawn``: the receipt's random number, for a demo that
    can be made again. Call it first in a unit of work: where the same form arrives twice at one moment, what
    was written before is rolled back. Raises WordsMissing, ReceiptTimeRefused, OutsideCalendar.
    """
    known = _known(token)
    if known is not None:
        return known
    if not lodgement.told.text.strip():
        raise WordsMissing("请写一写发生了什么事。")
    received = _received(channel, received_at)
    case = _enter(lodgement, token, channel, received, by, drawn)
    if case is None:
        known = _known(token)
        assert known is not None
        return known
    open_round(case, 1, received)
    case.words_sealed = seal_told(case, lodgement.told)
    person = lodgement.person
    if lodgement.appearance is Appearance.ANONYMOUS:
        person = replace(person, name="")  # nobody's name is kept of whom we promise that none is
    case.person_sealed, case.has_mail = seal_person(case, person), bool(person.mail.strip())
    first_step(case, by or CITIZEN, {"staff_named": True} if lodgement.staff_named else None)
    _mark_set_back(case, by)
    for prepared in lodgement.files:
        attach(case.subject, prepared, FileBy.CITIZEN if by is None else FileBy.STAFF)
    exclude_named(case)
    return Lodged(case, access_codes.code_for(token), True)


def lodged_before(token: str) -> Lodged | None:
    """Return what the form with this token made, if it was sent before: nothing else need be looked at."""
    return _known(token)


def _enter(
    lodgement: Lodgement,
    token: str,
    channel: Channel,
    received: datetime,
    by: Actor | None,
    drawn: int | None,
) -> Case | None:
    """Write the row of a new case; None if the same form, at the same moment, was quicker."""
    submission, region = submission_index(token), _region_of(lodgement)
    for _ in range(_TRIES):
        code = access_codes.code_for(token)  # anew each time: a rollback takes a secret just made with it
        receipt = receipt_number(
            COMPLAINT, clock.now().year, secrets.randbelow(POSSIBILITIES) if drawn is None else drawn
        )
        case = Case(
            receipt=receipt,
            access_hash=access_codes.code_hash(code, receipt),
            submission=submission,
            channel=channel,
            received_at=received,
            received_on=local_day(received),
            entered_at=clock.now(),
            entered_by=(by or CITIZEN).name,
            institution_id=lodgement.institution_id,
            region_code=region,
            department=first_department(lodgement.category),
            category=lodgement.category,
            appearance=lodgement.appearance,
            words_sealed="",
            has_mail=False,
            consent_health=lodgement.consent_health,
            consent_publish=lodgement.consent_publish,
            privacy_version=lodgement.privacy_version,
            status=CaseStatus.LODGED,
            acknowledged=True,
            round_number=1,
        )
        db.session.add(case)
        try:
            db.session.flush()
        except IntegrityError:  # the form sent twice at one moment, or a receipt number that is taken
            db.session.rollback()
            if _case_of(submission) is not None:
                return None
            if drawn is not None or not _is_taken(receipt):
                raise
        else:
            return case
    raise RuntimeError("no free receipt number")


def _known(token: str) -> Lodged | None:
    case = _case_of(submission_index(token))
    if case is None:
        return None
    again = shown_again(case.entered_at, clock.now())
    return Lodged(case, access_codes.code_for(token) if again else None, False)


def _case_of(submission: str) -> Case | None:
    return db.session.scalars(select(Case).where(Case.submission == submission)).one_or_none()


def _is_taken(receipt: str) -> bool:
    return db.session.scalar(select(Case.id).where(Case.receipt == receipt)) is not None


def _region_of(lodgement: Lodgement) -> str:
    if lodgement.institution_id is None:
        return lodgement.region_code
    return db.session.get_one(Institution, lodgement.institution_id).region_code


def _received(channel: Channel, received_at: datetime | None) -> datetime:
    now = clock.now()
    if received_at is None:
        return now
    if channel is Channel.WEB:
        raise ReceiptTimeRefused("网上登记的时间由平台记下，不能另填。")
    if received_at > now:
        raise ReceiptTimeRefused("收到的时间不能晚于现在。")
    return received_at.astimezone(clock.SHANGHAI)


def _mark_set_back(case: Case, by: Actor | None) -> None:
    """Mark in log and audit that the day of receipt is not the day of entry."""
    if by is None or case.received_on == local_day(case.entered_at):
        return
    said = {"from": case.entered_at.isoformat(), "to": case.received_at.isoformat()}
    step(case, CaseEvent.REDATE, by, said=said, to_citizen=True)
    note("case_received_earlier", case.subject, **said)
