"""What the worker does with an import: check it, enter it, take it back; each once, whatever crashes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from portal.audit.acting import Acting, acting_as
from portal.audit.capture import note
from portal.domain.actor import Actor
from portal.domain.import_state import ImportState
from portal.extensions import db
from portal.history.models import SourceDocument
from portal.history.retraction import newest_ids
from portal.imports import reports, service
from portal.imports.claims import MOST_ATTEMPTS, Claim, ClaimLost, hold, let_go, take_next
from portal.imports.files import FileGone, read
from portal.imports.models import ImportRun
from portal.imports.progress import RunProgress
from portal.imports.undoing import CannotUndo, take_back
from portal.institutions.importer.errors import ImportRefused
from portal.institutions.importer.mapping import FieldMapping, read_mapping
from portal.institutions.importer.report import Report
from portal.institutions.importer.run import Order, Supervision, import_file
from portal.unit_of_work import unit_of_work

_CHANGED_MEANWHILE = (
    "核对以后，库里的资料有了变化，这份名册现在的结果和您看到的不一样。还没有写入，请看过下面的新报告再确认"
)
_BROKEN = "处理时系统出错，什么都没有写入。请稍后再试；如果还不行，请把时间告诉系统管理员"


class _Differs(Exception):
    """The report is no longer the one that somebody agreed to."""

    def __init__(self, report: Report) -> None:
        self.report = report


def work_at_all() -> int:
    """Do everything that waits; return how much it was. Raises what is worth another attempt."""
    done = 0
    while (claim := take_next()) is not None:
        work_at(claim)
        done += 1
    return done


def work_at(claim: Claim) -> None:
    """Do what one import waits for, on behalf of whoever pressed the button."""
    run = db.session.get_one(ImportRun, claim.run_id, populate_existing=True)
    actor = Actor(run.acting_name, run.acting_staff_id)
    act = _ACTS[run.state]
    try:
        with acting_as(Acting(actor, f"import_{run.state.value}", run.region_code)):
            act(claim, run, actor)
    except ClaimLost:
        structlog.get_logger("imports").warning("claim_lost", run=claim.run_id)
    except Exception as error:
        # its text may quote a row: the kind is enough here, its place is logged by the job
        db.session.rollback()
        last = run_attempts(claim) >= MOST_ATTEMPTS
        structlog.get_logger("imports").warning("import_failed", run=claim.run_id, kind=type(error).__name__)
        if last or not isinstance(error, SQLAlchemyError | OSError):
            _fail(claim, _BROKEN)
        else:
            let_go(claim)
        raise


def run_attempts(claim: Claim) -> int:
    """Return how often the import has been tried."""
    return db.session.get_one(ImportRun, claim.run_id, populate_existing=True).attempts


def _check(claim: Claim, run: ImportRun, _actor: Actor) -> None:
    if run.state is ImportState.UPLOADED:
        with unit_of_work():
            run = hold(claim)
            service.go_to(run, ImportState.CHECKING)
    progress = RunProgress(run.stored_name)
    try:
        report = import_file(_order(run), commit=False, progress=progress)
    except (ImportRefused, FileGone) as refused:
        _refuse(claim, str(refused))
        return
    progress.step("整理报告")
    with unit_of_work():
        run = hold(claim)
        service.go_to(run, ImportState.CHECKED)
        run.checked_at = run.state_since
        run.claim = None
        reports.keep(run, report)


def _commit(claim: Claim, run: ImportRun, actor: Actor) -> None:
    progress = RunProgress(run.stored_name)
    order = _order(run, actor)
    try:
        report = import_file(order, commit=True, progress=progress, supervision=_Commit(claim, run.digest))
    except _Differs as differs:
        with unit_of_work():
            run = hold(claim)
            service.go_to(run, ImportState.CHECKED)
            run.problem, run.claim = _CHANGED_MEANWHILE, None
            reports.keep(run, differs.report)
        return
    except (ImportRefused, FileGone) as refused:
        _fail(claim, str(refused))
        return
    del report
    _forget_file(claim.run_id)


class _Commit(Supervision):
    """Holds the claim through the writing transaction, and enters there what came of it."""

    def __init__(self, claim: Claim, digest: str | None) -> None:
        self._claim, self._digest = claim, digest

    def approve(self, report: Report) -> None:
        hold(self._claim)
        if reports.digest_of(report) != self._digest:
            raise _Differs(report)

    def entered(self, report: Report, source: SourceDocument | None) -> None:
        run = hold(self._claim)
        service.go_to(run, ImportState.COMMITTED)
        run.committed_at, run.committed_by = run.state_since, run.acting_name
        run.source_id = None if source is None else source.id
        run.last_revision_id, run.last_confirmation_id = newest_ids()
        run.claim = None
        _enter_public_ids(run, report)
        left_out = reports.counts_of(run.id)
        note(
            "import_committed",
            run.subject,
            sha256=run.sha256,
            source=run.source,
            as_of=run.as_of,
            source_id=run.source_id,
            new=len(report.new),
            changed=len(report.changed),
            unchanged=len(report.unchanged),
            quarantined=len(report.quarantined),
            left_out=sum(left_out.values()),
        )


def _enter_public_ids(run: ImportRun, report: Report) -> None:
    """Say of each new row under which address its home is now found."""
    from portal.imports.queries import rows_by_number

    for row in rows_by_number(run.id, report.public_ids):
        row.content = {**row.content, "public_id": report.public_ids[row.row or 0]}
    db.session.flush()


def _undo(claim: Claim, run: ImportRun, actor: Actor) -> None:
    progress = RunProgress(f"undo-{run.id}")
    try:
        with unit_of_work():
            run = hold(claim)
            counts = take_back(run, actor, progress.step)
            service.go_to(run, ImportState.UNDONE)
            run.undone_at, run.undone_by, run.claim = run.state_since, actor.name, None
            note("import_undone", run.subject, sha256=run.sha256, source_id=run.source_id, **counts)
    except CannotUndo as refused:
        with unit_of_work():
            run = hold(claim)
            service.go_to(run, ImportState.COMMITTED)
            run.problem, run.claim = str(refused), None


_ACTS: dict[ImportState, Callable[[Claim, ImportRun, Actor], None]] = {
    ImportState.UPLOADED: _check,
    ImportState.CHECKING: _check,
    ImportState.COMMITTING: _commit,
    ImportState.UNDOING: _undo,
}


def _order(run: ImportRun, actor: Actor | None = None) -> Order:
    if run.stored_name is None or run.file_key_sealed is None:
        raise FileGone("上传的文件已经删除，请重新上传")
    given = {} if actor is None else {"actor": actor, "skip_rows": reports.skipped_rows(run.id)}
    return Order(
        Path(run.file_name),
        run.source,
        run.as_of,
        run.region_code,
        run.sheet,
        read_mapping(run.mapping) if run.mapping else FieldMapping(),
        content=read(run.stored_name, run.file_key_sealed),
        confined=True,
        **given,  # type: ignore[arg-type]
    )


_OPTIONS = (
    ("--mapping 对照文件", "对照文件"), ("请用 --source 写明", "请写明"), ("--source", "来源"),
    ("--as-of", "数据日期"), ("--region", "所属地区"), ("--sheet", "工作表"), ("--mapping", "对照文件"),
)  # fmt: skip
"""How the importer's messages name the command line's options → what the page calls them."""


def _for_the_page(problem: str) -> str:
    for option, name in _OPTIONS:
        problem = problem.replace(option, name)
    return problem


def _refuse(claim: Claim, problem: str) -> None:
    with unit_of_work():
        run = hold(claim)
        service.go_to(run, ImportState.REFUSED)
        run.problem, run.claim = _for_the_page(problem), None
        service.drop_file(run)


def _fail(claim: Claim, problem: str) -> None:
    with unit_of_work():
        run = hold(claim)
        then = ImportState.COMMITTED if run.state is ImportState.UNDOING else ImportState.FAILED
        service.go_to(run, then)
        run.problem, run.claim = _for_the_page(problem), None


def _forget_file(run_id: int) -> None:
    """Delete the file of what was entered; apart from that, so that a fault here undoes nothing."""
    with unit_of_work():
        service.drop_file(db.session.get_one(ImportRun, run_id, populate_existing=True))
