"""Entering a suggestion: from the public form, or by staff from a call, a letter or a visit (R40)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.domain.actor import Actor
from portal.domain.errors import DomainError
from portal.domain.identifiers import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH
from portal.domain.receipts import POSSIBILITIES, SUGGESTION, receipt_number
from portal.domain.response_clock import local_day
from portal.domain.suggestion_status import SuggestionStatus
from portal.extensions import db
from portal.intake import access_codes
from portal.intake.attachments import Prepared, attach
from portal.intake.models import FileBy
from portal.intake.submissions import shown_again, submission_index
from portal.reference.calendar import working_calendar
from portal.reference.directory import region_directory
from portal.topics.kinds import SuggestionChannel, SuggestionKind, first_department
from portal.topics.models import Suggestion, SuggestionStep
from portal.topics.service.rights import WordsMissing
from portal.topics.service.settings import settings
from portal.topics.service.steps import CITIZEN, first_step
from portal.topics.service.words import Contact, seal_contact, seal_words

SHORTEST, LONGEST = 5, 500
"""Characters of a suggestion."""
_TRIES = 5
"""Numbers drawn before giving up: of a million suggestions some twenty draw one that is taken."""


class ReceiptTimeRefused(DomainError):
    """When a call, letter or visit is said to have come in can't be; the message says why."""


@dataclass(frozen=True, slots=True, repr=False)
class Wish:
    """What is suggested. ``region_code``: the county, or the city as a whole, that it is about.

    ``privacy_version``: which notice was shown.
    """

    text: str
    person: Contact
    region_code: str
    kind: SuggestionKind
    privacy_version: str
    files: Sequence[Prepared] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Lodged:
    """The suggestion, and its access code while it may be shown: to the same form for 15 minutes."""

    suggestion: Suggestion
    code: str | None
    fresh: bool
    """False if the form had been sent before."""


def lodge(
    wish: Wish,
    token: str,
    *,
    channel: SuggestionChannel = SuggestionChannel.WEB,
    received_at: datetime | None = None,
    by: Actor | None = None,
    drawn: int | None = None,
    public_drawn: int | None = None,
) -> Lodged:
    """Enter a suggestion; the same ``token`` (``intake.submissions``) twice is one suggestion. Flushes.

    ``received_at`` and ``by``: of a call, letter or visit, when it came in and who types it in. ``drawn`` and
    ``public_drawn``: the random numbers of receipt and public id, for a demo that can be made again. Call it
    first in a unit of work: where the same form arrives twice at one moment, what was written before is
    rolled back. Raises WordsMissing, NotAnAddress, ReceiptTimeRefused, FileRefused, OutsideCalendar.
    """
    known = lodged_before(token)
    if known is not None:
        return known
    text = fit_wish(wish.text)
    if region_directory().get(wish.region_code) is None:
        raise WordsMissing("请选一选说的是哪里。")
    received = _received(channel, received_at)
    suggestion = _enter(wish, token, channel, received, by, drawn, public_drawn)
    if suggestion is None:
        known = lodged_before(token)
        assert known is not None
        return known
    words, person = seal_words(suggestion, text), seal_contact(suggestion, wish.person)
    suggestion.words_sealed, suggestion.person_sealed = words, person
    suggestion.has_mail = bool(wish.person.mail.strip())
    said = {}
    if by is not None and suggestion.received_on != clock.today():
        said["entered"] = clock.now().isoformat()
    for prepared in wish.files:
        attach(suggestion.subject, prepared, FileBy.CITIZEN if by is None else FileBy.STAFF)
    first_step(suggestion, by or CITIZEN, said)  # last: it holds a count that others wait for
    return Lodged(suggestion, access_codes.code_for(token), True)


def lodged_before(token: str) -> Lodged | None:
    """Return what the form with this token made, if it was sent before: nothing else need be looked at."""
    suggestion = _sent_with(submission_index(token))
    if suggestion is None:
        return None
    entered = select(SuggestionStep.at).where(SuggestionStep.suggestion_id == suggestion.id)
    at = db.session.scalars(entered.order_by(SuggestionStep.id).limit(1)).one()
    again = shown_again(at, clock.now())
    return Lodged(suggestion, access_codes.code_for(token) if again else None, False)


def fit_wish(text: str) -> str:
    """Return what was written without blank ends. Raises WordsMissing where it is too short or too long."""
    text = text.strip()
    if len(text) < SHORTEST:
        raise WordsMissing(f"请写一写您想让大家一起改好什么，至少{SHORTEST}个字。")
    if len(text) > LONGEST:
        raise WordsMissing(f"写得太长了，请不要超过{LONGEST}个字。现在是{len(text)}个字。")
    return text


def _enter(
    wish: Wish,
    token: str,
    channel: SuggestionChannel,
    received: datetime,
    by: Actor | None,
    drawn: int | None,
    public_drawn: int | None,
) -> Suggestion | None:
    """Write the row of a new suggestion; None if the same form, at the same moment, was quicker."""
    submission, received_on = submission_index(token), local_day(received)
    look_due = working_calendar().due(received_on, settings().suggestion_look_days).day
    for _ in range(_TRIES):
        code = access_codes.code_for(token)  # anew each time: a rollback takes a secret just made with it
        number = secrets.randbelow(POSSIBILITIES) if drawn is None else drawn
        receipt = receipt_number(SUGGESTION, clock.now().year, number)
        public_id = _public_id(public_drawn)
        suggestion = Suggestion(
            public_id=public_id,
            receipt=receipt,
            access_hash=access_codes.code_hash(code, receipt),
            submission=submission,
            channel=channel,
            received_at=received,
            received_on=received_on,
            entered_by=(by or CITIZEN).name,
            region_code=wish.region_code,
            department=first_department(wish.kind),
            kind=wish.kind,
            words_sealed="",
            has_mail=False,
            privacy_version=wish.privacy_version,
            status=SuggestionStatus.RECEIVED,
            look_due=look_due,
            changed_at=clock.now(),
            supports=0,
        )
        db.session.add(suggestion)
        try:
            db.session.flush()
        except IntegrityError:  # the form sent twice at one moment, or a number that is taken
            db.session.rollback()
            if _sent_with(submission) is not None:
                return None
            drawn_here = drawn is not None or public_drawn is not None
            if drawn_here or not _is_taken(receipt, public_id):
                raise
        else:
            return suggestion
    raise RuntimeError("no free receipt number")


def _sent_with(submission: str) -> Suggestion | None:
    return db.session.scalars(select(Suggestion).where(Suggestion.submission == submission)).one_or_none()


def _is_taken(receipt: str, public_id: str) -> bool:
    taken = (Suggestion.receipt == receipt) | (Suggestion.public_id == public_id)
    return db.session.scalar(select(Suggestion.id).where(taken).limit(1)) is not None


def _public_id(drawn: int | None) -> str:
    base = len(PUBLIC_ID_ALPHABET)
    number = secrets.randbelow(base**PUBLIC_ID_LENGTH) if drawn is None else drawn
    letters = []
    for _ in range(PUBLIC_ID_LENGTH):
        number, letter = divmod(number, base)
        letters.append(PUBLIC_ID_ALPHABET[letter])
    return "".join(letters)


def _received(channel: SuggestionChannel, received_at: datetime | None) -> datetime:
    now = clock.now()
    if received_at is None:
        return now
    if channel is SuggestionChannel.WEB:
        raise ReceiptTimeRefused("网上登记的时间由平台记下，不能另填。")
    if received_at > now:
        raise ReceiptTimeRefused("收到的时间不能晚于现在。")
    return received_at.astimezone(clock.SHANGHAI)
