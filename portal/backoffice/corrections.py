"""Correction reports (公众纠错): what waits for an answer, one report with the page beside it, the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.correction_forms import AcceptForm, AnswerForm
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import PER_PAGE, table_page
from portal.corrections import service
from portal.corrections.changes import change_of, changes_since
from portal.corrections.models import CorrectionReport
from portal.corrections.page_words import as_snapshot, page_words
from portal.corrections.queries import (
    DECIDED,
    QueueChoice,
    ReportView,
    queue_page,
    record_of,
    report,
    steps_of,
    waiting_for,
    words_of,
)
from portal.domain.correction_state import ANSWER_WITHIN, CorrectionState
from portal.domain.errors import DomainError
from portal.domain.permissions import DEPARTMENT_TITLES, Capability, keepers_of
from portal.extensions import limiter
from portal.glossary import label
from portal.unit_of_work import unit_of_work

_FIRST = 5
_MOST_ROWS = 20_000
_STATES = {
    "open": (CorrectionState.OPEN,),
    "decided": DECIDED,
    "accepted": (CorrectionState.ACCEPTED,),
    "rejected": (CorrectionState.REJECTED,),
}
_STATE_NAMES = {"open": "办理中", "decided": "已答复", "accepted": "已采纳", "rejected": "未采纳"}


@blueprint.get("/corrections")
@staff(Capability.SEE_RECORDS)
def corrections() -> str:
    """List the reports of the region, those due first in front."""
    who, choice, state = the_caller(), _choice(), _state()
    _, total = queue_page(choice, who.scope, 0, 0)
    page = table_page(total)
    found, _ = queue_page(choice, who.scope, page.offset, PER_PAGE)
    return render_template(
        "backoffice/corrections.html",
        reports=found,
        page_of=page,
        state=state,
        states=_STATE_NAMES,
        mine=choice.mine,
        region=choice.region,
        regions=[("", "全部地区"), *dict(region_choices(who)).items()],
        departments=departments,
        here=_here,
        answers=who.scope.department is not None,
    )


@blueprint.get("/corrections.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.EXPORT)
def corrections_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file, without the words of those who reported."""
    found, _ = queue_page(_choice(), the_caller().scope, 0, _MOST_ROWS)
    table = Table(
        "公众纠错",
        (
            "回执号", Column("机构", width=32), "区县", "哪一项", "由谁处理", "状态", "收到日期", "最晚答复",
            "是否超期", "答复日期", "答复单位", Column("理由", width=48),
        ),
        (
            (
                one.receipt, one.home_name, one.region_label, one.subject, departments(one), label(one.state),
                one.entered_at.date(), one.due.day if one.due else None, one.overdue,
                one.decided_at.date() if one.decided_at else None, one.decided_by, one.reason,
            )
            for one in found
        ),
        "本平台收到的公众纠错",
        _STATE_NAMES[_state()],
        ("不含反映人写的内容。", f"最多{_MOST_ROWS}件；更多时请先按地区筛选。"),
    )  # fmt: skip
    return export(table, file_format)


@blueprint.get("/corrections/<int:report_id>")
@staff(Capability.SEE_RECORDS)
def correction(report_id: int) -> str:
    """Show one report: what was written, what the page said and says, what was changed since."""
    return _page(report_id)


@blueprint.post("/corrections/<int:report_id>/accept")
@staff(Capability.DECIDE_CORRECTIONS)
def accept_correction(report_id: int) -> Response | tuple[str, int]:
    """Accept a report: it was right, and the fact has been put right."""
    form = AcceptForm(prefix="accept")
    _offer(form, _record(report_id))

    def decide(record: CorrectionReport, who: Identity) -> None:
        service.accept(record, form.reason.data, int(form.revision.data), who.actor, who.scope, form.seen)

    return _decided(report_id, form, decide, "已采纳，理由已公开", accept=form)


@blueprint.post("/corrections/<int:report_id>/reject")
@staff(Capability.DECIDE_CORRECTIONS)
def reject_correction(report_id: int) -> Response | tuple[str, int]:
    """Answer that the page is right."""
    form = AnswerForm(prefix="reject")

    def decide(record: CorrectionReport, who: Identity) -> None:
        service.reject(record, form.reason.data, who.actor, who.scope, form.seen)

    return _decided(report_id, form, decide, "已答复不采纳，理由已公开", reject=form)


@blueprint.post("/corrections/<int:report_id>/reopen")
@staff(Capability.PUBLISH)
def reopen_correction(report_id: int) -> Response | tuple[str, int]:
    """Take an answer back; what it was stays to be read."""
    form = AnswerForm(prefix="reopen")

    def decide(record: CorrectionReport, who: Identity) -> None:
        service.reopen(record, form.reason.data, who.actor, who.scope, form.seen)

    return _decided(report_id, form, decide, "已重新打开，期限从今天起重新计算", reopen=form)


@queue(Capability.DECIDE_CORRECTIONS)
def _waiting(who: Identity, today: date) -> Queue | None:
    """Bring what the own department has to answer to the home page."""
    counts = waiting_for(who.scope)
    if not counts.open:
        return None
    first, _ = queue_page(QueueChoice(mine=True), who.scope, 0, _FIRST)
    return Queue(
        "公众纠错",
        url_for("backoffice.corrections", mine=1),
        counts.open,
        tuple(
            Waiting(
                f"{one.home_name}：{one.subject}",
                url_for("backoffice.correction", report_id=one.id),
                one.due.day if one.due else None,
                one.region_label,
            )
            for one in first
        ),
        counts.overdue,
    )


def departments(found: ReportView) -> str:
    """Return who keeps the fact and so answers: 民政、市场监管."""
    keepers = keepers_of(found.record_kind)
    return "、".join(title for department, title in DEPARTMENT_TITLES.items() if department in keepers)


def _decided(
    report_id: int,
    form: AnswerForm,
    decide: Callable[[CorrectionReport, Identity], None],
    said: str,
    **forms: AnswerForm,
) -> Response | tuple[str, int]:
    if form.validate_on_submit():
        try:
            with unit_of_work():
                decide(_record(report_id), the_caller())
        except service.NotTheirs:
            abort(403)
        except service.ReasonUnfit as refused:
            form.refuse("reason", refused)
        except service.RevisionUnfit as refused:
            form.refuse("revision", refused)
        except DomainError as refused:
            return _page(report_id, str(refused), form.reason.data or "", **forms), 409
        else:
            flash(said)
            return redirect(url_for("backoffice.correction", report_id=report_id), 303)
    return _page(report_id, **forms), 422


def _page(report_id: int, problem: str | None = None, typed: str = "", **forms: AnswerForm) -> str:
    who = the_caller()
    found, record = report(report_id, who.scope), _record(report_id)
    if found is None:
        abort(404)
    changes = changes_since(record)
    accept = forms.get("accept") or AcceptForm(None, prefix="accept")
    if isinstance(accept, AcceptForm):
        _offer(accept, record)
    answers = {
        "accept": accept,
        "reject": forms.get("reject") or AnswerForm(None, prefix="reject"),
        "reopen": forms.get("reopen") or AnswerForm(None, prefix="reopen"),
    }
    refused = next((form for form in answers.values() if form.errors), None)
    for form in answers.values():
        form.version.data = str(found.version)  # what is read now is what the next answer is about
    return render_template(
        "backoffice/correction.html",
        report=found,
        words=words_of(report_id, who.scope),
        steps=steps_of([report_id])[report_id],
        now=_said_now(found),
        changes=changes,
        led_to=change_of(found.revision_id) if found.revision_id else None,
        departments=departments(found),
        theirs=who.scope.may_write(found.record_kind, found.region_code),
        may_decide=who.allows(Capability.DECIDE_CORRECTIONS),
        may_reopen=who.allows(Capability.PUBLISH),
        edit_url=_edit_url(found),
        answers=answers,
        refused=refused,
        problem=problem,
        typed=typed,
        days=ANSWER_WITHIN,
    )


def _said_now(found: ReportView) -> str | None:
    """Return what the page says now, or None if there is none any more."""
    lines = page_words(found.home_id, found.about) if found.home_id else None
    return None if lines is None else as_snapshot(lines)


def _offer(form: AcceptForm, record: CorrectionReport) -> None:
    form.revision.choices = {str(change.id): change.what for change in changes_since(record)}


def _record(report_id: int) -> CorrectionReport:
    return record_of(report_id, the_caller().scope) or abort(404)


def _edit_url(found: ReportView) -> str | None:
    """Return where the record is put right, once that section exists."""
    if found.home_id is None or "backoffice.institution" not in current_app.view_functions:
        return None
    return url_for("backoffice.institution", public_id=found.home_id)


def _state() -> str:
    wanted = request.args.get("state", "")
    return wanted if wanted in _STATES else "open"


def _choice() -> QueueChoice:
    who, region = the_caller(), request.args.get("region", "")
    known = region if region in dict(region_choices(who)) else None
    mine = request.args.get("mine") == "1" and who.scope.department is not None
    return QueueChoice(_STATES[_state()], known, mine)


def _here(**changes: Any) -> str:
    """Return the present list with some of its choices changed."""
    choice = _choice()
    now = {"state": _state(), "region": choice.region, "mine": 1 if choice.mine else None, **changes}
    now["state"] = None if now["state"] == "open" else now["state"]
    return url_for("backoffice.corrections", **{name: value for name, value in now.items() if value})
