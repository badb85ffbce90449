"""The monthly digests as everybody and as staff read them (R40)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.domain.actor import Scope
from portal.domain.digest_figures import DigestFigures, from_json
from portal.domain.monthly_lists import due_day
from portal.domain.suggestion_status import PUBLIC as PUBLIC_STATES
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.topics.digest_models import Digest
from portal.topics.kinds import DigestState
from portal.topics.models import Suggestion
from portal.topics.queries.column_events import EventKey


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
class PublishedEdition:
    """A published edition without the suggestions that it names. ``newest``: none was published after it."""

    id: int
    region_code: str
    region_label: str
    month: date
    edition: int
    correction_reason: str | None
    published_at: datetime
    judgement: str
    figures: DigestFigures
    newest: bool

    @property
    def key(self) -> EventKey:
        """Where its publication stands in the order of time."""
        return EventKey(self.published_at, 0, f"{self.id:010d}")


@dataclass(frozen=True, slots=True)
class OpenDigest:
    """An edition that is not published."""

    id: int
    region_code: str
    month: date
    state: DigestState
    edition: int


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


def published_editions(
    most: int | None = None, before: tuple[datetime, int] | None = None, ids: Collection[int] | None = None
) -> list[PublishedEdition]:
    """Return published editions, the newest first: those before (moment, id), or those with these ids."""
    newer = aliased(Digest)
    later = select(newer.id).where(
        newer.region_code == Digest.region_code,
        newer.month == Digest.month,
        newer.edition > Digest.edition,
        newer.state == DigestState.PUBLISHED,
    )
    query = select(Digest, ~later.exists()).where(Digest.state == DigestState.PUBLISHED)
    if before is not None:
        moment, number = before
        query = query.where(
            (Digest.published_at < moment) | ((Digest.published_at == moment) & (Digest.id < number))
        )
    if ids is not None:
        query = query.where(Digest.id.in_(ids))
    labels = region_directory()
    rows = db.session.execute(query.order_by(Digest.published_at.desc(), Digest.id.desc()).limit(most))
    return [
        PublishedEdition(
            one.id,
            one.region_code,
            labels.label(one.region_code),
            one.month,
            one.edition,
            one.correction_reason,
            one.published_at,
            one.judgement,
            from_json(one.figures),
            newest,
        )
        for one, newest in rows
        if one.published_at is not None and one.judgement is not None
    ]


def digests_of(ids: Collection[int] | None, scope: Scope) -> list[PublishedEdition]:
    """Return those of these editions (None: all) that stand for their month and lie within the scope."""
    return [one for one in published_editions(ids=ids) if one.newest and scope.covers(one.region_code)]


def _beside(region_code: str, month: date) -> tuple[date | None, date | None]:
    """Return the published months before and after a month."""
    published = select(Digest.month).where(
        Digest.region_code == region_code, Digest.state == DigestState.PUBLISHED
    )
    before = published.where(Digest.month < month).order_by(Digest.month.desc()).limit(1)
    after = published.where(Digest.month > month).order_by(Digest.month).limit(1)
    return db.session.scalar(before), db.session.scalar(after)
