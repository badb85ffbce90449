"""One import: how far it is, its report, what is left out, entering it, and taking it back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.access import staff
from portal.accounts.identity import Identity
from portal.audit.capture import note
from portal.backoffice import import_words
from portal.backoffice.context import the_caller
from portal.backoffice.imports import download
from portal.backoffice.sections import blueprint
from portal.domain.import_state import AT_WORK, SELECTABLE, ImportSection, ImportState
from portal.domain.permissions import Capability
from portal.extensions import limiter
from portal.imports import queries, reports, service
from portal.imports.models import ImportRun
from portal.imports.progress import how_far
from portal.imports.workbooks import to_mend
from portal.unit_of_work import unit_of_work

_PAGE = 50
_PATIENCE = timedelta(seconds=8)
"""After this long without a worker the page says that it waits."""
_ORDER = (
    ImportSection.NEW, ImportSection.CHANGED, ImportSection.QUARANTINED, ImportSection.DUPLICATES,
    ImportSection.MISSING, ImportSection.KEPT_AS_WRITTEN, ImportSection.NOTES, ImportSection.UNCHANGED,
)  # fmt: skip


@blueprint.get("/imports/<int:run_id>")
@staff(Capability.IMPORT)
def import_run(run_id: int) -> str:
    """Show where the import stands, and its report."""
    run = _found(run_id)
    counts = (run.report or {}).get("counts", {})
    section = _section(counts)
    total = _total(section, counts)
    last = max(1, -(-total // _PAGE))
    page = min(_page(request.args.get("page", "1")), last)
    rows = queries.section_rows(run.id, section, offset=(page - 1) * _PAGE, limit=_PAGE) if total else []
    left_out = queries.unticked(run.id)
    return render_template(
        "backoffice/import_run.html",
        run=run,
        counts=counts,
        sections=[(one, _total(one, counts)) for one in _ORDER if _total(one, counts)],
        section=section,
        rows=rows,
        number=page,
        last=last,
        first_row=(page - 1) * _PAGE + 1,
        total=total,
        left_out={one: left_out.get(one, 0) for one in SELECTABLE},
        selectable=section in SELECTABLE and run.state is ImportState.CHECKED and _may_write(run),
        progress=_progress(run),
        words=import_words,
        may_write=_may_write(run),
        may_undo=_may_undo(run),
        unmended=len(queries.unmended_rows(run.id)) if run.state is ImportState.COMMITTED else 0,
        ImportState=ImportState,
        ImportSection=ImportSection,
    )


@blueprint.get("/imports/<int:run_id>/progress")
@limiter.limit("120 per minute")
@staff(Capability.IMPORT)
def import_progress(run_id: int) -> FlaskResponse:
    """Say how far the import is."""
    return jsonify(_progress(_found(run_id)))


@blueprint.get("/imports/<int:run_id>/report.json")
@limiter.limit("20 per minute")
@staff(Capability.IMPORT)
def import_report(run_id: int) -> FlaskResponse:
    """Give the whole report in the form of the command line (docs/import.md)."""
    run = _found(run_id)
    if run.report is None:
        abort(404)
    with unit_of_work():
        note("export", run.subject, list="导入报告", format="json")
    text = json.dumps(reports.as_json(run), ensure_ascii=False, indent=1)
    return download(text + "\n", f"导入报告-{run.id}.json", "application/json; charset=utf-8")


@blueprint.get("/imports/<int:run_id>/to-mend.xlsx")
@limiter.limit("20 per minute")
@staff(Capability.IMPORT)
def import_to_mend(run_id: int) -> FlaskResponse:
    """Give the quarantined rows as a workbook, to be mended and uploaded again."""
    run = _found(run_id)
    if run.state is ImportState.COMMITTED:
        rows = queries.unmended_rows(run.id)
    else:
        rows = queries.section_rows(run.id, ImportSection.QUARANTINED, offset=0, limit=1_000_000)
    if not rows:
        abort(404)
    with unit_of_work():
        note("export", run.subject, list="待改的行", format="xlsx", rows=len(rows))
    return download(to_mend(queries.cells_of(rows)), f"待改的行-{run.id}.xlsx")


@blueprint.post("/imports/<int:run_id>/rows")
@staff(Capability.IMPORT)
def import_rows(run_id: int) -> Response:
    """Keep what is ticked on a page, and go where the button says."""
    run = _to_write(run_id)
    go, page = request.form.get("go", "save"), _page(request.form.get("page", "1"))
    section = request.form.get("section", ImportSection.NEW.value)
    shown, kept = _ids("shown"), _ids("keep")
    try:
        with unit_of_work():
            if go in ("everything", "nothing"):
                service.tick_all(run, taken=go == "everything")
            else:
                service.tick(run, shown, {"all": shown, "none": []}.get(go, kept))
    except service.ImportNotPossible as refused:
        flash(str(refused))
        return redirect(url_for("backoffice.import_run", run_id=run.id), 303)
    if go == "commit":
        return redirect(url_for("backoffice.import_commit", run_id=run.id), 303)
    page += {"next": 1, "previous": -1}.get(go, 0)
    target = url_for("backoffice.import_run", run_id=run.id, show=section, page=max(1, page))
    return redirect(f"{target}#rows", 303)


@blueprint.route("/imports/<int:run_id>/commit", methods=["GET", "POST"])
@staff(Capability.IMPORT)
def import_commit(run_id: int) -> str | Response:
    """Ask once more what will be entered, then leave it to the worker."""
    run = _to_write(run_id)
    if request.method == "POST" or run.state is not ImportState.CHECKED:
        return (
            _asked(run, lambda: service.commit(run, the_caller().actor))
            if request.method == "POST"
            else _back(run)
        )
    counts = (run.report or {}).get("counts", {})
    return render_template(
        "backoffice/import_commit.html", run=run, counts=counts, left_out=queries.unticked(run.id),
        ImportSection=ImportSection, words=import_words,
    )  # fmt: skip


@blueprint.post("/imports/<int:run_id>/check-again")
@staff(Capability.IMPORT)
def import_check_again(run_id: int) -> Response:
    """Read the file once more, another sheet of it if one is chosen."""
    run = _to_write(run_id)
    sheet = request.form.get("sheet") or None
    if sheet is not None and sheet not in (run.report or {}).get("other_sheets", ()):
        abort(404)
    return _asked(run, lambda: service.check_again(run, the_caller().actor, sheet))


@blueprint.post("/imports/<int:run_id>/discard")
@staff(Capability.IMPORT)
def import_discard(run_id: int) -> Response:
    """Give the import up."""
    run = _to_write(run_id)
    return _asked(run, lambda: service.discard(run, "已放弃，什么都没有写入"))


@blueprint.post("/imports/<int:run_id>/settle")
@staff(Capability.IMPORT)
def import_settle(run_id: int) -> Response:
    """Say that the quarantined rows need no more work."""
    run = _to_write(run_id)
    return _asked(run, lambda: service.settle(run))


@blueprint.post("/imports/<int:run_id>/undo")
@staff(Capability.IMPORT)
def import_undo(run_id: int) -> Response:
    """Have the worker take the import back."""
    run = _to_write(run_id)
    if not _may_undo(run):
        abort(403)
    return _asked(run, lambda: service.undo(run, the_caller().actor))


def _asked(run: ImportRun, ask: Any) -> Response:
    try:
        with unit_of_work():
            ask()
    except service.ImportNotPossible as refused:
        flash(str(refused))
    return _back(run)


def _back(run: ImportRun) -> Response:
    return redirect(url_for("backoffice.import_run", run_id=run.id), 303)


def _found(run_id: int) -> ImportRun:
    return queries.find_run(run_id, the_caller().scope) or abort(404)


def _to_write(run_id: int) -> ImportRun:
    run = _found(run_id)
    if not _may_write(run):
        abort(403)
    return run


def _may_write(run: ImportRun) -> bool:
    return the_caller().scope.may_write(service.RECORD_KIND, run.region_code)


def _may_undo(run: ImportRun) -> bool:
    who: Identity = the_caller()
    mine = run.staff_id == who.staff_id
    return _may_write(run) and run.source_id is not None and (mine or who.allows(Capability.PUBLISH))


def _progress(run: ImportRun) -> dict[str, Any]:
    name = f"undo-{run.id}" if run.state is ImportState.UNDOING else run.stored_name
    busy = run.state in AT_WORK
    done = how_far(name) if busy and run.claim is not None else None
    return {
        "state": run.state.value,
        "busy": busy,
        "waiting": queries.is_waiting(run) and clock.now() - run.state_since > _PATIENCE,
        "step": done.step if done else ("排队等待" if busy else ""),
        "percent": round(100 * done.share) if done else 0,
    }


def _section(counts: dict[str, int]) -> ImportSection:
    wanted = request.args.get("show")
    found = next((one for one in ImportSection if one.value == wanted), None)
    return found or next((one for one in _ORDER if _total(one, counts)), ImportSection.NEW)


def _total(section: ImportSection, counts: dict[str, int]) -> int:
    name = "quarantined_rows" if section is ImportSection.QUARANTINED else section.value
    return counts.get(name, 0)


def _ids(name: str) -> list[int]:
    """Return the rows that a page sent along: no page shows more of them, and no row has a longer number."""
    sent = request.form.getlist(name)[:_PAGE]
    return [int(text) for text in sent if text.isascii() and text.isdigit() and len(text) < 16]


def _page(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
