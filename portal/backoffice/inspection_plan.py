"""Planning a visit: to a home looked for, to one that waits for its first visit, back to a problem."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.home_choice import HomeOption, option_of, options_like
from portal.backoffice.inspection_forms import PLANNED_KINDS, PlanForm
from portal.backoffice.sections import blueprint
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.supervision.kinds import DEPARTMENTS, InspectionKind
from portal.supervision.problem_models import Problem
from portal.supervision.queries.problem_page import problem_record
from portal.supervision.service import inspections as service
from portal.supervision.service.homes import HomeUnknown
from portal.unit_of_work import unit_of_work


@blueprint.route("/inspections/new", methods=["GET", "POST"])
@staff(Capability.KEEP_SUPERVISION)
def new_inspection() -> str | Response | tuple[str, int]:
    """Plan a visit of the caller's own department."""
    form, who = PlanForm(), the_caller()
    followed = _followed(form, who)
    chosen = option_of(form.home.data or request.args.get("home", ""), who.scope)
    if not form.is_submitted():
        _begin(form, chosen, followed)
        return _page(form, [chosen] if chosen else [], followed, who)
    offered = options_like(form.q.data, who.scope) if form.q.data else []
    if request.form.get("do") == "find":
        return _page(form, offered, followed, who)
    shown = offered or ([chosen] if chosen else [])
    if form.validate() & _says_where(form, chosen, followed):
        made = _plan(form, chosen, followed, who)
        if made is not None:
            flash("检查已排上。去过以后，在这里登记结果")
            return redirect(url_for("backoffice.inspection", public_id=made), 303)
    return _page(form, shown, followed, who), 422


def _followed(form: PlanForm, who: Identity) -> Problem | None:
    """Return the problem that the visit goes back to."""
    wanted = form.problem.data or request.args.get("problem", "")
    return problem_record(wanted, who.scope) if wanted else None


def _begin(form: PlanForm, chosen: HomeOption | None, followed: Problem | None) -> None:
    form.home.data = "" if chosen is None else chosen.key
    wanted = request.args.get("kind", "")
    if followed is not None:
        form.problem.data, form.kind.data = followed.public_id, InspectionKind.RETURN_VISIT.value
    elif wanted in {one.value for one in PLANNED_KINDS} - {InspectionKind.RETURN_VISIT.value}:
        form.kind.data = wanted


def _says_where(form: PlanForm, chosen: HomeOption | None, followed: Problem | None) -> bool:
    if chosen is None and followed is None:
        form.refuse("q", "请先查找并选中一家；没有登记的场所，先到“未登记备案”里登记")
        return False
    return True


def _plan(form: PlanForm, chosen: HomeOption | None, followed: Problem | None, who: Identity) -> str | None:
    """Plan it and return its public id; None where it is refused, which stands at the field then."""
    own = who.scope.department
    assert own is not None, "who keeps supervision has a department"
    kind = InspectionKind(form.kind.data)
    plan = service.Plan(
        kind=kind,
        departments=form.departments(own),
        institution_id=None if followed is not None or chosen is None else chosen.institution_id,
        unregistered_home_id=None if followed is not None or chosen is None else chosen.unregistered_home_id,
        theme=form.theme.data or None,
        planned_by=form.planned_by.data,
        follows_problem_id=None if followed is None else followed.id,
    )
    try:
        with unit_of_work():
            return service.plan_inspection(plan, who.actor, who.scope).public_id
    except service.InspectionRefused as refused:
        form.refuse(_FIELDS.get(refused.field, "kind"), refused)
    except HomeUnknown as refused:
        form.refuse("q", refused)
    except DomainError as refused:
        form.refuse("theme" if "theme" in form else "kind", refused)
    return None


_FIELDS = {"departments": "others", "home": "q", "theme": "theme", "follows_problem": "kind", "kind": "kind"}


def _page(form: PlanForm, offered: list[HomeOption], followed: Problem | None, who: Identity) -> str:
    return render_template(
        "backoffice/inspection_new.html",
        form=form,
        offered=offered,
        followed=followed,
        own=who.scope.department,
        others=[one for one in DEPARTMENTS if one is not who.scope.department],
        without_problem=InspectionKind.RETURN_VISIT.value,
    )
