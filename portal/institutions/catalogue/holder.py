"""One catalogue a process, brought up to date when the data or the day has moved on: by what has changed."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from flask import current_app, g
from sqlalchemy import func, select

from portal import clock
from portal.domain.actor import Scope
from portal.extensions import db
from portal.history.data_set import DataSetState, data_set_state
from portal.history.models import Confirmation, Revision
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.loading import load_entries
from portal.institutions.models import Institution
from portal.reference.regions import RegionDirectory

_FOR_A_TRIAL = "catalogue_of_a_trial"
_MOST_TO_REFRESH = 5000
"""Changed homes beyond which building anew is as quick as replacing entries."""


class CatalogueHolder:
    """Keeps the newest catalogue; requests of one process build it once, the others use it meanwhile."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._current: Catalogue | None = None
        self._state: DataSetState | None = None
        self._marks = _Marks(0, 0)

    def get(self) -> Catalogue:
        """Return a catalogue of today and of the data as this request sees it."""
        state, day = data_set_state(), clock.today()
        current = self._fitting(state, day)
        if current is not None:
            return current
        with self._lock:
            current = self._fitting(state, day)
            if current is None:
                marks = _Marks.read()
                current = self._refreshed(state, day, marks) or _built(state, day)
                self._current, self._state, self._marks = current, state, marks
            return current

    def _fitting(self, state: DataSetState, day: date) -> Catalogue | None:
        current = self._current
        return current if current is not None and current.day == day and self._state == state else None

    def _refreshed(self, state: DataSetState, day: date, marks: _Marks) -> Catalogue | None:
        """Return the current catalogue with the homes read again that have changed, or whose dated facts
        have moved on since its day; None where it must be built anew.

        Revisions only ever grow within one data set. Another kind, a day of loading or marks that went
        back mean that the database was emptied and filled anew.
        """
        before, known = self._current, self._state
        if before is None or known is None or day < before.day or state.version < known.version:
            return None
        if (state.kind, state.loaded_on) != (known.kind, known.loaded_on) or marks.behind(self._marks):
            return None
        changed = {entry.id for entry in before.entries if entry.changes_on and entry.changes_on <= day}
        if state.record_version != known.record_version:
            stated = _changed_since(self._marks)
            if not stated:  # too many, or none: then something else moved the version, such as the regions
                return None
            changed |= stated
        if len(changed) > _MOST_TO_REFRESH:
            return None
        if not changed and day == before.day:  # the records are as they were: something beside them changed
            return before.renumbered(state.version)
        fresh = load_entries(before.regions, day, changed) if changed else ()
        return before.amended(changed, fresh, day, state.version)


def catalogue(scope: Scope) -> Catalogue:
    """Return the public list. It holds public facts only, so that every scope may read it."""
    if not scope.public_only:
        raise ValueError("the catalogue holds the public list; staff lists are queried")
    if (trial := g.get(_FOR_A_TRIAL)) is not None:
        assert isinstance(trial, Catalogue)
        return trial
    holder = current_app.extensions.setdefault("catalogue_holder", CatalogueHolder())
    assert isinstance(holder, CatalogueHolder)
    return holder.get()


@contextmanager
def trial_catalogue(kept: Catalogue, changed: Collection[int]) -> Iterator[None]:
    """Within the block this request alone sees ``kept`` with some institutions read anew, uncommitted or not.

    ``kept`` was asked for before anything was written, so that what all share never holds a trial's content.
    """
    fresh = load_entries(kept.regions, kept.day, changed)
    setattr(g, _FOR_A_TRIAL, kept.amended(changed, fresh, kept.day, kept.version))
    try:
        yield
    finally:
        g.pop(_FOR_A_TRIAL)


@dataclass(frozen=True, slots=True)
class _Marks:
    """The ids of the newest revision and confirmation that a catalogue has seen."""

    revision: int
    confirmation: int

    @classmethod
    def read(cls) -> _Marks:
        newest = (select(func.max(model.id)).scalar_subquery() for model in (Revision, Confirmation))
        row = db.session.execute(select(*newest)).one()
        return cls(row[0] or 0, row[1] or 0)

    def behind(self, other: _Marks) -> bool:
        return self.revision < other.revision or self.confirmation < other.confirmation


def _built(state: DataSetState, day: date) -> Catalogue:
    regions = RegionDirectory.load(db.session())
    return Catalogue(load_entries(regions, day), regions, day, state.version)


def _changed_since(marks: _Marks) -> set[int] | None:
    """Return the ids of institutions stated or confirmed since; None if too many to follow."""
    limit = _MOST_TO_REFRESH + 1
    subjects = db.session.scalars(
        select(Revision.subject).where(Revision.id > marks.revision).distinct().limit(limit)
    ).all()
    confirmed = db.session.scalars(
        select(Confirmation.record_id)
        .where(Confirmation.id > marks.confirmation, Confirmation.record_kind == Institution.record_kind)
        .distinct()
        .limit(limit)
    ).all()
    if len(subjects) == limit or len(confirmed) == limit:
        return None
    prefix = f"{Institution.record_kind}/"
    stated = {int(s.removeprefix(prefix)) for s in subjects if s.startswith(prefix)}
    return stated | set(confirmed)
