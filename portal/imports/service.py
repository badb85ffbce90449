"""What staff ask of an import: upload, look at another sheet, untick, commit, discard, undo, settle."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO, cast

from sqlalchemy import ColumnElement, CursorResult, delete, select, update

from portal import clock
from portal.audit.capture import note
from portal.domain.actor import Actor, Scope
from portal.domain.errors import DomainError
from portal.domain.import_state import AT_WORK, SELECTABLE, ImportState, may_follow
from portal.extensions import db
from portal.imports import files, reports
from portal.imports.models import ImportRow, ImportRun
from portal.institutions.importer.mapping import read_mapping
from portal.unit_of_work import announce

TOPIC = "imports"
"""Announced when the worker has something to do."""
KEPT = timedelta(hours=24)
"""How long a file waits for somebody to commit it."""
_MOST_NAMED = 200
"""Rows that the audit names one by one; of more it says how many."""
RECORD_KIND = "institution"
"""Whoever keeps institutions may import them."""


class ImportNotPossible(DomainError):
    """What was asked can't be done in the state that the import is in."""


@dataclass(frozen=True, slots=True)
class NewImport:
    """What a clerk says of the file."""

    source: str
    as_of: date
    region_code: str
    file_name: str
    mapping: dict[str, Any] | None = None


def upload(asked: NewImport, stream: BinaryIO, actor: Actor, scope: Scope) -> ImportRun:
    """Take a file in and have it checked. Flushes.

    Raises ImportNotPossible out of scope, TooBig, and ImportRefused for a bad mapping.
    """
    if not scope.may_write(RECORD_KIND, asked.region_code):
        raise ImportNotPossible("您不能为这个地区导入")
    if asked.mapping is not None:
        read_mapping(asked.mapping)
    stored = files.store(stream)
    now = clock.now()
    try:
        run = ImportRun(
            staff_id=actor.staff_id,
            uploaded_by=actor.name,
            acting_staff_id=actor.staff_id,
            acting_name=actor.name,
            state=ImportState.UPLOADED,
            state_since=now,
            region_code=asked.region_code,
            source=asked.source,
            as_of=asked.as_of,
            mapping=asked.mapping,
            file_name=asked.file_name[:200],
            size=stored.size,
            sha256=stored.sha256,
            stored_name=stored.name,
            uploaded_at=now,
            attempts=0,
        )
        db.session.add(run)
        db.session.flush()
        run.file_key_sealed = files.seal_key(run.subject, stored.key)
        db.session.flush()
    except BaseException:
        files.remove(stored.name)
        raise
    note("import_uploaded", run.subject, sha256=run.sha256, size=run.size, source=run.source)
    announce(TOPIC)
    return run


def check_again(run: ImportRun, actor: Actor, sheet: str | None = None) -> None:
    """Have the file read once more, another sheet of it if one is named."""
    if sheet is not None:
        run.sheet = sheet[:100]
        db.session.flush()
        db.session.execute(update(ImportRow).where(ImportRow.run_id == run.id).values(taken=True))
    _ask(run, ImportState.UPLOADED, actor)


def commit(run: ImportRun, actor: Actor) -> None:
    """Have the worker enter what is ticked."""
    if run.stored_name is None:
        raise ImportNotPossible("上传的文件已经删除，请重新上传")
    _ask(run, ImportState.COMMITTING, actor)


def undo(run: ImportRun, actor: Actor) -> None:
    """Have the worker take the import back."""
    if run.source_id is None:
        raise ImportNotPossible("这次导入没有写入任何内容，无需撤销")
    _ask(run, ImportState.UNDOING, actor)


def discard(run: ImportRun, reason: str | None = None) -> None:
    """Give the import up; its file and its lists are deleted."""
    go_to(run, ImportState.DISCARDED)
    run.problem = reason
    drop_file(run)
    reports.forget(run.id)
    note("import_discarded", run.subject, sha256=run.sha256)


def settle(run: ImportRun) -> None:
    """Note that nothing more is to be done about the quarantined rows."""
    run.settled_at = clock.now()
    note("import_settled", run.subject)


def tick(run: ImportRun, shown: Collection[int], kept: Collection[int]) -> None:
    """Of the rows (by id) that a page showed, enter those kept and leave the others out."""
    if run.state is not ImportState.CHECKED:
        raise ImportNotPossible("这次导入已经不在核对阶段，勾选不再有用")
    for taken, ids in ((True, set(shown) & set(kept)), (False, set(shown) - set(kept))):
        if ids:
            _take(run, taken, ImportRow.id.in_(ids))


def tick_all(run: ImportRun, *, taken: bool) -> None:
    """Tick or untick every row of the report."""
    if run.state is not ImportState.CHECKED:
        raise ImportNotPossible("这次导入已经不在核对阶段，勾选不再有用")
    _take(run, taken)


def _take(run: ImportRun, taken: bool, *which: ColumnElement[bool]) -> None:
    """Tick or untick rows, and say in the audit which: whoever leaves a home out is seen to have done so."""
    own = (
        ImportRow.run_id == run.id,
        ImportRow.section.in_(SELECTABLE),
        ImportRow.taken.is_(not taken),
        *which,
    )
    rows = list(db.session.scalars(select(ImportRow.row).where(*own).order_by(ImportRow.row)))
    if not rows:
        return
    query = update(ImportRow).where(*own).values(taken=taken)
    db.session.execute(query.execution_options(synchronize_session=False))
    action = "import_rows_taken" if taken else "import_rows_left_out"
    note(action, run.subject, sha256=run.sha256, rows=len(rows), numbers=rows[:_MOST_NAMED])


def go_to(run: ImportRun, then: ImportState) -> None:
    """Change the state. Raises ImportNotPossible where the table of transitions says no."""
    if not may_follow(run.state, then):
        raise ImportNotPossible("这次导入的状态已经变了，请刷新页面再看")
    run.state, run.state_since = then, clock.now()


def drop_file(run: ImportRun) -> None:
    """Delete the uploaded file. Flushes."""
    files.delete(run.stored_name, run.subject)
    run.stored_name = run.file_key_sealed = None


def delete_old(now: datetime) -> int:
    """Discard what nobody has committed for a day, and delete files that no import knows. Flushes."""
    waiting = (ImportState.CHECKED, ImportState.FAILED)
    query = select(ImportRun).where(ImportRun.state.in_(waiting), ImportRun.state_since < now - KEPT)
    old = list(db.session.scalars(query))
    for run in old:
        discard(run, "24小时内没有确认导入，上传的文件已经删除。需要时请重新上传")
    done = select(ImportRun).where(
        ImportRun.state.not_in({*AT_WORK, *waiting}), ImportRun.stored_name.is_not(None)
    )
    for run in db.session.scalars(done):  # a worker died before it could
        drop_file(run)
    db.session.flush()
    known = set(db.session.scalars(select(ImportRun.stored_name).where(ImportRun.stored_name.is_not(None))))
    limit = (now - KEPT).timestamp()
    for name, changed in files.stored_names().items():
        if name.split(".")[0] not in known and changed < limit:
            files.remove(name.split(".")[0])
            (files.folder() / name).unlink(missing_ok=True)
    return len(old)


def forget_everything() -> None:
    """Delete every import with its file: the demo city they belong to is taken out."""
    for run in db.session.scalars(select(ImportRun)):
        if run.stored_name is not None:
            files.remove(run.stored_name)
    db.session.execute(delete(ImportRow))
    db.session.execute(delete(ImportRun))


def _ask(run: ImportRun, then: ImportState, actor: Actor) -> None:
    """Change the state for the worker to act upon: of two presses at a time one wins."""
    if not may_follow(run.state, then):
        raise ImportNotPossible("这次导入的状态已经变了，请刷新页面再看")
    now = clock.now()
    changed = db.session.execute(
        update(ImportRun)
        .where(ImportRun.id == run.id, ImportRun.state == run.state)
        .values(
            state=then,
            state_since=now,
            acting_staff_id=actor.staff_id,
            acting_name=actor.name,
            problem=None,
            claim=None,
            claimed_until=None,
            attempts=0,
        )
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", changed).rowcount != 1:
        raise ImportNotPossible("另一位同事刚刚按过，请刷新页面再看")
    note("import_asked", run.subject, sha256=run.sha256, wanted=then.value, sheet=run.sheet)
    db.session.refresh(run)
    announce(TOPIC)
