"""Writing a rectification notice: the problems of one home, a text to begin with, saved as a draft (R21)."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import stands_now
from portal.backoffice.forms import choices
from portal.backoffice.home_choice import HomeOption, option_of, option_with_ids, options_like
from portal.backoffice.notice_deeds import UNFINISHED
from portal.backoffice.notice_forms import CALENDAR, WORKING, DraftForm
from portal.backoffice.notice_page import own_notice_or_404
from portal.backoffice.notice_template import DAYS, DEMANDS, LEGAL_BASIS, title_for
from portal.backoffice.problem_page import problem_or_404
from portal.backoffice.sections import blueprint
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.domain.rectification import ProblemEvent, allows
from portal.domain.refusals import ChangedMeanwhile, NotTheirs
from portal.supervision.problem_models import RectificationNotice
from portal.supervision.queries.notice_page import notice_view
from portal.supervision.queries.problems import ProblemChoice, ProblemRow, ProblemSort, list_problems
from portal.supervision.service import notices as service
from portal.unit_of_work import unit_of_work

_TEXTS = ("title", "demands", "legal_basis", "contact")


@blueprint.route("/notices/new", methods=["GET", "POST"])
@staff(Capability.KEEP_SUPERVISION)
def new_notice() -> str | Response | tuple[str, int]:
    """Begin a notice: a home, its problems that no notice holds, the text of the template."""
    who = the_caller()
    home, ticked = _asked_home()
    found = _free(home)
    typed = request.values.get("q", "").strip()[:100]
    offered = options_like(typed, who.scope) if typed else []
    if request.method == "GET" or home is None:
        form = DraftForm(None)
        _begin(form, found, ticked)
        status = 200 if request.method == "GET" else 422
        return _page(form, home, found, None, offered=offered, typed=typed), status
    form = DraftForm()
    form.problems.choices = choices(_choices(found))
    problem: str | None = None
    if form.validate():
        try:
            with unit_of_work():
                public_id = service.draft_notice(_draft(form), who.actor, who.scope).public_id
        except NotTheirs:
            abort(404)
        except DomainError as refused:
            problem = str(refused)
        else:
            flash("稿子存好了。看一遍全文，再交审核")
            return redirect(url_for("backoffice.notice", public_id=public_id), 303)
    return _page(form, home, found, None, problem), 409 if problem else 422


@blueprint.route("/notices/<public_id>/edit", methods=["GET", "POST"])
@staff(Capability.KEEP_SUPERVISION)
def edit_notice(public_id: str) -> str | Response | tuple[str, int]:
    """Write a draft anew."""
    record, who = own_notice_or_404(public_id), the_caller()
    if record.state not in UNFINISHED:
        abort(404)
    home = option_with_ids(record.institution_id, record.unregistered_home_id, who.scope)
    view = notice_view(public_id, who.scope, clock.today()) or abort(404)
    found = [*view.problems, *_free(home)]
    form = DraftForm() if request.method == "POST" else DraftForm(None)
    form.problems.choices = choices(_choices(found))
    problem, status = None, 200
    if not form.is_submitted():
        _fill_in(form, record, [one.id for one in view.problems])
    elif not form.validate():
        status = 422
    else:
        try:
            with unit_of_work():
                service.edit_draft(record, _draft(form), who.actor, who.scope, form.seen)
        except NotTheirs:
            abort(404)
        except DomainError as refused:
            problem, status = str(refused), 409 if isinstance(refused, ChangedMeanwhile) else 422
            record = own_notice_or_404(public_id)
        else:
            flash("稿子已改。改过以后要重新交审核")
            return redirect(url_for("backoffice.notice", public_id=public_id), 303)
    form.version.data = str(record.version)
    now = stands_now(record, form, _TEXTS) if status == 409 else []
    return _page(form, home, found, record, problem, stands=now), status


def _asked_home() -> tuple[HomeOption | None, list[int]]:
    """Return the home that is asked for, and the problems of it that are ticked to begin with."""
    scope = the_caller().scope
    named = request.args.get("problem", "")
    if named and request.method == "GET":
        record = problem_or_404(named)
        return option_with_ids(record.institution_id, record.unregistered_home_id, scope), [record.id]
    return option_of(request.values.get("home", ""), scope), []


def _free(home: HomeOption | None) -> list[ProblemRow]:
    """Return the home's problems of the own department that a new notice could hold."""
    if home is None:
        return []
    who = the_caller()
    found, _ = list_problems(
        ProblemChoice(
            institution_id=home.institution_id,
            unregistered_home_id=home.unregistered_home_id,
            department=who.scope.department,
            without_notice=True,
            sort=ProblemSort.DEADLINE,
        ),
        who.scope,
        clock.today(),
        0,
        service.MOST_PROBLEMS,
    )
    return [one for one in found if allows(one.status, ProblemEvent.ISSUE_NOTICE)]


def _choices(found: Sequence[ProblemRow]) -> list[tuple[str, str]]:
    return [(str(one.id), f"{one.title}（{one.number}）") for one in found]


def _begin(form: DraftForm, found: Sequence[ProblemRow], ticked: Sequence[int]) -> None:
    """Fill in the text of the template."""
    form.problems.choices = choices(_choices(found))
    chosen = [one for one in found if one.id in ticked] or list(found)
    form.problems.data = [str(one.id) for one in chosen]
    form.title.data = title_for(one.category for one in chosen)
    form.demands.data = DEMANDS
    department = the_caller().scope.department
    form.legal_basis.data = "" if department is None else LEGAL_BASIS.get(department, "")
    form.days.data, form.counted.data = DAYS, WORKING


def _fill_in(form: DraftForm, record: RectificationNotice, held: Sequence[int]) -> None:
    form.problems.data = [str(one) for one in held]
    form.title.data, form.demands.data = record.title, record.demands
    form.legal_basis.data, form.contact.data = record.legal_basis, record.contact
    form.days.data = record.days
    form.counted.data = WORKING if record.working_days else CALENDAR


def _draft(form: DraftForm) -> service.Draft:
    return service.Draft(
        problem_ids=[int(one) for one in form.problems.data],
        title=form.title.data,
        demands=form.demands.data,
        legal_basis=form.legal_basis.data,
        days=form.days.data,
        working_days=form.counted.data == WORKING,
        contact=form.contact.data or None,
    )


def _page(
    form: DraftForm,
    home: HomeOption | None,
    found: Sequence[ProblemRow],
    record: RectificationNotice | None,
    problem: str | None = None,
    offered: Sequence[HomeOption] = (),
    typed: str = "",
    stands: Sequence[tuple[str, str]] = (),
) -> str:
    return render_template(
        "backoffice/notice_draft.html",
        form=form,
        home=home,
        found={str(one.id): one for one in found},
        record=record,
        problem=problem,
        offered=offered,
        typed=typed,
        now_stands=stands,
    )
