"""The months that owe a digest, and the digests as everybody and as staff read them (R40)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.domain.actor import PUBLIC, Scope
from portal.domain.digest_figures import DigestFigures, from_json
from portal.domain.monthly_lists import ListStanding, due_day, month_before, standing
from portal.domain.suggestion_status import PUBLIC as PUBLIC_STATES
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.topics.digest_models import ColumnOffice, Digest
from portal.topics.kinds import DigestState
from portal.topics.models import Suggestion


@dataclass(frozen=True, slots=True)
class Office:
    """A region that runs the column, and its first month."""

    region_code: str
    region_label: str
    since: date


@dataclass(frozen=True, slots=True)
class DigestMonth:
    """One region's month. ``digest_id``, ``edition``, ``state``: of the newest edition, if there is one."""

    region_code: str
    region_label: str
    month: date
    due: date
    standing: ListStanding
    """By the first edition."""
    first_published_at: datetime | None
    days_late: int
    """Days between the last day and its publication, or today; 0: in time."""
    digest_id: int | None
    edition: int
    state: DigestState | None
    published_edition: int | None
    """The newest that everybody reads."""


@dataclass(frozen=True, slots=True)
class Named:
    """A suggestion that a digest names, as everybody reads it now."""

    public_id: str
    title: str
    region_code: str
    region_label: str
    answered: bool
    done: str | None


@dataclass(frozen=True, slots=True)
class Edition:
    """One published edition of a month."""

    edition: int
    published_at: datetime
    correction_reason: str | None


@dataclass(frozen=True, slots=True)
class PublicDigest:
    """One published edition with all that its page shows."""

    id: int
    region_code: str
    region_label: str
    month: date
    edition: int
    correction_reason: str | None
    published_at: datetime
    compiled_at: datetime
    judgement: str
    figures: DigestFigures
    due: date
    first_published_at: datetime
    editions: tuple[Edition, ...]
    """All that were published, the newest first."""
    named: Mapping[str, Named]
    before: date | None
    """The published month before it, and after it."""
    after: date | None

    @property
    def in_time(self) -> bool:
        """True if its first edition was published by the last day."""
        return self.first_published_at.date() <= self.due

    @property
    def newest(self) -> bool:
        """True if no later edition was published."""
        return self.edition == self.editions[0].edition


@dataclass(frozen=True, slots=True)
class StaffDigest:
    """One edition as staff work on it. ``editions``: (id, edition, state) of the month, the newest first."""

    digest: Digest
    region_label: str
    due: date
    figures: DigestFigures
    named: Mapping[str, Named]
    editions: tuple[tuple[int, int, DigestState], ...]

    @property
    def newest(self) -> bool:
        """True if no later edition was begun."""
        return self.digest.edition == self.editions[0][1]


@dataclass(frozen=True, slots=True)
class OpenDigest:
    """An edition that is not published."""

    id: int
    region_code: str
    month: date
    state: DigestState
    edition: int


def offices(scope: Scope = PUBLIC) -> list[Office]:
    """Return the regions that run the column, in order of code."""
    labels = region_directory()
    rows = db.session.execute(select(ColumnOffice.region_code, ColumnOffice.since))
    return sorted(
        (Office(code, labels.label(code), since) for code, since in rows if scope.covers(code)),
        key=lambda one: one.region_code,
    )


def digest_months(scope: Scope = PUBLIC, region: str | None = None) -> list[DigestMonth]:
    """Return every month that is owed, the newest first; three queries, however many offices."""
    today, found = clock.today(), offices(scope)
    if region is not None:
        within = region_directory().within(region)
        found = [one for one in found if one.region_code in within]
    editions = _editions(one.region_code for one in found)
    rows = []
    for office in found:
        month = month_before(today)
        while month >= office.since:
            rows.append(_month(office, month, editions.get((office.region_code, month), []), today))
            month = month_before(month)
    return sorted(rows, key=lambda one: (-one.month.toordinal(), one.region_code))


def public_digest(region_code: str, month: date, edition: int | None = None) -> PublicDigest | None:
    """Return a published edition of a region's month (None: the newest), or None where there is none."""
    query = select(Digest).where(
        Digest.region_code == region_code, Digest.month == month, Digest.state == DigestState.PUBLISHED
    )
    editions = list(db.session.scalars(query.order_by(Digest.edition.desc())))
    wanted = [one for one in editions if edition is None or one.edition == edition]
    if not wanted:
        return None
    this, first = wanted[0], editions[-1]
    figures = from_json(this.figures)
    assert this.published_at is not None
    assert first.published_at is not None
    assert this.judgement is not None
    before, after = _beside(region_code, month)
    return PublicDigest(
        this.id,
        region_code,
        region_directory().label(region_code),
        month,
        this.edition,
        this.correction_reason,
        this.published_at,
        this.compiled_at,
        this.judgement,
        figures,
        due_day(month),
        first.published_at,
        tuple(
            Edition(one.edition, one.published_at, one.correction_reason)
            for one in editions
            if one.published_at is not None
        ),
        named(figures.shown_ids),
        before,
        after,
    )


def latest_digest(region: str | None = None) -> PublicDigest | None:
    """Return the digest of the newest month published, of a region or those beneath it (None: of any)."""
    query = select(Digest.region_code, Digest.month).where(Digest.state == DigestState.PUBLISHED)
    if region is not None:
        query = query.where(Digest.region_code.in_(region_directory().within(region)))
    row = db.session.execute(query.order_by(Digest.month.desc(), Digest.region_code).limit(1)).first()
    return None if row is None else public_digest(row[0], row[1])


def staff_digest(digest_id: int, scope: Scope) -> StaffDigest | None:
    """Return an edition to work on, None where it is not to be seen within the scope."""
    digest = digest_record(digest_id, scope)
    if digest is None:
        return None
    query = select(Digest.id, Digest.edition, Digest.state).where(
        Digest.region_code == digest.region_code, Digest.month == digest.month
    )
    figures = from_json(digest.figures)
    editions = db.session.execute(query.order_by(Digest.edition.desc()))
    return StaffDigest(
        digest,
        region_directory().label(digest.region_code),
        due_day(digest.month),
        figures,
        named(figures.shown_ids),
        tuple((number, edition, state) for number, edition, state in editions),
    )


def digest_record(digest_id: int, scope: Scope) -> Digest | None:
    """Return an edition to act on, None where it is not to be seen within the scope."""
    digest = db.session.get(Digest, digest_id)
    return digest if digest is not None and scope.covers(digest.region_code) else None


def open_digests(scope: Scope) -> list[OpenDigest]:
    """Return what is not published yet, the oldest first."""
    query = select(Digest.id, Digest.region_code, Digest.month, Digest.state, Digest.edition).where(
        Digest.published_at.is_(None)
    )
    rows = db.session.execute(query.order_by(Digest.month, Digest.region_code))
    return [one for one in (OpenDigest(*row) for row in rows) if scope.covers(one.region_code)]


def named(public_ids: Collection[str]) -> dict[str, Named]:
    """Return those of the suggestions that everybody may read now, by public id; one query."""
    if not public_ids:
        return {}
    one = Suggestion
    query = select(one.public_id, one.title, one.region_code, one.answered_at, one.done)
    query = query.where(one.public_id.in_(public_ids), one.status.in_(PUBLIC_STATES))
    labels = region_directory()
    return {
        public_id: Named(public_id, title or "", code, labels.label(code), answered is not None, done)
        for public_id, title, code, answered, done in db.session.execute(query)
    }


def published_digests(
    most: int | None = None, before: tuple[datetime, int] | None = None, ids: Collection[int] | None = None
) -> Sequence[Digest]:
    """Return published editions, the newest first: those before (moment, id), or those with these ids."""
    query = select(Digest).where(Digest.state == DigestState.PUBLISHED)
    if before is not None:
        moment, number = before
        query = query.where(
            (Digest.published_at < moment) | ((Digest.published_at == moment) & (Digest.id < number))
        )
    if ids is not None:
        query = query.where(Digest.id.in_(ids))
    return db.session.scalars(query.order_by(Digest.published_at.desc(), Digest.id.desc()).limit(most)).all()


def _editions(regions: Iterable[str]) -> dict[tuple[str, date], list[Any]]:
    """Return every edition by region and month, the newest first, without its figures and words."""
    columns = (
        Digest.region_code, Digest.month, Digest.id, Digest.edition, Digest.state, Digest.published_at,
    )  # fmt: skip
    query = select(*columns).where(Digest.region_code.in_(list(regions))).order_by(Digest.edition.desc())
    found: dict[tuple[str, date], list[Any]] = {}
    for row in db.session.execute(query):
        found.setdefault((row[0], row[1]), []).append(row)
    return found


def _month(office: Office, month: date, editions: Sequence[Any], today: date) -> DigestMonth:
    newest, first = (editions[0], editions[-1]) if editions else (None, None)
    sent = None if first is None else first.published_at
    due = due_day(month)
    end = today if sent is None else sent.date()
    return DigestMonth(
        office.region_code,
        office.region_label,
        month,
        due,
        standing(month, None if sent is None else sent.date(), today),
        sent,
        max(0, (end - due).days),
        None if newest is None else newest.id,
        0 if newest is None else newest.edition,
        None if newest is None else newest.state,
        next((one.edition for one in editions if one.published_at is not None), None),
    )


def _beside(region_code: str, month: date) -> tuple[date | None, date | None]:
    """Return the published months before and after a month."""
    published = select(Digest.month).where(
        Digest.region_code == region_code, Digest.state == DigestState.PUBLISHED
    )
    before = published.where(Digest.month < month).order_by(Digest.month.desc()).limit(1)
    after = published.where(Digest.month > month).order_by(Digest.month).limit(1)
    return db.session.scalar(before), db.session.scalar(after)
