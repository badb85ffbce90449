"""Problems entered by hand, and their words put right: whose, what, by which clause (R20, R23)."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.access import staff
from portal.accountability.queries.origin import may_become_a_problem, problem_of
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import keeps, stands_now
from portal.backoffice.forms import choices
from portal.backoffice.home_choice import HomeOption, option_of, options_like
from portal.backoffice.problem_forms import OTHER, EditForm, EntryForm
from portal.backoffice.problem_page import problem_or_404
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.domain.rectification import ProblemEvent, ProblemRefused, allows
from portal.domain.refusals import ChangedMeanwhile, NotTheirs
from portal.supervision.kinds import ProblemCategory, ProblemOrigin
from portal.supervision.problem_models import Problem
from portal.supervision.service import problems as service
from portal.topics.models import Suggestion
from portal.topics.queries.suggestion_page import suggestion_record
from portal.unit_of_work import unit_of_work

_FIELDS = (
    "title", "category", "severity", "criterion", "description", "basis", "responsible", "measure",
)  # fmt: skip
_TEXTS = ("title", "description", "basis", "responsible", "measure")


@blueprint.route("/problems/new", methods=["GET", "POST"])
@staff(Capability.KEEP_SUPERVISION)
def new_problem() -> str | Response | tuple[str, int]:
    """Enter a problem; look for the home first, and for earlier entries of the same kind.

    One that a suggestion told of (``?suggestion=``, its receipt number) keeps where it came from, and
    is entered once.
    """
    form, who, told = EntryForm(), the_caller(), _suggestion_or_404()
    form.region.choices = choices(region_choices(who))
    if told is not None:
        entered = problem_of(told, who.scope)
        if entered is not None:
            flash("这条点题已经登记过问题，就是这一个")
            return redirect(url_for("backoffice.problem", public_id=entered), 303)
        del form.origin  # it is known
    chosen = option_of(form.home.data or request.args.get("home", ""), who.scope)
    if not form.is_submitted():
        if chosen is not None:
            form.home.data, form.responsible.data = chosen.key, chosen.name
        elif told is not None:
            form.region.data = told.region_code
        return _page(form, [chosen] if chosen else [], chosen)
    offered = options_like(form.q.data, who.scope) if form.q.data else []
    wanted = request.form.get("do")
    if wanted == "find":
        return _page(form, offered, None)
    shown = offered or ([chosen] if chosen else [])
    if wanted == "earlier":
        return _page(form, shown, chosen, looked=True)
    if form.validate() & _says_where(form, chosen, offered) and _says_whether_again(form, chosen):
        problem = _enter(form, chosen, told)
        if problem is not None:
            return redirect(url_for("backoffice.problem", public_id=problem), 303)
    return _page(form, shown, chosen), 422


@blueprint.route("/problems/<public_id>/edit", methods=["GET", "POST"])
@staff(Capability.KEEP_SUPERVISION)
def edit_problem(public_id: str) -> str | Response | tuple[str, int]:
    """Put right what is said of a problem."""
    record, who, problem, status = problem_or_404(public_id), the_caller(), None, 200
    if not keeps(record, who):
        abort(404)
    form = EditForm() if request.method == "POST" else EditForm(None)
    if not form.is_submitted():
        for name in _FIELDS:
            form[name].data = getattr(record, name)
        form.criterion.data = record.criterion or ""
    elif not form.validate():
        status = 422
    else:
        try:
            with unit_of_work():
                service.amend(record, service.Changes(**form.facts()), who.actor, who.scope, form.seen)
        except NotTheirs:
            abort(404)
        except DomainError as refused:
            problem, status = str(refused), 409 if isinstance(refused, ChangedMeanwhile) else 422
            record = problem_or_404(public_id)
        else:
            flash("已更正")
            return redirect(url_for("backoffice.problem", public_id=public_id), 303)
    if not allows(record.status, ProblemEvent.AMEND):
        abort(404)
    form.version.data = str(record.version)
    return render_template(
        "backoffice/problem_edit.html",
        form=form,
        record=record,
        problem=problem,
        now_stands=stands_now(record, form, _TEXTS) if status == 409 else [],
    ), status


def _says_where(form: EntryForm, chosen: HomeOption | None, offered: list[HomeOption]) -> bool:
    if chosen is not None:
        return True
    if form.home.data == OTHER or (not offered and form.place.data):
        if form.place.data:
            return True
        form.refuse("place", "请写叫什么、在哪里")
        return False
    form.refuse("q", "请先查找并选中一家；名单里没有的，选“都不是”，写叫什么、在哪里")
    return False


def _says_whether_again(form: EntryForm, chosen: HomeOption | None) -> bool:
    """True if it was said whether an earlier problem is back, wherever the home had one: it is asked then."""
    if "first_entry" in request.form or not _earlier(form, chosen):
        return True
    form.refuse("first_entry", "这一家以前有销过号的同类问题。请看一看，是不是同一个问题又出现了")
    return False


def _suggestion_or_404() -> Suggestion | None:
    """Return the suggestion that the problem comes of, None where it comes of none."""
    receipt, who = request.args.get("suggestion"), the_caller()
    if not receipt:
        return None
    found = suggestion_record(receipt, who.scope) if who.allows(Capability.KEEP_COLUMN) else None
    return found if found is not None and may_become_a_problem(found, who.actor, who.scope) else abort(404)


def _enter(form: EntryForm, chosen: HomeOption | None, told: Suggestion | None) -> str | None:
    """Enter the problem and return its public id; None where it is refused: that stands at the field."""
    who = the_caller()
    try:
        first = _earlier_chosen(form, chosen)
        with unit_of_work():
            entered = service.enter_problem(
                service.Entry(
                    institution_id=chosen.institution_id if chosen else None,
                    unregistered_home_id=chosen.unregistered_home_id if chosen else None,
                    place=None if chosen else form.place.data,
                    region_code=chosen.region_code if chosen else form.region.data,
                    department=who.department,
                    origin=ProblemOrigin(form.origin.data) if told is None else ProblemOrigin.SUGGESTION,
                    origin_ref=None if told is None else told.subject,
                    deadline=form.deadline.data,
                    found_on=form.found_on.data,
                    first_entry_id=first,
                    **form.facts(),
                ),
                who.actor,
                who.scope,
            )
            public_id = entered.public_id
    except NotTheirs:
        form.refuse("region", "这个地区不归您管")
    except ProblemRefused as refused:
        form.refuse("deadline" if "期限" in str(refused) else "first_entry", refused)
    except DomainError as refused:
        form.refuse("description", refused)
    else:
        flash("已登账。下一步：发整改通知书，或者定下期限")
        return public_id
    return None


def _earlier(form: EntryForm, chosen: HomeOption | None) -> Sequence[Problem]:
    """Return what the home had of this category and cleared. A place on no record has no earlier ones."""
    category = next((one for one in ProblemCategory if one.value == form.category.data), None)
    if chosen is None or category is None:
        return []
    return service.recurrences_like(chosen.institution_id, chosen.unregistered_home_id, category)


def _earlier_chosen(form: EntryForm, chosen: HomeOption | None) -> int | None:
    wanted = form.first_entry.data
    if not wanted:
        return None
    found = next((one.id for one in _earlier(form, chosen) if one.number == wanted), None)
    if found is None:
        raise ProblemRefused("没有找到选中的那个以前的问题，请按“看以前有没有”重新选。")
    return found


def _page(
    form: EntryForm, offered: list[HomeOption], chosen: HomeOption | None, *, looked: bool = False
) -> str:
    earlier = _earlier(form, chosen)
    return render_template(
        "backoffice/problem_new.html",
        form=form,
        problem=None,
        offered=offered,
        other=OTHER,
        earlier=earlier,
        looked=looked or (bool(form.is_submitted()) and chosen is not None and bool(form.category.data)),
        today=clock.today(),
        suggestion=_suggestion_or_404(),
    )
