"""Reading imports: lists within scope, pages of a report, what waits, and what is known to choose from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.domain.actor import Scope
from portal.domain.import_state import AT_WORK, ImportSection, ImportState
from portal.extensions import db
from portal.history.models import SourceDocument, SourceKind
from portal.imports.models import ImportRow, ImportRun
from portal.institutions.models import Institution

_AT_A_TIME = 5_000
_MATCHED = (ImportSection.NEW, ImportSection.CHANGED, ImportSection.UNCHANGED)
_MOST_SOURCES = 50


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    """Return the conditions under which an import is to be seen: nobody's business elsewhere."""
    if scope.public_only:
        raise ValueError("imports are for staff alone")
    return [] if scope.regions is None else [ImportRun.region_code.in_(scope.regions)]


def find_run(run_id: int, scope: Scope) -> ImportRun | None:
    """Return an import, or None if there is none within the scope."""
    return db.session.scalars(select(ImportRun).where(ImportRun.id == run_id, *_within(scope))).one_or_none()


def runs(scope: Scope, *, offset: int, limit: int) -> tuple[Sequence[ImportRun], int]:
    """Return a page of the imports, newest first, and how many there are."""
    query = select(ImportRun).where(*_within(scope)).order_by(ImportRun.id.desc())
    total = db.session.scalar(select(func.count(ImportRun.id)).where(*_within(scope))) or 0
    return list(db.session.scalars(query.offset(offset).limit(limit))), total


def section_rows(run_id: int, section: ImportSection, *, offset: int, limit: int) -> Sequence[ImportRow]:
    """Return a page of one list of the report, in its order."""
    query = (
        select(ImportRow)
        .where(ImportRow.run_id == run_id, ImportRow.section == section)
        .order_by(ImportRow.position)
    )
    return list(db.session.scalars(query.offset(offset).limit(limit)))


def rows_by_number(run_id: int, numbers: Collection[int]) -> Iterator[ImportRow]:
    """Yield the rows of new homes with these numbers in the sheet."""
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _AT_A_TIME):
        yield from db.session.scalars(
            select(ImportRow).where(
                ImportRow.run_id == run_id,
                ImportRow.section == ImportSection.NEW,
                ImportRow.row.in_(wanted[start : start + _AT_A_TIME]),
            )
        )


def unticked(run_id: int) -> Mapping[ImportSection, int]:
    """Return how many rows of each list are not to be entered."""
    query = (
        select(ImportRow.section, func.count(ImportRow.id).label("unticked"))
        .where(ImportRow.run_id == run_id, ImportRow.taken.is_(False))
        .group_by(ImportRow.section)
    )
    return {row.section: row.unticked for row in db.session.execute(query)}


def known_sources(scope: Scope) -> list[str]:
    """Return the names of lists entered before, the latest first: to go on under the same name."""
    query = select(SourceDocument.title).where(SourceDocument.kind == SourceKind.SPREADSHEET)
    if scope.regions is not None:
        own = SourceDocument.region_code.in_(scope.regions)
        query = query.where(or_(own, SourceDocument.region_code.is_(None)))
    query = query.group_by(SourceDocument.title).order_by(func.max(SourceDocument.id).desc())
    return list(db.session.scalars(query.limit(_MOST_SOURCES)))


def names_of(subjects: Collection[str]) -> dict[str, str]:
    """Return subject (``institution/12``) → name of the institution."""
    ids = [int(subject.partition("/")[2]) for subject in subjects if subject.startswith("institution/")]
    query = select(Institution.id, Institution.name).where(Institution.id.in_(ids))
    return {f"institution/{id_}": name for id_, name in db.session.execute(query)}


@dataclass(frozen=True, slots=True)
class Unmended:
    """A committed import with rows that were quarantined and have not come in since."""

    run: ImportRun
    rows: int


def to_commit(staff_id: int) -> Sequence[ImportRun]:
    """Return what somebody has uploaded and checked and not committed, oldest first."""
    query = select(ImportRun).where(ImportRun.staff_id == staff_id, ImportRun.state == ImportState.CHECKED)
    return list(db.session.scalars(query.order_by(ImportRun.state_since)))


def failed(staff_id: int) -> Sequence[ImportRun]:
    """Return what somebody has uploaded and what could not be carried out, oldest first."""
    query = select(ImportRun).where(ImportRun.staff_id == staff_id, ImportRun.state == ImportState.FAILED)
    return list(db.session.scalars(query.order_by(ImportRun.state_since)))


def unmended(staff_id: int) -> list[Unmended]:
    """Return somebody's imports with quarantined rows that no later import of the list has brought in."""
    query = (
        select(ImportRun, func.count(ImportRow.id))
        .join(ImportRow, ImportRow.run_id == ImportRun.id)
        .where(ImportRun.staff_id == staff_id, ImportRun.settled_at.is_(None), *_still_open())
        .group_by(ImportRun.id)
        .order_by(ImportRun.id)
    )
    return [Unmended(run, count) for run, count in db.session.execute(query)]


def unmended_rows(run_id: int) -> Sequence[ImportRow]:
    """Return the quarantined rows of an import that still have to be mended."""
    query = (
        select(ImportRow)
        .join(ImportRun, ImportRow.run_id == ImportRun.id)
        .where(ImportRun.id == run_id, *_still_open())
        .order_by(ImportRow.position)
    )
    return list(db.session.scalars(query))


def _still_open() -> tuple[ColumnElement[bool], ...]:
    later_run, later_row = aliased(ImportRun), aliased(ImportRow)
    mended = exists().where(
        and_(
            later_run.id == later_row.run_id,
            later_run.id > ImportRun.id,
            later_run.source == ImportRun.source,
            later_run.state == ImportState.COMMITTED,
            later_row.key == ImportRow.key,
            later_row.section.in_(_MATCHED),
            later_row.taken.is_(True),
        )
    )
    return (
        ImportRun.state == ImportState.COMMITTED,
        ImportRow.section == ImportSection.QUARANTINED,
        ~mended,
    )


def is_waiting(run: ImportRun) -> bool:
    """True while the worker has not taken the import up."""
    return run.state in AT_WORK and run.claim is None


def cells_of(rows: Sequence[ImportRow]) -> list[dict[str, Any]]:
    """Return the contents of rows."""
    return [row.content for row in rows]
