"""Recording a visit: every item of the five areas, the result, and the problems found, in one form.

It works at the door, on a telephone, without JavaScript: another problem is one button away, and nothing that
was typed is lost by it, by a mistake, or by somebody else who was quicker.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.inspection_forms import (
    AREAS,
    MOST_FOUND,
    FoundForm,
    FoundRow,
    FoundWords,
    VisitForm,
)
from portal.backoffice.inspection_page import may_amend, own_or_404
from portal.backoffice.sections import blueprint
from portal.domain.errors import DomainError
from portal.domain.inspection_items import item_of
from portal.domain.permissions import Capability
from portal.domain.rectification import ProblemStatus
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, ReviewerNeeded
from portal.glossary import label
from portal.supervision.kinds import InspectionKind, InspectionResult
from portal.supervision.models import Inspection
from portal.supervision.queries.inspection_page import InspectionView, inspection_view
from portal.supervision.queries.problems import ProblemChoice, list_problems
from portal.supervision.service import inspections as service
from portal.unit_of_work import unit_of_work

Earlier = list[tuple[int, str]]


@blueprint.route("/inspections/<public_id>/visit", methods=["GET", "POST"])
@staff(Capability.KEEP_SUPERVISION)
def inspection_visit(public_id: str) -> str | Response | tuple[str, int]:
    """Record what a visit found, or put right what was recorded."""
    record = own_or_404(public_id)
    if not may_amend(record):
        abort(403)
    form = VisitForm()
    earlier = _earlier(record)
    rows = _Rows.of(record, earlier)
    if not form.is_submitted():
        _begin(form, record)
        return _page(record, form, rows)
    if request.form.get("do") == "row":
        rows.add()
        return _page(record, form, rows)
    if not form.validate() & rows.validate():
        return _page(record, form, rows), 422
    problem, status = _save(record, form, rows, earlier)
    if status == 303:
        flash("已登记" if not rows.said else f"已登记，{len(rows.said)}个问题已登账")
        return redirect(url_for("backoffice.inspection", public_id=public_id), 303)
    return _page(own_or_404(public_id), form, rows, problem, changed=status == 409), status


@blueprint.route("/inspections/<public_id>/problems/new", methods=["GET", "POST"])
@staff(Capability.KEEP_SUPERVISION)
def inspection_problem(public_id: str) -> str | Response | tuple[str, int]:
    """Enter one more problem of a visit that is recorded."""
    record, who, form = own_or_404(public_id), the_caller(), FoundForm()
    if record.result is not InspectionResult.PROBLEMS:
        abort(404)
    earlier, problem = _earlier(record), None
    form.offer_earlier(earlier)
    if form.is_submitted() and form.validate():
        try:
            with unit_of_work():
                service.enter_found(record, form.found(earlier), who.actor, who.scope)
        except NotTheirs:
            abort(404)
        except DomainError as refused:
            problem = str(refused)
        else:
            flash("已登账。下一步：发整改通知书，或者定下期限")
            return redirect(url_for("backoffice.inspection", public_id=public_id, _anchor="problems"), 303)
    elif not form.is_submitted():
        form.responsible.data = _view(record).row.home.name
    form.version.data = str(record.version)
    page = render_template(
        "backoffice/inspection_problem.html", record=record, view=_view(record), form=form, problem=problem
    )
    return (page, 422) if form.is_submitted() else page


@dataclass(slots=True)
class _Rows:
    """The problems of one form, in order; those left blank say nothing."""

    every: list[FoundRow]
    home: str
    earlier: Earlier

    @classmethod
    def of(cls, record: Inspection, earlier: Earlier) -> _Rows:
        """Return as many rows as the form that was sent had, one at first."""
        text = request.form.get("rows", "")
        count = min(int(text), MOST_FOUND) if text.isascii() and text.isdigit() and len(text) < 4 else 1
        rows = cls([], _view(record).row.home.name, earlier)
        for _ in range(count):
            rows.add()
        return rows

    @property
    def said(self) -> list[FoundRow]:
        """Those in which something was written."""
        return [row for row in self.every if not row.is_blank]

    @property
    def full(self) -> bool:
        """True if no more fit into the form."""
        return len(self.every) >= MOST_FOUND

    def add(self) -> None:
        """Have one more; who has to act is the home until somebody says otherwise."""
        if self.full:
            return
        row = FoundRow(prefix=f"p{len(self.every) + 1}-")
        row.offer_earlier(self.earlier)
        if not row.responsible.raw_data:
            row.responsible.data = self.home
        self.every.append(row)

    def validate(self) -> bool:
        """True if every one that says something says all that is needed."""
        refused = [row for row in self.said if not row.validate()]  # each is asked: each says what is wrong
        return not refused


def _save(record: Inspection, form: VisitForm, rows: _Rows, earlier: Earlier) -> tuple[str | None, int]:
    """Record it; return what is wrong with the whole, and the status."""
    who = the_caller()
    found = [row.found(earlier) for row in rows.said]
    try:
        with unit_of_work():
            if record.visited_on is None:
                service.record_visit(record, form.visit, who.actor, who.scope, form.seen, found)
            else:
                service.amend_visit(record, form.visit, who.actor, who.scope, form.seen)
                for one in found:
                    service.enter_found(record, one, who.actor, who.scope)
    except ReviewerNeeded:
        abort(403)
    except NotTheirs:
        abort(404)
    except ChangedMeanwhile as refused:
        return str(refused), 409
    except service.InspectionRefused as refused:
        if refused.field not in form:
            return str(refused), 422
        form.refuse(refused.field, refused)
        return None, 422
    except DomainError as refused:
        return str(refused), 422
    return None, 303


def _begin(form: VisitForm, record: Inspection) -> None:
    """Show what is recorded already."""
    if record.visited_on is None:
        return
    form.visited_on.data, form.summary.data = record.visited_on, record.summary
    form.result.data = None if record.result is None else record.result.value
    for one in _view(record).items:
        item = item_of(one.code)
        if item is not None:
            form.item(item).data, form.remark(item).data = one.finding.value, one.remark


def _earlier(record: Inspection) -> Earlier:
    """Return what the home had and cleared: one of them may have come back."""
    choice = ProblemChoice(
        institution_id=record.institution_id,
        unregistered_home_id=record.unregistered_home_id,
        status=ProblemStatus.CLEARED,
    )
    found, _ = list_problems(choice, the_caller().scope, clock.today(), 0, 50)
    return [
        (one.id, f"{one.title}（{label(one.category)}，{one.cleared_on:%Y-%m-%d}销号，{one.number}）")
        for one in found
        if one.id != record.follows_problem_id
    ]


def _view(record: Inspection) -> InspectionView:
    view = inspection_view(record.public_id, the_caller().scope)
    assert view is not None, "what is within reach can be read"
    return view


def _page(
    record: Inspection, form: VisitForm, rows: _Rows, problem: str | None = None, *, changed: bool = False
) -> str:
    view = _view(record)
    form.version.data = str(record.version)
    now = []
    if changed and record.visited_on is not None:
        now = [("检查情况", record.summary or "")]
    shown: list[FoundWords] = [row for row in rows.said if row.errors]
    return render_template(
        "backoffice/inspection_visit.html",
        record=record,
        view=view,
        row=view.row,
        form=form,
        rows=rows.every,
        full=rows.full,
        added=request.form.get("do") == "row",
        refused=shown,
        problem=problem,
        now_stands=now,
        changed=changed,
        areas=AREAS,
        again=record.kind is InspectionKind.RETURN_VISIT and record.visited_on is None,
        earlier=bool(rows.earlier),
    )
