"""One catalogue a process, brought up to date when the data or the day has moved on."""

from __future__ import annotations

import threading

from flask import current_app
from sqlalchemy import func, select

from portal import clock
from portal.domain.actor import Scope
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.history.models import Confirmation, Revision
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.loading import load_entries
from portal.institutions.models import Institution
from portal.reference.regions import RegionDirectory

_MOST_TO_REFRESH = 500
"""Changed homes beyond which building anew is as quick as replacing entries."""


class CatalogueHolder:
    """Keeps the newest catalogue; requests of one process build it once, the others use it meanwhile."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._current: Catalogue | None = None
        self._marks = (0, 0)

    def get(self) -> Catalogue:
        """Return a catalogue of today and of the data as this request sees it."""
        version, day = data_set_state().version, clock.today()
        current = self._current
        if current is not None and (current.version, current.day) == (version, day):
            return current
        with self._lock:
            current = self._current
            if current is None or (current.version, current.day) != (version, day):
                self._current = current = self._updated(current, version)
            return current

    def _updated(self, before: Catalogue | None, version: int) -> Catalogue:
        day = clock.today()
        marks = _marks()
        if before is not None and before.day == day and version > before.version:
            changed = _changed_since(self._marks)
            if changed is not None and len(changed) <= _MOST_TO_REFRESH:
                kept = [entry for entry in before.entries if entry.id not in changed]
                fresh = load_entries(before.regions, day, changed) if changed else []
                self._marks = marks
                return Catalogue([*kept, *fresh], before.regions, day, version)
        regions = RegionDirectory.load(db.session())
        entries = load_entries(regions, day)
        self._marks = marks
        return Catalogue(entries, regions, day, version)


def catalogue(scope: Scope) -> Catalogue:
    """Return the public list. It holds public facts only, so that every scope may read it."""
    if not scope.public_only:
        raise ValueError("the catalogue holds the public list; staff lists are queried")
    holder = current_app.extensions.setdefault("catalogue_holder", CatalogueHolder())
    assert isinstance(holder, CatalogueHolder)
    return holder.get()


def _marks() -> tuple[int, int]:
    """Return the ids of the newest revision and confirmation."""
    row = db.session.execute(
        select(
            select(func.max(Revision.id)).scalar_subquery(),
            select(func.max(Confirmation.id)).scalar_subquery(),
        )
    ).one()
    return row[0] or 0, row[1] or 0


def _changed_since(marks: tuple[int, int]) -> set[int] | None:
    """Return the ids of institutions stated or confirmed since; None if too many to follow."""
    limit = _MOST_TO_REFRESH + 1
    subjects = db.session.scalars(
        select(Revision.subject).where(Revision.id > marks[0]).distinct().limit(limit)
    ).all()
    confirmed = db.session.scalars(
        select(Confirmation.record_id)
        .where(Confirmation.id > marks[1], Confirmation.record_kind == Institution.record_kind)
        .distinct()
        .limit(limit)
    ).all()
    if len(subjects) == limit or len(confirmed) == limit:
        return None
    prefix = f"{Institution.record_kind}/"
    stated = {int(s.removeprefix(prefix)) for s in subjects if s.startswith(prefix)}
    return stated | set(confirmed)
