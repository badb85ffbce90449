"""What has been changed of an institution since a report came in: what an accepted report can point to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.corrections.models import CorrectionReport
from portal.extensions import db
from portal.history.models import Revision
from portal.institutions.field_labels import FIELDS, RECORD_LABELS, Block
from portal.institutions.models import Institution

_MOST = 30


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One statement about the institution or a record of it. ``fits``: it speaks of the block reported."""

    id: int
    what: str
    entered_at: datetime
    as_of: date
    source_title: str
    actor: str
    reason: str | None
    fits: bool


def changes_since(report: CorrectionReport) -> list[ChangeView]:
    """Return the changes since the report, those of its own block first, then the newest."""
    query = (
        select(Revision)
        .where(
            Revision.subject == f"{Institution.record_kind}/{report.institution_id}",
            Revision.entered_at >= report.entered_at,
        )
        .options(joinedload(Revision.source))
        .order_by(Revision.id.desc())
        .limit(_MOST)
    )
    return sorted(
        (_view(one, report.about) for one in db.session.scalars(query)), key=lambda one: not one.fits
    )


def change_of(revision_id: int) -> ChangeView | None:
    """Return the change that an accepted report points to."""
    query = select(Revision).where(Revision.id == revision_id).options(joinedload(Revision.source))
    found = db.session.scalars(query).one_or_none()
    return None if found is None else _view(found, None)


def _view(revision: Revision, about: Block | None) -> ChangeView:
    known = [FIELDS[key] for name in revision.stated if (key := (revision.record_kind, name)) in FIELDS]
    labels = list(dict.fromkeys(label.label for label in known))
    listed = "、".join(labels) if len(labels) <= 4 else f"{'、'.join(labels[:3])}等{len(labels)}项"
    return ChangeView(
        revision.id,
        f"{RECORD_LABELS.get(revision.record_kind, revision.record_kind)}：{listed}",
        revision.entered_at,
        revision.as_of,
        revision.source.title,
        revision.actor,
        revision.reason,
        about is None or any(label.block is about for label in known),
    )
